//! Joins the embedded MIB tree with nodes that a [`MibLoader`] brings: writes
//! both in the text form of `data/mib/` and reads that again.
//!
//! [`MibLoader`]: crate::docsis::mib::MibLoader

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    fmt::Write,
};

use crate::docsis::mib::loader::{ExtraNode, ExtraObject};
use crate::docsis::mib::tree::{Lines, List};

/// Label of a node that has none; no OID text can contain `#`.
const UNNAMED: &str = "anonymous#";

/// The joined tree. What is embedded wins; a label that is known already
/// does not stand for the new node by itself.
pub(in crate::docsis) fn join(base: &Lines, extra: Vec<ExtraNode>) -> Lines {
    let mut pools = Pools::new(base);
    let mut nodes = existing(base);
    let mut labels: HashSet<String> =
        (0..base.nodes.len() as u32).map(|n| base.label(n).into()).collect();
    for node in extra {
        if !is_usable(&node) || nodes.contains_key(&node.oid) {
            continue;
        }
        let fresh = labels.insert(node.label.clone());
        let mark = if fresh { "" } else { "-" };
        let arc = node.oid.last().copied().unwrap_or(0);
        let mut line = format!("{arc}{mark} {}", node.label);
        if let Some(object) = &node.object {
            pools.write_columns(&mut line, object);
        }
        let _old = nodes.insert(node.oid, vec![line]);
    }
    fill_gaps(&mut nodes);
    Lines::new(Cow::Owned(write(&nodes)), pools.enums(), pools.indexes())
}

/// Whether the node can stand in the text.
fn is_usable(node: &ExtraNode) -> bool {
    let plain = |c: u8| c.is_ascii_graphic();
    let label = node.label.as_bytes();
    !node.oid.is_empty()
        && node.oid.len() <= 128
        && (1..=255).contains(&label.len())
        && label.iter().copied().all(plain)
}

/// The lines of a tree without their blanks, by OID.
fn existing(base: &Lines) -> BTreeMap<Vec<u32>, Vec<String>> {
    let mut nodes: BTreeMap<Vec<u32>, Vec<String>> = BTreeMap::new();
    let mut path: Vec<u32> = Vec::new();
    for line in base.text.lines() {
        let bare = line.trim_start_matches(' ');
        let depth = line.len() - bare.len();
        let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
        let Ok(arc) = bare[..digits].parse() else { continue };
        path.truncate(depth);
        path.push(arc);
        nodes.entry(path.clone()).or_default().push(bare.to_string());
    }
    nodes
}

/// Gives every node all nodes above it.
fn fill_gaps(nodes: &mut BTreeMap<Vec<u32>, Vec<String>>) {
    let mut missing = Vec::new();
    for oid in nodes.keys() {
        let gaps = (1..oid.len()).map(|n| &oid[..n]);
        missing.extend(
            gaps.filter(|up| !nodes.contains_key(*up)).map(<[u32]>::to_vec),
        );
    }
    for oid in missing {
        let arc = oid.last().copied().unwrap_or(0);
        let line = format!("{arc}-! {UNNAMED}");
        let _old = nodes.insert(oid, vec![line]);
    }
}

/// The text of a tree.
fn write(nodes: &BTreeMap<Vec<u32>, Vec<String>>) -> String {
    let mut text = String::new();
    for (oid, lines) in nodes {
        for line in lines {
            text.extend(std::iter::repeat_n(' ', oid.len() - 1));
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// The numbered texts, old and new.
struct Pools {
    /// Enumerations, one a line.
    enums: String,
    /// How many.
    enum_count: usize,
    /// INDEX clauses, one a line.
    indexes: String,
    /// How many.
    index_count: usize,
}

impl Pools {
    /// Starts with the texts of a tree.
    fn new(base: &Lines) -> Self {
        let all = |list: &List| {
            let mut text = String::new();
            for number in 0..list.len() {
                text.push_str(list.get(number));
                text.push('\n');
            }
            text
        };
        Self {
            enums: all(&base.enums),
            enum_count: base.enums.len(),
            indexes: all(&base.indexes),
            index_count: base.indexes.len(),
        }
    }

    /// Appends an object's columns to its line.
    fn write_columns(&mut self, line: &mut String, object: &ExtraObject) {
        let clean = |text: &str| text.replace(['\t', '\n'], " ");
        let number = |pool: &mut String, count: &mut usize, text: &str| {
            if text.is_empty() {
                return String::new();
            }
            pool.push_str(&clean(text));
            pool.push('\n');
            *count += 1;
            (*count - 1).to_string()
        };
        let enums =
            number(&mut self.enums, &mut self.enum_count, &object.enums);
        let index =
            number(&mut self.indexes, &mut self.index_count, &object.index);
        let _never = write!(
            line,
            "\t{}\t{}\t{}\t{enums}\t{index}\t{}",
            clean(&object.syntax),
            clean(&object.hint),
            clean(&object.ranges),
            clean(&object.convention),
        );
    }

    /// The enumerations.
    fn enums(&mut self) -> List {
        List::new(Cow::Owned(std::mem::take(&mut self.enums)))
    }

    /// The INDEX clauses.
    fn indexes(&mut self) -> List {
        List::new(Cow::Owned(std::mem::take(&mut self.indexes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::mib::{Mib, MibLoader, Node, Syntax};

    /// A loader of two nodes, one of them known.
    struct Two;

    impl MibLoader for Two {
        fn load(&self) -> Vec<ExtraNode> {
            let object = ExtraObject {
                syntax: "INTEGER".into(),
                enums: "bridge=1,router=2".into(),
                index: "acmeIndex:Integer32(1..9)".into(),
                ..ExtraObject::default()
            };
            let oid = vec![1, 3, 6, 1, 4, 1, 99_999, 4, 1, 2];
            let label = "acmeMode".into();
            let known = ExtraNode {
                oid: vec![1, 3, 6, 1, 2, 1, 1, 4],
                label: "other".into(),
                object: None,
            };
            vec![ExtraNode { oid, label, object: Some(object) }, known]
        }
    }

    #[test]
    fn a_loaded_name_is_found_and_the_embedded_ones_stay() {
        let mib = Mib::with_loader(Box::new(Two));
        assert!(mib.tree().find(b"acmeMode").is_none());
        assert!(mib.may_load());
        let tree = mib.full();
        let object = tree.find(b"acmeMode").and_then(Node::object);
        let object = object.expect("it was loaded");
        assert_eq!(object.syntax, Syntax::Integer);
        assert_eq!(object.enum_value(b"router"), Some(2));
        assert!(object.index().next().expect("one part").allows(9));
        assert!(tree.find(b"sysContact").is_some());
        assert!(tree.find(b"other").is_none());
        assert!(!mib.may_load());
        assert!(mib.tree().find(b"acmeMode").is_some());
    }

    #[test]
    fn every_node_of_the_joined_tree_has_a_parent() {
        let base = Lines::new(
            Cow::Borrowed("1 iso\n 3 org\n"),
            List::new(Cow::Borrowed("")),
            List::new(Cow::Borrowed("")),
        );
        let joined = join(&base, Two.load());
        assert_eq!(joined.label(0), "iso");
        let count = joined.nodes.len() as u32;
        let depth = |n: u32| joined.nodes[n as usize].depth;
        let parent = |n: u32| joined.nodes[n as usize].parent;
        let is_rooted = |n| depth(n) == 0 || parent(n) < n;
        assert!((0..count).all(is_rooted));
    }
}
