//! How far a server has come with writing, and whether what it says can be a
//! continuation of what was read before.

use serde::{Deserialize, Serialize};

/// Where it stands still, no table has changed. Only compared with positions
/// of the same kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Position {
    /// The cluster's, the same on all nodes: state and sequence number.
    Cluster(String),
    /// The redo log's of this server, which every change of an InnoDB table
    /// moves, whatever the session keeps out of the binary log; or the
    /// write-ahead log's.
    Log(String),
    /// It cannot be told.
    #[default]
    Unknown,
}

impl Position {
    /// Whether it tells that nothing has changed.
    pub fn is_known(&self) -> bool {
        *self != Self::Unknown
    }
}

/// Seconds by which two clocks may differ.
const SLACK: i64 = 2;
/// By how much a start that is told in whole seconds may differ from itself.
const WHOLE: i64 = 1;

/// Where a server stands in which history, and since when it has run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The history: the cluster's state uuid; server and database; system
    /// identifier and database. Empty: it cannot be told.
    pub history: String,
    /// The last commit in it: sequence number or log position.
    pub number: u64,
    /// The timeline of a PostgreSQL: another one after each promotion.
    #[serde(default)]
    pub timeline: u64,
    /// `gtid_binlog_pos` of a single MariaDB with a binary log, else empty.
    pub gtid: String,
    /// What a restart changes: the node's own uuid in the cluster, or the time
    /// of the start; empty where only `began` tells.
    pub instance: String,
    /// How often somebody connected since the start; 0 where it is not told.
    #[serde(default)]
    pub count: u64,
    /// When the server began to run, seconds since 1970 by our clock.
    pub began: i64,
    /// When it was asked, seconds since 1970.
    pub at: i64,
}

/// How a server stands to what was read before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Course {
    /// It holds all that was read, as far as positions tell.
    Onward,
    /// The same, but it was started since: commits that it had not yet
    /// flushed may be gone, and others have taken their numbers.
    Restarted,
    /// Another history.
    Other,
    /// Its position is behind the one that was read.
    Behind,
}

impl Standing {
    /// How this stands to an earlier one.
    pub fn course(&self, old: &Self) -> Course {
        if self.history.is_empty() || old.history.is_empty() {
            return Course::Onward;
        }
        if self.history != old.history {
            return Course::Other;
        }
        if self.number < old.number || is_behind(&self.gtid, &old.gtid) {
            return Course::Behind;
        }
        if self.timeline != old.timeline {
            // A standby that was promoted may have lacked the last commits.
            return Course::Restarted;
        }
        let restarted = match (&*self.instance, &*old.instance) {
            // The node that was asked before has come as far as it had.
            (new, old) if !new.is_empty() && new == old => false,
            ("", "") => {
                self.count < old.count || (self.began - old.began).abs() > WHOLE
            }
            // Another node, or one that was started: one that ran then and
            // has come as far holds all of it.
            _ => self.began >= old.at - SLACK,
        };
        if restarted { Course::Restarted } else { Course::Onward }
    }

    /// Whether it is the same running server as before.
    pub fn is_same_run(&self, old: &Self) -> bool {
        self.instance == old.instance && self.course(old) == Course::Onward
    }

    /// The position for people.
    pub fn words(&self) -> String {
        match &*self.gtid {
            "" => format!("{}:{}", self.history, self.number),
            gtid => format!("{}:{} (GTID {gtid})", self.history, self.number),
        }
    }
}

/// Whether a GTID position lacks what another one has, in a domain that both
/// have. An emptied binary log (RESET MASTER) says nothing.
fn is_behind(new: &str, old: &str) -> bool {
    let read = |text: &str| -> Vec<(u64, u64)> {
        let one = |gtid: &str| {
            let mut parts = gtid.trim().split('-').map(str::parse);
            let domain = parts.next()?.ok()?;
            let number = parts.nth(1)?.ok()?;
            Some((domain, number))
        };
        text.split(',').filter_map(one).collect()
    };
    let new = read(new);
    read(old).iter().any(|(domain, number)| {
        new.iter().any(|(other, now)| other == domain && now < number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(number: u64, instance: &str, began: i64, at: i64) -> Standing {
        Standing {
            history: "h".into(),
            number,
            timeline: 0,
            gtid: String::new(),
            instance: instance.into(),
            count: 0,
            began,
            at,
        }
    }

    #[test]
    fn a_cluster_goes_on_or_not() {
        let old = standing(188, "a", 100, 1000);
        let course = |number, node, began| {
            standing(number, node, began, 2000).course(&old)
        };
        assert_eq!(course(188, "a", 100), Course::Onward);
        assert_eq!(course(189, "a", 100), Course::Onward);
        // Another node that ran when the first was read.
        assert_eq!(course(188, "b", 200), Course::Onward);
        // A node that came later may have forgotten, and gone on.
        assert_eq!(course(189, "b", 1001), Course::Restarted);
        assert_eq!(course(189, "a2", 999), Course::Restarted);
        assert_eq!(course(187, "a", 100), Course::Behind);
        assert_eq!(course(187, "c", 1500), Course::Behind);
        let other =
            Standing { history: "i".into(), ..standing(999, "a", 100, 2000) };
        assert_eq!(other.course(&old), Course::Other);
        assert_eq!(Standing::default().course(&old), Course::Onward);
        assert!(standing(190, "a", 101, 2000).is_same_run(&old));
        assert!(!standing(190, "b", 101, 2000).is_same_run(&old));
    }

    #[test]
    fn a_single_server_is_known_by_its_start() {
        let old = standing(50, "", 100, 1000);
        assert_eq!(standing(60, "", 101, 2000).course(&old), Course::Onward);
        assert_eq!(
            standing(60, "", 1500, 2000).course(&old),
            Course::Restarted
        );
        assert_eq!(standing(40, "", 1500, 2000).course(&old), Course::Behind);
        // Killed and started within a second.
        let counted = |count| Standing { count, ..old.clone() };
        assert_eq!(counted(3).course(&counted(9)), Course::Restarted);
        assert_eq!(counted(9).course(&counted(3)), Course::Onward);
        let gtid = |gtid: &str| Standing {
            gtid: gtid.into(),
            ..standing(60, "", 100, 2000)
        };
        let old = Standing { gtid: "0-1-100,7-2-9".into(), ..old };
        assert_eq!(gtid("0-1-99,7-2-9").course(&old), Course::Behind);
        assert_eq!(gtid("0-2-101,7-2-9").course(&old), Course::Onward);
        assert_eq!(gtid("").course(&old), Course::Onward);
    }
}
