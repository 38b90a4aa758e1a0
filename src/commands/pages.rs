//! Completions and man pages, from the same tree as the parser.

use std::fmt::Write as _;
use std::path::Path;

use clap::CommandFactory;

use crate::cli::Cli;
use crate::config::keys::{Fallback, KEYS, Kind};
use crate::exit::Exit;
use crate::system::files;

/// Prints a completion script.
pub fn completions(shell: clap_complete::Shell) -> anyhow::Result<Exit> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "provha", &mut out);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &out)?;
    Ok(Exit::Done)
}

/// Writes man1/provha*.1 and man5/provha.env.5.
pub fn man(out: &Path) -> anyhow::Result<Exit> {
    for section in ["man1", "man5"] {
        files::make_dirs(&out.join(section))?;
    }
    let mut root = Cli::command();
    root.build();
    write_page(&out.join("man1/provha.1"), &root, &exit_status())?;
    for command in root.get_subcommands().filter(|c| !c.is_hide_set()) {
        let name = format!("provha-{}", command.get_name());
        let page = command.clone().name(name.clone()).bin_name(name.clone());
        write_page(&out.join(format!("man1/{name}.1")), &page, "")?;
    }
    files::replace(
        &out.join("man5/provha.env.5"),
        env_page().as_bytes(),
        0o644,
    )?;
    Ok(Exit::Done)
}

/// One page of a command, with an extra section.
fn write_page(
    path: &Path,
    command: &clap::Command,
    extra: &str,
) -> anyhow::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).date("").render(&mut page)?;
    page.extend_from_slice(extra.as_bytes());
    files::replace(path, &page, 0o644)?;
    Ok(())
}

/// The section about exit codes.
fn exit_status() -> String {
    let mut text = String::from(".SH \"EXIT STATUS\"\n");
    for (exit, meaning) in Exit::ALL {
        let _ = write!(text, ".TP\n{}\n{meaning}\n", exit as u8);
    }
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
    fn the_pages_are_written_and_name_every_key() {
        let dir = tempfile::tempdir().unwrap();
        man(dir.path()).unwrap();
        let page = dir.path().join("man5/provha.env.5");
        let page = std::fs::read_to_string(page).unwrap();
        assert!(KEYS.iter().all(|key| page.contains(key.name)));
        assert!(dir.path().join("man1/provha-dhcp.1").exists());
    }
}
