//! The TFTP server: where its files lie, and which one modems are sent to.

use std::net::Ipv4Addr;

use crate::clients::tftp;
use crate::context::Context;
use crate::model::Site;
use crate::model::device::DeviceKind;
use crate::publish::activate::half_done;
use crate::publish::device_files::{DeviceChanges, DeviceDir, DeviceFiles};
use crate::publish::{Changes, Publication, Record};
use crate::system::files::Owner;
use crate::system::lock::Lock;

/// The TFTP server that modems are sent to.
pub fn next_server(context: &Context<'_>, site: &Site) -> Ipv4Addr {
    let peer = site.pair.as_ref().map(|pair| pair.peer);
    answering(context, site.own(), peer)
}

/// As [`next_server`], for addresses that are known.
pub fn answering(
    context: &Context<'_>,
    own: Ipv4Addr,
    peer: Option<Ipv4Addr>,
) -> Ipv4Addr {
    if context.options.no_activate {
        return own;
    }
    let dir = context.settings.path("PROVHA__TFTP_DIR");
    let mut say = |text: String| context.console.warning(&text);
    tftp::next_server(&dir, own, peer, &mut say)
}

/// Who owns the device files.
pub fn owner(context: &Context<'_>) -> Owner {
    let mut warn = |text: String| context.console.warning(&text);
    Owner::find(
        &context.settings,
        "PROVHA__TFTP_OWNER",
        "PROVHA__TFTP_GROUP",
        &mut warn,
    )
}

/// Where the files of a kind of device are.
pub fn directory(
    context: &Context<'_>,
    owner: Owner,
    kind: DeviceKind,
) -> DeviceDir {
    let prefix = kind.prefix();
    let dir = context.settings.path("PROVHA__TFTP_DIR").join(prefix);
    let settings = &context.settings;
    let mode = match settings.text("PROVHA__CONF_MODE") {
        "0644" => 0o644,
        "0660" => 0o660,
        _ => 0o640,
    };
    let readers = match mode {
        0o644 => owner,
        // in.tftpd(8) reads what is its own user's.
        _ => Owner::root_and(settings, "PROVHA__WEB_GROUP"),
    };
    DeviceDir::new(dir, prefix, owner, context.only_looks())
        .with_texts_for(readers, mode)
}

/// All directories of device files.
pub fn directories(context: &Context<'_>) -> Vec<DeviceDir> {
    let owner = owner(context);
    vec![
        directory(context, owner, DeviceKind::Cm),
        directory(context, owner, DeviceKind::Mta),
    ]
}

/// Makes offered device files live and removes stale ones.
///
/// # Errors
/// Exit 1: nothing was changed. Exit 5: some files were.
pub fn publish(
    context: &Context<'_>,
    lock: &Lock,
    command: &str,
    parts: &[DeviceChanges<'_>],
) -> anyhow::Result<()> {
    if parts.iter().all(|part| part.is_empty()) {
        return Ok(());
    }
    let tftp = context.settings.plain_path("PROVHA__TFTP_DIR");
    let changes = || -> Changes<'_> {
        Box::new(parts.iter().flat_map(|part| part.changes(tftp)))
    };
    let record = Record {
        command,
        together: false,
        fingerprints: false,
        changes: &changes,
    };
    let mut swap = DeviceFiles::new(parts);
    let publication = Publication { swap: &mut swap, services: &[], record };
    context.publisher().publish(lock, publication)?;
    match swap.blocked() {
        Some(partly) => Err(half_done(&partly).into()),
        None => Ok(()),
    }
}
