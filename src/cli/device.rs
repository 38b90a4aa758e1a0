//! Options of the commands about one device or address.

#![allow(rustdoc::broken_intra_doc_links, rustdoc::bare_urls)]

use clap::{Args, ValueEnum};

/// Options of `probe`.
#[derive(Debug, Clone, Args)]
pub struct ProbeArgs {
    /// The device, as `explain` takes it [default: of each kind the one that
    /// dhcpd heard of last]
    pub device: Option<String>,
    /// Output format [default: human]
    #[arg(long, value_name = "FORM")]
    pub format: Option<ProbeFormat>,
    /// Ask for a device without a lease as well: dhcpd keeps an address for
    /// it for two minutes
    #[arg(long)]
    pub discover: bool,
}

/// How `probe` is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProbeFormat {
    /// Monitoring plugin: Icinga, Nagios, Naemon
    Icinga,
}

/// Options of `leases`.
#[derive(Debug, Clone, Args)]
pub struct LeasesArgs {
    /// An address, or the MAC of a client
    #[arg(value_name = "IP|MAC")]
    pub subject: String,
    /// Only who had it at this time: '2026-11-29 03:00', '03:00', '-2h'
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub at: Option<String>,
    /// Do not ask the peer
    #[arg(long)]
    pub local: bool,
}
