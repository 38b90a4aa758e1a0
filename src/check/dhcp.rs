//! `dhcpd -t`, and the faults that it accepts (facts/dhcp-failover.md
//! section 2).

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use crate::check::Verdict;
use crate::config::keys::HMACS;
use crate::isc_dhcp::hosts;
use crate::isc_dhcp::syntax::{Lexer, Piece, Token};
use crate::system::files;
use crate::system::files::Doing;

/// Runs `dhcpd -t` on a file; its includes must name the staged set.
pub fn dhcpd(
    program: &str,
    conf: &Path,
    timeout: Duration,
) -> anyhow::Result<Verdict> {
    let dir = conf.parent().unwrap_or(Path::new("/"));
    let conf = conf.to_string_lossy();
    let args = ["-4", "-t", "-cf", &conf, "-lf", "/dev/null"];
    crate::check::run(program, &args, dir, timeout)
}

/// True if dhcpd could not read a file that was just written for it.
pub fn may_not_read(verdict: &Verdict) -> bool {
    let denied = |output: &String| {
        output.lines().any(|line| {
            line.contains("Can't open") && line.contains("Permission denied")
        })
    };
    matches!(verdict, Verdict::Refused(output) if denied(output))
}

/// The lines of dhcpd's output that say what is wrong.
pub fn essence(output: &str) -> String {
    let noise = [
        "Internet Systems Consortium",
        "Copyright",
        "All rights reserved",
        "For info, please visit",
        "Config file:",
        "Database file:",
        "PID file:",
        "Warning: subnet",
        "process and the information",
        "before submitting a bug",
        "bug reports",
        "bugs on either",
        "than a bug please",
        "than a configuration issue",
        "have a problem",
        "If you think",
        "This version of ISC DHCP",
        "and newer features",
        "software",
        "exiting",
    ];
    let lines: Vec<&str> = output
        .lines()
        .filter(|line| !line.trim().is_empty())
        .filter(|line| !noise.iter().any(|noise| line.contains(noise)))
        .take(20)
        .collect();
    lines.join("\n  ")
}

/// The faults of a staged set that dhcpd would load: statements that do not
/// belong to the role, unknown key algorithms, a wrong length in option 125,
/// one MAC in two hosts.
pub fn own_rules(dir: &Path) -> files::Result<Vec<String>> {
    let mut faults = Vec::new();
    let read =
        |name: &str| files::text_through(&dir.join(name)).unwrap_or_default();
    failover(&read("failover.conf"), &mut faults);
    for name in ["dhcpd.conf", "failover.conf"] {
        algorithms(name, &read(name), &mut faults);
    }
    option_125(&read("global.conf"), &mut faults);
    double_macs(dir, &mut faults)?;
    Ok(faults)
}

/// The words of a text, strings as they are written.
fn words(text: &str) -> Vec<&str> {
    let is_mark = |piece: &Piece<'_>| matches!(piece.token, Token::Mark(_));
    let pieces = Lexer::new(text).filter(|piece| !is_mark(piece));
    pieces.map(|piece| piece.source).collect()
}

/// A primary needs mclt and split, a secondary must have neither; a pair
/// whose pools give out nothing declares no peer.
fn failover(text: &str, faults: &mut Vec<String>) {
    let words = words(text);
    let has = |word: &str| words.contains(&word);
    if !has("failover") {
        return;
    }
    let primary = has("primary");
    if primary == has("secondary") {
        faults.push("failover.conf: neither or both roles".into());
    }
    for word in ["mclt", "split"] {
        if has(word) != primary {
            let text = if primary { "lacks" } else { "must not have" };
            let role = if primary { "primary" } else { "secondary" };
            faults.push(format!("failover.conf: the {role} {text} {word}"));
        }
    }
    for word in ["address", "max-response-delay", "max-unacked-updates"] {
        if !has(word) {
            faults.push(format!("failover.conf: {word} is missing"));
        }
    }
    if has("hba") || has("auto-partner-down") {
        faults.push("failover.conf: hba or auto-partner-down".into());
    }
}

/// dhcpd only prints a note when it does not know a key's algorithm.
fn algorithms(name: &str, text: &str, faults: &mut Vec<String>) {
    let words = words(text);
    for pair in words.windows(2).filter(|pair| pair[0] == "algorithm") {
        let known = HMACS.iter().any(|hmac| hmac.eq_ignore_ascii_case(pair[1]));
        if !known {
            let text = format!("{name}: unknown key algorithm {}", pair[1]);
            faults.push(text);
        }
    }
}

/// Option 125 holds its own lengths.
fn option_125(text: &str, faults: &mut Vec<String>) {
    let words = words(text);
    let Some(at) = words.iter().position(|word| *word == "vivso") else {
        return;
    };
    let value = words.get(at + 1).copied().unwrap_or_default();
    let octets: Vec<Option<u8>> = value
        .split(':')
        .map(|octet| u8::from_str_radix(octet, 16).ok())
        .collect();
    let right = octets.len() > 6
        && octets[4] == Some((octets.len() - 5) as u8)
        && octets[6] == Some((octets.len() - 7) as u8);
    if !right {
        faults.push("global.conf: option vivso has a wrong length".into());
    }
}

/// One MAC in two host declarations.
fn double_macs(dir: &Path, faults: &mut Vec<String>) -> files::Result<()> {
    let mut macs = Vec::new();
    each_host(dir, &mut |_, _, mac| macs.push(mac))?;
    macs.sort_unstable();
    if macs.windows(2).all(|pair| pair[0] != pair[1]) {
        return Ok(());
    }
    let mut seen = HashSet::new();
    each_host(dir, &mut |name, line, mac| {
        if !seen.insert(mac) {
            let line = String::from_utf8_lossy(line);
            let line = line.split(';').next().unwrap_or_default();
            faults.push(format!("{name}: this MAC stands twice: {line}"));
        }
    })
}

/// Visits the host lines of the set: file, line, hardware address.
fn each_host(
    dir: &Path,
    visit: &mut dyn FnMut(&str, &[u8], u64),
) -> files::Result<()> {
    for name in hosts::FILES {
        let path = dir.join(name);
        let (file, _) = match files::open_through(&path) {
            Err(e) if files::is_missing(&e) => continue,
            other => other?,
        };
        let visit_line = &mut |line: &[u8]| {
            if let Some(mac) = hosts::hardware(line) {
                visit(name, line, mac);
            }
        };
        hosts::each_line(file, visit_line).doing("read", &path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut faults = Vec::new();
        failover(&format!("failover peer x {{ {text} }}"), &mut faults);
        algorithms("x", text, &mut faults);
        option_125(text, &mut faults);
        assert_eq!(faults, expected, "{text}");
    }

    #[test]
    fn failover_statements_belong_to_a_role() {
        let common =
            "address 1; max-response-delay 60; max-unacked-updates 10;";
        check(&format!("primary; {common} mclt 1; split 128;"), &[]);
        check(&format!("secondary; {common}"), &[]);
        check(
            &format!("secondary; {common} mclt 1;"),
            &["failover.conf: the secondary must not have mclt"],
        );
        check(
            &format!("primary; {common} mclt 1;"),
            &["failover.conf: the primary lacks split"],
        );
    }

    #[test]
    fn algorithms_and_option_125() {
        check(
            "secondary; address 1; max-response-delay 1; \
             max-unacked-updates 1; key k { algorithm hmac-foo; }",
            &["x: unknown key algorithm hmac-foo"],
        );
        let mut faults = Vec::new();
        option_125(
            "option vivso 00:00:11:8b:06:02:04:0a:00:00:01;",
            &mut faults,
        );
        assert_eq!(faults, Vec::<String>::new());
        option_125(
            "option vivso 00:00:11:8b:07:02:04:0a:00:00:01;",
            &mut faults,
        );
        assert_eq!(faults.len(), 1);
    }
}
