//! Compares everything; what may not be read is noted.

use std::collections::BTreeMap;

use crate::adopt::look::Look;
use crate::adopt::rows::Rows;
use crate::adopt::{
    Report, compare_devices, compare_dhcp, compare_dns, compare_time,
};
use crate::context::Context;
use crate::model::Findings;
use crate::outputs::{dhcp, pool_texts};
use crate::services::writers;

/// Compares what is live with what would be made.
///
/// # Errors
/// The database cannot be read, or its settings are unusable.
pub fn report(context: &Context<'_>) -> anyhow::Result<Report> {
    let mut findings = Findings::default();
    let mut network = context.network(&mut findings)?;
    let templates = context.templates()?;
    let options = dhcp::options(context, &network)?;
    pool_texts::check(
        context,
        &mut network,
        &options,
        &templates,
        &mut findings,
    )?;
    let zone = context.settings.text("APP_TIMEZONE");
    let rows = Rows::read(&mut *context.database()?, zone)?;
    let by_row = by_row(&findings);
    let look = Look {
        context,
        network: &network,
        templates: &templates,
        findings: &by_row,
        rows: &rows,
    };
    let mut report = Report { findings: findings.len(), ..Report::default() };
    compare_dhcp::compare(&look, &options, &mut report)?;
    context.console.detail("the dhcpd set is compared");
    compare_dns::compare(&look, &mut report)?;
    compare_time::compare(&look, &mut report)?;
    compare_devices::compare(&look, &mut report)?;
    let found = writers::read::find(&context.settings);
    report.writers = found.writers.iter().map(ToString::to_string).collect();
    report.sort();
    Ok(report)
}

/// The first finding of each row.
fn by_row(findings: &Findings) -> BTreeMap<(&'static str, u32), String> {
    let mut out = BTreeMap::new();
    for finding in findings.sorted() {
        let words = finding.to_string();
        out.entry((finding.table, finding.id)).or_insert(words);
    }
    out
}
