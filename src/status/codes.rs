//! Every code of `status`: what it means and what to do. The man page
//! provha-codes(7), the table in docs/status.md and the findings of
//! `status --json` are made of this table.

use crate::status::State;
use State::{Critical, Unknown, Warning};

/// What a code may be the consequence of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Because {
    /// The code that explains it.
    pub id: &'static str,
    /// How bad that one must be to explain it.
    pub at_least: State,
}

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Its name, which never changes and is never used again.
    pub id: &'static str,
    /// The check that finds it.
    pub check: &'static str,
    /// The worst state it comes with.
    pub severity: State,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What that means.
    pub meaning: &'static str,
    /// Commands that show more, or repair it.
    pub commands: &'static [&'static str],
    /// The codes that it hides behind.
    pub because: &'static [Because],
}

/// A cause that explains it in whatever state.
const fn of(id: &'static str) -> Because {
    Because { id, at_least: State::Unknown }
}

/// A cause that explains it only if it is critical.
const fn bad(id: &'static str) -> Because {
    Because { id, at_least: Critical }
}

/// A code's row, by its number.
pub fn find(id: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(id))
}

/// The code of a check of the database cluster.
pub fn of_cluster(check: &str) -> Option<&'static Code> {
    let mut all = ALL.iter().filter(|code| code.id.starts_with("PH-6"));
    all.find(|code| code.check == check).copied()
}

/// All codes by their numbers.
pub fn by_id() -> Vec<&'static Code> {
    let mut all = ALL.to_vec();
    all.sort_by_key(|code| code.id);
    all
}

/// The table of docs/status.md.
pub fn markdown() -> String {
    let mut out = String::from(
        "| code | worst state | what is wrong | what it means | do |
\
         |---|---|---|---|---|
",
    );
    for code in by_id() {
        let commands: Vec<String> = code
            .commands
            .iter()
            .map(|c| format!("`{c}`").replace('|', r"\|"))
            .collect();
        out += &format!(
            "| {} | {} | {} | {} | {} |
",
            code.id,
            code.severity.word(),
            code.title,
            code.meaning,
            commands.join(", ")
        );
    }
    out
}

/// Where a code stands among those of the same state: what costs modems their
/// service comes first.
pub fn rank(code: &Code) -> usize {
    ALL.iter().position(|other| other.id == code.id).unwrap_or(usize::MAX)
}

/// dhcpd does not answer.
pub static DHCPD_SILENT: Code = Code {
    id: "PH-201",
    check: "dhcpd",
    severity: Critical,
    title: "dhcpd does not answer",
    meaning: "The DHCP server of this node is not running, hangs, or does not listen. Without a peer that serves, no modem boots and no lease is renewed.",
    commands: &[
        "systemctl status isc-dhcp-server",
        "journalctl -u isc-dhcp-server -n 50",
        "provha dhcp --now",
        "provha rollback",
    ],
    because: &[of("PH-501"), of("PH-202")],
};

/// What was made for dhcpd is gone.
pub static DHCPD_GONE: Code = Code {
    id: "PH-202",
    check: "dhcpd",
    severity: Critical,
    title: "What was made for dhcpd is gone",
    meaning: "The files below /etc/dhcp-nmsprime are not there any more. A running dhcpd goes on; it will not start again.",
    commands: &["provha rebuild --force"],
    because: &[],
};

/// This node does not serve: it waits for its peer.
pub static NOT_SERVING: Code = Code {
    id: "PH-303",
    check: "failover",
    severity: Critical,
    title: "This node does not serve: it waits for its peer",
    meaning: "dhcpd runs, but its failover state is one in which it answers no client, and the peer does not serve either as far as this node knows.",
    commands: &[
        "provha failover state",
        "provha failover wait normal",
        "provha failover partner-down",
    ],
    because: &[of("PH-201")],
};

/// dhcpd cannot be asked for its failover state.
pub static FAILOVER_UNREAD: Code = Code {
    id: "PH-306",
    check: "failover",
    severity: Critical,
    title: "dhcpd cannot be asked for its failover state",
    meaning: "OMAPI of this node's dhcpd does not answer, or not with this key.",
    commands: &["provha failover state", "provha dhcp --diff"],
    because: &[of("PH-201"), of("PH-202")],
};

/// The failover pair is missing.
pub static NO_PAIR: Code = Code {
    id: "PH-301",
    check: "failover",
    severity: Critical,
    title: "The failover pair is missing",
    meaning: "Two servers that do not know of each other give one address to two clients. The settings, the role and the live dhcpd set do not name the same peer.",
    commands: &["provha pair join", "provha config show --origin"],
    because: &[],
};

/// The settings name another peer than the live set.
pub static OTHER_PEER: Code = Code {
    id: "PH-302",
    check: "pair",
    severity: Critical,
    title: "The settings name another peer than the live set",
    meaning: "Changes of the dhcpd set are refused until they agree.",
    commands: &[
        "provha config show --origin",
        "provha pair join",
        "provha pair leave",
    ],
    because: &[],
};

/// No TFTP server gives boot files.
pub static TFTP_DEAD: Code = Code {
    id: "PH-241",
    check: "tftp",
    severity: Critical,
    title: "No TFTP server gives boot files",
    meaning: "A modem that boots now stays in init(o). Modems that are online stay online.",
    commands: &[
        "systemctl status tftpd-hpa",
        "journalctl -u tftpd-hpa -n 50",
        "provha dhcp",
    ],
    because: &[],
};

/// Modems are sent to a TFTP server that does not answer.
pub static TFTP_WRONG: Code = Code {
    id: "PH-244",
    check: "tftp",
    severity: Critical,
    title: "Modems are sent to a TFTP server that does not answer",
    meaning: "The server on this node is dead, the peer's answers, but the live dhcpd set names this node.",
    commands: &["systemctl restart tftpd-hpa", "provha dhcp"],
    because: &[],
};

/// Boot files are missing.
pub static FILES_MISSING: Code = Code {
    id: "PH-401",
    check: "boot-files",
    severity: Critical,
    title: "Boot files are missing",
    meaning: "dhcpd sends these devices to a file that is missing, empty or not readable for all: they do not come online.",
    commands: &["provha configfile cm", "provha configfile mta"],
    because: &[],
};

/// Boot files are damaged.
pub static FILES_DAMAGED: Code = Code {
    id: "PH-402",
    check: "boot-files",
    severity: Critical,
    title: "Boot files are damaged",
    meaning: "A file does not decode, or its MIC is not that of its content (only with --deep). A modem or its CMTS refuses it.",
    commands: &["provha configfile cm --full", "provha configfile mta --full"],
    because: &[],
};

/// Boot files cannot be looked at.
pub static FILES_UNSEEN: Code = Code {
    id: "PH-404",
    check: "boot-files",
    severity: Critical,
    title: "Boot files cannot be looked at",
    meaning: "The file system hangs, or this user may not read the host files.",
    commands: &["df /tftpboot", "dmesg | tail"],
    because: &[of("PH-141")],
};

/// A pool is full.
pub static POOL_FULL: Code = Code {
    id: "PH-511",
    check: "pools",
    severity: Critical,
    title: "A pool is full",
    meaning: "No address of this pool is free on either node: new clients of this CMTS get none.",
    commands: &["provha status pools"],
    because: &[],
};

/// dhcpd's lease file does not exist.
pub static LEASES_GONE: Code = Code {
    id: "PH-501",
    check: "leases",
    severity: Critical,
    title: "dhcpd's lease file does not exist",
    meaning: "dhcpd does not start again without it.",
    commands: &["ls -l /var/lib/dhcp", "touch /var/lib/dhcp/dhcpd.leases"],
    because: &[],
};

/// Kea's DHCPv6 server does not answer.
pub static KEA_SILENT: Code = Code {
    id: "PH-251",
    check: "dhcp6",
    severity: Critical,
    title: "kea-dhcp6 does not answer",
    meaning: "Kea's DHCPv6 server is not running, hangs, or does not listen: no device gets an address or a prefix of IP version 6 from this node.",
    commands: &[
        "systemctl status kea-dhcp6-server",
        "kea-dhcp6 -t /etc/kea/kea-dhcp6.conf",
        "provha dhcp",
        "provha rollback",
    ],
    because: &[],
};

/// Kea's DHCPv6 server serves other files than the live ones.
pub static KEA_OLD: Code = Code {
    id: "PH-252",
    check: "dhcp6",
    severity: Critical,
    title: "kea-dhcp6 has not loaded the live files",
    meaning: "It runs with what it read before the files of /etc/kea were made: changes of pools and endpoints of IP version 6 do not hold.",
    commands: &["systemctl restart kea-dhcp6-server", "provha rebuild --force"],
    because: &[],
};

/// Nobody serves the files for Kea's DHCPv6 server.
pub static KEA_UNUSED: Code = Code {
    id: "PH-253",
    check: "dhcp6",
    severity: Warning,
    title: "Nobody serves the files for kea-dhcp6",
    meaning: "The database has rows of IP version 6 and their files are made, but kea-dhcp6 is not installed, or its configuration does not include them. PROVHA__DHCP6=off says that this is meant.",
    commands: &["provha dhcp", "provha config show"],
    because: &[],
};

/// named does not answer.
pub static NAMED_SILENT: Code = Code {
    id: "PH-211",
    check: "named",
    severity: Critical,
    title: "named does not answer",
    meaning: "Names of devices do not resolve through this node. Devices use the peer's server if they know it.",
    commands: &[
        "systemctl status named",
        "journalctl -u named -n 50",
        "provha dns",
    ],
    because: &[of("PH-212")],
};

/// named does not serve one of its zones.
pub static NAMED_ZONE: Code = Code {
    id: "PH-213",
    check: "named",
    severity: Critical,
    title: "named does not serve one of its zones",
    meaning: "It runs, but a zone was not loaded.",
    commands: &["provha dns", "named-checkconf -z /etc/named-nmsprime.conf"],
    because: &[],
};

/// What was made for named is gone.
pub static NAMED_GONE: Code = Code {
    id: "PH-212",
    check: "named",
    severity: Critical,
    title: "What was made for named is gone",
    meaning: "A running named goes on; it will not start again.",
    commands: &["provha rebuild --force"],
    because: &[],
};

/// The settings in the database are unusable.
pub static ROLE_UNUSABLE: Code = Code {
    id: "PH-101",
    check: "role",
    severity: Critical,
    title: "The settings in the database are unusable",
    meaning: "Nothing can be made from provbase and provha as they are. Modems keep what is live.",
    commands: &["provha config show --origin", "provha dhcp --dry-run"],
    because: &[],
};

/// The database cannot be read.
pub static DB_GONE: Code = Code {
    id: "PH-111",
    check: "database",
    severity: Critical,
    title: "The database cannot be read",
    meaning: "No usable node. What is live stays and serves; changes wait until the database is back. On a slave this is a warning while its last good work is recent.",
    commands: &[
        "provha status db",
        "mysql -e \"SHOW STATUS LIKE 'wsrep%'\"",
        "systemctl status mariadb",
    ],
    because: &[],
};

/// The last run left something half done.
pub static HALF_DONE: Code = Code {
    id: "PH-122",
    check: "rebuild",
    severity: Critical,
    title: "The last run left something half done",
    meaning: "Exit 5: some of the new files are live, or a roll-back failed.",
    commands: &["provha rebuild", "provha log"],
    because: &[],
};

/// No good work for too long.
pub static STALE: Code = Code {
    id: "PH-124",
    check: "rebuild",
    severity: Critical,
    title: "No good work for too long",
    meaning: "Nothing was made well for more than two intervals (warning) or three (critical).",
    commands: &["systemctl list-timers provha*", "provha rebuild"],
    because: &[of("PH-133"), of("PH-111"), of("PH-101"), of("PH-131")],
};

/// What was made for chronyd is gone.
pub static CHRONYD_GONE: Code = Code {
    id: "PH-222",
    check: "chronyd",
    severity: Critical,
    title: "What was made for chronyd is gone",
    meaning: "A running chronyd goes on; the allow lines are lost at its next start.",
    commands: &["provha rebuild --force"],
    because: &[],
};

/// chronyd does not answer.
pub static CHRONYD_SILENT: Code = Code {
    id: "PH-221",
    check: "chronyd",
    severity: Critical,
    title: "chronyd does not answer",
    meaning: "Nobody gets NTP from this node, and its own clock drifts: failover ends when the nodes are a minute apart.",
    commands: &["systemctl status chrony", "provha time"],
    because: &[of("PH-222")],
};

/// What was made for the time service is gone.
pub static TIME_GONE: Code = Code {
    id: "PH-232",
    check: "time",
    severity: Critical,
    title: "What was made for the time service is gone",
    meaning: "UDP port 37 is not served after the next start of inetd.",
    commands: &["provha rebuild --force"],
    because: &[],
};

/// The time service on UDP port 37 does not answer.
pub static TIME_SILENT: Code = Code {
    id: "PH-231",
    check: "time",
    severity: Critical,
    title: "The time service on UDP port 37 does not answer",
    meaning: "Modems boot without the time of day (init(t)) and write wrong times to their logs.",
    commands: &["systemctl status xinetd", "provha time"],
    because: &[of("PH-232")],
};

/// The clocks of the two nodes differ.
pub static CLOCKS: Code = Code {
    id: "PH-321",
    check: "clock",
    severity: Critical,
    title: "The clocks of the two nodes differ",
    meaning: "From 5 s a warning, from 30 s critical: at 60 s the two dhcpd do not connect any more.",
    commands: &["chronyc tracking", "chronyc makestep"],
    because: &[],
};

/// Live files of a daemon are gone.
pub static LIVE_GONE: Code = Code {
    id: "PH-411",
    check: "drift",
    severity: Critical,
    title: "Live files of a daemon are gone",
    meaning: "The daemon goes on; it would not start again as it is.",
    commands: &["provha dhcp --diff", "provha rebuild --force"],
    because: &[of("PH-202"), of("PH-212"), of("PH-222"), of("PH-232")],
};

/// This node serves alone.
pub static SERVES_ALONE: Code = Code {
    id: "PH-304",
    check: "failover",
    severity: Warning,
    title: "This node serves alone",
    meaning: "The peer does not answer (communications-interrupted), or was declared dead (partner-down). This node serves from its half of the free addresses.",
    commands: &["provha failover state", "provha failover partner-down"],
    because: &[bad("PH-321"), of("PH-301"), of("PH-302")],
};

/// The pair is on its way back.
pub static RECOVERING: Code = Code {
    id: "PH-305",
    check: "failover",
    severity: Warning,
    title: "The pair is on its way back",
    meaning: "One node does not serve yet, or both resolve what they did alone. That ends by itself.",
    commands: &["provha failover wait normal"],
    because: &[bad("PH-321"), of("PH-301"), of("PH-302")],
};

/// No OMAPI key: the two dhcpd cannot be asked.
pub static NO_OMAPI: Code = Code {
    id: "PH-307",
    check: "failover",
    severity: Warning,
    title: "No OMAPI key: the two dhcpd cannot be asked",
    meaning: "Without the key file nobody can see or set the failover state.",
    commands: &["provha config show --origin", "provha dhcp"],
    because: &[],
};

/// The peer's TFTP server serves for both.
pub static TFTP_BY_PEER: Code = Code {
    id: "PH-242",
    check: "tftp",
    severity: Warning,
    title: "The peer's TFTP server serves for both",
    meaning: "This node's server is dead; modems are sent to the peer, which answers.",
    commands: &["systemctl restart tftpd-hpa", "provha dhcp"],
    because: &[],
};

/// Modems are still sent to the other TFTP server.
pub static TFTP_BACK: Code = Code {
    id: "PH-243",
    check: "tftp",
    severity: Warning,
    title: "Modems are still sent to the other TFTP server",
    meaning: "This node's server is back; the live dhcpd set still names another one.",
    commands: &["provha dhcp"],
    because: &[of("PH-111")],
};

/// Texts do not encode.
pub static TEXTS: Code = Code {
    id: "PH-403",
    check: "boot-files",
    severity: Warning,
    title: "Texts do not encode",
    meaning: "The last good file of these devices stays, or they have none and dhcpd does not name them.",
    commands: &["provha configfile cm", "provha configfile mta"],
    because: &[],
};

/// A pool is nearly full.
pub static POOL_NEARLY: Code = Code {
    id: "PH-512",
    check: "pools",
    severity: Warning,
    title: "A pool is nearly full",
    meaning: "At least nine of ten addresses are in use.",
    commands: &["provha status pools"],
    because: &[],
};

/// A pool will be full within a week.
pub static POOL_SOON: Code = Code {
    id: "PH-513",
    check: "pools",
    severity: Warning,
    title: "A pool will be full within a week",
    meaning: "At the growth of the last days.",
    commands: &["provha status pools"],
    because: &[],
};

/// A database node is not usable.
pub static DB_NODE: Code = Code {
    id: "PH-112",
    check: "database",
    severity: Warning,
    title: "A database node is not usable",
    meaning: "The others serve; if one more fails, changes can no longer be applied.",
    commands: &["provha status db"],
    because: &[],
};

/// The last run failed.
pub static LAST_FAILED: Code = Code {
    id: "PH-123",
    check: "rebuild",
    severity: Warning,
    title: "The last run failed",
    meaning: "It failed (1), was refused (3) or rolled back (4); what was live stays.",
    commands: &["provha rebuild", "provha rebuild --dry-run"],
    because: &[of("PH-111"), of("PH-101"), of("PH-201"), of("PH-211")],
};

/// Parts are owed.
pub static OWED: Code = Code {
    id: "PH-125",
    check: "rebuild",
    severity: Warning,
    title: "Parts are owed",
    meaning: "They failed, had to wait, or a run was killed while it made them. The next run makes them.",
    commands: &["provha rebuild"],
    because: &[
        of("PH-133"),
        of("PH-111"),
        of("PH-101"),
        of("PH-201"),
        of("PH-211"),
        of("PH-303"),
        of("PH-304"),
        of("PH-305"),
    ],
};

/// A restart was not completed.
pub static RESTART_OWED: Code = Code {
    id: "PH-126",
    check: "rebuild",
    severity: Warning,
    title: "A restart was not completed",
    meaning: "A run was killed while it restarted a daemon, which may serve what was live before.",
    commands: &["provha rebuild"],
    because: &[of("PH-201"), of("PH-211"), of("PH-221"), of("PH-231")],
};

/// No rebuild has run on this machine.
pub static NEVER: Code = Code {
    id: "PH-121",
    check: "rebuild",
    severity: Warning,
    title: "No rebuild has run on this machine",
    meaning: "Neither the timer nor watch keeps it in line with the database.",
    commands: &[
        "provha rebuild",
        "systemctl enable --now provha-rebuild.timer",
    ],
    because: &[of("PH-111"), of("PH-101")],
};

/// A change of the dhcpd set waits.
pub static CHANGE_WAITS: Code = Code {
    id: "PH-311",
    check: "changes",
    severity: Warning,
    title: "A change of the dhcpd set waits",
    meaning: "This node serves alone, and each start of dhcpd is silent for 15 s then.",
    commands: &["provha dhcp --now"],
    because: &[
        of("PH-303"),
        of("PH-304"),
        of("PH-305"),
        of("PH-306"),
        of("PH-201"),
    ],
};

/// Live files were changed by others.
pub static LIVE_CHANGED: Code = Code {
    id: "PH-412",
    check: "drift",
    severity: Warning,
    title: "Live files were changed by others",
    meaning: "The next full run puts back what the database says.",
    commands: &[
        "provha dhcp --diff",
        "provha dns --diff",
        "provha time --diff",
        "provha configfile --diff",
    ],
    because: &[bad("PH-132")],
};

/// The database is older than what is live.
pub static OLDER: Code = Code {
    id: "PH-129",
    check: "rebuild",
    severity: Critical,
    title: "The database is older than what is live",
    meaning: "It lost commits in a crash, or an old dump was loaded: what is live was made of newer values. No run makes anything until they are entered again, or the older database is accepted.",
    commands: &[
        "provha rebuild --dry-run",
        "cat /var/lib/provha/older-database.txt",
        "provha rebuild --accept-older-database",
    ],
    because: &[],
};

/// This node is out of service.
pub static OUT_OF_SERVICE: Code = Code {
    id: "PH-135",
    check: "maintenance",
    severity: Warning,
    title: "This node is out of service",
    meaning: "Maintenance was begun here: its daemons are stopped, the peer serves, and no run makes or restarts anything until its time is over.",
    commands: &["provha maintenance end"],
    because: &[],
};

/// The role is not that of the last rebuild.
pub static ROLE_DIFFERS: Code = Code {
    id: "PH-102",
    check: "role",
    severity: Warning,
    title: "The role is not that of the last rebuild",
    meaning: "With the database gone, role or addresses of this machine differ from what the last rebuild knew.",
    commands: &["provha config show --origin", "ip address"],
    because: &[of("PH-111")],
};

/// Another program writes the same files.
pub static OTHER_WRITER: Code = Code {
    id: "PH-132",
    check: "writers",
    severity: Critical,
    title: "Another program writes the same files",
    meaning: "The existing system's scheduler, its commands in cron or timers, or its services write what provha writes: each undoes what the other made. Under provha's lock that is a warning.",
    commands: &["provha setup hand-over", "provha adopt"],
    because: &[],
};

/// A run has held the lock for more than an hour.
pub static LOCK_HELD: Code = Code {
    id: "PH-131",
    check: "lock",
    severity: Warning,
    title: "A run has held the lock for more than an hour",
    meaning: "No run takes that long: its waits are all bounded.",
    commands: &["provha status", "ps -fp PID"],
    because: &[],
};

/// dhcpd's lease file cannot be read.
pub static LEASES_UNREAD: Code = Code {
    id: "PH-502",
    check: "leases",
    severity: Warning,
    title: "dhcpd's lease file cannot be read",
    meaning: "Names of devices, pools and the guard rail on leases need it.",
    commands: &["provha config show --origin", "ls -l /var/lib/dhcp"],
    because: &[of("PH-141")],
};

/// Files may not be read.
pub static RIGHTS: Code = Code {
    id: "PH-141",
    check: "rights",
    severity: Unknown,
    title: "Files may not be read",
    meaning: "This user may not read all that status looks at: the other checks are incomplete.",
    commands: &["sudo provha status"],
    because: &[],
};

/// The role is not known.
pub static ROLE_UNKNOWN: Code = Code {
    id: "PH-103",
    check: "role",
    severity: Unknown,
    title: "The role is not known",
    meaning: "It is not set, and the database cannot be asked.",
    commands: &["provha config show --origin"],
    because: &[of("PH-111")],
};

/// The state of the last rebuild cannot be read.
pub static STATE_UNREAD: Code = Code {
    id: "PH-127",
    check: "rebuild",
    severity: Unknown,
    title: "The state of the last rebuild cannot be read",
    meaning: "This user may not read it.",
    commands: &["sudo provha status"],
    because: &[of("PH-141")],
};

/// Live files could not be compared.
pub static NOT_COMPARED: Code = Code {
    id: "PH-413",
    check: "drift",
    severity: Unknown,
    title: "Live files could not be compared",
    meaning: "They cannot be read by this user, or not in time.",
    commands: &["sudo provha status"],
    because: &[of("PH-141"), of("PH-404")],
};

/// The database cluster has no primary component, or two.
pub static COMPONENT: Code = Code {
    id: "PH-601",
    check: "component",
    severity: Critical,
    title: "The database cluster has no primary component, or two",
    meaning: "Without a majority no node accepts a change or a question; two components that serve would drift apart.",
    commands: &["provha cluster status"],
    because: &[],
};

/// Nodes of the database have different states.
pub static DIVERGED: Code = Code {
    id: "PH-602",
    check: "state",
    severity: Critical,
    title: "Nodes of the database have different states",
    meaning: "They were started without their recovered position, or belong to different histories: their data differ.",
    commands: &["provha cluster galera recover"],
    because: &[],
};

/// Nodes of the database are not synced.
pub static NODES_LOST: Code = Code {
    id: "PH-603",
    check: "nodes",
    severity: Critical,
    title: "Nodes of the database are not synced",
    meaning: "They are stopped, joining, or cannot be asked.",
    commands: &["provha cluster galera recover"],
    because: &[of("PH-601")],
};

/// The cluster has another size than the settings say.
pub static CLUSTER_SIZE: Code = Code {
    id: "PH-604",
    check: "size",
    severity: Warning,
    title: "The cluster has another size than the settings say",
    meaning: "A member is missing, or one is not in GALERA_PEER_HOSTS.",
    commands: &["provha cluster status"],
    because: &[of("PH-601"), of("PH-603")],
};

/// The arbiter does not take part as the settings say.
pub static ARBITER: Code = Code {
    id: "PH-605",
    check: "arbiter",
    severity: Warning,
    title: "The arbiter does not take part as the settings say",
    meaning: "With two data nodes its vote decides who goes on when one is lost.",
    commands: &["provha cluster status"],
    because: &[of("PH-601")],
};

/// Nodes are far apart.
pub static BEHIND: Code = Code {
    id: "PH-606",
    check: "position",
    severity: Warning,
    title: "Nodes are far apart",
    meaning: "One applies changes much later than the others.",
    commands: &["provha cluster status"],
    because: &[of("PH-601")],
};

/// Slow nodes hold writers back.
pub static FLOW: Code = Code {
    id: "PH-607",
    check: "flow-control",
    severity: Warning,
    title: "Slow nodes hold writers back",
    meaning: "Flow control pauses all writers until the slowest node has caught up.",
    commands: &["provha cluster status"],
    because: &[of("PH-601")],
};

/// A crash may lose committed changes.
pub static DURABILITY: Code = Code {
    id: "PH-608",
    check: "durability",
    severity: Warning,
    title: "A crash may lose committed changes",
    meaning: "innodb_flush_log_at_trx_commit is not 1 on some node.",
    commands: &["provha cluster status"],
    because: &[of("PH-601")],
};

/// A node is marked as the first though others run.
pub static FIRST_MARK: Code = Code {
    id: "PH-609",
    check: "bootstrap-mark",
    severity: Warning,
    title: "A node is marked as the first though others run",
    meaning: "Started by itself it makes a cluster of its own.",
    commands: &["provha cluster galera recover"],
    because: &[],
};

/// A node cannot be asked in every way.
pub static WAYS: Code = Code {
    id: "PH-610",
    check: "ways",
    severity: Warning,
    title: "A node cannot be asked in every way",
    meaning: "Its state is known by SQL or by ssh alone.",
    commands: &["provha cluster crosscheck"],
    because: &[of("PH-603")],
};

/// The settings of the cluster cannot outlive a loss.
pub static VOTES: Code = Code {
    id: "PH-611",
    check: "votes",
    severity: Warning,
    title: "The settings of the cluster cannot outlive a loss",
    meaning: "Fewer than three votes, an address twice, or this node is not in the list.",
    commands: &["provha config show"],
    because: &[],
};

/// A daemon has not loaded what lies there.
pub static RUNS_OLDER: Code = Code {
    id: "PH-261",
    check: "runs",
    severity: Warning,
    title: "A daemon has not loaded what lies there",
    meaning: "Its files were changed by a run with --no-activate after it was started, and it was not restarted since: it serves an earlier generation, and the next restart changes what it serves.",
    commands: &[
        "provha log",
        "systemctl restart isc-dhcp-server",
        "systemctl restart named",
        "systemctl restart chrony",
    ],
    because: &[
        of("PH-126"),
        of("PH-201"),
        of("PH-211"),
        of("PH-221"),
        of("PH-231"),
    ],
};

/// The two nodes serve different files.
pub static PEER_SET: Code = Code {
    id: "PH-414",
    check: "peer-set",
    severity: Warning,
    title: "The two nodes serve different files",
    meaning: "Both made everything of the same state of the database, and yet their files differ in more than the roles say: other settings, an own template, another shared secret, a roll-back on one of them. A device gets other answers from one node than from the other.",
    commands: &[
        "provha config show --origin",
        "ls /etc/provha/templates",
        "provha dhcp --diff --dry-run",
        "provha rebuild --force",
    ],
    because: &[of("PH-412"), of("PH-411"), of("PH-125"), of("PH-302")],
};

/// The two nodes work from different data.
pub static PEER_DATA: Code = Code {
    id: "PH-415",
    check: "peer-set",
    severity: Warning,
    title: "The two nodes work from different data",
    meaning: "Neither node has seen a change for ten minutes, and yet what they read differs: replication of the database stands still, or the runs of one node do.",
    commands: &["provha status db", "provha rebuild", "provha cluster status"],
    because: &[
        of("PH-111"),
        of("PH-121"),
        of("PH-123"),
        of("PH-124"),
        of("PH-129"),
        of("PH-135"),
    ],
};

/// A check that has no code of its own.
pub static NO_CODE: Code = Code {
    id: "PH-199",
    check: "other",
    severity: Critical,
    title: "Something is wrong that has no code of its own",
    meaning: "The check that found it says what it is. That it has no code is a fault of provha: please report it.",
    commands: &["provha status"],
    because: &[],
};

/// A file system that runs write to is full or read-only.
pub static NO_ROOM: Code = Code {
    id: "PH-128",
    check: "disk",
    severity: Critical,
    title: "A file system that runs write to is full or read-only",
    meaning: "No run can make or note anything there: changes of the database do not reach this node.",
    commands: &["df -h /var/lib/provha /tftpboot", "df -i /var/lib/provha"],
    because: &[],
};

/// The run that holds the lock is stopped.
pub static LOCK_STOPPED: Code = Code {
    id: "PH-133",
    check: "lock",
    severity: Critical,
    title: "The run that holds the lock is stopped",
    meaning: "It was stopped by a signal (SIGSTOP, Ctrl-Z): no other run can work until it goes on or ends.",
    commands: &["provha status", "kill -CONT PID"],
    because: &[],
};

/// The peer's dhcpd cannot be asked through OMAPI.
pub static PEER_MUTE: Code = Code {
    id: "PH-308",
    check: "failover",
    severity: Warning,
    title: "The peer's dhcpd cannot be asked through OMAPI",
    meaning: "The pair serves, but the two cannot see whether the other does before they restart.",
    commands: &["provha failover state", "provha setup check"],
    because: &[],
};

/// All of them; the order is their [`rank`].
pub static ALL: &[&Code] = &[
    &DHCPD_SILENT,
    &DHCPD_GONE,
    &NOT_SERVING,
    &FAILOVER_UNREAD,
    &NO_PAIR,
    &OTHER_PEER,
    &TFTP_DEAD,
    &TFTP_WRONG,
    &FILES_MISSING,
    &FILES_DAMAGED,
    &FILES_UNSEEN,
    &POOL_FULL,
    &LEASES_GONE,
    &KEA_SILENT,
    &KEA_OLD,
    &NAMED_SILENT,
    &NAMED_ZONE,
    &NAMED_GONE,
    &ROLE_UNUSABLE,
    &DB_GONE,
    &NO_ROOM,
    &LOCK_STOPPED,
    &OLDER,
    &HALF_DONE,
    &STALE,
    &CHRONYD_GONE,
    &CHRONYD_SILENT,
    &TIME_GONE,
    &TIME_SILENT,
    &CLOCKS,
    &LIVE_GONE,
    &SERVES_ALONE,
    &PEER_MUTE,
    &RECOVERING,
    &NO_OMAPI,
    &TFTP_BY_PEER,
    &TFTP_BACK,
    &TEXTS,
    &POOL_NEARLY,
    &POOL_SOON,
    &KEA_UNUSED,
    &DB_NODE,
    &LAST_FAILED,
    &OWED,
    &RESTART_OWED,
    &NEVER,
    &CHANGE_WAITS,
    &LIVE_CHANGED,
    &RUNS_OLDER,
    &PEER_SET,
    &PEER_DATA,
    &ROLE_DIFFERS,
    &OTHER_WRITER,
    &OUT_OF_SERVICE,
    &LOCK_HELD,
    &LEASES_UNREAD,
    &RIGHTS,
    &ROLE_UNKNOWN,
    &STATE_UNREAD,
    &NOT_COMPARED,
    &COMPONENT,
    &DIVERGED,
    &NODES_LOST,
    &CLUSTER_SIZE,
    &ARBITER,
    &BEHIND,
    &FLOW,
    &DURABILITY,
    &FIRST_MARK,
    &WAYS,
    &VOTES,
    &NO_CODE,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_their_causes_are_codes() {
        for (i, code) in ALL.iter().enumerate() {
            let number = code.id.strip_prefix("PH-").unwrap();
            assert!(number.len() == 3 && number.parse::<u16>().is_ok());
            assert!(ALL[i + 1..].iter().all(|c| c.id != code.id));
            assert!(!code.commands.is_empty(), "{}", code.id);
            assert!(code.meaning.ends_with('.'), "{}", code.id);
            for cause in code.because {
                assert!(find(cause.id).is_some(), "{}", cause.id);
                assert_ne!(cause.id, code.id);
            }
        }
        assert_eq!(find("ph-201"), Some(&DHCPD_SILENT));
    }

    #[test]
    fn no_code_explains_itself() {
        fn walk(code: &Code, path: &mut Vec<&'static str>) {
            assert!(!path.contains(&code.id), "{path:?} {}", code.id);
            path.push(code.id);
            for cause in code.because {
                walk(find(cause.id).unwrap(), path);
            }
            path.pop();
        }
        for code in ALL {
            walk(code, &mut Vec::new());
        }
    }
}
