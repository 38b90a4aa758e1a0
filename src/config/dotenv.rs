//! The env files: `*.env` below one directory, dotenv syntax.
//!
//! Read as the existing system does (facts/nms-ha.md section 2): files in
//! alphabetical order, hidden ones passed over, the first definition of a key
//! wins, and real environment variables win over all.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// One definition, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The value without quotes.
    pub value: String,
    /// The file.
    pub file: PathBuf,
    /// The line, 1-based; 0 for the process environment.
    pub line: usize,
}

impl Definition {
    /// `FILE:LINE`, or what stands for the process environment.
    pub fn place(&self) -> String {
        if self.line == 0 {
            return "the environment".into();
        }
        format!("{}:{}", self.file.display(), self.line)
    }
}

/// A failure to read the env files.
#[derive(Debug, thiserror::Error)]
pub enum EnvFileError {
    /// The directory cannot be listed.
    #[error("cannot read the env directory {dir}: {source}")]
    Directory {
        /// The directory.
        dir: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file cannot be read.
    #[error("cannot read the env file {file}: {source}")]
    File {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A line is no definition.
    #[error("{file}:{line}: {reason}")]
    Syntax {
        /// The file.
        file: PathBuf,
        /// The line, 1-based.
        line: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// Reads all env files of `dir`; the first definition of a key stays.
pub fn read_dir(
    dir: &Path,
) -> Result<BTreeMap<String, Definition>, EnvFileError> {
    let directory =
        |source| EnvFileError::Directory { dir: dir.to_path_buf(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(directory)? {
        let path = entry.map_err(directory)?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        let is_env = Path::new(name).extension().is_some_and(|e| e == "env");
        if is_env && !name.starts_with('.') {
            files.push(path);
        }
    }
    files.sort();
    let mut all = BTreeMap::new();
    for file in files {
        let bytes = read_file(&file).map_err(|source| EnvFileError::File {
            file: file.clone(),
            source,
        })?;
        for (key, definition) in parse(&decode(&bytes), &file, &all)? {
            all.entry(key).or_insert(definition);
        }
    }
    Ok(all)
}

/// Octets of an env file that are read at most.
const MOST_FILE: u64 = 1 << 20;
/// Octets of a value at most: `${A}${A}` in each line doubles it.
const MOST_VALUE: usize = 64 << 10;

/// A file's content. A FIFO would wait for a writer, a device has no end: only
/// regular files of a sane size are read.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let open = fs::OpenOptions::new()
        .read(true)
        .custom_flags(nix::libc::O_NONBLOCK)
        .open(path)?;
    if !open.metadata()?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    let _ = open.take(MOST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_FILE {
        let text = format!("it is longer than {} KiB", MOST_FILE >> 10);
        return Err(io::Error::other(text));
    }
    Ok(bytes)
}

/// The text of a file: UTF-8 without a byte order mark; octets that are none,
/// such as those of a Latin-1 comment, become U+FFFD.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    String::from_utf8_lossy(bytes.strip_prefix(MARK).unwrap_or(bytes))
}

/// Parses one file; `known` serves `${NAME}`.
fn parse(
    text: &str,
    file: &Path,
    known: &BTreeMap<String, Definition>,
) -> Result<Vec<(String, Definition)>, EnvFileError> {
    let mut out: Vec<(String, Definition)> = Vec::new();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let syntax = |reason| EnvFileError::Syntax {
            file: file.to_path_buf(),
            line: number + 1,
            reason,
        };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (key, raw) =
            line.split_once('=').ok_or(syntax("no 'KEY=value' here"))?;
        let key = key.trim();
        if !is_name(key) {
            return Err(syntax("the key is not a name (letters, digits, _)"));
        }
        let mut raw = raw.trim().to_string();
        let mut quote = Quote::begin(&raw);
        while quote.is_open {
            let (_, more) =
                lines.next().ok_or(syntax("the double quote is not closed"))?;
            raw.push('\n');
            raw.push_str(more);
            quote.go_on("\n");
            quote.go_on(more);
        }
        let lookup = |name: &str| {
            let here = first.get(name).map(|at| &out[*at].1);
            here.or_else(|| known.get(name)).map(|d| d.value.as_str())
        };
        let value = unquote(&raw, &lookup).map_err(syntax)?;
        let definition =
            Definition { value, file: file.to_path_buf(), line: number + 1 };
        let _ = first.entry(key.to_string()).or_insert(out.len());
        out.push((key.to_string(), definition));
    }
    Ok(out)
}

/// Whether `key` can be an environment variable's name.
fn is_name(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
}

/// Whether a double-quoted value goes on in the next line; each line is looked
/// at once.
struct Quote {
    is_open: bool,
    escaped: bool,
}

impl Quote {
    /// From the value's first line.
    fn begin(raw: &str) -> Self {
        let rest = raw.strip_prefix('"');
        let mut quote = Self { is_open: rest.is_some(), escaped: false };
        quote.go_on(rest.unwrap_or_default());
        quote
    }

    /// Takes what follows.
    fn go_on(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                _ if !self.is_open => return,
                _ if self.escaped => self.escaped = false,
                '\\' => self.escaped = true,
                '"' => self.is_open = false,
                _ => {}
            }
        }
    }
}

/// Takes the quotes off, resolves escapes and `${NAME}`.
fn unquote<'a>(
    raw: &str,
    lookup: &dyn Fn(&str) -> Option<&'a str>,
) -> Result<String, &'static str> {
    if let Some(rest) = raw.strip_prefix('\'') {
        let (value, tail) =
            rest.split_once('\'').ok_or("the single quote is not closed")?;
        only_comment(tail)?;
        return Ok(value.to_string());
    }
    let Some(rest) = raw.strip_prefix('"') else {
        let end = raw.find(" #").or_else(|| raw.find("\t#"));
        let plain = raw[..end.unwrap_or(raw.len())].trim_end();
        if plain.starts_with('#') {
            return Ok(String::new());
        }
        return interpolate(plain, lookup);
    };
    let mut value = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next().ok_or("the double quote is not closed")? {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                Some('$') => value.push('\u{0}'),
                Some(c @ ('"' | '\\')) => value.push(c),
                Some(c) => value.extend(['\\', c]),
                None => return Err("the double quote is not closed"),
            },
            c => value.push(c),
        }
    }
    only_comment(chars.as_str())?;
    Ok(interpolate(&value, lookup)?.replace('\u{0}', "$"))
}

/// After a closing quote only a comment may follow.
fn only_comment(tail: &str) -> Result<(), &'static str> {
    let tail = tail.trim();
    if tail.is_empty() || tail.starts_with('#') {
        return Ok(());
    }
    Err("text after the closing quote")
}

/// Replaces `${NAME}`; unknown names stay as they are.
///
/// # Errors
/// The value becomes longer than any setting is.
fn interpolate<'a>(
    text: &str,
    lookup: &dyn Fn(&str) -> Option<&'a str>,
) -> Result<String, &'static str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        let name = &rest[start + 2..start + length];
        out.push_str(&rest[..start]);
        match lookup(name) {
            Some(value) => out.push_str(value),
            None => out.push_str(&rest[start..=start + length]),
        }
        rest = &rest[start + length + 1..];
        if out.len() > MOST_VALUE {
            break;
        }
    }
    out.push_str(rest);
    if out.len() > MOST_VALUE {
        return Err("the value is longer than 64 KiB");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let got = parse(text, Path::new("a.env"), &BTreeMap::new()).unwrap();
        let got: Vec<_> =
            got.iter().map(|(k, d)| (k.as_str(), d.value.as_str())).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn plain_quoted_and_commented_values() {
        check("A=1\n# c\n\nexport B = two # c\n", &[("A", "1"), ("B", "two")]);
        check("A='x # y'", &[("A", "x # y")]);
        check(r#"A="x \"y\" \$z" # c"#, &[("A", "x \"y\" $z")]);
        check("A=\nB=#c", &[("A", ""), ("B", "")]);
        check("A=a#b", &[("A", "a#b")]);
        check("A=\"x\ny\"", &[("A", "x\ny")]);
        check("A=x\nB=${A}/y", &[("A", "x"), ("B", "x/y")]);
    }

    #[test]
    fn a_bad_line_names_file_and_line() {
        let error =
            parse("A=1\nnonsense", Path::new("a.env"), &BTreeMap::new())
                .unwrap_err();
        assert_eq!(error.to_string(), "a.env:2: no 'KEY=value' here");
    }

    #[test]
    fn other_encodings_do_no_harm() {
        let text = b"\xef\xbb\xbfA=1\n# f\xfcr M\xfcnchen\nB=M\xfcller\n";
        check(&decode(text), &[("A", "1"), ("B", "M\u{fffd}ller")]);
        check(&decode("A=für".as_bytes()), &[("A", "für")]);
    }

    #[test]
    fn files_that_are_no_files_and_values_that_explode_are_errors() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.env");
        let refused = |words: &str| {
            let error = read_dir(dir.path()).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        refused("not a regular file");
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        refused("not a regular file");
        fs::remove_file(&path).unwrap();
        fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
        refused("longer than 1024 KiB");
        let mut text = String::from("A0=xx\n");
        for i in 0..200 {
            text += &format!("A{}=${{A{i}}}${{A{i}}}\n", i + 1);
        }
        let error = parse(&text, Path::new("a.env"), &BTreeMap::new());
        let error = error.unwrap_err().to_string();
        assert!(error.ends_with("longer than 64 KiB"), "{error}");
        // Quadratic, this would take minutes.
        let open = format!("A=\"\n{}", "x\n".repeat(400_000));
        let error = parse(&open, Path::new("a.env"), &BTreeMap::new());
        let error = error.unwrap_err().to_string();
        assert_eq!(error, "a.env:1: the double quote is not closed");
    }

    #[test]
    fn the_first_file_and_the_first_line_win() {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in
            [("b.env", "X=b\nY=b"), ("a.env", "X=a"), (".c.env", "Z=1")]
        {
            let mut file = fs::File::create(dir.path().join(name)).unwrap();
            std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
        }
        let all = read_dir(dir.path()).unwrap();
        let get = |k: &str| all.get(k).map(|d| d.value.clone());
        assert_eq!(get("X").as_deref(), Some("a"));
        assert_eq!(get("Y").as_deref(), Some("b"));
        assert_eq!(get("Z"), None);
    }
}
