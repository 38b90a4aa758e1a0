//! The MIB tree in memory: read once from the indented text of `data/mib/`,
//! then found by hash (labels) and binary search (numbers).
//!
//! The text has one node a line: as many blanks as its depth, its number,
//! marks, a blank, its label, and for objects tab-separated syntax, display
//! hint, ranges, number of its enumeration, number of its INDEX clause, and
//! textual convention. Marks: `-` the label does not stand for this node by
//! itself, `~` a second label of the node before, `!` printed as its number.

use std::borrow::Cow;

/// No node: the parent of a node at the top.
pub(in crate::docsis) const NONE: u32 = u32::MAX;

/// Deepest node that is read; deeper lines are ignored.
const MAX_DEPTH: usize = 128;

/// Longest decimal arc that fits 32 bits, digits.
const MAX_ARC: u64 = u32::MAX as u64;

/// One line of the text.
#[derive(Clone, Copy, Debug)]
pub(in crate::docsis) struct Line {
    /// Where its label starts in the text, octets.
    pub label: u32,
    /// Node of the line above in the tree, or [`NONE`].
    pub parent: u32,
    /// Number below the parent.
    pub arc: u32,
    /// Length of the label, octets.
    pub label_len: u8,
    /// Depth, 0 at the top.
    pub depth: u8,
    /// Whether the label resolves to this node when it stands alone.
    pub resolves: bool,
    /// Whether the label is printed.
    pub printed: bool,
    /// For a second label (`~`): whether it is one.
    pub alias: bool,
    /// Whether the line has the columns of an object.
    pub object: bool,
}

/// A MIB tree and its indexes.
#[derive(Debug)]
pub(in crate::docsis) struct Lines {
    /// The text that the labels and columns are read from.
    pub text: Cow<'static, str>,
    /// Enumerations, one a line.
    pub enums: List,
    /// INDEX clauses, one a line.
    pub indexes: List,
    /// Nodes in the order of their OIDs.
    pub nodes: Vec<Line>,
    /// Where the children of a node start in `children`; one more at the end.
    first_child: Vec<u32>,
    /// Nodes by parent, then ascending by number (aliases left out).
    children: Vec<u32>,
    /// Nodes without parent, ascending.
    pub roots: Vec<u32>,
    /// Open-addressed hash of labels: nodes or [`NONE`].
    labels: Vec<u32>,
}

/// Texts found by their number.
#[derive(Clone, Debug)]
pub(in crate::docsis) struct List {
    /// All of them, one a line.
    text: Cow<'static, str>,
    /// Start of each line; one more at the end.
    starts: Vec<u32>,
}

impl List {
    /// Reads one text a line; lines starting with `#` do not count.
    pub fn new(text: Cow<'static, str>) -> Self {
        let mut starts = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if !line.starts_with('#') {
                starts.push(at as u32);
            }
            at += line.len();
        }
        starts.push(at as u32);
        Self { text, starts }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The text of that number; empty when there is none.
    pub fn get(&self, number: usize) -> &str {
        let (Some(from), Some(to)) =
            (self.starts.get(number), self.starts.get(number + 1))
        else {
            return "";
        };
        self.text
            .get(*from as usize..*to as usize)
            .unwrap_or("")
            .trim_end_matches('\n')
    }
}

impl Lines {
    /// Reads the three texts.
    pub fn new(text: Cow<'static, str>, enums: List, indexes: List) -> Self {
        let nodes = read_nodes(text.as_bytes());
        let labels = index_labels(&text, &nodes);
        let (first_child, children) = index_children(&nodes);
        let roots = (0..nodes.len() as u32)
            .filter(|n| nodes[*n as usize].parent == NONE)
            .filter(|n| !nodes[*n as usize].alias)
            .collect();
        Self {
            text,
            enums,
            indexes,
            nodes,
            first_child,
            children,
            roots,
            labels,
        }
    }

    /// Label of a node.
    pub fn label(&self, node: u32) -> &str {
        label_of(&self.text, &self.nodes[node as usize])
    }

    /// The tab-separated columns after the label.
    pub fn columns(&self, node: u32) -> std::str::Split<'_, char> {
        let line = &self.nodes[node as usize];
        let from = line.label as usize + usize::from(line.label_len) + 1;
        let rest = if line.object { &self.text[from..] } else { "" };
        rest.split('\n').next().unwrap_or("").split('\t')
    }

    /// Children of a node, ascending by number.
    pub fn children(&self, node: u32) -> &[u32] {
        if node == NONE {
            return &self.roots;
        }
        let from = self.first_child[node as usize] as usize;
        let to = self.first_child[node as usize + 1] as usize;
        &self.children[from..to]
    }

    /// The child with that number.
    pub fn child(&self, node: u32, arc: u32) -> Option<u32> {
        let children = self.children(node);
        // Most tables are numbered 1, 2, 3 …
        let guess = arc.wrapping_sub(1) as usize;
        if let Some(child) = children.get(guess)
            && self.nodes[*child as usize].arc == arc
        {
            return Some(*child);
        }
        children
            .binary_search_by_key(&arc, |c| self.nodes[*c as usize].arc)
            .ok()
            .map(|at| children[at])
    }

    /// The nodes with that label.
    pub fn labelled<'a>(
        &'a self,
        label: &'a [u8],
    ) -> impl Iterator<Item = u32> + 'a {
        let mask = self.labels.len() - 1;
        let mut slot = hash(label) as usize & mask;
        std::iter::from_fn(move || {
            loop {
                let node = self.labels[slot];
                if node == NONE {
                    return None;
                }
                slot = (slot + 1) & mask;
                if self.label(node).as_bytes() == label {
                    return Some(node);
                }
            }
        })
    }

    /// The node itself, or the one that it is a second label of.
    pub fn main_node(&self, mut node: u32) -> u32 {
        while node > 0 && self.nodes[node as usize].alias {
            node -= 1;
        }
        node
    }
}

/// Label of a line.
fn label_of<'a>(text: &'a str, line: &Line) -> &'a str {
    let from = line.label as usize;
    &text[from..from + usize::from(line.label_len)]
}

/// Multiplier of the label hash (golden ratio, 64 bits).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hash of a label, eight octets at a time.
fn hash(label: &[u8]) -> u32 {
    let mix = |hash: u64, octets: [u8; 8]| {
        let hash = (hash ^ u64::from_le_bytes(octets)).wrapping_mul(SPREAD);
        hash ^ (hash >> 29)
    };
    let (chunks, rest) = label.as_chunks();
    let hash = chunks.iter().fold(label.len() as u64, |h, c| mix(h, *c));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    (mix(hash, last) >> 32) as u32
}

/// Reads all lines; what is not of the form is left out.
fn read_nodes(text: &[u8]) -> Vec<Line> {
    let mut nodes = Vec::with_capacity(text.len() / 36);
    let mut path = [NONE; MAX_DEPTH + 1];
    let mut at = 0;
    while at < text.len() {
        if let Some(mut line) = read_line(text, at) {
            let depth = usize::from(line.depth);
            if !line.alias {
                path[depth + 1] = nodes.len() as u32;
            }
            line.parent = path[depth];
            at = line.label as usize + usize::from(line.label_len);
            nodes.push(line);
        }
        at += count(&text[at..], |c| c != b'\n') + 1;
    }
    nodes
}

/// How many octets at the start fulfil the condition.
fn count(text: &[u8], condition: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|c| condition(**c)).count()
}

/// Reads the line that starts at `at`; its parent is left open.
fn read_line(text: &[u8], mut at: usize) -> Option<Line> {
    let depth = count(&text[at..], |c| c == b' ');
    at += depth;
    let mut arc = 0u64;
    let digits = at;
    while arc <= MAX_ARC && text.get(at).is_some_and(u8::is_ascii_digit) {
        arc = arc * 10 + u64::from(text[at] - b'0');
        at += 1;
    }
    if at == digits || depth >= MAX_DEPTH {
        return None;
    }
    let marks = &text[at..at + count(&text[at..], |c| c > b' ')];
    at += marks.len();
    if text.get(at) != Some(&b' ') {
        return None;
    }
    let label = at + 1;
    let len = count(&text[label..], |c| c > b' ');
    Some(Line {
        label: u32::try_from(label).ok()?,
        parent: NONE,
        arc: u32::try_from(arc).ok()?,
        label_len: u8::try_from(len).ok()?,
        depth: depth as u8,
        resolves: !marks.contains(&b'-'),
        printed: !marks.contains(&b'!'),
        alias: marks.contains(&b'~'),
        object: text.get(label + len) == Some(&b'\t'),
    })
}

/// Hashes all labels; those that resolve by themselves come first.
fn index_labels(text: &str, nodes: &[Line]) -> Vec<u32> {
    let size = (nodes.len() * 2).next_power_of_two().max(2);
    let mut labels = vec![NONE; size];
    for resolving in [true, false] {
        for (node, line) in nodes.iter().enumerate() {
            if line.resolves == resolving {
                let label = label_of(text, line).as_bytes();
                let mut slot = hash(label) as usize & (size - 1);
                while labels[slot] != NONE {
                    slot = (slot + 1) & (size - 1);
                }
                labels[slot] = node as u32;
            }
        }
    }
    labels
}

/// Groups nodes by parent: starts, and the nodes.
fn index_children(nodes: &[Line]) -> (Vec<u32>, Vec<u32>) {
    let counted = || {
        let lines = nodes.iter().enumerate();
        lines.filter(|(_, line)| line.parent != NONE && !line.alias)
    };
    let mut starts = vec![0u32; nodes.len() + 1];
    for (_, line) in counted() {
        starts[line.parent as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut children = vec![0; starts[nodes.len()] as usize];
    for (node, line) in counted() {
        let slot = &mut next[line.parent as usize];
        children[*slot as usize] = node as u32;
        *slot += 1;
    }
    (starts, children)
}
