//! What the command line says, screen by screen: every command with every
//! global option, every object of `--json` against its schema, man pages and
//! completions as they are kept in the repository, and golden transcripts.
//!
//! `make pages` writes man/, completions/, docs/json/ and
//! fixtures/transcripts/ anew.

mod screens;

use crate::common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::machine::{Machine, Said, put, said};
use common::sqlite::Lite;
use provha::report::json as out;
use provha::setup::json as setup;
use serde_json::Value;

/// The repository.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program without a machine.
fn provha(args: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provha"));
    command.args(args).env_clear().env("COLUMNS", "80");
    said(&command.output().unwrap())
}

/// The schemas of all commands, by the words of the command.
fn schemas() -> BTreeMap<&'static str, Value> {
    use provha::{sample::json as sample, support::json as support};
    let mut all = BTreeMap::new();
    for command in
        ["dhcp", "dns", "time", "configfile", "pair join", "pair leave"]
    {
        all.insert(command, out::schema::<out::Run<'_>>(command));
    }
    let mut add = |command, schema| all.insert(command, schema);
    add("rebuild", out::schema::<out::Rebuild<'_>>("rebuild"));
    add("rollback", out::schema::<out::Rollback<'_>>("rollback"));
    add("config show", out::schema::<out::ConfigShow>("config show"));
    add("log", out::schema::<out::Log>("log"));
    add("diff", out::schema::<out::Diff>("diff"));
    add("adopt", out::schema::<provha::adopt::json::Adopt>("adopt"));
    add("status", out::schema::<out::Status>("status"));
    add("db check", out::schema::<sample::DbCheck>("db check"));
    add("db sample", out::schema::<sample::DbSample>("db sample"));
    add("support", out::schema::<support::Support>("support"));
    let words = "leases";
    add(words, out::schema::<provha::lease_history::result::Leases>(words));
    let words = "probe";
    add(words, out::schema::<provha::probe::result::Probed>(words));
    let words = "explain";
    add(words, out::schema::<provha::explain::result::Explained>(words));
    for command in ["status mute", "status unmute"] {
        add(command, out::schema::<out::StatusMutes>(command));
    }
    let words = "failover state";
    add(words, out::schema::<out::FailoverState>(words));
    let words = "cluster status";
    add(words, out::schema::<provha::galera::json::ClusterStatus>(words));
    let words = "cluster crosscheck";
    add(words, out::schema::<provha::galera::json::Crosscheck>(words));
    let words = "cluster primary";
    add(words, out::schema::<provha::galera::json::Primary>(words));
    let words = "cluster galera init";
    add(words, out::schema::<provha::galera::json::Init>(words));
    let words = "cluster galera arbiter";
    add(words, out::schema::<provha::galera::json::Arbiter>(words));
    let words = "cluster galera recover";
    add(words, out::schema::<provha::galera::json::Recover>(words));
    for words in [
        "cluster fs init",
        "cluster fs peers",
        "cluster fs volume",
        "cluster fs mount",
    ] {
        add(words, out::schema::<provha::gluster::json::Fs>(words));
    }
    let words = "cluster fs status";
    add(words, out::schema::<provha::gluster::json::FsStatus>(words));
    for words in ["maintenance start", "maintenance end"] {
        add(words, out::schema::<provha::maintenance::Maintained>(words));
    }
    let words = "failover wait";
    add(words, out::schema::<out::FailoverWait>(words));
    let words = "failover partner-down";
    add(words, out::schema::<out::PartnerDown<'_>>(words));
    let words = "sync-ha-master-files";
    add(words, out::schema::<out::Sync>(words));
    let words = "clean-up-slave";
    add(words, out::schema::<out::CleanUp<'_>>(words));
    for words in ["setup master", "setup slave", "setup standalone"] {
        add(words, out::schema::<setup::SetupPlan>(words));
    }
    let words = "setup hand-over";
    add(words, out::schema::<provha::handover::json::SetupHandOver>(words));
    let words = "setup undo";
    add(words, out::schema::<setup::SetupUndo>(words));
    let words = "setup check";
    add(words, out::schema::<setup::SetupCheck>(words));
    let words = "setup pair";
    add(words, out::schema::<setup::SetupPair>(words));
    for words in ["setup grants", "setup cmts", "setup icinga"] {
        add(words, out::schema::<setup::SetupText>(words));
    }
    for command in ["demo", "man", "completions"] {
        add(command, out::schema::<out::Pages>(command));
    }
    let words = "docsis encode";
    add(words, out::schema::<out::Encoded>(words));
    let words = "docsis verify";
    add(words, out::schema::<out::Verified>(words));
    let words = "docsis check";
    add(words, out::schema::<out::Checked>(words));
    let words = "docsis describe";
    add(words, out::schema::<out::Described>(words));
    let words = "docsis diff";
    add(words, out::schema::<out::Compared>(words));
    let words = "docsis decode";
    add(words, out::schema_of::<out::Streamed<out::Decoded>>(words));
    all
}

/// All files that are generated, by their names in the repository.
fn generated() -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().display().to_string();
    assert_eq!(provha(&["man", "--out", &out]).code, 0);
    for section in ["man1", "man5", "man7"] {
        let from = dir.path().join(section);
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let name = Path::new("man").join(section).join(entry.file_name());
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    for (shell, name) in
        [("bash", "provha.bash"), ("zsh", "_provha"), ("fish", "provha.fish")]
    {
        let said = provha(&["completions", shell]);
        said.check(0, &[]);
        let name = Path::new("completions").join(name);
        files.insert(name, said.out.into_bytes());
    }
    for (command, schema) in schemas() {
        let name = format!("docs/json/{}.json", command.replace(' ', "-"));
        let text = format!("{schema:#}\n");
        files.insert(name.into(), text.into_bytes());
    }
    files.insert("docs/status.md".into(), with_codes().into_bytes());
    files
}

/// docs/status.md with the table of codes as it is.
fn with_codes() -> String {
    let path = repository().join("docs/status.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (begin, end) = ("<!-- codes -->\n", "<!-- end of codes -->");
    let (before, rest) = text.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let table = provha::status::codes::markdown();
    format!("{before}{begin}{table}{end}{after}")
}

/// The files of a directory of the repository.
fn kept(dir: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![repository().join(dir)];
    while let Some(path) = todo.pop() {
        match path.is_dir() {
            true => {
                let entries = std::fs::read_dir(path).unwrap();
                todo.extend(entries.map(|entry| entry.unwrap().path()));
            }
            false => found
                .push(path.strip_prefix(repository()).unwrap().to_path_buf()),
        }
    }
    found
}

#[test]
fn pages_completions_and_schemas_are_those_of_the_program() {
    let made = generated();
    let write = std::env::var_os("PROVHA_PAGES").is_some();
    let mut wrong = Vec::new();
    for (name, bytes) in &made {
        let path = repository().join(name);
        if std::fs::read(&path).ok().as_ref() == Some(bytes) {
            continue;
        }
        match write {
            true => put(&path, bytes),
            false => wrong.push(name.clone()),
        }
    }
    for name in ["man", "completions", "docs/json"].into_iter().flat_map(kept) {
        if made.contains_key(&name) {
            continue;
        }
        match write {
            true => std::fs::remove_file(repository().join(&name)).unwrap(),
            false => wrong.push(name),
        }
    }
    assert!(wrong.is_empty(), "run 'make pages': {wrong:?}");
}

/// Where the command's words end and its arguments begin; arguments that make
/// each command complete.
const COMMANDS: &[(&str, &[&str])] = &[
    ("dhcp", &[]),
    ("dns", &[]),
    ("time", &[]),
    ("configfile", &[]),
    ("rebuild", &[]),
    ("watch", &[]),
    ("status", &[]),
    ("status mute", &["PH-304", "--for", "2h"]),
    ("status unmute", &["PH-304"]),
    ("pair join", &[]),
    ("pair leave", &[]),
    ("adopt", &[]),
    ("explain", &["cm-1"]),
    ("probe", &["cm-1"]),
    ("leases", &["10.0.0.1"]),
    ("failover state", &[]),
    ("failover wait", &["normal", "--timeout", "0"]),
    ("failover partner-down", &[]),
    ("maintenance start", &[]),
    ("maintenance end", &[]),
    ("cluster status", &[]),
    ("cluster crosscheck", &[]),
    ("cluster primary", &[]),
    ("cluster galera init", &[]),
    ("cluster galera arbiter", &[]),
    ("cluster galera recover", &[]),
    ("cluster fs init", &[]),
    ("cluster fs peers", &[]),
    ("cluster fs volume", &[]),
    ("cluster fs mount", &[]),
    ("cluster fs status", &[]),
    ("config show", &[]),
    ("db check", &[]),
    ("db sample", &["--out", "/proc/nonexistent/x.sql"]),
    ("support", &["--out", "/proc/nonexistent/x"]),
    ("log", &[]),
    ("rollback", &[]),
    ("diff", &["0", "1"]),
    ("docsis encode", &["/nonexistent/a", "/nonexistent/b"]),
    ("docsis decode", &["/nonexistent/a"]),
    ("docsis verify", &["/nonexistent/a"]),
    ("docsis check", &["/nonexistent/a"]),
    ("docsis describe", &["/nonexistent/a"]),
    ("docsis diff", &["/nonexistent/a", "/nonexistent/b"]),
    ("sync-ha-master-files", &[]),
    ("clean-up-slave", &[]),
    ("setup master", &["--own", "10.0.0.1", "--peer", "10.0.0.2"]),
    ("setup slave", &["--own", "10.0.0.2", "--peer", "10.0.0.1"]),
    ("setup standalone", &[]),
    ("setup hand-over", &[]),
    ("setup undo", &[]),
    ("setup check", &[]),
    ("setup grants", &[]),
    ("setup cmts", &[]),
    ("setup icinga", &[]),
    ("setup pair", &[]),
    ("demo", &["--out", "/proc/nonexistent"]),
    ("completions", &["bash"]),
    ("man", &["--out", "/proc/nonexistent"]),
];

/// The words of all commands that can be run, below a command.
fn leaves(command: &clap::Command, path: &str, out: &mut Vec<String>) {
    let subs = command.get_subcommands().filter(|s| s.get_name() != "help");
    for sub in subs {
        let path = format!("{path} {}", sub.get_name()).trim().to_string();
        leaves(sub, &path, out);
        if !sub.is_subcommand_required_set() {
            out.push(path);
        }
    }
}

/// A command that came later is tested like the others, and has a schema.
#[test]
fn every_command_is_in_the_table() {
    use clap::CommandFactory;
    let mut all = Vec::new();
    leaves(&provha::cli::Cli::command(), "", &mut all);
    let schemas = schemas();
    for command in &all {
        let named = COMMANDS.iter().any(|(words, _)| words == command);
        assert!(named, "'{command}' is not in COMMANDS");
        let has_one = schemas.contains_key(&**command) || command == "watch";
        assert!(has_one, "'{command}' has no schema");
    }
    let rows = COMMANDS.len();
    assert_eq!(rows, all.len(), "a row of no command: {all:?}");
}

/// A command line of the words, options and arguments.
fn line<'a>(
    words: &'a str,
    options: &[&'a str],
    arguments: &[&'a str],
) -> Vec<&'a str> {
    words
        .split(' ')
        .chain(options.iter().copied())
        .chain(arguments.iter().copied())
        .collect()
}

/// A value that an option takes, with its sign.
fn sample(arg: &clap::Arg, long: &str) -> String {
    if let Some(word) = arg.get_possible_values().first() {
        return format!("={}", word.get_name());
    }
    match long {
        "db" => "=sqlite:/nonexistent/db".into(),
        "env-dir" | "root" => "=/nonexistent".into(),
        _ => "=1".into(),
    }
}

/// Every command with every global option: it has an effect there, which the
/// table says, or is a usage error that names it.
#[test]
fn every_option_has_an_effect_or_is_refused() {
    use clap::CommandFactory;
    let tree = provha::cli::Cli::command();
    for arg in tree.get_arguments() {
        let Some(long) = arg.get_long() else { continue };
        let option = format!("--{long}");
        let value = match arg.get_action().takes_values() {
            true => sample(arg, long),
            false => String::new(),
        };
        let given = format!("{option}{value}");
        for (words, arguments) in COMMANDS {
            let takes = provha::cli::flags::takes(words, arg.get_id().as_str());
            let options = match long {
                "exit-code" if takes => vec!["--dry-run", &given],
                _ => vec![&*given],
            };
            let parsed = std::iter::once("provha")
                .chain(line(words, &options, arguments))
                .map(Into::into)
                .collect::<Vec<_>>();
            let parsed = provha::cli::parse(&parsed);
            if takes {
                let looks = provha::cli::flags::takes(words, "dry_run");
                if long == "exit-code" && !looks {
                    continue;
                }
                assert!(parsed.is_ok(), "{words} {given}: {:?}", parsed.err());
                continue;
            }
            let error = parsed.expect_err(&given).to_string();
            let text = format!("{option} has no effect on '{words}'");
            assert!(error.contains(&text), "{words} {given}: {error}");
        }
    }
}

/// The object of a run, checked against the schema of its command.
#[track_caller]
fn object(words: &str, said: &Said) -> Value {
    let object: Value = serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{words}: {error} in {said:?}"));
    let schemas = schemas();
    let schema = &schemas[words];
    let validator = jsonschema::validator_for(schema).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&object)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{words}: {wrong:?} in {object:#}");
    if words != "docsis decode" || object.get("error").is_some() {
        assert_eq!(object["exit"], said.code, "{words}: {said:?}");
    }
    small(&object);
    object
}

/// Numbers that a double cannot hold must not come.
fn small(value: &Value) {
    match value {
        Value::Number(n) => {
            let big = n.as_u64().is_some_and(|n| n >= 1 << 53);
            assert!(!big, "{n}");
        }
        Value::Array(all) => all.iter().for_each(small),
        Value::Object(all) => all.values().for_each(small),
        _ => {}
    }
}

/// Commands that fail before they have done anything.
#[test]
fn every_failure_is_one_valid_object() {
    for (words, arguments) in COMMANDS {
        if *words == "watch" || words.starts_with("completions") {
            continue;
        }
        let gone = ["--env-dir=/nonexistent", "--json"];
        let takes = provha::cli::flags::takes(words, "env_dir");
        let options = if takes { &gone[..] } else { &gone[1..] };
        let said = provha(&line(words, options, arguments));
        // What is not known is refused, not a failure.
        let code = if *words == "docsis describe" { 3 } else { 1 };
        assert_eq!(said.code, code, "{words}: {said:?}");
        let object = object(words, &said);
        // Of many files each has its own.
        let error = match *words {
            "docsis check" => &object["files"][0]["error"],
            _ => &object["error"]["message"],
        };
        assert!(error.is_string(), "{words}: {object:#}");
        assert_eq!(object["command"], *words);
    }
    let said = provha(&["watch", "--json"]);
    assert_eq!(said.code, 2);
    let object: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(object["exit"], 2, "{object:#}");
}

#[test]
fn results_are_valid_objects_with_the_diff_inside() {
    let lite = Lite::golden("");
    let mut machine = Machine::new(&lite.url(), "master");
    machine.cut_off = true;
    machine.firmware();
    let run = |args: &[&str]| {
        let words = COMMANDS.iter().map(|(words, _)| *words);
        let joined = args.join(" ");
        let words =
            words.filter(|words| joined.starts_with(words)).max().unwrap();
        let said = machine.run(&[args, &["--json"]].concat());
        (said.code, object(words, &said))
    };
    let (code, empty) = run(&["log"]);
    assert_eq!((code, &empty["generations"]), (0, &Value::Array(vec![])));
    assert_eq!(run(&["rollback"]).0, 0);
    let (_, strict) = run(&["dhcp", "--strict"]);
    assert!(strict["error"]["hint"].is_string());
    for command in ["dhcp", "dns", "time", "configfile"] {
        let (code, looked) = run(&[command, "--diff", "--exit-code"]);
        assert_eq!(code, 10, "{command}");
        let diff = looked["diff"].as_array().unwrap();
        assert!(!diff.is_empty(), "{command}");
        assert_eq!(run(&[command]).0, 0, "{command}");
    }
    assert_eq!(run(&["rebuild"]).0, 0);
    let (_, log) = run(&["log"]);
    assert_eq!(log["generations"].as_array().unwrap().len(), 4);
    lite.run("UPDATE provbase SET dhcp_def_lease_time = 4711;");
    assert_eq!(run(&["dhcp"]).0, 0);
    let (_, diff) = run(&["diff", "4", "5"]);
    let text = diff["diff"][0]["text"].as_str().unwrap_or_default();
    assert!(text.contains("+default-lease-time 4711;"), "{diff:#}");
    assert_eq!(run(&["diff", "4", "5", "--exit-code"]).0, 10);
    let (_, back) = run(&["rollback", "--diff"]);
    assert_eq!(back["generation"], 4);
    assert_eq!(run(&["rollback"]).0, 0);
    let (_, status) = run(&["status"]);
    assert_eq!(status["role"], "master");
    let (_, config) = run(&["config", "show"]);
    let settings = config["settings"].as_array().unwrap();
    let role = settings.iter().find(|s| s["key"] == "PROVHA__OWN_STATE");
    assert_eq!(role.unwrap()["origin"], "--role");
    let (_, state) = run(&["failover", "state"]);
    assert!(state["exit"].is_number());
    assert_eq!(run(&["db", "check"]).1["engine"], "SQLite");
    let out = |name: &str| machine.dir.path().join(name).display().to_string();
    let (sample, bundle) = (out("a.sqlite"), out("b.tar.zst"));
    let (code, sample) =
        run(&["db", "sample", "--rows", "1", "--out", &sample]);
    assert_eq!((code, sample["bytes"].as_u64() > Some(1000)), (0, true));
    let (code, bundle) =
        run(&["support", "--device", "100003", "--out", &bundle]);
    assert_eq!((code, bundle["missing"].as_array().unwrap().len()), (0, 0));
}

#[test]
fn objects_of_the_codec_and_of_what_is_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).display().to_string();
    let (text, cfg, other) = (at("a.conf"), at("a.cfg"), at("b.cfg"));
    put(Path::new(&text), b"Main { NetworkAccess 1; }");
    let run = |words: &str, arguments: &[&str]| {
        let said = provha(&line(words, &["--json"], arguments));
        (said.code, object(words, &said))
    };
    assert_eq!(run("docsis encode", &[&text, &cfg]).0, 0);
    put(Path::new(&text), b"Main { NetworkAccess 0; }");
    assert_eq!(run("docsis encode", &[&text, &other]).0, 0);
    put(Path::new(&text), b"Main { NetworkAccess x; }");
    let (code, refused) = run("docsis encode", &[&text, &cfg]);
    assert_eq!(code, 3);
    assert_eq!(refused["faults"].as_array().unwrap().len(), 1);
    assert_eq!(run("docsis decode", &[&cfg]).0, 0);
    let (code, compared) = run("docsis diff", &["--exit-code", &cfg, &other]);
    assert_eq!(code, 10, "{compared:#}");
    let (code, checked) = run("docsis verify", &[&cfg]);
    assert_eq!(checked["good"], code == 0);
    let (code, made) = run("man", &["--out", &at("man")]);
    assert_eq!(code, 0);
    assert!(made["written"].as_array().unwrap().len() > 20);
    assert_eq!(run("completions", &["fish"]).0, 0);
    let (code, demo) = run("demo", &["--out", &at("demo")]);
    assert_eq!((code, &demo["command"]), (0, &"demo".into()));
}

/// What `demo` says to try runs as printed, and changes what it says.
#[test]
fn the_lines_that_demo_prints_run() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("a demo").display().to_string();
    let demo = provha(&["demo", "--out", &out]);
    demo.check(0, &[]);
    let (_, lines) = demo.out.split_once("== try ==").unwrap();
    let lines = lines.lines().filter_map(|line| line.strip_prefix("  "));
    let mut ran = Vec::new();
    for line in lines {
        let mut shell = Command::new("/bin/sh");
        let ended = said(&shell.args(["-c", line]).output().unwrap());
        assert_eq!(ended.code, 0, "{line}: {ended:?}");
        ran.push(ended);
    }
    assert!(ran[0].out.contains("--- live/cm-100006.conf"), "{ran:?}");
    assert!(!ran[0].out.contains("cm-100007"), "{ran:?}");
    assert!(ran[1].err.contains("2 files written"), "{ran:?}");
    assert!(ran[2].out.contains("(live)"), "{ran:?}");
    assert!(ran[3].err.contains("2 files put back"), "{ran:?}");
    assert!(!demo.out.contains("0 device files"));
}

/// The variables of a screen.
const SCREENS: &[(&str, &[(&str, &str)])] = &[
    ("80x24", &[("COLUMNS", "80"), ("LINES", "24")]),
    ("40-columns", &[("COLUMNS", "40"), ("LINES", "24")]),
    ("no-color", &[("NO_COLOR", "1"), ("COLUMNS", "80")]),
    ("dumb", &[("TERM", "dumb"), ("COLUMNS", "80")]),
    ("lc-all-c", &[("LC_ALL", "C"), ("COLUMNS", "80")]),
];

/// What is not the same twice: times, and where the run lies.
fn steady(text: &str, dirs: &[String]) -> String {
    let mut text = text.to_string();
    for dir in dirs {
        text = text.replace(dir, "[DIR]");
    }
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let (body, feed) = match line.strip_suffix('\n') {
            Some(body) => (body, "\n"),
            None => (line, ""),
        };
        // The summary's time: '; 0.3 s' at the end.
        let cut = body.strip_suffix(" s").and_then(|body| {
            let (head, time) = body.rsplit_once("; ")?;
            time.parse::<f64>().ok().map(|_| format!("{head}; [TIME] s"))
        });
        out.push_str(cut.as_deref().unwrap_or(body));
        out.push_str(feed);
    }
    out
}

/// Screens that must not change by accident: `SNAPSHOTS=overwrite` writes
/// them anew.
#[test]
fn golden_transcripts() {
    let lite = Lite::golden("");
    let mut machine = Machine::new(&lite.url(), "master");
    machine.cut_off = true;
    machine.firmware();
    let dirs = [
        machine.dir.path().display().to_string(),
        lite.url().trim_start_matches("sqlite:").replace("/nms.sqlite", ""),
    ];
    let lines: &[&[&str]] = &[
        &["--help"],
        &["-h"],
        &["help", "status"],
        &["rollback", "-h"],
        &["dhcp", "--nonsense"],
        &["docsis", "encode", "--dry-run", "a", "b"],
        &["log"],
        &["dhcp", "--dry-run", "--no-activate"],
        &["configfile", "cm", "--id", "1", "--dry-run"],
        &["status", "--no-activate"],
    ];
    let assert = snapbox::Assert::new().action_env("SNAPSHOTS");
    for (screen, variables) in SCREENS {
        let mut text = String::new();
        for args in lines {
            let mut command = match args[0] {
                "--help" | "-h" | "help" | "docsis" => {
                    let program = env!("CARGO_BIN_EXE_provha");
                    let mut command = Command::new(program);
                    command.args(*args).env_clear();
                    command
                }
                _ => machine.command(args),
            };
            command.envs(variables.iter().copied());
            let said = said(&command.output().unwrap());
            text += &format!(
                "$ provha {}\n{}{}[exit {}]\n\n",
                args.join(" "),
                said.out,
                said.err,
                said.code
            );
        }
        let path =
            repository().join(format!("fixtures/transcripts/{screen}.txt"));
        let kept = snapbox::Data::read_from(&path, None);
        assert!(!text.contains('\x1b'), "{screen}: an escape in a pipe");
        assert.eq(steady(&text, &dirs), kept.raw());
    }
}
