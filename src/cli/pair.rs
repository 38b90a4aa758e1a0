//! Options that are about the failover pair.

use clap::{Args, Subcommand};

/// Options of `dhcp`.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Dhcp {
    /// Do not collect changes while this node serves alone: start dhcpd now
    #[arg(long)]
    pub now: bool,
    /// Enter a failover pair although the peer is away: nobody is served for
    /// 15 s, and after that only if the peer is proved dead
    #[arg(long)]
    pub start_alone: bool,
}

/// What to do with the failover pair.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum PairCommand {
    /// Serve without the peer from now on
    #[command(after_help = "Without --yes it only says what it found and \
        what would happen (exit 3). It is refused while the peer shows any \
        sign of life: two servers that do not know of each other give one \
        address to two clients.")]
    Leave {
        /// Yes, the peer is off and stays off
        #[arg(long)]
        yes: bool,
    },
    /// Serve as one of a pair from now on
    #[command(after_help = "Refused (exit 3) while dhcpd serves here and the \
        peer's failover port does not answer.")]
    Join {
        /// Although the peer is away: nobody is served for 15 s, and after
        /// that only if the peer is proved dead
        #[arg(long)]
        start_alone: bool,
    },
}
