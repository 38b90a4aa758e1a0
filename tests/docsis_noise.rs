//! Damaged and random files: they have a text, and it encodes to the same
//! octets; no function of the codec panics on them. Values of every setting,
//! good ones and others, survive as well.

use crate::docsis_vectors;

use docsis_vectors::{Vector, all};
use provha::docsis;
use provha::docsis::decode::{File, Options, Tail, decode};
use provha::docsis::diff::diff;
use provha::docsis::mib::Mib;
use provha::docsis::table::{self, SYMBOLS, Symbol};
use provha::docsis::verify::verify;
use provha::docsis::{Hash, json};

/// Numbers that look random and are the same in every run (xorshift64).
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }

    /// An octet; the small ones, which are codes and lengths, more often.
    fn octet(&mut self) -> u8 {
        let most = [4, 16, 64, 256][self.roll(4)];
        self.roll(most) as u8
    }

    /// That many octets.
    fn octets(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.octet()).collect()
    }
}

/// Decodes and encodes; of a modem's file only the settings count.
fn check(bytes: &[u8], mib: &Mib) {
    let (settings, options) = match File::parse(bytes).tail {
        Tail::Modem { offset, .. } => {
            (&bytes[..offset], docsis::Options::modem(b"key"))
        }
        _ => (bytes, docsis::Options::mta(Hash::None)),
    };
    for numeric_oids in [false, true] {
        let how = Options { numeric_oids, ..Options::default() };
        let text = decode(bytes, mib, &how).text;
        let shown = String::from_utf8_lossy(&text);
        match docsis::encode(&text, &options) {
            Ok(again) => {
                let again = again.bytes.get(..settings.len());
                assert_eq!(again, Some(settings), "{shown}");
            }
            Err(faults) => panic!("{}\n{shown}", faults[0].render("text")),
        }
    }
}

/// Runs everything else that takes a file.
fn run(bytes: &[u8], other: &[u8], mib: &Mib) {
    let mut tree = Vec::new();
    json::write(bytes, mib, &mut tree).expect("a Vec takes all");
    let tree: Result<serde_json::Value, _> = serde_json::from_slice(&tree);
    assert!(tree.is_ok());
    let _report = verify(bytes, Some(b"key"));
    assert_eq!(diff(bytes, other, mib).is_empty(), bytes == other);
}

/// Damages a file a little.
fn damage(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let at = dice.roll(bytes.len());
    match dice.roll(6) {
        _ if bytes.is_empty() => bytes.push(dice.octet()),
        0 => bytes[at] = dice.octet(),
        1 => bytes[at] ^= 1 << dice.roll(8),
        2 => drop(bytes.remove(at)),
        3 => bytes.insert(at, dice.octet()),
        4 => bytes.truncate(at),
        _ => {
            let from = dice.roll(other.len());
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
    }
}

#[test]
fn damaged_files_survive() {
    let (vectors, mib) = (all(), Mib::default());
    let files: Vec<_> = vectors
        .iter()
        .filter_map(|v| Vector::file(v, "expected.bin"))
        .collect();
    let mut dice = Dice(0x5eed);
    for _ in 0..800 {
        let mut bytes = files[dice.roll(files.len())].to_vec();
        let other = files[dice.roll(files.len())];
        for _ in 0..=dice.roll(5) {
            damage(&mut bytes, other, &mut dice);
        }
        check(&bytes, &mib);
        run(&bytes, other, &mib);
    }
}

#[test]
fn noise_survives() {
    let (mut dice, mib) = (Dice(0xd1ce), Mib::default());
    for _ in 0..1500 {
        let count = dice.roll(200);
        let bytes = dice.octets(count);
        check(&bytes, &mib);
        run(&bytes, &bytes, &mib);
    }
}

/// A setting within all its blocks.
fn nested(symbol: &Symbol, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![symbol.code, value.len() as u8];
    bytes.extend_from_slice(value);
    let mut parent = table::parent(symbol);
    while let Some(block) = parent {
        let length = bytes.len() as u8;
        bytes.splice(0..0, [block.code, length]);
        parent = table::parent(block);
    }
    bytes
}

#[test]
fn values_of_every_setting_survive() {
    let (mut dice, mib) = (Dice(0xca81e), Mib::default());
    for symbol in &SYMBOLS {
        for _ in 0..4 {
            let lengths = [0, 1, 2, 3, 4, 5, 6, 8, 12, 16, 17, 18, 34, 200];
            let length = lengths[dice.roll(lengths.len())];
            let mut value = dice.octets(length);
            check(&nested(symbol, &value), &mib);
            for octet in &mut value {
                *octet = b'!' + *octet % 90;
            }
            check(&nested(symbol, &value), &mib);
            if let Some(last) = value.last_mut() {
                *last = 0;
                check(&nested(symbol, &value), &mib);
            }
        }
    }
}

/// A variable binding with a length that fits.
fn varbind(oid: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
    let content = 4 + oid.len() + value.len();
    let lengths = [content, oid.len(), value.len()].map(|n| n as u8);
    let mut bytes = vec![11, lengths[0] + 2, 0x30, lengths[0], 6, lengths[1]];
    bytes.extend_from_slice(oid);
    bytes.extend_from_slice(&[tag, lengths[2]]);
    bytes.extend_from_slice(value);
    bytes
}

/// Appends a number to an object identifier.
fn push_arc(oid: &mut Vec<u8>, arc: u32) {
    let groups = (0..5).rev().map(|at| (arc >> (at * 7)) as u8 & 0x7f);
    let groups: Vec<u8> = groups.skip_while(|group| *group == 0).collect();
    let last = groups.len().saturating_sub(1);
    oid.extend(groups.iter().take(last).map(|group| group | 0x80));
    oid.push(groups.last().copied().unwrap_or(0));
}

#[test]
fn objects_of_the_whole_tree_survive() {
    let (mut dice, mib) = (Dice(0x000b_1ec7), Mib::default());
    let labels: Vec<_> = mib.tree().labels().collect();
    for label in labels.iter().step_by(23) {
        let Some(node) = mib.tree().find(label.as_bytes()) else { continue };
        let arcs = node.oid();
        let (1, Some(second)) = (arcs[0], arcs.get(1)) else { continue };
        let mut oid = vec![40 + *second as u8];
        arcs[2..].iter().for_each(|arc| push_arc(&mut oid, *arc));
        for _ in 0..dice.roll(6) {
            let arc = [2, 5, 70, 300, usize::MAX][dice.roll(5)];
            push_arc(&mut oid, dice.roll(arc) as u32);
        }
        let tag = [2, 4, 6, 0x40, 0x41, 0x42, 0x43, 0x46, 5][dice.roll(9)];
        let length = dice.roll(9);
        let value = dice.octets(length);
        check(&varbind(&oid, tag, &value), &mib);
    }
}

#[test]
fn a_long_file_of_noise_costs_little() {
    let (mut dice, mib) = (Dice(0x10e6), Mib::default());
    let bytes = dice.octets(300_000);
    let decoded = decode(&bytes, &mib, &Options::default());
    assert!(decoded.is_damaged());
    assert!(decoded.text.len() < 16_000_000);
    let pairs = [3, 0].repeat(150_000);
    run(&pairs, &bytes, &mib);
    let mics = [6, 16].iter().chain(&[0; 16]).copied().collect::<Vec<u8>>();
    run(&mics.repeat(16_000), &[], &mib);
}
