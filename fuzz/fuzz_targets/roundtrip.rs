//! Any octets: the text that they decode to encodes to the same octets, but
//! for the end of a modem's file, which encoding makes anew.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provha_fuzz::docsis::{Hash, Options, decode, encode, mib::Mib};

fuzz_target!(|data: &[u8]| {
    let file = decode::File::parse(data);
    let (settings, options) = match file.tail {
        decode::Tail::Modem { offset, .. } => {
            (&data[..offset], Options::modem(b"key"))
        }
        _ => (data, Options::mta(Hash::None)),
    };
    for numeric_oids in [false, true] {
        let how = decode::Options { numeric_oids, ..Default::default() };
        let text = decode::decode(data, &Mib::default(), &how).text;
        match encode(&text, &options) {
            Ok(again) => assert_eq!(&again.bytes[..settings.len()], settings),
            Err(faults) => panic!("{}", faults[0].render("text")),
        }
    }
});
