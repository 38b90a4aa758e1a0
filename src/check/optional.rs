//! The raw dhcpd statements of a pool (`ippool.optional`): they must be whole
//! statements on their own, and dhcpd must know them.

use std::path::Path;
use std::time::Duration;

use super::{Verdict, dhcp};
use crate::files;

/// What is wrong with the structure of a text; None: it is a list of whole
/// statements.
///
/// Strings, comments and braces are read as dhcpd's lexer does
/// (dhcpd.conf(5), «The configuration file»).
pub fn fault(text: &str) -> Option<String> {
    let mut depth = 0_i32;
    // Whether the last statement is complete.
    let mut complete = true;
    let mut word = String::new();
    let mut chars = text.chars();
    let mut included = false;
    while let Some(c) = chars.next() {
        if c.is_ascii_alphanumeric() || "-_.".contains(c) {
            word.push(c);
        } else {
            included |= word.eq_ignore_ascii_case("include");
            word.clear();
        }
        match c {
            '#' => {
                let _ = chars.by_ref().find(|c| *c == '\n');
            }
            '"' => {
                if !end_of_string(&mut chars) {
                    return Some("a string is not closed".into());
                }
                complete = false;
            }
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth < 0 {
                    return Some("a brace closes the subnet itself".into());
                }
                complete = true;
            }
            ';' => complete = true,
            '\0' => return Some("holds a NUL".into()),
            c if c.is_whitespace() => {}
            _ => complete = false,
        }
    }
    included |= word.eq_ignore_ascii_case("include");
    match (depth, complete, included) {
        (0, true, false) => None,
        (0, true, true) => Some("may not include other files".into()),
        (0, false, _) => Some("the last statement has no «;»".into()),
        _ => Some("a brace is not closed".into()),
    }
}

/// Reads to the end of a string; whether there is one.
fn end_of_string(chars: &mut std::str::Chars<'_>) -> bool {
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let _ = chars.next();
            }
            '"' => return true,
            _ => {}
        }
    }
    false
}

/// The texts that `dhcpd -t` does not accept, with its reason.
///
/// All are tried together; only if that fails, one by one. Without dhcpd
/// nothing is refused.
pub fn refused(
    texts: &[(u32, &str)],
    scratch: &dyn Fn(&[&str]) -> anyhow::Result<Vec<u8>>,
    program: &str,
    timeout: Duration,
) -> anyhow::Result<Vec<(u32, String)>> {
    if texts.is_empty() || crate::process::find(program).is_none() {
        return Ok(Vec::new());
    }
    let temp = std::env::temp_dir();
    sweep(&temp);
    let dir = temp.join(format!("{SCRATCH}{}", std::process::id()));
    files::remove_tree(&dir)?;
    files::make_private_dir(&dir)?;
    let result = try_all(texts, scratch, program, timeout, &dir);
    files::remove_tree(&dir)?;
    result
}

/// What the directories for trying texts begin with; the process id follows.
const SCRATCH: &str = "provha-optional.";

/// Removes the directories of runs that were killed.
fn sweep(temp: &std::path::Path) {
    let Ok(entries) = std::fs::read_dir(temp) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| name.strip_prefix(SCRATCH));
        let Some(Ok(pid)) = pid.map(str::parse::<u32>) else { continue };
        let alive = std::path::Path::new(&format!("/proc/{pid}")).exists();
        let ours = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if ours && !alive {
            // Another run may sweep at the same time.
            let _ = files::remove_tree(&entry.path());
        }
    }
}

/// Tries all texts together, then each.
fn try_all(
    texts: &[(u32, &str)],
    scratch: &dyn Fn(&[&str]) -> anyhow::Result<Vec<u8>>,
    program: &str,
    timeout: Duration,
    dir: &Path,
) -> anyhow::Result<Vec<(u32, String)>> {
    let conf = dir.join("optional.conf");
    let verdict = |texts: &[&str]| {
        files::replace(&conf, &scratch(texts)?, 0o600)?;
        dhcp::dhcpd(program, &conf, timeout)
    };
    let all: Vec<&str> = texts.iter().map(|(_, text)| *text).collect();
    if !matches!(verdict(&all)?, Verdict::Refused(_)) {
        return Ok(Vec::new());
    }
    let mut bad = Vec::new();
    for (id, text) in texts {
        if let Verdict::Refused(output) = verdict(&[text])? {
            let why = dhcp::essence(&output);
            let why = why.lines().next().unwrap_or_default();
            let why = why.split_once(": ").map_or(why, |(_, why)| why);
            bad.push((*id, format!("dhcpd refuses it ({why})")));
        }
    }
    Ok(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_swept() {
        let temp = tempfile::tempdir().unwrap();
        let at = |pid: u32| temp.path().join(format!("{SCRATCH}{pid}"));
        let own = std::process::id();
        // Above the largest process id of Linux (proc(5), pid_max).
        for pid in [own, 5_000_000] {
            files::make_private_dir(&at(pid)).unwrap();
        }
        sweep(temp.path());
        assert!(at(own).exists() && !at(5_000_000).exists());
    }

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(fault(text).as_deref(), expected, "{text:?}");
    }

    #[test]
    fn whole_statements_are_good() {
        check("", None);
        check("option ntp-servers 1.2.3.4;", None);
        check("default-lease-time 1;\n\t\tmax-lease-time 2; # end", None);
        check("option x \"a;}\\\"{\"; if (a = b) { c d; }", None);
        check("# nothing", None);
    }

    #[test]
    fn everything_else_is_not() {
        check("option x 1", Some("the last statement has no «;»"));
        check("} subnet {", Some("a brace closes the subnet itself"));
        check("if x { y;", Some("a brace is not closed"));
        check("option x \"a;", Some("a string is not closed"));
        check("include \"/etc/shadow\";", Some("may not include other files"));
    }
}
