//! The report as monitoring plugins give it: one line for the pager, numbers
//! behind `|`, then a line a check.

use std::fmt::Write as _;

use crate::status::arrange::Finding;
use crate::status::metrics::Metric;
use crate::status::{Report, State, Value};

/// Characters of the first line before the numbers.
const MOST: usize = 80;

/// The whole output.
pub fn text(report: &Report) -> String {
    let mut out = first(report.state(), &headline(report));
    let numbers = report.checks.iter().flat_map(|check| &check.values);
    let numbers: Vec<String> = numbers.map(number).collect();
    if !numbers.is_empty() {
        let _ = write!(out, " | {}", numbers.join(" "));
    }
    out.push('\n');
    for finding in &report.findings {
        let _ = writeln!(out, "{}", plain(&line(finding)));
        if let Some(hint) = finding.hint.as_ref().filter(|_| finding.counts()) {
            let _ = writeln!(out, "  {}", plain(hint));
        }
    }
    for check in report.checks.iter().filter(|c| c.state == State::Ok) {
        let line = format!("[OK] {}: {}", check.name, check.text);
        let _ = writeln!(out, "{}", plain(&line));
    }
    if !report.left_out.is_empty() {
        let names = report.left_out.join(", ");
        let _ = writeln!(out, "not asked with --no-activate: {names}");
    }
    out
}

/// The line of a finding.
fn line(finding: &Finding) -> String {
    let word = match (&finding.muted, finding.because) {
        (Some(_), _) => "MUTED".to_string(),
        (None, Some(cause)) => format!("BY {cause}"),
        (None, None) => finding.state.word().to_uppercase(),
    };
    let code = finding.code;
    format!("[{word}] {} {}: {}", code.id, code.check, finding.text)
}

/// The output of a run that could not tell anything.
pub fn failed(why: &str) -> String {
    let mut text = first(State::Unknown, why);
    text.push('\n');
    if text.trim_end().ends_with('…') {
        text += &format!("{}\n", plain(&crate::status::check::one_line(why)));
    }
    text
}

/// What the first line says behind the state.
fn headline(report: &Report) -> String {
    let Some(worst) = report.worst() else {
        let role = if report.role.is_empty() { "" } else { ", " };
        let end = if report.findings.is_empty() { "all well" } else { "muted" };
        return format!(
            "{} checks{role}{}, {end}",
            report.checks.len(),
            report.role
        );
    };
    let name = format!("{} {}", worst.code.id, worst.code.check);
    match report.roots().saturating_sub(1) {
        0 => format!("{name}: {}", worst.text),
        n => format!("{name} (+{n} more): {}", worst.text),
    }
}

/// The first line, cut where it is too long.
fn first(state: State, text: &str) -> String {
    let word = state.word().to_uppercase();
    let text = crate::status::check::one_line(text);
    let line = plain(&format!("PROVHA {word} - {text}"));
    if line.chars().count() <= MOST {
        return line;
    }
    let mut cut: String = line.chars().take(MOST - 1).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// A text without the character that begins the numbers.
fn plain(text: &str) -> String {
    text.replace('|', "/")
}

/// One number: 'label'=value[unit];warning;critical;minimum;maximum.
fn number(value: &Value) -> String {
    let Metric { name, unit, warning, critical, .. } = value.metric;
    let label = match &value.label {
        Some(label) => format!("{name}_{label}"),
        None => (*name).to_string(),
    };
    let label = label.replace([' ', '\'', '=', '|'], "_");
    let number = value.number;
    let least = if warning.starts_with('-') { "" } else { "0" };
    format!("'{label}'={number}{unit};{warning};{critical};{least};")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::arrange::arrange;
    use crate::status::{Check, codes, metrics};

    fn report(checks: Vec<Check>) -> Report {
        let findings = arrange(&checks, Vec::new(), &[], 0);
        let role = "slave".into();
        Report { role, checks, findings, ..Report::default() }
    }

    #[test]
    fn the_first_line_is_short_and_names_the_worst() {
        let long = "a | very long text ".repeat(20);
        let text = text(&report(vec![
            Check::new("role", State::Ok, "slave"),
            Check::wrong(&codes::CLOCKS, State::Warning, "7 s")
                .value(&metrics::SKEW, -7.25),
            Check::wrong(&codes::FILES_MISSING, State::Critical, long)
                .labelled(&metrics::MISSING, "cm", 3.0)
                .hint("make | them"),
        ]));
        let lines: Vec<&str> = text.lines().collect();
        let (head, numbers) = lines[0].split_once(" | ").unwrap();
        assert!(head.chars().count() <= MOST, "{head}");
        let begin = "PROVHA CRITICAL - PH-401 boot-files (+1 more): a / very";
        assert!(head.starts_with(begin), "{head}");
        assert_eq!(
            numbers,
            "'clock_skew_seconds'=-7.25s;-5:5;-30:30;; \
             'boot_files_missing_cm'=3;;0;0;"
        );
        assert!(lines[1].starts_with("[CRITICAL] PH-401 boot-files: a"));
        assert_eq!(lines.last(), Some(&"[OK] role: slave"));
        assert!(text.matches('|').count() == 1, "{text}");
    }

    #[test]
    fn all_well_and_failures() {
        let well = text(&report(vec![Check::new("role", State::Ok, "x")]));
        assert_eq!(
            well,
            "PROVHA OK - 1 checks, slave, all well\n[OK] role: x\n"
        );
        let short = failed("no env\nfile");
        assert_eq!(short, "PROVHA UNKNOWN - no env file\n");
        let long = failed(&"x".repeat(200));
        assert_eq!(long.lines().next().unwrap().chars().count(), MOST);
        assert!(long.lines().nth(1).unwrap().len() == 200);
    }
}
