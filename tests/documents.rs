//! Every command line of README.md and docs/ is one that the program takes:
//! words, options and arguments are parsed as printed. Lines that a test runs
//! for their effect are tested elsewhere; here nothing is run.

use std::fs;
use std::path::{Path, PathBuf};

/// What stands for something the reader puts in, with a value for it.
const FILLED: &[(&str, &str)] = &[
    ("DEVICE", "cm-1"),
    ("[NAME]", "cmts-1"),
    ("IP|MAC", "10.0.3.7"),
    ("CODE", "PH-304"),
    ("TIME", "2h"),
    ("TEXT", "text"),
    ("STEP,STEP", "ssh,cacti"),
    ("single|dual", "dual"),
    ("master|slave|standalone", "master"),
    ("master|slave", "master"),
    ("IP", "10.0.0.1"),
    ("N", "1"),
    ("M", "2"),
    ("ID", "1"),
    ("COMMAND", "dhcp"),
];

/// The repository.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README and docs.
fn documents() -> Vec<PathBuf> {
    let mut all = vec![repository().join("README.md")];
    for entry in fs::read_dir(repository().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "md") {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// A command line with the place where it stands.
#[derive(Debug)]
struct Line {
    place: String,
    text: String,
}

/// The lines of indented blocks and the `code` in texts that call provha.
fn lines() -> Vec<Line> {
    let mut all = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(repository()).unwrap().display();
        for (number, line) in text.lines().enumerate() {
            let place = format!("{name}:{}", number + 1);
            let mut add = |text: &str| {
                let text = text.to_string();
                all.push(Line { place: place.clone(), text });
            };
            match line.trim_start().strip_prefix("provha ") {
                Some(rest) if line.starts_with("    ") => add(rest),
                _ => line
                    .split('`')
                    .skip(1)
                    .step_by(2)
                    .filter_map(|code| code.strip_prefix("provha "))
                    .for_each(&mut add),
            }
        }
    }
    all
}

/// The words of a line as a shell makes them: up to a comment, a pipe, a
/// redirection or the next command.
fn words(text: &str) -> Vec<String> {
    let (mut all, mut word, mut open) = (Vec::new(), None::<String>, None);
    for c in text.chars() {
        match (open, c) {
            (Some(quote), c) if c == quote => open = None,
            (None, '\'' | '"') => {
                open = Some(c);
                let _ = word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ';' | '|' | '>' | '&') if !is_filled(text) => break,
            (None, ' ') => all.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    all.extend(word);
    all
}

/// Whether the bars of a text stand for a choice.
fn is_filled(text: &str) -> bool {
    FILLED.iter().any(|(name, _)| name.contains('|') && text.contains(name))
}

/// The words with values in the places of names; what is optional is left
/// out.
fn filled(text: &str) -> Vec<String> {
    let text = match text.split_once(" [--") {
        Some((text, _)) => text,
        None => text,
    };
    let fill = |word: String| {
        let found = FILLED.iter().find(|(name, _)| *name == word);
        found.map_or(word, |(_, value)| (*value).to_string())
    };
    words(text).into_iter().map(fill).collect()
}

/// True if a line is a command's name alone, as texts use it: `provha dhcp`,
/// `provha setup`.
fn names_a_command(words: &[String]) -> bool {
    use clap::CommandFactory;
    let mut command = provha::cli::Cli::command();
    for word in words {
        let Some(next) = command.find_subcommand(word) else { return false };
        command = next.clone();
    }
    true
}

#[test]
fn every_line_of_the_documents_is_taken() {
    let lines = lines();
    assert!(lines.len() > 150, "{}", lines.len());
    let mut wrong = Vec::new();
    for line in &lines {
        let words = filled(&line.text);
        let version = words == ["--version"];
        if words.is_empty() || version || names_a_command(&words) {
            continue;
        }
        let whole: Vec<_> = std::iter::once("provha".to_string())
            .chain(words)
            .map(Into::into)
            .collect();
        if let Err(error) = provha::cli::parse(&whole) {
            let first = error.to_string();
            let first = first.lines().next().unwrap_or_default().to_string();
            wrong.push(format!("{}: {}: {first}", line.place, line.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_document_that_is_named_is_there() {
    let mut gone = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        let dir = path.parent().unwrap();
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#']).next().unwrap();
            let local = !target.is_empty() && !target.contains("://");
            if local && !dir.join(target).exists() {
                gone.push(format!("{}: {target}", path.display()));
            }
        }
        for part in text.split('`').skip(1).step_by(2) {
            let is_ours = part.starts_with("docs/") && part.ends_with(".md");
            if is_ours && !repository().join(part).exists() {
                gone.push(format!("{}: {part}", path.display()));
            }
        }
    }
    assert!(gone.is_empty(), "{gone:?}");
}
