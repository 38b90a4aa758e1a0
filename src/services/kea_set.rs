//! The files that Kea's DHCPv6 server includes: where they lie, how they are
//! checked, how they become live. All of them at once: the directory is
//! exchanged, and what else is in it goes along.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::check::{self, Verdict};
use crate::context::Context;
use crate::exit::Stop;
use crate::isc_dhcp::kea_text;
use crate::publish::activate::Daemon;
use crate::publish::directory_set::{DirectorySet, SetRules, Staged};
use crate::publish::former::{self, Contents};
use crate::publish::generations::{Change, changes_below};
use crate::publish::{Changes, Publication, Record, Service};
use crate::render::kea::{self as render, DIR, LIST};
use crate::services::{directory, kea};
use crate::system::files;
use crate::system::files::Owner;
use crate::system::lock::Lock;
use crate::system::scratch::Scratch;

/// Where a configuration is checked inside the live directory.
const INSIDE: &str = ".provha-check";

/// Begins a new set beside the live one.
pub fn begin(context: &Context<'_>) -> files::Result<DirectorySet> {
    if !context.only_looks() {
        // A killed run left it.
        files::remove_tree(&live(context).join(INSIDE))?;
    }
    DirectorySet::begin(rules(context), work(context))
}

/// The live directory.
fn live(context: &Context<'_>) -> PathBuf {
    context.settings.root().at(DIR)
}

/// Whether files of ours are live.
pub fn is_live(context: &Context<'_>) -> bool {
    files::exists(&live(context).join(LIST))
}

/// The rules of the set.
fn rules(context: &Context<'_>) -> SetRules {
    SetRules {
        live: live(context),
        is_ours: render::is_ours,
        is_secret: |_| false,
        owner: Owner::root_and(&context.settings, "PROVHA__KEA_GROUP"),
    }
}

/// Where the set is staged.
fn work(context: &Context<'_>) -> PathBuf {
    if !context.only_looks() {
        return DirectorySet::beside(&live(context));
    }
    let name = format!("provha-look6.{}", std::process::id());
    std::env::temp_dir().join(name)
}

/// The files of the live set that are ours; paths without the root.
pub fn live_names(context: &Context<'_>) -> files::Result<Vec<String>> {
    let names = files::walk(&live(context))?;
    let ours = names.into_iter().filter(|name| render::is_ours(name));
    Ok(ours.map(|name| format!("{DIR}/{name}")).collect())
}

/// The server's configuration with the includes of our files, as a checker
/// can read it: the real one where it includes them, else one that does no
/// more than that.
fn whole(context: &Context<'_>, new: &Path) -> String {
    let path = render::list_path();
    let conf = kea::conf(context);
    let conf = conf.filter(|conf| kea_text::includes(conf, &path));
    let conf = conf.unwrap_or_else(|| {
        format!(
            "{{ \"Dhcp6\": {{ \"shared-networks\": [\n\
             <?include \"{path}\"?>\n] }} }}\n"
        )
    });
    let text = |name: &str| files::text_through(&new.join(name)).ok();
    let read = |path: &str| render::included(path, &text);
    kea_text::expand(&conf, &read)
}

/// `kea-dhcp6 -t` on a text.
pub fn verdict(context: &Context<'_>, text: &str) -> anyhow::Result<Verdict> {
    let program = context.settings.text("PROVHA__KEA_BIN");
    let timeout = context.command_timeout();
    let only_looks = context.only_looks();
    let scratch = Scratch::make(&context.settings, "dhcp6", only_looks)?;
    let conf = scratch.file("kea-dhcp6.conf", text.as_bytes())?;
    let verdict = check::kea::dhcp6(program, &conf, timeout)?;
    let inside = live(context).join(INSIDE);
    let there = files::is_dir(&live(context));
    if !check::kea::may_not_read(&verdict) || only_looks || !there {
        return Ok(verdict);
    }
    context.console.detail("kea-dhcp6 may not read it there: checked inside");
    let again = || -> anyhow::Result<Verdict> {
        files::make_private_dir(&inside)?;
        let conf = inside.join("kea-dhcp6.conf");
        files::replace(&conf, text.as_bytes(), 0o600)?;
        check::kea::dhcp6(program, &conf, timeout)
    };
    let verdict = again();
    files::remove_tree(&inside)?;
    verdict
}

/// Why the server would not start with what is live, in a line; None: it
/// would, or that cannot be asked.
pub fn live_fault(context: &Context<'_>) -> Option<String> {
    match verdict(context, &whole(context, &live(context))) {
        Ok(Verdict::Refused(output)) => {
            let said = check::kea::essence(&output);
            said.lines().next().map(str::to_string)
        }
        _ => None,
    }
}

/// `kea-dhcp6 -t` on a staged set.
///
/// # Errors
/// Exit 3: it is refused.
pub fn check(context: &Context<'_>, staged: &Staged) -> anyhow::Result<()> {
    match verdict(context, &whole(context, &staged.dir()))? {
        Verdict::Accepted => {
            context.console.detail("kea-dhcp6 -t accepts the set");
        }
        // It is told once, with what follows from it.
        Verdict::Missing => {}
        Verdict::Refused(output) => {
            let said = check::kea::essence(&output);
            let text =
                format!("kea-dhcp6 -t refuses the files for {DIR}:\n  {said}");
            let hint = format!(
                "nothing was changed; correct what the line says: a row of \
                 ippool or endpoint, or {}",
                context.settings.text("PROVHA__KEA_CONF")
            );
            return Err(Stop::refused(text).hint(hint).into());
        }
    }
    Ok(())
}

/// Prints what would change.
pub fn show(context: &Context<'_>, staged: &Staged) -> anyhow::Result<()> {
    directory::show(context, staged, "kea/")
}

/// Stages former contents of the set and has them checked; None when they
/// are live.
pub fn stage_back(
    context: &Context<'_>,
    contents: &Contents,
) -> anyhow::Result<Option<Staged>> {
    let staged = former::stage(rules(context), work(context), contents)?;
    directory::former(context, staged, check, show)
}

/// The changes of a staged set, for its record.
pub fn changes(staged: &Staged) -> Vec<Change> {
    changes_below(Path::new(DIR), &staged.changed, &staged.stale).collect()
}

/// Makes a staged set live, which took this long to check; the daemon that
/// was restarted.
///
/// # Errors
/// As those of [`crate::publish::Publisher::publish`].
pub fn publish(
    context: &Context<'_>,
    lock: &Lock,
    staged: &mut Staged,
    command: &str,
    checked: Duration,
) -> anyhow::Result<Option<&'static str>> {
    let activates = !context.options.no_activate;
    let service = activates.then(|| kea::service(context)).flatten();
    let service = service.map(|Service { daemon, loads }| Service {
        daemon: Daemon { checked, ..daemon },
        loads,
    });
    let changes = &changes(staged);
    let record = Record {
        command,
        together: false,
        fingerprints: true,
        changes: &|| -> Changes<'_> { Box::new(changes.iter().cloned()) },
    };
    let services: Vec<&Service> = service.iter().collect();
    let publication = Publication { swap: staged, services: &services, record };
    context.publisher().publish(lock, publication)?;
    let restarted = service.filter(|kea| kea.daemon.restart.is_some());
    Ok(restarted.map(|kea| kea.daemon.name))
}
