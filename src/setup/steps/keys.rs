//! Secrets: made where they are missing, never replaced.

use crate::model::Role;
use crate::render::dns::CPE_KEY;
use crate::setup::facts::Facts;
use crate::setup::step::{Change, State, Step};
use crate::setup::wish::Wish;

const DHCP_GROUP: Option<&str> = Some("PROVHA__DHCP_GROUP");

/// The paths that they look at.
pub fn paths(wish: &Wish) -> Vec<String> {
    vec![wish.key("PROVHA__OMAPI_KEY_FILE").into(), CPE_KEY.into()]
}

/// The OMAPI key: the same line on both machines.
pub fn omapi(facts: &Facts, wish: &Wish) -> Step {
    let (name, why) = (
        "omapi-key",
        "dhcpd is asked and told with it: failover state, partner-down, probes",
    );
    let path = wish.key("PROVHA__OMAPI_KEY_FILE");
    let theirs = wish.from_peer.omapi.as_deref();
    if facts.has(path) {
        let what = format!("keep the OMAPI key in {path}");
        let same = theirs.is_none_or(|line| {
            line.split_whitespace().eq(facts.text(path).split_whitespace())
        });
        let state = match same {
            true => State::Done,
            false => State::ByHand(format!(
                "{path} differs from the peer's: both need the same line; \
                 remove the wrong one and run setup again"
            )),
        };
        return Step::idle(name, what, why, state);
    }
    let make = |line: &str, what: String| {
        let text = format!("{}\n", line.trim());
        let file = Change::with(path, text, 0o640, DHCP_GROUP, true);
        Step::new(name, what, why, facts, vec![file])
    };
    match (theirs, wish.role) {
        (Some(line), _) => {
            make(line, format!("write the peer's OMAPI key to {path}"))
        }
        (None, Role::Slave) => {
            let peer = wish.peer.map(|ip| ip.to_string()).unwrap_or_default();
            let how = format!(
                "copy the master's: scp root@{peer}:{path} DIR/omapi.key, \
                 then run setup with --peer-files DIR"
            );
            let what = format!("bring the master's OMAPI key to {path}");
            Step::idle(name, what, why, State::ByHand(how))
        }
        (None, _) => {
            make(&wish.fresh.omapi, format!("make an OMAPI key in {path}"))
        }
    }
}

/// The key of the names of public customer devices.
pub fn ddns(facts: &Facts, wish: &Wish) -> Step {
    let (name, why) =
        ("ddns-key", "names of public customer devices are computed with it");
    let what = format!("make the key {CPE_KEY}");
    if facts.has(CPE_KEY) {
        let what = format!("keep the key {CPE_KEY}");
        return Step::idle(name, what, why, State::Done);
    }
    if wish.role == Role::Slave {
        let text = "it comes from the master: provha sync-ha-master-files";
        return Step::idle(name, what, why, State::Idle(text.into()));
    }
    let text = wish.fresh.cpe.clone();
    let file = Change::with(CPE_KEY, text, 0o640, DHCP_GROUP, true);
    Step::new(name, what, why, facts, vec![file])
}
