//! Rows through COPY, which streams, as text cells like MariaDB's.

use std::io::BufRead;

use postgres::Client;
use postgres::types::Type;

use crate::source::postgres::words::short;
use crate::source::{Row, stream};
use crate::template::php_double;

/// The longest row that is taken, octets.
const LONGEST: usize = 64 << 20;

/// How a column's text is made like MariaDB's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Flag,
    Double,
    Time,
    Bytes,
}

impl Kind {
    /// By the type of the column.
    fn of(kind: &Type) -> Self {
        match *kind {
            Type::BOOL => Self::Flag,
            Type::FLOAT4 | Type::FLOAT8 => Self::Double,
            Type::TIMESTAMPTZ => Self::Time,
            Type::BYTEA => Self::Bytes,
            _ => Self::Plain,
        }
    }
}

/// Streams the rows of a query.
pub fn copy(
    client: &mut Client,
    sql: &str,
    rows: &mut stream::Rows<Client>,
) -> Result<(), String> {
    let statement = client.prepare(sql).map_err(|e| short(&e))?;
    let columns = statement.columns().iter();
    let kinds: Vec<Kind> = columns.map(|c| Kind::of(c.type_())).collect();
    let copy = format!("COPY ({sql}) TO STDOUT");
    let mut reader = client.copy_out(&copy).map_err(|e| short(&e))?;
    let (mut line, mut row) = (Vec::new(), Row::default());
    loop {
        line.clear();
        if !read_line(&mut reader, &mut line)? {
            return Ok(());
        }
        cells(&line, &kinds, &mut row);
        if !rows.push(&row) {
            return Ok(());
        }
    }
}

/// Reads a line without its end; false at the end of all.
fn read_line(
    reader: &mut impl BufRead,
    line: &mut Vec<u8>,
) -> Result<bool, String> {
    loop {
        let failed = |error: std::io::Error| match error.get_ref() {
            Some(inner) => match inner.downcast_ref() {
                Some(error) => short(error),
                None => inner.to_string(),
            },
            None => error.to_string(),
        };
        let part = reader.fill_buf().map_err(failed)?;
        if part.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = part.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(part.len(), |end| end + 1);
        line.extend_from_slice(&part[..end.unwrap_or(part.len())]);
        reader.consume(taken);
        if end.is_some() {
            return Ok(true);
        }
        if line.len() > LONGEST {
            return Err(format!("a row is longer than {LONGEST} octets"));
        }
    }
}

/// Takes a line of COPY's text format apart (PostgreSQL manual, COPY).
fn cells(line: &[u8], kinds: &[Kind], row: &mut Row) {
    row.clear();
    let mut cell = Vec::new();
    let texts = line.split(|byte| *byte == b'\t');
    for (text, kind) in texts.zip(kinds) {
        if text == b"\\N" {
            row.push_null();
            continue;
        }
        let text = match text.contains(&b'\\') {
            true => {
                cell.clear();
                unescape(text, &mut cell);
                &cell[..]
            }
            false => text,
        };
        match kind {
            Kind::Flag => row.push(if text == b"t" { b"1" } else { b"0" }),
            Kind::Bytes => row.push(&octets(text)),
            Kind::Time => row.push(text.strip_suffix(b"+00").unwrap_or(text)),
            Kind::Double => {
                let number = std::str::from_utf8(text);
                let number = number.ok().and_then(|text| text.parse().ok());
                match number {
                    Some(number) => row.push(php_double(number).as_bytes()),
                    None => row.push(text),
                }
            }
            Kind::Plain => row.push(text),
        }
    }
}

/// The octets of a `bytea` in its hex form (PostgreSQL manual, 'Binary Data
/// Types'); what has another form stays.
fn octets(cell: &[u8]) -> Vec<u8> {
    let Some(digits) = cell.strip_prefix(b"\\x") else {
        return cell.to_vec();
    };
    let digit = |byte: u8| (byte as char).to_digit(16);
    let octet = |pair: &[u8]| match pair {
        [high, low] => Some((digit(*high)? * 16 + digit(*low)?) as u8),
        _ => None,
    };
    let all: Option<Vec<u8>> = digits.chunks(2).map(octet).collect();
    all.unwrap_or_else(|| cell.to_vec())
}

/// Resolves the escapes of a cell.
fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match bytes.next() {
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'v') => 11,
            Some(other) => other,
            None => b'\\',
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytea_is_its_octets() {
        for (text, expected) in
            [("\\x01", &[1][..]), ("\\x7431", b"t1"), ("\\x1", b"\\x1")]
        {
            assert_eq!(octets(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn lines_of_copy_are_cells() {
        let mut row = Row::default();
        let line = b"7\t\\N\ta\\tb\\\\N\tt\tf\t0.10000000000000001\t\
                     2022-01-02 03:04:05+00";
        let plain = Kind::Plain;
        let kinds = [
            plain,
            plain,
            plain,
            Kind::Flag,
            Kind::Flag,
            Kind::Double,
            Kind::Time,
        ];
        cells(line, &kinds, &mut row);
        let got: Vec<Option<&[u8]>> = (0..7).map(|at| row.get(at)).collect();
        let expected: [Option<&[u8]>; 7] = [
            Some(b"7"),
            None,
            Some(b"a\tb\\N"),
            Some(b"1"),
            Some(b"0"),
            Some(b"0.1"),
            Some(b"2022-01-02 03:04:05"),
        ];
        assert_eq!(got, expected);
    }
}
