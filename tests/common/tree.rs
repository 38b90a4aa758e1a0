//! Directory trees as values: contents, and traces of a touch.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Every regular file below a directory: relative name, content.
pub fn read(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    each(dir, "", &mut |name, path| {
        if path.is_file() {
            out.insert(name.to_string(), std::fs::read(path).unwrap());
        }
    });
    out
}

/// What a write, a rename or a chmod would change of every entry below a
/// directory: inode, mode, owner, size, time of the last write.
pub type Traces = BTreeMap<String, (u64, u32, u32, u64, i64, i64)>;

/// The traces of every file and directory, less those that begin with one of
/// `without`.
pub fn traces(dir: &Path, without: &[&str]) -> Traces {
    let mut out = BTreeMap::new();
    each(dir, "", &mut |name, path| {
        if without.iter().any(|prefix| name.starts_with(prefix)) {
            return;
        }
        let meta = std::fs::symlink_metadata(path).unwrap();
        let trace = (
            meta.ino(),
            meta.mode(),
            meta.uid(),
            meta.len(),
            meta.mtime(),
            meta.mtime_nsec(),
        );
        out.insert(name.to_string(), trace);
    });
    out
}

/// Visits every entry below a directory.
fn each(dir: &Path, below: &str, visit: &mut dyn FnMut(&str, &Path)) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        let name =
            if below.is_empty() { name } else { format!("{below}/{name}") };
        let path = entry.path();
        visit(&name, &path);
        if entry.file_type().unwrap().is_dir() {
            each(&path, &name, visit);
        }
    }
}

/// The tokens of a dhcpd file: comments and blanks dropped, but for the
/// markers `# CM id`.
pub fn dhcpd_tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for line in text.lines() {
        line_tokens(line, &mut out);
    }
    out
}

/// The tokens of one line.
fn line_tokens(line: &str, out: &mut Vec<String>) {
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return };
        let end = match first {
            '#' => {
                let comment = rest.trim_end();
                if let Some(id) = comment.strip_prefix("# CM ")
                    && id.bytes().all(|b| b.is_ascii_digit())
                {
                    out.push(comment.to_string());
                }
                return;
            }
            '"' => string_end(rest),
            ';' | '{' | '}' | ',' | '=' | '(' | ')' => 1,
            _ => rest
                .find(|c: char| c.is_whitespace() || ";{},=()#\"".contains(c))
                .unwrap_or(rest.len()),
        };
        out.push(rest[..end].to_string());
        rest = &rest[end..];
    }
}

/// Where the string at the beginning ends.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// What staging leaves only when it was killed: names of temporary entries.
pub fn leftovers(dir: &Path) -> Vec<String> {
    let mut out = Vec::new();
    each(dir, "", &mut |name, _| {
        if name.split('/').any(|part| part.starts_with(".provha-")) {
            out.push(name.to_string());
        }
    });
    out
}
