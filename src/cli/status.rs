//! The command line of `status`.

use clap::{Args, Subcommand, ValueEnum};

/// The longest that a finding may be muted, seconds.
const LONGEST: i64 = 30 * 86_400;

/// Options of `status`.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Status {
    /// Show only this part
    pub part: Option<StatusPart>,
    /// Output format [default: human]
    #[arg(long, value_name = "FORM")]
    pub format: Option<StatusFormat>,
    /// Decode every boot file as well; slow with many devices
    #[arg(long)]
    pub deep: bool,
    /// Redraw the whole screen every two seconds; q quits
    #[arg(long, conflicts_with_all = ["format", "deep"])]
    pub watch: bool,
    /// What to do instead
    #[command(subcommand)]
    pub action: Option<StatusAction>,
}

/// A part of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusPart {
    /// Address pools, with a table
    Pools,
    /// Failover pair, clocks, what waits
    Pair,
    /// Database, role, last rebuild, lock
    Db,
    /// Files changed by others, and who else writes them
    Drift,
    /// dhcpd, kea-dhcp6, named, chronyd, time, TFTP
    Daemons,
    /// Boot files and the lease file
    Files,
}

/// How `status` is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    /// Root causes first, then one line per check, for people
    Human,
    /// Monitoring plugin: Icinga, Nagios, Naemon
    Icinga,
    /// Prometheus text format
    Prometheus,
    /// Hashes of what this node serves: what its peer compares
    Manifest,
}

/// What to do with a finding.
#[derive(Debug, Clone, Subcommand)]
pub enum StatusAction {
    /// Keep a finding from counting for a while
    #[command(
        after_help = "The finding is still listed, as muted; so is what \
        it explains. --reason must be given. The mute ends by itself. man 7 provha-codes lists the \
        codes.\n\n\
        Examples:\n  \
        provha status mute PH-304 --for 2h --reason 'peer gets memory'\n  \
        provha status mute all --for 30m --reason 'power works'"
    )]
    Mute {
        /// Code of the finding, or 'all'
        code: String,
        /// For how long: a number with s, m, h or d; up to 30d
        #[arg(long = "for", value_name = "TIME", value_parser = seconds)]
        time: i64,
    },
    /// Let a finding count again
    #[command(after_help = "Example:\n  provha status unmute PH-304")]
    Unmute {
        /// Code of the finding, or 'all'
        code: String,
    },
}

/// A time such as `90s`, `30m`, `2h` or `7d`.
pub fn seconds(text: &str) -> Result<i64, String> {
    let expected = || "expected a number with s, m, h or d, such as 2h".into();
    let unit = text.chars().last().ok_or_else(expected)?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(expected()),
    };
    let number = text.strip_suffix(unit).unwrap_or_default();
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    let number: i64 = number.parse().map_err(|_| expected())?;
    let seconds = number.checked_mul(factor).filter(|_| digits);
    match seconds.ok_or_else(expected)? {
        0 => Err("0 is not a time".into()),
        seconds if seconds > LONGEST => Err("30d is the longest".into()),
        seconds => Ok(seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(seconds("90s"), Ok(90));
        assert_eq!(seconds("2h"), Ok(7200));
        assert_eq!(seconds("30d"), Ok(LONGEST));
        for bad in ["", "2", "h", "0m", "31d", "-1h", "+1h", "2x", "2 h", "é"]
        {
            assert!(seconds(bad).is_err(), "{bad}");
        }
        assert!(seconds("99999999999999999d").is_err());
    }
}
