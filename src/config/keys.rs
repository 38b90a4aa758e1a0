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
    /// A share and a number, such as `5% 10`: both must be exceeded.
    Limit,
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
    "object-form",
    "classifier-reference",
    "reserved-rate",
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
    Addresses, Choice, Command, Limit, List, Number, Path, Program, Secret,
    Text, Words,
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
        "Database nodes, tried in this order; a node that is down, refuses the login or is not usable (Galera) is skipped. localhost means the local socket.",
    ),
    key(
        "DB_CONNECTION",
        Text,
        Is(""),
        "The kind of database: mysql or pgsql. Empty: pgsql where QUEUE_DRIVER_DATABASE_CONNECTION is pgsql or DB_PORT is 5432, else mysql. Nothing is ever read from another kind than the one meant.",
    ),
    key(
        "QUEUE_DRIVER_DATABASE_CONNECTION",
        Text,
        Is(""),
        "The existing system's, read as a sign for its kind of database.",
    ),
    key("DB_DATABASE", Text, Is("nmsprime"), "Database name."),
    key(
        "DB_USERNAME",
        Text,
        Is("nmsprime"),
        "Database user. SELECT privileges on the database are enough.",
    ),
    key("DB_PASSWORD", Secret, Is(""), "Password of the database user."),
    key(
        "DB_SOCKET",
        Text,
        Is(""),
        "Socket for the host localhost. Empty: the usual places, then 127.0.0.1.",
    ),
    key("DB_PORT", PORT, Is("3306"), "TCP port of the database nodes."),
    key(
        "DNS_PASSWORD",
        Secret,
        Is(""),
        "TSIG secret (base64) for installations whose table provbase has no column dns_password.",
    ),
    key(
        "APP_TIMEZONE",
        Text,
        Is("Europe/Berlin"),
        "IANA name of the time zone. Modems get its UTC offset in DHCP option 2.",
    ),
    key(
        "PROVHA__OWN_STATE",
        Text,
        Is(""),
        "Role of this machine: master, slave or standalone. --role overrides it.",
    ),
    key(
        "PROVHA__OWN_ADDRESS",
        Addresses,
        Is("none"),
        "IPv4 address of this machine in the pair, as `provha setup` was told. Only setup and its check use it; the files are made of table provha.",
    ),
    key(
        "PROVHA__PEER_ADDRESS",
        Addresses,
        Is("none"),
        "IPv4 address of the other machine, likewise.",
    ),
    key(
        "PROVHA__SETUP_WITHOUT",
        List,
        Is(""),
        "Steps that `provha setup` and its check leave out; `setup --without` writes it.",
    ),
    key(
        "PROVHA__FIREWALL_TRUSTED",
        List,
        Is(""),
        "Addresses and nets (10.0.0.0/24) besides the peer and the database nodes that may reach the ports of the pair in what `provha setup` writes for the firewall.",
    ),
    key(
        "SLAVE_SSH_PORT",
        PORT,
        Is("22"),
        "SSH port of the slaves, for the file sync.",
    ),
    // --- the cluster
    key(
        "GALERA_PEER_HOSTS",
        List,
        Is(""),
        "All data nodes of the Galera cluster, the master first: addresses, or names that /etc/hosts knows.",
    ),
    key(
        "CLUSTER_PRIMARY_HOST",
        Text,
        Is(""),
        "The node of GALERA_PEER_HOSTS that does the background work now; set by provha cluster primary. A node does it only while more than half of all nodes name it: else sync-ha-master-files sends nothing. What the node itself serves (rebuild, watch) goes on everywhere. Empty: the role alone decides.",
    ),
    key(
        "PROVHA__GALERA_ARBITER",
        Text,
        Is(""),
        "Address or name of the machine with the Galera arbiter (garbd): a vote without data. With two data nodes it is needed.",
    ),
    key(
        "CLUSTER_FS_PEER_HOSTS",
        Text,
        Is(""),
        "Nodes of the GlusterFS volume, comma separated: the master first, the arbiter last. Three, on all nodes alike.",
    ),
    key(
        "PROVHA__FS_DIR",
        Path,
        Is(""),
        "The directory that GlusterFS holds on all nodes, by provha cluster fs.",
    ),
    key(
        "PROVHA__FS_VOLUME",
        Text,
        Is("nmsprime"),
        "Name of the GlusterFS volume.",
    ),
    key(
        "PROVHA__FS_BRICK",
        Path,
        Is("/srv/gluster/nmsprime"),
        "Where each node keeps its copy of the volume: best on a file system of its own.",
    ),
    key(
        "PROVHA__FS_GLUSTER",
        Command,
        Is("gluster --mode=script"),
        "How gluster is called.",
    ),
    key("PROVHA__FS_UNIT", Text, Is("glusterd"), "Systemd unit of glusterd."),
    key(
        "PROVHA__FS_START",
        Command,
        Is("systemctl enable --now %u"),
        "Starts glusterd, now and with the machine; %u is the unit.",
    ),
    key(
        "PROVHA__FS_MOUNT",
        Command,
        Is("systemctl daemon-reload && mount %d"),
        "Mounts the directory %d by its line in /etc/fstab.",
    ),
    key(
        "PROVHA__CLUSTER_SSH",
        Command,
        Is(""),
        "How a shell is reached on another node; %h is its address, and 'bash -s' is appended. Empty: ssh by SLAVE_SSH_PORT and the PROVHA__SSH_ keys.",
    ),
    key(
        "PROVHA__CLUSTER_PROVHA",
        Command,
        Is("provha"),
        "How this program is called on the nodes, by provha cluster primary.",
    ),
    key(
        "PROVHA__CLUSTER_AT",
        Command,
        Is(
            "systemd-run --quiet --collect --unit=provha-cluster-primary --on-calendar=%t --",
        ),
        "What runs a command later, by provha cluster primary --at; %t is the time, and the command is appended.",
    ),
    key(
        "PROVHA__CLUSTER_TIMEOUT",
        Number(10, 86400),
        Is("1800"),
        "How long one step on a node may take, seconds: a node that receives all data needs long.",
    ),
    key(
        "PROVHA__GALERA_DATA_DIR",
        Path,
        Is("/var/lib/mysql"),
        "Data directory of MariaDB on all nodes.",
    ),
    key(
        "PROVHA__GALERA_GRASTATE",
        Path,
        Is(""),
        "Galera's saved state on all nodes. Empty: grastate.dat in the data directory.",
    ),
    key(
        "PROVHA__GALERA_SERVER",
        Command,
        Is("mariadbd --user=mysql"),
        "The server program as it is called on a node for its recovered position ('--wsrep-recover' is appended) and its settings. It must read the same configuration as the unit.",
    ),
    key(
        "PROVHA__GALERA_CLIENT",
        Command,
        Distro("mariadb", "mysql"),
        "The SQL client of an administrator on a node itself, by the socket and without a password.",
    ),
    key(
        "PROVHA__GALERA_UNIT",
        Text,
        Is("mariadb"),
        "Systemd unit of MariaDB on the nodes.",
    ),
    key(
        "PROVHA__GALERA_START",
        Command,
        Is("systemctl start %u"),
        "Starts MariaDB on a node; %u is the unit, %p the recovered position (the unit of the distribution finds that by itself).",
    ),
    key(
        "PROVHA__GALERA_STOP",
        Command,
        Is("systemctl stop %u"),
        "Stops MariaDB on a node.",
    ),
    key(
        "PROVHA__GALERA_BOOTSTRAP",
        Command,
        Is("galera_new_cluster"),
        "Starts MariaDB on a node as the first of a cluster; %p is the recovered position (galera_new_cluster finds that by itself).",
    ),
    key(
        "PROVHA__GALERA_NAME",
        Text,
        Is("nmsprime"),
        "Name of the Galera cluster, the same on all nodes.",
    ),
    key(
        "PROVHA__GALERA_CONF",
        Path,
        Distro(
            "/etc/mysql/mariadb.conf.d/70-provha-galera.cnf",
            "/etc/my.cnf.d/provha-galera.cnf",
        ),
        "Configuration that provha cluster galera init writes; MariaDB must read it after its own.",
    ),
    key(
        "PROVHA__GALERA_PROVIDER",
        Path,
        Distro(
            "/usr/lib/galera/libgalera_smm.so",
            "/usr/lib64/galera-4/libgalera_smm.so",
        ),
        "Galera's library.",
    ),
    key(
        "PROVHA__GALERA_PROVIDER_OPTIONS",
        Text,
        Is(""),
        "More options of Galera's library, with ';' between them; the arbiter gets those about the network.",
    ),
    key(
        "PROVHA__GALERA_FLUSH",
        Number(0, 2),
        Is("1"),
        "innodb_flush_log_at_trx_commit of the nodes. 1: each commit is on the disk; 2 and 0 may lose the last second when nodes crash together.",
    ),
    key(
        "PROVHA__GALERA_SST",
        Choice(&["mariabackup", "rsync"]),
        Is("mariabackup"),
        "How a node that joins receives all data. rsync: the node that gives takes no writes meanwhile.",
    ),
    key(
        "PROVHA__GALERA_SST_USER",
        Text,
        Is("sst"),
        "Database user of mariabackup.",
    ),
    key(
        "PROVHA__GALERA_SST_PASSWORD",
        Secret,
        Is(""),
        "Its password, the same on all nodes.",
    ),
    key(
        "PROVHA__GALERA_READER",
        Text,
        Is(""),
        "Database user with SELECT on DB_DATABASE that provha cluster galera init makes on the first node, for the slave. Empty: none.",
    ),
    key("PROVHA__GALERA_READER_PASSWORD", Secret, Is(""), "Its password."),
    key(
        "PROVHA__GALERA_GROUP",
        Text,
        Is("mysql"),
        "Group that may read the configuration of MariaDB.",
    ),
    key(
        "PROVHA__GALERA_INSTALL",
        Command,
        Is("mariadb-install-db --user=mysql --skip-test-db"),
        "Makes a data directory on a first node without one; '--datadir=' is appended.",
    ),
    key(
        "PROVHA__GALERA_BACKUP",
        Command,
        Is(
            "mariadb-dump --all-databases --single-transaction --routines --events --triggers",
        ),
        "Prints all data of the first node before it becomes a cluster.",
    ),
    key(
        "PROVHA__GALERA_BACKUP_DIR",
        Path,
        Is("/var/backups/provha"),
        "Directory of that backup.",
    ),
    key(
        "PROVHA__GARBD_CONF",
        Path,
        Distro("/etc/default/garb", "/etc/sysconfig/garb"),
        "Configuration of the arbiter's unit.",
    ),
    key("PROVHA__GARBD_UNIT", Text, Is("garb"), "Systemd unit of the arbiter."),
    key(
        "PROVHA__GARBD_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Restarts the arbiter; %u is the unit.",
    ),
    // --- database
    key(
        "PROVHA__DB_CONNECT_TIMEOUT",
        Number(1, 60),
        Is("2"),
        "Seconds to wait for a database node to accept the connection, and again for the login. Then the next node is tried.",
    ),
    key(
        "PROVHA__DB_READ_TIMEOUT",
        Number(1, 600),
        Is("60"),
        "Seconds to wait for an answer from the database.",
    ),
    key(
        "PROVHA__DB_MAX_LAG",
        Number(1, 86400),
        Is("60"),
        "Seconds that a PostgreSQL standby may be behind its primary; one that is further behind is passed over. One that has replayed all it received is not behind, even when its primary is away: that is told as a warning.",
    ),
    key(
        "PROVHA__DB_TLS",
        Choice(&["off", "prefer", "require", "verify", "required"]),
        Is("prefer"),
        "TLS on TCP connections to the database. prefer: where the server has it, and not within this machine; require: a server without TLS is refused; verify (or required, its former name): the certificate is checked, too.",
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
        "Modules of the existing system that count as installed. Empty: detected by their tables.",
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
        "State of provha itself: generations, last rebuild, device cache.",
    ),
    key(
        "PROVHA__LOG_MASK",
        Choice(&["off", "on"]),
        Is("off"),
        "on: in messages on stderr and in the journal, MAC addresses, host names and telephone numbers have stand-ins, the same in each run (the key is mask.key in PROVHA__STATE_DIR).",
    ),
    key(
        "PROVHA__MAINTENANCE_UNITS",
        List,
        Distro("isc-dhcp-server,tftpd-hpa,named", "dhcpd,tftp.socket,named"),
        "Units that provha maintenance stops, in this order, dhcpd first; they are started in the opposite one.",
    ),
    key(
        "PROVHA__MAINTENANCE_STOP",
        Command,
        Is("systemctl stop %u"),
        "Stops a unit for maintenance; %u is the unit. Exit code 5: there is no such unit.",
    ),
    key(
        "PROVHA__MAINTENANCE_START",
        Command,
        Is("systemctl start %u"),
        "Starts a unit after maintenance; %u is the unit.",
    ),
    key(
        "PROVHA__STATUS_HOLD",
        Number(0, 3600),
        Is("60"),
        "A finding of status that came three times within ten times this many seconds counts until it has been gone for so long. 0: never.",
    ),
    key(
        "PROVHA__TEXTFILE_DIR",
        Path,
        Is(""),
        "Directory of the Prometheus node exporter's textfile collector: each run that makes something ends with writing provha.prom there. Empty: none is written.",
    ),
    key(
        "PROVHA__GENERATIONS",
        Number(1, 1000),
        Is("20"),
        "Number of runs whose generations are kept for rollback and diff.",
    ),
    key(
        "PROVHA__LEASE_HISTORY_DAYS",
        Number(0, 3650),
        Is("14"),
        "Days that the journal of leases is kept for `provha leases`. 0: none is kept, and what was kept is removed.",
    ),
    key(
        "PROVHA__LOCK_FILE",
        Path,
        Is("/run/provha/lock"),
        "Lock file. Only one run works at a time.",
    ),
    key(
        "PROVHA__TEMPLATE_DIR",
        Path,
        Is("/etc/provha/templates"),
        "Templates in this directory replace the built-in templates of the same name.",
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
        "File with the OMAPI key, mode 0640, one line: NAME ALGORITHM SECRET. It must be the same on both nodes.",
    ),
    // --- dhcpd
    key(
        "PROVHA__DHCPD_BIN",
        Program,
        Is("dhcpd"),
        "ISC dhcpd program, used for dhcpd -t.",
    ),
    key(
        "PROVHA__DHCPD_UNIT",
        Text,
        Distro("isc-dhcp-server", "dhcpd"),
        "systemd unit of dhcpd.",
    ),
    key(
        "PROVHA__DHCPD_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Command that restarts dhcpd; %u is the unit. Do not send SIGHUP: dhcpd ends on it.",
    ),
    key(
        "PROVHA__DHCPD_PROBE",
        Command,
        Is(""),
        "Command that succeeds if dhcpd runs and answers. Empty: the built-in probe.",
    ),
    key(
        "PROVHA__DHCPD_LEASES",
        Path,
        Distro("/var/lib/dhcp/dhcpd.leases", "/var/lib/dhcpd/dhcpd.leases"),
        "Lease file of dhcpd. If not set: the last -lf in dhcpd's unit, its drop-ins, DHCPDARGS in /etc/sysconfig/dhcpd or OPTIONS in /etc/default/isc-dhcp-server; otherwise the default.",
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
        "Group of the files in /etc/dhcp-nmsprime. dhcpd must be a member.",
    ),
    key(
        "PROVHA__TFTP_OWNER",
        Text,
        Is("root"),
        "Owner of the files made below the TFTP directory.",
    ),
    key(
        "PROVHA__TFTP_GROUP",
        Text,
        Is("root"),
        "Group of the files made below the TFTP directory.",
    ),
    key(
        "PROVHA__CONF_MODE",
        Choice(&["0640", "0644", "0660"]),
        Is("0640"),
        "Permissions of devices' texts (.conf), which hold secrets such as SIP passwords: 0640 is root and the group of PROVHA__WEB_GROUP; with 0660 that group may write them too, as the existing system's web application does on save; with 0644 every TFTP client can read them.",
    ),
    key(
        "PROVHA__WEB_GROUP",
        Text,
        Distro("www-data", "apache"),
        "Group of the web server, which may read devices' texts (.conf); where there is none, root alone may.",
    ),
    key(
        "PROVHA__MTA_HASH",
        Choice(&["eu", "na", "none"]),
        Is("eu"),
        "Configuration hash in the files of telephone adapters: EuroPacketCable (eu), PacketCable North America (na) or none.",
    ),
    key(
        "PROVHA__CODEC_ALLOW",
        Words(CODEC_RULES),
        Is(""),
        "Rules of the check of device files that are silenced (docsis check --rules lists them). A refused one that is named here passes as the existing encoder has it.",
    ),
    key(
        "PROVHA__MIB_DIRS",
        List,
        Is(""),
        "Directories of MIB files that device texts may name objects of, besides those known to the program and to net-snmp. When a file in them comes, goes or changes, the devices are made again.",
    ),
    // --- Kea
    key(
        "PROVHA__DHCP6",
        Choice(&["auto", "off"]),
        Is("auto"),
        "auto: dhcp also writes the files that Kea's DHCPv6 server includes, once there are pools, endpoints or gateways of IP version 6. off: it never does, and says so.",
    ),
    key(
        "PROVHA__KEA_BIN",
        Program,
        Is("kea-dhcp6"),
        "Kea's DHCPv6 server, used for kea-dhcp6 -t. Where it is not installed nothing is restarted.",
    ),
    key(
        "PROVHA__KEA_CONF",
        Path,
        Is("/etc/kea/kea-dhcp6.conf"),
        "Configuration of Kea's DHCPv6 server, written by you. Its shared-networks must include /etc/kea/gateways6.conf.",
    ),
    key(
        "PROVHA__KEA_GROUP",
        Text,
        Distro("_kea", "kea"),
        "Group of the files in /etc/kea that are made here. kea-dhcp6 must be a member.",
    ),
    key(
        "PROVHA__KEA_LEASES",
        Path,
        Is("/var/lib/kea/kea-leases6.csv"),
        "Lease file of Kea's DHCPv6 server, read by the guard rails.",
    ),
    key(
        "PROVHA__KEA_UNIT",
        Text,
        Distro("kea-dhcp6-server", "kea-dhcp6"),
        "systemd unit of Kea's DHCPv6 server.",
    ),
    key(
        "PROVHA__KEA_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Command that restarts Kea's DHCPv6 server, or has it read its files again (such as systemctl reload %u); %u is the unit.",
    ),
    key(
        "PROVHA__KEA_PROBE",
        Command,
        Is(""),
        "Command that succeeds if Kea's DHCPv6 server runs and answers. Empty: the built-in probe.",
    ),
    key(
        "PROVHA__KEA_SOCKET",
        Text,
        Is(""),
        "Control socket of Kea's DHCPv6 server. Empty: the one that PROVHA__KEA_CONF names.",
    ),
    key(
        "PROVHA__KEA_SUBNET_IDS",
        Choice(&["auto", "pool"]),
        Is("auto"),
        "Numbers of subnets in Kea's files. auto: none, as the existing system; Kea counts them, and a pool that comes or goes gives those after it another number, so that Kea forgets which leases are theirs. pool: the id of the pool.",
    ),
    // --- failover
    key(
        "PROVHA__FAILOVER_PORT",
        PORT,
        Is("647"),
        "TCP port on which dhcpd on this node listens for its failover peer.",
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
        "Maximum client lead time in seconds, see dhcpd.conf(5). Only the primary uses it.",
    ),
    key(
        "PROVHA__MAX_RESPONSE_DELAY",
        Number(1, 3600),
        Is("60"),
        "Seconds of silence after which dhcpd regards the failover connection as broken.",
    ),
    key(
        "PROVHA__MAX_UNACKED_UPDATES",
        Number(1, 1000),
        Is("10"),
        "Number of binding updates sent before an answer is required.",
    ),
    key(
        "PROVHA__LOAD_BALANCE_MAX_SECONDS",
        Number(0, 255),
        Is("5"),
        "A client that has waited for this many seconds is answered by either node.",
    ),
    key("PROVHA__OMAPI_PORT", PORT, Is("7911"), "OMAPI port of dhcpd."),
    key(
        "PROVHA__TSIG_ALGORITHM",
        Choice(HMACS),
        Is("hmac-sha256"),
        "Algorithm of the TSIG key dhcpupdate.",
    ),
    // --- file sync and clean-up
    key(
        "PROVHA__SYNC_PATHS",
        List,
        Is(
            "/etc/named-ddns-cpe.key, /tftpboot/cvc, /tftpboot/fw, /tftpboot/keyfile, /tftpboot/dialplan, /var/www/nmsprime/storage/app/config, /var/www/nmsprime/storage/app/data/billingbase, /var/www/nmsprime/storage/app/data/dashboard, /var/www/nmsprime/storage/app/data/hfccustomer, /var/www/nmsprime/storage/app/data/hfcsnmp, /var/www/nmsprime/storage/app/data/provvoipenvia",
        ),
        "Files and directories that the master sends to the slaves. A path that is missing or empty on the master is left unchanged on the slaves.",
    ),
    key(
        "PROVHA__SYNC_TARGET_ROOT",
        Path,
        Is("/"),
        "Directory on the slaves below which the paths are written. It must exist.",
    ),
    key(
        "PROVHA__SYNC_CONNECT_TIMEOUT",
        Number(1, 120),
        Is("5"),
        "Seconds to wait for sshd on a slave.",
    ),
    key(
        "PROVHA__SYNC_IO_TIMEOUT",
        Number(1, 3600),
        Is("30"),
        "Seconds of silence after which a transfer is aborted.",
    ),
    key(
        "PROVHA__SYNC_TIMEOUT",
        Number(1, 86_400),
        Is("1800"),
        "Maximum seconds for one path on one slave.",
    ),
    key(
        "PROVHA__RSYNC_BIN",
        Program,
        Is("rsync"),
        "rsync program on this machine.",
    ),
    key("PROVHA__SSH_BIN", Program, Is("ssh"), "ssh program on this machine."),
    key(
        "PROVHA__SSH_USER",
        Text,
        Is("root"),
        "User for the login on the slaves.",
    ),
    key(
        "PROVHA__SSH_IDENTITY",
        Path,
        Is(""),
        "Private key for the slaves, without a passphrase. Empty: the default of ssh.",
    ),
    key(
        "PROVHA__SSH_KNOWN_HOSTS",
        Path,
        Is(""),
        "File with the host keys of the slaves. Empty: the default of ssh. An unknown key is never accepted.",
    ),
    key(
        "PROVHA__SSH_CONFIG",
        Path,
        Is(""),
        "Configuration file for ssh, for example for a jump host. Empty: the default of ssh.",
    ),
    key(
        "PROVHA__CLEAN_UP_PATHS",
        List,
        Is(
            "/etc/cron.d/backup-nmsprime, /etc/cron.d/nmsprime-*, /etc/cron.d/cacti*, /etc/cron.d/icinga*, /etc/cron.d/rndc-sync*, /etc/cron.d/genieacs*, /etc/cron.d/voipmonitor*, /etc/supervisord.d/*nmsprime*, /etc/supervisor/conf.d/*nmsprime*, /etc/systemd/system/nmsprime-queue*, /etc/systemd/system/cacti*, /etc/systemd/system/icinga-director*, /etc/systemd/system/genieacs*, /etc/systemd/system/voipmonitor*, /etc/systemd/system/*.wants/nmsprime-queue*, /etc/systemd/system/*.wants/cacti*, /etc/systemd/system/*.wants/icinga-director*, /etc/systemd/system/*.wants/genieacs*, /etc/systemd/system/*.wants/voipmonitor*, /usr/lib/systemd/system/nmsprime-queue*, /usr/lib/systemd/system/cacti*, /usr/lib/systemd/system/icinga-director*, /usr/lib/systemd/system/genieacs*, /usr/lib/systemd/system/voipmonitor*",
        ),
        "Files that must not run on a slave; * and ? match within a name. The value replaces the default list. /etc/cron.d/nmsprime always stays.",
    ),
    key(
        "PROVHA__CLEAN_UP_STOP",
        Command,
        Is("systemctl stop %u"),
        "Command that stops a systemd unit (%u) before its file is moved away.",
    ),
    key(
        "PROVHA__CLEAN_UP_RELOAD",
        Command,
        Is("systemctl daemon-reload"),
        "Command that runs once after unit files were moved away or restored.",
    ),
    key(
        "PROVHA__CLEAN_UP_SUPERVISOR",
        Command,
        Is("supervisorctl update"),
        "Command that runs once after files of supervisord were moved away or restored.",
    ),
    // --- end of file sync and clean-up
    // --- named
    key(
        "PROVHA__NAMED_CONF",
        Path,
        Is("/etc/named-nmsprime.conf"),
        "Configuration of named. provha writes the whole file.",
    ),
    key(
        "PROVHA__NAMED_DIR",
        Path,
        Is("/var/named"),
        "Working directory of named. named must be able to write to it.",
    ),
    key(
        "PROVHA__ZONE_DIR",
        Path,
        Is("/var/named/dynamic"),
        "Directory of the zone files. named must be able to write to it.",
    ),
    key(
        "PROVHA__NAMED_OWNER",
        Text,
        Distro("bind", "named"),
        "User of named; owner of new zone files.",
    ),
    key(
        "PROVHA__NAMED_GROUP",
        Text,
        Distro("bind", "named"),
        "Group of named; it may read the configuration of named.",
    ),
    key(
        "PROVHA__NAMED_CONF_OWNER",
        Text,
        Is("root"),
        "Owner of the configuration of named.",
    ),
    key("PROVHA__NAMED_UNIT", Text, Is("named"), "systemd unit of named."),
    key(
        "PROVHA__NAMED_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Command that restarts named; %u is the unit.",
    ),
    key(
        "PROVHA__NAMED_PROBE",
        Command,
        Is(""),
        "Command that succeeds if named runs and answers. Empty: a query for the SOA record of each zone.",
    ),
    key(
        "PROVHA__NAMED_CHECKCONF_BIN",
        Program,
        Is("named-checkconf"),
        "Program that checks the configuration of named.",
    ),
    key(
        "PROVHA__NSUPDATE_BIN",
        Program,
        Is("nsupdate"),
        "Program that sends dynamic updates to named.",
    ),
    key(
        "PROVHA__DNS_PORT",
        PORT,
        Is("53"),
        "Port of named on both nodes for updates and queries by provha. dhcpd always uses port 53.",
    ),
    key(
        "PROVHA__DNS_FORWARDERS",
        Addresses,
        Is("8.8.8.8,8.8.4.4"),
        "Servers to which named forwards queries for other zones. none: named queries the root servers.",
    ),
    // --- time
    key(
        "PROVHA__CHRONY_CONF",
        Path,
        Distro(
            "/etc/chrony/conf.d/nmsprime.conf",
            "/etc/chrony.d/nmsprime.conf",
        ),
        "Part of the configuration of chrony that provha writes.",
    ),
    key(
        "PROVHA__CHRONY_MAIN_CONF",
        Path,
        Distro("/etc/chrony/chrony.conf", "/etc/chrony.conf"),
        "Main configuration of chrony, which must include that part. It is only read.",
    ),
    key(
        "PROVHA__CHRONYD_BIN",
        Program,
        Is("chronyd"),
        "chronyd program, used for chronyd -p.",
    ),
    key(
        "PROVHA__CHRONY_UNIT",
        Text,
        Distro("chrony", "chronyd"),
        "systemd unit of chronyd.",
    ),
    key(
        "PROVHA__CHRONY_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Command that restarts chronyd; %u is the unit.",
    ),
    key(
        "PROVHA__CHRONY_PROBE",
        Command,
        Is(""),
        "Command that succeeds if chronyd runs and answers. Empty: an NTP query.",
    ),
    key(
        "PROVHA__CHRONY_LOCAL_STRATUM",
        Number(0, 15),
        Is("10"),
        "Stratum of this node's clock while no source can be reached, so that modems still get a time. 0: no time is given then.",
    ),
    key(
        "PROVHA__TIME_INETD",
        Choice(&["auto", "xinetd", "inetd", "none"]),
        Is("auto"),
        "Service that answers on UDP port 37 (RFC 868): xinetd, inetd (a line in inetd.conf) or none. auto: the one that is installed.",
    ),
    key(
        "PROVHA__XINETD_CONF",
        Path,
        Is("/etc/xinetd.d/nmsprime-time"),
        "Service file for xinetd. xinetd ignores names that contain a dot.",
    ),
    key(
        "PROVHA__INETD_CONF",
        Path,
        Is("/etc/inetd.conf"),
        "Configuration of inetd. One line is added.",
    ),
    key("PROVHA__XINETD_UNIT", Text, Is("xinetd"), "systemd unit of xinetd."),
    key(
        "PROVHA__XINETD_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Command that restarts xinetd; %u is the unit.",
    ),
    key(
        "PROVHA__INETD_UNIT",
        Text,
        Is("inetd"),
        "systemd unit of inetd, for example inetutils-inetd.",
    ),
    key(
        "PROVHA__INETD_RESTART",
        Command,
        Is("systemctl restart %u"),
        "Command that restarts inetd; %u is the unit.",
    ),
    key(
        "PROVHA__TIME_PROBE",
        Command,
        Is(""),
        "Command that succeeds if the time service on UDP port 37 answers. Empty: a query.",
    ),
    // --- rebuild and watch
    key(
        "PROVHA__WATCH_POLL",
        Number(50, 60000),
        Is("250"),
        "Milliseconds between two queries of watch for the commit position of the database.",
    ),
    key(
        "PROVHA__NAMES_INTERVAL",
        Number(1, 86400),
        Is("60"),
        "Seconds between two readings of the lease file by rebuild and watch, for the names in the zones.",
    ),
    // --- limits
    key(
        "PROVHA__RESTART_HOLD",
        Number(0, 3600),
        Is("120"),
        "Maximum seconds for which a restart of dhcpd is delayed while the failover peer does not serve and is not known to be dead. 0: no delay, and no coordination of restarts with the peer.",
    ),
    key(
        "PROVHA__LONE_RESTART_INTERVAL",
        Number(0, 86400),
        Is("300"),
        "Seconds from one start of dhcpd to the next while this node serves alone: each is 15 s of silence, so changes are collected; 0: not collected. `provha dhcp --now` does not wait.",
    ),
    key(
        "PROVHA__GUARD_MAX_REMOVED_PERCENT",
        PERCENT,
        Is("5"),
        "A run is refused if it would remove more than this percentage of the live hosts (and more than 10).",
    ),
    key(
        "PROVHA__GUARD_MODEMS",
        Limit,
        Is(""),
        "A run is refused above this share and this number of hosts of modems that are dropped. Empty: PROVHA__GUARD_MAX_REMOVED_PERCENT, and 10. `--allow modems` for one run.",
    ),
    key(
        "PROVHA__GUARD_MTAS",
        Limit,
        Is(""),
        "A run is refused above this share and this number of hosts of telephone adapters that are dropped. Empty: PROVHA__GUARD_MAX_REMOVED_PERCENT, and 10. `--allow mtas` for one run.",
    ),
    key(
        "PROVHA__GUARD_ENDPOINTS",
        Limit,
        Is(""),
        "A run is refused above this share and this number of hosts of endpoints that are dropped. Empty: PROVHA__GUARD_MAX_REMOVED_PERCENT, and 10. `--allow endpoints` for one run.",
    ),
    key(
        "PROVHA__GUARD_BLOCKED",
        Limit,
        Is("5% 10"),
        "A run is refused above this share and this number of modems whose customer devices get no address any more (internet_access 0). `--allow blocked` for one run.",
    ),
    key(
        "PROVHA__GUARD_CMTS",
        Limit,
        Is("5% 2"),
        "A run is refused above this share and this number of CMTS that vanish. `--allow cmts` for one run.",
    ),
    key(
        "PROVHA__GUARD_POOLS",
        Limit,
        Is("5% 2"),
        "A run is refused above this share and this number of pools that vanish or are set inactive. `--allow pools` for one run.",
    ),
    key(
        "PROVHA__GUARD_ROUTERS",
        Limit,
        Is("5% 2"),
        "A run is refused above this share and this number of pools whose router changes. `--allow routers` for one run.",
    ),
    key(
        "PROVHA__GUARD_LEASES",
        Limit,
        Is("5% 10"),
        "A run is refused above this share and this number of active leases of one pool that no range holds any more. `--allow leases` for one run.",
    ),
    key(
        "PROVHA__DRAIN",
        Choice(&["ask", "always"]),
        Is("ask"),
        "What happens to the active leases of a pool that shrank or is gone. `ask`: too many of them refuse the run, and `--drain` begins a drain: the leases go on, new ones are not given, and what drains goes by itself when the last lease has ended. `always`: every run drains as with `--drain`. What drains already goes on with either.",
    ),
    key(
        "PROVHA__GUARD_ACCESS_LISTS",
        Limit,
        Is("0% 0"),
        "A run is refused above this share and this number of access lists of named and chrony that become empty. `--allow access-lists` for one run.",
    ),
    key(
        "PROVHA__GUARD_NAMES",
        Limit,
        Is("5% 10"),
        "A run is refused above this share and this number of names removed from a zone although their device is still there. `--allow names` for one run.",
    ),
    key(
        "PROVHA__GUARD_FILES",
        Limit,
        Is(""),
        "A run is refused above this share and this number of devices whose boot files are removed. Empty: PROVHA__GUARD_MAX_REMOVED_PERCENT, and 10. `--allow files` for one run.",
    ),
    key(
        "PROVHA__GUARD_NO_FILE",
        Limit,
        Is("5% 10"),
        "A run is refused above this share and this number of devices that have no valid boot file. `--allow no-file` for one run.",
    ),
    key(
        "PROVHA__GUARD_NETWORK_ACCESS",
        Limit,
        Is("5% 10"),
        "A run is refused above this share and this number of boot files whose NetworkAccess becomes 0. `--allow network-access` for one run.",
    ),
    key(
        "PROVHA__GUARD_FLOWS",
        Limit,
        Is("5% 10"),
        "A run is refused above this share and this number of boot files that lose service flows, or rates that become 0. `--allow flows` for one run.",
    ),
    key(
        "PROVHA__GUARD_SETTINGS",
        Limit,
        Is("5% 10"),
        "A run is refused above this share and this number of boot files that lose settings because a text of their configfiles vanished or was emptied. `--allow settings` for one run.",
    ),
    key(
        "PROVHA__GUARD_KEY_FILE",
        Limit,
        Is("5% 10"),
        "A run is refused above this share and this number of boot files that are signed with another secret. `--allow key-file` for one run.",
    ),
    key(
        "PROVHA__GUARD_MAX_QUARANTINED_PERCENT",
        PERCENT,
        Is("2"),
        "A run is refused if it would leave out more than this percentage of the modem, MTA, endpoint and pool rows (and more than 20).",
    ),
    key(
        "PROVHA__COMMAND_TIMEOUT",
        Number(1, 3600),
        Is("120"),
        "Seconds after which a checker or restart command is stopped.",
    ),
    key(
        "PROVHA__VERIFY_TIMEOUT",
        Number(0, 600),
        Is("0"),
        "Seconds a restarted daemon has to answer. 0: after a change, its last good restart plus 2 s (if unknown: 8 s plus twice the checker's run time); otherwise 30 s.",
    ),
    key(
        "PROVHA__VERIFY_SETTLE",
        Number(0, 60),
        Is("2"),
        "Seconds a restarted daemon must keep running after its first answer.",
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
