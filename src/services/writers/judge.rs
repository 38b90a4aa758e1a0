//! Pure: what a line of a configuration file runs.

use super::{Activity, Kind};

/// What the wrapper around the existing system's commands says about itself.
pub const WRAPPER_MARK: &str = "made by provha: its commands end in provha";

/// Commands of the existing system that write what provha writes.
const COMMANDS: [&str; 6] = [
    "nms:dhcp",
    "nms:configfile",
    "nms:cpe",
    "provha:rebuild_slave_config",
    "provha:sync_ha_master_files",
    "provha:clean_up_slave",
];

/// What a command line runs; None: nothing that writes our files.
pub fn command(line: &str) -> Option<Kind> {
    if line.contains("nmsprimed") {
        return Some(Kind::Restarter);
    }
    // `provha nms:dhcp` is ours: only what PHP runs is theirs.
    if !line.contains("artisan") {
        return None;
    }
    let says = |words: &[&str]| words.iter().any(|word| line.contains(word));
    match () {
        () if says(&COMMANDS) => Some(Kind::Command),
        () if says(&["schedule:run", "schedule:work"]) => Some(Kind::Scheduler),
        () if says(&["queue:work", "queue:listen", "horizon"]) => {
            Some(Kind::Worker)
        }
        () => None,
    }
}

/// Whether a writer acts, by its command line and whether the existing
/// system's commands are wrapped.
pub fn activity(
    kind: Kind,
    line: &str,
    lock: &str,
    is_wrapped: bool,
) -> Activity {
    let covered = matches!(kind, Kind::Scheduler | Kind::Command);
    match () {
        () if covered && is_wrapped => Activity::Wrapped,
        () if covered && line.contains("flock ") && line.contains(lock) => {
            Activity::Locked
        }
        () => Activity::Active,
    }
}

/// A line of a crontab that runs something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CronLine<'a> {
    /// When: five fields, or one such as `@hourly`.
    pub schedule: &'a str,
    /// The user, in a system crontab.
    pub user: Option<&'a str>,
    /// What is run.
    pub command: &'a str,
}

/// Takes a line of a crontab apart; None: it runs nothing. `has_user`: there
/// is a field with the user, as in /etc/crontab and /etc/cron.d.
pub fn cron(line: &str, has_user: bool) -> Option<CronLine<'_>> {
    let line = line.trim();
    let first = line.split_whitespace().next()?;
    // `MAILTO=root` is no time.
    if first.starts_with('#') || first.contains('=') {
        return None;
    }
    let times = if first.starts_with('@') { 1 } else { 5 };
    let (schedule, rest) = fields(line, times)?;
    let (user, command) = match has_user {
        true => fields(rest, 1).map(|(user, rest)| (Some(user), rest))?,
        false => (None, rest),
    };
    Some(CronLine { schedule, user, command })
}

/// The first `count` fields of a line, and what comes behind them.
fn fields(line: &str, count: usize) -> Option<(&str, &str)> {
    let mut rest = line;
    for _ in 0..count {
        rest = rest.trim_start();
        rest = &rest[rest.find(char::is_whitespace)?..];
    }
    let taken = &line[..line.len() - rest.len()];
    Some((taken, rest.trim_start()))
}

/// True if cron reads a file of this name in its directories. Debian's takes
/// letters, digits, `_` and `-` alone.
pub fn is_cron_name(name: &str, is_rhel: bool) -> bool {
    match is_rhel {
        true => {
            let left = [".rpmsave", ".rpmnew", ".rpmorig", ".cfsaved", "~"];
            let hidden = name.starts_with('.') || name.starts_with('#');
            !hidden && !left.iter().any(|end| name.ends_with(end))
        }
        false => {
            let fits = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
            !name.is_empty() && name.bytes().all(fits)
        }
    }
}

/// The values of a key in sections of an ini file (systemd, supervisord), a
/// pair a line: the line's number, from 1, and the value.
pub fn values<'a>(
    text: &'a str,
    key: &'a str,
) -> impl Iterator<Item = (usize, &'a str)> {
    text.lines().enumerate().filter_map(move |(at, line)| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| (at + 1, value.trim()))
    })
}

/// Whether a service file of xinetd serves the time on UDP, switched on.
pub fn serves_time(text: &str) -> bool {
    let word = |key: &str| {
        let mut lines = text.lines().filter_map(|l| l.split_once('='));
        lines.find_map(|(name, value)| {
            let name = name.trim().trim_end_matches(['+', '-']).trim();
            (name == key).then(|| value.trim().to_string())
        })
    };
    let time = text.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        matches!(words[..], ["service", "time" | "time-dgram", ..])
    });
    let is_off = word("disable").is_some_and(|w| w == "yes");
    let is_tcp = word("socket_type").is_some_and(|w| w == "stream");
    time && !is_off && !is_tcp
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_php_runs_is_theirs_and_what_provha_runs_is_ours() {
        let artisan = |rest: &str| {
            command(&format!("/usr/bin/php /var/www/nmsprime/artisan {rest}"))
        };
        assert_eq!(artisan("schedule:run >> /dev/null"), Some(Kind::Scheduler));
        assert_eq!(artisan("nms:dhcp"), Some(Kind::Command));
        assert_eq!(artisan("provha:rebuild_slave_config"), Some(Kind::Command));
        assert_eq!(artisan("queue:work --tries=1"), Some(Kind::Worker));
        assert_eq!(artisan("nms:wkhtml"), None);
        assert_eq!(command("provha nms:dhcp"), None);
        assert_eq!(command("/usr/bin/nmsprimed"), Some(Kind::Restarter));
    }

    #[test]
    fn cron_lines_are_taken_apart() {
        let line = "* * * * *  www-data  php artisan schedule:run > /dev/null";
        let found = cron(line, true).unwrap();
        assert_eq!(found.schedule, "* * * * *");
        assert_eq!(found.user, Some("www-data"));
        assert_eq!(found.command, "php artisan schedule:run > /dev/null");
        assert_eq!(cron("@hourly php artisan x", false).unwrap().user, None);
        for nothing in ["", "# * * * * * root x", "PATH=/bin", "* * *"] {
            assert_eq!(cron(nothing, true), None, "{nothing}");
        }
    }

    #[test]
    fn files_that_cron_passes_over() {
        assert!(is_cron_name("nmsprime", false));
        assert!(!is_cron_name("nmsprime.dpkg-old", false));
        assert!(is_cron_name("nms.prime", true));
        assert!(!is_cron_name("nmsprime.rpmsave", true));
    }

    #[test]
    fn under_the_lock_or_wrapped_nothing_acts_alone() {
        let state = |line, wrapped| {
            activity(Kind::Scheduler, line, "/run/provha/lock", wrapped)
        };
        assert_eq!(state("php artisan", false), Activity::Active);
        assert_eq!(state("php artisan", true), Activity::Wrapped);
        let locked = "flock -w 9 /run/provha/lock php artisan";
        assert_eq!(state(locked, false), Activity::Locked);
        let worker = activity(Kind::Worker, "", "/run/provha/lock", true);
        assert_eq!(worker, Activity::Active);
    }

    #[test]
    fn time_services_of_xinetd() {
        let on = "service time\n{\n  socket_type = dgram\n  disable = no\n}";
        assert!(serves_time(on));
        assert!(!serves_time(&on.replace("no", "yes")));
        assert!(!serves_time(&on.replace("dgram", "stream")));
        assert!(!serves_time(&on.replace("service time", "service echo")));
    }
}
