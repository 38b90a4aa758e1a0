//! Asks both dhcpd for their failover state, and the peer for its time.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use crate::clients::omapi::OmapiError;
use crate::clients::omapi::failover as omapi;
use crate::clients::omapi::failover::View;
use crate::clients::omapi::sign::Key;
use crate::clients::time::{self as clock_query, NtpAnswer};
use crate::context::Context;
use crate::pair::pace::LoneStarts;
use crate::services::{chronyd, dhcpd, inetd};
use crate::status::codes::NO_OMAPI;
use crate::status::gather::ask::Question;
use crate::status::gather::base::Base;
use crate::status::{Check, State, clock, failover, pair, role};

/// How long one reply of dhcpd may take.
const REPLY: Duration = Duration::from_secs(1);
/// How long the peer may take for each of three answers with its time.
const PATIENCE: Duration = Duration::from_millis(600);
/// Seconds from 1900 to 1970 (RFC 868).
const EPOCH: i64 = 2_208_988_800;

/// The questions, on their way.
pub struct Asked {
    views: Option<Views>,
    clock: Option<(Ipv4Addr, Question<Result<f64, String>>)>,
}

/// What is asked of the two dhcpd.
enum Views {
    /// There is no key to ask them with.
    NoKey(String),
    /// Ours and the peer's.
    Both(Box<[Question<Result<View, Unread>>; 2]>),
}

/// Why a dhcpd did not say its state.
struct Unread {
    why: String,
    /// Whether it took the question.
    reached: bool,
}

impl Asked {
    /// Asks them, where there is a pair.
    pub fn ask(context: &Context<'_>, base: &Base) -> Self {
        let clock =
            base.peer().map(|peer| (peer, Question::ask(move || skew(peer))));
        Self { views: views(context, base), clock }
    }

    /// Waits for the answers.
    pub fn checks(self, base: &Base, end: Instant) -> Vec<Check> {
        let mut checks = Vec::new();
        match self.views {
            Some(Views::NoKey(why)) => {
                let code = &NO_OMAPI;
                let check = Check::wrong(code, State::Warning, why).hint(
                    "PROVHA__OMAPI_KEY_FILE: one line NAME ALGORITHM SECRET, \
                     the same on both nodes; then provha dhcp on both",
                );
                checks.push(check);
            }
            Some(Views::Both(both)) => {
                let why = "no answer in time".to_string();
                let late = Unread { why, reached: false };
                let [own, other] = both.map(|q| q.wait(end));
                let other = other.unwrap_or(Err(late));
                let mute = other.as_ref().is_err_and(|unread| unread.reached);
                let facts = own.map(|own| failover::Facts {
                    own: own.map_err(|unread| unread.why),
                    other: other.map_err(|unread| unread.why),
                    mute,
                    restarting: base.restarts("dhcpd"),
                });
                checks.push(failover::check(facts.as_ref()));
            }
            None => (),
        }
        if let Some((peer, question)) = self.clock {
            checks.push(clock::check(peer, question.wait(end).as_ref()));
        }
        checks
    }
}

/// Whether the live set is in the pair that it should be in, and what waits
/// because this node serves alone.
pub fn missing(
    context: &Context<'_>,
    base: &Base,
    role: &role::Facts,
) -> Vec<Check> {
    let settings = match &role.settings {
        Some(role::Settings::Good { peer, .. }) => Some(*peer),
        _ => role.remembered.map(|(_, _, peer)| peer),
    };
    // What the last rebuild knew tells of a peer, not of its absence.
    let read = matches!(role.settings, Some(role::Settings::Good { .. }));
    let facts = pair::Facts {
        wanted: role.wanted.filter(|_| read),
        settings,
        live: base.live.peering.map(|peering| peering.peer),
        has_set: base.has_set,
    };
    let waiting = LoneStarts::of(&context.settings).waiting();
    let checks = [pair::check(&facts), pair::waiting(waiting.as_ref())];
    checks.into_iter().flatten().collect()
}

/// Asks both dhcpd; None where the live set has no failover.
fn views(context: &Context<'_>, base: &Base) -> Option<Views> {
    let peering = base.live.peering?;
    let key = match dhcpd::omapi_key(context) {
        Ok(key) => key.or(base.live.key.clone()),
        Err(error) => return Some(Views::NoKey(error.to_string())),
    };
    let Some(key) = key.as_ref().and_then(Key::new) else {
        let text = "no OMAPI key, so that the two dhcpd cannot be asked";
        return Some(Views::NoKey(text.into()));
    };
    let port = context.settings.number("PROVHA__OMAPI_PORT") as u16;
    let own = (Ipv4Addr::LOCALHOST, base.live.port.unwrap_or(port));
    let ask = |server: SocketAddr| {
        let key = key.clone();
        Question::ask(move || {
            let view = omapi::Failover::open_within(server, &key, REPLY);
            view.map(|object| object.view).map_err(|error| Unread {
                reached: !matches!(error, OmapiError::Connect { .. }),
                why: error.to_string(),
            })
        })
    };
    let both = [ask(own.into()), ask((peering.peer, port).into())];
    Some(Views::Both(Box::new(both)))
}

/// The peer's clock less ours, seconds: by NTP, else by the time on UDP
/// port 37, which knows whole seconds only.
fn skew(peer: Ipv4Addr) -> Result<f64, String> {
    let begin = own_time();
    let ntp = clock_query::ntp((peer, chronyd::NTP).into(), PATIENCE);
    if let Ok(answer) = ntp {
        return Ok(apart(begin, answer, own_time()));
    }
    let begin = own_time();
    let served = clock_query::rfc868((peer, inetd::TIME).into(), PATIENCE);
    let served = served.map_err(|error| {
        format!("neither by NTP nor on UDP port 37 ({error})")
    })?;
    // On the average it shows half a second less than it is.
    let answer =
        NtpAnswer { leap: 0, stratum: 0, seconds: served, fraction: 1 << 31 };
    Ok(apart(begin, answer, own_time()))
}

/// Our clock, seconds since 1970.
fn own_time() -> f64 {
    let now = jiff::Timestamp::now();
    now.as_second() as f64 + f64::from(now.subsec_nanosecond()) / 1e9
}

/// How far an answer is ahead of our clock, which showed `begin` and `end`
/// around it.
fn apart(begin: f64, answer: NtpAnswer, end: f64) -> f64 {
    let middle = f64::midpoint(begin, end);
    let whole = middle.floor();
    // 32 bits that wrap around in 2036.
    let own = (whole as i64 + EPOCH) as u32;
    let seconds = answer.seconds.wrapping_sub(own) as i32;
    let fraction = f64::from(answer.fraction) / 4_294_967_296.0;
    f64::from(seconds) + fraction - (middle - whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_compared_across_the_wrap_of_2036() {
        let check = |own: f64, seconds: u32, fraction: u32, expected: f64| {
            let answer = NtpAnswer { leap: 0, stratum: 1, seconds, fraction };
            let got = apart(own - 0.5, answer, own + 0.5);
            assert!((got - expected).abs() < 1e-6, "{got} {expected}");
        };
        let now = 1_790_000_000.25;
        let there = (1_790_000_000 + EPOCH) as u32;
        check(now, there, 1 << 30, 0.0);
        check(now, there + 7, 1 << 30, 7.0);
        check(now, there - 31, 1 << 31, -30.75);
        // The second before the wrap, and four after.
        let wrap = ((1_i64 << 32) - EPOCH - 1) as f64;
        check(wrap, 3, 0, 4.0);
    }
}
