//! The steps, one file a subject. Each says which paths it looks at and what
//! should be there: pure functions of facts and wish.

pub mod apparmor;
pub mod cacti;
pub mod daemons;
pub mod env;
pub mod firewall;
pub mod keys;
pub mod rsyslog;
pub mod selinux;
pub mod ssh;
pub mod units;

use super::facts::Facts;
use super::step::Step;
use super::wish::Wish;

/// All paths that the steps look at.
pub fn paths(wish: &Wish) -> Vec<String> {
    let mut paths = Vec::new();
    paths.extend(env::paths(wish));
    paths.extend(keys::paths(wish));
    paths.extend(daemons::paths(wish));
    paths.extend(apparmor::paths());
    paths.extend(selinux::paths());
    paths.extend(rsyslog::paths());
    paths.extend(firewall::paths());
    paths.extend(ssh::paths(wish));
    paths.extend(cacti::paths(wish));
    paths.extend(units::paths());
    paths
}

/// All steps.
pub fn all(facts: &Facts, wish: &Wish) -> Vec<Step> {
    vec![
        env::step(facts, wish),
        keys::omapi(facts, wish),
        keys::ddns(facts, wish),
        daemons::dhcpd(facts, wish),
        daemons::named(facts, wish),
        daemons::tftpd(facts, wish),
        daemons::chrony(facts, wish),
        apparmor::step(facts, wish),
        selinux::step(facts, wish),
        rsyslog::step(facts, wish),
        firewall::step(facts, wish),
        ssh::step(facts, wish),
        cacti::step(facts, wish),
        units::step(facts, wish),
    ]
}
