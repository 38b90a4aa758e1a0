//! `provha.env`: role and addresses. Existing lines stay.

use crate::model::Role;
use crate::setup::facts::Facts;
use crate::setup::step::{Change, State, Step};
use crate::setup::text;
use crate::setup::wish::Wish;

const NAME: &str = "env";
const WHY: &str = "role and addresses of this machine; every command reads it";
/// The beginning of a new file.
const HEAD: &str = "# Keys and values: man 5 provha.env\n";

/// The paths that it looks at.
pub fn paths(wish: &Wish) -> Vec<String> {
    vec![wish.env_file.clone()]
}

/// The lines that are wanted.
fn lines(wish: &Wish) -> Vec<(&'static str, String)> {
    let address = |ip: Option<std::net::Ipv4Addr>| {
        ip.map(|ip| ip.to_string()).unwrap_or_default()
    };
    let mut lines = vec![("PROVHA__OWN_STATE", wish.role.word().to_string())];
    lines.push(("PROVHA__OWN_ADDRESS", address(wish.own)));
    lines.push(("PROVHA__PEER_ADDRESS", address(wish.peer)));
    lines.push(("PROVHA__SETUP_WITHOUT", wish.without.join(",")));
    if wish.role != Role::Slave && wish.lacks_tsig {
        lines.push(("DNS_PASSWORD", wish.fresh.tsig.clone()));
    }
    lines
}

/// The step.
pub fn step(facts: &Facts, wish: &Wish) -> Step {
    let what =
        format!("set the role {} in {}", wish.role.word(), wish.env_file);
    let old = facts.text(&wish.env_file);
    let mut new = match facts.has(&wish.env_file) {
        true => old,
        false => HEAD.to_string(),
    };
    for (key, value) in lines(wish) {
        let here = text::assigned(&new, key);
        let holds = wish.key(key);
        // The first definition of all files wins.
        if here.is_none() && wish.set.iter().any(|set| set == key) {
            if holds.trim().eq_ignore_ascii_case(&value) {
                continue;
            }
            let how = format!(
                "{key} is set in another env file, which comes first: make it \
                 '{value}' there, or remove it there"
            );
            return Step::idle(NAME, what, WHY, State::ByHand(how));
        }
        match here {
            Some(here) if here == value => {}
            None if value.is_empty() => {}
            _ => new = text::assign(&new, key, &value),
        }
    }
    let group = Some("PROVHA__WEB_GROUP");
    // Passwords may stand in it.
    let file = Change::with(&wish.env_file, new, 0o640, group, true);
    Step::new(NAME, what, WHY, facts, vec![file])
}
