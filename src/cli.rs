//! The command line: types only. Man pages and completions come from it.

// The doc comments are the help texts, not rustdoc.
#![allow(rustdoc::broken_intra_doc_links, rustdoc::bare_urls)]

pub mod cluster;
pub mod codec;
pub mod db;
mod device;
pub mod fish;
pub mod flags;
mod guard;
pub mod hand_over;
pub mod maintenance;
pub mod old_names;
pub mod pair;
pub mod setup;
pub mod status;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{
    Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
};

pub use codec::{
    DocsisCheck, DocsisCommand, DocsisDecode, DocsisEncode, HashWord,
};
pub use device::{LeasesArgs, ProbeArgs, ProbeFormat};
pub use guard::Guard;
pub use status::{Status, StatusAction, StatusFormat, StatusPart};

use crate::console::Color;
use crate::model::device::DeviceKind;

/// Makes and activates the configuration of cable provisioning machines from the
/// operator's database
#[derive(Debug, Parser)]
#[command(
    name = "provha",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        provha dhcp --dry-run          show what would change in /etc/dhcp-nmsprime\n  \
        provha dhcp                    render, check, swap in, restart, verify\n  \
        provha configfile cm --id 100  make the files of one modem\n  \
        provha demo --out /tmp/demo    a sample network, no database needed\n  \
        provha help rebuild            options and examples of one command\n\n\
        Configuration: man provha.env; effective values: provha config show",
    infer_subcommands = false
)]
pub struct Cli {
    /// Options of all commands
    #[command(flatten)]
    pub global: Global,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The command line with the words of its command.
///
/// # Errors
/// It is not understood, has an option without effect, or asks for help.
pub fn parse(args: &[OsString]) -> clap::error::Result<(Cli, String)> {
    let mut tree = Cli::command();
    match tree.try_get_matches_from_mut(args) {
        Ok(matches) => {
            flags::check(&mut tree, &matches)?;
            let cli = Cli::from_arg_matches(&matches)?;
            Ok((cli, flags::command(&matches)))
        }
        // Help is made again, without the options that have no effect there:
        // hiding them costs more than the whole start of a run.
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            Err(flags::shown(Cli::command())
                .try_get_matches_from(args)
                .err()
                .unwrap_or(error))
        }
        Err(error) => Err(error),
    }
}

impl Global {
    /// Whether this run may do what a guard rail watches over.
    #[must_use]
    pub fn allows(&self, guard: Guard) -> bool {
        guard.is_among(&self.allow)
    }
}

/// Options that every command takes where they make sense.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Directory of the env files [default: /etc/nmsprime/env]
    #[arg(long, global = true, hide_short_help = true, value_name = "DIR")]
    pub env_dir: Option<PathBuf>,
    /// Directory used in place of /, like DESTDIR
    #[arg(long, global = true, hide_short_help = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Database: mysql://user@host[,host2][:port]/db,
    /// mysql:///db?socket=PATH or sqlite:PATH. Missing parts come from the
    /// DB_* keys
    #[arg(long, global = true, hide_short_help = true, value_name = "URL")]
    pub db: Option<String>,
    /// Role of this machine; overrides PROVHA__OWN_STATE
    #[arg(long, global = true, hide_short_help = true)]
    pub role: Option<RoleWord>,
    /// Check everything and list what would change, but change nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Like --dry-run, and show the changed lines
    #[arg(long, global = true)]
    pub diff: bool,
    /// With --dry-run or --diff: exit with 10 if changes are pending
    #[arg(long, global = true, hide_short_help = true)]
    pub exit_code: bool,
    /// Write files, but restart no daemon and contact no host except the
    /// database
    #[arg(long, global = true, hide_short_help = true)]
    pub no_activate: bool,
    /// Refuse the run (exit 3) if there are findings
    #[arg(long, global = true, hide_short_help = true)]
    pub strict: bool,
    /// Wait up to this long for another run to end
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        value_name = "SECONDS",
        default_value_t = 0
    )]
    pub lock_wait: u64,
    /// Allow this run to remove up to this share of the live hosts
    #[arg(long, global = true, hide_short_help = true, value_name = "PERCENT",
          value_parser = clap::value_parser!(u64).range(0..=100))]
    pub max_removed_percent: Option<u64>,
    /// Allow this run to leave out up to this share of the rows
    #[arg(long, global = true, hide_short_help = true, value_name = "PERCENT",
          value_parser = clap::value_parser!(u64).range(0..=100))]
    pub max_quarantined_percent: Option<u64>,
    /// Allow this run to remove pools that have active leases
    #[arg(long, global = true, hide_short_help = true)]
    pub allow_empty_pools: bool,
    /// Allow this run what the guard rails name, such as modems,leases
    #[arg(long, global = true, hide_short_help = true, value_name = "KIND",
          value_delimiter = ',', value_parser = guard::words())]
    pub allow: Vec<String>,
    /// Let the leases of pools that shrank or are gone go on, but give no new
    /// ones there, until the last of them has ended
    #[arg(long, global = true, hide_short_help = true)]
    pub drain: bool,
    /// Make the database live although what is live was made of newer values
    #[arg(long, global = true, hide_short_help = true)]
    pub accept_older_database: bool,
    /// Delay a restart of dhcpd up to this long while its failover peer does
    /// not serve [default: PROVHA__RESTART_HOLD]
    #[arg(long, global = true, hide_short_help = true, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(0..=3600))]
    pub restart_hold: Option<u64>,
    /// Why this is done: kept with the generation or the mute
    #[arg(long, global = true, hide_short_help = true, value_name = "TEXT",
          value_parser = reason)]
    pub reason: Option<String>,
    /// Print the result as one JSON object on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// Use colour
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub color: Color,
    /// Print warnings and errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print more details
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// A reason in one line.
fn reason(text: &str) -> Result<String, String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = crate::model::plain::plain_line(&line).into_owned();
    match line.chars().count() {
        0 => Err("it is empty".into()),
        1..=200 => Ok(line),
        _ => Err("it is longer than 200 characters".into()),
    }
}

/// The words of `--role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    /// Runs the GUI and writes the database; failover primary
    Master,
    /// Only reads the database; failover secondary
    Slave,
    /// One machine without a peer
    Standalone,
}

impl From<RoleWord> for crate::model::Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Master => Self::Master,
            RoleWord::Slave => Self::Slave,
            RoleWord::Standalone => Self::Standalone,
        }
    }
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Make /etc/dhcp-nmsprime and restart dhcpd if it changed
    #[command(
        alias = "nms:dhcp",
        after_help = "Examples:\n  \
            provha dhcp --dry-run    list what would change\n  \
            provha dhcp --diff       show the changed lines\n  \
            provha dhcp"
    )]
    Dhcp(pair::Dhcp),
    /// Make named's configuration and update its zones
    #[command(after_help = "Example:\n  provha dns --diff")]
    Dns,
    /// Make the configuration of chrony and of the time service on UDP port 37
    #[command(after_help = "Example:\n  provha time --dry-run")]
    Time,
    /// Make the files of modems and telephone adapters in /tftpboot
    #[command(
        alias = "nms:configfile",
        alias = "nms:config",
        after_help = "Examples:\n  \
            provha configfile                all files\n  \
            provha configfile mta            files of telephone adapters\n  \
            provha configfile cm --id 100042 --diff"
    )]
    Configfile(Configfile),
    /// Update every output whose input changed (run by the timer)
    #[command(
        alias = "rebuild-slave-config",
        alias = "provha:rebuild_slave_config",
        after_help = "Examples:\n  \
            provha rebuild                from a timer, on both machines\n  \
            provha rebuild --dry-run      what would be made, and why\n  \
            provha rebuild --force        make everything"
    )]
    Rebuild(Rebuild),
    /// Follow the database and update outputs within a second or two
    #[command(after_help = "Runs until it is stopped. In a systemd unit, use \
            Type=notify and WatchdogSec=.\n\n\
            Examples:\n  \
            provha watch                  on the master\n  \
            provha watch -v               print every check")]
    Watch,
    /// Compare the live files of the existing system with what provha would
    /// write; nothing is written
    #[command(
        after_help = "Needs no root, takes no lock. Every difference has a \
        reason: a deliberate difference (its number in docs/differences.md), \
        a bad row, a stale file, a row that changed since, a hand edit, or \
        'not explained: please report'.\n\n\
        Exit codes: 0 every difference is explained; 3 one is not, or a file \
        could not be compared; 10 with --exit-code: there are differences, \
        all explained.\n\n\
        Examples:\n  \
        provha adopt\n  \
        provha adopt --json"
    )]
    Adopt,
    /// Show this machine's state: database, daemons, failover pair, boot files
    #[command(
        after_help = "Exit codes: 0 nothing is critical; 1 something is \
        critical, or the state is not known; 3 a warning under --strict. With \
        --format icinga: 0 ok, 1 warning, 2 critical, 3 unknown. The command \
        changes nothing that is live, takes no lock and ends within ten \
        seconds, unless --deep is given; what does not answer is told after \
        less than three. man 7 provha-codes lists what it can find.\n\n\
        Examples:\n  \
        provha status                      root causes, then every check\n  \
        provha status pools                address pools with bars\n  \
        provha status --watch              redraw until q\n  \
        provha status --json\n  \
        provha status --format icinga      as a check command\n  \
        provha status --format prometheus  for the textfile collector\n  \
        provha status --deep               decode every boot file as well"
    )]
    Status(Status),
    /// Show everything one device gets, and where each value comes from
    #[command(after_help = "The device is given by its id (cm-7, mta-7, \
            endpoint-7; a plain number is first of all a modem's), its MAC in \
            any notation, its address, its host name or its phone number. \
            Without a database, what the live files, the lease file and the \
            kept generations say is shown.\n\n\
            Examples:\n  \
            provha explain cm-100042\n  \
            provha explain 00:1a:2b:10:06:12 --json\n  \
            provha explain 10.0.3.7        who has this address\n  \
            provha explain cm-100042 -v    with every setting of its file")]
    Explain {
        /// The device
        device: String,
    },
    /// Read or set dhcpd's failover state on both nodes
    #[command(
        subcommand,
        after_help = "Examples:\n  \
            provha failover state --json          both nodes\n  \
            provha failover wait normal           until both nodes serve again\n  \
            provha failover partner-down          check if the peer is dead\n  \
            provha failover partner-down --yes    let this node serve alone"
    )]
    Failover(FailoverCommand),
    /// Watch the database cluster, and bring it back after a full stop
    #[command(
        subcommand,
        after_help = "Examples:\n  \
            provha cluster status                  every node, by SQL and \
            ssh\n  \
            provha cluster crosscheck              who sees whom\n  \
            provha cluster galera recover          what the nodes hold, and \
            who goes first\n  \
            provha cluster galera recover --yes"
    )]
    Cluster(cluster::ClusterCommand),
    /// Take this node out of service for a while, and bring it back
    #[command(subcommand)]
    Maintenance(maintenance::MaintenanceCommand),
    /// Show the effective configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Show what of the database can be read, or copy a masked part of it
    #[command(subcommand)]
    Db(db::DbCommand),
    /// Write a masked bundle for support: state, settings, a replayable sample
    #[command(after_help = "Secrets are not in it; MAC addresses, names and \
        numbers have stand-ins. Its README.txt says how to have the problem \
        again in an empty lab.\n\n\
        Examples:\n  \
        provha support --out support.tar.zst\n  \
        provha support --device cm-100042 --out support.tar.zst")]
    Support(db::Support),
    /// Enter or leave the failover pair: asks the peer first
    #[command(
        subcommand,
        after_help = "Table provha and PROVHA__OWN_STATE say what the pair \
            shall be; these commands make it so.\n\n\
            Examples:\n  \
            provha pair leave         is the peer dead? what would happen\n  \
            provha pair leave --yes   serve without a peer from now on\n  \
            provha pair join          serve as one of two from now on"
    )]
    Pair(pair::PairCommand),
    /// Ask both servers as a device would, and tell how far it would get
    #[command(
        after_help = "Relays a DISCOVER as the device to this node's and the \
            peer's dhcpd, fetches its boot file, resolves its name, asks the \
            time on UDP 37 and 123, all at once. The state is the one that \
            the CMTS would show. Nobody's lease is changed: a device without \
            a lease or a fixed address is asked for with --discover only.\n\n\
            Exit codes: 0 all is well on every server; 1 something is not. \
            With --format icinga: 0 ok, 1 warning (one server serves), 2 \
            critical, 3 unknown.\n\n\
            Examples:\n  \
            provha probe cm-100042\n  \
            provha probe                   one device of each kind\n  \
            provha probe --format icinga   as a check command"
    )]
    Probe(ProbeArgs),
    /// Show who had an address, or which addresses a client had, and when
    #[command(
        after_help = "rebuild and watch keep a journal of the lease file for \
            PROVHA__LEASE_HISTORY_DAYS days. The peer's journal is asked over \
            ssh as well, unless --local is given.\n\n\
            Examples:\n  \
            provha leases 10.0.3.7                  all that had it\n  \
            provha leases 10.0.3.7 --at 03:00       who had it at three\n  \
            provha leases 10.0.3.7 --at '2026-11-29 03:00'\n  \
            provha leases 00:1a:2b:10:06:12 --json"
    )]
    Leases(LeasesArgs),
    /// List the kept generations: what was live, and when
    #[command(
        after_help = "With a device, given as for 'provha explain': those \
            that changed something of it, in words. One that is gone is found \
            by its id, its MAC or its host name.\n\n\
            Examples:\n  \
            provha log\n  \
            provha log cm-100042           what this modem got, and when\n  \
            provha log cm-100042 --json"
    )]
    Log {
        /// Only what changed for this device
        device: Option<String>,
    },
    /// Make an earlier generation live again
    #[command(after_help = "Examples:\n  \
        provha rollback --diff      what undoing the last run would change\n  \
        provha rollback             undo the last run\n  \
        provha rollback 12          back to generation 12")]
    Rollback {
        /// Generation to go back to [default: the one before the last run]
        number: Option<u64>,
    },
    /// Show what changed from one generation to another
    #[command(after_help = "Examples:\n  \
        provha diff 11 12\n  \
        provha diff 11 12 cm-100042      what changed for this modem, in \
        words\n  \
        provha diff 11 12 --exit-code    10 if they differ")]
    Diff {
        /// Generation to compare from
        from: u64,
        /// Generation to compare to
        to: u64,
        /// Only what changed for this device
        device: Option<String>,
    },
    /// Encode, decode and compare configfiles of devices
    #[command(subcommand)]
    Docsis(DocsisCommand),
    /// Send files that only the master has to the slaves (rsync over ssh)
    #[command(
        name = "sync-ha-master-files",
        alias = "provha:sync_ha_master_files",
        after_help = "Examples:\n  \
            provha sync-ha-master-files --dry-run    what would be sent\n  \
            provha sync-ha-master-files --json"
    )]
    SyncHaMasterFiles,
    /// Move away files that must not run on a slave, or restore them
    #[command(
        alias = "provha:clean_up_slave",
        after_help = "Examples:\n  \
            provha clean-up-slave --dry-run    what would be moved\n  \
            provha clean-up-slave --restore    move everything back"
    )]
    CleanUpSlave(CleanUp),
    /// Set this machine up: a plan first, then its steps, and the way back
    #[command(subcommand)]
    Setup(setup::SetupCommand),
    /// Render both machines of an embedded sample network
    #[command(after_help = "Example:\n  provha demo --out /tmp/demo")]
    Demo(Demo),
    /// Print a shell completion script
    #[command(after_help = "Example:\n  \
        provha completions bash > /etc/bash_completion.d/provha")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the man pages
    #[command(after_help = "Example:\n  provha man --out /usr/local/share/man")]
    Man {
        /// Directory in which man1/, man5/ and man7/ are made
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Which devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    /// Cable modems
    Cm,
    /// Telephone adapters
    Mta,
}

impl From<KindArg> for DeviceKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Cm => Self::Cm,
            KindArg::Mta => Self::Mta,
        }
    }
}

/// Options of `configfile`.
#[derive(Debug, Clone, Default, Args)]
pub struct Configfile {
    /// Only this kind of device [default: both]
    pub kind: Option<KindArg>,
    /// Only the device with this id; may be repeated
    #[arg(long, value_name = "N")]
    pub id: Vec<u32>,
    /// Make every file, even if its input did not change
    #[arg(long)]
    pub full: bool,
    /// With --diff: show in full only the changes of the device with this id;
    /// may be repeated
    #[arg(long, value_name = "N")]
    pub device: Vec<u32>,
}

/// Options of `rebuild`.
#[derive(Debug, Clone, Args)]
pub struct Rebuild {
    /// Make everything, even if its input did not change
    #[arg(long)]
    pub force: bool,
    /// With --diff: show in full only the changes of the device with this id;
    /// may be repeated
    #[arg(long, value_name = "N")]
    pub device: Vec<u32>,
}

/// What to do with the failover state.
#[derive(Debug, Clone, Subcommand)]
pub enum FailoverCommand {
    /// Show the state of both nodes
    #[command(after_help = "Example:\n  provha failover state --json")]
    State,
    /// Let this node serve alone after the peer was proved dead
    #[command(after_help = "Without --yes, the command only reports what it \
        found and what would happen. It is refused (exit 3) while the peer \
        shows any sign of life.\n\n\
        Examples:\n  \
        provha failover partner-down          check, and explain\n  \
        provha failover partner-down --yes")]
    PartnerDown {
        /// Confirm that the peer is off and stays off
        #[arg(long)]
        yes: bool,
    },
    /// Wait until this node is in a state; 'normal' means both nodes
    #[command(
        after_help = "Example:\n  provha failover wait normal --timeout 120"
    )]
    Wait {
        /// State to wait for
        #[arg(default_value = "normal", value_parser = clap::builder::
              PossibleValuesParser::new(crate::clients::omapi::failover::State::names()))]
        state: String,
        /// Give up after this long (exit 1)
        #[arg(long, value_name = "SECONDS", default_value_t = 60)]
        timeout: u64,
    },
}

/// What to do with the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigCommand {
    /// Print every key with its effective value; secrets are masked
    #[command(after_help = "Examples:\n  \
        provha config show --origin\n  \
        provha config show --json")]
    Show {
        /// Print where each value comes from: file and line, or the default
        #[arg(long)]
        origin: bool,
    },
}

/// Options of `clean-up-slave`.
#[derive(Debug, Clone, Copy, Args)]
pub struct CleanUp {
    /// Move everything back
    #[arg(long)]
    pub restore: bool,
}

/// Options of `demo`.
#[derive(Debug, Clone, Args)]
pub struct Demo {
    /// Directory in which master/ and slave/ are made
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}
