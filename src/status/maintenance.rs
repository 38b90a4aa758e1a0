//! Whether this node is out of service.

use crate::pair::maintenance::Note;
use crate::status::codes::OUT_OF_SERVICE;
use crate::status::{Check, State};

/// The check; None: the node is in service, which is nothing to tell.
pub fn check(note: Option<&Note>, now: i64) -> Option<Check> {
    let note = note?;
    let mut text = note.words(now);
    if !note.holds(now) {
        text = format!(
            "maintenance ({}) is over, and no run has brought this node back",
            note.reason
        );
    } else if note.is_of_another_boot() {
        text += "; the machine was started since, so its daemons may run";
    }
    let check = Check::wrong(&OUT_OF_SERVICE, State::Warning, text);
    Some(check.hint("provha maintenance end brings it back at once"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::maintenance::{Phase, boot};

    #[test]
    fn a_node_out_of_service_is_told() {
        let mut note = Note {
            since: 0,
            until: 100,
            reason: "disks".into(),
            phase: Phase::Out,
            units: Vec::new(),
            boot: boot(),
            partner_down: false,
        };
        let text = |note: &Note, now| check(Some(note), now).unwrap().text;
        assert!(check(None, 50).is_none());
        assert!(text(&note, 50).contains("(disks); it comes back in 50 s"));
        assert!(text(&note, 100).contains("is over"));
        note.boot = "x".into();
        assert!(text(&note, 50).contains("was started since"));
    }
}
