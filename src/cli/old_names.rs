//! Commands of the existing system that have no work here.

use std::ffi::OsString;

/// The answer to a command of the existing system that has no work here, if
/// the line that was not understood is one: what a documented line or an
/// installed hook calls is never a usage error. Outside the tree of commands,
/// so that no shell completes them.
pub fn without_work(args: &[OsString]) -> Option<&'static str> {
    let has = |name: &str| args.iter().skip(1).any(|arg| arg == name);
    if has("nms:cpe") {
        return Some(
            "nms:cpe has nothing to do: provha dns and provha rebuild keep the \
             names of customer devices",
        );
    }
    if has("config:cache") {
        return Some(
            "config:cache has nothing to do: every run reads the env files",
        );
    }
    let configfile = ["configfile", "nms:configfile", "nms:config"];
    (has("tr069") && configfile.into_iter().any(has)).then_some(
        "TR-069 devices are provisioned by the existing system (GenieACS): \
         nothing is made here",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_known_ones_are_answered() {
        let answers = |line: &str| {
            let args: Vec<OsString> =
                line.split(' ').map(OsString::from).collect();
            without_work(&args).is_some()
        };
        for line in [
            "provha nms:cpe",
            "provha -q config:cache",
            "provha nms:configfile tr069",
            "provha configfile tr069",
            "provha nms:config tr069",
        ] {
            assert!(answers(line), "{line}");
        }
        for line in ["provha", "provha nms:gone", "provha dhcp tr069"] {
            assert!(!answers(line), "{line}");
        }
    }
}
