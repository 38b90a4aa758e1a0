//! Who may import whom (ARCHITECTURE.md), and where the world is touched.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A module of the library and those that it may import besides itself.
/// `exit` and `files` are words and tools that every edge shares.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("docsis", &[]),
    ("plan", &[]),
    ("exit", &[]),
    ("template", &[]),
];

/// Modules that nothing imports but what dispatches to them.
const TOPS: &[&str] = &["commands"];

/// Modules that think: no files, no processes, no sockets.
const PURE: &[&str] = &["model", "plan", "render", "exit", "template"];

/// The source files of a module, with their code as it is without tests,
/// comments and blanks between words.
fn sources(module: &str) -> Vec<(PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut todo = vec![src.join(format!("{module}.rs")), src.join(module)];
    let mut out = Vec::new();
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            todo.extend(entries.map(|entry| entry.unwrap().path()));
        } else if path.is_file() {
            let text = fs::read_to_string(&path).unwrap();
            out.push((path, code(&text)));
        }
    }
    out
}

/// The code before the tests, without comments.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines().map(|line| {
        let comment = line.trim_start().starts_with("//");
        if comment { "" } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules of ours that a text names.
fn imports(code: &str) -> BTreeSet<String> {
    code.split("crate::")
        .skip(1)
        .filter_map(|rest| {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
            (end > 0).then(|| rest[..end].to_string())
        })
        .collect()
}

#[test]
fn imports_go_one_way() {
    let mut wrong = Vec::new();
    for (module, allowed) in MAY_IMPORT {
        let sources = sources(module);
        assert!(!sources.is_empty(), "{module} is gone");
        for (path, code) in sources {
            let strangers = imports(&code).into_iter().filter(|name| {
                name != module && !allowed.contains(&name.as_str())
            });
            wrong.extend(strangers.map(|n| format!("{}: {n}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "imports:\n{}", wrong.join("\n"));
}

#[test]
fn nothing_imports_the_commands() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_string_lossy().into_owned();
        if TOPS.contains(&&*module) || ["lib", "main"].contains(&&*module) {
            continue;
        }
        for (path, code) in sources(&module) {
            let tops = imports(&code);
            let tops = tops.iter().filter(|n| TOPS.contains(&n.as_str()));
            wrong.extend(tops.map(|n| format!("{}: {n}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "imports:\n{}", wrong.join("\n"));
}

#[test]
fn those_that_think_do_not_touch_the_world() {
    let world = ["std::fs", "std::net::Tcp", "std::net::Udp", "Command::new"];
    let mut wrong = Vec::new();
    for module in PURE {
        for (path, code) in sources(module) {
            let found = world.iter().filter(|word| code.contains(**word));
            wrong.extend(found.map(|w| format!("{}: {w}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "the world:\n{}", wrong.join("\n"));
}
