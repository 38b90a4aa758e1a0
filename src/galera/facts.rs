//! What is known about one node of the cluster, and what follows from it
//! about the position of its data. Nothing here asks anybody.

use std::collections::BTreeMap;

use crate::galera::position::{
    Grastate, Position, View, is_no_state, recovered, short,
};

/// What a running server says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Member {
    /// True if it is in a primary component.
    pub primary: bool,
    /// True if it takes queries.
    pub ready: bool,
    /// Synced, Donor/Desynced, Joining, Initialized, Inconsistent …
    pub state: String,
    /// The history of its data.
    pub local_uuid: String,
    /// The history of its cluster.
    pub cluster_uuid: String,
    /// The last commit that it has.
    pub committed: i64,
    /// Members of its component, arbiters included.
    pub size: u32,
    /// The number of its component's membership.
    pub conf_id: i64,
    /// The addresses of its component's members; an arbiter has none.
    pub incoming: String,
}

impl Member {
    /// From the `wsrep_` status variables; None: the server has none.
    pub fn read(status: &BTreeMap<String, String>) -> Option<Self> {
        let get = |name: &str| {
            status.get(&format!("wsrep_{name}")).map_or("", String::as_str)
        };
        let number = |name: &str| get(name).parse().unwrap_or(-1);
        if get("cluster_status").is_empty() {
            return None;
        }
        Some(Self {
            primary: get("cluster_status") == "Primary",
            ready: get("ready") == "ON",
            state: get("local_state_comment").into(),
            local_uuid: get("local_state_uuid").into(),
            cluster_uuid: get("cluster_state_uuid").into(),
            committed: number("last_committed"),
            size: number("cluster_size").max(0) as u32,
            conf_id: number("cluster_conf_id"),
            incoming: get("incoming_addresses").into(),
        })
    }

    /// How many members of its component have no data.
    pub fn arbiters(&self) -> usize {
        match self.incoming.as_str() {
            "" => 0,
            all => all.split(',').filter(|one| one.is_empty()).count(),
        }
    }

    /// True if it has all data of its component and takes part.
    pub fn is_synced(&self) -> bool {
        self.primary
            && self.ready
            && (self.state == "Synced" || self.state.starts_with("Donor"))
    }

    /// True if it passes for synced without having the cluster's state: what
    /// becomes of nodes that were started without their recovered position.
    pub fn is_diverged(&self) -> bool {
        let without = is_no_state(&self.local_uuid)
            || self.local_uuid != self.cluster_uuid;
        self.state == "Inconsistent" || (self.is_synced() && without)
    }
}

/// The server of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Server {
    /// No process works in its data directory.
    Stopped,
    /// A process does, and does not answer: it starts, receives a state, or
    /// is frozen. The reason.
    Mute(String),
    /// It answers.
    Runs(Member),
}

/// What `--wsrep-recover` came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovered {
    /// It was not asked: the server runs, or there are no data.
    NotAsked,
    /// The position of the data.
    At(Position),
    /// It failed: why.
    Failed(String),
}

/// What a node told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its server.
    pub server: Server,
    /// True if there are data at all.
    pub data: bool,
    /// True if there are databases besides the server's own.
    pub databases: bool,
    /// grastate.dat.
    pub grastate: Option<Grastate>,
    /// gvwstate.dat.
    pub view: Option<View>,
    /// What the data themselves say.
    pub recovered: Recovered,
    /// `innodb_flush_log_at_trx_commit`; None: not known.
    pub flush: Option<u8>,
}

/// The position of a node's data, as far as it can be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// No data of any cluster.
    Empty,
    /// This position.
    At {
        /// The position.
        position: Position,
        /// True if the server was stopped in order after it.
        clean: bool,
    },
    /// It cannot be known; why.
    Unknown(String),
}

impl Facts {
    /// The server's own words, where it answers.
    pub fn member(&self) -> Option<&Member> {
        match &self.server {
            Server::Runs(member) => Some(member),
            _ => None,
        }
    }

    /// Where the data stand.
    pub fn standing(&self) -> Standing {
        match &self.server {
            Server::Runs(member) if is_no_state(&member.local_uuid) => {
                Standing::Unknown("the running server names no state".into())
            }
            Server::Runs(member) => Standing::At {
                position: Position {
                    uuid: member.local_uuid.clone(),
                    seqno: member.committed,
                },
                clean: true,
            },
            Server::Mute(why) => Standing::Unknown(format!(
                "its server runs and does not answer: {why}"
            )),
            Server::Stopped if !self.data => Standing::Empty,
            Server::Stopped => self.at_rest(),
        }
    }

    /// Where the data of a stopped server stand. grastate.dat has a position
    /// only after an orderly stop; else the data are what knows it.
    fn at_rest(&self) -> Standing {
        let noted =
            self.grastate.as_ref().filter(|noted| !is_no_state(&noted.uuid));
        let found = match &self.recovered {
            Recovered::At(position) => Ok(position),
            Recovered::Failed(why) => Err(why.clone()),
            Recovered::NotAsked => Err("its data were not asked".into()),
        };
        match (noted, found) {
            (Some(noted), Ok(found))
                if !found.is_empty() && found.uuid != noted.uuid =>
            {
                Standing::Unknown(format!(
                    "grastate.dat names state {}, the data are of {}",
                    short(&noted.uuid),
                    short(&found.uuid)
                ))
            }
            (Some(noted), found) if noted.seqno >= 0 => {
                let found = found.map_or(-1, |found| found.seqno);
                let seqno = noted.seqno.max(found);
                let uuid = noted.uuid.clone();
                let clean = seqno == noted.seqno;
                Standing::At { position: Position { uuid, seqno }, clean }
            }
            (_, Ok(found)) if !found.is_empty() && found.seqno >= 0 => {
                Standing::At { position: found.clone(), clean: false }
            }
            (Some(noted), Ok(_)) => Standing::Unknown(format!(
                "grastate.dat names state {}, but the data have no position",
                short(&noted.uuid)
            )),
            // What a start without a recovered position leaves: it forgets
            // where the data stood.
            (None, Ok(_)) if self.databases => Standing::Unknown(
                "it holds databases, but they have no position in any cluster"
                    .into(),
            ),
            (None, Ok(_)) => Standing::Empty,
            (_, Err(why)) => Standing::Unknown(format!(
                "the position of its data cannot be read: {why}"
            )),
        }
    }
}

/// What a node said, by the sections that `galera/script.rs`
/// prints.
///
/// # Errors
/// It did not get to the end.
pub fn read(text: &str) -> Result<Facts, String> {
    let parts = sections(text);
    let part = |name: &str| parts.get(name).map_or("", String::as_str).trim();
    if !parts.contains_key("end") {
        return Err("its answer is not complete".into());
    }
    let data = part("data") == "yes";
    let running = parts.contains_key("running");
    let recovered = match (running, data) {
        (false, true) => match recovered(part("recover")) {
            Some(position) => Recovered::At(position),
            None => Recovered::Failed(last_line(part("recover"))),
        },
        _ => Recovered::NotAsked,
    };
    let status = status(part("status"));
    let server = match (running, Member::read(&status)) {
        (false, _) => Server::Stopped,
        (true, Some(member)) => Server::Runs(member),
        (true, None) => Server::Mute(last_line(part("status"))),
    };
    let flush = match running {
        true => status.get("innodb_flush_log_at_trx_commit").cloned(),
        false => part("settings").split_whitespace().last().map(Into::into),
    };
    Ok(Facts {
        server,
        data,
        databases: !part("databases").is_empty(),
        grastate: Grastate::read(part("grastate")),
        view: View::read(part("view")),
        recovered,
        flush: flush.and_then(|flush| flush.parse().ok()),
    })
}

/// The sections of an answer: each begins with a line '=NAME'.
fn sections(text: &str) -> BTreeMap<String, String> {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let mut current = None;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('=') {
            let _ = parts.entry(name.into()).or_default();
            current = Some(name.to_string());
        } else if let Some(part) =
            current.as_ref().and_then(|name| parts.get_mut(name))
        {
            part.push_str(line);
            part.push('\n');
        }
    }
    parts
}

/// Status variables, a line each, name and value with a tab between them.
pub fn status(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, value)| (name.trim().into(), value.trim().into()))
        .collect()
}

/// The last line of a text, for messages.
fn last_line(text: &str) -> String {
    let mut lines = text.lines().rev().map(str::trim);
    let last = lines.find(|line| !line.is_empty()).unwrap_or("it said nothing");
    last.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::galera::position::NO_STATE;

    const A: &str = "140fcd0d-e553-11f1-bd89-4e454ce4bd11";
    const B: &str = "240fcd0d-e553-11f1-bd89-4e454ce4bd11";

    /// A stopped node: grastate.dat, and what its data say.
    fn rest(
        noted: Option<(&str, i64)>,
        found: Option<(&str, i64)>,
    ) -> Standing {
        let grastate = noted.map(|(uuid, seqno)| Grastate {
            uuid: uuid.into(),
            seqno,
            safe: false,
        });
        let recovered = match found {
            Some((uuid, seqno)) => {
                Recovered::At(Position { uuid: uuid.into(), seqno })
            }
            None => Recovered::Failed("x".into()),
        };
        stopped(grastate, recovered, false).standing()
    }

    fn stopped(
        grastate: Option<Grastate>,
        recovered: Recovered,
        databases: bool,
    ) -> Facts {
        let (server, view, flush) = (Server::Stopped, None, None);
        let data = true;
        Facts { server, data, databases, grastate, view, recovered, flush }
    }

    #[test]
    fn databases_without_a_position_are_not_nothing() {
        let (uuid, seqno) = (NO_STATE.into(), -1);
        let found = Recovered::At(Position { uuid, seqno });
        let standing = stopped(None, found.clone(), true).standing();
        assert!(matches!(standing, Standing::Unknown(_)), "{standing:?}");
        assert_eq!(stopped(None, found, false).standing(), Standing::Empty);
    }

    fn at(uuid: &str, seqno: i64, clean: bool) -> Standing {
        let position = Position { uuid: uuid.into(), seqno };
        Standing::At { position, clean }
    }

    #[test]
    fn a_stopped_node_stands_where_its_data_do() {
        assert_eq!(rest(Some((A, 5)), Some((A, 5))), at(A, 5, true));
        assert_eq!(rest(Some((A, 5)), Some((A, 4))), at(A, 5, true));
        assert_eq!(rest(Some((A, 5)), Some((A, 6))), at(A, 6, false));
        assert_eq!(rest(Some((A, 5)), None), at(A, 5, true));
        assert_eq!(rest(Some((A, -1)), Some((A, 7))), at(A, 7, false));
        assert_eq!(rest(None, Some((A, 7))), at(A, 7, false));
        assert_eq!(rest(Some((NO_STATE, -1)), Some((A, 7))), at(A, 7, false));
        assert_eq!(rest(None, Some((NO_STATE, -1))), Standing::Empty);
        let zero = Some((NO_STATE, -1));
        assert_eq!(rest(zero, zero), Standing::Empty);
        for unknown in [
            rest(Some((A, 5)), Some((B, 5))),
            rest(Some((A, -1)), zero),
            rest(Some((A, -1)), None),
            rest(None, None),
        ] {
            assert!(matches!(unknown, Standing::Unknown(_)), "{unknown:?}");
        }
    }

    #[test]
    fn the_sections_of_an_answer() {
        let facts = read(
            "=data\nyes\n=grastate\n=recover\nWSREP: x\nWSREP: \
            Recovered position: 140fcd0d-e553-11f1-bd89-4e454ce4bd11:9\n\
            =settings\ninnodb-flush-log-at-trx-commit 2\n=end\n",
        )
        .unwrap();
        assert_eq!(facts.standing(), at(A, 9, false));
        assert_eq!((facts.flush, facts.server), (Some(2), Server::Stopped));
        assert!(read("=data\nyes\n").is_err());
        let mute = read("=data\nyes\n=running\n7\n=status\nERROR 2002\n=end\n");
        let server = Server::Mute("ERROR 2002".into());
        assert_eq!(mute.unwrap().server, server);
    }

    #[test]
    fn members_of_real_nodes() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/galera");
        let member = |name: &str| {
            let text = std::fs::read_to_string(format!("{dir}/{name}"));
            Member::read(&status(&text.unwrap())).unwrap()
        };
        let synced = member("status_synced.tsv");
        assert!(synced.is_synced() && !synced.is_diverged(), "{synced:?}");
        let minority = member("status_nonprimary.tsv");
        assert!(!minority.primary && !minority.is_synced(), "{minority:?}");
        let lost = Member { local_uuid: String::new(), ..synced.clone() };
        assert!(lost.is_diverged());
        let joining = Member { state: "Joining".into(), ..lost };
        assert!(!joining.is_diverged());
    }
}
