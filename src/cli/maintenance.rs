//! Options of `maintenance`.

use clap::{Args, Subcommand};

use crate::cli::status::seconds;

/// What to do.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum MaintenanceCommand {
    /// Take this node out of service; its peer serves meanwhile
    #[command(after_help = "The peer is proven able first: its dhcpd serves \
        and its TFTP server gives a file, or it is refused (exit 3). dhcpd \
        stops first; the others follow when the peer goes on alone. A daemon \
        that does not stop, or a peer that does not go on: all is as before \
        (exit 4). --reason must be given. Alerts are muted on both nodes. \
        Until the end no run makes or restarts anything here: rebuild ends \
        with 0 and says why, others are refused (exit 3). When the time is \
        over, or the peer is lost, the next rebuild, or watch, brings the \
        node back.\n\n\
        Examples:\n  \
        provha maintenance start --reason 'new disks' --dry-run\n  \
        provha maintenance start --for 2h --reason 'new disks'")]
    Start(Start),
    /// Bring this node back into service
    #[command(
        after_help = "dhcpd comes last. A daemon that does not start is \
        exit 5; the next run tries again.\n\n\
        Example:\n  provha maintenance end"
    )]
    End,
}

/// Options of `maintenance start`.
#[derive(Debug, Clone, Copy, Args)]
pub struct Start {
    /// For how long: a number with s, m, h or d; up to 30d
    #[arg(long = "for", value_name = "TIME", default_value = "1h",
          value_parser = seconds)]
    pub time: i64,
    /// Set the peer to partner-down: it uses all free addresses after MCLT,
    /// and this node serves again only MCLT after its return
    #[arg(long)]
    pub partner_down: bool,
}
