//! Changes to a zone as `nsupdate` reads them.

use std::fmt::Write as _;

/// How many changes one update message carries: those of names as long as
/// they can be still fit into 64 KiB.
const PER_MESSAGE: usize = 100;

/// Changes to one zone, in order. Names are given without the final dot.
#[derive(Debug, Clone)]
pub struct Batch {
    zone: String,
    lines: Vec<String>,
}

impl Batch {
    /// No change yet to the zone.
    pub fn new(zone: &str) -> Self {
        Self { zone: zone.to_string(), lines: Vec::new() }
    }

    /// Adds a record; `data` as in a zone file, names in it with their final
    /// dot.
    pub fn add(&mut self, name: &str, ttl: u32, kind: &str, data: &str) {
        self.push(format!("update add {name}. {ttl} {kind} {data}"));
    }

    /// Deletes one record.
    pub fn delete(&mut self, name: &str, kind: &str, data: &str) {
        self.push(format!("update delete {name}. {kind} {data}"));
    }

    /// Deletes all records of a kind.
    pub fn delete_set(&mut self, name: &str, kind: &str) {
        self.push(format!("update delete {name}. {kind}"));
    }

    /// Deletes all records of a name.
    pub fn delete_name(&mut self, name: &str) {
        self.push(format!("update delete {name}."));
    }

    /// Takes a line, unless it would be more than one: then it is no change.
    fn push(&mut self, line: String) {
        debug_assert!(!line.contains(['\n', '\r', ';']), "{line:?}");
        if !line.contains(['\n', '\r', ';']) {
            self.lines.push(line);
        }
    }

    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many changes there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// What `nsupdate` reads, without the server.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for part in self.lines.chunks(PER_MESSAGE) {
            let _ = writeln!(out, "zone {}.", self.zone);
            for line in part {
                let _ = writeln!(out, "{line}");
            }
            let _ = writeln!(out, "send");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_batches_go_in_several_messages() {
        let mut batch = Batch::new("x.org");
        assert!(batch.is_empty() && batch.text().is_empty());
        for i in 0..=PER_MESSAGE {
            batch.delete_name(&format!("cm-{i}.x.org"));
        }
        let text = batch.text();
        assert_eq!(batch.len(), PER_MESSAGE + 1);
        assert_eq!(text.matches("zone x.org.\n").count(), 2);
        assert!(text.ends_with("update delete cm-100.x.org.\nsend\n"));
    }
}
