//! What the settings say of the sync: paths, transport, limits.

use std::time::Duration;

use anyhow::Context as _;

use crate::cluster::rsync::Transport;
use crate::cluster::sync;
use crate::context::Context;
use crate::exit::Stop;

/// The paths, each of which may be sent.
pub fn paths(context: &Context<'_>) -> anyhow::Result<Vec<String>> {
    let key = "PROVHA__SYNC_PATHS";
    let own = [context.settings.text("PROVHA__STATE_DIR")];
    let list = context.settings.list(key);
    for path in &list {
        if let Some(why) = sync::objection(path, &own) {
            let place = context.settings.place(key);
            let text = format!("{place}: {key}: {path} is not sent: {why}");
            let hint = "name the files and directories that only the master \
                        has";
            return Err(Stop::refused(text).hint(hint).into());
        }
    }
    let plain = |path: &&str| path.trim_end_matches('/').to_string();
    Ok(list.iter().map(plain).collect())
}

/// How slaves are reached.
pub fn transport(context: &Context<'_>) -> anyhow::Result<Transport> {
    let settings = &context.settings;
    let path = |key| {
        let set = !settings.text(key).is_empty();
        set.then(|| settings.path(key))
    };
    let seconds = |key| Duration::from_secs(settings.number(key));
    let user = settings.text("PROVHA__SSH_USER");
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if user.starts_with('-') || !user.bytes().all(fits) {
        let place = settings.place("PROVHA__SSH_USER");
        let text =
            format!("{place}: PROVHA__SSH_USER: '{user}' is not a user name");
        return Err(Stop::refused(text).hint("such as root").into());
    }
    let root = std::path::absolute(settings.root().at("/"))
        .context("finding the root directory")?;
    Ok(Transport {
        rsync: settings.text("PROVHA__RSYNC_BIN").into(),
        ssh: settings.text("PROVHA__SSH_BIN").into(),
        user: user.into(),
        port: settings.number("SLAVE_SSH_PORT"),
        identity: path("PROVHA__SSH_IDENTITY"),
        known_hosts: path("PROVHA__SSH_KNOWN_HOSTS"),
        config: path("PROVHA__SSH_CONFIG"),
        connect_timeout: seconds("PROVHA__SYNC_CONNECT_TIMEOUT"),
        io_timeout: seconds("PROVHA__SYNC_IO_TIMEOUT"),
        timeout: seconds("PROVHA__SYNC_TIMEOUT"),
        root,
        target_root: settings.text("PROVHA__SYNC_TARGET_ROOT").into(),
    })
}

/// The share of a slave's entries that may be deleted.
pub fn percent(context: &Context<'_>) -> u64 {
    context.options.max_removed_percent.unwrap_or_else(|| {
        context.settings.number("PROVHA__GUARD_MAX_REMOVED_PERCENT")
    })
}
