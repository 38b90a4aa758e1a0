//! The decoder against the reference's vectors.
//!
//! `fixtures/docsis` and `fixtures/docsis-decode` hold the ones made for this
//! project; those of others are read at `../shared/vectors` when they are
//! there.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use provha::docsis::{
    self, Hash,
    decode::{Decoded, File, FileKind, Options, decode},
    key_of_file,
    mib::Mib,
    verify::{Outcome, verify},
};

/// One vector.
struct Vector {
    /// Where its files are.
    dir: PathBuf,
    /// How the reference was called.
    args: String,
    /// The binary file.
    bytes: Vec<u8>,
}

impl Vector {
    /// Reads one, if there is a binary file in the directory.
    fn read(dir: PathBuf) -> Option<Self> {
        let bytes = fs::read(dir.join("expected.bin"))
            .or_else(|_| fs::read(dir.join("input.bin")))
            .ok()?;
        let args = fs::read_to_string(dir.join("args")).unwrap_or_default();
        Some(Self { dir, args, bytes })
    }

    /// Its name.
    fn name(&self) -> String {
        let name = self.dir.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// The reference's text.
    fn expected(&self, file: &str) -> Option<String> {
        let bytes = fs::read(self.dir.join(file)).ok()?;
        Some(latin(&bytes))
    }
}

impl Vector {
    /// The key that it was made with, if it is for a modem.
    fn key(&self) -> Option<Vec<u8>> {
        let file = fs::read(self.dir.join("key"));
        match (self.args.contains("-e"), self.args.contains("./key")) {
            (true, true) => Some(key_of_file(&file.ok()?).to_vec()),
            (true, false) => Some(b"DOCSIS".to_vec()),
            (false, _) => None,
        }
    }
}

/// Encodes a decoded file for a modem or for an MTA.
fn encode(text: &[u8], key: Option<&[u8]>) -> Result<Vec<u8>, String> {
    let options = match key {
        Some(key) => docsis::Options::modem(key),
        None => docsis::Options::mta(Hash::None),
    };
    match docsis::encode(text, &options) {
        Ok(encoded) => Ok(encoded.bytes),
        Err(faults) => Err(format!("{}", faults[0].fault)),
    }
}

/// Says what is wrong with a round trip.
fn round_trip(
    bytes: &[u8],
    key: Option<&[u8]>,
    numeric: bool,
) -> Option<String> {
    let options = Options { numeric_oids: numeric, ..Options::default() };
    let Decoded { text, .. } = decode(bytes, &Mib::default(), &options);
    let wrong = match encode(&text, key) {
        Ok(again) if again == bytes => return None,
        Ok(_) => "other octets".to_owned(),
        Err(fault) => fault,
    };
    Some(format!("{wrong}\n{}", latin(&text)))
}

/// Octets as text, one character each.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|octet| char::from(*octet)).collect()
}

/// A path from the package's directory.
fn path(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(of)
}

/// The vectors in the directories below those.
fn vectors(of: &[&str]) -> Vec<Vector> {
    let mut found = Vec::new();
    for entry in of.iter().filter_map(|of| fs::read_dir(path(of)).ok()) {
        let dirs = entry.filter_map(|entry| Some(entry.ok()?.path()));
        found.extend(dirs.filter_map(Vector::read));
    }
    found.sort_by(|a, b| a.dir.cmp(&b.dir));
    found
}

/// All vectors that were made by encoding.
fn encoded() -> Vec<Vector> {
    vectors(&[
        "fixtures/docsis",
        "../shared/vectors/own",
        "../shared/vectors/third-party",
    ])
}

/// Names of vectors and whether the reference's text is as good as the file.
fn lossless() -> HashMap<String, bool> {
    let mut found = HashMap::new();
    for list in [
        "fixtures/docsis-decode/roundtrip.tsv",
        "../shared/vectors/roundtrip.tsv",
    ] {
        let text = fs::read_to_string(path(list)).unwrap_or_default();
        found.extend(text.lines().filter_map(|line| {
            let (name, good) = line.split_once('\t')?;
            Some((name.to_owned(), good == "1"))
        }));
    }
    found
}

/// Decodes as the reference was asked to.
fn text(vector: &Vector, numeric_oids: bool, expected: &str) -> String {
    let digit_map =
        expected.contains("DigitMap").then_some("dialplan_output.txt");
    let comment_hash = vector.args.contains("-nohash");
    let options = Options { numeric_oids, digit_map, comment_hash };
    latin(&decode(&vector.bytes, &Mib::default(), &options).text)
}

/// The first line that differs.
fn difference(ours: &str, theirs: &str) -> String {
    let mut lines = ours.lines().zip(theirs.lines());
    match lines.find(|(a, b)| a != b) {
        Some((a, b)) => format!("  ours   {a}\n  theirs {b}"),
        None => "  one goes on".to_owned(),
    }
}

/// Fails with the list of what differs.
fn report(checked: usize, least: usize, wrong: &[String]) {
    assert!(checked >= least, "only {checked} vectors found");
    assert!(
        wrong.is_empty(),
        "{} of {checked} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Compares the texts of all vectors whose reference text is lossless.
fn compare(file: &str, numeric: bool, least: usize) {
    let (good, mut wrong, mut checked) = (lossless(), Vec::new(), 0);
    for vector in encoded() {
        let name = vector.name();
        let Some(theirs) = vector.expected(file) else { continue };
        if good.get(&name) != Some(&true) {
            continue;
        }
        checked += 1;
        let ours = text(&vector, numeric, &theirs);
        if ours != theirs {
            wrong.push(format!("{name}\n{}", difference(&ours, &theirs)));
        }
    }
    report(checked, least, &wrong);
}

#[test]
fn the_text_is_that_of_the_reference() {
    compare("expected.txt", false, 1000);
}

#[test]
fn the_text_with_numeric_oids_is_that_of_the_reference() {
    compare("expected-o.txt", true, 50);
}

/// Vectors without a text that encodes to them, where ours differs.
const BETTER: [&str; 5] = [
    "dec-counter64",
    "dec-ip-or-ip6-odd",
    "dec-string-with-nul",
    "dec-uchar-two-bytes",
    "dec-vendor-first-not-id",
];

#[test]
fn files_that_only_decode_are_shown_as_the_reference_does() {
    let mut wrong = Vec::new();
    let vectors = vectors(&["fixtures/docsis-decode"]);
    for vector in &vectors {
        let name = vector.name();
        let theirs = vector.expected("expected.txt").expect("a text");
        let numeric = vector.args.split(' ').any(|word| word == "-o");
        let ours = text(vector, numeric, &theirs);
        if (ours == theirs) == BETTER.contains(&name.as_str()) {
            wrong.push(format!("{name}\n{}", difference(&ours, &theirs)));
        }
    }
    report(vectors.len(), 11, &wrong);
}

#[test]
fn every_file_survives_decoding_and_encoding() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for vector in encoded() {
        let key = vector.key();
        for numeric in [false, true] {
            checked += 1;
            let failed = round_trip(&vector.bytes, key.as_deref(), numeric);
            wrong.extend(failed.map(|w| format!("{}: {w}", vector.name())));
        }
    }
    report(checked, 2000, &wrong);
}

#[test]
fn files_that_only_decode_survive_as_well() {
    let mut wrong = Vec::new();
    let vectors = vectors(&["fixtures/docsis-decode"]);
    for vector in &vectors {
        let modem = File::parse(&vector.bytes).kind() == FileKind::Modem;
        let key = modem.then_some(&b"DOCSIS"[..]);
        let failed = round_trip(&vector.bytes, key, false);
        wrong.extend(failed.map(|w| format!("{}: {w}", vector.name())));
    }
    report(vectors.len(), 11, &wrong);
}

#[test]
fn every_made_file_verifies() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for vector in encoded() {
        let Some(key) = vector.key() else { continue };
        let hashed = vector.args.contains("-na");
        let mta = vector.bytes.first().is_none_or(|first| *first == 254);
        if hashed || mta {
            continue;
        }
        checked += 1;
        let report = verify(&vector.bytes, Some(&key));
        let micked = report.checks.iter().filter(|check| {
            check.subject.ends_with("MIC") && check.outcome == Outcome::Good
        });
        if micked.count() != 2 {
            wrong.push(format!("{}: {report:?}", vector.name()));
        }
    }
    report(checked, 900, &wrong);
}

#[test]
fn every_hash_verifies() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for vector in encoded() {
        let hashed = ["-na", "-eu"].iter().any(|a| vector.args.contains(a));
        if !hashed || vector.bytes.first() != Some(&254) {
            continue;
        }
        checked += 1;
        let report = verify(&vector.bytes, None);
        let hash = report.checks.iter().any(|check| {
            check.subject.starts_with("hash") && check.outcome == Outcome::Good
        });
        if !hash || !report.is_good() {
            wrong.push(format!("{}: {report:?}", vector.name()));
        }
    }
    report(checked, 10, &wrong);
}

/// Binary files of the existing system, when they are there.
fn golden() -> Vec<(PathBuf, Vec<u8>)> {
    let dirs = ["master", "slave"].into_iter().flat_map(|role| {
        ["cm", "mta"].map(|kind| format!("{role}/tftpboot/{kind}"))
    });
    let dirs = dirs.filter_map(|dir| {
        fs::read_dir(path("../shared/golden").join(dir)).ok()
    });
    dirs.flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "cfg"))
        .filter_map(|path| Some((path.clone(), fs::read(path).ok()?)))
        .collect()
}

#[test]
fn files_of_the_existing_system_survive_and_verify() {
    let (files, mut wrong) = (golden(), Vec::new());
    for (path, bytes) in &files {
        let modem = File::parse(bytes).kind() == FileKind::Modem;
        let key = modem.then_some(&b"DOCSIS"[..]);
        let report = verify(bytes, key);
        if !report.is_good() {
            wrong.push(format!("{}: {report:?}", path.display()));
        }
        let failed = round_trip(bytes, key, false);
        wrong.extend(failed.map(|w| format!("{}: {w}", path.display())));
    }
    report(files.len(), 0, &wrong);
}
