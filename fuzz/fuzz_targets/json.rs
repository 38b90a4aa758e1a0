//! Any input as JSON: it is a file or refused, never a panic. Any input as a
//! binary: its JSON is the same file again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provha_fuzz::docsis::{Mib, decode, from_json, json};

fuzz_target!(|octets: &[u8]| {
    let mib = Mib::default();
    match from_json::encode(octets, None, &mib) {
        Ok(file) => {
            let mut text = Vec::new();
            json::write(&file, &mib, &mut text).expect("a Vec takes all");
        }
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
    if octets.len() <= decode::MAX_INPUT {
        let mut text = Vec::new();
        json::write(octets, &mib, &mut text).expect("a Vec takes all");
        let back = from_json::encode(&text, None, &mib);
        assert_eq!(back.as_deref(), Ok(octets));
    }
    let options =
        decode::Options { explain: true, ..decode::Options::default() };
    let _text = decode::decode(octets, &mib, &options);
});
