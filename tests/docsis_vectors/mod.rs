//! Reads test vectors: the archives under `fixtures/docsis/`, and directories
//! of files beside the checkout.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// One vector: files by name.
#[derive(Clone, Debug, Default)]
pub struct Vector {
    /// Its name.
    pub name: String,
    /// Its files.
    files: BTreeMap<String, Vec<u8>>,
}

impl Vector {
    /// A file, if it has one of that name.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// How the reference was called.
    pub fn args(&self) -> String {
        let args = self.file("args").unwrap_or_default();
        String::from_utf8_lossy(args).into_owned()
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, c)| (name.as_str(), c.as_slice()))
    }
}

/// Root of the checkout.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The facts and vectors beside the checkout, if they are there.
pub fn shared() -> Option<PathBuf> {
    let path = root().join("../shared");
    path.is_dir().then_some(path)
}

/// The encoding vectors of `fixtures/docsis/`.
pub fn all() -> Vec<Vector> {
    archives("own")
}

/// The vectors for decoding only.
pub fn decode_only() -> Vec<Vector> {
    archives("own-decode")
}

/// The vectors that may only be read beside the checkout; none without it.
pub fn third_party() -> Vec<Vector> {
    let path = shared().map(|shared| shared.join("vectors/third-party"));
    path.map_or_else(Vec::new, |path| directories(&path))
}

/// All vectors of the archives in a directory.
fn archives(name: &str) -> Vec<Vector> {
    let path = root().join("fixtures/docsis").join(name);
    let mut paths: Vec<_> = fs::read_dir(&path)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let text = |path: &PathBuf| fs::read_to_string(path).expect("an archive");
    paths.iter().flat_map(|path| read_archive(&text(path))).collect()
}

/// All vectors that are a directory each.
fn directories(path: &Path) -> Vec<Vector> {
    let entries = fs::read_dir(path).expect("a directory");
    let mut found: Vec<_> =
        entries.map(|e| read_directory(&e.expect("an entry").path())).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The vector in a directory.
fn read_directory(path: &Path) -> Vector {
    let name = |path: &Path| {
        path.file_name().expect("a name").to_string_lossy().into_owned()
    };
    let entries = fs::read_dir(path).expect("a directory");
    let files = entries.map(|entry| {
        let path = entry.expect("an entry").path();
        (name(&path), fs::read(&path).expect("a file"))
    });
    Vector { name: name(path), files: files.collect() }
}

/// The vectors of an archive: `=== NAME`, then for each file `--- NAME` and
/// its lines. `--- NAME open` has no line feed at its end, `--- NAME hex` is
/// in hexadecimal.
fn read_archive(text: &str) -> Vec<Vector> {
    let mut vectors: Vec<Vector> = Vec::new();
    let mut file = String::new();
    let mut form = String::new();
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if let Some(name) = bare.strip_prefix("=== ") {
            vectors.push(Vector { name: name.into(), ..Vector::default() });
            file.clear();
        } else if let Some(rest) = bare.strip_prefix("--- ") {
            let (name, kind) = rest.split_once(' ').unwrap_or((rest, ""));
            (file, form) = (name.into(), kind.into());
            let vector = vectors.last_mut().expect("a vector is open");
            let _none = vector.files.insert(file.clone(), Vec::new());
        } else if !file.is_empty() {
            let vector = vectors.last_mut().expect("a vector is open");
            let content = vector.files.get_mut(&file).expect("it is open");
            add_line(content, line, &form);
        }
    }
    vectors
}

/// Adds a line of an archive to a file.
fn add_line(content: &mut Vec<u8>, line: &str, form: &str) {
    if form == "hex" {
        let digits = line.trim_end().as_bytes();
        content.extend(digits.chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).expect("digits");
            u8::from_str_radix(pair, 16).expect("digits")
        }));
    } else {
        // The last line feed of an open file is the archive's.
        if form == "open" && !content.is_empty() {
            content.push(b'\n');
        }
        let line =
            if form == "open" { line.trim_end_matches('\n') } else { line };
        content.extend_from_slice(line.as_bytes());
    }
}
