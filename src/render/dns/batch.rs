//! Changes to a zone as `nsupdate` reads them.

use std::fmt::Write as _;

/// Lines of one message.
const LINES: usize = 1000;
/// Octets of one message, names uncompressed; DNS over TCP carries 65535.
const OCTETS: usize = 40_000;

/// Changes to one zone, in order. Names are given without the final dot.
#[derive(Debug, Clone)]
pub struct Batch {
    zone: String,
    lines: Vec<String>,
    /// Where each further message begins.
    cuts: Vec<usize>,
    /// Octets of the last message.
    octets: usize,
}

impl Batch {
    /// No change yet to the zone.
    pub fn new(zone: &str) -> Self {
        let (zone, lines) = (zone.to_string(), Vec::new());
        Self { zone, lines, cuts: Vec::new(), octets: 0 }
    }

    /// The zone.
    pub fn zone(&self) -> &str {
        &self.zone
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

    /// Takes one change.
    fn push(&mut self, line: String) {
        self.together(vec![line]);
    }

    /// Takes whole lines that must go in one message. One that would be more
    /// than a line is no change: it is left out.
    pub fn together(&mut self, lines: Vec<String>) {
        if !self.is_empty() && !self.has_room_for(&lines) {
            self.cuts.push(self.lines.len());
            self.octets = 0;
        }
        self.octets += octets(&lines);
        for line in lines {
            debug_assert!(!line.contains(['\n', '\r', ';']), "{line:?}");
            if !line.contains(['\n', '\r', ';']) {
                self.lines.push(line);
            }
        }
    }

    /// True if the last message has room for more lines.
    pub fn has_room_for(&self, lines: &[String]) -> bool {
        let begin = self.cuts.last().copied().unwrap_or(0);
        self.octets + octets(lines) <= OCTETS
            && self.lines.len() - begin + lines.len() <= LINES
    }

    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many changes there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// The changes, a line each.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// What `nsupdate` reads, without the server.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let cuts = self.cuts.iter().copied();
        let ends = cuts.clone().chain([self.lines.len()]);
        for (begin, end) in [0].into_iter().chain(cuts).zip(ends) {
            if begin == end {
                continue;
            }
            let _ = writeln!(out, "zone {}.", self.zone);
            for line in &self.lines[begin..end] {
                let _ = writeln!(out, "{line}");
            }
            let _ = writeln!(out, "send");
        }
        out
    }
}

/// What lines take of a message: type, class, TTL and length besides owner
/// and data.
fn octets(lines: &[String]) -> usize {
    lines.iter().map(|line| line.len() + 12).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_batches_go_in_several_messages() {
        let mut batch = Batch::new("x.org");
        assert!(batch.is_empty() && batch.text().is_empty());
        let last = LINES - 1;
        for i in 0..last {
            batch.delete_name(&format!("cm-{i}.x.org"));
        }
        // Two that must not be parted, of which one has room.
        let pair = ["update delete a.", "update delete b."];
        batch.together(pair.map(String::from).to_vec());
        let text = batch.text();
        assert_eq!(batch.len(), LINES + 1);
        assert_eq!(text.matches("zone x.org.\n").count(), 2);
        let end = "send\nzone x.org.\nupdate delete a.\nupdate delete b.\n\
                   send\n";
        assert!(text.ends_with(end), "{text}");
    }

    #[test]
    fn the_longest_names_fit_into_a_message() {
        let mut batch = Batch::new("x.org");
        let name = "x".repeat(250);
        for _ in 0..300 {
            batch.add(&name, 3600, "CNAME", &name);
        }
        for message in batch.text().split("zone x.org.\n") {
            assert!(message.len() <= OCTETS + 20);
        }
    }
}
