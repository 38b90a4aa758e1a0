//! The nodes of a target, tried in order.

use std::time::Duration;

use crate::config::Settings;
use crate::source::database::Timeouts;
use crate::source::error::SourceError;
use crate::source::url::{Node, Target};

/// What `open` makes of the first node that it takes; `talk` is told of those
/// that were passed over, in whole sentences.
///
/// # Errors
/// It takes none.
pub fn first<T>(
    target: &Target,
    settings: &Settings,
    talk: &mut dyn FnMut(&str),
    open: impl Fn(&Node, Timeouts) -> Result<T, String>,
) -> Result<T, SourceError> {
    let seconds = |key| Duration::from_secs(settings.number(key));
    let timeouts = Timeouts {
        connect: seconds("PROVHA__DB_CONNECT_TIMEOUT"),
        read: seconds("PROVHA__DB_READ_TIMEOUT"),
    };
    let mut reasons: Vec<String> = Vec::new();
    for node in &target.nodes {
        match open(node, timeouts) {
            Ok(opened) => {
                for reason in &reasons {
                    talk(&format!("database node passed over: {reason}"));
                }
                return Ok(opened);
            }
            Err(reason) => reasons.push(format!("{node}: {reason}")),
        }
    }
    Err(SourceError::NoNode(reasons))
}
