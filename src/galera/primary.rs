//! `cluster primary`: shows, or changes, which node does the background work.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cluster::nodes::Nodes;
use crate::cluster::remote::{Place, Remote, quoted};
use crate::config::ENV_DIR;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::galera::claims::{self, Claim};
use crate::galera::collect;
use crate::galera::journal::{self, Journal};
use crate::galera::{json, later};
use crate::system::files;

/// The key that all nodes have.
const KEY: &str = "CLUSTER_PRIMARY_HOST";
/// The command.
const COMMAND: &str = "cluster primary";
/// What a node does that does not do the background work any more.
const PUT_AWAY: &str = "--role slave clean-up-slave";
/// What a node does that is to do it.
const BRING_BACK: &str = "clean-up-slave --restore";
/// How long ssh may take to connect.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a node may take to tell its settings.
const ASK: Duration = Duration::from_secs(10);

/// What the user asks for.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The node that is to do the work; None: only look.
    pub to: Option<&'a str>,
    /// Carry it out.
    pub yes: bool,
    /// Why.
    pub reason: Option<&'a str>,
    /// When; None: now.
    pub at: Option<&'a str>,
    /// Nodes that are off and stay off.
    pub dead: &'a [String],
}

/// A change, for the history.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Change {
    time: String,
    from: String,
    to: String,
    reason: String,
}

/// What is needed to ask and to tell.
struct Hand<'a> {
    context: &'a Context<'a>,
    nodes: Nodes,
    remote: Remote,
}

/// Runs the command.
///
/// # Errors
/// Exit 3: a node that may go on with the work cannot be asked, or `--yes` is
/// missing. Exit 5: it was changed on some nodes only.
pub fn run(context: &Context<'_>, wish: Wish<'_>) -> anyhow::Result<Exit> {
    let hand = Hand {
        context,
        nodes: Nodes::find(context)?,
        remote: Remote::find(context, CONNECT)?,
    };
    let at = wish.at.map(|text| later::time(text, &jiff::Zoned::now()));
    let at = at.transpose()?;
    let to = wish.to.map(|name| hand.nodes.named(name)).transpose()?;
    let dead: Vec<usize> = wish
        .dead
        .iter()
        .map(|name| hand.nodes.named(name))
        .collect::<anyhow::Result<_>>()?;
    let lock = match to.is_some() && wish.yes && at.is_none() {
        true => crate::galera::lock(context, COMMAND)?,
        false => None,
    };
    let before = hand.claims();
    context.console.data(&table(&before))?;
    let Some(to) = to else {
        context.console.data(&history(context))?;
        hand.keep_result(&before, None, &[]);
        return Ok(Exit::Done);
    };
    if let Some((why, hint)) = claims::objection(&before, to, &dead) {
        hand.keep_result(&before, Some(to), &[]);
        let text = format!("nothing was changed: {why}");
        return Err(Stop::refused(text).hint(hint).into());
    }
    let steps = hand.steps(&before, to);
    let words: Vec<String> =
        steps.iter().map(|step| step.words.clone()).collect();
    hand.keep_result(&before, Some(to), &words);
    if steps.is_empty() {
        let name = &hand.nodes.all[to].name;
        let text = format!("{name} does the background work: nothing to do");
        context.console.note(&text);
        return Ok(Exit::Done);
    }
    if !wish.yes || context.only_looks() {
        return hand.only_said(&steps, to);
    }
    if let Some(at) = at {
        return hand.hand_over(at, to, &wish);
    }
    let done = hand.carry_out(&steps, &before, to, wish.reason);
    drop(lock);
    done
}

/// True if this node may do the background work: it is not part of a cluster
/// that names another one. Where it may not: why.
///
/// # Errors
/// Exit 3: the settings name no cluster.
pub fn may_work(context: &Context<'_>) -> anyhow::Result<Result<(), String>> {
    if context.settings.text(KEY).is_empty() {
        return Ok(Ok(()));
    }
    let hand = Hand {
        context,
        nodes: Nodes::find(context)?,
        remote: Remote::find(context, CONNECT)?,
    };
    let Some(own) = hand.nodes.own() else {
        return Ok(Err("this machine is not in GALERA_PEER_HOSTS".into()));
    };
    let own_word = context.settings.text(KEY);
    if hand.place_of(own_word) != Some(own) {
        return Ok(Err(format!("{own_word} does it ({KEY})")));
    }
    let claims = hand.claims();
    Ok(match claims::is_primary(&claims, own) {
        true => Ok(()),
        false => Err(format!(
            "not more than half of the nodes name this one ({KEY}): provha \
             cluster primary shows them"
        )),
    })
}

/// One step on one node.
struct Step {
    at: usize,
    words: String,
    script: String,
}

impl Hand<'_> {
    /// The node that a word names.
    fn place_of(&self, word: &str) -> Option<usize> {
        self.nodes.named(word).ok()
    }

    /// How the program is called on the nodes.
    fn program(&self) -> &str {
        self.context.settings.text("PROVHA__CLUSTER_PROVHA")
    }

    /// What all nodes have in their settings.
    fn claims(&self) -> Vec<Claim> {
        let script = format!("{} config show --json", self.program());
        let asked: Vec<Result<Option<usize>, String>> =
            std::thread::scope(|scope| {
                let ask = |node: &crate::cluster::nodes::Node| {
                    let (place, script) = (node.place(), script.clone());
                    scope.spawn(move || {
                        let said = self.remote.run(place, &script, ASK)?;
                        let word = word(&said.out).ok_or(said.last())?;
                        Ok(self.place_of(&word))
                    })
                };
                let asked: Vec<_> = self.nodes.all.iter().map(ask).collect();
                let broke = |_| Err("asking broke".to_string());
                asked
                    .into_iter()
                    .map(|t| t.join().unwrap_or_else(broke))
                    .collect()
            });
        let silent: Vec<usize> =
            (0..asked.len()).filter(|at| asked[*at].is_err()).collect();
        let mut signs = self.signs(&silent);
        let all = self.nodes.all.iter().zip(asked).enumerate();
        all.map(|(at, (node, names))| Claim {
            node: node.name.clone(),
            names,
            signs: signs.remove(&at).unwrap_or_default(),
        })
        .collect()
    }

    /// Signs of life of nodes that cannot be asked, as seen from here.
    fn signs(
        &self,
        silent: &[usize],
    ) -> std::collections::BTreeMap<usize, Vec<String>> {
        let mut found = std::collections::BTreeMap::new();
        if silent.is_empty() {
            return found;
        }
        let addresses: Vec<String> = silent
            .iter()
            .map(|at| self.nodes.all[*at].address.to_string())
            .collect();
        let ssh = self.context.settings.number("SLAVE_SSH_PORT");
        let script = collect::alive(&addresses, ssh);
        let said = self.remote.run(Place::Here, &script, ASK);
        let out = said.map_or_else(|_| String::new(), |said| said.out);
        for (number, sign) in collect::read_signs("this machine", &out) {
            if let Some(at) = silent.get(number) {
                let of: &mut Vec<String> = found.entry(*at).or_default();
                of.push(sign);
            }
        }
        found
    }

    /// The steps of a change.
    fn steps(&self, before: &[Claim], to: usize) -> Vec<Step> {
        let name = |at: usize| &self.nodes.all[at].name;
        let value = self.nodes.all[to].name.clone();
        let works = claims::primary(before);
        let pending = self.pending(before, to);
        let is_new = works != Some(to);
        let mut steps: Vec<Step> = claims::order(before, to)
            .into_iter()
            .map(|at| Step {
                at,
                words: format!("{}: {KEY}={value}", name(at)),
                script: set(self.program(), &value),
            })
            .collect();
        let program = self.program();
        for (at, claim) in before.iter().enumerate() {
            let must = pending[at] || (works == Some(at) && is_new);
            if at != to && claim.names.is_ok() && must {
                steps.push(Step {
                    at,
                    words: format!("{}: clean-up-slave", name(at)),
                    script: format!("{program} {PUT_AWAY}"),
                });
            }
        }
        if is_new || pending[to] {
            steps.push(Step {
                at: to,
                words: format!("{}: clean-up-slave --restore", name(to)),
                script: format!("{program} {BRING_BACK}"),
            });
        }
        steps
    }

    /// Where something is to be put away, or to be brought back: what a change
    /// that was interrupted has left undone, and what a node that was dead then
    /// still has.
    fn pending(&self, before: &[Claim], to: usize) -> Vec<bool> {
        let ask = |(at, claim): (usize, &Claim)| {
            let work = if at == to { BRING_BACK } else { PUT_AWAY };
            let script =
                format!("{} {work} --dry-run --exit-code", self.program());
            let place = self.nodes.all[at].place();
            let can = claim.names.is_ok();
            move || {
                let said = can.then(|| self.remote.run(place, &script, ASK));
                let pending = Exit::Pending as i32;
                said.is_some_and(|s| s.is_ok_and(|s| s.code == pending))
            }
        };
        std::thread::scope(|scope| {
            let all: Vec<_> = before
                .iter()
                .enumerate()
                .map(|node| scope.spawn(ask(node)))
                .collect();
            all.into_iter().map(|t| t.join().unwrap_or(false)).collect()
        })
    }

    /// Hands the change to the system's timer.
    fn hand_over(
        &self,
        at: jiff::civil::DateTime,
        to: usize,
        wish: &Wish<'_>,
    ) -> anyhow::Result<Exit> {
        let name = &self.nodes.all[to].name;
        let mut words: Vec<String> =
            ["cluster", "primary", name, "--yes"].map(String::from).into();
        for node in wish.dead {
            words.extend(["--dead".into(), node.clone()]);
        }
        words.extend(wish.reason.map(|why| format!("--reason={why}")));
        let script = later::script(&self.context.settings, at, &words);
        later::order(&self.remote, &script)?;
        self.context.console.note(&format!(
            "nothing was changed yet: {name} is to do the background work from \
             {} on; all is looked at again then",
            at.strftime("%F %T")
        ));
        Ok(Exit::Done)
    }

    /// Without `--yes`: the plan.
    fn only_said(&self, steps: &[Step], to: usize) -> anyhow::Result<Exit> {
        let mut text = String::from("\nplan:\n");
        for (number, step) in steps.iter().enumerate() {
            let line = self.remote.line(self.nodes.all[step.at].place());
            let last = step.script.lines().last().unwrap_or_default();
            let _ = writeln!(text, "{:2}. {}", number + 1, step.words);
            let _ = writeln!(text, "    {line} <<< '{last}'");
        }
        self.context.console.data(&text)?;
        if self.context.only_looks() {
            return Ok(self.context.exit(true));
        }
        let name = &self.nodes.all[to].name;
        let hint = format!("provha cluster primary {name} --yes --reason WHY");
        let text = "nothing was changed: a change needs --yes";
        Err(Stop::refused(text).hint(hint).into())
    }

    /// Carries the change out.
    fn carry_out(
        &self,
        steps: &[Step],
        before: &[Claim],
        to: usize,
        reason: Option<&str>,
    ) -> anyhow::Result<Exit> {
        let context = self.context;
        let settings = &context.settings;
        if let Some(last) = journal::interrupted(&journal::path(settings)) {
            context.console.note(&format!(
                "an earlier run was interrupted at {}, {}: {}",
                last.time, last.what, last.text
            ));
        }
        let mut journal = Journal::begin(settings, context.number, COMMAND)?;
        for (done, step) in steps.iter().enumerate() {
            context.console.note(&step.words);
            journal.line("step", &step.words)?;
            let node = &self.nodes.all[step.at];
            let limit = context.command_timeout().max(ASK);
            let said = self.remote.run(node.place(), &step.script, limit);
            let ended = said.and_then(|said| match said.code {
                0 => Ok(()),
                code => Err(format!("ended with {code}: {}", said.last())),
            });
            if let Err(why) = ended {
                journal.line("failed", &why)?;
                journal.line("end", "failed")?;
                let exit = if done == 0 { Exit::Failed } else { Exit::Broken };
                let message = format!("{}: {why}", step.words);
                let hint = "run it again: it goes on from where the nodes are; \
                            never do two nodes the work";
                let hint = Some(hint.into());
                return Err(Stop { exit, message, hint }.into());
            }
            journal.line("done", &step.words)?;
        }
        journal.line("end", "done")?;
        let name = &self.nodes.all[to].name;
        let from = match claims::primary(before) {
            // What an interrupted change had done already.
            Some(at) if at == to => last_change(context)
                .map(|last| last.to)
                .filter(|last| last != name),
            Some(at) => Some(before[at].node.clone()),
            None => None,
        };
        let from = from.as_deref().unwrap_or("nobody");
        remember(context, from, name, reason.unwrap_or_default())?;
        let after = self.claims();
        context.console.data(&format!("\n{}", table(&after)))?;
        self.keep_result(&after, Some(to), &[]);
        context.console.note(
            "to be done by a person: where the GUI moves, too, exchange \
             provha.master and provha.slaves there, then PROVHA__OWN_STATE on \
             both nodes, then provha pair leave and join: dhcpd's primary and \
             secondary follow the table, not this command",
        );
        Ok(Exit::Done)
    }

    /// Keeps the result for `--json`.
    fn keep_result(
        &self,
        claims: &[Claim],
        to: Option<usize>,
        steps: &[String],
    ) {
        let name = |at: usize| self.nodes.all[at].name.clone();
        self.context.console.result(&json::Primary {
            command: COMMAND,
            dry_run: self.context.only_looks(),
            primary: claims::primary(claims).map(name),
            wanted: to.map(name),
            nodes: claims
                .iter()
                .map(|claim| json::PrimaryNode {
                    node: claim.node.clone(),
                    names: claim.names.clone().ok().flatten().map(name),
                    error: claim.names.clone().err(),
                })
                .collect(),
            steps: steps.to_vec(),
        });
    }
}

/// The nodes as a table.
fn table(claims: &[Claim]) -> String {
    let now = claims::primary(claims);
    let mut out =
        String::from("NODE                 NAMES                WORK\n");
    for (at, claim) in claims.iter().enumerate() {
        let names = match &claim.names {
            Ok(None) => "-".to_string(),
            Ok(Some(named)) => claims[*named].node.clone(),
            Err(why) => format!("not asked: {why}"),
        };
        let work = if now == Some(at) { "background" } else { "-" };
        let _ = writeln!(out, "{:<20} {names:<20} {work}", claim.node);
    }
    if now.is_none() {
        out += "no node is named by more than half of all: none does the \
                background work\n";
    }
    out
}

/// The node that the settings of a node name, out of its `config show`.
fn word(text: &str) -> Option<String> {
    let object: serde_json::Value = serde_json::from_str(text).ok()?;
    let settings = object["settings"].as_array()?;
    let setting = settings.iter().find(|setting| setting["key"] == KEY)?;
    Some(setting["value"].as_str()?.to_string())
}

/// The script that writes the key where it stands, or else into provha.env:
/// beside its place, then renamed. What the program reads afterwards counts.
fn set(program: &str, value: &str) -> String {
    let value = quoted(value);
    format!(
        "value={value}\n\
         read_back() {{ {program} config show --origin | grep '^{KEY}='; }}\n\
         place=$(read_back | sed -n 's/.*  # //p')\n\
         file=${{place%:*}} line=${{place##*:}}\n\
         case $place in\n\
         /*:[0-9]*) ;;\n\
         'the default') file={ENV_DIR}/provha.env line= ;;\n\
         *) echo \"{KEY} comes from $place\" >&2; exit 1 ;;\n\
         esac\n\
         new=$(dirname \"$file\")/.provha-tmp.primary\n\
         if [ -e \"$file\" ]; then cp -p -- \"$file\" \"$new\" || exit 1\n\
         else mkdir -p {ENV_DIR} && (umask 077; : >\"$new\") || exit 1; fi\n\
         if [ -n \"$line\" ]; then\n\
         \x20 sed -i \"${{line}}s|.*|{KEY}=$value|\" \"$new\" || exit 1\n\
         else\n\
         \x20 [ -z \"$(tail -c 1 \"$new\")\" ] || echo >>\"$new\"\n\
         \x20 echo \"{KEY}=$value\" >>\"$new\" || exit 1\n\
         fi\n\
         sync \"$new\"; mv -- \"$new\" \"$file\" || exit 1\n\
         read_back | grep -q \"^{KEY}=$value \" || {{ echo \"{KEY} was \
         written to $file, and another place still wins\" >&2; exit 1; }}\n"
    )
}

/// Where the history lies.
fn history_path(context: &Context<'_>) -> PathBuf {
    context.settings.path("PROVHA__STATE_DIR").join("primary.log")
}

/// Adds a change to the history.
fn remember(
    context: &Context<'_>,
    from: &str,
    to: &str,
    reason: &str,
) -> anyhow::Result<()> {
    let path = history_path(context);
    if let Some(dir) = path.parent() {
        files::make_dirs(dir)?;
    }
    let change = Change {
        time: jiff::Zoned::now().strftime("%F %T %:z").to_string(),
        from: from.into(),
        to: to.into(),
        reason: reason.into(),
    };
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.create(true).append(true).open(path)?;
    let line = serde_json::to_string(&change)? + "\n";
    Ok(file.write_all(line.as_bytes())?)
}

/// All changes, the oldest first.
fn changes(context: &Context<'_>) -> Vec<Change> {
    let text = files::read_text(&history_path(context)).unwrap_or_default();
    let lines = text.lines();
    lines.filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The last change.
fn last_change(context: &Context<'_>) -> Option<Change> {
    changes(context).pop()
}

/// The last changes, for people.
fn history(context: &Context<'_>) -> String {
    let changes = changes(context);
    let from = changes.len().saturating_sub(10);
    let mut out = String::new();
    for Change { time, from, to, reason } in &changes[from..] {
        let _ = writeln!(out, "{time}  {from} -> {to}  {reason}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the script against a stand-in for the program, twice.
    #[test]
    fn the_key_is_written_where_it_stands() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.env");
        let put = |text: &str| {
            let mut file = std::fs::File::create(&file).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        };
        put("# x\nCLUSTER_PRIMARY_HOST=192.0.2.1\nOTHER=1\n");
        let program = format!(
            "provha() {{ sed -n 's|^{KEY}=.*|&  # {0}:2|p' {0}; }}\n",
            file.display()
        );
        let script = program + &set("provha", "192.0.2.7");
        for _ in 0..2 {
            let mut bash = std::process::Command::new("bash");
            let ended = bash.args(["-c", &script]).output().unwrap();
            assert!(ended.status.success(), "{ended:?}");
            let text = std::fs::read_to_string(&file).unwrap();
            let wanted = "# x\nCLUSTER_PRIMARY_HOST=192.0.2.7\nOTHER=1\n";
            assert_eq!(text, wanted);
        }
    }

    #[test]
    fn the_word_of_a_node() {
        let text = "{\"settings\":[{\"key\":\"CLUSTER_PRIMARY_HOST\",\
                    \"value\":\"a\",\"origin\":\"x:1\"}]}";
        assert_eq!(word(text).as_deref(), Some("a"));
        assert_eq!(word("no json"), None);
    }
}
