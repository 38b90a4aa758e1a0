//! What the machine's own small files say; nobody is asked.

use std::net::Ipv4Addr;
use std::time::Duration;

use nix::sys::statvfs::FsFlags;

use crate::context::Context;
use crate::isc_dhcp::live::Live;
use crate::isc_dhcp::{live, syntax};
use crate::publish::pending_restart::PendingRestart;
use crate::rebuild::state::{State, Store};
use crate::rebuild::{DAEMONS, Part};
use crate::render::dhcp::DIR;
use crate::seen;
use crate::status::disk::Trouble;
use crate::status::{disk, lock, rebuild};
use crate::system::dir::Dir;
use crate::system::lock::Holder;

/// A restart that was begun longer ago than this hangs.
const RESTART: Duration = Duration::from_secs(60);

/// What is known without asking anybody.
pub struct Base {
    /// Seconds since 1970.
    pub now: i64,
    /// Failover and OMAPI of the live dhcpd set.
    pub live: Live,
    /// Whether there is a live dhcpd set at all.
    pub has_set: bool,
    /// The TFTP server that the live set sends modems to.
    pub next_server: Option<Ipv4Addr>,
    /// The last rebuild.
    pub rebuild: rebuild::Facts,
    /// Who holds the lock.
    pub lock: lock::Facts,
    /// The daemons that the holder of the lock is just restarting.
    pub restarting: Vec<&'static str>,
    /// Files that are there and may not be read, so that what they say is
    /// not known; paths without the root.
    pub closed: Vec<String>,
    /// Directories that no run can write to.
    pub disks: Vec<(String, Trouble)>,
}

impl Base {
    /// Reads it.
    pub fn read(context: &Context<'_>) -> Self {
        let now = crate::env::now();
        let dir = context.settings.root().at(DIR);
        let store = Store::new(context.settings.path("PROVHA__STATE_DIR"));
        let before = self::lock(context, now);
        let (work, unfinished) = (store.load(), store.unfinished());
        let due = |(name, _): &(&'static str, Part)| {
            PendingRestart::of(&context.settings, name)
                .noted_for()
                .map(|age| (*name, age))
        };
        let dues: Vec<_> = DAEMONS.iter().filter_map(due).collect();
        // A run that began in between wrote what was read.
        let after = self::lock(context, now);
        let running = before.holder.is_some() || after.holder.is_some();
        let lock = if before.holder.is_some() { before } else { after };
        let fresh = dues.iter().filter(|(_, age)| running && *age < RESTART);
        Self {
            now,
            live: live::read(&dir),
            has_set: dir.join("dhcpd.conf").exists(),
            next_server: next_server(&dir.join("global.conf")),
            restarting: fresh.map(|(name, _)| *name).collect(),
            rebuild: rebuild::Facts {
                work,
                unfinished,
                older: older(context),
                restarts: dues.iter().map(|(name, _)| *name).collect(),
                running,
                now,
            },
            lock,
            closed: closed(context),
            disks: disks(context),
        }
    }

    /// The state of the last rebuild.
    fn work(&self) -> Option<&State> {
        self.rebuild.work.as_ref()
    }

    /// Our address towards modems, as far as it is known.
    pub fn own(&self) -> Option<Ipv4Addr> {
        let peering = self.live.peering.map(|peering| peering.own);
        peering.or(self.work().and_then(|work| work.own))
    }

    /// The peer's address.
    pub fn peer(&self) -> Option<Ipv4Addr> {
        let peering = self.live.peering.map(|peering| peering.peer);
        peering.or(self.work().and_then(|work| work.peer))
    }

    /// Whether a run is just restarting the daemon.
    pub fn restarts(&self, daemon: &str) -> bool {
        self.restarting.contains(&daemon)
    }
}

/// Why no run makes anything, where the database is older than what is live.
fn older(context: &Context<'_>) -> Option<String> {
    let refusal = seen::store::Store::of(&context.settings).refusal();
    refusal.map(|refusal| refusal.text)
}

/// The directories on full and on read-only file systems.
fn disks(context: &Context<'_>) -> Vec<(String, Trouble)> {
    let settings = &context.settings;
    let plain = |key| settings.plain_path(key).display().to_string();
    let dirs =
        [plain("PROVHA__STATE_DIR"), DIR.into(), plain("PROVHA__TFTP_DIR")];
    let trouble = |dir: &String| {
        let dir = Dir::open(&settings.root().at(dir)).ok()?;
        let found = dir.room().ok()?;
        let read_only = found.flags().contains(FsFlags::ST_RDONLY);
        let free = found.blocks_available() * found.fragment_size();
        let files = (found.files_available(), found.files());
        disk::judge(read_only, free, files)
    };
    let all = dirs.into_iter();
    all.filter_map(|dir| trouble(&dir).map(|found| (dir, found))).collect()
}

/// Files of ours that this user may not read.
fn closed(context: &Context<'_>) -> Vec<String> {
    let state = context.settings.plain_path("PROVHA__STATE_DIR");
    let set = std::path::Path::new(DIR);
    let files = [
        set.join("dhcpd.conf"),
        set.join("failover.conf"),
        set.join("global.conf"),
        set.join("modems-host.conf"),
        set.join("mta.conf"),
        context.settings.plain_path("PROVHA__OMAPI_KEY_FILE").into(),
        context.settings.plain_path("PROVHA__NAMED_CONF").into(),
        state.join("rebuild.json"),
        state.join("devices-cm"),
        state.join("devices-mta"),
    ];
    let denied = |path: &std::path::PathBuf| {
        let opened = std::fs::File::open(context.settings.root().at(path));
        opened.is_err_and(|e| e.kind() == std::io::ErrorKind::PermissionDenied)
    };
    let closed = files.iter().filter(|path| denied(path));
    closed.map(|path| path.display().to_string()).collect()
}

/// Who holds the lock, and whether `watch` runs.
pub fn lock(context: &Context<'_>, now: i64) -> lock::Facts {
    let path = context.settings.path("PROVHA__LOCK_FILE");
    let holder = Holder::find(&path);
    let stopped = holder.as_ref().is_some_and(|holder| holder.stopped);
    let holder = holder.map(|holder| (holder.note, holder.since));
    let watch = Holder::find(&path.with_extension("watch"));
    lock::Facts { holder, stopped, watch: watch.map(|watch| watch.note), now }
}

/// The statement `next-server` of the live set.
fn next_server(path: &std::path::Path) -> Option<Ipv4Addr> {
    let text = std::fs::read_to_string(path).ok()?;
    syntax::last_value(&text, "next-server")?.parse().ok()
}
