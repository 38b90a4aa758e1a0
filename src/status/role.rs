//! The role: what is configured, and whether database and addresses agree.

use std::net::Ipv4Addr;

use crate::model::Role;
use crate::status::codes;
use crate::status::{Check, State, first_ten};

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The role that is wanted, by `--role` or the configuration.
    pub wanted: Option<Role>,
    /// What the database's settings come to, while it can be read.
    pub settings: Option<Settings>,
    /// Role, own address and peer of the last rebuild.
    pub remembered: Option<(Role, Option<Ipv4Addr>, Option<Ipv4Addr>)>,
    /// Whether that own address is one of this machine.
    pub is_own: bool,
}

/// What the database's settings come to.
#[derive(Debug, Clone)]
pub enum Settings {
    /// They are usable.
    Good {
        /// The role.
        role: Role,
        /// Our address.
        own: Ipv4Addr,
        /// The peer's.
        peer: Option<Ipv4Addr>,
        /// What is odd about them.
        warnings: Vec<String>,
    },
    /// Nothing may be published with them.
    Unusable {
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
    },
}

impl Facts {
    /// The role that this machine has, as far as it is known.
    pub fn role(&self) -> Option<Role> {
        match (&self.settings, &self.remembered) {
            (Some(Settings::Good { role, .. }), _) => Some(*role),
            (_, Some((role, ..))) if self.wanted.is_none() => Some(*role),
            _ => self.wanted,
        }
    }
}

/// The check.
pub fn check(facts: &Facts) -> Check {
    match &facts.settings {
        Some(Settings::Good { role, own, peer, warnings }) => {
            let mut text = words(*role, Some(*own), *peer);
            for warning in warnings {
                text += &format!("; {warning}");
            }
            Check::new("role", State::Ok, text)
        }
        Some(Settings::Unusable { what, hint }) => {
            let text = format!("nothing can be made: {what}");
            Check::wrong(&codes::ROLE_UNUSABLE, State::Critical, text)
                .hint(hint)
        }
        None => without_database(facts),
    }
}

/// What this user may not read cannot be told; None: nothing.
pub fn rights(closed: &[String]) -> Option<Check> {
    if closed.is_empty() {
        return None;
    }
    let text = format!("may not read {}", first_ten(closed));
    let check = Check::wrong(&codes::RIGHTS, State::Unknown, text);
    Some(check.hint("run it as root: the other checks are incomplete"))
}

/// A check that looked at files of which this user may not read some: what
/// it did not find there is unknown, and so are its numbers. What it did find
/// stands.
pub fn unless_closed(check: Check, closed: &[String], of: &[&str]) -> Check {
    let mut closed =
        closed.iter().filter(|path| of.iter().any(|of| path.contains(of)));
    match closed.next() {
        Some(path) if check.state <= State::Unknown => {
            let text = format!("may not read {path}: not compared");
            Check::wrong(&codes::NOT_COMPARED, State::Unknown, text)
                .hint("run it as root")
        }
        _ => check,
    }
}

/// The role by what the last rebuild knew.
fn without_database(facts: &Facts) -> Check {
    let Some((role, own, peer)) = facts.remembered else {
        return match facts.wanted {
            Some(role) => {
                let text = format!(
                    "{}, as configured; the database cannot be asked",
                    role.word()
                );
                Check::new("role", State::Ok, text)
            }
            None => {
                let text = "not set, and the database cannot be asked";
                Check::wrong(&codes::ROLE_UNKNOWN, State::Unknown, text)
            }
        };
    };
    let text = words(role, own, peer) + ", by the last rebuild";
    if facts.wanted.is_some_and(|wanted| wanted != role) {
        let wanted = facts.wanted.map_or("", Role::word);
        let text = format!("{text}; {wanted} is configured now");
        return Check::wrong(&codes::ROLE_DIFFERS, State::Warning, text);
    }
    if own.is_some() && !facts.is_own {
        let text =
            format!("{text}; that is not an address of this machine now");
        return Check::wrong(&codes::ROLE_DIFFERS, State::Warning, text)
            .hint("see PROVHA__OWN_STATE and table provha");
    }
    Check::new("role", State::Ok, text)
}

/// Role, own address, peer.
fn words(role: Role, own: Option<Ipv4Addr>, peer: Option<Ipv4Addr>) -> String {
    let mut text = role.word().to_string();
    if let Some(own) = own {
        text += &format!(", {own}");
    }
    if let Some(peer) = peer {
        text += &format!(", peer {peer}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_be_read_is_not_taken_for_missing() {
        assert_eq!(rights(&[]), None);
        let check = rights(&["/a".into()]).unwrap();
        assert_eq!(
            (check.state, &*check.text),
            (State::Unknown, "may not read /a")
        );
    }

    #[test]
    fn database_then_memory_then_configuration() {
        let (own, peer) =
            (Ipv4Addr::new(10, 0, 0, 2), Ipv4Addr::new(10, 0, 0, 1));
        let mut facts = Facts { wanted: Some(Role::Slave), ..Facts::default() };
        let told = |facts: &Facts| {
            let check = check(facts);
            (check.state, check.text)
        };
        let expected = "slave, as configured; the database cannot be asked";
        assert_eq!(told(&facts), (State::Ok, expected.into()));
        facts.remembered = Some((Role::Slave, Some(own), Some(peer)));
        facts.is_own = true;
        let expected = "slave, 10.0.0.2, peer 10.0.0.1, by the last rebuild";
        assert_eq!(told(&facts), (State::Ok, expected.into()));
        facts.is_own = false;
        assert_eq!(told(&facts).0, State::Warning);
        facts.wanted = Some(Role::Master);
        assert_eq!(told(&facts).0, State::Warning);
        assert_eq!(facts.role(), Some(Role::Master));
        let (what, hint) = ("x".to_string(), "y".to_string());
        facts.settings = Some(Settings::Unusable { what, hint });
        assert_eq!(told(&facts).0, State::Critical);
        facts.settings = Some(Settings::Good {
            role: Role::Slave,
            own,
            peer: Some(peer),
            warnings: Vec::new(),
        });
        let expected = "slave, 10.0.0.2, peer 10.0.0.1";
        assert_eq!(told(&facts), (State::Ok, expected.into()));
        assert_eq!(facts.role(), Some(Role::Slave));
    }
}
