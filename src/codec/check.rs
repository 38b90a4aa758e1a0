//! `provha docsis check`: whether texts and binaries say what was meant.

use std::path::Path;

use crate::cli::DocsisCheck;
use crate::codec::inputs::{Here, Mibs};
use crate::codec::line::Line;
use crate::codec::rules;
use crate::console::Console;
use crate::docsis::check::rules::{Allow, Severity};
use crate::docsis::check::versions::Docsis;
use crate::docsis::check::{self, About, told};
use crate::system::streams::read;

use crate::docsis::{Hash, Options, encode};
use crate::exit::{Exit, Stop};
use crate::report::error;
use crate::report::json::{Checked, CheckedFile};

/// Checks files.
pub fn run(
    args: &DocsisCheck,
    allow: Allow,
    strict: bool,
    console: &Console,
) -> anyhow::Result<Exit> {
    if args.rules {
        return rules::list(console);
    }
    let docsis = args.docsis.as_deref().map(version).transpose()?;
    let mibs = Mibs::open(&args.mib_dir)?;
    let about = About { mib: &mibs.mib, allow, docsis };
    let (mut exit, mut files) = (Exit::Done, Vec::new());
    for path in &args.files {
        let checked = one(path, args.mta, strict, &about, console)?;
        exit = match (exit, &checked) {
            // What cannot be read weighs more: the others are still checked.
            (_, CheckedFile { error: Some(_), .. }) => Exit::Failed,
            (Exit::Done, CheckedFile { good: false, .. }) => Exit::Refused,
            (exit, _) => exit,
        };
        files.push(checked);
    }
    mibs.tell(console);
    let (command, rules) = ("docsis check", Vec::new());
    console.result(&Checked { command, files, rules });
    Ok(exit)
}

/// Checks one file and prints what was found.
fn one(
    path: &Path,
    mta: bool,
    strict: bool,
    about: &About<'_>,
    console: &Console,
) -> anyhow::Result<CheckedFile> {
    let file = path.display().to_string();
    let bytes = match read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let error = error::text(&error);
            console.error(&error);
            let (form, findings, error) = (None, Vec::new(), Some(error));
            return Ok(CheckedFile {
                file,
                form,
                good: false,
                findings,
                error,
            });
        }
    };
    let (form, lines) = check_one(&bytes, mta, about);
    if lines.is_empty() {
        console.data(&format!("{file}: ok\n"))?;
    }
    for line in &lines {
        console.data(&format!("{file}{}\n", line.words()))?;
    }
    let good = match lines.iter().map(|line| line.severity).max() {
        Some(Severity::Note) => !strict,
        worst => worst.is_none(),
    };
    let findings = lines.into_iter().map(Line::json).collect();
    Ok(CheckedFile { file, form: Some(form), good, findings, error: None })
}

/// The version of DOCSIS that an option names.
fn version(word: &str) -> Result<Docsis, Stop> {
    Docsis::of_modem("DOCSIS", word).ok_or_else(|| {
        Stop::usage(format!("'{word}' is not a version of DOCSIS"))
            .hint("1.0, 1.1, 2.0, 3.0, 3.1 or 4.0")
    })
}

/// Checks the content of one file: whether it is a text or a binary, and what
/// was found.
fn check_one(
    bytes: &[u8],
    mta: bool,
    about: &About<'_>,
) -> (&'static str, Vec<Line>) {
    if !is_text(bytes) {
        let found = check::check(bytes, about);
        return ("binary", found.iter().map(Line::found).collect());
    }
    let kind = if mta { Options::mta(Hash::None) } else { Options::modem(&[]) };
    let (mib, allow) = (about.mib, about.allow);
    let options = Options { files: &Here, mib, allow, ..kind };
    let lines = match encode(bytes, &options) {
        Ok(encoded) => {
            let told = told(bytes, &encoded, &options, about.docsis);
            told.iter().map(Line::told).collect()
        }
        Err(faults) => faults.iter().map(Line::refused).collect(),
    };
    ("text", lines)
}

/// Whether a file is a text: its first word is `Main`.
fn is_text(bytes: &[u8]) -> bool {
    let mut rest = bytes.trim_ascii_start();
    while let Some(comment) = rest.strip_prefix(b"/*") {
        let end = comment.windows(2).position(|pair| pair == b"*/");
        let Some(end) = end else { return true };
        rest = comment[end + 2..].trim_ascii_start();
    }
    let word = rest.get(..4).unwrap_or_default();
    word.eq_ignore_ascii_case(b"Main")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_from_binaries() {
        assert!(is_text(b"Main {"));
        assert!(is_text(b"\n /* a */ /* b */ main{"));
        assert!(!is_text(&[3, 1, 1]));
        assert!(!is_text(b"<html>"));
        assert!(!is_text(b""));
    }
}
