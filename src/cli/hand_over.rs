//! Options of `setup hand-over`.

use clap::{Args, ValueEnum};

/// Options of `setup hand-over`.
#[derive(Debug, Clone, Copy, Args)]
pub struct HandOver {
    /// How the existing writers are kept from writing [default: off on a
    /// slave, else wrapper]
    #[arg(long, value_name = "WAY")]
    pub way: Option<WayWord>,
    /// Do it; without this option the plan is shown
    #[arg(long)]
    pub yes: bool,
    /// Bring back what an earlier hand-over changed, byte by byte
    #[arg(long, conflicts_with = "way")]
    pub undo: bool,
}

/// How the existing writers are kept from writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WayWord {
    /// Their cron lines wait for provha's lock: never both at once
    Lock,
    /// Their commands (php artisan nms:dhcp, ...) end in provha
    Wrapper,
    /// They are switched off in cron, systemd, supervisord and xinetd
    Off,
}
