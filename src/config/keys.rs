//! Every configuration key: kind, default, words for `provha.env(5)`.

/// What a value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// Any text that must never be printed.
    Secret,
    /// An absolute path on the machine; below `--root` when one is given.
    Path,
    /// A program: a name that is looked up in PATH, or an absolute path.
    Program,
    /// A shell command line, run by `/bin/sh -c`; empty means 'do nothing'.
    Command,
    /// A whole number within limits.
    Number(u64, u64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A comma list; blanks around the elements are dropped.
    List,
    /// A comma list of these words, in any letter case.
    Words(&'static [&'static str]),
    /// A comma list of IP addresses, or the word 'none'.
    Addresses,
}

/// The rules of `docsis::check`, by name.
pub const CODEC_RULES: &[&str] = &[
    "number-width",
    "long-object",
    "file-too-large",
    "over-255-octets",
    "network-access",
    "no-service",
    "class-and-flows",
    "flow-reference",
    "classifier-flow",
    "duplicate-object",
    "stale-hash",
    "wrong-block",
    "set-twice",
    "primary-flow",
    "shared-reference",
    "unlimited-rate",
    "modem-file-size",
    "newer-value",
    "newer-setting",
    "extended-mic",
    "one-direction",
    "extended-mic-bitmap",
];

/// The value that holds when the key is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// The same everywhere.
    Is(&'static str),
    /// Debian's value, then that of RHEL-likes.
    Distro(&'static str, &'static str),
}

/// One key of the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The name in the env files.
    pub name: &'static str,
    /// What its value must look like.
    pub kind: Kind,
    /// The value when it is not set.
    pub fallback: Fallback,
    /// What it does, for the man page.
    pub doc: &'static str,
}

use Fallback::{Distro, Is};
use Kind::{
    Addresses, Choice, Command, List, Number, Path, Program, Secret, Text,
    Words,
};

/// A row of the table.
const fn key(
    name: &'static str,
    kind: Kind,
    fallback: Fallback,
    doc: &'static str,
) -> Key {
    Key { name, kind, fallback, doc }
}

/// A port number.
const PORT: Kind = Number(1, 65535);
/// A percentage.
const PERCENT: Kind = Number(0, 100);
/// The HMACs that ISC dhcpd 4.4 and BIND 9 share (RFC 8945 section 6).
pub const HMACS: &[&str] = &[
    "hmac-sha256",
    "hmac-sha512",
    "hmac-sha384",
    "hmac-sha224",
    "hmac-sha1",
    "hmac-md5",
];

/// All keys, grouped by what they are about.
pub const KEYS: &[Key] = &[
    // --- the existing system's keys
    key(
        "DB_HOST",
        List,
        Is("localhost"),
        "Database nodes, tried in this order; a node that is down, refuses the login or is not usable (Galera) is passed over. `localhost` means the local socket.",
    ),
    key("DB_DATABASE", Text, Is("nmsprime"), "Database name."),
    key(
        "DB_USERNAME",
        Text,
        Is("nmsprime"),
        "Database user; SELECT on the database is enough.",
    ),
    key("DB_PASSWORD", Secret, Is(""), "Password of that user."),
    key(
        "DB_SOCKET",
        Text,
        Is(""),
        "Socket for the host `localhost`; empty: the usual places, then 127.0.0.1.",
    ),
    key("DB_PORT", PORT, Is("3306"), "TCP port of the database nodes."),
    key(
        "DNS_PASSWORD",
        Secret,
        Is(""),
        "TSIG secret (base64) of installations whose provbase table has no dns_password.",
    ),
    key(
        "APP_TIMEZONE",
        Text,
        Is("Europe/Berlin"),
        "IANA name of the time zone whose UTC offset modems are given (DHCP option 2).",
    ),
    key(
        "PROVHA__OWN_STATE",
        Text,
        Is(""),
        "This machine's wanted role: master, slave or standalone. `--role` wins over it.",
    ),
    key(
        "SLAVE_SSH_PORT",
        PORT,
        Is("22"),
        "SSH port of the slaves, for the file sync.",
    ),
    // --- database
    key(
        "PROVHA__DB_CONNECT_TIMEOUT",
        Number(1, 60),
        Is("2"),
        "Seconds to wait for a database node to accept the connection, and as many again for the login; then the next node is tried.",
    ),
    key(
        "PROVHA__DB_READ_TIMEOUT",
        Number(1, 600),
        Is("60"),
        "Seconds to wait for an answer of the database.",
    ),
    key(
        "PROVHA__DB_TLS",
        Choice(&["off", "required"]),
        Is("off"),
        "TLS on TCP connections to the database; a server without TLS is refused when required.",
    ),
    key(
        "PROVHA__DB_TLS_CA",
        Text,
        Is(""),
        "PEM file of the CA that signed the database servers' certificates; empty: the system's CAs.",
    ),
    key(
        "PROVHA__MODULES",
        Words(&["ProvBase", "ProvVoip", "ProvHA"]),
        Is(""),
        "Modules of the existing system that count as installed; empty: found by their tables.",
    ),
    key(
        "PROVHA__POOL_OPTIONAL",
        Choice(&["safe", "unsafe"]),
        Is("safe"),
        "What ippool.optional may hold. safe: options, lease times, settings of names, ranges and permissions; unsafe: any statement that dhcpd accepts in a subnet, programs included.",
    ),
    // --- paths
    key(
        "PROVHA__STATE_DIR",
        Path,
        Is("/var/lib/provha"),
        "State of provha itself: generations, last rebuild.",
    ),
    key(
        "PROVHA__GENERATIONS",
        Number(1, 1000),
        Is("20"),
        "The generations of how many runs are kept for rollback and diff.",
    ),
    key(
        "PROVHA__LOCK_FILE",
        Path,
        Is("/run/provha/lock"),
        "The lock that keeps runs apart.",
    ),
    key(
        "PROVHA__TEMPLATE_DIR",
        Path,
        Is("/etc/provha/templates"),
        "Templates here replace the built-in ones of the same name, file by file.",
    ),
    key(
        "PROVHA__TFTP_DIR",
        Path,
        Is("/tftpboot"),
        "Root directory of the TFTP server.",
    ),
    key(
        "PROVHA__OMAPI_KEY_FILE",
        Path,
        Is("/etc/dhcp-nmsprime/omapi.key"),
        "The OMAPI key, one line: NAME ALGORITHM SECRET; the same on both nodes, mode 0640.",
    ),
    // --- dhcpd
    key(
        "PROVHA__DHCPD_BIN",
        Program,
        Is("dhcpd"),
        "The ISC dhcpd program, for `dhcpd -t`.",
    ),
    key(
        "PROVHA__DHCPD_UNIT",
        Text,
        Distro("isc-dhcp-server", "dhcpd"),
        "The systemd unit of dhcpd.",
    ),
    key(
        "PROVHA__DHCPD_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Restarts dhcpd; %u is the unit. SIGHUP would kill dhcpd.",
    ),
    key(
        "PROVHA__DHCPD_PROBE",
        Command,
        Is(""),
        "Succeeds when dhcpd is up and answers; empty: the built-in probe.",
    ),
    key(
        "PROVHA__DHCPD_LEASES",
        Path,
        Distro("/var/lib/dhcp/dhcpd.leases", "/var/lib/dhcpd/dhcpd.leases"),
        "dhcpd's lease file. Not set: the last `-lf` of dhcpd's unit, its drop-ins and the options that it takes from /etc/sysconfig/dhcpd (DHCPDARGS) or /etc/default/isc-dhcp-server (OPTIONS), else this default.",
    ),
    key(
        "PROVHA__DHCP_OWNER",
        Text,
        Is("root"),
        "Owner of the files in /etc/dhcp-nmsprime.",
    ),
    key(
        "PROVHA__DHCP_GROUP",
        Text,
        Distro("root", "dhcpd"),
        "Group of the files in /etc/dhcp-nmsprime; dhcpd must be in it.",
    ),
    key(
        "PROVHA__TFTP_OWNER",
        Text,
        Is("root"),
        "Owner of the files that are made below the TFTP directory.",
    ),
    key(
        "PROVHA__TFTP_GROUP",
        Text,
        Is("root"),
        "Group of the files that are made below the TFTP directory.",
    ),
    key(
        "PROVHA__MTA_HASH",
        Choice(&["eu", "na", "none"]),
        Is("eu"),
        "Configuration hash of telephone adapters' files: EuroPacketCable, PacketCable (North America) or none.",
    ),
    key(
        "PROVHA__CODEC_ALLOW",
        Words(CODEC_RULES),
        Is(""),
        "Rules of the check of device files that are silenced (docsis check --rules lists them). A refused one that is named here passes as the existing encoder has it.",
    ),
    // --- failover
    key(
        "PROVHA__FAILOVER_PORT",
        PORT,
        Is("647"),
        "TCP port on which this node's dhcpd listens for its failover peer.",
    ),
    key(
        "PROVHA__FAILOVER_PEER_PORT",
        PORT,
        Is("647"),
        "TCP port of the peer's dhcpd.",
    ),
    key(
        "PROVHA__MCLT",
        Number(1, 604_800),
        Is("3600"),
        "Maximum client lead time in seconds; primary only (dhcpd.conf(5)).",
    ),
    key(
        "PROVHA__MAX_RESPONSE_DELAY",
        Number(1, 3600),
        Is("60"),
        "Seconds of silence after which dhcpd takes the failover connection for broken.",
    ),
    key(
        "PROVHA__MAX_UNACKED_UPDATES",
        Number(1, 1000),
        Is("10"),
        "Binding updates that may be sent without an answer.",
    ),
    key(
        "PROVHA__LOAD_BALANCE_MAX_SECONDS",
        Number(0, 255),
        Is("5"),
        "A client that has waited this long is answered by either node.",
    ),
    key("PROVHA__OMAPI_PORT", PORT, Is("7911"), "OMAPI port of dhcpd."),
    key(
        "PROVHA__TSIG_ALGORITHM",
        Choice(HMACS),
        Is("hmac-sha256"),
        "Algorithm of the dhcpupdate key.",
    ),
    // --- file sync and clean-up
    key(
        "PROVHA__SYNC_PATHS",
        List,
        Is(
            "/etc/named-ddns-cpe.key, /tftpboot/cvc, /tftpboot/fw, /tftpboot/keyfile, /tftpboot/dialplan, /var/www/nmsprime/storage/app/config, /var/www/nmsprime/storage/app/data/billingbase, /var/www/nmsprime/storage/app/data/dashboard, /var/www/nmsprime/storage/app/data/hfccustomer, /var/www/nmsprime/storage/app/data/hfcsnmp, /var/www/nmsprime/storage/app/data/provvoipenvia",
        ),
        "Files and directories that the master sends to the slaves; what is missing or empty is left alone there.",
    ),
    key(
        "PROVHA__SYNC_TARGET_ROOT",
        Path,
        Is("/"),
        "Directory on the slaves below which the paths are written; it must exist there.",
    ),
    key(
        "PROVHA__SYNC_CONNECT_TIMEOUT",
        Number(1, 120),
        Is("5"),
        "Seconds to wait for a slave's sshd.",
    ),
    key(
        "PROVHA__SYNC_IO_TIMEOUT",
        Number(1, 3600),
        Is("30"),
        "Seconds of silence after which a transfer is given up.",
    ),
    key(
        "PROVHA__SYNC_TIMEOUT",
        Number(1, 86_400),
        Is("1800"),
        "Seconds that one path of one slave may take in all.",
    ),
    key(
        "PROVHA__RSYNC_BIN",
        Program,
        Is("rsync"),
        "The rsync program of this machine.",
    ),
    key(
        "PROVHA__SSH_BIN",
        Program,
        Is("ssh"),
        "The ssh program of this machine.",
    ),
    key(
        "PROVHA__SSH_USER",
        Text,
        Is("root"),
        "The user that the file sync logs in as on the slaves.",
    ),
    key(
        "PROVHA__SSH_IDENTITY",
        Path,
        Is(""),
        "Private key for the slaves, without a pass phrase; empty: what ssh finds by itself.",
    ),
    key(
        "PROVHA__SSH_KNOWN_HOSTS",
        Path,
        Is(""),
        "File with the slaves' host keys; empty: what ssh finds by itself. An unknown key is never accepted.",
    ),
    key(
        "PROVHA__SSH_CONFIG",
        Path,
        Is(""),
        "ssh's configuration file, such as for a jump host; empty: what ssh finds by itself.",
    ),
    key(
        "PROVHA__CLEAN_UP_PATHS",
        List,
        Is(
            "/etc/cron.d/backup-nmsprime, /etc/cron.d/nmsprime-*, /etc/cron.d/cacti*, /etc/cron.d/icinga*, /etc/cron.d/rndc-sync*, /etc/cron.d/genieacs*, /etc/cron.d/voipmonitor*, /etc/supervisord.d/*nmsprime*, /etc/supervisor/conf.d/*nmsprime*, /etc/systemd/system/nmsprime-queue*, /etc/systemd/system/cacti*, /etc/systemd/system/icinga-director*, /etc/systemd/system/genieacs*, /etc/systemd/system/voipmonitor*, /etc/systemd/system/*.wants/nmsprime-queue*, /etc/systemd/system/*.wants/cacti*, /etc/systemd/system/*.wants/icinga-director*, /etc/systemd/system/*.wants/genieacs*, /etc/systemd/system/*.wants/voipmonitor*, /usr/lib/systemd/system/nmsprime-queue*, /usr/lib/systemd/system/cacti*, /usr/lib/systemd/system/icinga-director*, /usr/lib/systemd/system/genieacs*, /usr/lib/systemd/system/voipmonitor*",
        ),
        "What must not run on a slave, with * and ? inside a name; replaces the default list. /etc/cron.d/nmsprime always stays.",
    ),
    key(
        "PROVHA__CLEAN_UP_STOP",
        Command,
        Is("systemctl stop %u"),
        "Stops a systemd unit (%u) before its file is put away.",
    ),
    key(
        "PROVHA__CLEAN_UP_RELOAD",
        Command,
        Is("systemctl daemon-reload"),
        "Runs once after unit files were put away or brought back.",
    ),
    key(
        "PROVHA__CLEAN_UP_SUPERVISOR",
        Command,
        Is("supervisorctl update"),
        "Runs once after files of supervisord were put away or brought back.",
    ),
    // --- end of file sync and clean-up
    // --- named
    key(
        "PROVHA__NAMED_CONF",
        Path,
        Is("/etc/named-nmsprime.conf"),
        "named's configuration; made whole.",
    ),
    key(
        "PROVHA__NAMED_DIR",
        Path,
        Is("/var/named"),
        "named's working directory; named must be able to write there.",
    ),
    key(
        "PROVHA__ZONE_DIR",
        Path,
        Is("/var/named/dynamic"),
        "Directory of the zone files; named must be able to write there.",
    ),
    key(
        "PROVHA__NAMED_OWNER",
        Text,
        Distro("bind", "named"),
        "User that named runs as: owner of new zone files.",
    ),
    key(
        "PROVHA__NAMED_GROUP",
        Text,
        Distro("bind", "named"),
        "Group that named runs as; it may read named's configuration.",
    ),
    key(
        "PROVHA__NAMED_CONF_OWNER",
        Text,
        Is("root"),
        "Owner of named's configuration.",
    ),
    key("PROVHA__NAMED_UNIT", Text, Is("named"), "The systemd unit of named."),
    key(
        "PROVHA__NAMED_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Restarts named; %u is the unit.",
    ),
    key(
        "PROVHA__NAMED_PROBE",
        Command,
        Is(""),
        "Succeeds when named is up and answers; empty: a query for the SOA of each zone.",
    ),
    key(
        "PROVHA__NAMED_CHECKCONF_BIN",
        Program,
        Is("named-checkconf"),
        "The checker of named's configuration.",
    ),
    key(
        "PROVHA__NSUPDATE_BIN",
        Program,
        Is("nsupdate"),
        "The program that sends dynamic updates to named.",
    ),
    key(
        "PROVHA__DNS_PORT",
        PORT,
        Is("53"),
        "Port of named on both nodes, for our own updates and questions; those of dhcpd itself always go to port 53.",
    ),
    key(
        "PROVHA__DNS_FORWARDERS",
        Addresses,
        Is("8.8.8.8,8.8.4.4"),
        "Servers that named asks for foreign names, or none: it asks the root servers.",
    ),
    // --- time
    key(
        "PROVHA__CHRONY_CONF",
        Path,
        Distro(
            "/etc/chrony/conf.d/nmsprime.conf",
            "/etc/chrony.d/nmsprime.conf",
        ),
        "The part of chrony's configuration that is ours.",
    ),
    key(
        "PROVHA__CHRONY_MAIN_CONF",
        Path,
        Distro("/etc/chrony/chrony.conf", "/etc/chrony.conf"),
        "chrony's main configuration, which must include that part; only read.",
    ),
    key("PROVHA__CHRONYD_BIN", Program, Is("chronyd"), "For `chronyd -p`."),
    key(
        "PROVHA__CHRONY_UNIT",
        Text,
        Distro("chrony", "chronyd"),
        "The systemd unit of chronyd.",
    ),
    key(
        "PROVHA__CHRONY_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Restarts chronyd; %u is the unit.",
    ),
    key(
        "PROVHA__CHRONY_PROBE",
        Command,
        Is(""),
        "Succeeds when chronyd is up and answers; empty: an NTP query.",
    ),
    key(
        "PROVHA__CHRONY_LOCAL_STRATUM",
        Number(0, 15),
        Is("10"),
        "Stratum of the own clock while no source can be reached, so that modems still get a time; 0: none is given then.",
    ),
    key(
        "PROVHA__TIME_INETD",
        Choice(&["auto", "xinetd", "inetd", "none"]),
        Is("auto"),
        "What serves the time on UDP port 37 (RFC 868): xinetd, another inetd by a line in its inetd.conf, none; auto: the one that is installed.",
    ),
    key(
        "PROVHA__XINETD_CONF",
        Path,
        Is("/etc/xinetd.d/nmsprime-time"),
        "The service file for xinetd; xinetd skips names with a dot.",
    ),
    key(
        "PROVHA__INETD_CONF",
        Path,
        Is("/etc/inetd.conf"),
        "The configuration of another inetd; one line is added.",
    ),
    key(
        "PROVHA__XINETD_UNIT",
        Text,
        Is("xinetd"),
        "The systemd unit of xinetd.",
    ),
    key(
        "PROVHA__XINETD_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Restarts xinetd; %u is the unit.",
    ),
    key(
        "PROVHA__INETD_UNIT",
        Text,
        Is("inetd"),
        "The systemd unit of another inetd, such as inetutils-inetd.",
    ),
    key(
        "PROVHA__INETD_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Restarts another inetd; %u is the unit.",
    ),
    key(
        "PROVHA__TIME_PROBE",
        Command,
        Is(""),
        "Succeeds when the time service on UDP port 37 answers; empty: a query.",
    ),
    // --- rebuild and watch
    key(
        "PROVHA__WATCH_POLL",
        Number(50, 60000),
        Is("250"),
        "Milliseconds between two looks of watch at the database's commit position.",
    ),
    key(
        "PROVHA__NAMES_INTERVAL",
        Number(1, 86400),
        Is("60"),
        "Seconds between two looks of rebuild and watch at the lease file, for the names in the zones.",
    ),
    // --- limits
    key(
        "PROVHA__RESTART_HOLD",
        Number(0, 3600),
        Is("120"),
        "Seconds for which a restart of dhcpd is held back at the most while the failover peer neither serves nor is known dead; 0: never held back, and no turns are taken with the peer.",
    ),
    key(
        "PROVHA__GUARD_MAX_REMOVED_PERCENT",
        PERCENT,
        Is("5"),
        "A run that would drop more of the live hosts than this (and more than 10) is refused.",
    ),
    key(
        "PROVHA__GUARD_MAX_QUARANTINED_PERCENT",
        PERCENT,
        Is("2"),
        "A run that would leave out more of all modem, MTA, endpoint and pool rows than this (and more than 20) is refused.",
    ),
    key(
        "PROVHA__COMMAND_TIMEOUT",
        Number(1, 3600),
        Is("120"),
        "Seconds after which a checker or restart command is ended.",
    ),
    key(
        "PROVHA__VERIFY_TIMEOUT",
        Number(0, 600),
        Is("0"),
        "Seconds that a restarted daemon has to answer; 0: with new content 2 s more than its last good restart took, or 8 s and twice the checker's time where none is known; else 30.",
    ),
    key(
        "PROVHA__VERIFY_SETTLE",
        Number(0, 60),
        Is("2"),
        "Seconds that a restarted daemon must stay up after its first answer.",
    ),
];

/// The row of `name`.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The key nearest to a misspelt name, for the hint.
pub fn nearest(name: &str) -> Option<&'static str> {
    let distance =
        |key: &Key| similar::TextDiff::from_chars(key.name, name).ratio();
    KEYS.iter()
        .map(|key| (distance(key), key.name))
        .filter(|(ratio, _)| *ratio > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_documented() {
        for (i, key) in KEYS.iter().enumerate() {
            assert!(key.doc.len() > 10, "{} has no doc", key.name);
            assert!(KEYS[i + 1..].iter().all(|k| k.name != key.name));
        }
    }

    #[test]
    fn every_key_that_the_code_asks_for_is_in_the_table() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        let mut todo = vec![std::path::PathBuf::from(root)];
        while let Some(dir) = todo.pop() {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    todo.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("mod tests {").next().unwrap();
                for word in code.split('"').skip(1).step_by(2) {
                    let named =
                        word.strip_prefix("PROVHA__").is_some_and(|n| {
                            !n.is_empty()
                                && n.bytes().all(|b| {
                                    b.is_ascii_uppercase() || b == b'_'
                                })
                        });
                    assert!(
                        !named || find(word).is_some(),
                        "{}: {word}",
                        path.display()
                    );
                }
            }
        }
    }

    #[test]
    fn a_misspelt_key_finds_its_neighbour() {
        assert_eq!(nearest("PROVHA__MCTL"), Some("PROVHA__MCLT"));
        assert_eq!(nearest("SOMETHING"), None);
    }
}
