//! The set that dhcpd loads: where it lies, how it is checked, how it becomes
//! live.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::check::{self, Verdict};
use crate::context::Context;
use crate::exit::Stop;
use crate::pair::Later;
use crate::publish::activate::{Daemon, Swap};
use crate::publish::both::Both;
use crate::publish::directory_set::{DirectorySet, SetRules, Staged};
use crate::publish::former::{self, Contents};
use crate::publish::generations::{Change, changes_below};
use crate::publish::{Changes, Publication, Record, Service, foreign};
use crate::render::dhcp::{self as render, DIR};
use crate::services::dhcpd_turn::{Restart, octets_below};
use crate::services::{dhcpd, directory};
use crate::system::files;
use crate::system::files::{Doing, Owner};
use crate::system::lock::Lock;
use crate::system::process;

/// Where a set is checked inside the live one.
const INSIDE: &str = ".provha-check";

/// Begins a new set beside the live one.
pub fn begin(context: &Context<'_>) -> files::Result<DirectorySet> {
    if !context.only_looks() {
        // A killed run left it.
        let live = context.settings.root().at(DIR);
        files::remove_tree(&live.join(INSIDE))?;
    }
    DirectorySet::begin(rules(context), work(context))
}

/// The rules of the set.
fn rules(context: &Context<'_>) -> SetRules {
    let mut warn = |text: String| context.console.warning(&text);
    SetRules {
        live: context.settings.root().at(DIR),
        is_ours: render::is_ours,
        is_secret: |name| matches!(name, "dhcpd.conf" | "failover.conf"),
        owner: Owner::find(
            &context.settings,
            "PROVHA__DHCP_OWNER",
            "PROVHA__DHCP_GROUP",
            &mut warn,
        ),
    }
}

/// Where the set is staged: beside the live one, or, for a run that only
/// looks, where it touches nothing.
fn work(context: &Context<'_>) -> PathBuf {
    let live = context.settings.root().at(DIR);
    if !context.only_looks() {
        return DirectorySet::beside(&live);
    }
    let name = format!("provha-look.{}", std::process::id());
    std::env::temp_dir().join(name)
}

/// The files of the live set that are ours; paths without the root.
pub fn live_names(context: &Context<'_>) -> files::Result<Vec<String>> {
    let live = context.settings.root().at(DIR);
    let ours = files::walk(&live)?.into_iter().filter(|n| render::is_ours(n));
    Ok(ours.map(|name| format!("{DIR}/{name}")).collect())
}

/// Our own rules and `dhcpd -t`.
pub fn check(context: &Context<'_>, staged: &Staged) -> anyhow::Result<()> {
    let faults = check::dhcp::own_rules(&staged.dir())?;
    if let Some(first) = faults.first() {
        let text = format!(
            "the rendered dhcpd set breaks {} rules that dhcpd -t does not \
             know; the first: {first}",
            faults.len()
        );
        return Err(Stop::refused(text).into());
    }
    let conf = entry_points(&staged.dir(), &staged.scratch()?)?;
    let program = context.settings.text("PROVHA__DHCPD_BIN");
    let loading = process::loading(octets_below(&staged.dir()));
    let timeout = context.command_timeout() + loading;
    let mut verdict = check::dhcp::dhcpd(program, &conf, timeout)?;
    if check::dhcp::may_not_read(&verdict) && !context.only_looks() {
        context.console.detail("dhcpd may not read it there: checked inside");
        verdict = check_inside(staged, program, timeout)?;
    }
    judge(context, program, &conf, verdict)
}

/// What `dhcpd -t` on a file came to.
fn judge(
    context: &Context<'_>,
    program: &str,
    conf: &Path,
    verdict: Verdict,
) -> anyhow::Result<()> {
    let denied = check::dhcp::may_not_read(&verdict);
    match verdict {
        Verdict::Accepted => context.console.detail("dhcpd -t accepts the set"),
        Verdict::Missing => context.console.warning(&format!(
            "{program} is not installed: the set was not checked by it"
        )),
        Verdict::Refused(output) => {
            let said = check::dhcp::essence(&output);
            let text = format!("dhcpd -t refuses the rendered set:\n  {said}");
            let hint = "nothing was changed; correct the row that the line \
                        comes from";
            let stop = Stop::refused(text).hint(hint);
            return Err(
                if denied { forbidden(conf, &said) } else { stop }.into()
            );
        }
    }
    Ok(())
}

/// The refusal where dhcpd may not read what was just written for it.
fn forbidden(conf: &Path, said: &str) -> Stop {
    let stage = conf.parent().and_then(Path::parent).unwrap_or(conf);
    let text = format!(
        "dhcpd may not read {}, which was just written for it: AppArmor or \
         SELinux forbids it:\n  {said}",
        conf.display()
    );
    let hint = format!(
        "nothing was changed; let dhcpd read '{DIR}/** r,' and '{}/** r,' \
         (Debian: /etc/apparmor.d/local/usr.sbin.dhcpd, then apparmor_parser \
         -r /etc/apparmor.d/usr.sbin.dhcpd)",
        stage.display()
    );
    Stop::refused(text).hint(hint)
}

/// `dhcpd -t` on the staged set where the profile of dhcpd lets it read: in a
/// directory inside the live set, which is gone afterwards.
fn check_inside(
    staged: &Staged,
    program: &str,
    timeout: Duration,
) -> anyhow::Result<Verdict> {
    let (new, inside) = (staged.dir(), staged.live().join(INSIDE));
    if !staged.live().is_dir() {
        return Ok(Verdict::Refused("Can't open: Permission denied".into()));
    }
    let set = inside.join("new");
    let linked = || -> anyhow::Result<Verdict> {
        files::make_private_dir(&inside)?;
        for name in files::walk(&new)? {
            let (from, to) = (new.join(&name), set.join(&name));
            if let Some(parent) = to.parent() {
                files::make_dirs(parent)?;
            }
            std::fs::hard_link(&from, &to).doing("link", &from)?;
        }
        let conf = entry_points(&set, &inside)?;
        check::dhcp::dhcpd(program, &conf, timeout)
    };
    let verdict = linked();
    files::remove_tree(&inside)?;
    verdict
}

/// Copies of the two files that include others, leading to a set: what
/// `dhcpd -t` is started on.
fn entry_points(new: &Path, scratch: &Path) -> anyhow::Result<PathBuf> {
    let list = "cmts_gws.conf";
    for name in ["dhcpd.conf", list] {
        let path = new.join(name);
        let text = files::text_through(&path)?;
        let text = text
            .replace(
                &format!("\"{DIR}/{list}\""),
                &format!("\"{}\"", scratch.join(list).display()),
            )
            .replace(&format!("\"{DIR}/"), &format!("\"{}/", new.display()));
        files::replace(&scratch.join(name), text.as_bytes(), 0o600)?;
    }
    Ok(scratch.join("dhcpd.conf"))
}

/// Prints what would change.
pub fn show(context: &Context<'_>, staged: &Staged) -> anyhow::Result<()> {
    directory::show(context, staged, "")
}

/// Stages former contents of the set and has them checked; None when they are
/// live. What `contents` does not name stays as it is.
pub fn stage_back(
    context: &Context<'_>,
    contents: &Contents,
) -> anyhow::Result<Option<Staged>> {
    let staged = former::stage(rules(context), work(context), contents)?;
    directory::former(context, staged, check, show)
}

/// What became of a staged set.
#[derive(Debug, Default)]
pub struct Published {
    /// The daemon that was restarted.
    pub restarted: Option<&'static str>,
    /// It was not made live: it waits.
    pub later: Option<Later>,
}

/// Makes a staged set live, which took this long to check; with it, one
/// `beside` it that no daemon has to load, with its changes.
///
/// # Errors
/// As those of [`crate::publish::Publisher::publish`].
pub fn publish(
    context: &Context<'_>,
    lock: &Lock,
    staged: &mut Staged,
    (command, checked): (&str, Duration),
    beside: Option<(&mut Staged, Vec<Change>)>,
) -> anyhow::Result<Published> {
    let service =
        (!context.options.no_activate).then(|| dhcpd::service(context));
    let restarts = service.as_ref().is_some_and(|s| s.daemon.restart.is_some());
    let restart = restarts.then(|| Restart::of_staged(context, staged));
    let mut restart = match restart.transpose() {
        Ok(restart) => restart,
        Err(later) => {
            return Ok(Published { later: Some(later), restarted: None });
        }
    };
    let service = service.map(|Service { daemon, loads }| {
        let daemon = Daemon { checked, ..daemon };
        let daemon = match &mut restart {
            Some(restart) => restart.guard(context, daemon),
            None => daemon,
        };
        Service { daemon, loads }
    });
    let service = service.as_ref();
    let conf = staged.live().join("dhcpd.conf");
    foreign::keep(context.console, context.settings.root(), &conf)?;
    let (written, removed) = (staged.changed.clone(), staged.stale.clone());
    let mut changes: Vec<Change> =
        changes_below(Path::new(DIR), &written, &removed).collect();
    let mut both;
    let swap: &mut dyn Swap = match beside {
        Some((beside, others)) => {
            changes.extend(others);
            both = Both { main: staged, beside };
            &mut both
        }
        None => staged,
    };
    let changes = &changes;
    let record = Record {
        command,
        together: false,
        fingerprints: true,
        changes: &|| -> Changes<'_> { Box::new(changes.iter().cloned()) },
    };
    let services: Vec<&Service> = service.into_iter().collect();
    let publication = Publication { swap, services: &services, record };
    context.publisher().publish(lock, publication)?;
    let restarted = service.filter(|dhcpd| dhcpd.daemon.restart.is_some());
    if let Some(restart) = restart {
        restart.done(context);
    }
    let restarted = restarted.map(|dhcpd| dhcpd.daemon.name);
    Ok(Published { restarted, later: None })
}
