//! The units that are installed: systemd takes them, and they give a run no
//! more rights than it needs.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

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
    assert_eq!(names.len(), 5);
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
