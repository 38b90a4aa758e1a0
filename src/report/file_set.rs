//! What `--diff` shows of files that are swapped together.

use crate::config::Settings;
use crate::context::Context;
use crate::publish::file_set::FileSet;
use crate::publish::foreign::is_marked;
use crate::render::dns;
use crate::report;
use crate::system::files;
use crate::system::scratch::Scratch;

/// Prints what would change; of secrets only that they do.
pub fn show(context: &Context<'_>, set: &FileSet) -> anyhow::Result<()> {
    let scratch =
        Scratch::make(&context.settings, "diff", context.only_looks())?;
    for change in set.changed() {
        if change.secret {
            context
                .console
                .note(&format!("{}: a secret, not shown", change.name));
            continue;
        }
        let bytes = change.bytes.as_deref().unwrap_or_default();
        let live = files::read(&change.path).unwrap_or_default();
        if is_hidden(&context.settings, &change.name, &[&live, bytes]) {
            report::print_replaced(context.console, &change.name)?;
            continue;
        }
        let new = scratch.file(&change.name, bytes)?;
        let name = change.name.trim_start_matches('/');
        report::print_diff(context.console, name, &change.path, &new)?;
    }
    Ok(())
}

/// Whether contents of a file of `dns` are not shown: one of them is not ours
/// but another system's, with secrets where only that system knows.
pub fn is_hidden(settings: &Settings, name: &str, contents: &[&[u8]]) -> bool {
    let of_dns = [dns::SCRIPT, dns::OWN_KEY, dns::PEER_KEY, dns::CPE_KEY];
    if !of_dns.contains(&name) && name != settings.text("PROVHA__NAMED_CONF") {
        return false;
    }
    contents.iter().any(|bytes| !bytes.is_empty() && !is_marked(bytes))
}
