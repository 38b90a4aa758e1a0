//! The clocks of the two nodes: dhcpd's failover ends at a minute apart.

use std::net::Ipv4Addr;

use crate::status::codes::CLOCKS;
use crate::status::metrics::SKEW;
use crate::status::{Check, State};

/// Apart by this much, seconds: a warning.
const WARNING: f64 = 5.0;
/// By this much it is critical: half of what failover bears.
const CRITICAL: f64 = 30.0;

/// The check. `skew` is the peer's clock less ours, seconds, or why it
/// is not known; that a peer does not tell its time is no alarm by itself.
pub fn check(peer: Ipv4Addr, skew: Option<&Result<f64, String>>) -> Check {
    let skew = match skew {
        Some(Ok(skew)) => *skew,
        Some(Err(why)) => return unknown(peer, why),
        None => return unknown(peer, "no answer in time"),
    };
    let state = match skew.abs() {
        apart if apart >= CRITICAL => State::Critical,
        apart if apart >= WARNING => State::Warning,
        _ => State::Ok,
    };
    // Tenths: no more is known.
    let skew = (skew * 10.0).round() / 10.0 + 0.0;
    let words = match skew {
        0.0 => format!("as that of the peer {peer}"),
        ahead if ahead > 0.0 => format!("{ahead} s behind the peer {peer}"),
        behind => format!("{} s ahead of the peer {peer}", -behind),
    };
    let check = match state {
        State::Ok => Check::new("clock", state, words),
        _ => Check::wrong(&CLOCKS, state, words).hint(
            "see chronyc tracking on both nodes; at 60 s the two dhcpd do \
             not connect any more",
        ),
    };
    check.value(&SKEW, skew)
}

/// The peer does not tell its time.
fn unknown(peer: Ipv4Addr, why: &str) -> Check {
    let text = format!("the peer {peer} does not answer with its time: {why}");
    Check::new("clock", State::Ok, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_on_both_sides() {
        let tell = |skew: f64| {
            let check = check(Ipv4Addr::LOCALHOST, Some(&Ok(skew)));
            (check.state, check.text)
        };
        assert_eq!(tell(0.01).1, "as that of the peer 127.0.0.1");
        assert_eq!(tell(-0.01).1, "as that of the peer 127.0.0.1");
        assert_eq!(tell(4.9).0, State::Ok);
        let behind = "7.5 s behind the peer 127.0.0.1";
        assert_eq!(tell(7.5), (State::Warning, behind.into()));
        let ahead = "30 s ahead of the peer 127.0.0.1";
        assert_eq!(tell(-30.0), (State::Critical, ahead.into()));
        let silent = Err("silent".to_string());
        let check = check(Ipv4Addr::LOCALHOST, Some(&silent));
        assert_eq!((check.state, check.values.len()), (State::Ok, 0));
    }
}
