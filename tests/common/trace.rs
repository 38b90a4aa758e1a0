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
    command.args(["-f", "-ff", "-s", "4096", "-e", calls, "-o"]);
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
    let mut made = 0;
    for line in calls {
        for dir in OTHERS {
            let path = machine.at(dir).display().to_string();
            assert!(!line.contains(&path), "{what}: {line}");
        }
        assert!(!line.starts_with("chmod("), "{what}: {line}");
        assert!(!line.starts_with("chown("), "{what}: {line}");
        let relative = !line.contains("AT_FDCWD");
        if line.starts_with("openat(") && relative {
            assert!(line.contains("O_CLOEXEC"), "{what}: {line}");
            let here = line.contains(", \".\", ");
            assert!(here || line.contains("O_NOFOLLOW"), "{what}: {line}");
            if line.contains("O_CREAT") {
                made += 1;
                assert!(line.contains(", 0600)"), "{what}: {line}");
            }
        }
    }
    made
}
