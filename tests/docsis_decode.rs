//! The decoder against the reference's texts, and its text against the
//! encoder: what is decoded encodes to the same octets.

use crate::docsis_vectors;

use std::{collections::HashMap, fs, path::PathBuf};

use docsis_vectors::{Vector, all, decode_only, root, shared, third_party};
use provha::docsis;
use provha::docsis::decode::{
    Decoded, Decoder, File, FileKind, Options, Tail, decode,
};
use provha::docsis::mib::Mib;
use provha::docsis::verify::{Outcome, verify};
use provha::docsis::{Hash, MemoryFiles, Mode, key_of_file};

/// All vectors that were made by encoding, and that made a file.
fn encoded() -> Vec<Vector> {
    let mut found = all();
    found.extend(third_party());
    found.retain(|vector| vector.file("expected.bin").is_some());
    found
}

/// The binary file of a vector.
fn binary(vector: &Vector) -> &[u8] {
    let made = vector.file("expected.bin");
    made.or_else(|| vector.file("input.bin")).expect("a binary file")
}

/// The key that a vector was made with, if it is for a modem.
fn key(vector: &Vector) -> Option<&[u8]> {
    let args = vector.args();
    let file = match (args.contains("-e"), args.contains("./key")) {
        (true, true) => vector.file("key").unwrap_or_default(),
        (true, false) => b"DOCSIS",
        (false, _) => return None,
    };
    Some(key_of_file(file))
}

/// The lists of whether the reference's text is as good as the file.
fn lossless() -> HashMap<String, bool> {
    let mut lists = vec![root().join("fixtures/docsis/roundtrip.tsv")];
    lists.extend(shared().map(|dir| dir.join("vectors/roundtrip.tsv")));
    let texts: Vec<_> =
        lists.iter().filter_map(|list| fs::read_to_string(list).ok()).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, good)| (name.to_owned(), good == "1"))
        .collect()
}

/// Octets as text, one character each.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|octet| char::from(*octet)).collect()
}

/// Decodes a vector as the reference was asked to.
fn text(vector: &Vector, numeric_oids: bool, expected: &str) -> String {
    let digit_map =
        expected.contains("DigitMap").then_some("dialplan_output.txt");
    let comment_hash = vector.args().contains("-nohash");
    let options =
        Options { numeric_oids, digit_map, comment_hash, ..Options::default() };
    latin(&decode(binary(vector), &Mib::default(), &options).text)
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
    assert!(checked >= least, "only {checked} found");
    let count = wrong.len();
    let list = wrong.join("\n");
    assert!(wrong.is_empty(), "{count} of {checked} differ:\n{list}");
}

/// Compares the texts of all vectors whose reference text is lossless.
fn compare(file: &str, numeric: bool, least: usize) {
    let (good, mut wrong, mut checked) = (lossless(), Vec::new(), 0);
    for vector in encoded() {
        let Some(theirs) = vector.file(file).map(latin) else { continue };
        if good.get(&vector.name) != Some(&true) {
            continue;
        }
        checked += 1;
        let ours = text(&vector, numeric, &theirs);
        if ours != theirs {
            let difference = difference(&ours, &theirs);
            wrong.push(format!("{}\n{difference}", vector.name));
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

/// Files whose text by the reference does not encode to them.
const BETTER: [&str; 5] = [
    "dec-counter64",
    "dec-ip-or-ip6-odd",
    "dec-string-with-nul",
    "dec-uchar-two-bytes",
    "dec-vendor-first-not-id",
];

#[test]
fn files_that_only_decode_are_shown_as_the_reference_does() {
    let (vectors, mut wrong) = (decode_only(), Vec::new());
    for vector in &vectors {
        let theirs = vector.file("expected.txt").map(latin).expect("a text");
        let numeric = vector.args().split(' ').any(|word| word == "-o");
        let ours = text(vector, numeric, &theirs);
        if (ours == theirs) == BETTER.contains(&vector.name.as_str()) {
            let difference = difference(&ours, &theirs);
            wrong.push(format!("{}\n{difference}", vector.name));
        }
    }
    report(vectors.len(), 11, &wrong);
}

/// Encodes a text for a modem or for an MTA.
fn encode(text: &[u8], key: Option<&[u8]>) -> Result<Vec<u8>, String> {
    let options = match key {
        Some(key) => docsis::Options::modem(key),
        None => docsis::Options::mta(Hash::None),
    };
    match docsis::encode(text, &options) {
        Ok(encoded) => Ok(encoded.bytes),
        Err(faults) => Err(faults[0].render("text").to_string()),
    }
}

/// Says what is wrong with decoding and encoding again. Of a modem's file
/// whose end is odd only the settings are compared.
fn round_trip(
    bytes: &[u8],
    key: Option<&[u8]>,
    numeric: bool,
) -> Option<String> {
    let options = Options { numeric_oids: numeric, ..Options::default() };
    let Decoded { text, notes, .. } = decode(bytes, &Mib::default(), &options);
    let kept = match File::parse(bytes).tail {
        Tail::Modem { offset, .. } if !notes.is_empty() => offset,
        _ => bytes.len(),
    };
    let wrong = match encode(&text, key) {
        Ok(again) if again.get(..kept) == Some(&bytes[..kept]) => return None,
        Ok(_) => "other octets".to_owned(),
        Err(fault) => fault,
    };
    Some(format!("{wrong}\n{}", latin(&text)))
}

/// The key to encode a file with, by what the file looks like.
fn usual_key(bytes: &[u8]) -> Option<&'static [u8]> {
    match File::parse(bytes).tail {
        Tail::Modem { .. } => Some(b"DOCSIS"),
        Tail::None | Tail::Odd { .. } => None,
    }
}

#[test]
fn every_file_survives_decoding_and_encoding() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for vector in encoded() {
        for numeric in [false, true] {
            checked += 1;
            let failed = round_trip(binary(&vector), key(&vector), numeric);
            wrong.extend(failed.map(|w| format!("{}: {w}", vector.name)));
        }
    }
    report(checked, 2000, &wrong);
}

#[test]
fn files_that_only_decode_survive_as_well() {
    let (vectors, mut wrong) = (decode_only(), Vec::new());
    for vector in &vectors {
        let bytes = binary(vector);
        let failed = round_trip(bytes, usual_key(bytes), false);
        wrong.extend(failed.map(|w| format!("{}: {w}", vector.name)));
    }
    report(vectors.len(), 11, &wrong);
}

/// The end that the reference makes of a modem's file with a hash: its own
/// tail is partly written over.
#[test]
fn a_hash_on_a_modem_s_file_survives_in_every_mode() {
    let text = b"Main { NetworkAccess 1; MaxCPE 5; }";
    let options =
        docsis::Options { hash: Hash::Na, ..docsis::Options::modem(b"k") };
    let bytes = docsis::encode(text, &options).expect("valid").bytes;
    let how = Options::default();
    let again = decode(&bytes, &Mib::default(), &how).text;
    for hash in [Hash::None, Hash::Eu] {
        for mode in [Mode::Modem { key: b"k" }, Mode::Mta] {
            let options = docsis::Options { hash, mode, ..options };
            let again = docsis::encode(&again, &options).expect("valid");
            assert_eq!(again.bytes, bytes);
        }
    }
}

#[test]
fn digit_maps_are_handed_out_on_demand() {
    let mut checked = 0;
    for vector in encoded() {
        let map = vector.file("expected.dialplan_output.txt");
        let good = lossless().get(&vector.name) == Some(&true);
        let Some(map) = map.filter(|_| good) else { continue };
        let options =
            Options { digit_map: Some("map.txt"), ..Options::default() };
        let bytes = binary(&vector);
        let decoded = decode(bytes, &Mib::default(), &options);
        assert_eq!(decoded.digit_maps, [map], "{}", vector.name);
        let files = [("map.txt", map)];
        let files = MemoryFiles(&files);
        let mode = key(&vector).map_or(Mode::Mta, |key| Mode::Modem { key });
        let options = docsis::Options {
            mode,
            files: &files,
            ..docsis::Options::mta(Hash::None)
        };
        let again = docsis::encode(&decoded.text, &options).expect("valid");
        assert!(again.bytes == bytes, "{}", vector.name);
        checked += 1;
    }
    assert!(checked >= 5, "only {checked}");
}

#[test]
fn every_made_file_verifies() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for vector in encoded() {
        let Some(key) = key(&vector) else { continue };
        let hashed = vector.args().contains("-na");
        let modem = File::parse(binary(&vector)).kind() == FileKind::Modem;
        if hashed || !modem {
            continue;
        }
        checked += 1;
        let report = verify(binary(&vector), Some(key));
        let good = report.checks.iter().filter(|check| {
            check.subject.ends_with("MIC") && check.outcome == Outcome::Good
        });
        if good.count() != 2 {
            wrong.push(format!("{}: {report:?}", vector.name));
        }
    }
    report(checked, 900, &wrong);
}

#[test]
fn every_hash_verifies() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for vector in encoded() {
        let args = vector.args();
        let hashed = ["-na", "-eu"].iter().any(|hash| args.contains(hash));
        if !hashed || binary(&vector).first() != Some(&254) {
            continue;
        }
        checked += 1;
        let report = verify(binary(&vector), None);
        let good = report.checks.iter().any(|check| {
            check.subject.starts_with("hash") && check.outcome == Outcome::Good
        });
        if !good || !report.is_good() {
            wrong.push(format!("{}: {report:?}", vector.name));
        }
    }
    report(checked, 5, &wrong);
}

/// Binary files of the existing system, when they are there.
fn golden() -> Vec<(PathBuf, Vec<u8>)> {
    let Some(shared) = shared() else { return Vec::new() };
    let dirs = ["master", "slave"].into_iter().flat_map(|role| {
        ["cm", "mta"].map(|kind| format!("golden/{role}/tftpboot/{kind}"))
    });
    dirs.filter_map(|dir| fs::read_dir(shared.join(dir)).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "cfg"))
        .filter_map(|path| Some((path.clone(), fs::read(path).ok()?)))
        .collect()
}

#[test]
fn files_of_the_existing_system_survive_and_verify() {
    let (files, mut wrong) = (golden(), Vec::new());
    for (path, bytes) in &files {
        let key = usual_key(bytes);
        let report = verify(bytes, key);
        if !report.is_good() {
            wrong.push(format!("{}: {report:?}", path.display()));
        }
        let failed = round_trip(bytes, key, false);
        wrong.extend(failed.map(|w| format!("{}: {w}", path.display())));
    }
    report(files.len(), 0, &wrong);
}

#[test]
fn one_decoder_gives_what_many_give() {
    let mib = Mib::default();
    for numeric_oids in [false, true] {
        let options = Options { numeric_oids, ..Options::default() };
        let mut decoder = Decoder::new(&mib, options);
        for vector in encoded() {
            let bytes = binary(&vector);
            let one = decoder.decode(bytes);
            assert_eq!(one, decode(bytes, &mib, &options), "{}", vector.name);
        }
    }
}

#[test]
fn what_explain_adds_is_comments() {
    let mib = Mib::default();
    let explained = Options { explain: true, ..Options::default() };
    for vector in encoded() {
        let name = &vector.name;
        let long = decode(binary(&vector), &mib, &explained).text;
        let short = decode(binary(&vector), &mib, &Options::default()).text;
        let lines = |text: &[u8]| -> Vec<Vec<u8>> {
            text.split(|c| *c == b'\n').map(<[u8]>::to_vec).collect()
        };
        let (long, short) = (lines(&long), lines(&short));
        assert_eq!(long.len(), short.len(), "{name}");
        for (long, short) in long.iter().zip(&short) {
            let added = long.strip_prefix(short.as_slice());
            let added = latin(added.expect("the line goes on"));
            let marks = added.matches("*/").count();
            let comment = added.is_empty()
                || added.starts_with(" /* ") && added.ends_with(" */");
            assert!(comment && marks <= 1, "{name}: {added}");
        }
    }
}

#[test]
fn every_file_survives_json() {
    let mib = Mib::default();
    let mut files: Vec<Vec<u8>> =
        encoded().iter().map(|vector| binary(vector).to_vec()).collect();
    files.extend(decode_only().iter().map(|v| binary(v).to_vec()));
    for bytes in files {
        let mut text = Vec::new();
        docsis::json::write(&bytes, &mib, &mut text).expect("a Vec takes all");
        let back = docsis::from_json::encode(&text, None, &mib);
        assert_eq!(back.as_deref(), Ok(bytes.as_slice()));
    }
}
