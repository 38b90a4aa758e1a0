//! What is told of a database that is older than what is live.

use std::path::Path;

use crate::console::count;
use crate::seen::digest::CHUNK;
use crate::seen::rows::{Cell, How, RowChange, Rows};
use crate::source::{Course, Standing};

/// Rows named in a message; the list on the disk has all.
const SHOWN: usize = 40;
/// Devices named behind a row that many share.
const DEVICES: usize = 10;
/// The longest value in a message, characters.
const LONGEST: usize = 60;

/// What to do about it.
pub const HINT: &str = "enter the values again in the GUI, or bring the right \
                        database back; to make the older one live: provha \
                        rebuild --accept-older-database";

/// What the names of columns with secrets have in them.
const SECRETS: [&str; 7] = [
    "authkey",
    "community",
    "credential",
    "key_file",
    "passw",
    "privkey",
    "secret",
];

/// How the server stands to what was read, in one clause.
pub fn head(course: Course, old: &Standing, new: &Standing) -> String {
    let promoted = old.timeline != new.timeline;
    let (old, new) = (old.words(), new.words());
    match course {
        Course::Behind => {
            format!("the database went back from {old} to {new}")
        }
        Course::Other => format!(
            "the database has another history: it was {old}, it is {new}"
        ),
        Course::Restarted if promoted => {
            "a standby of the database was promoted since the last run".into()
        }
        Course::Restarted => {
            "the database server was started since the last run".into()
        }
        Course::Onward => {
            "rows of the database went back, as when an old dump is loaded"
                .into()
        }
    }
}

/// The ids of a chunk.
pub fn chunk(table: &str, number: u32) -> String {
    let first = u64::from(number) * u64::from(CHUNK);
    format!("{table} {first} to {}", first + u64::from(CHUNK) - 1)
}

/// The warning about rows that may have been forgotten and were touched again.
pub fn doubtful(head: &str, rows: &[RowChange]) -> String {
    let mut text = format!(
        "{head}, and these rows changed: if a value was entered before that \
         and is gone, enter it again"
    );
    for row in rows.iter().take(SHOWN) {
        text += &format!("\n  {}", line(row, true));
    }
    if rows.len() > SHOWN {
        text += &format!("\n  and {} more", rows.len() - SHOWN);
    }
    text
}

/// What is told of a run that is refused.
pub struct Told<'a> {
    /// How the server stands.
    pub head: String,
    /// The rows.
    pub rows: &'a [RowChange],
    /// Rows that were only counted.
    pub more: usize,
    /// Chunks whose rows were not kept.
    pub unknown: &'a [String],
    /// All modems that are live.
    pub modems: &'a [Rows],
    /// All MTAs that are live.
    pub mtas: &'a [Rows],
}

impl Told<'_> {
    /// The message: a line for each row, secrets masked.
    pub fn text(&self, list: &Path) -> String {
        let number = count(self.rows.len() + self.more, "row");
        let mut text = format!(
            "{}: what is live was made of newer values of {number}",
            self.head
        );
        for row in self.rows.iter().take(SHOWN) {
            text += &format!("\n  {}{}", line(row, true), self.behind(row));
        }
        let left = (self.rows.len() + self.more).saturating_sub(SHOWN);
        if left > 0 {
            text += &format!("\n  and {left} more");
        }
        for chunk in self.unknown {
            text += &format!("\n  {chunk}: differ, and were not kept");
        }
        text + &format!("\n  all values in full: {}", list.display())
    }

    /// Every row with every value, for root.
    pub fn list(&self) -> String {
        let mut text = format!(
            "{}\n\nTable and id (device): column: value in the database -> \
             live value, to be entered again\n\n",
            self.head
        );
        for row in self.rows {
            text += &format!("{}{}\n", line(row, false), self.behind(row));
        }
        if self.more > 0 {
            text += &format!("and {} more rows\n", self.more);
        }
        for chunk in self.unknown {
            text += &format!("{chunk}: differ, and were not kept\n");
        }
        text
    }

    /// The devices that a shared row is behind.
    fn behind(&self, row: &RowChange) -> String {
        let column = match &*row.table {
            "contract" => "contract_id",
            "configfile" => "configfile_id",
            "qos" => "qos_id",
            _ => return String::new(),
        };
        let id = row.id.to_string();
        let mut devices = Vec::new();
        for (kind, chunks) in [("cm", self.modems), ("mta", self.mtas)] {
            for rows in chunks {
                let ids = rows.rows.keys();
                let ids = ids.filter(|d| rows.cell(**d, column) == Some(&id));
                devices.extend(ids.map(|id| format!("{kind}-{id}")));
            }
        }
        match devices.len() {
            0 => String::new(),
            n if n > DEVICES => {
                format!(" ({n} devices: {}, …)", devices[..DEVICES].join(", "))
            }
            _ => format!(" ({})", devices.join(", ")),
        }
    }
}

/// One row: its device, and its values.
fn line(row: &RowChange, short: bool) -> String {
    let name = format!("{} {}{}", row.table, row.id, device(row));
    let values = || -> String {
        let one = |cell: &Cell| value(row, cell, short);
        row.cells.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    match row.how {
        How::Missing => format!("{name}: is gone; live: {}", values()),
        How::Back => format!("{name}: is back, it had been removed"),
        _ => format!("{name}: {}", values()),
    }
}

/// The device whose file or lease a row makes.
fn device(row: &RowChange) -> String {
    let through = |column: &str| {
        let cells = row.cells.iter().find(|cell| cell.column == column);
        cells.and_then(|cell| cell.live.clone())
    };
    match &*row.table {
        "modem" => format!(" (cm-{})", row.id),
        "mta" => format!(" (mta-{})", row.id),
        "endpoint" => format!(" (endpoint-{})", row.id),
        "phonenumber" => through("mta_id")
            .map_or(String::new(), |mta| format!(" (mta-{mta})")),
        "modem_option" => through("modem_id")
            .map_or(String::new(), |modem| format!(" (cm-{modem})")),
        _ => String::new(),
    }
}

/// One value: what the database holds, and what is live.
fn value(row: &RowChange, cell: &Cell, short: bool) -> String {
    let name = format!("{}.{}", row.table, cell.column);
    if short && is_secret(row, &cell.column) {
        return format!("{name}: (masked) -> (masked)");
    }
    let show = |value: &Option<String>| match value {
        None => "NULL".to_string(),
        Some(value) if !short => format!("'{}'", value.escape_debug()),
        Some(value) if value.contains('\n') => {
            format!("({} lines)", value.lines().count())
        }
        Some(value) if value.chars().count() > LONGEST => {
            let head: String = value.chars().take(LONGEST).collect();
            format!("'{}…'", head.escape_debug())
        }
        Some(value) => format!("'{}'", value.escape_debug()),
    };
    match row.how {
        How::Missing => format!("{name}: {}", show(&cell.live)),
        _ => format!("{name}: {} -> {}", show(&cell.now), show(&cell.live)),
    }
}

/// Whether a value may be a secret: by its column's name; an option's by the
/// name of the option, which may be in the row; and texts of statements.
fn is_secret(row: &RowChange, column: &str) -> bool {
    let name = column.to_lowercase();
    let by_name = SECRETS.iter().any(|word| name.contains(word));
    by_name
        || row.table == "modem_option" && name == "value"
        || matches!(&*name, "text" | "optional")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(
        table: &str,
        how: How,
        cells: &[(&str, &str, &str)],
    ) -> RowChange {
        let cell = |(column, now, live): &(&str, &str, &str)| Cell {
            column: (*column).into(),
            live: Some((*live).into()),
            now: Some((*now).into()),
        };
        let cells = cells.iter().map(cell).collect();
        RowChange { table: table.into(), id: 7, how, cells }
    }

    #[test]
    fn the_values_to_enter_again_are_named_and_secrets_are_not() {
        let rows = [
            change("modem", How::Older(9), &[("qos_id", "3", "4")]),
            change("phonenumber", How::Older(9), &[("password", "a", "b")]),
            change("configfile", How::Older(9), &[("text", "a", "b")]),
            change("mta", How::Missing, &[("mac", "", "00:11")]),
        ];
        let modems = Rows {
            columns: vec!["configfile_id".into()],
            rows: [(5, vec![Some("7".into())])].into(),
        };
        let told = Told {
            head: "it went back".into(),
            rows: &rows,
            more: 0,
            unknown: &["qos 0 to 1023".into()],
            modems: &[modems],
            mtas: &[],
        };
        let text = told.text(Path::new("/x"));
        let expected = "it went back: what is live was made of newer values \
                        of 4 rows\n  \
                        modem 7 (cm-7): modem.qos_id: '3' -> '4'\n  \
                        phonenumber 7: phonenumber.password: (masked) -> \
                        (masked)\n  \
                        configfile 7: configfile.text: (masked) -> (masked) \
                        (cm-5)\n  \
                        mta 7 (mta-7): is gone; live: mta.mac: '00:11'\n  \
                        qos 0 to 1023: differ, and were not kept\n  \
                        all values in full: /x";
        assert_eq!(text, expected);
        assert!(told.list().contains("phonenumber.password: 'a' -> 'b'"));
    }
}
