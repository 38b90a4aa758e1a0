//! Where rendered files go: one render code, several sinks.

use std::collections::BTreeMap;
use std::io::Write;

/// Writes one file's content.
pub type Content<'a> = &'a mut dyn FnMut(&mut dyn Write) -> anyhow::Result<()>;

/// Takes the files of a set, one after the other.
///
/// A push: a hosts file of 140 MB and one of 700 bytes are the same case, and
/// no file is left half open.
pub trait Sink {
    /// Takes a file; `name` is its path below the set's directory.
    fn file(&mut self, name: &str, content: Content<'_>) -> anyhow::Result<()>;
}

/// A set in memory, for tests and the demo.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MemorySink(pub BTreeMap<String, Vec<u8>>);

impl Sink for MemorySink {
    fn file(&mut self, name: &str, content: Content<'_>) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        content(&mut bytes)?;
        let before = self.0.insert(name.to_string(), bytes);
        anyhow::ensure!(before.is_none(), "{name} was rendered twice");
        Ok(())
    }
}
