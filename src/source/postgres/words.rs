//! The words for what a PostgreSQL answers.

use std::error::Error as _;

use postgres::Client;
use postgres::error::SqlState;

use crate::model::plain::reason;
use crate::source::error::{NO_DATABASE, NO_HBA, NO_LOGIN, NOT_YET};

/// The words for a connection that did not come about.
pub fn refused(error: &postgres::Error, user: &str, database: &str) -> String {
    let Some(told) = error.as_db_error() else {
        return format!("cannot be reached: {}", short(error));
    };
    let said = reason(told.message());
    match told.code() {
        &SqlState::INVALID_PASSWORD
        | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            format!("{NO_LOGIN} for user '{user}': {said}")
        }
        &SqlState::INVALID_CATALOG_NAME => {
            format!("{NO_DATABASE} '{database}'")
        }
        &SqlState::CANNOT_CONNECT_NOW | &SqlState::ADMIN_SHUTDOWN => {
            format!("not usable: the server {NOT_YET}: {said}")
        }
        _ => format!("refused: {said}"),
    }
}

/// The driver's words for a server without TLS.
const NO_TLS: &str = "server does not support TLS";

/// Whether the server said that it knows no TLS.
pub fn has_no_tls(error: &postgres::Error) -> bool {
    error.source().is_some_and(|why| why.to_string() == NO_TLS)
}

/// Whether pg_hba.conf lets nobody in this way.
pub fn is_kept_out(error: &postgres::Error) -> bool {
    error.as_db_error().is_some_and(|told| told.message().contains(NO_HBA))
}

/// The error's words; those of the server with its code.
pub fn short(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(told) => {
            format!("ERROR {}: {}", told.code().code(), reason(told.message()))
        }
        None => error
            .source()
            .map_or_else(|| error.to_string(), ToString::to_string),
    }
}

/// The first cell of the first row.
pub fn text(
    client: &mut Client,
    sql: &str,
) -> Result<Option<String>, postgres::Error> {
    use postgres::SimpleQueryMessage::Row;
    let answer = client.simple_query(sql)?;
    Ok(answer.iter().find_map(|message| match message {
        Row(row) => row.get(0).map(str::to_string),
        _ => None,
    }))
}
