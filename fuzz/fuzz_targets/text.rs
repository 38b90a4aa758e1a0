//! Any text: it is encoded or refused, never a panic; what is encoded twice
//! is the same, and faults point into the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provha_fuzz::docsis::{Hash, MemoryFiles, Options, encode};

fuzz_target!(|text: &[u8]| {
    let files = [("c", [7; 300].as_slice()), ("d", b"plan\0".as_slice())];
    let files = MemoryFiles(&files);
    let lenient = text.len() % 2 == 0;
    let options = match text.len() % 3 {
        0 => Options::modem(b"key"),
        1 => Options::mta(Hash::None),
        _ => Options { dial_plan: Some(b"plan"), ..Options::mta(Hash::Eu) },
    };
    let options = Options { files: &files, lenient, ..options };
    match encode(text, &options) {
        Ok(encoded) => {
            assert!(encoded.bytes.len() <= text.len() * 300 + 128);
            let _shown = encoded.warnings.iter().map(ToString::to_string);
        }
        Err(faults) => {
            assert!(!faults.is_empty() && faults.len() < 60);
            for fault in faults {
                assert!(fault.span.offset + fault.span.len <= text.len());
                assert!(!fault.to_string().is_empty());
            }
        }
    }
});
