//! AppArmor: what dhcpd and named must reach besides what Debian allows, for
//! running and for checking.

use std::path::Path;

use crate::render::dhcp::DIR;
use crate::setup::facts::Facts;
use crate::setup::step::{Change, State, Step};
use crate::setup::text;
use crate::setup::wish::Wish;

const PROFILES: &str = "/etc/apparmor.d";
const LOADER: &str = "/sys/kernel/security/apparmor/profiles";

/// The local part of a program's profile.
fn local(program: &str) -> String {
    format!("{PROFILES}/local/usr.sbin.{program}")
}

/// The profile itself.
fn profile(program: &str) -> String {
    format!("{PROFILES}/usr.sbin.{program}")
}

/// The paths that it looks at.
pub fn paths() -> Vec<String> {
    let mut paths = vec![PROFILES.to_string(), LOADER.to_string()];
    for program in ["dhcpd", "named"] {
        paths.extend([local(program), profile(program)]);
    }
    paths
}

/// A directory and all below it.
fn tree(dir: &str, rights: &str) -> String {
    format!("{dir}/ r,\n{dir}/** {rights},\n")
}

/// dhcpd: the live set, the one that is being checked, kept ones, the script.
fn dhcpd(wish: &Wish) -> String {
    let state = wish.key("PROVHA__STATE_DIR");
    let set = Path::new(DIR);
    let parent = set.parent().unwrap_or(Path::new("/")).display();
    let name = set.file_name().unwrap_or_default().to_string_lossy();
    let leases = wish.key("PROVHA__DHCPD_LEASES");
    let lease_dir = Path::new(leases).parent().unwrap_or(Path::new("/"));
    let key = wish.key("PROVHA__OMAPI_KEY_FILE");
    let mut rules = tree(DIR, "r");
    rules += &tree(&format!("{parent}/.provha-stage.{name}"), "r");
    rules += &tree(&format!("{state}/check-*"), "r");
    rules += &tree(&format!("{state}/generations"), "r");
    rules += &tree("/tmp/provha-check-*", "r");
    rules += &format!("{key} r,\n");
    rules += &format!("{}/ r,\n{leases}* lrw,\n", lease_dir.display());
    rules += "/dev/null rw,\n";
    rules += &format!("{} Ux,\n", crate::render::dns::SCRIPT);
    if wish.key("PROVHA__DHCP_OWNER") != "root" {
        rules += "capability dac_read_search,\n";
    }
    rules
}

/// named: its configuration, its directories, its keys.
fn named(wish: &Wish) -> String {
    let conf = wish.key("PROVHA__NAMED_CONF");
    let (dir, zones) =
        (wish.key("PROVHA__NAMED_DIR"), wish.key("PROVHA__ZONE_DIR"));
    let mut rules = format!("{conf} r,\n");
    for dir in [dir, zones] {
        let rule = format!("{dir}/ rw,\n{dir}/** lrwk,\n");
        if !rules.contains(&rule) {
            rules += &rule;
        }
    }
    rules += &tree(&format!("{}/check-*", wish.key("PROVHA__STATE_DIR")), "r");
    rules
}

/// The step.
pub fn step(facts: &Facts, wish: &Wish) -> Step {
    let name = "apparmor";
    let what = "allow dhcpd and named our paths (/etc/apparmor.d/local)";
    let why = "Debian's profiles forbid them all that lies elsewhere";
    if !facts.has(PROFILES) {
        let text = "there is no AppArmor here";
        return Step::idle(name, what, why, State::Idle(text.into()));
    }
    let change = |program: &str, rules: String| {
        let path = local(program);
        let new = text::block(&facts.text(&path), &rules);
        Change::file(path, new)
    };
    let changes =
        vec![change("dhcpd", dhcpd(wish)), change("named", named(wish))];
    let mut step = Step::new(name, what, why, facts, changes);
    for program in ["dhcpd", "named"] {
        let profile = profile(program);
        if facts.has(&profile) && facts.has(LOADER) {
            step = step.run(&format!("apparmor_parser -r {profile}"));
        }
    }
    step
}
