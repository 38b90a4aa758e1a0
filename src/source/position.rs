//! How far a server has come with writing.

/// Where it stands still, no table has changed. Only compared with positions
/// of the same kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Position {
    /// The cluster's, the same on all nodes: state and sequence number.
    Cluster(String),
    /// The redo log's of this server, which every change of an InnoDB table
    /// moves, whatever the session keeps out of the binary log; or the
    /// write-ahead log's.
    Log(String),
    /// It cannot be told.
    Unknown,
}

impl Position {
    /// Whether it tells that nothing has changed.
    pub fn is_known(&self) -> bool {
        *self != Self::Unknown
    }
}
