//! The binary log: file names, positions and GTIDs differ from node to node,
//! and a session can keep its writes out of the log.

use std::hash::{DefaultHasher, Hash, Hasher};

use mysql::binlog::EventType;
use mysql::prelude::Queryable;
use mysql::{BinlogRequest, Conn};

use crate::config::Settings;
use crate::source::mysql::{connect, short};
use crate::source::url::Target;
use crate::source::wake::ear::{Ear, End};

/// Follows one stream until it ends.
pub fn stream(
    target: &Target,
    settings: &Settings,
    host: &str,
    ear: &Ear<'_>,
) -> End {
    let conn = match connect(target, settings) {
        Ok(conn) => conn,
        Err(error) => return End::Lost(error.to_string()),
    };
    let conn = match prepare(conn, settings) {
        Ok(conn) => conn,
        Err(end) => return end,
    };
    let request = BinlogRequest::new(replica_id(host)).with_pos(4_u64);
    let mut events = match conn.get_binlog_stream(request) {
        Ok(events) => events,
        Err(error) => return refusal(&error),
    };
    let mut begun = false;
    loop {
        match events.next() {
            None => return End::Lost("the stream ended".into()),
            Some(Err(error)) => return refusal(&error),
            Some(Ok(event)) => {
                if !begun {
                    begun = true;
                    ear.begin();
                }
                let quiet = matches!(
                    event.header().event_type(),
                    Ok(EventType::HEARTBEAT_EVENT
                        | EventType::ROTATE_EVENT
                        | EventType::FORMAT_DESCRIPTION_EVENT)
                );
                if !quiet {
                    ear.wake();
                }
            }
        }
    }
}

/// An error of the server's own is its refusal; others are losses.
fn refusal(error: &mysql::Error) -> End {
    match error {
        mysql::Error::MySqlError(_) => End::Refused(short(error)),
        error => End::Lost(short(error)),
    }
}

/// Makes the session ready: events from now on, heartbeats while it is
/// silent. REPLICATION SLAVE suffices for a start by GTID.
fn prepare(mut conn: Conn, settings: &Settings) -> Result<Conn, End> {
    let lost = |error: mysql::Error| End::Lost(short(&error));
    let told: Option<(bool, String)> = conn
        .query_first("SELECT @@log_bin, @@gtid_binlog_pos")
        .map_err(lost)?;
    let Some((true, position)) = told else {
        return Err(End::Refused("the server writes none".into()));
    };
    let plain = |c: char| c.is_ascii_digit() || c == '-' || c == ',';
    if !position.chars().all(plain) {
        return Err(End::Refused(format!("odd position '{position}'")));
    }
    let patience: u64 = settings.number("PROVHA__DB_READ_TIMEOUT");
    let beat = (patience * 1_000_000_000 / 3).max(1);
    for sql in [
        "SET @mariadb_slave_capability = 4".to_string(),
        "SET @master_binlog_checksum = 'CRC32'".to_string(),
        format!("SET @master_heartbeat_period = {beat}"),
        format!("SET @slave_connect_state = '{position}'"),
    ] {
        conn.query_drop(sql).map_err(lost)?;
    }
    Ok(conn)
}

/// A number that no other reader of the log is likely to have.
fn replica_id(host: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    (host, std::process::id()).hash(&mut hasher);
    0x5000_0000 | (hasher.finish() as u32 >> 4)
}
