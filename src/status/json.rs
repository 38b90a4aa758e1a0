//! The report as the result that `--json` prints.

use std::collections::BTreeMap;

use crate::report::json::{self as out, StatusValue};
use crate::status::{Check, Report};

/// The result.
pub fn result(report: &Report) -> out::Status {
    out::Status {
        command: "status",
        state: report.state().word(),
        role: report.role.clone(),
        host: report.host.clone(),
        checks: report.checks.iter().map(check).collect(),
        left_out: report.left_out.clone(),
        seconds: report.seconds,
    }
}

/// One check.
fn check(check: &Check) -> out::StatusCheck {
    out::StatusCheck {
        name: check.name,
        state: check.state.word(),
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
        let check = Check::new("boot-files", State::Critical, "3 missing")
            .labelled(&metrics::MISSING, "cm", 3.0)
            .labelled(&metrics::MISSING, "mta", 0.0)
            .value(&metrics::DRIFT, 1.0);
        let report = Report { checks: vec![check], ..Report::default() };
        let json = serde_json::to_value(result(&report)).unwrap();
        assert_eq!(json["state"], "critical");
        let values = &json["checks"][0]["values"];
        assert_eq!(values["boot_files_missing"]["cm"], 3.0);
        assert_eq!(values["boot_files_missing"]["mta"], 0.0);
        assert_eq!(values["drift_files"], 1.0);
        assert_eq!(json["checks"][0]["hint"], Json::Null);
    }
}
