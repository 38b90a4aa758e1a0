//! When a restart of dhcpd does not hurt: the peer serves or is known dead,
//! it is this node's turn, and known devices are answered afterwards.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::isc_dhcp::live;
use crate::pair::doors::Doors;
use crate::pair::pace::LoneStarts;
use crate::pair::{Care, Later, Turn, doors};
use crate::publish::activate::Daemon;
use crate::publish::directory_set::Staged;
use crate::render::dhcp::DIR;
use crate::services::dhcpd::KEYS;
use crate::services::dhcpd_hosts::Fresh;
use crate::services::dhcpd_known::{Known, TAIL, WHOLE};
use crate::services::dhcpd_start;
use crate::system::{files, rest};

/// How long the first restart into a pair may take to serve: a pair of small
/// pools was in normal operation after 13 s.
const JOIN: Duration = Duration::from_secs(60);

/// Whether dhcpd would load a staged set once it is restarted, and whether
/// the pair that the live set is in may be left or joined.
///
/// # Errors
/// Exit 3: no.
pub fn check(context: &Context<'_>, staged: &Staged) -> anyhow::Result<()> {
    // A live set that cannot be read may well have a peer.
    let old = live::try_read(staged.live())?;
    let new = live::try_read(&staged.dir())?;
    let asks = !context.options.no_activate;
    let restart = context.settings.command(KEYS[0], KEYS[1]);
    if asks && restart.is_some() {
        dhcpd_start::check(&context.settings)?;
    }
    Doors::new(&context.settings, &old, context.permits).check(
        new.peering,
        asks,
        restart.is_some(),
    )
}

/// A restart that is to come.
pub struct Restart {
    turn: Option<Rc<RefCell<Turn>>>,
    /// Whether it is the first one into a pair.
    joins: bool,
    /// A modem that dhcpd answers now.
    known: Option<Known>,
    /// A host that only the new set has.
    fresh: Option<Fresh>,
}

impl Restart {
    /// Waits until dhcpd may be restarted with a staged set.
    ///
    /// # Errors
    /// This node serves alone, and its last start is not long enough ago:
    /// what waits is noted and told.
    pub fn of_staged(
        context: &Context<'_>,
        staged: &Staged,
    ) -> Result<Self, Later> {
        // `check` has read the live set: what is wrong with it since then is
        // no reason to go on.
        let care = care(context, context.permits.now).map_err(|error| {
            let why = error.to_string();
            Later { until: crate::env::now(), why }
        })?;
        let turn = care.map(|care| take_turn(context, &care)).transpose()?;
        let had = live::read(staged.live()).peering.is_some();
        let joins = !had && live::read(&staged.dir()).peering.is_some();
        let lone = turn.as_ref().is_some_and(Turn::is_lone);
        // Where the start itself is silent for a time, silence says nothing.
        let known = (!joins && !lone).then(|| known(context, TAIL)).flatten();
        let turn = turn.map(|turn| Rc::new(RefCell::new(turn)));
        let fresh = Fresh::find(staged.live(), &staged.dir());
        Ok(Self { turn, joins, known, fresh })
    }

    /// Waits until dhcpd may be restarted with the set that is live: what an
    /// earlier run began is not put off.
    ///
    /// # Errors
    /// Whether there is a peer to take care of cannot be read.
    pub fn of_live(context: &Context<'_>) -> anyhow::Result<Self> {
        let turn = match care(context, true)? {
            Some(care) => take_turn(context, &care).ok(),
            None => None,
        };
        let turn = turn.map(|turn| Rc::new(RefCell::new(turn)));
        Ok(Self { turn, joins: false, known: None, fresh: None })
    }

    /// The daemon with what is looked at right before its restart, and asked
    /// right after it.
    pub fn guard(&mut self, context: &Context<'_>, daemon: Daemon) -> Daemon {
        let turn = self.turn.as_ref().map(Rc::downgrade);
        let ready = turn.map(|turn| -> Box<dyn Fn()> {
            Box::new(move || {
                if let Some(turn) = turn.upgrade() {
                    turn.borrow_mut().confirm();
                }
            })
        });
        let set = context.settings.root().at(DIR);
        let mut probe = daemon.probe;
        if let Some(fresh) = self.fresh.take() {
            probe = fresh.with(set.clone(), probe);
        }
        if let Some(known) = self.known.take() {
            probe = known.with(set, probe);
        }
        Daemon { probe, ready, ..daemon }
    }

    /// Ends the turn after a restart that went well: at once where the peer
    /// serves, else when our dhcpd answers clients again, so that the
    /// peer does not start meanwhile.
    pub fn done(self, context: &Context<'_>) {
        let turn = self.turn.and_then(Rc::into_inner).map(RefCell::into_inner);
        if let Some(turn) = turn {
            turn.note_start(&LoneStarts::of(&context.settings));
            if !turn.is_lone() {
                return;
            }
            // What lives on has other work meanwhile.
            match context.lives_on {
                true => drop(std::thread::spawn(|| turn.last())),
                false => turn.last(),
            }
        } else if self.joins {
            joined(context);
        }
    }
}

/// Waits for the turn.
fn take_turn(context: &Context<'_>, care: &Care) -> Result<Turn, Later> {
    let _waiting = rest::waiting();
    let turn = care.take_turn(context.console, context.looks.clone());
    turn.inspect_err(|later| {
        let lone = LoneStarts::of(&context.settings);
        lone.waits(crate::env::now(), later.until, &later.why);
        context.console.warning(&later.text());
    })
}

/// What a restart takes care of; None where there is no peer. `now`: changes
/// are not collected.
fn care(context: &Context<'_>, now: bool) -> files::Result<Option<Care>> {
    let hold = context.options.restart_hold;
    let care = Care::find(&context.settings, hold, now)?;
    let octets = || octets_below(&context.settings.root().at(DIR));
    Ok(care.map(|care| care.loading(octets())))
}

/// How much the files below a directory hold, octets.
pub fn octets_below(dir: &Path) -> u64 {
    let names = files::walk(dir).unwrap_or_default();
    let size = |name: &String| std::fs::metadata(dir.join(name));
    names.iter().filter_map(|name| size(name).ok()).map(|m| m.len()).sum()
}

/// The same for a person, who can wait: a busy dhcpd takes its time, and one
/// that has just found its peer, too.
pub fn known_within(
    context: &Context<'_>,
    patience: Duration,
) -> Option<Known> {
    let end = Instant::now() + patience;
    loop {
        let known = known(context, WHOLE);
        if known.is_some() || Instant::now() >= end {
            return known;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// A modem that dhcpd answers now.
fn known(context: &Context<'_>, tail: u64) -> Option<Known> {
    let set = context.settings.root().at(DIR);
    let v4 = |address: &IpAddr| match address {
        IpAddr::V4(address) if !address.is_loopback() => Some(*address),
        IpAddr::V4(_) | IpAddr::V6(_) => None,
    };
    let first: Option<Ipv4Addr> = context.machine.addresses.iter().find_map(v4);
    let own = live::read(&set).peering.map(|pair| pair.own).or(first)?;
    let lease_file = context.settings.path("PROVHA__DHCPD_LEASES");
    let known = Known::find(&set, &lease_file, own, (crate::env::now(), tail));
    context.console.detail(match known {
        Some(_) => "a modem with a lease is answered before the restart",
        None => "no modem can be asked for before the restart",
    });
    known
}

/// Says what became of the first restart into a pair: it serves nobody until
/// it is in normal operation, or was told that it is alone.
fn joined(context: &Context<'_>) {
    // What was just made live can be read, or the next run says so.
    let Ok(Some(care)) = care(context, true) else { return };
    if context.permits.start_alone && !care.peer_takes_connections() {
        return serve_alone(context);
    }
    let console = context.console.clone();
    let see = move || {
        if let Err(why) = care.serves_within(JOIN) {
            console.warning(&format!(
                "dhcpd is in the pair, but does not serve yet: {why}; see \
                 provha failover wait normal"
            ));
        }
    };
    // What lives on has other work meanwhile: nothing waits for a peer.
    match context.lives_on {
        true => drop(std::thread::spawn(see)),
        false => see(),
    }
}

/// Lets dhcpd serve that was restarted into a pair whose other half is away.
fn serve_alone(context: &Context<'_>) {
    let live = live::read(&context.settings.root().at(DIR));
    match doors::serve_alone(&context.settings, &live) {
        Ok(()) => context.console.note(
            "the peer is dead: dhcpd was told so (partner-down) and serves \
             alone once it has started, 15 s after its restart",
        ),
        Err(why) => context.console.warning(&format!(
            "dhcpd serves nobody until its peer runs, or is told to be dead \
             ('provha failover partner-down'): {why}"
        )),
    }
}
