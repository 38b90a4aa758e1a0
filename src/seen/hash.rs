//! Hashes of what is compared with an earlier run.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The hash of a value. Hashes are only compared with those of the same
/// program; 64 bits, so that a change goes unseen once in 10^19.
pub fn hash_of(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A hash as it stands in a signature.
pub fn hex(hash: u64) -> String {
    format!("{hash:016x}")
}
