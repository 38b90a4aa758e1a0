//! Any file and any text: the check of meaning ends, its findings lie in the
//! file, and what it says of a text has a place there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provha_fuzz::docsis::check::rules::{Allow, RULES};
use provha_fuzz::docsis::check::versions::Docsis;
use provha_fuzz::docsis::check::{About, check, told};
use provha_fuzz::docsis::{Hash, Mib, Options, describe, encode, verify};

fuzz_target!(|data: &[u8]| {
    let mib = Mib::embedded();
    let docsis = (data.len() % 2 == 0).then_some(Docsis::V20);
    let about = About { mib, allow: Allow::default(), docsis };
    let found = check(data, &about);
    for finding in &found {
        assert!(finding.offset.is_none_or(|at| at < data.len()));
        assert!(finding.other.is_none_or(|at| at < data.len()));
        assert!(!finding.to_string().is_empty());
    }
    let all = RULES.iter().fold(Allow::default(), |a, rule| a.and(rule));
    let silent = About { mib, allow: all, docsis };
    assert!(check(data, &silent).is_empty());
    let mut report = verify::verify(data, Some(b"key"));
    report.add_meaning(data, &about);
    for options in [Options::modem(b"key"), Options::mta(Hash::Na)] {
        let Ok(encoded) = encode(data, &options) else { continue };
        assert!(encoded.settings <= encoded.bytes.len());
        for warning in told(data, &encoded, &options, docsis) {
            assert!(warning.rule().is_some() || !warning.is_bad());
            assert!(warning.0.span.offset <= data.len());
        }
    }
    if let Ok(text) = std::str::from_utf8(data)
        && text.len() < 64
    {
        let _known = describe::describe(text, mib);
    }
});
