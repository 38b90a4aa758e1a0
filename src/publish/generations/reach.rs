//! Which generations can be put together again.

use super::Meta;
use crate::exit::Stop;

/// The error for a generation that is not there.
pub fn unknown(number: u64, all: &[Meta]) -> Stop {
    let kept = match (all.first(), all.last()) {
        (Some(first), Some(last)) => {
            format!("{} to {}", first.number - 1, last.number)
        }
        _ => "none".into(),
    };
    Stop::failed(format!("generation {number} is not kept"))
        .hint(format!("kept are {kept}; see provha log"))
}

/// Whether the state of a generation can be put together: all later records
/// are there. The state before the oldest record can, too.
pub fn reachable(number: u64, all: &[Meta]) -> Result<u64, Stop> {
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
        return Err(unknown(number, all));
    };
    if (first.number - 1..=last.number).contains(&number) {
        return Ok(last.number);
    }
    Err(unknown(number, all))
}
