//! Several texts, separated by 0xff octets: the shared encoder gives for each
//! what encoding it alone gives.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provha_fuzz::docsis::{MemoryFiles, Options, SharedEncoder, encode};

fuzz_target!(|data: &[u8]| {
    let files = [("c", [7; 300].as_slice()), ("d", b"plan\0".as_slice())];
    let files = MemoryFiles(&files);
    let lenient = data.len() % 2 == 0;
    let options = Options { files: &files, lenient, ..Options::modem(b"key") };
    let mut shared = SharedEncoder::new(options);
    for text in data.split(|octet| *octet == 0xff) {
        assert_eq!(shared.encode(text), encode(text, &options));
    }
});
