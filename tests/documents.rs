//! Every command line of README.md and docs/ is one that the program takes:
//! words, options and arguments are parsed as printed. What needs no second
//! machine and no daemon is run on the sample network; where all other lines
//! are run stands in a table.

use crate::common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::machine::{Said, said};

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

/// Names of the documents that the sample network has under others.
const THERE: &[(&str, &str)] =
    &[("00:1a:2b:10:06:12", "00:1d:ce:00:00:06"), ("037112345", "0940612345")];

/// Lines that are not run here, by their first words, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("watch", "it never ends: e2e_watch"),
    ("setup master", "with its undo: e2e_setup, make pair-test"),
    ("setup slave", "with its undo: e2e_setup, make pair-test"),
    ("setup standalone", "e2e_setup"),
    ("setup undo", "e2e_setup"),
    ("setup pair", "two machines: e2e_setup, make pair-test"),
    ("setup hand-over", "e2e_adopt"),
    ("pair", "two dhcpd: e2e_pair, e2e_way"),
    ("failover", "two dhcpd: e2e_failover"),
    ("maintenance", "two machines: e2e_maintenance"),
    ("cluster", "a database cluster: e2e_cluster"),
    ("sync-ha-master-files", "ssh to a slave: e2e_sync"),
    ("clean-up-slave", "on a slave: e2e_clean_up"),
    ("db sample", "e2e_support"),
    ("support", "e2e_support"),
    ("docsis", "files of the reader: docsis_encode, docsis_decode, cli"),
    ("demo", "transcripts, packaging"),
    ("man", "transcripts"),
    ("probe", "real dhcpd: e2e_probe, e2e_sweep"),
    ("--db", "another database: e2e_database, e2e_support"),
];

/// The sample network as `provha demo` makes it, with two changes more, so
/// that there are generations to look at; what runs a line on its master.
fn sample_network(dir: &Path) -> impl Fn(&[String]) -> Said {
    let out = dir.join("demo");
    let at = |name: &str| out.join(name).display().to_string();
    let demo = ["demo", "--out", &out.display().to_string()].map(String::from);
    let run = |first: &[String], line: &[String]| {
        let mut command = Command::new("unshare");
        let command = command.args(["--net", env!("CARGO_BIN_EXE_provha")]);
        let command = command.args(first).args(line).env_clear();
        said(&command.env("PATH", "/usr/sbin:/usr/bin").output().unwrap())
    };
    run(&[], &demo).check(0, &[]);
    let db = at("network.sqlite");
    let sql = rusqlite::Connection::open(&db).unwrap();
    let first = ["--root", &at("master"), "--env-dir", &at("env"), "--db"];
    let mut first: Vec<String> = first.map(String::from).into();
    first.extend([format!("sqlite:{db}"), "--role".into(), "master".into()]);
    for rate in 1..10 {
        let rate = format!("UPDATE qos SET ds_rate_max_help = {rate}000000");
        sql.execute_batch(&rate).unwrap();
        run(&first, &["configfile".into(), "cm".into()]).check(0, &[]);
    }
    move |line| run(&first, line)
}

/// Every line does what it can do without daemons: no usage error, no error
/// of the program itself, and words where something is missing.
#[test]
fn lines_of_the_documents_run_on_the_sample_network() {
    let dir = tempfile::tempdir().unwrap();
    let run = sample_network(dir.path());
    let mut seen = BTreeSet::new();
    let (mut wrong, mut good) = (Vec::new(), 0);
    for line in lines() {
        let mut words = filled(&line.text);
        for (name, other) in THERE {
            words.iter_mut().filter(|w| w == name).for_each(|w| {
                *w = (*other).to_string();
            });
        }
        let text = words.join(" ");
        let elsewhere = |(start, _): &&(&str, &str)| text.starts_with(start);
        let alone = ["", "setup", "db", "config", "status mute"];
        if ELSEWHERE.iter().any(|row| elsewhere(&row))
            || alone.contains(&&*text)
            || !seen.insert(text.clone())
        {
            continue;
        }
        let makes =
            ["dhcp", "dns", "time", "configfile", "rebuild", "rollback"];
        if words.iter().any(|word| makes.contains(&&**word))
            && !words.iter().any(|word| word == "--no-activate")
        {
            words.push("--no-activate".into());
        }
        let said = run(&words);
        // What needs a daemon says so; all else ends well or with changes.
        let asks = ["status", "setup check", "adopt"];
        let may_fail = asks.iter().any(|word| text.contains(word));
        let ended = match said.code {
            0 | 10 => true,
            // A command's name alone; the codes of a monitoring plugin.
            2 if names_a_command(&words) => {
                said.err.contains("required arguments were not provided")
            }
            2 => text.contains("--format icinga"),
            1 | 3 => may_fail || said.err.contains("\nhint: "),
            _ => false,
        };
        good += usize::from(matches!(said.code, 0 | 10));
        println!("{}: {text}: {}", line.place, said.code);
        if !ended || said.err.contains("panicked") {
            wrong.push(format!("{}: {text}: {said:?}", line.place));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(good > 50, "{good} of {} lines ended well", seen.len());
}
