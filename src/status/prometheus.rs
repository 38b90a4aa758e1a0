//! The report in Prometheus' text exposition format, for the textfile
//! collector of its node exporter.

use std::fmt::Write as _;

use crate::status::metrics::ALL;
use crate::status::{Report, Value};

/// The whole text.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let state = f64::from(report.state().number());
    let help = "The worst state: 0 ok, 1 warning, 2 critical, 3 unknown";
    head(&mut out, "state", help);
    sample(&mut out, "state", &[], state);
    let help = "The state of each check: 0 ok, 1 warning, 2 critical, \
                3 unknown";
    head(&mut out, "status", help);
    for check in &report.checks {
        let state = f64::from(check.state.number());
        sample(&mut out, "status", &[("check", check.name)], state);
    }
    head(&mut out, "info", "The role of this machine and the version");
    let version = env!("CARGO_PKG_VERSION");
    let labels = [("role", &*report.role), ("version", version)];
    sample(&mut out, "info", &labels, 1.0);
    head(&mut out, "status_duration_seconds", "How long the checks took");
    sample(&mut out, "status_duration_seconds", &[], report.seconds);
    numbers(&mut out, report);
    out
}

/// The numbers of all checks, those of one metric together.
fn numbers(out: &mut String, report: &Report) {
    let all = || report.checks.iter().flat_map(|check| &check.values);
    for metric in ALL {
        let values: Vec<&Value> =
            all().filter(|v| v.metric.name == metric.name).collect();
        if values.is_empty() {
            continue;
        }
        head(out, metric.name, metric.help);
        for value in values {
            let label = metric.label.zip(value.label.as_deref());
            sample(out, metric.name, label.as_slice(), value.number);
        }
    }
}

/// The two lines before a metric.
fn head(out: &mut String, name: &str, help: &str) {
    let _ = writeln!(out, "# HELP provha_{name} {help}");
    let _ = writeln!(out, "# TYPE provha_{name} gauge");
}

/// One sample.
fn sample(out: &mut String, name: &str, labels: &[(&str, &str)], n: f64) {
    let labels: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
        .collect();
    let labels = match labels.is_empty() {
        true => String::new(),
        false => format!("{{{}}}", labels.join(",")),
    };
    let _ = writeln!(out, "provha_{name}{labels} {n}");
}

/// A label's value.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::{Check, State, metrics};

    #[test]
    fn metrics_have_their_head_once_and_labels_are_escaped() {
        let node = "a\"b\\c";
        let checks = vec![
            Check::new("database", State::Ok, "x")
                .labelled(&metrics::NODE_UP, node, 1.0)
                .labelled(&metrics::NODE_UP, "d", 0.0),
            Check::new("clock", State::Warning, "x")
                .value(&metrics::SKEW, -6.5),
        ];
        let report = Report { checks, ..Report::default() };
        let text = text(&report);
        for line in [
            "provha_state 1",
            "provha_status{check=\"database\"} 0",
            "provha_status{check=\"clock\"} 1",
            "provha_database_node_up{node=\"a\\\"b\\\\c\"} 1",
            "provha_database_node_up{node=\"d\"} 0",
            "provha_clock_skew_seconds -6.5",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}: {text}");
        }
        let heads = "# TYPE provha_database_node_up gauge";
        assert_eq!(text.matches(heads).count(), 1);
    }
}
