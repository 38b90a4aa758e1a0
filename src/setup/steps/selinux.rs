//! SELinux: the types of our files, as a file that semanage(8) imports.

use crate::render::dhcp::DIR;
use crate::setup::facts::Facts;
use crate::setup::step::{Change, State, Step};
use crate::setup::text;
use crate::setup::wish::Wish;

const CONFIG: &str = "/etc/selinux/config";
const FILE: &str = "/etc/provha/selinux.semanage";

/// The paths that it looks at.
pub fn paths() -> Vec<String> {
    vec![CONFIG.into(), FILE.into()]
}

/// Patterns and types.
fn contexts(wish: &Wish) -> Vec<(String, &'static str)> {
    let tree = |dir: &str| format!("{dir}(/.*)?");
    vec![
        (tree(DIR), "dhcp_etc_t"),
        (tree("/etc/\\.provha-stage\\.dhcp-nmsprime"), "dhcp_etc_t"),
        (format!("{}.*", wish.key("PROVHA__DHCPD_LEASES")), "dhcpd_state_t"),
        (wish.key("PROVHA__NAMED_CONF").into(), "named_conf_t"),
        (tree(wish.key("PROVHA__ZONE_DIR")), "named_cache_t"),
        (crate::render::dns::SCRIPT.into(), "bin_t"),
        (tree(wish.key("PROVHA__TFTP_DIR")), "tftpdir_t"),
    ]
}

/// The step.
pub fn step(facts: &Facts, wish: &Wish) -> Step {
    let name = "selinux";
    let what = format!("set the types of our files ({FILE})");
    let why = "the policy forbids daemons what has another type";
    let mode = text::assigned(&facts.text(CONFIG), "SELINUX");
    if mode.is_none_or(|mode| mode == "disabled") {
        let text = "SELinux is not active here";
        return Step::idle(name, what, why, State::Idle(text.into()));
    }
    let contexts = contexts(wish);
    let line = |(pattern, kind): &(String, &str)| {
        format!("fcontext -a -f a -t {kind} '{pattern}'\n")
    };
    let text: String = contexts.iter().map(line).collect();
    let mut step =
        Step::new(name, what, why, facts, vec![Change::file(FILE, text)])
            .run_or(&["semanage", "import", "-f", FILE], &[]);
    for (pattern, _) in &contexts {
        step = step.run_or(&[], &["semanage", "fcontext", "-d", pattern]);
    }
    let paths = [
        DIR,
        wish.key("PROVHA__NAMED_CONF"),
        wish.key("PROVHA__TFTP_DIR"),
        wish.key("PROVHA__ZONE_DIR"),
    ];
    let restore: Vec<&str> =
        ["restorecon", "-Ri"].into_iter().chain(paths).collect();
    step.run_or(&restore, &restore)
}
