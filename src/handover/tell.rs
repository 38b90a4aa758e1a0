//! What is told of a hand-over.

use crate::context::Context;
use crate::handover::plan::Plan;
use crate::services::writers::Found;

/// Says what was found and what is done.
pub fn tell(
    context: &Context<'_>,
    found: &Found,
    plan: &Plan,
    does: bool,
) -> anyhow::Result<()> {
    let console = context.console;
    for writer in &found.writers {
        console.data(&format!("found: {writer}: {}\n", writer.text))?;
    }
    for path in &found.closed {
        console.warning(&format!("{} cannot be read", path.display()));
    }
    let would = if does { "" } else { "would be: " };
    for step in &plan.steps {
        let path = step.path.display();
        console.data(&format!("{would}{path}: {}\n", step.what))?;
    }
    for command in &plan.commands {
        console.data(&format!("{would}run {command}\n"))?;
    }
    for note in &plan.notes {
        console.note(&format!("note: {note}"));
    }
    for left in &plan.left {
        console.warning(&format!("not reached: {left}"));
    }
    for line in gui(context, found) {
        console.note(&format!("note: {line}"));
    }
    if !does && !plan.steps.is_empty() {
        console.note("nothing was changed; with --yes it is done");
    }
    Ok(())
}

/// Whether saves in the GUI still work.
pub fn gui(context: &Context<'_>, found: &Found) -> Vec<String> {
    if !found.has_application() {
        return Vec::new();
    }
    let user = context.settings.text("PROVHA__WEB_GROUP");
    let keys = ["PROVHA__DHCP_OWNER", "PROVHA__TFTP_OWNER"];
    let other: Vec<&str> = keys
        .into_iter()
        .filter(|key| context.settings.text(key) != user)
        .collect();
    let texts = context.settings.text("PROVHA__CONF_MODE") == "0660";
    if other.is_empty() && texts {
        return vec![format!(
            "a save in the GUI edits files as '{user}', who owns them; \
             provha makes them whole again within its next run"
        )];
    }
    vec![format!(
        "a save in the GUI writes files as '{user}'. To let it, set \
         PROVHA__DHCP_OWNER={user}, PROVHA__TFTP_OWNER={user} and \
         PROVHA__CONF_MODE=0660 in provha.env; as it is, the row is saved, \
         provha makes the files, and the GUI says 'permission denied'"
    )]
}
