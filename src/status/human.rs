//! The report for people: the overall state, then a line a check.

use std::fmt::Write as _;

use crate::console::count;
use crate::status::{Report, State};

/// The text; with `color`, states are coloured.
pub fn text(report: &Report, color: bool) -> String {
    let state = report.state();
    let word = paint(&state.word().to_uppercase(), state, color);
    let mut out = format!("{word}: {}\n", summary(report));
    let width = report.checks.iter().map(|c| c.name.len()).max().unwrap_or(0);
    for check in &report.checks {
        let word =
            paint(&format!("{:<8}", check.state.word()), check.state, color);
        let _ = writeln!(out, "{word}  {:<width$}  {}", check.name, check.text);
        if let Some(hint) = &check.hint {
            let _ = writeln!(out, "{:8}  {:width$}  → {hint}", "", "");
        }
    }
    if !report.left_out.is_empty() {
        let names = report.left_out.join(", ");
        let _ = writeln!(out, "not asked with --no-activate: {names}");
    }
    out
}

/// What the first line says behind the state.
fn summary(report: &Report) -> String {
    let who = match (report.role.as_str(), report.host.as_str()) {
        ("", host) => format!("{host}, role not known"),
        (role, host) => format!("{host}, {role}"),
    };
    let mut parts = Vec::new();
    for state in State::ALL.into_iter().rev() {
        let number = report.count(state);
        if number > 0 && state != State::Ok {
            parts.push(format!("{number} {}", state.word()));
        }
    }
    let of = count(report.checks.len(), "check");
    match parts.is_empty() {
        true => format!("{who}; {of}, all well"),
        false => format!("{who}; {} of {of}", parts.join(", ")),
    }
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
    use crate::status::Check;

    #[test]
    fn columns_are_aligned_and_the_first_line_is_the_state() {
        let report = Report {
            role: "master".into(),
            host: "nms01".into(),
            checks: vec![
                Check::new("role", State::Ok, "master"),
                Check::new("clock", State::Warning, "7 s").hint("see chrony"),
            ],
            left_out: vec!["dhcpd", "named"],
            seconds: 0.1,
        };
        let expected = "WARNING: nms01, master; 1 warning of 2 checks\n\
                        ok        role   master\n\
                        warning   clock  7 s\n                 \
                        → see chrony\n\
                        not asked with --no-activate: dhcpd, named\n";
        assert_eq!(text(&report, false), expected);
        let colored = text(&report, true);
        assert!(colored.starts_with("\x1b[33mWARNING\x1b[0m: "), "{colored}");
    }
}
