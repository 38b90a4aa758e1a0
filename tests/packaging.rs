//! What the packages install: systemd takes the units, and they give a run no
//! more rights than it needs; shells take the completions, Prometheus the
//! alerts; the dashboard shows metrics that exist; the scripts of the packages
//! clean up slaves and restart nothing.

use crate::common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::machine::{put, script};
use common::program;
use provha::status::metrics;
use serde_json::Value;

/// A file of the repository.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The text of one.
fn text(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Runs a program; whether it went well, and all it said.
fn run(command: &mut Command) -> (bool, String) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// The units, with a program that is there in place of ours.
fn units(dir: &Path) -> Vec<String> {
    let source =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/systemd");
    let mut names = Vec::new();
    for entry in fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("/usr/local"), "{}", path.display());
        let text = text.replace("/usr/bin/provha", "/bin/true");
        let name = path.file_name().unwrap().to_str().unwrap().to_string();
        fs::copy(&path, dir.join(&name)).unwrap();
        let mut file = fs::File::create(dir.join(&name)).unwrap();
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
        names.push(name);
    }
    names.sort();
    names
}

/// What `systemd-analyze` says about a unit.
fn analyze(dir: &Path, args: &[&str], unit: &str) -> (bool, String) {
    let output = Command::new("systemd-analyze")
        .args(args)
        .arg(format!("./{unit}"))
        .current_dir(dir)
        .output()
        .expect("systemd-analyze is installed by tests/packages.sh");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn systemd_takes_the_units_and_they_are_confined() {
    let dir = tempfile::tempdir().unwrap();
    let names = units(dir.path());
    assert_eq!(names.len(), 7);
    for name in &names {
        let (ok, said) = analyze(dir.path(), &["verify", "--man=no"], name);
        // It looks at all units of the machine: those of others do not count.
        let ours: Vec<_> =
            said.lines().filter(|line| line.contains("provha-")).collect();
        assert!(ok && ours.is_empty(), "{name}: {said}");
        if name.ends_with(".service") {
            let args = ["security", "--offline=true", "--threshold=25"];
            let (ok, said) = analyze(dir.path(), &args, name);
            assert!(ok, "{name}: {said}");
        }
    }
}

#[test]
fn every_unit_of_a_timer_and_of_cron_is_there() {
    let cron = include_str!("../packaging/cron/provha");
    for command in ["rebuild", "sync-ha-master-files"] {
        assert!(cron.contains(&format!("root provha {command} ")));
    }
    let dir = tempfile::tempdir().unwrap();
    let names = units(dir.path());
    for timer in names.iter().filter(|name| name.ends_with(".timer")) {
        let service = timer.replace(".timer", ".service");
        assert!(names.contains(&service), "{service}");
    }
}

/// The metadata that a packager reads in Cargo.toml.
fn metadata() -> Value {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version=1"]);
    let output = cargo.current_dir(file("")).output().unwrap();
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    all["packages"][0]["metadata"].clone()
}

/// Sources and targets of the assets of both packages.
fn assets() -> [Vec<(String, String)>; 2] {
    let metadata = metadata();
    let word = |value: &Value| value.as_str().unwrap().to_string();
    let list = |value: &Value| value.as_array().unwrap().clone();
    let deb = list(&metadata["deb"]["assets"]);
    let deb = deb.iter().map(|asset| (word(&asset[0]), word(&asset[1])));
    let rpm = list(&metadata["generate-rpm"]["assets"]);
    let rpm = rpm.iter().map(|a| (word(&a["source"]), word(&a["dest"])));
    [deb.collect(), rpm.collect()]
}

#[test]
fn both_packages_hold_every_file_that_is_meant_to_be_installed() {
    let [deb, rpm] = assets();
    let sources = |assets: &[(String, String)]| -> BTreeSet<String> {
        let some = assets.iter().map(|(source, _)| source.clone());
        some.filter(|s| !s.contains("lintian") && !s.contains("LICENSE"))
            .collect()
    };
    assert_eq!(sources(&deb), sources(&rpm));
    for (source, _) in deb.iter().filter(|(s, _)| !s.starts_with("target/")) {
        let dir = file(source.rsplit_once('/').map_or("", |(dir, _)| dir));
        assert!(dir.is_dir(), "{source}");
        assert!(source.contains('*') || file(source).is_file(), "{source}");
    }
    for dir in fs::read_dir(file("packaging")).unwrap() {
        let name = dir.unwrap().file_name().into_string().unwrap();
        let of_a_package = ["deb", "rpm"].contains(&&*name);
        let dir = format!("packaging/{name}/");
        let held = deb.iter().any(|(source, _)| source.starts_with(&dir));
        assert!(of_a_package || held, "{dir} is in no package");
    }
    let version = format!("provha ({}-1)", env!("CARGO_PKG_VERSION"));
    assert!(text("packaging/deb/changelog").starts_with(&version));
}

/// Icinga takes the general objects and those of `setup icinga` together, in
/// both forms: no name is used twice.
#[test]
fn icinga_takes_our_objects_side_by_side() {
    use provha::cli::setup::IcingaForm;
    use provha::setup::icinga::{Machine, objects};
    let machine = |name: &str, last, role| Machine {
        name: name.into(),
        address: std::net::Ipv4Addr::new(10, 0, 0, last),
        role,
    };
    let both = [machine("a", 1, "master"), machine("b", 2, "slave")];
    let dir = tempfile::tempdir().unwrap();
    let check = |objects: &str| {
        let conf = dir.path().join("all.conf");
        let general = file("packaging/icinga/provha.conf");
        let text = format!(
            "include <itl>\ninclude <plugins>\nconst PluginDir = \"/x\"\n\
             object Host \"other\" {{\n  check_command = \"hostalive\"\n  \
             address = \"10.0.0.3\"\n  vars.provha = \"master\"\n  \
             vars.provha_peer = \"other\"\n}}\ninclude \"{}\"\n{objects}",
            general.display()
        );
        put(&conf, text.as_bytes());
        let mut icinga = Command::new(program("icinga2"));
        run(icinga.args(["daemon", "-C", "-c"]).arg(conf))
    };
    for form in [IcingaForm::Single, IcingaForm::Dual] {
        let objects = objects(&both, "example.org", "22", form);
        let (ok, said) = check(&objects);
        assert!(ok, "{said}");
        assert!(said.contains("Instantiated 3 Hosts"), "{said}");
        assert!(said.contains("Instantiated 10 Services"), "{said}");
    }
    let (ok, said) = check("object CheckCommand \"provha\" {\n}\n");
    assert!(!ok, "a name that is used twice: {said}");
}

/// The names of our metrics in a text.
fn named(text: &str) -> BTreeSet<String> {
    let name = |c: char| c.is_ascii_lowercase() || c == '_';
    text.split(|c| !name(c))
        .filter_map(|word| word.strip_prefix("provha_"))
        .map(str::to_string)
        .collect()
}

/// All that `status --format prometheus` can write.
fn metrics() -> BTreeSet<String> {
    let always = ["state", "status", "info", "status_duration_seconds"];
    let numbers = metrics::ALL.iter().map(|metric| metric.name);
    always.into_iter().chain(numbers).map(str::to_string).collect()
}

#[test]
fn dashboard_and_alerts_name_metrics_that_exist() {
    let dashboard: Value =
        serde_json::from_str(&text("packaging/grafana/provha.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut shown = BTreeSet::new();
    for panel in panels {
        for target in panel["targets"].as_array().unwrap() {
            let names = named(target["expr"].as_str().unwrap());
            assert!(!names.is_empty(), "{}", panel["title"]);
            shown.extend(names);
        }
    }
    let known = metrics();
    let unknown: Vec<_> = shown.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let rules = text("packaging/prometheus/provha.rules.yml");
    let exprs = rules.lines().filter(|line| line.contains("expr: "));
    for expr in exprs {
        let unknown: Vec<_> = named(expr).difference(&known).cloned().collect();
        assert!(unknown.is_empty(), "{expr}: {unknown:?}");
    }
}

#[test]
fn prometheus_takes_the_alerts_and_they_fire() {
    let promtool = program("promtool");
    let dir = file("packaging/prometheus");
    for args in
        [["check", "provha.rules.yml"], ["test", "provha.rules.test.yml"]]
    {
        let mut command = Command::new(&promtool);
        let command = command.arg(args[0]).arg("rules").arg(args[1]);
        let (ok, said) = run(command.current_dir(&dir));
        assert!(ok, "{said}");
    }
}

#[test]
fn completions_load_in_the_shells() {
    let dir = file("completions");
    let bash = "source ./provha.bash; COMP_WORDS=(provha rebu); COMP_CWORD=1; \
                _provha provha rebu provha; echo \"=${COMPREPLY[*]}=\"";
    let zsh = "fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; \
               autoload -U +X _provha && echo \"=$_comps[provha]=\"";
    let fish = "source ./provha.fish; complete -C 'provha rebu'";
    for (shell, args, line, expected) in [
        ("bash", ["--norc", "-c"], bash, "=rebuild="),
        ("zsh", ["-f", "-c"], zsh, "=_provha="),
        ("fish", ["--no-config", "-c"], fish, "rebuild"),
    ] {
        let mut command = Command::new(program(shell));
        let command = command.args(args).arg(line).current_dir(&dir);
        let home = tempfile::tempdir().unwrap();
        let (ok, said) = run(command.env("HOME", home.path()));
        assert!(ok && said.contains(expected), "{shell}: {said}");
    }
}

/// Runs the script of the packages with a program that logs how it is called
/// and has this to say about the role.
fn after_install(role: &str, ends: &str) -> (bool, String, String) {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let body = format!(
        "echo \"provha $*\" >> {}\ncase $1 in\n\
         config) {role} ;;\nclean-up-slave) {ends} ;;\nesac",
        log.display()
    );
    script(&dir.path().join("provha"), &body);
    for other in ["systemd-sysusers", "systemd-tmpfiles", "systemctl"] {
        let line = format!("echo \"{other} $*\" >> {}", log.display());
        script(&dir.path().join(other), &line);
    }
    put(&log, b"");
    let path = format!("{}:/usr/bin:/bin", dir.path().display());
    let mut command = Command::new(file("packaging/script/after-install"));
    let (ok, said) = run(command.env_clear().env("PATH", path));
    (ok, said, fs::read_to_string(log).unwrap())
}

#[test]
fn packages_clean_up_slaves_alone_and_never_fail() {
    let slave = "echo PROVHA__OWN_STATE=slave";
    let (ok, said, log) = after_install(slave, "exit 0");
    assert!(ok && log.contains("provha clean-up-slave"), "{said}{log}");
    for other in ["echo PROVHA__OWN_STATE=master", "echo PROVHA__OWN_STATE="] {
        let (ok, said, log) = after_install(other, "exit 0");
        assert!(ok && !log.contains("clean-up-slave"), "{said}{log}");
        assert!(log.contains("systemd-tmpfiles --create provha.conf"));
    }
    for (ends, words) in [
        ("exit 1", "clean-up-slave failed (exit code 1)"),
        ("exit 75", "another run holds the lock"),
    ] {
        let (ok, said, _) = after_install(slave, ends);
        assert!(ok && said.contains(words), "{said}");
    }
    let broken = "echo 'error: x:1: PROVHA__MCLT' >&2; exit 1";
    let (ok, said, log) = after_install(broken, "exit 0");
    assert!(ok && said.contains("x:1: PROVHA__MCLT"), "{said}");
    assert!(!log.contains("clean-up-slave"));
}

#[test]
fn scripts_of_packages_restart_no_daemon() {
    for name in [
        "script/after-install",
        "script/before-remove",
        "deb/postinst",
        "deb/prerm",
        "deb/postrm",
        "rpm/post",
        "rpm/preun",
    ] {
        let text = text(&format!("packaging/{name}"));
        let mut shell = Command::new("sh");
        let (ok, said) =
            run(shell.arg("-n").arg(file(&format!("packaging/{name}"))));
        assert!(ok, "{name}: {said}");
        let calls = text.lines().map(str::trim).filter(|line| {
            line.contains("systemctl") && !line.starts_with(['#', '"'])
        });
        for call in calls {
            let known = ["daemon-reload", "is-active", "disable --now provha-"];
            let told = call.starts_with("say ") || call.contains("list-units");
            let ours = known.iter().any(|word| call.contains(word));
            assert!(ours || told, "{name}: {call}");
        }
    }
}

#[test]
fn the_package_is_installed_upgraded_and_removed_in_a_clean_debian() {
    // It builds the release and cargo-deb and makes a Debian: minutes.
    if std::env::var_os("PROVHA_DRILL").is_none() {
        return;
    }
    let mut make = Command::new("make");
    let (ok, said) = run(make.arg("package-test").current_dir(file("")));
    assert!(ok, "{said}");
}
