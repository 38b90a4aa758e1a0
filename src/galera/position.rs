//! Where a node's data stand: state and sequence number, as they lie in
//! grastate.dat and gvwstate.dat, and as `mariadbd --wsrep-recover` tells.

use std::fmt;

/// The uuid that stands for 'no state'.
pub const NO_STATE: &str = "00000000-0000-0000-0000-000000000000";

/// A position in the history of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The history.
    pub uuid: String,
    /// The last commit of it.
    pub seqno: i64,
}

impl Position {
    /// True if it stands for no data of any cluster.
    pub fn is_empty(&self) -> bool {
        is_no_state(&self.uuid)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.uuid, self.seqno)
    }
}

/// True if a uuid names no state.
pub fn is_no_state(uuid: &str) -> bool {
    uuid.is_empty() || uuid == NO_STATE
}

/// The first octets of a uuid: enough to tell two apart.
pub fn short(uuid: &str) -> &str {
    uuid.get(..8).unwrap_or(uuid)
}

/// What grastate.dat says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grastate {
    /// The history.
    pub uuid: String,
    /// The last commit; -1 while the server runs, and after a crash.
    pub seqno: i64,
    /// True if the server was the last one to leave.
    pub safe: bool,
}

impl Grastate {
    /// Reads the file; None: it is not one.
    pub fn read(text: &str) -> Option<Self> {
        let value = |name: &str| {
            let lines = text.lines().filter_map(|line| line.split_once(':'));
            let mut named = lines.filter(|(key, _)| key.trim() == name);
            named.next().map(|(_, value)| value.trim())
        };
        let uuid = value("uuid").filter(|uuid| is_uuid(uuid))?;
        let seqno = value("seqno")?.parse().ok()?;
        let safe = value("safe_to_bootstrap") == Some("1");
        Some(Self { uuid: uuid.into(), seqno, safe })
    }
}

/// What gvwstate.dat says: the members that a crashed node saw last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The node's own name in it.
    pub own: String,
    /// The view.
    pub id: String,
    /// Its members.
    pub members: Vec<String>,
}

impl View {
    /// Reads the file; None: it is not one, or not complete.
    pub fn read(text: &str) -> Option<Self> {
        let mut view =
            Self { own: String::new(), id: String::new(), members: Vec::new() };
        for line in text.lines() {
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            let first = value.split_whitespace().next().unwrap_or_default();
            match key.trim() {
                "my_uuid" => view.own = first.into(),
                "view_id" => view.id = value.into(),
                "member" => view.members.push(first.into()),
                _ => {}
            }
        }
        let complete = text.lines().any(|line| line.trim() == "#vwend");
        (complete && !view.own.is_empty() && !view.id.is_empty())
            .then_some(view)
    }
}

/// The position that `--wsrep-recover` tells; a GTID may follow it.
pub fn recovered(text: &str) -> Option<Position> {
    let (_, told) = text.rsplit_once("Recovered position:")?;
    let word = told.split_whitespace().next()?;
    let word = word.split(',').next()?;
    let (uuid, seqno) = word.split_once(':')?;
    let seqno = seqno.parse().ok()?;
    is_uuid(uuid).then(|| Position { uuid: uuid.into(), seqno })
}

/// True if a text has the form of a uuid.
fn is_uuid(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|b| b.is_ascii_hexdigit());
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.split('-').all(hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "140fcd0d-e553-11f1-bd89-4e454ce4bd11";

    /// A file of a real cluster.
    fn sample(name: &str) -> String {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/galera");
        std::fs::read_to_string(format!("{dir}/{name}")).unwrap()
    }

    #[test]
    fn grastate_of_real_nodes() {
        for (name, seqno, safe) in [
            ("grastate_running.dat", -1, false),
            ("grastate_crashed.dat", -1, false),
            ("grastate_ordered_stop_n1.dat", 15, true),
            ("grastate_ordered_stop_n2.dat", 14, false),
            ("grastate_stopped_while_nonprimary.dat", 10, false),
        ] {
            let uuid = UUID.to_string();
            let expected = Grastate { uuid, seqno, safe };
            assert_eq!(Grastate::read(&sample(name)), Some(expected), "{name}");
        }
        assert_eq!(Grastate::read(""), None);
        assert_eq!(Grastate::read("uuid: x\nseqno: 1\n"), None);
    }

    #[test]
    fn a_view_is_whole_or_none() {
        let text = sample("gvwstate.dat");
        let view = View::read(&text).unwrap();
        assert_eq!(view.members.len(), 3);
        assert!(view.members.contains(&view.own));
        assert_eq!(View::read(&text.replace("#vwend", "")), None);
        assert_eq!(View::read(""), None);
    }

    #[test]
    fn recovered_positions_with_and_without_a_gtid() {
        let told = recovered(&sample("wsrep_recover_crashed.stderr")).unwrap();
        assert_eq!(told.uuid.len(), 36);
        let line =
            |rest: &str| format!("x WSREP: Recovered position: {rest}\n");
        let at = |seqno| Some(Position { uuid: UUID.into(), seqno });
        assert_eq!(recovered(&line(&format!("{UUID}:90,7-1-87"))), at(90));
        assert_eq!(recovered(&line(&format!("{UUID}:5"))), at(5));
        assert_eq!(recovered(&line(&format!("{UUID}:-1"))), at(-1));
        assert_eq!(recovered(&line("nothing")), None);
        assert_eq!(recovered(""), None);
    }
}
