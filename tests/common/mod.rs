//! What the tests on the real program share: databases, roots, runs, daemons.

pub mod cmts;
pub mod daemon;
pub mod db;
pub mod dhcp;
pub mod drill;
pub mod duo;
pub mod fresh;
pub mod galera;
pub mod lab;
pub mod lone;
pub mod machine;
pub mod netpair;
pub mod node;
pub mod pair;
pub mod plant;
pub mod postgres;
pub mod private;
pub mod pulse;
pub mod reader;
pub mod ring;
pub mod schema;
pub mod sqlite;
pub mod ssh;
pub mod terminal;
pub mod trace;
pub mod tree;

use std::path::PathBuf;

/// A file below fixtures/.
pub fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// The text of a file below fixtures/.
pub fn fixture_text(name: &str) -> String {
    let path = fixture(name);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Finds a program that a test cannot do without.
///
/// # Panics
/// When it is not installed: a missing daemon fails the test.
pub fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"];
    std::env::split_paths(&path)
        .chain(usual.iter().map(PathBuf::from))
        .map(|dir| dir.join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| {
            panic!(
                "{name} is not installed; `make test` installs what it needs"
            )
        })
}
