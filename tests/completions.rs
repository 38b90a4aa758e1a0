//! Completion in bash, zsh and fish, asked for every command as the shells
//! themselves do it: the words and the options that are offered are those
//! that the command takes, and nothing is said on the way.

use crate::common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::machine::put;
use common::program;
use common::terminal::Terminal;

/// What is offered after a command's words, by its words.
type Offers = BTreeMap<String, BTreeSet<String>>;

/// The completion scripts of the repository.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("completions")
}

/// What each command takes: the words below it, and its long options with the
/// global ones that have an effect on it.
fn taken() -> Offers {
    use clap::CommandFactory;
    let mut all = Offers::new();
    let mut tree = provha::cli::flags::shown(provha::cli::Cli::command());
    tree.build();
    below(&tree, "", &mut all);
    all
}

/// The same for a command and all below it.
fn below(command: &clap::Command, path: &str, all: &mut Offers) {
    let subs = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    let mut offered: BTreeSet<String> = command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set() && !arg.is_positional())
        .filter_map(|arg| arg.get_long())
        .map(|long| format!("--{long}"))
        .collect();
    for sub in subs {
        let name = sub.get_name();
        let _ = offered.insert(name.to_string());
        if name != "help" {
            let path = format!("{path} {name}").trim().to_string();
            below(sub, &path, all);
        }
    }
    let _ = all.insert(path.to_string(), offered);
}

/// Lines that begin with '@' name the command; those after it are its offers.
fn read(text: &str) -> Offers {
    let mut all = Offers::new();
    let mut command = String::new();
    for line in text.lines().map(str::trim_end) {
        if let Some(name) = line.strip_prefix('@') {
            command = name.to_string();
            let _ = all.entry(command.clone()).or_default();
        } else if !line.is_empty() {
            let offers = all.entry(command.clone()).or_default();
            let _ = offers.insert(line.to_string());
        }
    }
    all
}

/// Compares what a shell offers with what is taken. Values of arguments may
/// be offered beside them: files, kinds, codes.
#[track_caller]
fn compare(shell: &str, offered: &Offers) {
    let taken = taken();
    assert!(taken.len() > 60, "{}", taken.len());
    let mut wrong = Vec::new();
    for (command, words) in &taken {
        let Some(offered) = offered.get(command) else {
            wrong.push(format!("'{command}' was not asked"));
            continue;
        };
        let missing: Vec<_> = words.difference(offered).collect();
        let odd: Vec<_> = offered
            .difference(words)
            .filter(|word| word.starts_with("--"))
            .collect();
        if !missing.is_empty() || !odd.is_empty() {
            wrong.push(format!("'{command}': not {missing:?}; odd {odd:?}"));
        }
    }
    assert!(wrong.is_empty(), "{shell}: {}", wrong.join("\n"));
}

/// Lines with the cursor at their end: each command's, and some that wait for
/// a value.
fn lines() -> Vec<String> {
    let commands = taken().into_keys().flat_map(|command| {
        let line = format!("provha {command}");
        ["", "--"].map(|word| format!("{} {word}", line.trim_end()))
    });
    let values = VALUES.iter().map(|(line, _)| format!("provha {line}"));
    commands.chain(values).collect()
}

/// Lines that wait for a value, and what is offered among others.
const VALUES: &[(&str, &[&str])] = &[
    ("configfile ", &["cm", "mta"]),
    ("configfile m", &["mta"]),
    ("status ", &["pools", "mute"]),
    ("dhcp --role ", &["master", "slave", "standalone"]),
    ("--role slave dhcp --d", &["--dry-run", "--diff"]),
    ("dhcp --role slave --dr", &["--dry-run"]),
    ("setup icinga --form ", &["single", "dual"]),
    ("dhcp --allow ", &["modems", "leases"]),
    ("completions ", &["bash", "fish", "zsh"]),
    ("help ", &["dhcp", "cluster"]),
    ("help cluster ga", &["galera"]),
    ("docsis decode boot", &["boot-file.cfg"]),
    ("dhcp --root some", &["somewhere/"]),
];

/// The offers of a shell: those of commands against what they take, those of
/// values against the list.
#[track_caller]
fn judge(shell: &str, text: &str) {
    let offered = read(text);
    let mut commands = Offers::new();
    for command in taken().into_keys() {
        let line = format!("provha {command}");
        let asked = ["", "--"].map(|w| format!("{} {w}", line.trim_end()));
        let both = asked.iter().filter_map(|line| offered.get(line.trim_end()));
        let _ = commands.insert(command, both.flatten().cloned().collect());
    }
    compare(shell, &commands);
    for (line, words) in VALUES {
        let told = offered.get(format!("provha {line}").trim_end());
        let told = told.unwrap_or_else(|| panic!("{shell}: {line}: no answer"));
        let missing = words.iter().filter(|word| {
            // bash leaves the '/' of a directory to readline.
            let word = word.trim_end_matches('/');
            !told.iter().any(|told| told.trim_end_matches('/') == word)
        });
        let missing: Vec<_> = missing.collect();
        assert!(
            missing.is_empty(),
            "{shell}: {line}: not {missing:?} {told:?}"
        );
    }
}

/// A home with a file and a directory to complete.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    put(&home.path().join("boot-file.cfg"), b"");
    put(&home.path().join("somewhere/x"), b"");
    home
}

/// Runs a shell on a script; nothing may be said on standard error.
fn run(shell: &str, args: &[&str], script: &str) -> String {
    let home = home();
    let path = home.path().join("script");
    put(&path, script.as_bytes());
    let output = Command::new(program(shell))
        .args(args)
        .arg(&path)
        .current_dir(home.path())
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, "", "{shell}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn bash_offers_what_each_command_takes() {
    let mut script = format!(
        "source '{}/provha.bash'\n\
         # What readline does where nothing is offered.\n\
         options=$(complete -p provha | grep -o -- '-o [a-z]*default' | xargs)\n\
         ask() {{ COMP_WORDS=($1); [[ $1 != *' ' ]] || COMP_WORDS+=(''); \
         COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMPREPLY=(); \
         COMP_LINE=$1; COMP_POINT=${{#COMP_LINE}}; \
         _provha provha \"${{COMP_WORDS[COMP_CWORD]}}\" \
         \"${{COMP_WORDS[COMP_CWORD - 1]}}\" 2>err; grep -v compopt err >&2; \
         [ ${{#COMPREPLY[@]}} != 0 ] || COMPREPLY=($(compgen $options -- \
         \"${{COMP_WORDS[COMP_CWORD]}}\")); printf '%s\\n' \"@$1\" \"${{COMPREPLY[@]}}\"; }}\n",
        scripts().display()
    );
    for line in lines() {
        let _ = writeln!(script, "ask '{line}'");
    }
    judge("bash", &run("bash", &["--norc"], &script));
}

#[test]
fn fish_offers_what_each_command_takes() {
    let mut script = format!("source '{}/provha.fish'\n", scripts().display());
    for line in lines() {
        let _ = writeln!(
            script,
            "echo '@{line}'; complete -C '{line}' | string split -f 1 \\t"
        );
    }
    judge("fish", &run("fish", &["--no-config"], &script));
}

/// zsh completes on a terminal only: a widget writes down what is offered.
#[test]
fn zsh_offers_what_each_command_takes() {
    let home = home();
    let at = |name: &str| home.path().join(name);
    let rc = format!(
        "PROMPT='ready> '\nfpath=('{}' $fpath)\ncd\n\
         autoload -U compinit; compinit -u -D\n\
         compadd() {{ local -a hits; builtin compadd -A hits \"$@\"; \
         print -rl -- $hits >>.offers; builtin compadd \"$@\"; }}\n\
         note() {{ print -r -- \"@$BUFFER\" >>.offers; _main_complete; \
         compstate[insert]=; compstate[list]=; }}\n\
         zle -C note complete-word note\nbindkey '^T' note\n",
        scripts().display(),
    );
    put(&at(".zshrc"), rc.as_bytes());
    let mut command = Command::new(program("zsh"));
    command.arg("-i").env("HOME", home.path()).env("ZDOTDIR", home.path());
    let mut terminal = Terminal::start(&command, 24, 200);
    let _ = terminal.wait("zsh", |screen| {
        screen.plain().iter().any(|line| line.contains("ready> "))
    });
    for line in lines() {
        // Ctrl-T asks; the line goes away by Ctrl-U: nothing is run.
        terminal.keys(&format!("{line}\x14\x15"));
    }
    terminal.keys("exit 7\r");
    let (code, screen) = terminal.ended();
    assert_eq!(code, 7, "{}", screen.text());
    // Anything but the prompt would be a complaint.
    let said = screen.plain();
    let odd = said.iter().map(|line| line.trim());
    let odd: Vec<_> =
        odd.filter(|l| !l.is_empty() && !l.starts_with("ready> ")).collect();
    assert!(odd.is_empty(), "{odd:?}");
    judge("zsh", &std::fs::read_to_string(at(".offers")).unwrap());
}
