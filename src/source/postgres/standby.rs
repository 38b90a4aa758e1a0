//! Whether a standby may be read from.
//!
//! One that has replayed everything it received lags behind nothing it can
//! know of: that its last commit is old says only that nobody wrote. While its
//! primary is away it is still the best there is, and that is told; whether it
//! lacks what was read before is found by position and rows (`seen`).

use postgres::Client;

use crate::source::postgres::words::{short, text};

/// How a standby stands to its primary (PostgreSQL manual, 'Recovery
/// Information Functions'). After a start without a primary the position of
/// what was received is the beginning of a file of the log, so that it is not
/// equal to the one that was replayed.
const ASK: &str = "SELECT concat_ws(' ', \
    pg_is_in_recovery()::int, \
    EXISTS (SELECT FROM pg_stat_wal_receiver)::int, \
    COALESCE(pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn(), \
        false)::int, \
    CEIL(EXTRACT(EPOCH FROM clock_timestamp() \
        - pg_last_xact_replay_timestamp())))";

/// A node's own words about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standby {
    /// Whether it is connected to its primary.
    follows: bool,
    /// Whether it has replayed all that it received.
    whole: bool,
    /// Seconds since the last commit that it replayed was made; None: it has
    /// replayed none since it was started.
    age: Option<u64>,
}

/// Whether the node can be read from; for a standby without its primary, what
/// is to be known of it.
///
/// # Errors
/// Why not, in words.
pub fn usable(client: &mut Client, lag: u64) -> Result<Option<String>, String> {
    let told = text(client, ASK);
    let told = told.map_err(|e| format!("not usable: {}", short(&e)))?;
    let standby = told.as_deref().and_then(read).ok_or_else(|| {
        "not usable: it does not tell whether it is a standby".to_string()
    })?;
    match standby {
        Node::Primary => Ok(None),
        Node::Standby(standby) => judge(standby, lag),
    }
}

/// What a node says of itself.
#[derive(Debug, PartialEq, Eq)]
enum Node {
    /// It takes writes.
    Primary,
    /// It replays what a primary sends.
    Standby(Standby),
}

/// The answer apart.
fn read(told: &str) -> Option<Node> {
    let mut words = told.split(' ');
    let mut flag = || words.next().map(|word| word == "1");
    let (standby, follows, whole) = (flag()?, flag()?, flag()?);
    if !standby {
        return Some(Node::Primary);
    }
    // A clock that is behind the primary's makes it negative.
    let age = words
        .next()
        .and_then(|word| word.parse::<i64>().ok())
        .map(|age| age.try_into().unwrap_or(0));
    Some(Node::Standby(Standby { follows, whole, age }))
}

/// Whether that standby may be read from.
fn judge(
    Standby { follows, whole, age }: Standby,
    lag: u64,
) -> Result<Option<String>, String> {
    let limit = format!("(PROVHA__DB_MAX_LAG is {lag})");
    match (follows, whole, age) {
        (true, true, _) => Ok(None),
        (true, false, Some(age)) if age <= lag => Ok(None),
        (false, true, age) => Ok(Some(format!(
            "the standby has lost its primary{}: it has replayed all that it \
             received, and what was committed later cannot be known",
            match age {
                Some(age) => format!(" (its last commit is {age} s old)"),
                None => String::new(),
            }
        ))),
        (false, false, Some(age)) if age <= lag => Ok(Some(format!(
            "the standby has no primary, and its last commit is {age} s old"
        ))),
        (true, false, Some(age)) => Err(format!(
            "not usable: the standby is {age} s behind its primary {limit}"
        )),
        (false, false, Some(age)) => Err(format!(
            "not usable: the standby follows no primary, has perhaps not all \
             that it was sent, and its last commit is {age} s old {limit}"
        )),
        (_, false, None) => Err(format!(
            "not usable: the standby follows no primary since it was started \
             {limit}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_standby_is_not_a_late_one() {
        let judged = |told: &str| match read(told).unwrap() {
            Node::Standby(standby) => judge(standby, 60),
            Node::Primary => Ok(None),
        };
        // A primary; quiet for a day; a little behind; the clocks differ.
        for told in ["0 0 0", "0 1 0 3", "1 1 1 86400", "1 1 0 60", "1 1 0 -3"]
        {
            assert_eq!(judged(told), Ok(None), "{told}");
        }
        for told in ["1 0 1 86400", "1 0 1", "1 0 0 60"] {
            let remark = judged(told).unwrap().unwrap();
            assert!(remark.contains("primary"), "{told}: {remark}");
        }
        for told in ["1 1 0 61", "1 0 0 61", "1 0 0", "1 1 0"] {
            let why = judged(told).unwrap_err();
            assert!(why.contains("DB_MAX_LAG is 60"), "{told}: {why}");
        }
        assert_eq!(read(""), None);
    }
}
