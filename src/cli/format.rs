//! The forms in which a state is told.

use clap::ValueEnum;

/// How `status` is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    /// One line per check, for people
    Human,
    /// Monitoring plugin: Icinga, Nagios, Naemon
    Icinga,
    /// Prometheus text format
    Prometheus,
}
