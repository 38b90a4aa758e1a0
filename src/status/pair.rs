//! Whether the live set is in the failover pair that it should be in. One
//! that is missing is louder than a broken one: nothing else would tell.

use std::net::Ipv4Addr;

use crate::model::Role;
use crate::pair::pace::{Waiting, clock};
use crate::status::codes::{CHANGE_WAITS, NO_PAIR, OTHER_PEER};
use crate::status::{Check, State};

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The role that is configured.
    pub wanted: Option<Role>,
    /// The peer that the settings name, or that the last rebuild knew; None:
    /// not known. The inner one: there is none.
    pub settings: Option<Option<Ipv4Addr>>,
    /// The peer of the live set.
    pub live: Option<Ipv4Addr>,
    /// Whether there is a live set at all.
    pub has_set: bool,
}

/// The check; None: the pair is as it should be, or there shall be none.
pub fn check(facts: &Facts) -> Option<Check> {
    if !facts.has_set {
        return None;
    }
    match (facts.live, facts.settings) {
        (None, Some(Some(peer))) => {
            let text = format!(
                "no pair: the settings name the peer {peer}, the live dhcpd \
                 set has none; two servers that do not know of each other \
                 give one address to two clients"
            );
            let hint = "is dhcpd running on the peer? If not, keep it off; \
                        provha pair join";
            Some(Check::wrong(&NO_PAIR, State::Critical, text).hint(hint))
        }
        (None, None | Some(None)) if is_one_of_two(facts.wanted) => {
            let role = facts.wanted.map_or("", Role::word);
            let text = format!(
                "no pair: this machine is to be the {role}, and neither the \
                 settings nor the live dhcpd set name a peer"
            );
            let hint = "correct table provha; for a machine without a peer \
                        PROVHA__OWN_STATE=standalone";
            Some(Check::wrong(&NO_PAIR, State::Critical, text).hint(hint))
        }
        (Some(live), Some(other)) if other != Some(live) => {
            let now = match other {
                Some(peer) => format!("name the peer {peer}"),
                None => "name no peer".into(),
            };
            let text = format!(
                "the settings {now}, the live dhcpd set is in a pair with \
                 {live}: changes of the set are refused"
            );
            let hint = "correct table provha or PROVHA__OWN_STATE; if the \
                        pair is to end: provha pair leave";
            Some(Check::wrong(&OTHER_PEER, State::Critical, text).hint(hint))
        }
        _ => None,
    }
}

/// True if a machine of this role has a peer.
fn is_one_of_two(role: Option<Role>) -> bool {
    matches!(role, Some(Role::Master | Role::Slave))
}

/// The check of a change that waits because this node serves alone.
pub fn waiting(waiting: Option<&Waiting>) -> Option<Check> {
    let Waiting { since, until, why } = waiting?;
    let text = format!(
        "a change of the dhcpd set waits until {} (since {}): this node \
         serves alone ({why})",
        clock(*until),
        clock(*since),
    );
    let hint = "rebuild and watch make it live then; provha dhcp --now does \
                not wait, and nobody is answered for 15 s";
    Some(Check::wrong(&CHANGE_WAITS, State::Warning, text).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_pair_is_critical() {
        use Role::{Master, Slave, Standalone};
        let at = |last| Ipv4Addr::new(10, 0, 0, last);
        let state = |wanted, settings, live| {
            let facts = Facts { wanted, settings, live, has_set: true };
            check(&facts).map(|check| (check.name, check.state))
        };
        let missing = Some(("failover", State::Critical));
        let other = Some(("pair", State::Critical));
        let (one, two) = (Some(at(1)), Some(at(2)));
        assert_eq!(state(Some(Master), Some(one), None), missing);
        assert_eq!(state(None, Some(one), None), missing);
        assert_eq!(state(Some(Slave), Some(None), None), missing);
        assert_eq!(state(Some(Master), None, None), missing);
        assert_eq!(state(Some(Master), Some(two), one), other);
        assert_eq!(state(Some(Standalone), Some(None), one), other);
        assert_eq!(state(Some(Master), Some(one), one), None);
        assert_eq!(state(Some(Master), None, one), None);
        assert_eq!(state(Some(Standalone), Some(None), None), None);
        assert_eq!(check(&Facts::default()), None);
    }

    #[test]
    fn what_waits_is_told_with_its_time() {
        assert_eq!(waiting(None), None);
        let (since, until, why) = (0, 300, "x".to_string());
        let check = waiting(Some(&Waiting { since, until, why })).unwrap();
        assert!(check.text.contains("waits until"), "{}", check.text);
        assert_eq!(check.state, State::Warning);
    }
}
