//! How the existing system's commands are called, and those of them that have
//! no work here.

use std::ffi::OsString;

/// What every command of the existing system takes besides its own options
/// (Symfony's console application), and what means nothing here.
const GENERAL: &[&str] = &["-n", "--no-interaction", "--ansi", "--no-ansi"];

/// Whether a word is a command of the existing system.
fn is_old(word: &str) -> bool {
    let name = word.split_once(':');
    name.is_some_and(|(head, _)| ["nms", "provha", "config"].contains(&head))
}

/// A command line without the options that every command of the existing
/// system takes, if it calls one: an installed line may have them.
pub fn understood(args: &[OsString]) -> Vec<OsString> {
    let text = |arg: &OsString| arg.to_string_lossy().into_owned();
    let words: Vec<String> = args.iter().map(text).collect();
    if !words.iter().skip(1).any(|word| is_old(word)) {
        return args.to_vec();
    }
    let general = |word: &String| {
        GENERAL.contains(&word.as_str()) || word.starts_with("--env=")
    };
    let kept = args.iter().zip(&words).enumerate();
    let kept = kept.filter(|(at, (_, word))| *at == 0 || !general(word));
    kept.map(|(_, (arg, _))| arg.clone()).collect()
}

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
    if has("provha:migrate_slave") {
        return Some(
            "provha:migrate_slave has nothing to do: provha has no database \
             of its own",
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
    fn the_general_options_of_old_commands_go() {
        let words = |line: &str| -> Vec<OsString> {
            line.split(' ').map(OsString::from).collect()
        };
        for (line, expected) in [
            ("provha nms:dhcp -n --ansi -v", "provha nms:dhcp -v"),
            (
                "provha --no-ansi nms:configfile cm --env=local",
                "provha nms:configfile cm",
            ),
            ("provha dhcp -n", "provha dhcp -n"),
        ] {
            assert_eq!(understood(&words(line)), words(expected));
        }
    }

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
            "provha nms:configfile tr069 --no-interaction",
            "provha provha:migrate_slave --force",
            "provha config:cache --quiet -n",
        ] {
            assert!(answers(line), "{line}");
        }
        for line in ["provha", "provha nms:gone", "provha dhcp tr069"] {
            assert!(!answers(line), "{line}");
        }
    }
}
