//! What `--json` prints: one object a run, whatever happens. The schemas in
//! docs/json/ are made of these types.

pub mod docsis;
pub mod status;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

pub use self::docsis::{
    CheckFinding, CheckRule, Checked, CheckedFile, Compared, ComparedChange,
    Decoded, Described, DescribedOne, Encoded, EncodedFile, Verified,
    VerifiedCheck,
};
pub use self::status::{StatusFinding, StatusMute, StatusMutes, StatusPool};

/// What every object has, however the run ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Ending {
    /// The exit code.
    pub exit: u8,
    /// What was odd besides the findings, a line each.
    pub warnings: Vec<String>,
    /// With --diff: what would change in device files, in groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fleet: Option<Vec<FleetGroup>>,
    /// With --diff: what changed, or would change, file by file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<Vec<FileDiff>>,
}

/// The changes of one file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FileDiff {
    /// The file, without the root and a leading slash.
    pub file: String,
    /// The changes as people read them: a unified diff, or a line a setting.
    /// Secrets are masked.
    pub text: String,
}

/// Devices whose files change in the same way; each changed file is in one
/// group.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FleetGroup {
    /// modem or MTA.
    pub kind: String,
    /// What changes. Secrets are masked.
    pub what: String,
    /// How many devices.
    pub devices: usize,
    /// How many of their files.
    pub files: usize,
    /// The lowest ids, up to ten.
    pub ids: Vec<u32>,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ErrorObject {
    /// What happened, and where.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// The object of a run that got as far as a result.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Complete<T> {
    /// What the command found or did.
    #[serde(flatten)]
    pub result: T,
    /// How it ended.
    #[serde(flatten)]
    pub ending: Ending,
    /// What went wrong after that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorObject>,
}

/// The object of a run that failed before there was a result.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Failure {
    /// The command; null where the command line was not understood.
    pub command: Option<String>,
    /// How it ended.
    #[serde(flatten)]
    pub ending: Ending,
    /// What went wrong.
    pub error: ErrorObject,
}

/// Either of them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Answer<T> {
    /// It has a result.
    Complete(Complete<T>),
    /// It failed before.
    Failure(Failure),
}

/// What a command prints that writes its object as it reads.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Streamed<T> {
    /// The object as it is made.
    Complete(T),
    /// It failed before it began.
    Failure(Failure),
}

/// The schema of a command's object. Unknown members are wrong in it, so
/// that none goes undocumented.
pub fn schema<T: JsonSchema>(command: &str) -> Value {
    schema_of::<Answer<T>>(command)
}

/// The same of an object that is one of several.
pub fn schema_of<T: JsonSchema>(command: &str) -> Value {
    let schema = schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>();
    let mut schema = Value::from(schema);
    schema["title"] = format!("provha {command} --json").into();
    if let Some(variants) = schema["anyOf"].as_array_mut() {
        for variant in variants {
            close(variant);
        }
    }
    if let Some(parts) = schema["$defs"].as_object_mut() {
        parts.values_mut().for_each(close);
    }
    schema
}

/// Forbids members that the schema does not name. What is reached by a
/// reference beside own members counts as named.
fn close(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    if !object.contains_key("additionalProperties") {
        object.insert("unevaluatedProperties".into(), false.into());
    }
}

/// A result as the members of an object.
pub fn members<T: Serialize>(result: &T) -> Map<String, Value> {
    match serde_json::to_value(result) {
        Ok(Value::Object(members)) => members,
        // No result type of ours is anything else; the schema test says so.
        _ => Map::new(),
    }
}

/// The result of `dhcp`, `dns`, `time` and `configfile`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Run<'a> {
    /// The command.
    pub command: &'a str,
    /// master, slave or standalone.
    pub role: &'a str,
    /// Whether it only looked.
    pub dry_run: bool,
    /// Files that were, or would be, written.
    pub written: &'a [String],
    /// Files that were, or would be, removed.
    pub removed: &'a [String],
    /// Files and directories whose owner or permissions were corrected.
    pub mended: &'a [String],
    /// Zones whose SOA, NS or server address was updated.
    pub zones_updated: &'a [String],
    /// DNS records of devices.
    pub names: Names,
    /// Daemons that were restarted.
    pub restarted: &'a [&'static str],
    /// Why what was made is not live yet; null: it is.
    pub waits: Option<&'a str>,
    /// How long it took.
    pub seconds: f64,
    /// What is wrong with the rows.
    pub findings: Vec<FoundRow<'a>>,
}

/// DNS records of devices that were added and removed.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Names {
    /// Records that came.
    pub added: usize,
    /// Records that went.
    pub removed: usize,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FoundRow<'a> {
    /// The table, as the schema calls it.
    pub table: &'a str,
    /// The row's id.
    pub id: u32,
    /// The column; empty where the row as a whole is meant.
    pub column: &'a str,
    /// What is wrong, and what was done about it.
    pub reason: &'a str,
    /// Whether the row is left out because of it.
    pub quarantined: bool,
    /// The devices concerned, where many share the row.
    pub devices: Option<FoundDevices<'a>>,
}

/// The devices behind a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FoundDevices<'a> {
    /// The table of the ids.
    pub table: &'a str,
    /// How many there are.
    pub count: usize,
    /// The ten lowest ids.
    pub first: &'a [u32],
}

/// The result of `rebuild`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rebuild<'a> {
    /// The command.
    pub command: &'a str,
    /// master, slave or standalone.
    pub role: &'a str,
    /// Whether it only looked.
    pub dry_run: bool,
    /// Seconds after which everything is made again.
    pub interval: u32,
    /// Whether tables were read: the commit position alone may tell that
    /// nothing changed.
    pub tables_read: bool,
    /// The outputs that were made.
    pub ran: Vec<RebuiltPart<'a>>,
    /// How long it took.
    pub seconds: f64,
    /// What is wrong with the rows that were read, each once.
    pub findings: Vec<FoundRow<'a>>,
}

/// One output that `rebuild` made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RebuiltPart<'a> {
    /// The output.
    pub part: &'a str,
    /// Why it was made.
    pub why: String,
    /// The devices concerned, where they are known one by one.
    pub devices: Option<Vec<u32>>,
    /// The exit code that its end leads to.
    pub exit: u8,
    /// Files written; null where it failed.
    pub written: Option<&'a [String]>,
    /// Files removed; null where it failed.
    pub removed: Option<&'a [String]>,
    /// Daemons restarted; null where it failed.
    pub restarted: Option<&'a [&'static str]>,
    /// DNS records of devices; null where it failed.
    pub names: Option<Names>,
    /// How long it took.
    pub seconds: f64,
}

/// The result of `rollback`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Rollback<'a> {
    /// The command.
    pub command: &'a str,
    /// The generation that is, or would be, live again.
    pub generation: u64,
    /// Whether it only looked.
    pub dry_run: bool,
    /// Files put back.
    pub written: &'a [String],
    /// Files removed.
    pub removed: &'a [String],
    /// Daemons restarted.
    pub restarted: &'a [&'static str],
    /// How long it took.
    pub seconds: f64,
}

/// The result of `config show`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConfigShow {
    /// The command.
    pub command: &'static str,
    /// Every key.
    pub settings: Vec<Setting>,
}

/// One key of the configuration.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// The value that holds; null where it is a secret.
    pub value: Option<String>,
    /// Where it comes from: FILE:LINE, the environment, an option, or the
    /// default.
    pub origin: String,
}

/// The result of `log`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Log {
    /// The command.
    pub command: &'static str,
    /// The device that was asked for; without one: absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The kept generations, the live one last; with a device those that
    /// changed something of it.
    pub generations: Vec<Generation>,
}

/// One generation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Generation {
    /// Its number.
    pub number: u64,
    /// When it became live, seconds since 1970 (UTC).
    pub time: i64,
    /// The command that made it.
    pub command: String,
    /// How many files became live.
    pub written: usize,
    /// How many files went.
    pub removed: usize,
    /// Whether it is live.
    pub live: bool,
    /// Whether its daemon was not seen to answer: its run was killed.
    pub unverified: bool,
    /// Why, as `--reason` said; empty where it did not.
    pub reason: String,
    /// With a device: what it changed for it, file by file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<ChangedFile>>,
}

/// What changed for a device in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangedFile {
    /// The file, without the root.
    pub file: String,
    /// The changes in words, a line each. Secrets are masked.
    pub changes: Vec<String>,
}

/// The result of `diff`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Diff {
    /// The command.
    pub command: &'static str,
    /// Generation to compare from.
    pub from: u64,
    /// Generation to compare to.
    pub to: u64,
    /// Changed files whose changes are not shown, because they are many.
    pub not_shown: usize,
    /// The device that was asked for; without one: absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// With a device: what changed for it, file by file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<ChangedFile>>,
}

/// The result of `failover state`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FailoverState {
    /// The command.
    pub command: &'static str,
    /// This node.
    pub own: FailoverSide,
    /// Its peer.
    pub peer: FailoverSide,
    /// Whether both are in normal operation.
    pub normal: bool,
}

/// One node of a failover pair.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FailoverSide {
    /// Its address.
    pub address: String,
    /// primary or secondary.
    pub role: &'static str,
    /// Whether it answers.
    pub reachable: bool,
    /// The state it says that it is in; null where it does not answer.
    pub local_state: Option<&'static str>,
    /// The state it says that its partner is in.
    pub partner_state: Option<&'static str>,
    /// The maximum client lead time, seconds.
    pub mclt: Option<u32>,
    /// Why there is no state.
    pub error: Option<String>,
}

/// The result of `failover wait`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FailoverWait {
    /// The command.
    pub command: &'static str,
    /// The state that was waited for.
    pub wanted: &'static str,
    /// Whether it was reached.
    pub reached: bool,
    /// How long that took.
    pub seconds: f64,
}

/// The result of `failover partner-down`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartnerDown<'a> {
    /// The command.
    pub command: &'static str,
    /// The state of this node's dhcpd.
    pub local_state: &'static str,
    /// The state that it believes its partner in.
    pub partner_state: &'static str,
    /// The partner's address.
    pub peer: String,
    /// What was asked to find out whether it is dead.
    pub proofs: Vec<PeerProof<'a>>,
    /// Whether this node is in partner-down now.
    pub partner_down: bool,
    /// set, already, possible, or why it was refused.
    pub outcome: &'a str,
}

/// One question to the peer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PeerProof<'a> {
    /// What was asked.
    pub what: &'a str,
    /// What the answer says, in a word.
    pub sign: &'a str,
    /// The same for people.
    pub words: &'a str,
}

/// The result of `sync-ha-master-files`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Sync {
    /// The command.
    pub command: &'static str,
    /// Always master.
    pub role: &'static str,
    /// Whether it only looked.
    pub dry_run: bool,
    /// One entry a slave; empty where nobody was asked.
    pub slaves: Vec<SyncSlave>,
    /// How long it took.
    pub seconds: f64,
}

/// What one slave was sent.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SyncSlave {
    /// Its address.
    pub slave: String,
    /// One entry a path.
    pub paths: Vec<SyncPath>,
}

/// One path that was sent.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SyncPath {
    /// The path.
    pub path: String,
    /// How it ended, in a word.
    pub result: &'static str,
    /// What changed in it.
    pub items: Vec<SyncItem>,
    /// Octets of the files that were, or would be, sent.
    pub bytes: u64,
    /// Whether files vanished here while they were sent.
    pub vanished: bool,
    /// What went wrong.
    pub error: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// One changed entry of a path.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SyncItem {
    /// What changes, in a word.
    pub change: &'static str,
    /// Its name below the path.
    pub name: String,
    /// Its length, octets.
    pub bytes: u64,
}

/// The result of `clean-up-slave`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CleanUp<'a> {
    /// The command.
    pub command: &'static str,
    /// Whether it only looked.
    pub dry_run: bool,
    /// Paths put away.
    pub moved: &'a [std::path::PathBuf],
    /// Paths brought back.
    pub restored: &'a [std::path::PathBuf],
    /// Older ones of the store that were set aside.
    pub set_aside: &'a [std::path::PathBuf],
    /// Paths that were in the way of their own return.
    pub conflicts: &'a [std::path::PathBuf],
    /// How many moves failed.
    pub failed: usize,
    /// How long it took.
    pub seconds: f64,
}

/// The result of `status`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Status {
    /// The command.
    pub command: &'static str,
    /// The worst state of all checks: ok, unknown, warning, critical.
    pub state: &'static str,
    /// master, slave, standalone; empty where it is not known.
    pub role: String,
    /// The host name.
    pub host: String,
    /// The checks.
    pub checks: Vec<StatusCheck>,
    /// What is wrong: root causes, the worst first, each with those that it
    /// explains behind it; muted ones last.
    pub findings: Vec<StatusFinding>,
    /// The address pools, the fullest first.
    pub pools: Vec<StatusPool>,
    /// The names of checks that were not made.
    pub left_out: Vec<&'static str>,
    /// How long it took.
    pub seconds: f64,
}

/// One check of `status`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatusCheck {
    /// Its name.
    pub name: &'static str,
    /// ok, unknown, warning or critical.
    pub state: &'static str,
    /// The code of what is wrong; null where it is ok.
    pub code: Option<&'static str>,
    /// What was found.
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Its numbers by name; those with a label as an object of their own.
    pub values: BTreeMap<&'static str, StatusValue>,
}

/// A number of a check, or several by their label.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum StatusValue {
    /// One.
    One(f64),
    /// Several.
    Labelled(BTreeMap<String, f64>),
}

/// The result of `demo`, `man` and `completions`: what was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Pages {
    /// The command.
    pub command: &'static str,
    /// Files or directories that were made.
    pub written: Vec<String>,
    /// The text that the command prints without --json.
    pub text: String,
}
