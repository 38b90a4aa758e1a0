//! What `explain` found: printed for people by `show`, and as it is by
//! `--json`.

use schemars::JsonSchema;
use serde::Serialize;

/// The result of `explain`.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Explained {
    /// The command.
    pub command: &'static str,
    /// The device; null where it was not found.
    pub device: Option<Named>,
    /// database, or live files where the database could not be read.
    pub source: &'static str,
    /// Other devices that the same word could mean.
    pub also: Vec<String>,
    /// Rows that belong to it: its modem, its adapters, its numbers.
    pub related: Vec<String>,
    /// What is wrong with its rows and its file.
    pub findings: Vec<FoundAt>,
    /// Its lines in the live dhcpd set.
    pub lines: Vec<SetLine>,
    /// What dhcpd tells it: first this node's, then the peer's.
    pub nodes: Vec<Node>,
    /// Its boot file; null: its kind has none.
    pub file: Option<BootFile>,
    /// The leases that it has or had last.
    pub leases: Vec<LeaseText>,
    /// The names that lead to it in the DNS.
    pub names: Vec<String>,
    /// The kept generations that touched it, newest first.
    pub generations: Vec<Touch>,
    /// What the next run would change; null: not known without the database.
    pub pending: Option<Vec<Pending>>,
}

/// A device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Named {
    /// As commands take it: cm-7, mta-7, endpoint-7, or its host name or MAC.
    pub name: String,
    /// modem, mta, endpoint, or lease: not in the database.
    pub kind: &'static str,
    /// The id of its row.
    pub id: Option<u32>,
    /// Its MAC.
    pub mac: Option<String>,
    /// The name that it is served under.
    pub host_name: Option<String>,
    /// What led to it: a column, a host line, a lease.
    pub found_by: String,
}

/// A finding.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FoundAt {
    /// The table.
    pub table: String,
    /// The row's id.
    pub id: u32,
    /// The column; empty: the row as a whole.
    pub column: String,
    /// What is wrong, and what was done about it.
    pub reason: String,
    /// Whether the row is left out because of it.
    pub quarantined: bool,
}

/// A line of a file of the dhcpd set.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SetLine {
    /// The file, below /etc/dhcp-nmsprime; whole where it is Kea's.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
}

/// What one node's dhcpd tells the device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Node {
    /// this node, or peer.
    pub node: &'static str,
    /// Its address.
    pub address: Option<String>,
    /// live files, or the database: what the next run renders for it.
    pub source: &'static str,
    /// Why it tells nothing.
    pub silent: Option<String>,
    /// The pool of its lease, or the pools that its address may come from.
    pub pools: Vec<String>,
    /// The settings.
    pub settings: Vec<Told>,
}

/// A setting that dhcpd tells the device, or uses for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Told {
    /// Such as `option routers`.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The file that it stands in.
    pub file: String,
    /// The line, from 1; 0: not known.
    pub line: usize,
    /// The scope: global, a subnet, a class, a host.
    pub scope: String,
}

/// A boot file.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct BootFile {
    /// Its path.
    pub path: String,
    /// Its length, octets; null: it is not there, or cannot be read.
    pub octets: Option<u64>,
    /// When it was written, seconds since 1970.
    pub time: Option<i64>,
    /// Why there is none, or why it cannot be read.
    pub missing: Option<String>,
    /// What it gives to the customer.
    pub service: Vec<String>,
    /// What is wrong with it.
    pub faults: Vec<String>,
    /// Its settings as text. Secrets are masked.
    pub settings: Vec<String>,
    /// The configfiles that it is made of, its own first.
    pub chain: Vec<Level>,
    /// Its text, line by line, with where each comes from.
    pub text: Vec<TextLine>,
}

/// A configfile.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Level {
    /// configfile.id.
    pub id: u32,
    /// Its name; empty where the database was not read.
    pub name: String,
    /// Its parent.
    pub parent: Option<u32>,
    /// Its firmware image or dial plan.
    pub firmware: Option<String>,
    /// Rows of its text.
    pub rows: Option<usize>,
}

/// A line of a device's text.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TextLine {
    /// The line, from 1.
    pub line: usize,
    /// Its text. Secrets are masked.
    pub text: String,
    /// The configfile that it comes from; null: the header or the frame.
    pub configfile: Option<u32>,
    /// The row of that configfile's text.
    pub row: Option<u32>,
    /// The columns whose values stand in it.
    pub columns: Vec<String>,
}

/// A lease as the lease file has it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LeaseText {
    /// The address.
    pub address: String,
    /// active, or what else dhcpd says.
    pub state: String,
    /// Whether the device holds it now.
    pub active: bool,
    /// When dhcpd last heard of it, seconds since 1970.
    pub since: i64,
    /// When it ends, seconds since 1970; null: never.
    pub ends: Option<i64>,
    /// The client's MAC.
    pub mac: Option<String>,
    /// The MAC of the modem that it is behind.
    pub behind: Option<String>,
    /// The name that the client says it has.
    pub client_name: Option<String>,
}

/// A generation that touched the device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Touch {
    /// Its number.
    pub number: u64,
    /// When it became live, seconds since 1970.
    pub time: i64,
    /// The command that made it.
    pub command: String,
    /// Why it was made, where the run was given a reason.
    pub reason: Option<String>,
    /// Files of the device that it wrote or removed.
    pub files: Vec<String>,
}

/// A file that the next run would change for the device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Pending {
    /// The file.
    pub file: String,
    /// The changes, a line each; secrets are masked.
    pub changes: Vec<String>,
}
