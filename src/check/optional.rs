//! The raw dhcpd statements of a pool (`ippool.optional`): they must be whole
//! statements on their own, and dhcpd must know them.

use std::collections::HashMap;
use std::time::Duration;

use crate::check::{Verdict, dhcp};
use crate::isc_dhcp::syntax::{Lexer, Token};
use crate::system::files;

/// What is wrong with the structure of a text; None: it is a list of whole
/// statements.
///
/// Strings, comments and braces are read as dhcpd's lexer does
/// (dhcpd.conf(5), 'The configuration file').
pub fn fault(text: &str) -> Option<String> {
    let mut depth = 0_i32;
    // Whether the last statement is complete.
    let mut complete = true;
    let mut included = false;
    // To dhcpd a letter outside ASCII ends a word: 'include' may follow it.
    let in_word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    for piece in Lexer::new(text).with_words(in_word) {
        complete = false;
        match piece.token {
            Token::Word(word) => {
                included |= word.eq_ignore_ascii_case("include");
            }
            Token::Text(text) if !text.is_closed => {
                return Some("a string is not closed".into());
            }
            Token::Mark('{') => {
                depth += 1;
                complete = true;
            }
            Token::Mark('}') if depth == 0 => {
                return Some("a brace closes the subnet itself".into());
            }
            Token::Mark('}') => {
                depth -= 1;
                complete = true;
            }
            Token::Mark(_) => complete = true,
            Token::Other('\0') => return Some("holds a NUL".into()),
            Token::Text(_) | Token::Other(_) => {}
        }
    }
    match (depth, complete, included) {
        (0, true, false) => None,
        (0, true, true) => Some("may not include other files".into()),
        (0, false, _) => Some("the last statement has no ';'".into()),
        _ => Some("a brace is not closed".into()),
    }
}

/// The names of the host declarations in a text that [`fault`] passes.
pub fn hosts(text: &str) -> Vec<String> {
    let mut hosts = Vec::new();
    // The words of the statement so far; strings are none.
    let mut words: Vec<&str> = Vec::new();
    for piece in Lexer::new(text) {
        match piece.token {
            Token::Word(word) => words.push(word),
            Token::Text(_) | Token::Other(_) => {}
            Token::Mark(_) => {
                if let [first, name, ..] = words[..]
                    && first.eq_ignore_ascii_case("host")
                {
                    hosts.push(name.to_string());
                }
                words.clear();
            }
        }
    }
    hosts
}

/// The texts that `dhcpd -t` does not accept, with its reason.
///
/// `scratch` makes a configuration with some of them, each in its place. All
/// are tried together, and only if that fails, halves of them: of texts that
/// clash the later one is refused. `alike` tells texts that are refused
/// wherever one of them is: they are not tried again. Without dhcpd nothing
/// is refused, nor when it refuses the configuration without any text.
pub fn refused(
    texts: &[u32],
    alike: Alike<'_, '_>,
    scratch: &dyn Fn(&[u32]) -> anyhow::Result<Vec<u8>>,
    program: &str,
    timeout: Duration,
) -> anyhow::Result<Vec<(u32, String)>> {
    if texts.is_empty() || crate::system::process::find(program).is_none() {
        return Ok(Vec::new());
    }
    let temp = std::env::temp_dir();
    sweep(&temp);
    let dir = temp.join(format!("{SCRATCH}{}", std::process::id()));
    files::remove_tree(&dir)?;
    crate::system::gate::temporary(&dir);
    files::make_private_dir(&dir)?;
    let conf = dir.join("optional.conf");
    let verdict = |texts: &[u32]| {
        files::replace(&conf, &without_secrets(&scratch(texts)?), 0o600)?;
        let verdict = dhcp::dhcpd(program, &conf, timeout)?;
        Ok(match verdict {
            Verdict::Refused(output) => Some(reason(&output)),
            _ => None,
        })
    };
    let result = Trial::new(&verdict, alike).all(texts);
    files::remove_tree(&dir)?;
    crate::system::gate::forget(&dir);
    result
}

/// The configuration with a stand-in for each secret: it is tried in a
/// directory for temporary files, where no secret need be.
fn without_secrets(conf: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(conf.len());
    for line in conf.split_inclusive(|byte| *byte == b'\n') {
        match line.trim_ascii().strip_prefix(b"secret ") {
            Some(_) => out.extend_from_slice(b"\tsecret c3RhbmQtaW4=;\n"),
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// The first line of dhcpd's words, without the place in the scratch file.
fn reason(output: &str) -> String {
    let why = dhcp::essence(output);
    let why = why.lines().next().unwrap_or_default();
    let why = why.split_once(": ").map_or(why, |(_, why)| why);
    format!("dhcpd refuses it ({why})")
}

/// The texts that another checker does not accept, with its reason, found in
/// the same way; `verdict` says why it refuses some of them together.
pub fn refused_by(
    verdict: Verdicts<'_>,
    texts: &[u32],
) -> anyhow::Result<Vec<(u32, String)>> {
    match texts {
        [] => Ok(Vec::new()),
        texts => Trial::new(verdict, &|_| None).all(texts),
    }
}

/// Why a checker refuses these texts together; None when it takes them.
pub type Verdicts<'a> = &'a dyn Fn(&[u32]) -> anyhow::Result<Option<String>>;

/// A word for texts of which dhcpd refuses all when it refuses one.
type Alike<'a, 't> = &'a dyn Fn(u32) -> Option<&'t str>;

/// A search for the texts that dhcpd refuses.
struct Trial<'a, 't> {
    verdict: Verdicts<'a>,
    alike: Alike<'a, 't>,
    good: Vec<u32>,
    bad: Vec<(u32, String)>,
    /// Why texts that are alike are refused.
    known: HashMap<&'t str, String>,
}

impl<'a, 't> Trial<'a, 't> {
    /// Before the first question.
    fn new(verdict: Verdicts<'a>, alike: Alike<'a, 't>) -> Self {
        let (good, bad, known) = (Vec::new(), Vec::new(), HashMap::new());
        Self { verdict, alike, good, bad, known }
    }

    /// Tries them; those that are refused.
    fn all(mut self, texts: &[u32]) -> anyhow::Result<Vec<(u32, String)>> {
        if (self.verdict)(texts)?.is_some() && (self.verdict)(&[])?.is_none() {
            self.halves(texts)?;
        }
        Ok(self.bad)
    }

    /// Tries both halves of texts that are refused together with the good
    /// ones so far, or says so of a single one.
    fn halves(&mut self, texts: &[u32]) -> anyhow::Result<()> {
        let (first, second) = texts.split_at(texts.len().div_ceil(2));
        for half in [first, second] {
            let half = self.unknown(half);
            if half.is_empty() {
                continue;
            }
            let mut together = self.good.clone();
            together.extend(&half);
            match ((self.verdict)(&together)?, &half[..]) {
                (None, _) => self.good = together,
                (Some(why), [id]) => self.refuse(*id, why),
                (Some(_), half) => self.halves(half)?,
            }
        }
        Ok(())
    }

    /// Takes a text for refused.
    fn refuse(&mut self, id: u32, why: String) {
        if let Some(word) = (self.alike)(id) {
            let _ = self.known.insert(word, why.clone());
        }
        self.bad.push((id, why));
    }

    /// Those that are not known to be refused; the others are.
    fn unknown(&mut self, texts: &[u32]) -> Vec<u32> {
        let mut rest = Vec::new();
        for id in texts {
            match (self.alike)(*id).and_then(|word| self.known.get(word)) {
                Some(why) => self.bad.push((*id, why.clone())),
                None => rest.push(*id),
            }
        }
        rest
    }
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
        check("option x 1", Some("the last statement has no ';'"));
        check("} subnet {", Some("a brace closes the subnet itself"));
        check("if x { y;", Some("a brace is not closed"));
        check("option x \"a;", Some("a string is not closed"));
        check("include \"/etc/shadow\";", Some("may not include other files"));
    }

    #[test]
    fn host_declarations_are_seen() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(hosts(text), expected, "{text}");
        };
        check("option host-name \"host x {\"; # host y {", &[]);
        check(
            "host a{x y;}HOST b { } group g { host c\n{ } }",
            &["a", "b", "c"],
        );
        check("default-lease-time 1;\n# first\nhost d { }", &["d"]);
    }

    /// The refused ones of 1000, and how often dhcpd was asked: `bad` refuse
    /// alone, of `clash` two refuse together.
    fn search(bad: &[u32], clash: &[u32]) -> (Vec<u32>, usize) {
        search_alike(bad, clash, &|_| None)
    }

    /// As [`search`], with texts that are alike.
    fn search_alike(
        bad: &[u32],
        clash: &[u32],
        alike: Alike<'_, '_>,
    ) -> (Vec<u32>, usize) {
        let asked = std::cell::Cell::new(0);
        let verdict = |texts: &[u32]| {
            asked.set(asked.get() + 1);
            let alone = texts.iter().any(|id| bad.contains(id));
            let both = texts.iter().filter(|id| clash.contains(id)).count();
            Ok((alone || both > 1).then(String::new))
        };
        let texts: Vec<u32> = (0..1000).collect();
        let bad = Trial::new(&verdict, alike).all(&texts).unwrap();
        (bad.into_iter().map(|(id, _)| id).collect(), asked.get())
    }

    #[test]
    fn one_bad_text_of_many_is_found_by_halving() {
        assert_eq!(search(&[], &[]), (vec![], 1));
        assert!(search(&[], &[3]).0.is_empty());
        for bad in [0, 511, 999] {
            let (found, asked) = search(&[bad], &[]);
            assert_eq!(found, [bad]);
            assert!(asked <= 22, "{asked}");
        }
        assert_eq!(search(&[5, 700], &[6, 7, 999]).0, [5, 7, 700, 999]);
    }

    #[test]
    fn a_bad_text_in_all_pools_is_tried_once() {
        let every: Vec<u32> =
            (0..1000).filter(|id: &u32| id.is_multiple_of(3)).collect();
        let alike = |id: u32| id.is_multiple_of(3).then_some("bad");
        let (mut found, asked) = search_alike(&every, &[], &alike);
        found.sort_unstable();
        assert_eq!(found, every);
        assert!(asked <= 24, "{asked}");
    }

    #[test]
    fn texts_are_not_blamed_for_a_set_that_is_refused_without_them() {
        let verdict = |_: &[u32]| Ok(Some(String::new()));
        let trial = Trial::new(&verdict, &|_| None);
        assert!(trial.all(&[1, 2]).unwrap().is_empty());
    }
}
