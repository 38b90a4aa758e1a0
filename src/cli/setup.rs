//! Options of `setup`.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum};

/// The names of all steps, in the order in which they are done.
pub const STEPS: &[&str] = &[
    "env",
    "omapi-key",
    "ddns-key",
    "dhcpd",
    "named",
    "tftpd",
    "chrony",
    "apparmor",
    "selinux",
    "rsyslog",
    "firewall",
    "ssh",
    "cacti",
    "units",
];

/// What to do with the machine.
#[derive(Debug, Clone, Subcommand)]
pub enum SetupCommand {
    /// Show, or with --yes do, the steps that make this machine the master
    #[command(after_help = "Examples:\n  \
        provha setup master --own 10.0.0.1 --peer 10.0.0.2          the plan\n  \
        provha setup master --own 10.0.0.1 --peer 10.0.0.2 --diff   with all lines\n  \
        provha setup master --own 10.0.0.1 --peer 10.0.0.2 --yes    do it\n  \
        provha setup undo --yes                                     back")]
    Master(OfPair),
    /// Show, or with --yes do, the steps that make this machine the slave
    #[command(after_help = "Example:\n  \
        scp root@10.0.0.1:/etc/dhcp-nmsprime/omapi.key peer/\n  \
        scp root@10.0.0.1:/etc/ssh/ssh_host_ed25519_key.pub peer/\n  \
        scp root@10.0.0.1:/root/.ssh/id_ed25519.pub peer/\n  \
        provha setup slave --own 10.0.0.2 --peer 10.0.0.1 --peer-files peer --yes")]
    Slave(OfPair),
    /// Show, or with --yes do, the steps for a machine without a peer
    #[command(after_help = "Example:\n  provha setup standalone --yes")]
    Standalone(Alone),
    /// Show, or with --yes do, what brings back the files of before setup
    #[command(after_help = "A file that somebody changed since is kept, and \
        told (exit 3). The files that other commands made stay.\n\n\
        Example:\n  provha setup undo --yes")]
    Undo {
        /// Do it
        #[arg(long)]
        yes: bool,
        /// Bring back files that were changed since setup, too
        #[arg(long)]
        force: bool,
    },
    /// Show, or with --yes do, what leaves one program that writes the files
    #[command(
        name = "hand-over",
        after_help = "Finds what else writes the files that provha makes: \
        the existing system's scheduler in cron, its commands in cron, timers \
        and supervisord, nmsprimed, its time service. 'provha status' is \
        critical while two of them act.\n\n\
        Examples:\n  \
        provha setup hand-over                     what is found, and the plan\n  \
        provha setup hand-over --way off --yes     switch the others off\n  \
        provha setup hand-over --undo --yes        as before, byte by byte"
    )]
    HandOver(super::hand_over::HandOver),
    /// Check a machine that is set up; each problem with the line that fixes it
    #[command(after_help = "Exit 0: no problem; 1: problems; with --strict \
        warnings count as well (exit 3).\n\nExample:\n  provha setup check")]
    Check,
    /// Print the SQL for the database users of both machines
    #[command(after_help = "Reads the users and databases of all env files. \
        Nothing is sent to the database. Passwords stay out unless asked \
        for.\n\nExample:\n  provha setup grants | mariadb -u root")]
    Grants(Grants),
    /// Print the lines for each CMTS: helper addresses, NTP servers
    #[command(after_help = "Examples:\n  \
        provha setup cmts                       every CMTS, by its maker\n  \
        provha setup cmts cmts-north --form casa")]
    Cmts {
        /// Only the CMTS with this host name
        name: Option<String>,
        /// Its command line [default: by netgw.company; unknown: all]
        #[arg(long, value_name = "FORM")]
        form: Option<CmtsForm>,
    },
    /// Print objects for Icinga 2: hosts, services, dependencies
    #[command(after_help = "Example:\n  \
        provha setup icinga > /etc/icinga2/conf.d/provha.conf")]
    Icinga {
        /// How Icinga itself runs
        #[arg(long, value_name = "FORM", default_value = "single")]
        form: IcingaForm,
    },
    /// Show, or with --yes do, the way of both machines into the pair
    #[command(after_help = "Uses 'pair join' on both machines, over ssh on \
        the peer, the one that does not serve yet first; then waits until \
        both are in normal operation, and asks both for a known device.\n\n\
        Examples:\n  \
        provha setup pair         what would happen, and what it costs\n  \
        provha setup pair --yes")]
    Pair {
        /// Do it
        #[arg(long)]
        yes: bool,
        /// Give up waiting for normal operation after this long
        #[arg(long, value_name = "SECONDS", default_value_t = 300)]
        timeout: u64,
    },
}

/// Options of `setup master` and `setup slave`.
#[derive(Debug, Clone, Args)]
pub struct OfPair {
    /// Address of this machine, as table provha has it
    #[arg(long, value_name = "IP")]
    pub own: Ipv4Addr,
    /// Address of the other machine
    #[arg(long, value_name = "IP")]
    pub peer: Ipv4Addr,
    /// Directory with files of the other machine: omapi.key, its
    /// ssh_host_*_key.pub and its id_*.pub
    #[arg(long, value_name = "DIR")]
    pub peer_files: Option<PathBuf>,
    /// How it is done
    #[command(flatten)]
    pub how: How,
}

/// Options of `setup standalone`.
#[derive(Debug, Clone, Args)]
pub struct Alone {
    /// Address of this machine
    #[arg(long, value_name = "IP")]
    pub own: Option<Ipv4Addr>,
    /// How it is done
    #[command(flatten)]
    pub how: How,
}

/// How a plan is done.
#[derive(Debug, Clone, Args)]
pub struct How {
    /// Do it; without this option the plan is shown
    #[arg(long)]
    pub yes: bool,
    /// Interface on which dhcpd serves [default: that of --own]
    #[arg(long, value_name = "NAME")]
    pub interface: Option<String>,
    /// Leave out these steps
    #[arg(long, value_name = "STEP", value_delimiter = ',',
          value_parser = PossibleValuesParser::new(STEPS))]
    pub without: Vec<String>,
}

/// Options of `setup grants`.
#[derive(Debug, Clone, Args)]
pub struct Grants {
    /// Put the passwords of the env files into the SQL
    #[arg(long)]
    pub with_passwords: bool,
    /// Database user of the other machine [default: of the slave, this
    /// machine's with _ro; of the master, this machine's without it]
    #[arg(long, value_name = "NAME")]
    pub other_user: Option<String>,
}

/// How a CMTS is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CmtsForm {
    /// Cisco IOS: uBR, cBR-8
    Cisco,
    /// Arris C4, E6000 (CommScope)
    Arris,
    /// Casa C-series
    Casa,
    /// Huawei MA56xx, MA58xx
    Huawei,
}

/// How Icinga runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IcingaForm {
    /// One Icinga master asks both machines by ssh
    Single,
    /// Both machines are Icinga masters of one zone
    Dual,
}
