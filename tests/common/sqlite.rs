//! The same SQL for SQLite: MariaDB's dialect, as far as the fixtures use it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::fixture_text;

/// A SQLite file of its own, gone with the test.
pub struct Lite {
    dir: TempDir,
}

impl Lite {
    /// The golden network, changed by `sql`.
    pub fn golden(sql: &str) -> Self {
        let lite = Self { dir: tempfile::tempdir().unwrap() };
        golden(&lite.path(), sql);
        lite
    }

    /// The file.
    fn path(&self) -> PathBuf {
        self.dir.path().join("nms.sqlite")
    }

    /// The URL for `--db`.
    pub fn url(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }

    /// A connection to it.
    pub fn connection(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }

    /// Runs SQL on it.
    pub fn run(&self, sql: &str) {
        let connection = rusqlite::Connection::open(self.path()).unwrap();
        connection.execute_batch(&convert(sql)).unwrap();
    }
}

/// The golden network as a SQLite file, changed by `sql`.
pub fn golden(path: &Path, sql: &str) {
    let schema = convert(&fixture_text("schema.sql"));
    let network = convert(&fixture_text("golden/network.sql"));
    let connection = rusqlite::Connection::open(path).unwrap();
    let all = format!("BEGIN;{schema}{network}{}COMMIT;", convert(sql));
    connection.execute_batch(&all).unwrap();
}

/// The SQL text in SQLite's dialect.
pub fn convert(sql: &str) -> String {
    let mut out = String::new();
    for line in strings(sql).lines() {
        let word = line.trim_start();
        if ["SET ", "KEY ", "PRIMARY "].iter().any(|w| word.starts_with(w)) {
            continue;
        }
        if line.starts_with(") ENGINE") {
            out.push_str(");\n");
            continue;
        }
        let _ = writeln!(out, "{}", column(line));
    }
    // The keys that were left out leave a comma before the bracket.
    out.replace(",\n)", "\n)")
}

/// A line without what SQLite does not know of columns.
fn column(line: &str) -> String {
    if !line.starts_with("  `") {
        return line.to_string();
    }
    if line.starts_with("  `id`") {
        return "  `id` INTEGER PRIMARY KEY,".into();
    }
    let mut line = line
        .replace(" AUTO_INCREMENT", "")
        .replace(" unsigned", "")
        .replace(" ON UPDATE current_timestamp()", "")
        .replace(" COLLATE utf8mb4_unicode_ci", "");
    if let Some(at) = line.find(" enum(") {
        let end = line[at..].find(')').unwrap() + at;
        line.replace_range(at..=end, " text");
    }
    if line.contains(" NOT NULL") && !line.contains(" DEFAULT ") {
        // What MariaDB fills in where the mode is not strict.
        let text = line.contains("char(") || line.contains(" text");
        let default = if text { "''" } else { "0" };
        let end = line.trim_end_matches(',').len();
        line.insert_str(end, &format!(" DEFAULT {default}"));
    }
    line
}

/// String literals with SQLite's quoting instead of backslashes.
fn strings(sql: &str) -> String {
    let mut out = String::new();
    let mut chars = sql.chars();
    let mut inside = false;
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                inside = !inside;
                out.push(c);
            }
            '\\' if inside => match chars.next().unwrap() {
                'n' => out.push('\n'),
                'r' => out.push('\r'),
                't' => out.push('\t'),
                '\'' => out.push_str("''"),
                other => out.push(other),
            },
            _ => out.push(c),
        }
    }
    out
}
