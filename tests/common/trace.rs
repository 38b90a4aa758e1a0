//! The system calls of a run, by strace(1).

use std::fs;
use std::path::Path;
use std::process::Command;

use super::machine::{Machine, Said, said};

/// Directories in which other users may write.
const OTHERS: [&str; 4] =
    ["/tftpboot", "/var/named", "/var/lib/dhcp", "/var/www"];

/// Runs a command of the machine; how it ended, and the calls that the
/// program made about files.
pub fn traced<S: AsRef<std::ffi::OsStr>>(
    machine: &Machine,
    args: &[S],
) -> (Said, Vec<String>) {
    let out = tempfile::tempdir().unwrap();
    let plain = machine.command(args);
    let mut command = Command::new("strace");
    let calls = "trace=%file,openat,execve,fchmod,fchown,renameat2,linkat";
    command.args(["-f", "-ff", "--seccomp-bpf", "-s", "4096"]);
    command.args(["-e", calls, "-o"]);
    command.arg(out.path().join("trace")).arg(plain.get_program());
    command.args(plain.get_args()).env_clear();
    command.envs(plain.get_envs().filter_map(|(k, v)| Some((k, v?))));
    let ended = said(&command.output().unwrap());
    (ended, own(out.path()))
}

/// The calls that the program itself made, threads included: not those of
/// what started it, nor of its children after they became other programs.
fn own(out: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(out).unwrap() {
        let text = fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let ours = |line: &&str| {
            line.starts_with("execve(") && line.contains("/provha\"")
        };
        let begin = lines.iter().rposition(ours).map_or(0, |at| at + 1);
        let own = lines[begin..].iter().take_while(|line| {
            !line.starts_with("execve(") || line.contains("ENOENT")
        });
        // What never became the program is a child, or a thread of ours.
        let child = begin == 0 && text.contains("execve(");
        if !child {
            all.extend(own.map(|line| (*line).to_string()));
        }
    }
    all
}

/// Asserts that calls reach what others own by descriptor alone; how many
/// files they made.
#[track_caller]
pub fn by_descriptor(machine: &Machine, what: &str, calls: &[String]) -> usize {
    let (made, faults) = faults(machine, calls);
    assert!(faults.is_empty(), "{what}:\n{}", faults.join("\n"));
    made
}

/// How many files calls made, and those that go by path or make a file that
/// others may open.
pub fn faults(machine: &Machine, calls: &[String]) -> (usize, Vec<String>) {
    let (mut made, mut faults) = (0, Vec::new());
    let dirs = OTHERS.map(|dir| machine.at(dir).display().to_string());
    for line in calls {
        let by_path = dirs.iter().any(|dir| line.contains(dir));
        let changes = line.starts_with("chmod(") || line.starts_with("chown(");
        let mut wrong = by_path || changes;
        if line.starts_with("openat(") && !line.contains("AT_FDCWD") {
            let here = line.contains(", \".\", ");
            wrong |= !line.contains("O_CLOEXEC");
            wrong |= !here && !line.contains("O_NOFOLLOW");
            if line.contains("O_CREAT") {
                made += 1;
                wrong |= !line.contains(", 0600)");
            }
        }
        if wrong {
            faults.push(line.clone());
        }
    }
    (made, faults)
}
