//! Every number that `status` gives: name, unit, limits, meaning.

/// One kind of number.
#[derive(Debug, PartialEq)]
pub struct Metric {
    /// Its name; Prometheus gets it behind `provha_`.
    pub name: &'static str,
    /// The name of its label, where there are several.
    pub label: Option<&'static str>,
    /// The unit of measurement of monitoring plugins: `s`, `B` or none.
    pub unit: &'static str,
    /// The range outside of which it is a warning, in the plugins' syntax.
    pub warning: &'static str,
    /// The range outside of which it is critical.
    pub critical: &'static str,
    /// What it means.
    pub help: &'static str,
}

/// A row of the table.
const fn metric(
    name: &'static str,
    label: Option<&'static str>,
    unit: &'static str,
    limits: [&'static str; 2],
    help: &'static str,
) -> Metric {
    let [warning, critical] = limits;
    Metric { name, label, unit, warning, critical, help }
}

/// No limits.
const NONE: [&str; 2] = ["", ""];
/// More than 0 is critical.
const BAD: [&str; 2] = ["", "0"];
/// More than 0 is a warning.
const ODD: [&str; 2] = ["0", ""];

/// Whether a usable database node was found.
pub static DATABASE_UP: Metric = metric(
    "database_up",
    None,
    "",
    NONE,
    "Whether the database can be read (1) or not (0)",
);
/// Whether one node is usable.
pub static NODE_UP: Metric = metric(
    "database_node_up",
    Some("node"),
    "",
    NONE,
    "Whether this node of the database is usable",
);
/// How many files of the peer differ.
pub static PEER_DIFFERENCES: Metric = metric(
    "peer_differences",
    None,
    "",
    ODD,
    "Files and groups of boot files that differ from the peer's, of the same data",
);
/// When everything that was to be made was last made.
pub static REBUILT: Metric = metric(
    "last_rebuild_timestamp_seconds",
    None,
    "s",
    NONE,
    "When a rebuild last made something and all of it succeeded, seconds \
     since 1970",
);
/// How long ago that was.
pub static REBUILT_AGE: Metric = metric(
    "last_rebuild_age_seconds",
    None,
    "s",
    NONE,
    "How long ago that was, seconds",
);
/// How the last rebuild that had something to do ended.
pub static REBUILT_EXIT: Metric = metric(
    "last_rebuild_exit_code",
    None,
    "",
    ODD,
    "The exit code of the last rebuild that had something to do",
);
/// Parts that are owed.
pub static OWED: Metric = metric(
    "rebuild_owed_parts",
    None,
    "",
    NONE,
    "Parts that failed or had to wait, and are made by the next rebuild",
);
/// Whether a daemon answers.
pub static DAEMON_UP: Metric = metric(
    "daemon_up",
    Some("daemon"),
    "",
    NONE,
    "Whether this daemon answers (1) or not (0)",
);
/// Our failover state.
pub static FAILOVER: Metric = metric(
    "failover_state",
    None,
    "",
    NONE,
    "Failover state of dhcpd on this node: 2 normal, 3 \
     communications-interrupted, 4 partner-down, others as in \
     dhcpd's failover-state object",
);
/// The peer's failover state.
pub static FAILOVER_PEER: Metric = metric(
    "failover_partner_state",
    None,
    "",
    NONE,
    "The partner's failover state as dhcpd on this node knows it",
);
/// The difference between the nodes' clocks.
pub static SKEW: Metric = metric(
    "clock_skew_seconds",
    None,
    "s",
    ["-5:5", "-30:30"],
    "Clock of the peer minus the clock of this node, seconds",
);
/// Devices that dhcpd names.
pub static DEVICES: Metric = metric(
    "devices",
    Some("kind"),
    "",
    NONE,
    "Devices that the live dhcpd set sends to a boot file",
);
/// Boot files that devices cannot get.
pub static MISSING: Metric = metric(
    "boot_files_missing",
    Some("kind"),
    "",
    BAD,
    "Devices whose boot file is missing, empty or not readable for all",
);
/// Boot files that are damaged.
pub static DAMAGED: Metric = metric(
    "boot_files_damaged",
    Some("kind"),
    "",
    BAD,
    "Devices whose boot file does not decode, with --deep",
);
/// Texts that do not encode.
pub static NOT_ENCODED: Metric = metric(
    "texts_not_encoded",
    Some("kind"),
    "",
    ODD,
    "Devices whose configfile text did not encode when it was last made",
);
/// Files that somebody else changed.
pub static DRIFT: Metric = metric(
    "drift_files",
    None,
    "",
    ODD,
    "Live files that are not as provha put them there",
);
/// For how long the lock has been held.
pub static LOCKED: Metric = metric(
    "lock_held_seconds",
    None,
    "s",
    NONE,
    "Seconds for which a run has held the lock; 0: it is free",
);
/// The lease file's size.
pub static LEASES: Metric = metric(
    "lease_file_bytes",
    None,
    "B",
    NONE,
    "The size of dhcpd's lease file, octets",
);

/// Other programs that write the same files.
pub static WRITERS: Metric = metric(
    "other_writers",
    None,
    "",
    NONE,
    "Programs of the existing system that write the same files or act on the \
     same daemons by themselves",
);

/// All of them, in the order of the checks.
pub static ALL: [&Metric; 19] = [
    &DATABASE_UP,
    &NODE_UP,
    &PEER_DIFFERENCES,
    &REBUILT,
    &REBUILT_AGE,
    &REBUILT_EXIT,
    &OWED,
    &DAEMON_UP,
    &FAILOVER,
    &FAILOVER_PEER,
    &SKEW,
    &DEVICES,
    &MISSING,
    &DAMAGED,
    &NOT_ENCODED,
    &DRIFT,
    &LOCKED,
    &WRITERS,
    &LEASES,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_fit() {
        for (i, metric) in ALL.iter().enumerate() {
            let fits = |b: u8| b.is_ascii_lowercase() || b == b'_';
            assert!(metric.name.bytes().all(fits), "{}", metric.name);
            assert!(metric.help.len() > 10, "{}", metric.name);
            assert!(!metric.help.contains('\n'), "{}", metric.name);
            assert!(ALL[i + 1..].iter().all(|m| m.name != metric.name));
        }
    }
}
