//! What the sets of dhcpd and of Kea have in common: both are directories
//! that are swapped as a whole.

use crate::context::Context;
use crate::publish::directory_set::Staged;
use crate::report;

/// Prints what would change; `prefix` stands before the names.
pub fn show(
    context: &Context<'_>,
    staged: &Staged,
    prefix: &str,
) -> anyhow::Result<()> {
    let (live, new) = (staged.live(), staged.dir());
    for name in staged.changed.iter().chain(&staged.stale) {
        let (old, new) = (live.join(name), new.join(name));
        let name = format!("{prefix}{name}");
        report::print_diff(context.console, &name, &old, &new)?;
    }
    Ok(())
}

/// Former contents of a set, checked and shown if that is wanted: they were
/// right once, but the programs and files around them may be others today.
/// None: they are live.
pub fn former(
    context: &Context<'_>,
    staged: Option<Staged>,
    check: fn(&Context<'_>, &Staged) -> anyhow::Result<()>,
    show: fn(&Context<'_>, &Staged) -> anyhow::Result<()>,
) -> anyhow::Result<Option<Staged>> {
    let Some(staged) = staged else { return Ok(None) };
    check(context, &staged)?;
    if context.options.diff {
        show(context, &staged)?;
    }
    Ok(Some(staged))
}
