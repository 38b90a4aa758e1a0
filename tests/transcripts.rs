//! What the command line says, screen by screen: every command with every
//! global option, every object of `--json` against its schema, man pages and
//! completions as they are kept in the repository, and golden transcripts.
//!
//! `make pages` writes man/, completions/, docs/json/ anew.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::machine::{Said, put, said};
use provha::report::json as out;
use serde_json::Value;

/// The repository.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program without a machine.
fn provha(args: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provha"));
    command.args(args).env_clear().env("COLUMNS", "80");
    said(&command.output().unwrap())
}

/// The schemas of all commands, by the words of the command.
fn schemas() -> BTreeMap<&'static str, Value> {
    let mut all = BTreeMap::new();
    for command in ["dhcp", "dns", "time", "configfile"] {
        all.insert(command, out::schema::<out::Run<'_>>(command));
    }
    let mut add = |command, schema| all.insert(command, schema);
    add("rebuild", out::schema::<out::Rebuild<'_>>("rebuild"));
    add("rollback", out::schema::<out::Rollback<'_>>("rollback"));
    add("log", out::schema::<out::Log>("log"));
    add("diff", out::schema::<out::Diff>("diff"));
    add("status", out::schema::<out::Status>("status"));
    let words = "failover state";
    add(words, out::schema::<out::FailoverState>(words));
    let words = "failover wait";
    add(words, out::schema::<out::FailoverWait>(words));
    let words = "failover partner-down";
    add(words, out::schema::<out::PartnerDown<'_>>(words));
    let words = "sync-ha-master-files";
    add(words, out::schema::<out::Sync>(words));
    let words = "clean-up-slave";
    add(words, out::schema::<out::CleanUp<'_>>(words));
    for command in ["demo", "man", "completions"] {
        add(command, out::schema::<out::Pages>(command));
    }
    let words = "docsis encode";
    add(words, out::schema::<out::Encoded>(words));
    let words = "docsis verify";
    add(words, out::schema::<out::Verified>(words));
    let words = "docsis check";
    add(words, out::schema::<out::Checked>(words));
    let words = "docsis describe";
    add(words, out::schema::<out::Described>(words));
    let words = "docsis diff";
    add(words, out::schema::<out::Compared>(words));
    let words = "docsis decode";
    add(words, out::schema::<out::Decoded>(words));
    all
}

/// All files that are generated, by their names in the repository.
fn generated() -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    assert_eq!(provha(&["man", "--out", &out]).code, 0);
    for section in ["man1", "man5"] {
        let from = dir.path().join(section);
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let name = Path::new("man").join(section).join(entry.file_name());
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    for (shell, name) in
        [("bash", "provha.bash"), ("zsh", "_provha"), ("fish", "provha.fish")]
    {
        let said = provha(&["completions", shell]);
        let name = Path::new("completions").join(name);
        files.insert(name, said.out.into_bytes());
    }
    for (command, schema) in schemas() {
        let name = format!("docs/json/{}.json", command.replace(' ', "-"));
        let text = format!("{schema:#}\n");
        files.insert(name.into(), text.into_bytes());
    }
    files
}

/// The files of a directory of the repository.
fn kept(dir: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![repository().join(dir)];
    while let Some(path) = todo.pop() {
        match path.is_dir() {
            true => {
                let entries = std::fs::read_dir(path).unwrap();
                todo.extend(entries.map(|entry| entry.unwrap().path()));
            }
            false => found
                .push(path.strip_prefix(repository()).unwrap().to_path_buf()),
        }
    }
    found
}

#[test]
fn pages_completions_and_schemas_are_those_of_the_program() {
    let made = generated();
    let write = std::env::var_os("PROVHA_PAGES").is_some();
    let mut wrong = Vec::new();
    for (name, bytes) in &made {
        let path = repository().join(name);
        if std::fs::read(&path).ok().as_ref() == Some(bytes) {
            continue;
        }
        match write {
            true => put(&path, bytes),
            false => wrong.push(name.clone()),
        }
    }
    for name in ["man", "completions", "docs/json"].into_iter().flat_map(kept) {
        if made.contains_key(&name) {
            continue;
        }
        match write {
            true => std::fs::remove_file(repository().join(&name)).unwrap(),
            false => wrong.push(name),
        }
    }
    assert!(wrong.is_empty(), "run 'make pages': {wrong:?}");
}
