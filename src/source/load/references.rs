//! Rows that lead to rows that are not there. They are served as the existing
//! system does, and told.

use crate::model::{Findings, Site};
use crate::source::load::Scope;
use crate::source::{Database, Schema, SourceError};

/// A column that leads to another table.
struct Reference {
    table: &'static str,
    column: &'static str,
    to: &'static str,
    /// What comes of a row that leads nowhere.
    result: &'static str,
    /// Whether it belongs to the telephony module.
    voip: bool,
}

/// What the texts of devices follow and what is not told where a device's own
/// file is made.
const REFERENCES: &[Reference] = &[
    Reference {
        table: "modem",
        column: "qos_id",
        to: "qos",
        result: "the file has no rates of its own",
        voip: false,
    },
    Reference {
        table: "phonenumber",
        column: "mta_id",
        to: "mta",
        result: "the number is in no file",
        voip: true,
    },
    Reference {
        table: "modem_option",
        column: "modem_id",
        to: "modem",
        result: "the option is in no file",
        voip: false,
    },
];

/// Tells of alive rows that lead to a missing or deleted one. NULL and 0 are
/// 'none' and lead nowhere on purpose.
///
/// # Errors
/// The database cannot be read.
pub fn check(
    db: &mut dyn Database,
    site: &Site,
    scope: Option<&Scope>,
    findings: &mut Findings,
) -> Result<(), SourceError> {
    for reference in REFERENCES {
        if reference.voip && !site.voip {
            continue;
        }
        let Some(sql) = query(db.schema(), reference, scope)? else { continue };
        let Reference { table, column, to, result, .. } = *reference;
        db.query(table, &sql, &mut |row| {
            let id = row.number(0).unwrap_or(0);
            let reason = format!(
                "its {to} {} is missing or deleted: {result}",
                row.text(1).escape_debug()
            );
            findings.warn(table, id, column, reason);
            Ok(())
        })?;
    }
    Ok(())
}

/// The query for rows that lead nowhere; None where a table is not there.
fn query(
    schema: &Schema,
    reference: &Reference,
    scope: Option<&Scope>,
) -> Result<Option<String>, SourceError> {
    let Reference { table, column, to, .. } = *reference;
    let there = schema.optional(table)? && schema.optional(to)?;
    if !there || !schema.has_column(table, column) {
        return Ok(None);
    }
    let alive = schema.alive(table, "r")?;
    let target = schema.alive(to, "t")?;
    let only = match table {
        "modem" => Scope::condition(scope, table, "r.id"),
        // Of the others, those that lead to rows of the scope lead somewhere.
        _ if scope.is_some() => return Ok(None),
        _ => String::new(),
    };
    Ok(Some(format!(
        "SELECT r.id, r.{column} FROM {table} r \
         LEFT JOIN {to} t ON t.id = r.{column} AND {target} \
         WHERE {alive}{only} AND r.{column} <> 0 AND t.id IS NULL ORDER BY r.id"
    )))
}
