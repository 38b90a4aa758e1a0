//! Which role this machine has (facts/nms-ha.md section 1).

use std::net::{IpAddr, Ipv4Addr};

use crate::model::Role;
use crate::source::load::{LoadError, Machine};

/// The addresses of the pair, as the provha table holds them.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// provha.master.
    pub master: Ipv4Addr,
    /// provha.slaves, trimmed.
    pub slaves: Vec<Ipv4Addr>,
}

/// The role that the machine's addresses speak for.
pub fn determined(pair: &Addresses, own: &[IpAddr]) -> Option<Role> {
    let is_own = |ip: &Ipv4Addr| own.contains(&IpAddr::V4(*ip));
    if is_own(&pair.master) {
        return Some(Role::Master);
    }
    pair.slaves.iter().any(is_own).then_some(Role::Slave)
}

/// The role of the run. `wanted` is `PROVHA__OWN_STATE`, `place` where it
/// stands.
///
/// # Errors
/// Without `--role`: a role that is unknown, or that the machine's addresses
/// contradict.
pub fn resolve(
    machine: &Machine,
    pair: Option<&Addresses>,
    wanted: &str,
    place: &str,
    warnings: &mut Vec<String>,
) -> Result<Role, LoadError> {
    let hint = "set PROVHA__OWN_STATE to master, slave or standalone in \
                provha.env, or give --role";
    let role = match machine.role {
        Some(role) => Some(role),
        None => Role::read(wanted),
    };
    let Some(pair) = pair else { return without_pair(role, warnings) };
    let Some(role) = role else {
        let what = if wanted.is_empty() {
            "the role of this machine is not set".to_string()
        } else {
            format!("{place}: the role '{wanted}' is unknown")
        };
        return Err(LoadError::unusable(what, hint));
    };
    if machine.role.is_some() || role == Role::Standalone {
        return Ok(role);
    }
    let seen = determined(pair, &machine.addresses);
    if seen == Some(role) {
        return Ok(role);
    }
    let seen = seen.map_or_else(
        || "neither provha.master nor one of provha.slaves".to_string(),
        |role| format!("those of the {}", role.word()),
    );
    let what = format!(
        "{place}: this machine is to be the {}, but its addresses are {seen}",
        role.word()
    );
    Err(LoadError::unusable(what, hint))
}

/// The role where ProvHA is not installed.
fn without_pair(
    role: Option<Role>,
    warnings: &mut Vec<String>,
) -> Result<Role, LoadError> {
    match role {
        Some(Role::Slave) => Err(LoadError::unusable(
            "a slave needs the settings of the pair, but ProvHA is not \
             installed: table provha is missing or has no row",
            "check the database, or give --role standalone",
        )),
        Some(Role::Master) => {
            warnings.push(
                "ProvHA is not installed (no row in table provha): the \
                 master is rendered without a peer"
                    .into(),
            );
            Ok(Role::Standalone)
        }
        _ => Ok(Role::Standalone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        option: Option<Role>,
        wanted: &str,
        own: &str,
        expected: Option<Role>,
    ) {
        let pair = Addresses {
            master: Ipv4Addr::new(10, 0, 0, 1),
            slaves: vec![Ipv4Addr::new(10, 0, 0, 2)],
        };
        let machine = Machine {
            host_name: "h".into(),
            addresses: vec![own.parse().unwrap()],
            role: option,
        };
        let got =
            resolve(&machine, Some(&pair), wanted, "x:1", &mut Vec::new());
        assert_eq!(got.ok(), expected, "{option:?} {wanted} {own}");
    }

    #[test]
    fn the_option_wins_and_a_contradiction_stops() {
        use Role::{Master, Slave, Standalone};
        check(None, "master", "10.0.0.1", Some(Master));
        check(None, " Slave ", "10.0.0.2", Some(Slave));
        check(None, "master", "10.0.0.2", None);
        check(None, "master", "10.0.0.9", None);
        check(None, "placeholder", "10.0.0.1", None);
        check(None, "", "10.0.0.1", None);
        check(None, "standalone", "10.0.0.1", Some(Standalone));
        check(Some(Slave), "master", "10.0.0.1", Some(Slave));
    }
}
