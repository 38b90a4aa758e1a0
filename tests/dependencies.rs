//! What `cargo deny` checks and needs no network for, without the tool: the
//! licence of each dependency, where it comes from, and which crates are
//! there in several versions. The lists are those of deny.toml.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A file of the repository.
fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap()
}

/// The texts of a list in deny.toml.
fn list(deny: &str, key: &str) -> BTreeSet<String> {
    let begin = deny.find(&format!("\n{key} = [")).expect("a list");
    let end = deny[begin..].find("\n]").expect("its end") + begin;
    let quoted = deny[begin..end].split('"').skip(1).step_by(2);
    quoted.map(str::to_string).collect()
}

/// All packages of the program for this platform.
fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let used = metadata["resolve"]["nodes"].as_array().unwrap();
    let used: BTreeSet<&str> =
        used.iter().map(|node| node["id"].as_str().unwrap()).collect();
    let all = metadata["packages"].as_array().unwrap().clone();
    all.into_iter()
        .filter(|package| used.contains(package["id"].as_str().unwrap()))
        .collect()
}

/// Whether an expression is met by the licences that are allowed (SPDX
/// specification 2.3, annex D: WITH binds before AND, AND before OR).
fn allows(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    // Before SPDX a slash stood for OR.
    let spaced = spaced.replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any(&words, &mut at, allowed);
    assert_eq!(at, words.len(), "{expression}");
    met
}

fn any(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut met = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all(words, at, allowed);
    }
    met
}

fn all(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let word = words[*at];
    *at += 1;
    if word == "(" {
        let met = any(words, at, allowed);
        assert_eq!(words[*at], ")");
        *at += 1;
        return met;
    }
    if words.get(*at) == Some(&"WITH") {
        let name = format!("{word} WITH {}", words[*at + 1]);
        *at += 2;
        return allowed.contains(&name);
    }
    allowed.contains(word)
}

#[test]
fn expressions_are_read() {
    let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"];
    let allowed = allowed.iter().map(ToString::to_string).collect();
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("GPL-3.0 OR MIT AND GPL-2.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
    ] {
        assert_eq!(allows(expression, &allowed), met, "{expression}");
    }
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let deny = text("deny.toml");
    let allowed = list(&deny, "allow");
    let packages = packages();
    assert!(packages.len() > 100);
    for package in packages {
        let name = package["name"].as_str().unwrap();
        match package["license"].as_str() {
            Some(licence) => {
                assert!(allows(licence, &allowed), "{name}: {licence}");
            }
            None => {
                let clarified = format!("\nname = \"{name}\"\nexpression = ");
                assert!(deny.contains(&clarified), "{name}: no licence");
            }
        }
    }
}

#[test]
fn every_dependency_comes_from_the_registry_once() {
    let lock = text("Cargo.lock");
    let of = |line: &str, key: &str| {
        let value = line.strip_prefix(&format!("{key} = \""))?;
        value.strip_suffix('"').map(str::to_string)
    };
    let (mut versions, mut sources) = (BTreeMap::new(), BTreeSet::new());
    let mut checksums = 0;
    let mut name = String::new();
    for line in lock.lines() {
        if let Some(found) = of(line, "name") {
            *versions.entry(found.clone()).or_insert(0) += 1;
            name = found;
        }
        if let Some(source) = of(line, "source") {
            assert!(source.starts_with("registry+"), "{name}: {source}");
            sources.insert(source);
        }
        checksums += usize::from(line.starts_with("checksum = "));
    }
    assert_eq!(sources.len(), 1, "{sources:?}");
    let total: usize = versions.values().sum();
    assert_eq!(checksums, total - 1, "all but our own have a checksum");
    let several = versions.iter().filter(|(_, count)| **count > 1);
    let several: BTreeSet<String> =
        several.map(|(name, _)| name.clone()).collect();
    let known = list(&text("deny.toml"), "skip");
    assert_eq!(several, known, "crates in several versions; deny.toml, skip");
}
