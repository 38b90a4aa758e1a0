//! Names that come from somewhere else than the program.

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
