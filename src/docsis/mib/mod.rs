//! MIB names: labels, OIDs, syntaxes, ranges, enumerations and INDEX clauses.
//!
//! The embedded tree (`data/mib/`) knows the standard, DOCSIS and
//! `PacketCable` MIBs. It is read at its first use (one pass, about a millisecond), not when
//! the program starts. A [`Mib`] may carry a [`MibLoader`] that brings more;
//! it is asked once, and only when a name is not known.

pub mod dirs;
pub mod extra;
pub mod object;
pub mod oid;
pub mod tree;

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
};

pub use crate::docsis::mib::object::{IndexPart, Object, Syntax};

use crate::docsis::encode::near::Index;
use crate::docsis::mib::extra::join;
use crate::docsis::mib::tree::{Lines, List, NONE};

/// The names that an encoder or a decoder works with; cheap to clone.
#[derive(Clone, Default)]
pub struct Mib {
    /// More names, if the caller has any.
    extra: Option<Arc<Extra>>,
}

/// Names that are loaded when they are first needed.
struct Extra {
    /// Where they come from.
    loader: Box<dyn MibLoader>,
    /// The embedded names and the loaded ones, once they were needed.
    tree: OnceLock<Tree>,
}

/// Brings MIB names from somewhere else, such as a directory of MIB files.
pub trait MibLoader: Send + Sync {
    /// All nodes that can be had; called at most once.
    fn load(&self) -> Vec<ExtraNode>;
}

/// A node from a [`MibLoader`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtraNode {
    /// Its object identifier.
    pub oid: Vec<u32>,
    /// Its label.
    pub label: String,
    /// What kind of object it is, if it is one.
    pub object: Option<ExtraObject>,
}

/// The columns of an object from a [`MibLoader`], in the notation of
/// `data/mib/tree.txt`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtraObject {
    /// Base syntax: `INTEGER`, `OCTET STRING`, …
    pub syntax: String,
    /// DISPLAY-HINT, may be empty.
    pub hint: String,
    /// Ranges or sizes: `1..5|7..7`, may be empty.
    pub ranges: String,
    /// Enumeration: `up=1,down=2`, may be empty.
    pub enums: String,
    /// INDEX clause: `ifIndex:Integer32(1..2147483647)`, may be empty.
    pub index: String,
    /// Textual convention, may be empty.
    pub convention: String,
}

impl fmt::Debug for Mib {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra = self.extra.is_some();
        f.debug_struct("Mib").field("extra", &extra).finish()
    }
}

impl Mib {
    /// The embedded names only.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: Mib = Mib { extra: None };
        &EMBEDDED
    }

    /// The embedded names and, when one of them does not suffice, what the
    /// loader brings. `Mib::default()` has the embedded names only.
    #[must_use]
    pub fn with_loader(loader: Box<dyn MibLoader>) -> Self {
        let extra = Extra { loader, tree: OnceLock::new() };
        Self { extra: Some(Arc::new(extra)) }
    }

    /// The names known so far, without loading any.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        match &self.extra {
            Some(extra) => match extra.tree.get() {
                Some(tree) => tree,
                None => Tree::embedded(),
            },
            None => Tree::embedded(),
        }
    }

    /// All names, loading those that are not embedded.
    #[must_use]
    pub fn full(&self) -> &Tree {
        let Some(extra) = &self.extra else { return Tree::embedded() };
        extra.tree.get_or_init(|| {
            let base = &Tree::embedded().lines;
            let lines = join(base, extra.loader.load());
            Tree { lines, near: Index::default() }
        })
    }

    /// Whether [`Mib::full`] may know more than [`Mib::tree`] does now.
    #[must_use]
    pub fn may_load(&self) -> bool {
        self.extra.as_deref().is_some_and(|e| e.tree.get().is_none())
    }
}

/// One tree of names.
#[derive(Debug)]
pub struct Tree {
    /// The lines it was read from.
    lines: Lines,
    /// Labels for the search for close ones.
    near: Index,
}

impl Tree {
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
            let lines = Lines::new(text, list(enums), list(indexes));
            Self { lines, near: Index::default() }
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

    /// A label by its place in [`Tree::labels`].
    pub(in crate::docsis) fn label(&self, id: u32) -> &str {
        self.lines.label(id)
    }

    /// What was found out about labels that are close to each other.
    pub(in crate::docsis) fn near_index(&self) -> &Index {
        &self.near
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
    fn line(self) -> &'a crate::docsis::mib::tree::Line {
        &self.tree.lines.nodes[self.id as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::{object::split_clause, *};

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
}
