//! `db` and `support`: what is looked at and sent to somebody else.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to do with the database.
#[derive(Debug, Clone, Subcommand)]
pub enum DbCommand {
    /// Show engine, release and rights: what is missing, what may not be read
    #[command(after_help = "Exit codes: 0 all that is needed can be read; 1 \
        something is missing or may not be read.\n\n\
        Examples:\n  \
        provha db check\n  \
        provha db check --json")]
    Check,
    /// Write a masked copy of some rows, small enough to send
    #[command(after_help = "MAC addresses, names and numbers have stand-ins, \
        the same everywhere in the file; passwords and other secrets are \
        replaced. Rows are chosen so that findings stay, with all that they \
        lead to.\n\n\
        Examples:\n  \
        provha db sample --out sample.sqlite\n  \
        provha db sample --device cm-100042 --out one.sql\n  \
        provha --db sqlite:sample.sqlite --root /tmp/lab dhcp --dry-run")]
    Sample(Sample),
}

/// Options of `db sample`.
#[derive(Debug, Clone, Args)]
pub struct Sample {
    /// File to make: FILE.sqlite, or FILE.sql
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    /// Which rows.
    pub rows: Rows,
}

/// Which rows a sample holds.
#[derive(Debug, Clone, Args)]
pub struct Rows {
    /// Only this device (id, MAC or host name) and what belongs to it; may be
    /// repeated [default: what findings name, and the first rows]
    #[arg(long, value_name = "DEVICE")]
    pub device: Vec<String>,
    /// Rows per table without a finding, and per kind of finding
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u32).range(0..=5000))]
    pub rows: u32,
}

/// Options of `support`.
#[derive(Debug, Clone, Args)]
pub struct Support {
    /// File to make: FILE.tar.zst
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    /// Which rows.
    pub rows: Rows,
}
