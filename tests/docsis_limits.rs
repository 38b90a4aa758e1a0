//! No text takes the encoder long, whatever is in it: each of these is
//! long and of the kind that would hurt a careless reader.

use std::time::{Duration, Instant};

use provha::docsis::{MAX_TEXT, Options, SharedEncoder, encode};

/// Longest time for one text, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Encodes a text by both ways, watching the clock.
fn check(name: &str, text: &[u8]) {
    let options = Options { lenient: true, ..Options::modem(b"key") };
    let start = Instant::now();
    let plain = encode(text, &options);
    let shared = SharedEncoder::new(options).encode(text);
    assert_eq!(plain.is_ok(), shared.is_ok(), "{name}");
    if let Err(faults) = plain {
        assert!(faults.len() < 60, "{name}: {} faults", faults.len());
        let shown: usize = faults.iter().map(|f| f.to_string().len()).sum();
        assert!(shown < 100_000, "{name}: {shown} octets of messages");
    }
    let taken = start.elapsed();
    assert!(taken < PATIENCE, "{name} took {taken:?}");
}

/// A beginning, then as much of a piece as fits, then an end.
fn filled(head: &str, piece: &str, tail: &str) -> Vec<u8> {
    // A part shows as well that nothing grows faster than the text.
    let room = MAX_TEXT / 32 - head.len() - tail.len();
    let body = piece.repeat(room / piece.len());
    [head, &body, tail].concat().into_bytes()
}

#[test]
fn long_texts_are_read_in_time() {
    for (name, head, piece, tail) in [
        ("settings", "Main {", "NetworkAccess 1;", "}"),
        ("objects", "Main {", "SnmpMibObject sysContact.0 Integer 1;", "}"),
        ("blocks", "Main {", "CmMic{", "}"),
        ("closed blocks", "Main {", "ClassOfService{}", "}"),
        ("faults", "Main {", "x;", "}"),
        ("unknown", "Main {", "SnmpMibObject sysContakt.0 Integer 1;", "}"),
        ("quotes", "Main {", "\"", "}"),
        ("comments", "Main {", "/*", "}"),
        ("slashes", "Main { /*", "/", "*/}"),
        ("stars", "Main { /*", "*", "}"),
        ("dots", "Main { MaxCPE ", ".", ";}"),
        ("labels", "Main { SnmpMibObject ", "a.", "0 Integer 1;}"),
        ("minus", "Main { MaxCPE ", "-1", ";}"),
        ("numbers", "Main { MaxCPE ", "1,", "1;}"),
        ("long number", "Main { MaxCPE ", "1", ";}"),
        ("long hex", "Main { VendorIdentifier 0x", "00", ";}"),
        ("groups", "Main { MaxCPE ", "1:", ";}"),
        ("line feeds", "Main {", "\n", "}"),
        ("line feeds and faults", "Main {", "\n#;\n", "}"),
        ("warnings", "Main {", "ClassOfService { ClassID 1; }", "}"),
        ("backslashes", "Main { SwUpgradeFilename \"", "\\", "\";}"),
    ] {
        check(name, &filled(head, piece, tail));
    }
}

#[test]
fn a_text_beyond_the_greatest_length_is_refused() {
    let text = vec![b' '; MAX_TEXT + 1];
    assert!(encode(&text, &Options::modem(b"")).is_err());
}

#[test]
fn dropped_content_is_bounded_too() {
    let value = "x".repeat(2000);
    let piece = format!("SwUpgradeFilename \"{value}\";");
    check("dropped", &filled("Main {", &piece, "}"));
}
