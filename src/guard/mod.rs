//! The guard rails: a run that would take too much away is refused.

pub mod pools;

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::console::count;
use crate::context::Context;
use crate::exit::Stop;
use crate::model::Findings;
use crate::system::files;

/// Fewer quarantined rows than this are never refused.
const FEW_ROWS: usize = 20;
/// Fewer dropped hosts than this are never refused.
const FEW_HOSTS: usize = 10;

/// Refuses a run that would leave out too many rows, and one with findings
/// under `--strict`.
pub fn quarantine(
    context: &Context<'_>,
    findings: &Findings,
    rows: usize,
) -> anyhow::Result<()> {
    if context.options.strict && !findings.is_empty() {
        let text =
            format!("{} under --strict", count(findings.len(), "finding"));
        return Err(Stop::refused(text)
            .hint("correct the rows named above, or leave --strict out")
            .into());
    }
    let limit = context.options.max_quarantined_percent.unwrap_or_else(|| {
        context.settings.number("PROVHA__GUARD_MAX_QUARANTINED_PERCENT")
    });
    let left_out = findings.quarantined();
    if left_out <= FEW_ROWS || !exceeds(left_out, rows, limit) {
        return Ok(());
    }
    let text = format!(
        "guard rail: {left_out} of {rows} rows would be left out, more than \
         {limit} %"
    );
    let hint = "correct the rows named above; to allow it for this run: \
                --max-quarantined-percent 100 (always: \
                PROVHA__GUARD_MAX_QUARANTINED_PERCENT)";
    Err(Stop::refused(text).hint(hint).into())
}

/// Whether `part` is more than `limit` percent of `whole`.
fn exceeds(part: usize, whole: usize, limit: u64) -> bool {
    part as u128 * 100 > whole as u128 * u128::from(limit)
}

/// Refuses a run that would drop too many of `what`; `dropped` are their
/// names, of `live` in all.
pub fn removal(
    context: &Context<'_>,
    what: &str,
    dropped: &[String],
    live: usize,
) -> anyhow::Result<()> {
    let limit = context.options.max_removed_percent.unwrap_or_else(|| {
        context.settings.number("PROVHA__GUARD_MAX_REMOVED_PERCENT")
    });
    if dropped.len() <= FEW_HOSTS || !exceeds(dropped.len(), live, limit) {
        return Ok(());
    }
    for name in dropped {
        context.console.warning(&format!("{name} would be dropped"));
    }
    let text = format!(
        "guard rail: {} of {live} live {what} would be dropped, more than \
         {limit} %",
        dropped.len()
    );
    let hint = "if this is intended, allow it for this run: \
                --max-removed-percent 100 (always: \
                PROVHA__GUARD_MAX_REMOVED_PERCENT)";
    Err(Stop::refused(text).hint(hint).into())
}

/// The host files of a dhcpd set.
const HOST_FILES: [&str; 3] =
    ["modems-host.conf", "mta.conf", "endpoints-host.conf"];

/// What identifies the host of a line: its hardware address, else its name.
fn identity(line: &str) -> Option<u64> {
    let rest = line.trim_start().strip_prefix("host ")?;
    if let Some(mac) = crate::check::dhcp::hardware(line.as_bytes()) {
        return Some(mac);
    }
    let name = rest.split_whitespace().next()?;
    // FNV-1a, marked so that it is no MAC: names are few, a clash harmless.
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Some(hash | 1 << 63)
}

/// The hosts of the live set that the new one does not have: the beginning of
/// their lines, and how many hosts are live.
pub fn dropped_hosts(
    live: &Path,
    new: &Path,
) -> anyhow::Result<(Vec<String>, usize)> {
    let mut kept = HashSet::new();
    each_line(new, &mut |line| {
        kept.extend(identity(line));
    })?;
    let (mut dropped, mut count) = (Vec::new(), 0);
    each_line(live, &mut |line| {
        let Some(host) = identity(line) else { return };
        count += 1;
        if !kept.contains(&host) {
            let name = line.split('{').next().unwrap_or(line).trim();
            dropped.push(name.to_string());
        }
    })?;
    Ok((dropped, count))
}

/// Visits each line of the host files below a directory.
fn each_line(dir: &Path, visit: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    for name in HOST_FILES {
        let (file, _) = match files::open_through(&dir.join(name)) {
            Err(e) if files::is_missing(&e) => continue,
            other => other?,
        };
        for line in BufReader::new(file).lines() {
            visit(&line?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_limits_are_exact() {
        assert!(!exceeds(5, 100, 5));
        assert!(exceeds(6, 100, 5));
        assert!(exceeds(1, 0, 5));
        assert!(!exceeds(100, 100, 100));
    }

    #[test]
    fn a_renamed_host_is_not_dropped() {
        let one = "host cm-1 { hardware ethernet 00:00:00:00:00:01; }";
        let other = "host x { hardware ethernet 00:00:00:00:00:01 ; }";
        assert_eq!(identity(one), identity(other));
        assert_ne!(identity("host a { host-identifier x; }"), None);
        assert_eq!(identity("# host"), None);
    }
}
