//! What is wrong with the rows: what the next runs would find.

use crate::cli::Global;
use crate::context::{Context, run_number};
use crate::devices::{self, Selection};
use crate::model::Findings;
use crate::pair;
use crate::sample::Wanted;

/// The findings of a run that only looks. Where single devices are wanted,
/// nobody asks for those of others.
pub fn findings(context: &Context<'_>, wanted: &Wanted) -> Findings {
    let mut findings = Findings::default();
    if !wanted.devices.is_empty() {
        return findings;
    }
    context.console.note("looking for findings");
    let told = of_network(context, &mut findings)
        .and_then(|()| of_devices(context, &mut findings));
    if let Err(error) = told {
        context.console.warning(&format!(
            "not all findings are known, and so not all rows with one: \
             {error:#}"
        ));
    }
    findings
}

/// Those of `dhcp`.
fn of_network(
    context: &Context<'_>,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    context.network(findings).map(drop)
}

/// Those of `configfile`.
fn of_devices(
    context: &Context<'_>,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let options = Global { dry_run: true, ..context.options.clone() };
    let console = context.console.mute();
    let context = Context {
        options: &options,
        settings: context.settings.clone(),
        machine: context.machine.clone(),
        console: &console,
        looks: pair::Memory::default(),
        number: run_number(),
        permits: pair::Permits::default(),
        lives_on: false,
        shown: Vec::new(),
    };
    let all = Selection::default();
    match devices::make(&context, None, &all, findings) {
        // Devices without a file are what is looked for.
        Err(error) if error.is::<crate::exit::Stop>() => Ok(()),
        made => made.map(drop),
    }
}
