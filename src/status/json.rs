//! The report as the result that `--json` prints.

use std::collections::BTreeMap;

use crate::report::json::{self as out, StatusValue};
use crate::status::arrange::Finding;
use crate::status::mutes::{Mute, Mutes};
use crate::status::pools::Pool;
use crate::status::{Check, Report};

/// The result.
pub fn result(report: &Report) -> out::Status {
    out::Status {
        command: "status",
        state: report.state().word(),
        role: report.role.clone(),
        host: report.host.clone(),
        checks: report.checks.iter().map(check).collect(),
        findings: report.findings.iter().map(finding).collect(),
        pools: report.pools.iter().map(pool).collect(),
        left_out: report.left_out.clone(),
        seconds: report.seconds,
    }
}

/// One finding.
fn finding(finding: &Finding) -> out::StatusFinding {
    let code = finding.code;
    out::StatusFinding {
        code: code.id,
        check: code.check,
        state: finding.state.word(),
        severity: code.severity.word(),
        title: code.title,
        meaning: code.meaning,
        text: finding.text.clone(),
        hint: finding.hint.clone(),
        commands: code.commands.to_vec(),
        because: finding.because,
        muted: finding.muted.as_ref().map(mute),
        flaps: finding.flaps,
    }
}

/// The result of `status mute` and `status unmute`.
pub fn mutes(command: &'static str, mutes: &Mutes) -> out::StatusMutes {
    let mutes = mutes.list().iter().map(mute).collect();
    out::StatusMutes { command, mutes }
}

/// One mute.
pub fn mute(mute: &Mute) -> out::StatusMute {
    out::StatusMute {
        code: mute.code.clone(),
        since: mute.since,
        until: mute.until,
        reason: mute.reason.clone(),
    }
}

/// One pool.
fn pool(pool: &Pool) -> out::StatusPool {
    out::StatusPool {
        cmts: pool.cmts.clone(),
        kind: pool.kind.clone(),
        net: pool.net.clone(),
        size: pool.size,
        active: pool.active,
        free: pool.free,
        backup: pool.backup,
        other: pool.other,
        growth_per_day: pool.growth,
        days_left: pool.days_left(),
    }
}

/// One check.
fn check(check: &Check) -> out::StatusCheck {
    out::StatusCheck {
        name: check.name,
        state: check.state.word(),
        code: check.code.map(|code| code.id),
        text: check.text.clone(),
        hint: check.hint.clone(),
        values: values(check),
    }
}

/// Its numbers by name; those with a label as an object of their own.
fn values(check: &Check) -> BTreeMap<&'static str, StatusValue> {
    let mut out = BTreeMap::new();
    for value in &check.values {
        let number = value.number;
        let entry = out.entry(value.metric.name);
        match &value.label {
            None => {
                let _ = entry.or_insert(StatusValue::One(number));
            }
            Some(label) => {
                let several = || StatusValue::Labelled(BTreeMap::new());
                if let StatusValue::Labelled(all) =
                    entry.or_insert_with(several)
                {
                    let _ = all.insert(label.clone(), number);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::{State, metrics};
    use serde_json::Value as Json;

    #[test]
    fn labels_become_objects() {
        let code = &crate::status::codes::FILES_MISSING;
        let check = Check::wrong(code, State::Critical, "3 missing")
            .labelled(&metrics::MISSING, "cm", 3.0)
            .labelled(&metrics::MISSING, "mta", 0.0)
            .value(&metrics::DRIFT, 1.0);
        let checks = vec![check];
        let findings =
            crate::status::arrange::arrange(&checks, Vec::new(), &[], 0);
        let report = Report { checks, findings, ..Report::default() };
        let json = serde_json::to_value(result(&report)).unwrap();
        assert_eq!(json["state"], "critical");
        assert_eq!(json["findings"][0]["code"], "PH-401");
        assert_eq!(json["findings"][0]["commands"][0], "provha configfile cm");
        let values = &json["checks"][0]["values"];
        assert_eq!(values["boot_files_missing"]["cm"], 3.0);
        assert_eq!(values["boot_files_missing"]["mta"], 0.0);
        assert_eq!(values["drift_files"], 1.0);
        assert_eq!(json["checks"][0]["hint"], Json::Null);
    }
}
