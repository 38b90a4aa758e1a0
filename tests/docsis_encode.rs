//! The encoder against the reference's outputs: the vectors under
//! `fixtures/docsis/` and, when they are there, those beside the checkout
//! that may only be read.

use crate::docsis_vectors;

use std::{fs, path::Path};

use docsis_vectors::{Vector, all, shared, third_party};
use provha::docsis::{
    Diagnostic, Encoded, Hash, MemoryFiles, Mode, Options, encode, key_of_file,
};

/// Encodes a vector's text as its arguments say.
fn encode_vector(
    vector: &Vector,
    lenient: bool,
) -> Result<Encoded, Vec<Diagnostic>> {
    let files: Vec<(&str, &[u8])> = vector.files().collect();
    let files = MemoryFiles(&files);
    let args = vector.args();
    let args: Vec<&str> = args.split_whitespace().collect();
    let key_name = args.iter().position(|a| *a == "-e").map(|at| args[at + 1]);
    let key_file = match key_name {
        Some("./key") => vector.file("key").unwrap_or_default(),
        _ => b"DOCSIS\n",
    };
    let mode = match key_name {
        Some(_) => Mode::Modem { key: key_of_file(key_file) },
        None => Mode::Mta,
    };
    let hash = if args.contains(&"-na") {
        Hash::Na
    } else if args.contains(&"-eu") {
        Hash::Eu
    } else {
        Hash::None
    };
    let plan = vector.file("dialplan.txt");
    let dial_plan = plan.filter(|_| args.contains(&"-dialplan"));
    let options = Options {
        mode,
        hash,
        dial_plan,
        lenient,
        files: &files,
        ..Options::modem(&[])
    };
    let text = vector.file("input.conf").expect("every vector has a text");
    encode(text, &options)
}

/// Whether the reference dropped something.
fn drops(vector: &Vector) -> bool {
    let stderr = vector.file("expected.stderr").unwrap_or_default();
    String::from_utf8_lossy(stderr).contains("skipping")
}

/// Whether the reference cuts a number in it, which is refused here.
fn is_cut(vector: &Vector) -> bool {
    CUT.contains(&vector.name.as_str())
}

/// The vectors with a number that does not fit its octets, and one with a
/// 16-bit length in a modem's file.
const CUT: [&str; 10] = [
    "gen-code-wrap",
    "gen-truncating-types",
    "lex-numbers",
    "snmp-index-extra-and-short",
    "snmp-type-counter32",
    "snmp-type-gauge32",
    "snmp-type-timeticks",
    "snmp-type-unsigned32",
    "sym-73_1-NetworkTimingProfileReference",
    "example-docsis20_stresstest-txt",
];

/// Arguments or files that the command line refuses, before any encoding.
fn is_for_the_command_line(vector: &Vector) -> bool {
    vector.args().contains("-na -eu")
        || vector.args().contains("-dialplan")
            && vector.file("dialplan.txt").is_none()
}

/// Checks one vector; gives what is wrong with it.
fn check(vector: &Vector) -> Option<String> {
    let strict = encode_vector(vector, false);
    let Some(expected) = vector.file("expected.bin") else {
        return match strict {
            Ok(_) if !is_for_the_command_line(vector) => {
                Some("it must be refused".into())
            }
            Err(faults) if faults.iter().any(|f| f.span.line == 0) => {
                Some("a fault without line".into())
            }
            _ => None,
        };
    };
    let lenient = drops(vector) || is_cut(vector);
    if lenient && strict.is_ok() {
        return Some("it must be refused without `lenient`".into());
    }
    match encode_vector(vector, lenient) {
        Ok(encoded) if encoded.bytes == expected => None,
        Ok(encoded) => Some(difference(&encoded.bytes, expected)),
        Err(faults) => {
            let shown = faults.iter().map(ToString::to_string);
            Some(shown.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// Where two files differ.
fn difference(found: &[u8], expected: &[u8]) -> String {
    let same = found.iter().zip(expected).take_while(|(a, b)| a == b).count();
    let part = |file: &[u8]| {
        let end = file.len().min(same + 16);
        format!("{:02x?} of {}", &file[same.min(end)..end], file.len())
    };
    format!("at {same}: {} expected {}", part(found), part(expected))
}

/// Checks many vectors.
fn check_all(vectors: &[Vector]) {
    let wrong: Vec<String> = vectors
        .iter()
        .filter_map(|v| check(v).map(|why| format!("{}: {why}", v.name)))
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn our_vectors_encode_to_the_reference_s_bytes() {
    let vectors = all();
    assert!(vectors.len() > 1100, "only {} vectors", vectors.len());
    check_all(&vectors);
}

#[test]
fn third_party_vectors_do_so_too() {
    check_all(&third_party());
}

#[test]
fn golden_texts_encode_to_the_golden_files_and_the_others_are_refused() {
    let Some(shared) = shared() else { return };
    let root = shared.join("golden/master/tftpboot");
    let modems = check_golden(&root.join("cm"), &Options::modem(b"DOCSIS"));
    let mtas = check_golden(&root.join("mta"), &Options::mta(Hash::Eu));
    assert_eq!((modems, mtas), (57, 13));
}

/// Checks all texts of a directory; gives how many have a golden file.
fn check_golden(directory: &Path, options: &Options<'_>) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|e| e != "conf") {
            continue;
        }
        let text = fs::read(&path).expect("a text");
        let found = encode(&text, options);
        let shown = path.display();
        match fs::read(path.with_extension("cfg")) {
            Ok(expected) => {
                let bytes = found.expect("it is valid").bytes;
                assert_eq!(bytes, expected, "{shown}");
                files += 1;
            }
            Err(_) => assert!(found.is_err(), "{shown}"),
        }
    }
    files
}
