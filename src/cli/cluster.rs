//! Options of `cluster`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::status::StatusFormat;

/// What to do with the cluster.
#[derive(Debug, Clone, Subcommand)]
pub enum ClusterCommand {
    /// Show the state of the database cluster, asking every node
    #[command(
        after_help = "Every node of GALERA_PEER_HOSTS is asked by SQL (the \
        user of DB_USERNAME) and by ssh. It only reads and ends within five \
        seconds, whatever is frozen. Exit codes as of 'provha status'.\n\n\
        Examples:\n  \
        provha cluster status\n  \
        provha cluster status --format icinga      as a check command\n  \
        provha cluster status --format prometheus  for the textfile collector"
    )]
    Status(ClusterStatus),
    /// Show who sees whom: every node against every other one
    #[command(after_help = "Each node looks at each other one: SQL, ssh, \
        Galera (4567), failover, OMAPI, NTP, ICMP. A node that another one \
        sees is alive, whatever this machine sees. Exit 1 unless all see all. \
        Each look at SQL ends without a login, which servers count: it is for \
        people, not for every minute.\n\n\
        Example:\n  provha cluster crosscheck")]
    Crosscheck,
    /// Show, or change, which node does the background work
    #[command(after_help = "A node does the background work (the files that \
        sync-ha-master-files sends; cron jobs and units of the existing \
        system) only while more than half of all nodes name it in \
        CLUSTER_PRIMARY_HOST. A change is written node by node, the one that \
        works now first: there are never two, wherever it is interrupted, and \
        the same command goes on. Then clean-up-slave runs on the old one, \
        and clean-up-slave --restore on the new one; what is left undone on \
        any node is found by the nodes themselves. --at hands the same command \
        to the system's timer (PROVHA__CLUSTER_AT); all is looked at again \
        then. Refused (exit 3) while a \
        node that cannot be asked may go on with the work.\n\n\
        Examples:\n  \
        provha cluster primary                   who does it, and the history\n  \
        provha cluster primary db2 --dry-run\n  \
        provha cluster primary db2 --yes --reason 'new disks in db1'\n  \
        provha cluster primary db2 --at 02:30 --yes --reason 'new disks'\n  \
        provha cluster primary db2 --dead db1 --yes")]
    Primary(Primary),
    /// The database cluster
    #[command(subcommand)]
    Galera(GaleraCommand),
    /// A directory that GlusterFS holds on all nodes
    #[command(subcommand)]
    Fs(FsCommand),
}

/// What to do with GlusterFS.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum FsCommand {
    /// First step, on each node: glusterd runs, and has a place for its copy
    #[command(after_help = "Example:\n  provha cluster fs init --yes")]
    Init(Yes),
    /// Second step, on the first node: the nodes know each other
    #[command(after_help = "Refused (exit 3) while a node of \
        CLUSTER_FS_PEER_HOSTS has no glusterd that answers.\n\n\
        Example:\n  provha cluster fs peers --yes")]
    Peers(Yes),
    /// Third step, on the first node: two copies and an arbiter, started
    #[command(after_help = "Three nodes, no fewer: the last of \
        CLUSTER_FS_PEER_HOSTS is the arbiter, which keeps names only. A volume \
        of that name with other copies is refused (exit 3).\n\n\
        Example:\n  provha cluster fs volume --yes")]
    Volume {
        /// Carry it out
        #[arg(long)]
        yes: bool,
        /// The copies may lie on the root file system, which they can fill
        #[arg(long)]
        on_root: bool,
    },
    /// Fourth step, on each node that needs the files: mount it
    #[command(after_help = "What is in PROVHA__FS_DIR is kept in an archive \
        first (PROVHA__GALERA_BACKUP_DIR); that of the first node is brought \
        into the volume, if that is empty. /etc/fstab gets a line.\n\n\
        Example:\n  provha cluster fs mount --yes")]
    Mount(Yes),
    /// Show whether the volume is whole
    #[command(after_help = "Nodes, copies, what waits to be healed, entries \
        with two histories (split brain), and the mount of this node. Exit \
        codes as of 'provha status'.\n\n\
        Example:\n  provha cluster fs status")]
    Status,
}

/// The option of a step.
#[derive(Debug, Clone, Copy, Args)]
pub struct Yes {
    /// Carry it out
    #[arg(long)]
    pub yes: bool,
}

/// What to do with Galera.
#[derive(Debug, Clone, Subcommand)]
pub enum GaleraCommand {
    /// Make this node a part of the cluster, the master first
    #[command(after_help = "Run it on each node of GALERA_PEER_HOSTS, in the \
        order of the list, one after the other: out of order, or while another \
        node is joining, it is refused (exit 3). The first node's data are \
        backed up before they are touched, and become the cluster's; those of \
        the other nodes are replaced. Without --yes only the plan is \
        printed.\n\n\
        Examples:\n  \
        provha cluster galera init --diff\n  \
        provha cluster galera init --yes\n  \
        provha cluster galera init --backup /srv/all.sql --yes")]
    Init(Init),
    /// Run the arbiter (garbd) on this machine: a vote without data
    #[command(after_help = "On the machine of PROVHA__GALERA_ARBITER, when \
        all data nodes are synced.\n\n\
        Example:\n  provha cluster galera arbiter --yes")]
    Arbiter {
        /// Carry it out
        #[arg(long)]
        yes: bool,
    },
    /// Bring the database back after a full stop or a crash
    #[command(after_help = "Asks every node of GALERA_PEER_HOSTS for \
        grastate.dat, its server and the position of its data, and says which \
        node must go first and which commits may be gone. Without --yes \
        nothing is changed (exit 3). It is refused while a node that may be \
        newer cannot be asked, or where nodes hold data of different clusters, \
        unless told which data to lose. A second cluster is never made. What \
        is given up is set aside on its node, not deleted. After a kill, run \
        it again: it goes on from where the nodes are.\n\n\
        Examples:\n  \
        provha cluster galera recover                look, and explain\n  \
        provha cluster galera recover --yes\n  \
        provha cluster galera recover --lose db3 --yes")]
    Recover(Recover),
}

/// Options of `cluster galera init`.
#[derive(Debug, Clone, Args)]
pub struct Init {
    /// Carry it out
    #[arg(long)]
    pub yes: bool,
    /// A dump of all databases that was made already
    #[arg(long, value_name = "FILE")]
    pub backup: Option<PathBuf>,
    /// Let the cluster's data replace this node's own databases
    #[arg(long)]
    pub replace_data: bool,
}

/// Options of `cluster primary`.
#[derive(Debug, Clone, Args)]
pub struct Primary {
    /// The node that is to do it, as in GALERA_PEER_HOSTS
    pub host: Option<String>,
    /// Carry it out
    #[arg(long, requires = "host")]
    pub yes: bool,
    /// Not now: at 02:30, or at '2026-12-24 02:30', of this machine
    #[arg(long, requires = "yes", value_name = "TIME")]
    pub at: Option<String>,
    /// This node is off and stays off; may be repeated
    #[arg(long, requires = "host", value_name = "NODE")]
    pub dead: Vec<String>,
}

/// Options of `cluster status`.
#[derive(Debug, Clone, Copy, Args)]
pub struct ClusterStatus {
    /// Output format [default: human]
    #[arg(long, value_name = "FORM")]
    pub format: Option<StatusFormat>,
}

/// Options of `cluster galera recover`.
#[derive(Debug, Clone, Args)]
pub struct Recover {
    /// Carry it out
    #[arg(long)]
    pub yes: bool,
    /// Give up the data of this node; may be repeated
    #[arg(long, value_name = "NODE")]
    pub lose: Vec<String>,
}
