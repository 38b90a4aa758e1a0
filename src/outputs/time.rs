//! chrony's part and the time service on UDP port 37.

use anyhow::Context as _;

use crate::console::count;
use crate::context::Context;
use crate::guard;
use crate::model::Network;
use crate::publish;
use crate::publish::file_set;
use crate::publish::file_set::{FileChange, FileSet};
use crate::render::templates::Templates;
use crate::render::time as render;
use crate::report::Outcome;
use crate::restore;
use crate::services::inetd::TimeServer;
use crate::services::{chronyd, inetd};
use crate::system::dir::Dir;
use crate::system::files;
use crate::system::lock::Lock;

/// Renders, checks and activates both services' files of a network.
pub fn apply(
    context: &Context<'_>,
    lock: Option<&Lock>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<Outcome> {
    context.publisher().settle(lock)?;
    guard::beside_dhcpd(context, network, templates)?;
    let mut outcome = Outcome { command: "time".into(), ..Outcome::default() };
    outcome.made = vec![count(render::served(network).len(), "net")];
    let server = server(context);
    let mut pieces = vec![chrony(context, network, templates)?];
    let mut services =
        vec![chronyd::service(context, vec![network.site.own()])];
    // What is no longer to serve lets go of the port first.
    for other in [TimeServer::Xinetd, TimeServer::Inetd] {
        if server != Some(other)
            && let Some(piece) = without_ours(context, other)
        {
            pieces.push(piece);
            let runs = other.has_program();
            services.extend(runs.then(|| other.service(context)));
        }
    }
    if let Some(server) = server {
        pieces.push(inetd_file(context, network, server, templates)?);
        services.push(server.service(context));
    }
    if lock.is_some() {
        file_set::sweep(&pieces)?;
    }
    let refused = publish::refused_dir(&context.settings, "time");
    let mut set = FileSet::compare(pieces, refused)?;
    chronyd::check(context, &set)?;
    chronyd::is_included(context);
    if server == Some(TimeServer::Xinetd) {
        second_service(context);
    }
    restore::publish_files(context, lock, &mut set, &services, &mut outcome)?;
    Ok(outcome)
}

/// A file of ours, readable by all.
fn piece(context: &Context<'_>, key: &str, bytes: Vec<u8>) -> FileChange {
    FileChange {
        name: context.settings.text(key).to_string(),
        path: context.settings.path(key),
        bytes: Some(bytes),
        mode: 0o644,
        ..FileChange::default()
    }
}

/// chrony's part.
fn chrony(
    context: &Context<'_>,
    network: &Network,
    templates: &Templates,
) -> anyhow::Result<FileChange> {
    let stratum = context.settings.number("PROVHA__CHRONY_LOCAL_STRATUM");
    let bytes = render::chrony(network, stratum, templates)
        .context("rendering chrony's part")?;
    Ok(piece(context, chronyd::CONF, bytes))
}

/// The service that the settings name, else the one that is installed.
fn server(context: &Context<'_>) -> Option<TimeServer> {
    inetd::chosen(context).unwrap_or_else(|| {
        context.console.warning(
            "neither xinetd nor another inetd is installed: nothing serves \
             the time on UDP port 37, which modems ask for",
        );
        Some(TimeServer::Xinetd)
    })
}

/// The time service's file.
fn inetd_file(
    context: &Context<'_>,
    network: &Network,
    server: TimeServer,
    templates: &Templates,
) -> anyhow::Result<FileChange> {
    let bytes = match server {
        TimeServer::Xinetd => render::xinetd(network, templates)?,
        TimeServer::Inetd => {
            let live = context.settings.path(server.conf());
            // Its other services would go with a file that is not read.
            let live = match files::text_through(&live) {
                Err(error) if files::is_missing(&error) => String::new(),
                other => other?,
            };
            render::inetd(&live, templates)?
        }
    };
    Ok(piece(context, server.conf(), bytes))
}

/// The file of an inetd without what an earlier run put there, if it has that.
fn without_ours(
    context: &Context<'_>,
    server: TimeServer,
) -> Option<FileChange> {
    let text = files::text_through(&context.settings.path(server.conf()));
    let text = text.ok()?;
    let bytes = match server {
        TimeServer::Xinetd => text.starts_with(render::MADE).then_some(None),
        TimeServer::Inetd => render::without_line(&text).map(Some),
    };
    let piece = piece(context, server.conf(), Vec::new());
    Some(FileChange { bytes: bytes?, ..piece })
}

/// Warns of another file of xinetd that serves the time on UDP port 37, such
/// as that of the existing system: of two only one gets the port.
fn second_service(context: &Context<'_>) {
    let ours = context.settings.path(TimeServer::Xinetd.conf());
    let Some(dir) = ours.parent() else { return };
    let list = Dir::open(dir).and_then(|dir| dir.list());
    for (name, _) in list.unwrap_or_default() {
        let path = dir.join(name);
        if path == ours {
            continue;
        }
        let text = files::read(&path).unwrap_or_default();
        if render::xinetd_serves_time(&String::from_utf8_lossy(&text)) {
            context.console.warning(&format!(
                "{} serves the time on UDP port 37 as well: only one of the \
                 two gets the port; set 'disable = yes' in it or remove it",
                path.display()
            ));
        }
    }
}
