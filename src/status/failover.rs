//! The failover pair (facts: dhcpd.conf(5), 'DHCP FAILOVER').

use crate::clients::omapi::failover::{State as Side, View};
use crate::status::codes;
use crate::status::codes::Code;
use crate::status::metrics::{FAILOVER, FAILOVER_PEER};
use crate::status::{Check, State};

/// What both nodes say.
#[derive(Debug, Clone)]
pub struct Facts {
    /// What our dhcpd says, or why it does not.
    pub own: Result<View, String>,
    /// What the peer's says; it need not let itself be asked.
    pub other: Result<View, String>,
    /// Whether the peer's took the question and gave no answer to it: it has
    /// another key, or its OMAPI hangs.
    pub mute: bool,
    /// Whether a run is just restarting ours.
    pub restarting: bool,
}

/// The check; None: nothing came in time.
pub fn check(facts: Option<&Facts>) -> Check {
    let Some(facts) = facts else {
        let text = "no answer in time";
        return Check::wrong(&codes::FAILOVER_UNREAD, State::Critical, text);
    };
    let view = match &facts.own {
        Ok(view) => *view,
        Err(why) => return unread(facts, why),
    };
    let (mut state, mut found) = judge(view, &facts.other);
    if facts.mute && state == State::Ok {
        state = State::Warning;
        found = Some((
            &codes::PEER_MUTE,
            "the two cannot take turns at restarts like that: the OMAPI key \
             (PROVHA__OMAPI_KEY_FILE) must be the same on both nodes, then \
             provha dhcp on both; if it is, restart the peer's dhcpd",
        ));
    }
    if facts.restarting {
        // It starts up, and may wait for its peer for a moment.
        state = state.min(State::Warning);
    }
    let mut text = format!("{}, peer {}", view.local, view.partner);
    match &facts.other {
        Ok(other) if other.local != view.partner => {
            text += &format!("; the peer itself says {}", other.local);
        }
        Ok(_) => (),
        Err(why) => text += &format!("; the peer cannot be asked: {why}"),
    }
    let check = match found {
        Some((code, hint)) => Check::wrong(code, state, text).hint(hint),
        None => Check::new("failover", state, text),
    };
    check
        .value(&FAILOVER, f64::from(view.local.number()))
        .value(&FAILOVER_PEER, f64::from(view.partner.number()))
}

/// Our dhcpd cannot be asked.
fn unread(facts: &Facts, why: &str) -> Check {
    let state = if facts.restarting { State::Warning } else { State::Critical };
    let text = format!("dhcpd on this node cannot be asked: {why}");
    Check::wrong(&codes::FAILOVER_UNREAD, state, text)
        .hint("provha failover state says more")
}

/// State and advice for what our dhcpd says.
fn judge(
    view: View,
    other: &Result<View, String>,
) -> (State, Option<(&'static Code, &'static str)>) {
    let alone = |hint| (State::Warning, Some((&codes::SERVES_ALONE, hint)));
    let comes = |hint| (State::Warning, Some((&codes::RECOVERING, hint)));
    match view.local {
        Side::Normal if view.partner == Side::Normal => (State::Ok, None),
        Side::Normal => comes("the peer is not back in normal operation yet"),
        Side::CommunicationsInterrupted => alone(
            "this node serves alone from its half of the pools; is the peer \
             dead? provha failover partner-down checks that and says what to \
             do",
        ),
        Side::PartnerDown => {
            alone("this node serves alone; bring the peer back")
        }
        Side::ResolutionInterrupted | Side::ConflictDone => {
            comes("both nodes served alone; they resolve that by themselves")
        }
        // In the others it answers no client: it is the peer that serves.
        _ if other.as_ref().is_ok_and(|peer| peer.local.serves()) => {
            comes("only the peer serves; provha failover wait normal")
        }
        _ => (
            State::Critical,
            Some((
                &codes::NOT_SERVING,
                "this node does not serve: it waits for its peer. If the \
                 peer is dead: provha failover partner-down",
            )),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(local: Side, partner: Side, other: Option<Side>) -> State {
        let view = |local, partner| View { local, partner, mclt: 0, since: 0 };
        let facts = Facts {
            own: Ok(view(local, partner)),
            other: other.map(|o| view(o, local)).ok_or("silent".into()),
            mute: false,
            restarting: false,
        };
        check(Some(&facts)).state
    }

    #[test]
    fn every_state_is_judged() {
        use Side::{
            CommunicationsInterrupted, Normal, PartnerDown, Paused,
            PotentialConflict, Recover, RecoverWait, Startup,
        };
        assert_eq!(state(Normal, Normal, None), State::Ok);
        assert_eq!(state(Normal, Recover, None), State::Warning);
        let alone = [CommunicationsInterrupted, PartnerDown];
        for side in alone {
            assert_eq!(state(side, Normal, None), State::Warning);
        }
        for side in [Startup, Recover, RecoverWait, Paused, PotentialConflict] {
            assert_eq!(state(side, Normal, None), State::Critical);
            let peer = Some(PartnerDown);
            assert_eq!(state(side, PartnerDown, peer), State::Warning);
            assert_eq!(state(side, Normal, Some(Recover)), State::Critical);
        }
    }

    #[test]
    fn a_peer_with_another_key_is_told() {
        let view = View {
            local: Side::Normal,
            partner: Side::Normal,
            mclt: 0,
            since: 0,
        };
        let facts = |mute| Facts {
            own: Ok(view),
            other: Err("it does not know the key".into()),
            mute,
            restarting: false,
        };
        assert_eq!(check(Some(&facts(false))).state, State::Ok);
        let told = check(Some(&facts(true)));
        assert_eq!(told.state, State::Warning);
        assert!(told.hint.unwrap().contains("the same on both nodes"));
    }

    #[test]
    fn an_own_dhcpd_that_cannot_be_asked() {
        let facts = |restarting| Facts {
            own: Err("refused".into()),
            other: Err("refused".into()),
            mute: false,
            restarting,
        };
        assert_eq!(check(Some(&facts(false))).state, State::Critical);
        assert_eq!(check(Some(&facts(true))).state, State::Warning);
        assert_eq!(check(None).state, State::Critical);
    }
}
