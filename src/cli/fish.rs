//! Completion for fish. That of `clap_complete` knows commands of two words
//! only and offers nothing of its own to those of three.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::{Arg, Command, ValueHint};

/// Finds out which command the line is at: words up to the first that names
/// none, without options and their values.
const READ: &str = "\
function __provha_read
    set -g __provha_path
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word $__provha_valued
            set skip 1
        else if not string match -q -- '-*' $word
            set -l longer $__provha_path $word
            contains -- \"$longer\" $__provha_commands
            or return
            set -g __provha_path $longer
        end
    end
end

# True if the line is at this command.
function __provha_at
    __provha_read
    test \"$__provha_path\" = \"$argv\"
end

complete -c provha -f
";

/// The script for a tree that is not built yet.
pub fn script(mut root: Command) -> String {
    root.build();
    let (mut paths, mut valued) = (Vec::new(), BTreeSet::new());
    let mut lines = String::new();
    add(&root, "", &mut lines, &mut |path, arg| match arg {
        None => paths.push(quoted(path)),
        Some(arg) => valued.extend(names(arg)),
    });
    let valued: Vec<String> = valued.into_iter().collect();
    format!(
        "# Commands, and options that a value follows.\n\
         set -g __provha_commands {}\nset -g __provha_valued {}\n\n{READ}{lines}",
        paths.join(" "),
        valued.join(" ")
    )
}

/// Adds a command and those below it; tells each command and each of its
/// options that takes a value.
fn add(
    command: &Command,
    path: &str,
    out: &mut String,
    tell: &mut dyn FnMut(&str, Option<&Arg>),
) {
    let begin = format!("complete -c provha -n {}", quoted(&at(path)));
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        if !arg.is_positional() && arg.get_action().takes_values() {
            tell(path, Some(arg));
        }
        if let Some(line) = offer(arg) {
            let _ = writeln!(out, "{begin}{line}");
        }
    }
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let about = about(sub.get_about().map(ToString::to_string));
        let name = sub.get_name();
        let _ = writeln!(out, "{begin} -a {name}{about}");
        let path = format!("{path} {name}").trim().to_string();
        tell(&path, None);
        add(sub, &path, out, tell);
    }
}

/// The condition of a command.
fn at(path: &str) -> String {
    format!("__provha_at {path}").trim().to_string()
}

/// The options of an argument as they are typed.
fn names(arg: &Arg) -> Vec<String> {
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = arg.get_long().map(|long| format!("--{long}"));
    short.into_iter().chain(long).collect()
}

/// What a line offers for an argument; None: nothing can be.
fn offer(arg: &Arg) -> Option<String> {
    let takes = arg.is_positional() || arg.get_action().takes_values();
    let values = if takes { arg.get_possible_values() } else { Vec::new() };
    let values = values.iter().filter(|value| !value.is_hide_set());
    let values: Vec<String> = values
        .map(|value| match value.get_help() {
            Some(help) => {
                let help = quoted(&help.to_string());
                format!("{}\\t{help}", value.get_name())
            }
            None => value.get_name().to_string(),
        })
        .collect();
    let files = matches!(
        arg.get_value_hint(),
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath
    );
    let mut line = String::new();
    if let Some(short) = arg.get_short() {
        let _ = write!(line, " -s {short}");
    }
    if let Some(long) = arg.get_long() {
        let _ = write!(line, " -l {long}");
    }
    if !line.is_empty() {
        line += &about(arg.get_help().map(ToString::to_string));
        line += if takes { " -r" } else { "" };
    }
    match (takes && files, values.is_empty()) {
        (true, _) => line += " -F",
        (false, false) => {
            let _ = write!(line, " -a {}", quoted(&values.join(" ")));
        }
        (false, true) if arg.is_positional() => return None,
        (false, true) => {}
    }
    Some(line)
}

/// The first line of a text, as a description.
fn about(text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    match text.lines().next() {
        Some(line) if !line.is_empty() => format!(" -d {}", quoted(line)),
        _ => String::new(),
    }
}

/// A word as fish reads it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn no_option_takes_a_value_at_one_command_only() {
        let tree = super::super::Cli::command();
        let (mut valued, mut flags) = (BTreeSet::new(), BTreeSet::new());
        let mut todo = vec![&tree];
        while let Some(command) = todo.pop() {
            todo.extend(command.get_subcommands());
            for arg in command.get_arguments().filter(|a| !a.is_positional()) {
                match arg.get_action().takes_values() {
                    true => valued.extend(names(arg)),
                    false => flags.extend(names(arg)),
                }
            }
        }
        let both: Vec<_> = valued.intersection(&flags).collect();
        assert!(both.is_empty(), "{both:?}");
    }

    #[test]
    fn quotes_and_backslashes_stay_text() {
        assert_eq!(quoted("it's a \\"), "'it\\'s a \\\\'");
    }
}
