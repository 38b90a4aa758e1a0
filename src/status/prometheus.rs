//! The report in Prometheus' text exposition format, for the textfile
//! collector of its node exporter.

use std::fmt::Write as _;

use crate::status::metrics::ALL;
use crate::status::pools::Pool;
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
    findings(&mut out, report);
    pools(&mut out, report);
    head(&mut out, "info", "The role of this machine and the version");
    let version = env!("CARGO_PKG_VERSION");
    let labels = [("role", &*report.role), ("version", version)];
    sample(&mut out, "info", &labels, 1.0);
    head(&mut out, "status_duration_seconds", "How long the checks took");
    sample(&mut out, "status_duration_seconds", &[], report.seconds);
    numbers(&mut out, report);
    out
}

/// What is wrong, by code.
fn findings(out: &mut String, report: &Report) {
    if report.findings.is_empty() {
        return;
    }
    let help = "The state of each finding: 1 warning, 2 critical, 3 unknown; \
                because: the code that explains it";
    head(out, "finding", help);
    for finding in &report.findings {
        let muted = if finding.counts() { "no" } else { "yes" };
        let labels = [
            ("code", finding.code.id),
            ("check", finding.code.check),
            ("because", finding.because.unwrap_or_default()),
            ("muted", muted),
        ];
        let state = f64::from(finding.state.number());
        sample(out, "finding", &labels, state);
    }
}

/// The addresses of the pools.
fn pools(out: &mut String, report: &Report) {
    if report.pools.is_empty() {
        return;
    }
    let help = "Addresses of a pool by state: active, free (the primary's), \
                backup (the secondary's), other";
    head(out, "pool_addresses", help);
    for pool in &report.pools {
        let states = [
            ("active", pool.active),
            ("free", pool.free),
            ("backup", pool.backup),
            ("other", pool.other),
        ];
        for (state, number) in states {
            let mut labels = of_pool(pool);
            labels.push(("state", state));
            sample(out, "pool_addresses", &labels, number as f64);
        }
    }
    head(out, "pool_size", "All addresses of a pool");
    for pool in &report.pools {
        sample(out, "pool_size", &of_pool(pool), pool.size as f64);
    }
    let known = || report.pools.iter().filter(|p| p.growth.is_some());
    if known().next().is_some() {
        let help = "Active addresses more a day, over the last days";
        head(out, "pool_growth_per_day", help);
        for pool in known() {
            let growth = pool.growth.unwrap_or_default();
            sample(out, "pool_growth_per_day", &of_pool(pool), growth);
        }
    }
}

/// The labels of a pool.
fn of_pool(pool: &Pool) -> Vec<(&'static str, &str)> {
    vec![("cmts", &pool.cmts), ("type", &pool.kind), ("net", &pool.net)]
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
    use crate::status::arrange::arrange;
    use crate::status::{Check, State, codes, metrics};

    #[test]
    fn metrics_have_their_head_once_and_labels_are_escaped() {
        let node = "a\"b\\c";
        let checks = vec![
            Check::new("database", State::Ok, "x")
                .labelled(&metrics::NODE_UP, node, 1.0)
                .labelled(&metrics::NODE_UP, "d", 0.0),
            Check::wrong(&codes::CLOCKS, State::Warning, "x")
                .value(&metrics::SKEW, -6.5),
        ];
        let findings = arrange(&checks, Vec::new(), &[], 0);
        let pools = vec![Pool { cmts: "n".into(), ..Pool::default() }];
        let report = Report { checks, findings, pools, ..Report::default() };
        let text = text(&report);
        for line in [
            "provha_state 1",
            "provha_status{check=\"database\"} 0",
            "provha_status{check=\"clock\"} 1",
            "provha_database_node_up{node=\"a\\\"b\\\\c\"} 1",
            "provha_database_node_up{node=\"d\"} 0",
            "provha_clock_skew_seconds -6.5",
            "provha_finding{code=\"PH-321\",check=\"clock\",because=\"\",\
             muted=\"no\"} 1",
            "provha_pool_size{cmts=\"n\",type=\"\",net=\"\"} 0",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}: {text}");
        }
        let heads = "# TYPE provha_database_node_up gauge";
        assert_eq!(text.matches(heads).count(), 1);
    }
}
