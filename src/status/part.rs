//! Parts of the report: `status pools`, `status pair`, …

use crate::cli::StatusPart as Part;
use crate::status::Report;

/// Whether a check belongs to a part.
fn has(part: Part, check: &str) -> bool {
    let checks: &[&str] = match part {
        Part::Pools => &["pools"],
        Part::Pair => &["pair", "failover", "clock", "changes", "maintenance"],
        Part::Db => &["database", "role", "rebuild", "lock", "disk"],
        Part::Drift => &["drift", "writers", "peer-set", "runs"],
        Part::Daemons => {
            &["dhcpd", "dhcp6", "named", "chronyd", "time", "tftp", "runs"]
        }
        Part::Files => &["boot-files", "leases"],
    };
    // What cannot be read is missing in every part.
    matches!(check, "rights" | "other") || checks.contains(&check)
}

/// The report of a part alone.
#[must_use]
pub fn only(part: Part, mut report: Report) -> Report {
    report.checks.retain(|check| has(part, check.name));
    report.left_out.retain(|name| has(part, name));
    report.findings.retain(|found| has(part, found.code.check));
    let ids: Vec<&str> =
        report.findings.iter().map(|found| found.code.id).collect();
    for found in &mut report.findings {
        // Its cause may be in another part.
        found.because = found.because.filter(|id| ids.contains(id));
    }
    if part != Part::Pools {
        report.pools.clear();
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::{Check, State, arrange, codes};
    use clap::ValueEnum as _;

    #[test]
    fn every_check_with_a_code_is_in_a_part() {
        // Those of the cluster are told by a command of their own.
        let own = |code: &&&codes::Code| !code.id.starts_with("PH-6");
        for code in codes::ALL.iter().filter(own) {
            let parts = Part::value_variants();
            assert!(parts.iter().any(|p| has(*p, code.check)), "{}", code.id);
        }
    }

    #[test]
    fn a_part_has_its_own_root() {
        let checks = vec![
            Check::wrong(&codes::DB_GONE, State::Critical, "x"),
            Check::wrong(&codes::STALE, State::Critical, "x"),
            Check::wrong(&codes::DHCPD_SILENT, State::Critical, "x"),
            Check::wrong(&codes::FAILOVER_UNREAD, State::Critical, "x"),
        ];
        let findings = arrange::arrange(&checks, Vec::new(), &[], 0);
        let report = Report { checks, findings, ..Report::default() };
        let pair = only(Part::Pair, report.clone());
        assert_eq!(pair.worst().unwrap().code.id, "PH-306");
        assert!(pair.worst().unwrap().is_root());
        assert_eq!(only(Part::Db, report).worst().unwrap().code.id, "PH-111");
    }
}
