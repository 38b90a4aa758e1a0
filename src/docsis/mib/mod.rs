//! MIB names: labels, OIDs, syntaxes, ranges, enumerations and INDEX clauses.
//!
//! The embedded tree (`data/mib/`) knows the standard, DOCSIS and
//! `PacketCable` MIBs. It is read at its first use (one pass, about a millisecond), not when
//! the program starts. A [`Mib`] may carry a [`MibLoader`] that brings more;
//! it is asked once, and only when a name is not known.

pub mod dirs;
pub mod extra;
pub mod loader;
pub mod node;
pub mod oid;
pub mod tree;

use std::fmt;
use std::sync::{Arc, OnceLock};

pub use crate::docsis::mib::loader::{ExtraNode, ExtraObject, MibLoader};
pub use crate::docsis::mib::node::{IndexPart, Node, Object, Syntax, Tree};

use crate::docsis::mib::extra::join;

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
            let base = Tree::embedded().lines();
            Tree::of(join(base, extra.loader.load()))
        })
    }

    /// Whether [`Mib::full`] may know more than [`Mib::tree`] does now.
    #[must_use]
    pub fn may_load(&self) -> bool {
        self.extra.as_deref().is_some_and(|e| e.tree.get().is_none())
    }
}
