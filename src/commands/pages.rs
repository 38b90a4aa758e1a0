//! Completions and man pages, from the same tree as the parser.

use std::path::Path;

use clap::CommandFactory;

use crate::cli::{Cli, fish, flags};
use crate::console::Console;
use crate::exit::Exit;
use crate::man;
use crate::report::json;
use crate::system::files;

/// Prints a completion script.
pub fn completions(
    shell: clap_complete::Shell,
    console: &Console,
) -> anyhow::Result<Exit> {
    let mut out = Vec::new();
    let mut tree = flags::offered(Cli::command());
    match shell {
        clap_complete::Shell::Fish => out = fish::script(tree).into_bytes(),
        _ => clap_complete::generate(shell, &mut tree, "provha", &mut out),
    }
    if !console.is_json() {
        std::io::Write::write_all(&mut std::io::stdout().lock(), &out)?;
    }
    console.result(&json::Pages {
        command: "completions",
        written: Vec::new(),
        text: String::from_utf8_lossy(&out).into_owned(),
    });
    Ok(Exit::Done)
}

/// Writes man1/provha*.1, man5/provha.env.5 and man7/provha-codes.7.
pub fn man(out: &Path, console: &Console) -> anyhow::Result<Exit> {
    let pages = man::pages()?;
    let mut written = Vec::new();
    for (name, page) in &pages {
        let path = out.join(name);
        if let Some(dir) = path.parent() {
            files::make_dirs(dir)?;
        }
        files::replace(&path, page, 0o644)?;
        written.push(path.display().to_string());
    }
    let text =
        format!("{} man pages written to {}", pages.len(), out.display());
    console.note(&text);
    console.result(&json::Pages { command: "man", written, text });
    Ok(Exit::Done)
}
