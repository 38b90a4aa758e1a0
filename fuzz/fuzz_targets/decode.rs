//! Any octets: they are decoded, listed as JSON and checked, never a panic;
//! the text and the JSON stay within bounds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provha_fuzz::docsis::{
    decode::{Options, decode},
    diff, json,
    mib::Mib,
    verify,
};

fuzz_target!(|data: &[u8]| {
    let mib = Mib::default();
    for numeric_oids in [false, true] {
        let digit_map = numeric_oids.then_some("digits.txt");
        let comment_hash = data.len() % 2 == 0;
        let explain = false;
        let options =
            Options { numeric_oids, digit_map, comment_hash, explain };
        let decoded = decode(data, &mib, &options);
        assert!(decoded.text.len() <= 512 + data.len() * 160);
        assert!(decoded.notes.iter().all(|note| !note.text.is_empty()));
    }
    let mut tree = Vec::new();
    json::write(data, &mib, &mut tree).expect("a Vec takes all");
    let _tree: serde_json::Value =
        serde_json::from_slice(&tree).expect("it is JSON");
    let _report = verify::verify(data, Some(b"key"));
    let (old, new) = data.split_at(data.len() / 2);
    let changes = diff::diff(old, new, &mib);
    assert_eq!(changes.is_empty(), old == new);
});
