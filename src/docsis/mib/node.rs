//! The tree of names: nodes, and what those are like that have a value:
//! syntax, ranges, names of values, INDEX clause.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use crate::docsis::mib::tree::{Line, Lines, List, NONE};
use crate::docsis::near::Index;

/// One tree of names.
#[derive(Debug)]
pub struct Tree {
    /// The lines it was read from.
    lines: Lines,
    /// Labels for the search for close ones.
    near: Index,
}

impl Tree {
    /// The tree of these lines.
    pub(in crate::docsis) fn of(lines: Lines) -> Self {
        Self { lines, near: Index::default() }
    }

    /// The lines it was read from.
    pub(in crate::docsis) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The tree that comes with the program.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static TREE: OnceLock<Tree> = OnceLock::new();
        TREE.get_or_init(|| {
            let text = include_str!("../../../data/mib/tree.txt");
            let enums = include_str!("../../../data/mib/enums.txt");
            let indexes = include_str!("../../../data/mib/indexes.txt");
            let list = |text| List::new(Cow::Borrowed(text));
            let text = Cow::Borrowed(text);
            Self::of(Lines::new(text, list(enums), list(indexes)))
        })
    }

    /// The node that a label stands for by itself (case matters).
    #[must_use]
    pub fn find(&self, label: &[u8]) -> Option<Node<'_>> {
        let mut nodes = self.lines.labelled(label);
        let id = nodes.find(|n| self.lines.nodes[*n as usize].resolves)?;
        Some(self.node(self.lines.main_node(id)))
    }

    /// The node at the top with that number (0 ccitt, 1 iso, 2 joint).
    #[must_use]
    pub fn root(&self, arc: u32) -> Option<Node<'_>> {
        self.lines.child(NONE, arc).map(|id| self.node(id))
    }

    /// The node at the top with that label.
    #[must_use]
    pub fn root_named(&self, label: &[u8]) -> Option<Node<'_>> {
        self.child_named(NONE, label)
    }

    /// The deepest node on the way to an OID, and how many numbers of the OID
    /// lead to it.
    #[must_use]
    pub fn nearest(&self, oid: &[u32]) -> Option<(Node<'_>, usize)> {
        let mut id = NONE;
        let mut used = 0;
        for arc in oid {
            let Some(child) = self.lines.child(id, *arc) else { break };
            (id, used) = (child, used + 1);
        }
        (id != NONE).then(|| (self.node(id), used))
    }

    /// All labels, in the order of their OIDs.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        (0..self.lines.nodes.len() as u32).map(|id| self.lines.label(id))
    }

    /// Labels close to `label`, best first.
    pub(in crate::docsis) fn close_to(&self, label: &[u8]) -> Vec<String> {
        let label_at = |id| self.lines.label(id);
        self.near.close(label, || self.labels(), label_at)
    }

    /// A node by its id.
    fn node(&self, id: u32) -> Node<'_> {
        Node { tree: self, id }
    }

    /// The child of a node with that label.
    fn child_named(&self, parent: u32, label: &[u8]) -> Option<Node<'_>> {
        let lines = &self.lines;
        let id = lines
            .labelled(label)
            .find(|id| lines.nodes[*id as usize].parent == parent)?;
        Some(self.node(lines.main_node(id)))
    }
}

/// A node of the tree: a label and a number below its parent.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    /// The tree it is in.
    tree: &'a Tree,
    /// Its place there.
    id: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for Node<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.label(), self.oid())
    }
}

impl<'a> Node<'a> {
    /// Its label.
    #[must_use]
    pub fn label(self) -> &'a str {
        self.tree.lines.label(self.id)
    }

    /// Its number below the parent.
    #[must_use]
    pub fn arc(self) -> u32 {
        self.line().arc
    }

    /// Length of its OID, numbers.
    #[must_use]
    pub fn depth(self) -> usize {
        usize::from(self.line().depth) + 1
    }

    /// Its object identifier.
    #[must_use]
    pub fn oid(self) -> Vec<u32> {
        let mut oid = vec![0; self.depth()];
        let mut node = Some(self);
        for arc in oid.iter_mut().rev() {
            *arc = node.map_or(0, Node::arc);
            node = node.and_then(Node::parent);
        }
        oid
    }

    /// Whether the reference prints this node by its label; otherwise it
    /// prints the last label above and numbers.
    #[must_use]
    pub fn is_printed(self) -> bool {
        self.line().printed
    }

    /// Whether the label, standing alone, means this node.
    #[must_use]
    pub fn resolves(self) -> bool {
        self.tree.find(self.label().as_bytes()) == Some(self)
    }

    /// The node above.
    #[must_use]
    pub fn parent(self) -> Option<Node<'a>> {
        let parent = self.line().parent;
        (parent != NONE).then(|| self.tree.node(parent))
    }

    /// The node below with that number.
    #[must_use]
    pub fn child(self, arc: u32) -> Option<Node<'a>> {
        self.tree.lines.child(self.id, arc).map(|id| self.tree.node(id))
    }

    /// The node below with that label (second labels count).
    #[must_use]
    pub fn child_named(self, label: &[u8]) -> Option<Node<'a>> {
        self.tree.child_named(self.id, label)
    }

    /// The nodes below, ascending by number.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> {
        let tree = self.tree;
        tree.lines.children(self.id).iter().map(|id| tree.node(*id))
    }

    /// Syntax, ranges, enumeration and index, if it is an object.
    #[must_use]
    pub fn object(self) -> Option<Object<'a>> {
        let lines = &self.tree.lines;
        if !self.line().object {
            return None;
        }
        let mut columns = lines.columns(self.id);
        let mut next = || columns.next().unwrap_or("");
        let syntax = next();
        let (hint, ranges) = (next(), next());
        let enums = next().parse().map_or("", |n| lines.enums.get(n));
        let index = next().parse().map_or("", |n| lines.indexes.get(n));
        let syntax = Syntax::parse(syntax)?;
        let node = self;
        let convention = next();
        Some(Object { node, syntax, hint, convention, ranges, enums, index })
    }

    /// The tree that it is in.
    pub(in crate::docsis) fn tree(self) -> &'a Tree {
        self.tree
    }

    /// Its line in the text.
    fn line(self) -> &'a Line {
        &self.tree.lines.nodes[self.id as usize]
    }
}

/// What a node that has a value is like (its OBJECT-TYPE).
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// The node.
    pub node: Node<'a>,
    /// Base syntax.
    pub syntax: Syntax,
    /// DISPLAY-HINT; empty if there is none.
    pub hint: &'a str,
    /// Textual convention, kept only for the `InetAddress…` family.
    pub convention: &'a str,
    /// Ranges or sizes as text.
    pub(in crate::docsis) ranges: &'a str,
    /// Enumeration as text.
    pub(in crate::docsis) enums: &'a str,
    /// INDEX clause as text.
    pub(in crate::docsis) index: &'a str,
}

impl<'a> Object<'a> {
    /// Allowed values (of numbers) or lengths in octets (of strings); an
    /// empty iterator means that there is no limit.
    pub fn ranges(&self) -> impl Iterator<Item = (i64, i64)> + 'a {
        parse_ranges(self.ranges, self.syntax)
    }

    /// Whether a value (or a length) lies in one of the ranges, or there are
    /// none.
    #[must_use]
    pub fn allows(&self, value: i64) -> bool {
        lies_in(self.ranges, self.syntax, value)
    }

    /// The ranges as written: `0..15|64..64`; empty if there are none.
    #[must_use]
    pub fn ranges_text(&self) -> &'a str {
        self.ranges
    }

    /// Whether values have names.
    #[must_use]
    pub fn is_enumerated(&self) -> bool {
        !self.enums.is_empty()
    }

    /// Names of values (of bits, for BITS), in the order of the MIB.
    pub fn enums(&self) -> impl Iterator<Item = (&'a str, i64)> + 'a {
        self.enums.split(',').filter_map(|pair| {
            let (label, value) = pair.rsplit_once('=')?;
            Some((label, value.parse().ok()?))
        })
    }

    /// Name of a value.
    #[must_use]
    pub fn enum_label(&self, value: i64) -> Option<&'a str> {
        self.enums().find(|(_, v)| *v == value).map(|(label, _)| label)
    }

    /// Value of a name.
    #[must_use]
    pub fn enum_value(&self, label: &[u8]) -> Option<i64> {
        self.enums().find(|(l, _)| l.as_bytes() == label).map(|(_, v)| v)
    }

    /// The parts of the table's INDEX; empty if it is no table column.
    pub fn index(&self) -> impl Iterator<Item = IndexPart<'a>> + 'a {
        let node = self.node;
        split_clause(self.index)
            .filter_map(move |part| IndexPart::parse(node, part))
    }
}

/// One part of an INDEX clause.
#[derive(Clone, Copy, Debug)]
pub struct IndexPart<'a> {
    /// Name of the index object.
    pub name: &'a str,
    /// Base syntax.
    pub syntax: Syntax,
    /// Whether it is IMPLIED: a string without length.
    pub implied: bool,
    /// Whether its values have names.
    pub enumerated: bool,
    /// A column of the table, to look next to.
    column: Node<'a>,
    /// Ranges or sizes as text.
    ranges: &'a str,
}

impl<'a> IndexPart<'a> {
    /// Reads `[IMPLIED ]name:SYNTAX[{enum}][(ranges)]`.
    fn parse(column: Node<'a>, text: &'a str) -> Option<Self> {
        let bare = text.strip_prefix("IMPLIED ");
        let (name, rest) = bare.unwrap_or(text).split_once(':')?;
        let (rest, ranges) = match rest.split_once('(') {
            Some((rest, ranges)) => (rest, ranges.trim_end_matches(')')),
            None => (rest, ""),
        };
        let plain = rest.strip_suffix("{enum}");
        let syntax = Syntax::parse(plain.unwrap_or(rest))?;
        let (implied, enumerated) = (bare.is_some(), plain.is_some());
        Some(Self { name, syntax, implied, enumerated, column, ranges })
    }

    /// The index object: the column of that name in the same table, else the
    /// one that the name stands for.
    #[must_use]
    pub fn object(&self) -> Option<Object<'a>> {
        let name = self.name.as_bytes();
        let tree = self.column.tree();
        self.column
            .parent()
            .and_then(|entry| entry.child_named(name))
            .or_else(|| tree.find(name))
            .and_then(Node::object)
    }

    /// Allowed values or lengths; an empty iterator means no limit.
    pub fn ranges(&self) -> impl Iterator<Item = (i64, i64)> + 'a {
        parse_ranges(self.ranges, self.syntax)
    }

    /// Whether a value or a length lies in one of the ranges, or there are
    /// none.
    #[must_use]
    pub fn allows(&self, value: i64) -> bool {
        lies_in(self.ranges, self.syntax, value)
    }

    /// The ranges as written; empty if there are none.
    #[must_use]
    pub fn ranges_text(&self) -> &'a str {
        self.ranges
    }

    /// The one length that its strings may have, octets.
    #[must_use]
    pub fn fixed_size(&self) -> Option<usize> {
        let mut ranges = self.ranges();
        match (self.syntax, ranges.next(), ranges.next()) {
            (Syntax::OctetString, Some((lo, hi)), None) if lo == hi => {
                usize::try_from(lo).ok()
            }
            _ => None,
        }
    }
}

/// Base syntax of an object (RFC 2578, and RFC 1155 for the old ones).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// INTEGER.
    Integer,
    /// Integer32.
    Integer32,
    /// Unsigned32.
    Unsigned32,
    /// Gauge32 (and Gauge).
    Gauge32,
    /// Counter32 (and Counter).
    Counter32,
    /// Counter64.
    Counter64,
    /// `TimeTicks`.
    TimeTicks,
    /// `IpAddress`.
    IpAddress,
    /// `NetworkAddress` of `SMIv1`.
    NetworkAddress,
    /// OBJECT IDENTIFIER.
    ObjectId,
    /// OCTET STRING.
    OctetString,
    /// BITS.
    Bits,
    /// Opaque.
    Opaque,
}

impl Syntax {
    /// Its name in MIBs.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = SYNTAXES.iter().find(|(_, syntax)| *syntax == self);
        found.map_or("", |(name, _)| name)
    }

    /// Whether its 32 bits count as unsigned.
    #[must_use]
    pub fn is_unsigned(self) -> bool {
        use Syntax::{Counter32, Gauge32, TimeTicks, Unsigned32};
        matches!(self, Unsigned32 | Gauge32 | Counter32 | TimeTicks)
    }

    /// The syntax of that name.
    pub(in crate::docsis) fn parse(name: &str) -> Option<Self> {
        SYNTAXES.iter().find(|(n, _)| *n == name).map(|(_, syntax)| *syntax)
    }
}

/// Names of syntaxes.
const SYNTAXES: [(&str, Syntax); 13] = [
    ("INTEGER", Syntax::Integer),
    ("Integer32", Syntax::Integer32),
    ("OCTET STRING", Syntax::OctetString),
    ("Unsigned32", Syntax::Unsigned32),
    ("Gauge32", Syntax::Gauge32),
    ("Counter32", Syntax::Counter32),
    ("Counter64", Syntax::Counter64),
    ("TimeTicks", Syntax::TimeTicks),
    ("IpAddress", Syntax::IpAddress),
    ("NetworkAddress", Syntax::NetworkAddress),
    ("OBJECT IDENTIFIER", Syntax::ObjectId),
    ("BITS", Syntax::Bits),
    ("Opaque", Syntax::Opaque),
];

/// Whether a value or a length lies in one of the ranges, or there are none.
fn lies_in(ranges: &str, syntax: Syntax, value: i64) -> bool {
    ranges.is_empty()
        || parse_ranges(ranges, syntax)
            .any(|(lo, hi)| (lo..=hi).contains(&value))
}

/// Reads `lo..hi|lo..hi`. The source keeps 32 bits signed, so that -1 as the
/// upper limit of an unsigned syntax means 4294967295.
fn parse_ranges(
    text: &str,
    syntax: Syntax,
) -> impl Iterator<Item = (i64, i64)> {
    text.split('|').filter_map(move |range| {
        let (lo, hi) = range.split_once("..")?;
        let (lo, hi) = (lo.parse().ok()?, hi.parse::<i64>().ok()?);
        let wide = syntax.is_unsigned() && hi < 0;
        Some((lo, if wide { hi & 0xffff_ffff } else { hi }))
    })
}

/// Splits an INDEX clause at its commas.
pub(in crate::docsis) fn split_clause(
    text: &str,
) -> impl Iterator<Item = &str> {
    text.split(',').filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The embedded object of that name.
    fn object(label: &str) -> Object<'static> {
        let node = Tree::embedded().find(label.as_bytes());
        node.and_then(Node::object).expect("an embedded object")
    }

    #[test]
    fn names_and_numbers_find_each_other() {
        let tree = Tree::embedded();
        assert_eq!(tree.labels().count(), 26_930);
        let node = tree.find(b"docsDevNmAccessStatus").expect("known");
        assert_eq!(node.oid(), [1, 3, 6, 1, 2, 1, 69, 1, 2, 1, 7]);
        let mut oid = node.oid();
        oid.push(1);
        assert_eq!(tree.nearest(&oid), Some((node, 11)));
        assert_eq!(tree.find(b"docsdevnmaccessstatus"), None);
    }

    #[test]
    fn of_two_nodes_with_one_label_the_enterprise_one_resolves() {
        let node = Tree::embedded().find(b"pktcMtaDevRealmOrgName");
        let node = node.expect("known");
        assert_eq!(node.oid()[..7], [1, 3, 6, 1, 4, 1, 4491]);
        let twin = Tree::embedded().find(b"pktcIetfMtaMib").map(Node::oid);
        assert_eq!(twin, Some(vec![1, 3, 6, 1, 2, 1, 140]));
    }

    #[test]
    fn second_labels_lead_to_the_node_that_is_printed() {
        let tree = Tree::embedded();
        let node = tree.find(b"ipRoutingTable").expect("known");
        assert_eq!(node.label(), "ipRouteTable");
        assert!(node.child_named(b"ipRouteEntry").is_some());
    }

    #[test]
    fn columns_are_read() {
        let status = object("ifAdminStatus");
        assert_eq!(status.syntax, Syntax::Integer);
        assert_eq!(status.enum_label(3), Some("testing"));
        assert_eq!(status.enum_value(b"up"), Some(1));
        let parts: Vec<_> = status.index().collect();
        assert_eq!(parts.len(), 1);
        assert!(parts[0].allows(1) && !parts[0].allows(0));
        assert_eq!(object("sysContact").hint, "255a");
        assert!(!object("docsDevSwFilename").allows(65));
        assert_eq!(object("sysContact").index().count(), 0);
    }

    #[test]
    fn index_parts_are_read() {
        let parts: Vec<_> = object("vacmAccessStatus").index().collect();
        let names: Vec<_> = parts.iter().map(|p| p.name).collect();
        assert_eq!(names[0], "vacmGroupName");
        assert!(parts[3].enumerated);
        let level = parts[3].object().expect("known");
        assert_eq!(level.enum_value(b"authPriv"), Some(3));
        let implied = object("snmpCommunityName").index().next();
        assert!(implied.is_some_and(|part| part.implied));
    }

    #[test]
    fn a_negative_upper_limit_of_an_unsigned_range_is_the_greatest() {
        let id = object("docsQosPktClassDirection").index().nth(1);
        let id = id.expect("three parts");
        assert!(id.allows(1) && id.allows(4_294_967_295) && !id.allows(0));
    }

    #[test]
    fn every_line_of_the_table_is_well_formed() {
        let tree = Tree::embedded();
        let mut objects = 0;
        for id in 0..tree.lines.nodes.len() as u32 {
            let node = tree.node(id);
            assert_eq!(node.oid().len(), node.depth());
            let Some(object) = node.object() else { continue };
            objects += 1;
            let ranges = object.ranges_text().split('|');
            let ranges = ranges.filter(|r| !r.is_empty()).count();
            assert_eq!(object.ranges().count(), ranges);
            let clause = split_clause(object.index).count();
            assert_eq!(object.index().count(), clause, "{node:?}");
        }
        assert_eq!(objects, 5721);
    }

    #[test]
    fn a_misspelt_label_has_its_name_suggested() {
        let near = Tree::embedded().close_to(b"docsDevNmAcessIp");
        assert_eq!(near[0], "docsDevNmAccessIp");
    }
}
