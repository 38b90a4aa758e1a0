//! What a person sees on a real pseudo terminal: colours, wrapped help, the
//! progress bar, and the screen of `status --watch`.

use std::process::Command;

use super::{repository, steady};
use crate::common::machine::{Machine, put};
use crate::common::sqlite::Lite;
use crate::common::terminal::{Screen, Terminal};

/// A terminal with its name, rows, columns and variables.
type Kind = (&'static str, u16, u16, &'static [(&'static str, &'static str)]);

/// The terminals.
const TERMINALS: &[Kind] = &[
    ("80x24", 24, 80, &[]),
    ("40-columns", 24, 40, &[]),
    ("no-color", 24, 80, &[("NO_COLOR", "1")]),
    ("dumb", 24, 80, &[("TERM", "dumb")]),
    ("lc-all-c", 24, 80, &[("LC_ALL", "C")]),
];

/// Lines that change nothing.
const LINES: &[&[&str]] = &[
    &["-h"],
    &["rollback", "-h"],
    &["help", "leases"],
    &["dhcp", "--nonsense"],
    &["explain"],
    &["docsis", "encode", "--dry-run", "a", "b"],
    &["log"],
    &["log", "cm-100004"],
    &["dhcp", "--dry-run", "--no-activate"],
    &["configfile", "cm", "--id", "100003", "--diff"],
    &["status", "pools"],
    &["status", "role"],
    &["explain", "cm-100004"],
    &["explain", "nobody"],
    &["diff", "1", "2", "--exit-code"],
    &["setup", "cmts"],
    &["failover", "state"],
    &["cluster", "status"],
    &["maintenance", "end"],
];

/// The golden network with files of a few modems and the dhcpd set; the
/// commands of the table see nothing else of this machine.
fn machine() -> (Machine, Lite, [String; 2]) {
    let lite = Lite::golden("");
    let mut machine = Machine::new(&lite.url(), "master");
    machine.cut_off = true;
    machine.firmware();
    let key = machine.set().join("omapi.key");
    put(&key, b"omapi_key hmac-md5 c2FtcGxlIGtleSBmb3IgdGVzdHM=\n");
    machine.good(&["configfile", "cm", "--id", "100004"]);
    machine.good(&["dhcp"]);
    let dirs = [
        machine.dir.path().display().to_string(),
        lite.url().trim_start_matches("sqlite:").replace("/nms.sqlite", ""),
    ];
    (machine, lite, dirs)
}

/// The program on a terminal.
fn on(kind: &Kind, machine: &Machine, args: &[&str]) -> Terminal {
    let (_, rows, columns, variables) = *kind;
    let mut command = match args[0] {
        "-h" | "help" | "docsis" => {
            let mut command = Command::new(env!("CARGO_BIN_EXE_provha"));
            command.args(args);
            command
        }
        _ => machine.command(args),
    };
    command.envs(variables.iter().copied());
    Terminal::start(&command, rows, columns)
}

/// The times of day in a text, which are never the same.
fn timeless(text: &str) -> String {
    let digits = |text: &str, form: &str| {
        text.len() >= form.len()
            && text.bytes().zip(form.bytes()).all(|(t, f)| match f {
                b'9' => t.is_ascii_digit(),
                f => t == f,
            })
    };
    let form = "9999-99-99 99:99:99";
    let mut out = String::new();
    let mut left = text;
    while let Some(c) = left.chars().next() {
        let time = digits(left, form);
        let end = if time { form.len() } else { c.len_utf8() };
        out += if time { "[WHEN-WHEN-WHEN-WHN]" } else { &left[..end] };
        left = &left[end..];
    }
    out
}

#[test]
fn terminals_show_what_they_did() {
    let (machine, _lite, dirs) = machine();
    let assert = snapbox::Assert::new().action_env("SNAPSHOTS");
    for kind in TERMINALS {
        let mut text = String::new();
        for args in LINES {
            let mut terminal = on(kind, &machine, args);
            let (code, screen) = terminal.ended();
            let (name, line) = (kind.0, args.join(" "));
            assert!(screen.unknown.is_empty(), "{name}: {line}");
            assert!(screen.cursor_is_shown && terminal.is_as_before());
            let plain = ["no-color", "dumb"].contains(&name);
            assert!(!plain || !screen.was_coloured, "{name}: {line}");
            let seen = screen.text();
            text += &format!("$ provha {line}\n{seen}[exit {code}]\n\n");
        }
        let path = format!("fixtures/transcripts/terminal-{}.txt", kind.0);
        let kept = snapbox::Data::read_from(&repository().join(path), None);
        assert.eq(timeless(&steady(&text, &dirs)), kept.raw());
    }
}

/// Frames of a bar: the lines that a terminal got one over the other.
fn frames(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split(['\r', '\n']);
    let bars =
        lines.filter(|line| line.contains("modems ") && line.contains('/'));
    bars.filter(|line| !line.contains("files")).map(str::to_string).collect()
}

#[test]
fn the_progress_bar_knows_its_total_and_leaves_nothing_behind() {
    for kind in TERMINALS {
        let lite = Lite::golden("");
        let mut machine = Machine::new(&lite.url(), "master");
        machine.cut_off = true;
        machine.firmware();
        let args = ["configfile", "cm", "--no-activate"];
        let mut terminal = on(kind, &machine, &args);
        let (code, screen) = terminal.ended();
        assert_eq!(code, 0, "{}", screen.text());
        let frames = frames(&terminal.bytes());
        if kind.0 == "dumb" {
            assert!(frames.is_empty(), "{frames:?}");
            assert!(!terminal.bytes().contains(&b'\x1b'));
        } else {
            assert!(!frames.is_empty(), "{}: no bar", kind.0);
            let whole = frames.iter().all(|line| line.contains("/198"));
            assert!(whole, "{}: {frames:?}", kind.0);
        }
        // What is not ASCII has no form in this locale.
        let ascii = frames.iter().all(|line| line.is_ascii());
        assert!(ascii || kind.0 != "lc-all-c", "{frames:?}");
        let lines = screen.plain();
        let bar = lines.iter().any(|line| line.contains("/198"));
        assert!(!bar, "{}: left behind: {}", kind.0, screen.text());
        let last = lines.iter().rfind(|line| !line.is_empty()).unwrap();
        assert!(last.ends_with(" s"), "{}", screen.text());
    }
}

/// Whether the screen of `status --watch` is whole: in its rows, within its
/// columns, the last line saying how it ends.
fn is_whole(screen: &Screen, rows: usize, columns: usize) -> bool {
    let lines = screen.plain();
    let narrow = lines.iter().all(|line| line.chars().count() <= columns);
    let last = lines.iter().rfind(|line| !line.is_empty());
    screen.is_second()
        && lines.len() <= rows
        && narrow
        && last.is_some_and(|line| line.contains("; q quits"))
}

#[test]
fn status_watch_draws_one_screen_and_gives_the_terminal_back() {
    let (machine, _lite, _) = machine();
    for (kind, key) in TERMINALS.iter().zip(["q", "Q", "\x03", "\x04", "q"]) {
        let (name, rows, columns, _) = *kind;
        let mut terminal = on(kind, &machine, &["status", "--watch"]);
        let (rows, columns) = (rows.into(), columns.into());
        let whole = |screen: &Screen| is_whole(screen, rows, columns);
        let screen = terminal.wait(name, whole);
        let first = screen.plain()[0].clone();
        assert!(first.contains("nms01"), "{name}: {first}");
        assert!(!screen.cursor_is_shown && !terminal.is_as_before());
        let plain = ["no-color", "dumb"].contains(&name);
        assert_eq!(plain, !screen.was_coloured, "{name}: {}", screen.text());
        // It is drawn again by itself; another key does nothing.
        terminal.keys("x");
        let drawn = terminal.bytes().len();
        let _ = terminal.wait(name, |_| terminal.bytes().len() > drawn);
        terminal.keys(key);
        let (code, screen) = terminal.ended();
        assert_eq!((code, screen.is_second()), (0, false), "{name}");
        assert!(screen.cursor_is_shown && terminal.is_as_before(), "{name}");
        assert_eq!(screen.text().trim(), "", "{name}: left behind");
    }
}
