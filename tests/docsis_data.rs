//! The generated data is what its generators make of the facts, where those
//! are beside the checkout; and every table row is a row of the facts.

use crate::docsis_vectors;

use std::{fs, process::Command};

use docsis_vectors::{root, shared};
use provha::docsis::table::{SYMBOLS, TOP};

/// Runs a generator with `check`.
fn check(tool: &str) {
    if shared().is_none() {
        return;
    }
    let output = Command::new("python3")
        .arg(root().join("tools").join(tool))
        .arg("check")
        .output()
        .expect("python3 runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "run `{tool} write`:\n{told}");
}

#[test]
fn the_mib_table_is_up_to_date() {
    check("mib-table.py");
}

#[test]
fn the_vectors_are_up_to_date() {
    check("docsis-vectors.py");
}

#[test]
fn the_symbol_table_is_that_of_the_facts() {
    let Some(shared) = shared() else { return };
    let facts = fs::read_to_string(shared.join("facts/docsis-symbols.tsv"))
        .expect("the facts are there");
    let rows: Vec<Vec<&str>> =
        facts.lines().skip(1).map(|l| l.split('\t').collect()).collect();
    assert_eq!(rows.len(), SYMBOLS.len());
    for (row, symbol) in rows.iter().zip(&SYMBOLS) {
        let limit = |text: &str| text.parse().unwrap_or(0u32);
        // The reference gives 94, which is downstream, the name of 93.
        let slip = row[2] == "94" && row[4] == "-";
        let name = if slip { "DownstreamEHQoSASF" } else { row[1] };
        assert_eq!(name, symbol.name);
        assert_eq!(limit(row[2]), u32::from(symbol.code), "{}", row[1]);
        assert_eq!(limit(row[7]), symbol.min, "{}", row[1]);
        assert_eq!(limit(row[8]), symbol.max, "{}", row[1]);
        assert_eq!(row[4] == "-", symbol.parent == TOP, "{}", row[1]);
        if let Some(parent) = provha::docsis::table::parent(symbol) {
            let (path, _) = row[3].rsplit_once('.').expect("a path");
            assert_eq!(rows[usize::from(parent.row)][3], path, "{}", row[1]);
        }
    }
}

/// The files of a directory and those below it.
fn sources(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(sources(&path)),
            false => found.push(path),
        }
    }
    found
}

#[test]
fn the_codec_stands_alone_and_touches_no_files() {
    for path in sources(&root().join("src/docsis")) {
        let name = path.display();
        let text = fs::read_to_string(&path).expect("a source");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().map(str::trim_start) {
            let ours = line.contains("crate::") && !line.starts_with("//");
            assert!(!ours || line.contains("crate::docsis"), "{name}: {line}");
            let files = line.contains("std::fs") || line.contains("File::open");
            // The one place that reads MIB files.
            let reader = path.ends_with("mib/dirs.rs");
            assert!(!files || reader, "{name}: {line}");
        }
    }
}
