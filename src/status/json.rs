//! The report as one JSON object.

use serde_json::{Map, Value as Json, json};

use crate::status::{Check, Report};

/// The object.
pub fn object(report: &Report) -> Json {
    let checks: Vec<Json> = report.checks.iter().map(check).collect();
    json!({
        "command": "status",
        "state": report.state().word(),
        "role": report.role,
        "host": report.host,
        "checks": checks,
        "left_out": report.left_out,
        "seconds": report.seconds,
    })
}

/// One check.
fn check(check: &Check) -> Json {
    json!({
        "name": check.name,
        "state": check.state.word(),
        "text": check.text,
        "hint": check.hint,
        "values": values(check),
    })
}

/// Its numbers by name; those with a label as an object of their own.
fn values(check: &Check) -> Map<String, Json> {
    let mut out = Map::new();
    for value in &check.values {
        let number = json!(value.number);
        let entry = out.entry(value.metric.name);
        match &value.label {
            None => {
                let _ = entry.or_insert(number);
            }
            Some(label) => {
                let several = entry.or_insert_with(|| json!({}));
                several[label.as_str()] = number;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::{State, metrics};

    #[test]
    fn labels_become_objects() {
        let check = Check::new("boot-files", State::Critical, "3 missing")
            .labelled(&metrics::MISSING, "cm", 3.0)
            .labelled(&metrics::MISSING, "mta", 0.0)
            .value(&metrics::DRIFT, 1.0);
        let report = Report { checks: vec![check], ..Report::default() };
        let json = object(&report);
        assert_eq!(json["state"], "critical");
        let values = &json["checks"][0]["values"];
        assert_eq!(values["boot_files_missing"]["cm"], 3.0);
        assert_eq!(values["boot_files_missing"]["mta"], 0.0);
        assert_eq!(values["drift_files"], 1.0);
        assert_eq!(json["checks"][0]["hint"], Json::Null);
    }
}
