//! The report for people: the overall state, what is wrong with root causes
//! first, then a line for each check that is well, then the pools.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table};

use crate::console::count;
use crate::report::local_time;
use crate::status::arrange::Finding;
use crate::status::pools::Pool;
use crate::status::{Report, State};

/// The text; with `color`, states are coloured. `table`: whether pools were
/// asked for.
pub fn text(report: &Report, color: bool, table: bool) -> String {
    let state = report.state();
    let word = paint(&state.word().to_uppercase(), state, color);
    let mut out = format!("{word}: {}\n", summary(report));
    for finding in &report.findings {
        wrong(&mut out, finding, color);
    }
    let well = || report.checks.iter().filter(|c| c.state == State::Ok);
    let width = well().map(|c| c.name.len()).max().unwrap_or(0);
    for check in well() {
        let word =
            paint(&format!("{:<8}", check.state.word()), check.state, color);
        let _ = writeln!(out, "{word}  {:<width$}  {}", check.name, check.text);
    }
    if !report.left_out.is_empty() {
        let names = report.left_out.join(", ");
        let _ = writeln!(out, "not asked with --no-activate: {names}");
    }
    if table && !report.pools.is_empty() {
        let _ = writeln!(out, "{}", pools(&report.pools));
    }
    out
}

/// One finding: a root cause, what it explains below it, or a muted one.
fn wrong(out: &mut String, finding: &Finding, color: bool) {
    let Finding { code, state, text, .. } = finding;
    if !finding.is_root() {
        let line = format!("so: {} {}: {text}", code.id, code.check);
        let _ = writeln!(out, "{:10}{line}", "");
        return;
    }
    let word = match &finding.muted {
        Some(_) => format!("{:<8}", "muted"),
        None => paint(&format!("{:<8}", state.word()), *state, color),
    };
    let _ = writeln!(out, "{word}  {} {}: {text}", code.id, code.check);
    match (&finding.muted, &finding.hint) {
        (Some(mute), _) => {
            let until = local_time(mute.until);
            let _ = writeln!(out, "{:10}until {until}: {}", "", mute.reason);
        }
        (None, Some(hint)) => {
            let _ = writeln!(out, "{:10}→ {hint}", "");
        }
        (None, None) => {}
    }
}

/// What the first line says behind the state.
fn summary(report: &Report) -> String {
    let who = match (report.role.as_str(), report.host.as_str()) {
        ("", host) => format!("{host}, role not known"),
        (role, host) => format!("{host}, {role}"),
    };
    let muted = report.findings.len()
        - report.findings.iter().filter(|f| f.counts()).count();
    let muted = match muted {
        0 => String::new(),
        n => format!("; {n} muted"),
    };
    let of = count(report.checks.len(), "check");
    match report.roots() {
        0 if muted.is_empty() => format!("{who}; {of}, all well"),
        0 => format!("{who}; {of}{muted}"),
        n => {
            let causes = count(n, "root cause");
            format!("{who}; {causes} in {of}{muted}")
        }
    }
}

/// The table of pools.
pub fn pools(pools: &[Pool]) -> String {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header([
        "cmts", "type", "net", "active", "free", "backup", "other", "of", "",
        "", "outlook",
    ]);
    for pool in pools {
        let numbers =
            [pool.active, pool.free, pool.backup, pool.other, pool.size];
        let mut row =
            vec![pool.cmts.clone(), pool.kind.clone(), pool.net.clone()];
        row.extend(numbers.map(|n| n.to_string()));
        row.push(pool.bar());
        row.push(format!("{:.0} %", pool.used()));
        row.push(pool.outlook());
        table.add_row(row);
    }
    for column in [3, 4, 5, 6, 7, 9] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

/// A word in the colour of its state.
fn paint(word: &str, state: State, color: bool) -> String {
    let code = match state {
        State::Ok => "32",
        State::Unknown => "35",
        State::Warning => "33",
        State::Critical => "1;31",
    };
    match color {
        true => format!("\x1b[{code}m{word}\x1b[0m"),
        false => word.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::arrange::arrange;
    use crate::status::mutes::Mute;
    use crate::status::{Check, codes};

    fn report(mutes: &[Mute]) -> Report {
        let checks = vec![
            Check::new("role", State::Ok, "master"),
            Check::wrong(&codes::CLOCKS, State::Warning, "7 s").hint("chrony"),
            Check::wrong(&codes::FAILOVER_UNREAD, State::Critical, "mute"),
            Check::wrong(&codes::DHCPD_SILENT, State::Critical, "silent"),
        ];
        Report {
            role: "master".into(),
            host: "nms01".into(),
            findings: arrange(&checks, Vec::new(), mutes, 0),
            checks,
            left_out: vec!["named"],
            ..Report::default()
        }
    }

    #[test]
    fn root_causes_come_first_with_what_they_explain() {
        let report = report(&[]);
        let expected = "CRITICAL: nms01, master; 2 root causes in 4 checks\n\
                        critical  PH-201 dhcpd: silent\n          \
                        so: PH-306 failover: mute\n\
                        warning   PH-321 clock: 7 s\n          \
                        → chrony\n\
                        ok        role  master\n\
                        not asked with --no-activate: named\n";
        assert_eq!(text(&report, false, false), expected);
        let colored = text(&report, true, true);
        assert!(colored.starts_with("\x1b[1;31mCRITICAL\x1b[0m: "));
    }

    #[test]
    fn muted_ones_are_listed_with_their_reason() {
        let mute = Mute {
            code: "PH-201".into(),
            since: 0,
            until: 60,
            reason: "new RAM".into(),
        };
        let text = text(&report(&[mute]), false, false);
        assert!(text.starts_with("WARNING: nms01, master; 1 root cause in"));
        assert!(text.contains("; 2 muted\n"), "{text}");
        assert!(text.contains("\nmuted     PH-201 dhcpd: silent\n"), "{text}");
        assert!(text.contains(": new RAM\n"), "{text}");
    }

    #[test]
    fn pools_are_a_table() {
        let pool = Pool {
            cmts: "north".into(),
            kind: "CM".into(),
            net: "10.0.0.0/24".into(),
            size: 200,
            active: 50,
            free: 100,
            backup: 50,
            other: 0,
            growth: Some(10.0),
        };
        let text = pools(&[pool]);
        let line = text.lines().nth(1).unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let expected = "north CM 10.0.0.0/24 50 100 50 0 200 \
                        [#####...............] 25 % full in 15 d";
        assert_eq!(words.join(" "), expected);
    }
}
