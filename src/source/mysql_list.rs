//! Lists that the program keeps whole, such as the catalogue, from a MySQL
//! server that may send rows for ever.

use mysql::prelude::{FromRow, Queryable};
use mysql::{Conn, QueryResult, Text, Value};

/// Octets of the longest packet that is taken: a row with one large text.
pub const LONGEST: usize = 16 << 20;
/// Rows of a list that the program keeps: the catalogue has some thousands.
const MOST_ROWS: usize = 100_000;

/// The rows of a list; a server that sends them for ever is left.
///
/// # Errors
/// The query fails, a row is none of that type, or the list does not end.
pub fn list<T: FromRow, L: FromIterator<T>>(
    conn: &mut Conn,
    sql: &str,
) -> Result<L, mysql::Error> {
    let mut result = conn.query_iter(sql)?;
    let (mut rows, mut octets) = (Vec::new(), 0);
    while let Some(row) = result.next() {
        let row: mysql::Row = row?;
        let cells = (0..row.len()).filter_map(|at| row.as_ref(at));
        octets += cells.map(octets_of).sum::<usize>();
        if rows.len() >= MOST_ROWS || octets > LONGEST {
            leave(result);
            let end = std::io::Error::other("the list does not end");
            return Err(mysql::Error::IoError(end));
        }
        let row = mysql::from_row_opt(row);
        rows.push(row.map_err(|e| mysql::Error::FromRowError(e.0))?);
    }
    Ok(rows.into_iter().collect())
}

/// Octets of a cell.
fn octets_of(value: &Value) -> usize {
    match value {
        Value::Bytes(bytes) => bytes.len(),
        _ => 8,
    }
}

/// Leaves an answer before its end: dropped, it would be read to its end,
/// which a server that lies never sends. The connection is of no use then.
pub fn leave(result: QueryResult<'_, '_, '_, Text>) {
    std::mem::forget(result);
}
