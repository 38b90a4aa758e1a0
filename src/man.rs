//! The man pages, from the same tree as the parser and the table of keys.

use std::fmt::Write as _;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::cli::{Cli, flags};
use crate::config::keys::{Fallback, KEYS, Kind};
use crate::exit::Exit;
use crate::status::codes;

/// Every page, by its name below the directory.
pub fn pages() -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let root = flags::shown(Cli::command());
    let mut names = Vec::new();
    collect(&root, "provha", &mut names);
    let all: Vec<String> = names.iter().map(|(name, _)| name.clone()).collect();
    let mut pages = Vec::new();
    for (name, command) in names {
        let page = page(&name, command, &all)?;
        pages.push((format!("man1/{name}.1"), page));
    }
    pages.push(("man5/provha.env.5".into(), env_page().into_bytes()));
    pages.push(("man7/provha-codes.7".into(), codes_page().into_bytes()));
    Ok(pages)
}

/// A command and all below it, with the names of their pages.
fn collect<'a>(
    command: &'a Command,
    name: &str,
    out: &mut Vec<(String, &'a Command)>,
) {
    out.push((name.to_string(), command));
    for sub in command.get_subcommands() {
        if !sub.is_hide_set() && sub.get_name() != "help" {
            collect(sub, &format!("{name}-{}", sub.get_name()), out);
        }
    }
}

/// The page of a command.
fn page(
    name: &str,
    command: &Command,
    all: &[String],
) -> anyhow::Result<Vec<u8>> {
    let words = command.get_bin_name().unwrap_or(name).to_string();
    let titled = command.clone().name(name.to_string()).bin_name(words);
    let titled = titled.after_help(None::<&str>).after_long_help(None::<&str>);
    let man = Man::new(titled.clone().version(None::<&str>))
        .date("")
        .source("provha")
        .manual("provha");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    if titled.get_arguments().next().is_some() {
        man.render_options_section(&mut page)?;
    }
    let mut text = commands(name, command);
    let help = command.get_after_help().map(ToString::to_string);
    text += &after_help(&help.unwrap_or_default());
    text += &machine_sections(name);
    text += &exit_status(name);
    text += &see_also(name, all);
    page.extend_from_slice(text.as_bytes());
    Ok(page)
}

/// The commands below one, with the names of their pages.
fn commands(name: &str, command: &Command) -> String {
    let mut text = String::new();
    for sub in command.get_subcommands() {
        if sub.is_hide_set() || sub.get_name() == "help" {
            continue;
        }
        let about = sub.get_about().map(ToString::to_string);
        let (page, about) =
            (format!("{name}-{}", sub.get_name()), about.unwrap_or_default());
        let _ =
            write!(text, ".TP\n.BR {} (1)\n{}\n", roff(&page), roff(&about));
    }
    match text.is_empty() {
        true => text,
        false => format!(".SH COMMANDS\n{text}"),
    }
}

/// What help says below the options: notes, then examples.
fn after_help(help: &str) -> String {
    let at = help.find("Example:").or_else(|| help.find("Examples:"));
    let (notes, examples) = help.split_at(at.unwrap_or(help.len()));
    let mut text = String::new();
    if !notes.trim().is_empty() {
        let _ = write!(text, ".SH NOTES\n{}\n", roff(notes.trim()));
    }
    let mut lines = examples.lines().skip(1).peekable();
    if lines.peek().is_some() {
        text += ".SH EXAMPLES\n.nf\n";
        let mut rest = Vec::new();
        for line in lines {
            match line.strip_prefix("  ") {
                Some(line) => text += &format!("{}\n", roff(line)),
                None => rest.push(line.to_string()),
            }
        }
        text += ".fi\n";
        let rest = rest.join("\n");
        if !rest.trim().is_empty() {
            let _ = write!(text, ".PP\n{}\n", roff(rest.trim()));
        }
    }
    text
}

/// FILES and ENVIRONMENT of commands that work on a machine.
fn machine_sections(name: &str) -> String {
    let words = name.trim_start_matches("provha").replacen('-', "", 1);
    if words.starts_with("docsis")
        || ["demo", "man", "completions"].contains(&&*words)
    {
        return ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nNo colour on a \
                terminal, if it is set and not empty.\n"
            .into();
    }
    let mut text = String::from(".SH FILES\n");
    for (path, what) in FILES {
        let _ = write!(text, ".TP\n.I {}\n{}\n", roff(path), roff(what));
    }
    text += ".SH ENVIRONMENT\n";
    for (name, what) in ENVIRONMENT {
        let _ = write!(text, ".TP\n.B {name}\n{}\n", roff(what));
    }
    text
}

/// Files that commands read and write.
const FILES: [(&str, &str); 7] = [
    (
        "/etc/nmsprime/env/*.env",
        "The configuration, see provha.env(5); another directory with \
         --env-dir.",
    ),
    ("/etc/dhcp-nmsprime/", "The files of dhcpd (dhcp)."),
    (
        "/etc/named-nmsprime.conf, /var/named/dynamic/",
        "The configuration and the zones of named (dns).",
    ),
    ("/tftpboot/cm/, /tftpboot/mta/", "The files of devices (configfile)."),
    (
        "/var/lib/provha/",
        "Kept generations, the device cache, restarts to complete.",
    ),
    ("/run/provha.lock", "The lock: one run at a time."),
    (
        "/etc/provha/templates/",
        "Templates that replace the built-in ones, file by file.",
    ),
];

/// Variables that commands read.
const ENVIRONMENT: [(&str, &str); 3] = [
    ("KEY", "Every key of provha.env(5): a variable wins over the env files."),
    ("NO_COLOR", "No colour on a terminal, if it is set and not empty."),
    ("TERM", "With the value dumb: no colour and no progress bar."),
];

/// The section about exit codes.
fn exit_status(name: &str) -> String {
    let mut text = String::from(".SH \"EXIT STATUS\"\n");
    if name == "provha-status" {
        text += "0: nothing is critical. 1: something is critical, or the \
                 state is not known. 2: usage. 3: a warning under \
                 \\-\\-strict. With \\-\\-format icinga: 0 ok, 1 warning, 2 \
                 critical, 3 unknown.\n";
        return text;
    }
    for (exit, meaning) in Exit::ALL {
        let _ = write!(text, ".TP\n{}\n{}\n", exit as u8, roff(meaning));
    }
    text
}

/// The section about other pages: what is above, beside and below.
fn see_also(name: &str, all: &[String]) -> String {
    let above = name.rsplit_once('-').map_or("", |(above, _)| above);
    let mut names: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|other| {
            let below = other.strip_prefix(name);
            let beside = other.strip_prefix(above);
            let nested = above.contains('-');
            *other != name
                && (*other == "provha"
                    || *other == above
                    || below.is_some_and(|rest| rest.starts_with('-'))
                    || nested && beside.is_some_and(|r| r.starts_with('-')))
        })
        .collect();
    names.dedup();
    let mut text = String::from(".SH \"SEE ALSO\"\n");
    for name in names {
        let _ = writeln!(text, ".BR {} (1),", roff(name));
    }
    if name.starts_with("provha-status") {
        text += ".BR provha\\-codes (7),\n";
    }
    text += ".BR provha.env (5)\n";
    text
}

/// provha.env(5).
fn env_page() -> String {
    let mut page = String::from(
        ".TH provha.env 5 \"\" \"provha\" \"File formats\"\n\
         .SH NAME\n\
         provha.env \\- configuration of provha\n\
         .SH DESCRIPTION\n\
         All files /etc/nmsprime/env/*.env are read in alphabetical order, \
         hidden ones passed over. Syntax: KEY=value, quotes as in a shell, \
         # begins a comment. The first definition of a key wins; a variable \
         of the process environment wins over all files. A value that does \
         not fit its key stops the run and names file and line.\n\
         .SH KEYS\n",
    );
    for key in KEYS {
        let _ = write!(
            page,
            ".TP\n.B {}\n{}\n.br\n{}; {}.\n",
            key.name,
            roff(key.doc),
            kind(key.kind),
            fallback(key.fallback)
        );
    }
    page
}

/// provha-codes(7).
fn codes_page() -> String {
    let mut page = String::from(
        ".TH provha\\-codes 7 \"\" \"provha\" \"Miscellaneous\"\n\
         .SH NAME\n\
         provha\\-codes \\- what provha status finds, and what to do\n\
         .SH DESCRIPTION\n\
         A code never changes its meaning. The state is the worst with which \
         it comes. A finding that another one explains stands behind that \
         one: repair the root cause first. A finding that is known can be \
         muted: provha status mute CODE \\-\\-for 2h \\-\\-reason TEXT.\n\
         .SH CODES\n",
    );
    for code in codes::by_id() {
        let _ = write!(
            page,
            ".SS \"{}: {}\"\n{} (check {}).\n{}\n",
            roff(code.id),
            roff(code.title),
            code.severity.word(),
            roff(code.check),
            roff(code.meaning)
        );
        if !code.because.is_empty() {
            let ids = code.because.iter().map(|cause| roff(cause.id));
            let ids = ids.collect::<Vec<_>>().join(", ");
            let _ = writeln!(page, "It hides behind {ids}.");
        }
        page += ".PP\n.nf\n";
        for command in code.commands {
            let _ = writeln!(page, "    {}", roff(command));
        }
        page += ".fi\n";
    }
    page += ".SH \"SEE ALSO\"\n.BR provha\\-status (1)\n";
    page
}

/// Text that roff does not take for a request.
fn roff(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-")
}

/// The words for what a value must look like.
fn kind(kind: Kind) -> String {
    match kind {
        Kind::Text => "Text".into(),
        Kind::Secret => "Text, never printed".into(),
        Kind::Path => "Absolute path".into(),
        Kind::Program => "Program name or absolute path".into(),
        Kind::Command => "Shell command line; empty: nothing is run".into(),
        Kind::Number(low, high) => format!("Whole number, {low} to {high}"),
        Kind::Choice(words) => format!("One of {}", roff(&words.join(", "))),
        Kind::List => "Comma list".into(),
        Kind::Words(words) => {
            format!("Comma list of {}", roff(&words.join(", ")))
        }
        Kind::Limit => "A share and a number, such as 5% 10".into(),
        Kind::Addresses => "Comma list of IP addresses, or none".into(),
    }
}

/// The words for the default.
fn fallback(fallback: Fallback) -> String {
    match fallback {
        Fallback::Is("") => "default: empty".into(),
        Fallback::Is(value) => format!("default: {}", roff(value)),
        Fallback::Distro(debian, rhel) => format!(
            "default: {} on Debian, {} on RHEL-likes",
            roff(debian),
            roff(rhel)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_name_every_key_and_every_nested_command() {
        let pages = pages().unwrap();
        let page = |name: &str| {
            let found = pages.iter().find(|(other, _)| other == name);
            String::from_utf8(found.unwrap().1.clone()).unwrap()
        };
        let env = page("man5/provha.env.5");
        assert!(KEYS.iter().all(|key| env.contains(key.name)));
        let down = page("man1/provha-failover-partner-down.1");
        for part in ["FILES", "ENVIRONMENT", "EXIT STATUS", "SEE ALSO"] {
            assert!(down.contains(part), "{part} in {down}");
        }
        assert!(down.contains("dry\\-run"), "{down}");
        assert!(!down.contains("max\\-removed"), "{down}");
        assert!(page("man1/provha-rollback.1").contains("EXAMPLES"));
        let codes = page("man7/provha-codes.7");
        for code in codes::ALL {
            assert!(codes.contains(&roff(code.id)), "{}", code.id);
            assert!(codes.contains(&roff(code.commands[0])), "{}", code.id);
        }
    }
}
