//! Whether provha alone writes its files, here and on the peer.

use std::net::Ipv4Addr;

use super::checked::Checked;
use crate::context::Context;
use crate::services::writers::read::find;
use crate::services::writers::{Activity, Found, Writer};
use crate::setup::into_pair::remote;

/// Its name.
const NAME: &str = "writers";
/// What mends it.
const FIX: &str = "provha setup hand-over --yes";

/// This machine's.
pub fn own(context: &Context<'_>) -> Checked {
    judge(&find(&context.settings))
}

/// What a look came to.
fn judge(found: &Found) -> Checked {
    let list = |writers: Vec<&Writer>| {
        let words: Vec<_> = writers.iter().map(ToString::to_string).collect();
        words.join(", ")
    };
    let active: Vec<_> = found.active().collect();
    if !active.is_empty() {
        let text = format!("other writers are active: {}", list(active));
        return Checked::problem(NAME, text, FIX);
    }
    let turns = |writer: &&Writer| writer.activity == Activity::Locked;
    let locked: Vec<_> = found.writers.iter().filter(turns).collect();
    if !locked.is_empty() {
        let text = format!(
            "under provha's lock, each undoes what the other made: {}",
            list(locked)
        );
        return Checked::warning(NAME, text, FIX);
    }
    if let Some(path) = found.closed.first() {
        let text = format!("{} may not be read", path.display());
        return Checked::warning(NAME, text, "run this as root");
    }
    Checked::ok(NAME, "no other writer")
}

/// The peer's, by our program there. It is asked for its hand-over, which
/// without --yes only looks.
pub fn of_peer(context: &Context<'_>, peer: Ipv4Addr) -> Checked {
    let line = "provha setup hand-over --json";
    let fix = format!("on {peer}: {FIX}");
    let said = match remote(context, peer, line) {
        Ok(said) => said,
        Err(why) => {
            let text = format!("{peer} was not asked for other writers: {why}");
            return Checked::warning(NAME, text, format!("on {peer}: {line}"));
        }
    };
    match changes(&said) {
        Some(changes) if changes.is_empty() => {
            Checked::ok(NAME, format!("no other writer on {peer}"))
        }
        Some(changes) => {
            let text = format!("on {peer}: {}", changes.join(", "));
            Checked::problem(NAME, text, fix)
        }
        None => {
            let text = format!("what {peer} said cannot be read");
            Checked::warning(NAME, text, format!("on {peer}: {line}"))
        }
    }
}

/// The active writers in what `setup hand-over --json` printed.
fn changes(said: &str) -> Option<Vec<String>> {
    let object: serde_json::Value = serde_json::from_str(said.trim()).ok()?;
    let words = object["still_active"].as_array()?.iter();
    words.map(|word| word.as_str().map(str::to_string)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_peer_says() {
        let said = r#"{"command":"setup hand-over","still_active":["a (b)"]}"#;
        assert_eq!(changes(said), Some(vec!["a (b)".to_string()]));
        assert_eq!(changes(r#"{"still_active":[]}"#), Some(Vec::new()));
        assert_eq!(changes(r#"{"error":"x"}"#), None);
        assert_eq!(changes("bash: provha: command not found"), None);
    }
}
