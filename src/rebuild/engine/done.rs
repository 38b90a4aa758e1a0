//! What a step of `rebuild` did, for people and for scripts.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::context::Context;
use crate::exit::Exit;
use crate::model::Role;
use crate::rebuild::Part;
use crate::rebuild::decide::Why;
use crate::rebuild::state::{Last, State};
use crate::report::{Outcome, found, json};

/// One part that was made.
pub struct Made {
    /// Which.
    pub part: Part,
    /// Why.
    pub why: Why,
    /// What it did, or what its error leads to.
    pub result: Result<Outcome, Exit>,
    /// Why it was refused, numbers left out.
    pub refused: Option<String>,
    /// The first line of its error; '' without one.
    pub error: String,
    /// How long it took.
    pub seconds: f64,
    /// When it was done.
    pub ended: Instant,
}

impl Made {
    /// True if what was made is live.
    pub fn is_live(&self) -> bool {
        self.result.as_ref().is_ok_and(|outcome| outcome.waits.is_none())
    }

    /// The exit code that it leads to, unless all is well.
    fn exit(&self) -> Option<Exit> {
        match &self.result {
            Ok(outcome) => outcome.exit,
            Err(exit) => Some(*exit),
        }
    }
}

/// What one step did.
pub struct Done {
    /// The role of this machine.
    pub role: String,
    /// Everything is made again after this many seconds.
    pub interval: u32,
    /// The parts that were made, in order.
    pub made: Vec<Made>,
    /// The parts that had to wait.
    pub held: Vec<Part>,
    /// Whether the commit position alone told that nothing changed.
    pub quick: bool,
}

impl Done {
    /// Nothing changed since this state.
    pub fn nothing(old: &State, quick: bool) -> Self {
        Self {
            role: old.role.clone(),
            interval: old.interval,
            made: Vec::new(),
            held: Vec::new(),
            quick,
        }
    }

    /// Adds what a later step did.
    pub fn add(&mut self, more: Self) {
        self.made.extend(more.made);
        self.held = more.held;
        self.quick &= more.quick;
    }

    /// Has the parts in their order.
    pub fn in_order(&mut self) {
        self.made.sort_by_key(|made| made.part);
    }

    /// Nothing was looked at: the node is out of service.
    pub fn held() -> Self {
        Self {
            role: String::new(),
            interval: 0,
            made: Vec::new(),
            held: Vec::new(),
            quick: true,
        }
    }

    /// Whether everything that was made succeeded and is live.
    pub fn is_good(&self) -> bool {
        self.made.iter().all(Made::is_live)
    }

    /// The parts that must be made the next time, whatever changes.
    pub fn owed(&self) -> Vec<Part> {
        let failed = self.made.iter().filter(|made| !made.is_live());
        let failed = failed.map(|made| made.part);
        self.held.iter().copied().chain(failed).collect()
    }

    /// When the daemon of this part was restarted, if it was.
    pub fn restarted(&self, part: Part) -> Option<Instant> {
        let made = self.made.iter().find(|made| made.part == part)?;
        let restarted = match &made.result {
            Ok(outcome) => !outcome.restarted.is_empty(),
            Err(exit) => matches!(exit, Exit::RolledBack | Exit::Broken),
        };
        restarted.then_some(made.ended)
    }

    /// The exit code: the worst of all parts; partly active where one failed
    /// and another is live.
    pub fn exit(&self, context: &Context<'_>) -> Exit {
        // A person is needed; undone; no chance to know; said no.
        let order =
            [Exit::Broken, Exit::RolledBack, Exit::Failed, Exit::Refused];
        let failed: Vec<Exit> =
            self.made.iter().filter_map(Made::exit).collect();
        let mut outcomes =
            self.made.iter().filter_map(|m| m.result.as_ref().ok());
        let changed = outcomes.any(|outcome| !outcome.is_empty());
        match order.iter().find(|exit| failed.contains(exit)) {
            // 'What was live is untouched' would not be true.
            Some(Exit::Failed) if changed && !context.only_looks() => {
                Exit::Broken
            }
            Some(worst) => *worst,
            None => context.exit(changed),
        }
    }

    /// The parts with why they were made.
    fn reasons(&self) -> BTreeMap<String, String> {
        let pair =
            |made: &Made| (made.part.word().to_string(), made.why.to_string());
        self.made.iter().map(pair).collect()
    }

    /// What the state keeps of it.
    pub fn last(&self, begin: Instant, context: &Context<'_>) -> Last {
        let failed: Vec<&Made> =
            self.made.iter().filter(|made| made.exit().is_some()).collect();
        let exit = match failed.is_empty() {
            true => Exit::Done,
            false => self.exit(context),
        };
        // That of the part whose exit code it is, else of the first.
        let worst = failed.iter().find(|made| made.exit() == Some(exit));
        let why = worst.or(failed.first()).map(|made| made.error.clone());
        Last {
            at: crate::env::now(),
            seconds: begin.elapsed().as_secs_f64(),
            exit: exit as u8,
            ran: self.reasons(),
            why: why.unwrap_or_default(),
        }
    }

    /// The summary line.
    pub fn line(&self, context: &Context<'_>) -> String {
        let role = Role::read(&self.role).map_or("", Role::word);
        let parts: Vec<String> = self
            .made
            .iter()
            .map(|made| {
                let failed = match made.exit() {
                    None if !made.is_live() => ": waits".into(),
                    None => String::new(),
                    Some(exit) => format!(": failed ({})", exit as u8),
                };
                format!("{} ({}){failed}", made.part.word(), made.why)
            })
            .collect();
        let what = match parts.is_empty() {
            true => "nothing to do".to_string(),
            false => parts.join(", "),
        };
        let seconds = context.console.elapsed().as_secs_f64();
        format!("rebuild ({role}): {what}; {seconds:.1} s")
    }

    /// Has the line that ends the run name the role.
    pub fn tell_role(&self, context: &Context<'_>) {
        if let Some(role) = Role::read(&self.role) {
            context.console.made(role.word(), 0);
        }
    }

    /// Keeps the result for `--json`.
    pub fn result(&self, context: &Context<'_>) {
        let told = context.console.told();
        context.console.result(&json::Rebuild {
            command: "rebuild",
            role: &self.role,
            dry_run: context.only_looks(),
            interval: self.interval,
            tables_read: !self.quick,
            ran: self.made.iter().map(part).collect(),
            seconds: context.console.elapsed().as_secs_f64(),
            findings: told.iter().map(found).collect(),
        });
    }
}

/// One part as it stands in JSON.
fn part(made: &Made) -> json::RebuiltPart<'_> {
    let done = made.result.as_ref().ok();
    let exit = made.exit().map_or(0, |exit| exit as u8);
    json::RebuiltPart {
        part: made.part.word(),
        why: made.why.to_string(),
        devices: match &made.why {
            Why::Devices(ids) => Some(ids.clone()),
            _ => None,
        },
        exit,
        written: done.map(|o| &*o.written),
        removed: done.map(|o| &*o.removed),
        restarted: done.map(|o| &*o.restarted),
        names: done
            .map(|o| json::Names { added: o.names.0, removed: o.names.1 }),
        seconds: made.seconds,
    }
}
