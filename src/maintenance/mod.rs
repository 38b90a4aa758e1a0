//! A node out of service for a while, and back: the peer is proven able
//! first, dhcpd goes first and comes last, and the note of
//! `pair/maintenance.rs` holds all other runs.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::Serialize;

use crate::clients::tftp;
use crate::cluster::remote::{Place, Remote, quoted};
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::pair::maintenance::{Note, Phase, boot};
use crate::pair::{Care, Look, Memory};
use crate::status::mutes;
use crate::system::lock::Lock;
use crate::system::process;

/// How long the peer may take to notice that this node's dhcpd is gone, and
/// to go on serving: the connection ends at once.
const PEER: Duration = Duration::from_secs(30);
/// How often it is asked meanwhile.
const PAUSE: Duration = Duration::from_millis(500);
/// Looks at the peer before it counts as lost, a pause of a second between.
const LOOKS: u32 = 10;
/// Time to reach the peer by ssh.
const CONNECT: Duration = Duration::from_secs(5);
/// What of the peer's findings is the consequence: it serves alone, is on its
/// way back, cannot ask this node, and collects changes.
const PEER_CODES: [&str; 4] = ["PH-304", "PH-305", "PH-308", "PH-311"];
/// The shortest time, in units of MCLT, for which partner-down pays: the node
/// serves again only after MCLT.
const LONG: u64 = 4;

/// What is wanted.
pub struct Wish<'a> {
    /// For how long, seconds.
    pub time: i64,
    /// Why.
    pub reason: &'a str,
    /// Whether the peer is set to partner-down.
    pub partner_down: bool,
}

/// The result of `maintenance start` and `maintenance end`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Maintained {
    /// The command.
    pub command: &'static str,
    /// True if it only looked.
    pub dry_run: bool,
    /// Until when the node is out of service, seconds since 1970; null: it is
    /// in service.
    pub until: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// The commands that were run, or would be, in order.
    pub steps: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

/// What all of it needs.
struct Work<'a> {
    context: &'a Context<'a>,
    care: Option<Care>,
    steps: Vec<String>,
}

/// `maintenance start`.
///
/// # Errors
/// Exit 3: the peer is not proven able. Exit 4: a daemon did not stop, or the
/// peer did not go on; all is as before. Exit 5: not even that.
pub fn start(context: &Context<'_>, wish: &Wish<'_>) -> anyhow::Result<Exit> {
    let mut work = Work::new(context, false)?;
    work.prove(wish)?;
    let now = crate::env::now();
    let old = Note::of(&context.settings);
    let mut note = Note {
        since: old.map_or(now, |old| old.since.min(now)),
        until: now + wish.time,
        reason: wish.reason.into(),
        phase: Phase::Stopping,
        units: units(context),
        boot: boot(),
        partner_down: wish.partner_down,
    };
    if context.only_looks() {
        work.plan(&note);
        return Ok(work.result("maintenance start", Some(&note)));
    }
    let _lock = context.lock("maintenance")?;
    note.save(&context.settings)?;
    let settings = &context.settings;
    let _ = mutes::mute(settings, mutes::ALL, wish.time, wish.reason)?;
    work.mute_peer(wish);
    if let Err(why) = work.stop(&note) {
        return Err(work.undo(&note, &why));
    }
    note.phase = Phase::Out;
    note.save(&context.settings)?;
    context.console.note(&note.words(now));
    Ok(work.result("maintenance start", Some(&note)))
}

/// `maintenance end`.
///
/// # Errors
/// Exit 5: a daemon does not start; the note stays, and the next run tries
/// again.
pub fn end(context: &Context<'_>) -> anyhow::Result<Exit> {
    let Some(note) = Note::of(&context.settings) else {
        context.console.note("this node is in service");
        let work = Work::new(context, true)?;
        return Ok(work.result("maintenance end", None));
    };
    let mut work = Work::new(context, true)?;
    if context.only_looks() {
        for unit in note.units.iter().rev() {
            let line = work.line("PROVHA__MAINTENANCE_START", unit);
            context.console.note(&line);
            work.steps.push(line);
        }
        return Ok(work.result("maintenance end", Some(&note)));
    }
    let lock = context.lock("maintenance")?;
    work.back(lock.as_ref(), note)?;
    context.console.note("this node is in service again");
    Ok(work.result("maintenance end", None))
}

/// What a run of `rebuild` or `watch` does on a node that is out of service.
#[derive(Debug, PartialEq, Eq)]
pub enum Held {
    /// It is in service.
    No,
    /// Nothing; why.
    Yes(String),
}

/// Holds a run while the node is out of service; brings the node back when
/// its time is over, or when the peer is lost: known modems must not be
/// without a server for longer than that takes to be seen.
///
/// # Errors
/// As [`end`].
pub fn hold(context: &Context<'_>) -> anyhow::Result<Held> {
    let Some(note) = Note::of(&context.settings) else {
        return Ok(Held::No);
    };
    let now = crate::env::now();
    if context.only_looks() {
        return Ok(Held::Yes(note.words(now)));
    }
    let mut work = Work::new(context, true)?;
    let why = match note.holds(now) && note.phase != Phase::Starting {
        true => match work.lost() {
            None => return Ok(Held::Yes(note.words(now))),
            Some(why) => format!("the peer does not serve any more ({why})"),
        },
        false => "its time is over".into(),
    };
    context.console.warning(&format!(
        "maintenance ({}) ends: {why}; this node comes back into service",
        note.reason
    ));
    let lock = context.lock("maintenance")?;
    work.back(lock.as_ref(), note)?;
    Ok(Held::No)
}

/// The units to stop, in order; those of services that are not used here are
/// left to the settings.
fn units(context: &Context<'_>) -> Vec<String> {
    let settings = &context.settings;
    let list = settings.list("PROVHA__MAINTENANCE_UNITS");
    list.iter().map(ToString::to_string).collect()
}

impl<'a> Work<'a> {
    /// `now`: what waits because this node serves alone waits no longer.
    ///
    /// # Errors
    /// Whether there is a peer cannot be read.
    fn new(context: &'a Context<'a>, now: bool) -> anyhow::Result<Self> {
        let care = Care::find(&context.settings, None, now)?;
        Ok(Self { context, care, steps: Vec::new() })
    }

    /// The command for a unit.
    fn line(&self, key: &str, unit: &str) -> String {
        self.context.settings.text(key).replace("%u", unit)
    }

    /// Whether the peer can serve alone.
    fn prove(&self, wish: &Wish<'_>) -> anyhow::Result<()> {
        let refused = |why: String| {
            let hint = "provha status on both nodes says more; without a peer \
                        that serves, modems have no server";
            Err(Stop::refused(format!("maintenance is refused: {why}"))
                .hint(hint)
                .into())
        };
        let Some(care) = &self.care else {
            return refused("this node has no failover peer".into());
        };
        match care.look(&mut Memory::default()) {
            Look::Go(reason) if !reason.is_lone() => {}
            Look::Go(reason) => return refused(reason.to_string()),
            Look::Wait(why) | Look::Later(_, why) => return refused(why),
        }
        if let Err(why) = care.peer_serves() {
            return refused(format!("the peer's dhcpd: {why}"));
        }
        let dir = self.context.settings.path("PROVHA__TFTP_DIR");
        let at = SocketAddr::new(IpAddr::V4(care.peer()), tftp::PORT);
        if let Some(name) = tftp::sample(&dir)
            && let Err(why) = tftp::read(at, &name)
        {
            return refused(format!("the peer's TFTP server: {why}"));
        }
        let mclt = self.context.settings.number("PROVHA__MCLT");
        if wish.partner_down && (wish.time as u64) < LONG * mclt {
            return refused(format!(
                "--partner-down for {} s: after it this node serves again \
                 only {mclt} s (MCLT) after its return; it pays from {} s on",
                wish.time,
                LONG * mclt
            ));
        }
        Ok(())
    }

    /// Says every command, and runs none.
    fn plan(&mut self, note: &Note) {
        let unit = |unit: &String| self.line("PROVHA__MAINTENANCE_STOP", unit);
        let mut lines: Vec<String> = note.units.iter().map(unit).collect();
        if note.partner_down {
            lines.push(format!("on the peer: {}", self.partner_down()));
        }
        lines.insert(0, format!("provha status mute all ({})", note.reason));
        for line in &lines {
            self.context.console.note(line);
        }
        self.steps = lines;
    }

    /// The command on the peer.
    fn partner_down(&self) -> String {
        let provha = self.context.settings.text("PROVHA__CLUSTER_PROVHA");
        format!("{provha} failover partner-down --yes")
    }

    /// Runs a command on this machine.
    fn run(&mut self, line: &str) -> Result<(), String> {
        self.steps.push(line.into());
        self.context.console.detail(line);
        let timeout = self.context.command_timeout();
        let ended = process::run(&mut process::shell(line), timeout)
            .map_err(|error| format!("'{line}': {error}"))?;
        // systemctl(1): 5 is a unit that is not there.
        if ended.ok() || ended.code() == Some(5) {
            return Ok(());
        }
        Err(format!("'{line}' {}", ended.how()))
    }

    /// Runs a script on the peer.
    fn on_peer(&mut self, script: &str) -> Result<(), String> {
        let Some(care) = &self.care else { return Ok(()) };
        let place = Place::At(IpAddr::V4(care.peer()));
        let remote = Remote::find(self.context, CONNECT)
            .map_err(|error| error.to_string())?;
        self.steps.push(format!("{}: {script}", remote.line(place)));
        let timeout = self.context.command_timeout();
        let said = remote.run(place, script, timeout)?;
        match said.code {
            0 => Ok(()),
            code => Err(format!("exit {code}: {}", said.last())),
        }
    }

    /// Mutes on the peer what this makes it say.
    fn mute_peer(&mut self, wish: &Wish<'_>) {
        let provha = self.context.settings.text("PROVHA__CLUSTER_PROVHA");
        let reason = format!("maintenance of the peer: {}", wish.reason);
        let lines = PEER_CODES.map(|code| {
            format!(
                "{provha} status mute {code} --for {}s --reason {}",
                wish.time,
                quoted(&reason)
            )
        });
        if let Err(why) = self.on_peer(&lines.join(" && ")) {
            self.context.console.warning(&format!(
                "the peer's alerts are not muted: {why}; there: provha status \
                 mute PH-304"
            ));
        }
    }

    /// Lets the peer's findings count again.
    fn unmute_peer(&mut self) {
        let provha = self.context.settings.text("PROVHA__CLUSTER_PROVHA");
        let lines = PEER_CODES
            .map(|code| format!("{provha} status unmute {code} || true"));
        if let Err(why) = self.on_peer(&lines.join("; ")) {
            let text = format!("the peer's alerts stay muted: {why}");
            self.context.console.warning(&text);
        }
    }

    /// Stops the units, dhcpd first: from then on the peer serves, which is
    /// waited for before the others go.
    fn stop(&mut self, note: &Note) -> Result<(), String> {
        let mut units = note.units.iter();
        if let Some(first) = units.next() {
            self.run(&self.line("PROVHA__MAINTENANCE_STOP", first))?;
            self.peer_goes_on()?;
        }
        for unit in units {
            self.run(&self.line("PROVHA__MAINTENANCE_STOP", unit))?;
        }
        if note.partner_down {
            self.on_peer(&self.partner_down())
                .map_err(|why| format!("partner-down on the peer: {why}"))?;
        }
        Ok(())
    }

    /// Waits until the peer serves without this node.
    fn peer_goes_on(&self) -> Result<(), String> {
        let Some(care) = &self.care else { return Ok(()) };
        let end = Instant::now() + PEER;
        loop {
            match care.peer_serves() {
                Ok(()) => return Ok(()),
                Err(why) if Instant::now() >= end => {
                    return Err(format!("the peer does not go on: {why}"));
                }
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }

    /// Why the peer is lost: it did not serve at any of several looks.
    fn lost(&self) -> Option<String> {
        let care = self.care.as_ref()?;
        let mut last = None;
        for _ in 0..LOOKS {
            match care.peer_serves() {
                Ok(()) => return None,
                Err(why) => last = Some(why),
            }
            std::thread::sleep(Duration::from_secs(1));
        }
        last
    }

    /// Starts the units, dhcpd last, and lets alerts count again.
    fn back(&mut self, _: Option<&Lock>, mut note: Note) -> anyhow::Result<()> {
        let settings = &self.context.settings;
        note.phase = Phase::Starting;
        note.save(settings)?;
        let mut failed = Vec::new();
        for unit in note.units.iter().rev() {
            let line = self.line("PROVHA__MAINTENANCE_START", unit);
            // The others are started all the same.
            failed.extend(self.run(&line).err());
        }
        // It may have ended by itself.
        let _ = mutes::unmute(settings, mutes::ALL);
        self.unmute_peer();
        if !failed.is_empty() {
            let text =
                format!("this node is not in service: {}", failed.join("; "));
            let hint = "read the daemon's log; the next run of provha \
                        rebuild, or provha maintenance end, starts it again";
            return Err(Stop {
                exit: Exit::Broken,
                message: text,
                hint: Some(hint.into()),
            }
            .into());
        }
        Note::remove(settings)?;
        self.tell_serving();
        Ok(())
    }

    /// Says what dhcpd does not do yet.
    fn tell_serving(&self) {
        let Some(care) = &self.care else { return };
        if let Err(why) = care.serves_within(Duration::from_secs(10)) {
            self.context.console.warning(&format!(
                "dhcpd on this node does not serve yet: {why}; provha failover \
                 wait normal"
            ));
        }
    }

    /// Brings back what was stopped; the error to end with.
    fn undo(&mut self, note: &Note, why: &str) -> anyhow::Error {
        let why = format!("maintenance did not begin: {why}");
        match self.back(None, note.clone()) {
            Ok(()) => Stop {
                exit: Exit::RolledBack,
                message: format!("{why}; this node is in service as before"),
                hint: Some("provha status on both nodes says more".into()),
            }
            .into(),
            Err(error) => Stop {
                exit: Exit::Broken,
                message: format!("{why}; {error}"),
                hint: Some("start the daemons by hand".into()),
            }
            .into(),
        }
    }

    /// Keeps the result for `--json`.
    fn result(self, command: &'static str, note: Option<&Note>) -> Exit {
        let context = self.context;
        context.console.result(&Maintained {
            command,
            dry_run: context.only_looks(),
            until: note.map(|note| note.until),
            reason: note.map(|note| note.reason.clone()),
            steps: self.steps,
            seconds: context.console.elapsed().as_secs_f64(),
        });
        context.exit(context.only_looks())
    }
}
