//! The objects that `--json` prints about the cluster.

use schemars::JsonSchema;
use serde::Serialize;

use crate::galera::choose::{Choice, Known};
use crate::galera::facts::{Server, Standing};

/// The result of `cluster galera recover`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Recover {
    /// The command.
    pub command: &'static str,
    /// True if it only looked.
    pub dry_run: bool,
    /// What each node says.
    pub nodes: Vec<RecoverNode>,
    /// healthy, join, wait, together, promote, bootstrap or refuse.
    pub choice: &'static str,
    /// Why.
    pub why: String,
    /// The node that goes first; null where none does.
    pub first: Option<String>,
    /// Nodes that are left as they are, and why.
    pub left: Vec<String>,
    /// Which commits may be gone.
    pub gone: Vec<String>,
    /// The steps, in words.
    pub steps: Vec<String>,
    /// How many of them were done.
    pub done: usize,
    /// How many tables are equal on all nodes; null: they were not compared.
    pub equal_tables: Option<usize>,
    /// Tables that are not equal.
    pub different_tables: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

/// One node.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RecoverNode {
    /// As it stands in GALERA_PEER_HOSTS.
    pub node: String,
    /// stopped, mute, running or not-asked.
    pub server: &'static str,
    /// True if it is in a primary component.
    pub primary: bool,
    /// The state of its data; null: none, or not known.
    pub uuid: Option<String>,
    /// The last commit that it has.
    pub seqno: Option<i64>,
    /// True if it was the last one to leave.
    pub safe_to_bootstrap: bool,
    /// True if its data were given up.
    pub lost: bool,
    /// Why it, or its position, is not known.
    pub error: Option<String>,
}

/// A node for the object.
pub fn node(known: &Known) -> RecoverNode {
    let mut out = RecoverNode {
        node: known.name.clone(),
        server: "not-asked",
        primary: false,
        uuid: None,
        seqno: None,
        safe_to_bootstrap: false,
        lost: known.lost,
        error: None,
    };
    let facts = match &known.told {
        Ok(facts) => facts,
        Err(why) => {
            out.error = Some(why.clone());
            return out;
        }
    };
    out.server = match facts.server {
        Server::Stopped => "stopped",
        Server::Mute(_) => "mute",
        Server::Runs(_) => "running",
    };
    out.primary = facts.member().is_some_and(|member| member.primary);
    out.safe_to_bootstrap = facts.grastate.as_ref().is_some_and(|g| g.safe);
    match facts.standing() {
        Standing::Empty => {}
        Standing::Unknown(why) => out.error = Some(why),
        Standing::At { position, .. } => {
            out.uuid = Some(position.uuid);
            out.seqno = Some(position.seqno);
        }
    }
    out
}

/// The word for a choice.
pub fn word(choice: &Choice) -> &'static str {
    match choice {
        Choice::Healthy => "healthy",
        Choice::Join { .. } => "join",
        Choice::Wait => "wait",
        Choice::Together { .. } => "together",
        Choice::Promote { .. } => "promote",
        Choice::Bootstrap { .. } => "bootstrap",
        Choice::Refuse { .. } => "refuse",
    }
}

/// The result of `cluster status`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClusterStatus {
    /// The command.
    pub command: &'static str,
    /// The worst state of all checks: ok, unknown, warning, critical.
    pub state: &'static str,
    /// The nodes, in the order of GALERA_PEER_HOSTS.
    pub nodes: Vec<StatusNode>,
    /// The checks.
    pub checks: Vec<ClusterCheck>,
    /// How long it took.
    pub seconds: f64,
}

/// One node as `cluster status` sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusNode {
    /// As it stands in GALERA_PEER_HOSTS.
    pub node: String,
    /// True if it is this machine.
    pub own: bool,
    /// True if it is in a primary component.
    pub primary: bool,
    /// True if it has all data and takes part.
    pub synced: bool,
    /// What it does, in words.
    pub doing: String,
    /// Members of its component; null: it does not answer.
    pub size: Option<u32>,
    /// Its last commit.
    pub committed: Option<i64>,
    /// The state of its data.
    pub uuid: Option<String>,
    /// Share of the time that writers were held back, 0 to 1.
    pub flow_control_paused: Option<f64>,
    /// Commits that wait to be applied.
    pub recv_queue: Option<f64>,
    /// innodb_flush_log_at_trx_commit.
    pub flush: Option<u8>,
    /// True if grastate.dat marks it as the first.
    pub safe_to_bootstrap: bool,
    /// Why it could not be asked by SQL.
    pub sql_error: Option<String>,
    /// Why it could not be asked by ssh.
    pub ssh_error: Option<String>,
}

/// One check of `cluster status`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClusterCheck {
    /// Its name.
    pub name: &'static str,
    /// ok, unknown, warning or critical.
    pub state: &'static str,
    /// What was found.
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The result of `cluster crosscheck`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Crosscheck {
    /// The command.
    pub command: &'static str,
    /// Who sees whom.
    pub rows: Vec<CrossRow>,
    /// What follows for each machine.
    pub verdicts: Vec<CrossVerdict>,
    /// How long it took.
    pub seconds: f64,
}

/// What one machine sees of another one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CrossRow {
    /// Who looks.
    pub from: String,
    /// At whom.
    pub to: String,
    /// Results by what was asked: ok, mute, refused, silent, unreachable,
    /// not-asked.
    pub seen: std::collections::BTreeMap<String, String>,
}

/// What follows for a machine.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CrossVerdict {
    /// The machine.
    pub node: String,
    /// well, partly, hidden, frozen, server-down or silent.
    pub verdict: &'static str,
    /// The same in words.
    pub text: String,
}

/// The result of `cluster galera init`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Init {
    /// The command.
    pub command: &'static str,
    /// True if it only looked.
    pub dry_run: bool,
    /// first, join or done.
    pub turn: &'static str,
    /// The configuration file.
    pub file: String,
    /// The steps, in words.
    pub steps: Vec<String>,
    /// How many of them were done.
    pub done: usize,
    /// How many tables are equal on all nodes; null: they were not compared.
    pub equal_tables: Option<usize>,
    /// How long it took.
    pub seconds: f64,
}

/// The result of `cluster galera arbiter`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Arbiter {
    /// The command.
    pub command: &'static str,
    /// True if it only looked.
    pub dry_run: bool,
    /// The configuration file.
    pub file: String,
    /// True if something was, or would be, changed.
    pub changed: bool,
    /// How long it took.
    pub seconds: f64,
}

/// The result of `cluster primary`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Primary {
    /// The command.
    pub command: &'static str,
    /// True if it only looked.
    pub dry_run: bool,
    /// The node that does the background work; null: none does.
    pub primary: Option<String>,
    /// The node that is to do it; null: it was only shown.
    pub wanted: Option<String>,
    /// What each node has in its settings.
    pub nodes: Vec<PrimaryNode>,
    /// Steps that are still to be done, in words.
    pub steps: Vec<String>,
}

/// What one node has in its settings.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PrimaryNode {
    /// The node.
    pub node: String,
    /// The node that it names; null: none.
    pub names: Option<String>,
    /// Why it could not be asked.
    pub error: Option<String>,
}
