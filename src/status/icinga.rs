//! The report as monitoring plugins give it: one line for the pager, numbers
//! behind `|`, then a line a check.

use std::fmt::Write as _;

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
    for check in &report.checks {
        let word = check.state.word().to_uppercase();
        let line = format!("[{word}] {}: {}", check.name, check.text);
        let _ = writeln!(out, "{}", plain(&line));
        if let Some(hint) = &check.hint {
            let _ = writeln!(out, "  {}", plain(hint));
        }
    }
    if !report.left_out.is_empty() {
        let names = report.left_out.join(", ");
        let _ = writeln!(out, "not asked with --no-activate: {names}");
    }
    out
}

/// The output of a run that could not tell anything.
pub fn failed(why: &str) -> String {
    let mut text = first(State::Unknown, why);
    text.push('\n');
    if text.trim_end().ends_with('…') {
        text += &format!("{}\n", plain(&crate::status::one_line(why)));
    }
    text
}

/// What the first line says behind the state.
fn headline(report: &Report) -> String {
    let Some(worst) = report.worst().filter(|c| c.state != State::Ok) else {
        let role = if report.role.is_empty() { "" } else { ", " };
        return format!(
            "{} checks{role}{}, all well",
            report.checks.len(),
            report.role
        );
    };
    let others = report.checks.iter().filter(|c| c.state != State::Ok).count();
    match others - 1 {
        0 => format!("{}: {}", worst.name, worst.text),
        n => format!("{} (+{n} more): {}", worst.name, worst.text),
    }
}

/// The first line, cut where it is too long.
fn first(state: State, text: &str) -> String {
    let word = state.word().to_uppercase();
    let text = crate::status::one_line(text);
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
    use crate::status::{Check, metrics};

    fn report(checks: Vec<Check>) -> Report {
        Report { role: "slave".into(), checks, ..Report::default() }
    }

    #[test]
    fn the_first_line_is_short_and_names_the_worst() {
        let long = "a | very long text ".repeat(20);
        let text = text(&report(vec![
            Check::new("role", State::Ok, "slave"),
            Check::new("clock", State::Warning, "7 s")
                .value(&metrics::SKEW, -7.25),
            Check::new("boot-files", State::Critical, long)
                .labelled(&metrics::MISSING, "cm", 3.0)
                .hint("make | them"),
        ]));
        let lines: Vec<&str> = text.lines().collect();
        let (head, numbers) = lines[0].split_once(" | ").unwrap();
        assert!(head.chars().count() <= MOST, "{head}");
        let begin = "PROVHA CRITICAL - boot-files (+1 more): a / very long";
        assert!(head.starts_with(begin), "{head}");
        assert_eq!(
            numbers,
            "'clock_skew_seconds'=-7.25s;-5:5;-30:30;; \
             'boot_files_missing_cm'=3;;0;0;"
        );
        assert_eq!(lines[1], "[OK] role: slave");
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
