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
use crate::docsis::kind_of::Other;
use crate::docsis::verify::Outcome;
use crate::docsis::{
    Hash, Options, comment_warnings, encode, from_json, kind_of, verify,
};
use crate::exit::{Exit, Stop};
use crate::report::error;
use crate::report::json::{Checked, CheckedFile};
use crate::system::streams::read;

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
    let (form, lines) = match kind_of::other(&bytes) {
        Some(Other::Text | Other::Words) => ("text", text(&bytes, mta, about)),
        Some(Other::Json) => ("json", tree(&bytes, about)),
        Some(other) => ("other", vec![Line::bad(other.advice().to_owned())]),
        None => ("binary", binary(&bytes, about)),
    };
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

/// What is found in a text.
fn text(bytes: &[u8], mta: bool, about: &About<'_>) -> Vec<Line> {
    let kind = if mta { Options::mta(Hash::None) } else { Options::modem(&[]) };
    let (mib, allow) = (about.mib, about.allow);
    let options = Options { files: &Here, mib, allow, ..kind };
    match encode(bytes, &options) {
        Ok(encoded) => {
            let told = told(bytes, &encoded, &options, about.docsis);
            let comments = comment_warnings(bytes);
            comments.iter().chain(&told).map(Line::told).collect()
        }
        Err(faults) => faults.iter().map(Line::refused).collect(),
    }
}

/// What is found in the tree that `decode --json` prints.
fn tree(bytes: &[u8], about: &About<'_>) -> Vec<Line> {
    match from_json::encode(bytes, None, about.mib) {
        Ok(file) => binary(&file, about),
        Err(fault) => vec![Line::bad(fault.to_string())],
    }
}

/// What is found in a binary: what it means, and what no device takes
/// whatever it means. Nothing here knows a key.
fn binary(bytes: &[u8], about: &About<'_>) -> Vec<Line> {
    if bytes.is_empty() {
        return vec![Line::bad("the file is empty".to_owned())];
    }
    let found = check::check(bytes, about);
    let told = |text: &str| {
        let same = |at: usize| text.starts_with(&format!("octet {at}:"));
        found.iter().any(|found| found.offset.is_some_and(same))
    };
    let report = verify::verify(bytes, None);
    let bad = report.checks.iter().filter(|check| {
        let by_rule = check.subject.starts_with("hash") || told(&check.text);
        check.outcome == Outcome::Bad && !by_rule
    });
    let bad = bad.map(|c| Line::bad(format!("{}: {}", c.subject, c.text)));
    bad.chain(found.iter().map(Line::found)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::Mib;

    /// Words of what is found in a binary.
    fn words(bytes: &[u8]) -> Vec<String> {
        let (mib, allow) = (Mib::embedded(), Allow::default());
        let about = About { mib, allow, docsis: None };
        binary(bytes, &about).iter().map(Line::words).collect()
    }

    #[test]
    fn what_no_device_takes_is_bad() {
        assert_eq!(words(b""), [": BAD: the file is empty"]);
        let plain = words(&[3, 1, 1, 4, 3, 1, 1, 1]);
        assert_eq!(plain.len(), 1, "{plain:?}");
        assert!(plain[0].starts_with(": BAD: end: neither MICs"), "{plain:?}");
        let object = words(&[3, 1, 1, 11, 2, 6, 0, 4, 3, 1, 1, 1]);
        let told = object.iter().filter(|line| line.contains("SEQUENCE"));
        assert_eq!(told.count(), 1, "{object:?}");
    }
}
