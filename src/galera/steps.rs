//! The steps of a decision, in order, and the carrying out of one of them.

use std::fmt;
use std::time::{Duration, Instant};

use crate::console::Console;
use crate::galera::choose::{Choice, Decision, Known, Start};
use crate::galera::collect::Asker;
use crate::galera::facts::{Facts, Member, Server, Standing};
use crate::galera::position::{Position, short};
use crate::galera::script::Paths;

/// How long a started server may be without a process: systemd prepares it.
const GRACE: Duration = Duration::from_secs(15);
/// Between two looks at a node that joins.
const PAUSE: Duration = Duration::from_millis(500);

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Stops a server.
    Stop(usize),
    /// Starts the first node of the cluster.
    Bootstrap(usize, Position),
    /// Makes a running node primary.
    Promote(usize),
    /// Starts a node.
    Start(Start),
    /// Starts all at the same time.
    Together(Vec<Start>),
    /// Waits until these are synced, with this state.
    Synced(Vec<usize>, Option<String>),
    /// Compares the data of all nodes.
    Verify,
}

/// The steps of a decision.
pub fn of(decision: &Decision, known: &[Known]) -> Vec<Step> {
    let runs = |at: usize| {
        let facts = known[at].told.as_ref();
        facts.is_ok_and(|facts| facts.server != Server::Stopped)
    };
    let uuid = |at: usize| match known[at].told.as_ref().map(Facts::standing) {
        Ok(Standing::At { position, .. }) => Some(position.uuid),
        _ => None,
    };
    let mut steps = Vec::new();
    let one_by_one = |steps: &mut Vec<Step>, start: &[Start]| {
        for start in start {
            if runs(start.node) && start.set_aside {
                steps.push(Step::Stop(start.node));
            }
            steps.push(Step::Start(start.clone()));
            steps.push(Step::Synced(vec![start.node], None));
        }
    };
    let running: Vec<usize> = (0..known.len()).filter(|at| runs(*at)).collect();
    match &decision.choice {
        Choice::Healthy | Choice::Refuse { .. } => return steps,
        Choice::Wait => steps.push(Step::Synced(running, None)),
        Choice::Join { start } => {
            let stays = running
                .into_iter()
                .filter(|at| !start.iter().any(|s| s.node == *at));
            steps.push(Step::Synced(stays.collect(), None));
            one_by_one(&mut steps, start);
        }
        Choice::Together { start } => {
            steps.push(Step::Together(start.clone()));
            let all = start.iter().map(|start| start.node).collect();
            steps.push(Step::Synced(all, uuid(0)));
        }
        Choice::Promote { node, start } => {
            steps.push(Step::Promote(*node));
            steps.push(Step::Synced(vec![*node], uuid(*node)));
            let stays = running.into_iter().filter(|at| {
                at != node && !start.iter().any(|s| s.node == *at)
            });
            steps.push(Step::Synced(stays.collect(), None));
            one_by_one(&mut steps, start);
        }
        Choice::Bootstrap { node, position, stop, start } => {
            steps.extend(stop.iter().map(|at| Step::Stop(*at)));
            steps.push(Step::Bootstrap(*node, position.clone()));
            let uuid = Some(position.uuid.clone());
            steps.push(Step::Synced(vec![*node], uuid));
            for start in start {
                steps.push(Step::Start(start.clone()));
                steps.push(Step::Synced(vec![start.node], None));
            }
        }
    }
    steps
        .retain(|step| !matches!(step, Step::Synced(all, _) if all.is_empty()));
    steps.push(Step::Verify);
    steps
}

/// A step in words.
pub struct Words<'a>(pub &'a Step, pub &'a [Known]);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(step, known) = self;
        let name = |at: usize| known[at].name.as_str();
        let names = |all: &mut dyn Iterator<Item = usize>| {
            all.map(name).collect::<Vec<_>>().join(", ")
        };
        match step {
            Step::Stop(at) => write!(f, "{}: stop MariaDB", name(*at)),
            Step::Bootstrap(at, position) => write!(
                f,
                "{}: start as the first node, at {position}",
                name(*at)
            ),
            Step::Promote(at) => {
                write!(f, "{}: make its component primary", name(*at))
            }
            Step::Start(Start { node, set_aside: false }) => {
                write!(f, "{}: start", name(*node))
            }
            Step::Start(Start { node, set_aside: true }) => write!(
                f,
                "{}: set its data aside, start, receive all data",
                name(*node)
            ),
            Step::Together(start) => {
                let names = names(&mut start.iter().map(|s| s.node));
                write!(f, "{names}: start at the same time")
            }
            Step::Synced(all, _) => {
                let names = names(&mut all.iter().copied());
                write!(f, "{names}: wait until synced")
            }
            Step::Verify => write!(f, "compare the data of all nodes"),
        }
    }
}

/// What carries steps out.
pub struct Hand<'a> {
    /// The nodes.
    pub asker: &'a Asker<'a>,
    /// What they said before.
    pub known: &'a [Known],
    /// What talks to the user.
    pub console: &'a Console,
    /// Names what is set aside.
    pub stamp: String,
}

impl Hand<'_> {
    /// The scripts of a step, each with its node.
    pub fn scripts(&self, step: &Step) -> Vec<(usize, String)> {
        let paths = |at: usize| {
            let own = self.asker.nodes.all[at].own;
            Paths::find(self.asker.settings, own)
        };
        let start = |start: &Start| {
            let aside = format!("lost-{}", self.stamp);
            let aside = start.set_aside.then_some(aside.as_str());
            let position = self.position(start.node);
            let script = paths(start.node).start(position.as_ref(), aside);
            (start.node, script)
        };
        match step {
            Step::Stop(at) => vec![(*at, paths(*at).stop())],
            Step::Bootstrap(at, position) => {
                vec![(*at, paths(*at).first(position))]
            }
            Step::Promote(at) => vec![(*at, paths(*at).promote())],
            Step::Start(one) => vec![start(one)],
            Step::Together(all) => all.iter().map(start).collect(),
            Step::Synced(..) | Step::Verify => Vec::new(),
        }
    }

    /// The position that a node starts with.
    fn position(&self, at: usize) -> Option<Position> {
        match self.known[at].told.as_ref().ok()?.standing() {
            Standing::At { position, .. } => Some(position),
            _ => None,
        }
    }

    /// Carries out a step, all but the comparison.
    ///
    /// # Errors
    /// What failed, and where.
    pub fn carry_out(&self, step: &Step) -> Result<(), String> {
        match step {
            Step::Bootstrap(..) | Step::Promote(_) => {
                self.nobody_is_primary()?;
            }
            Step::Synced(all, uuid) => {
                let mut done = all.iter();
                return done.try_for_each(|at| self.wait(*at, uuid.as_deref()));
            }
            _ => {}
        }
        let scripts = self.scripts(step);
        std::thread::scope(|scope| {
            let run = |(at, script): (usize, String)| {
                scope.spawn(move || self.run(at, &script))
            };
            let begun: Vec<_> = scripts.into_iter().map(run).collect();
            let ended = begun.into_iter().map(|thread| {
                thread.join().unwrap_or_else(|_| Err("it broke".into()))
            });
            ended.collect::<Vec<_>>().into_iter().collect()
        })
    }

    /// Runs a script on a node; it must end well.
    pub fn run(&self, at: usize, script: &str) -> Result<(), String> {
        let node = &self.asker.nodes.all[at];
        let failed = |why: String| format!("{}: {why}", node.name);
        let (place, limit) = (node.place(), self.asker.timeout);
        let said = self.asker.remote.run(place, script, limit);
        let said = said.map_err(failed)?;
        match said.code {
            0 => Ok(()),
            code => Err(failed(format!("ended with {code}: {}", said.last()))),
        }
    }

    /// The nodes that are synced now.
    pub fn synced(&self) -> Vec<usize> {
        let now = self.asker.ask(false);
        let is_synced = |at: &usize| {
            let facts = now[*at].told.as_ref().ok();
            let member = facts.and_then(Facts::member);
            member.is_some_and(Member::is_synced)
        };
        (0..now.len()).filter(is_synced).collect()
    }

    /// Refuses where a primary component came to life since the decision.
    fn nobody_is_primary(&self) -> Result<(), String> {
        for known in self.asker.ask(false) {
            let facts = known.told.as_ref();
            let member = facts.ok().and_then(Facts::member);
            if member.is_some_and(|member| member.primary) {
                let name = &known.name;
                return Err(format!(
                    "{name} is in a primary component by now: nothing was \
                     bootstrapped"
                ));
            }
        }
        Ok(())
    }

    /// Waits until a node is synced.
    fn wait(&self, at: usize, uuid: Option<&str>) -> Result<(), String> {
        let (begin, name) = (Instant::now(), &self.known[at].name);
        let mut told = String::new();
        loop {
            let facts = self.asker.one(&self.asker.nodes.all[at], false);
            let state = match &facts {
                Err(why) => format!("cannot be asked: {why}"),
                Ok(facts) => match &facts.server {
                    Server::Stopped if begin.elapsed() > GRACE => {
                        let text = "MariaDB ended: see its log there";
                        return Err(format!("{name}: {text}"));
                    }
                    Server::Stopped => "is about to start".into(),
                    Server::Mute(_) => "starts, or receives data".into(),
                    Server::Runs(member) if member.is_diverged() => {
                        return Err(format!(
                            "{name}: it is in the component without its \
                             state: its recovered position was not passed on"
                        ));
                    }
                    Server::Runs(member) if member.is_synced() => {
                        return right_state(name, &member.cluster_uuid, uuid);
                    }
                    Server::Runs(member) => member.state.clone(),
                },
            };
            if state != told {
                self.console.note(&format!("  {name}: {state}"));
                told = state;
            }
            if begin.elapsed() > self.asker.timeout {
                let seconds = begin.elapsed().as_secs();
                return Err(format!(
                    "{name}: not synced after {seconds} s: {told}"
                ));
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// Whether a synced node has the state that was wanted.
fn right_state(
    name: &str,
    is: &str,
    wanted: Option<&str>,
) -> Result<(), String> {
    match wanted {
        Some(wanted) if wanted != is => Err(format!(
            "{name}: it made a new state {} in place of {}: its recovered \
             position was not passed on. Do not start other nodes: each would \
             replace its data",
            short(is),
            short(wanted)
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::galera::facts::Recovered;

    /// Stopped nodes without data.
    fn known(count: usize) -> Vec<Known> {
        let facts = Facts {
            server: Server::Stopped,
            data: false,
            databases: false,
            grastate: None,
            view: None,
            recovered: Recovered::NotAsked,
            flush: None,
        };
        (1..=count)
            .map(|n| Known {
                name: format!("n{n}"),
                told: Ok(facts.clone()),
                signs: Vec::new(),
                lost: false,
            })
            .collect()
    }

    #[test]
    fn one_after_the_other_and_compared_at_the_end() {
        let known = known(3);
        let position = Position { uuid: "u".into(), seqno: 7 };
        let start = |node, set_aside| Start { node, set_aside };
        let choice = Choice::Bootstrap {
            node: 1,
            position,
            stop: vec![2],
            start: vec![start(0, false), start(2, true)],
        };
        let (why, left, gone) = (String::new(), Vec::new(), Vec::new());
        let decision = Decision { choice, why, left, gone };
        let steps = of(&decision, &known);
        let words: Vec<String> =
            steps.iter().map(|s| Words(s, &known).to_string()).collect();
        assert_eq!(
            words,
            [
                "n3: stop MariaDB",
                "n2: start as the first node, at u:7",
                "n2: wait until synced",
                "n1: start",
                "n1: wait until synced",
                "n3: set its data aside, start, receive all data",
                "n3: wait until synced",
                "compare the data of all nodes",
            ]
        );
    }
}
