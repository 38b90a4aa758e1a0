//! Properties of the encoder, from texts generated out of the symbol table:
//! every setting at each of its limits, in its place; random trees of
//! settings; the shared encoder against the plain one.

use std::sync::OnceLock;

use provha::docsis::table::{Kind, SYMBOLS, Symbol, TOP};
use provha::docsis::{Fault, Hash, Options, SharedEncoder, encode, table};

/// Numbers that look random and are the same in every run (xorshift64).
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// One of several.
    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len() as u64) as usize]
    }
}

/// Settings that their name stands for, with all blocks around them.
fn reachable() -> impl Iterator<Item = &'static Symbol> {
    static ALL: OnceLock<Vec<&'static Symbol>> = OnceLock::new();
    let find = || SYMBOLS.iter().filter(|s| path(s).is_some()).collect();
    ALL.get_or_init(find).iter().copied()
}

/// The blocks around a setting, outermost first; `None` if one of the names
/// stands for another row.
fn path(symbol: &'static Symbol) -> Option<Vec<&'static Symbol>> {
    let mut path = Vec::new();
    let mut at = symbol;
    loop {
        if table::by_name(at.name.as_bytes())? != at {
            return None;
        }
        let Some(parent) = provha::docsis::table::parent(at) else { break };
        path.insert(0, parent);
        at = parent;
    }
    (at.parent == TOP).then_some(path)
}

/// The text of a setting in its blocks.
fn text_of(symbol: &'static Symbol, value: &str) -> String {
    let path = path(symbol).expect("it is reachable");
    let mut text = String::from("Main { ");
    for block in &path {
        text.push_str(block.name);
        text.push_str(" { ");
    }
    text.push_str(symbol.name);
    format!("{text} {value}; {}}}", "} ".repeat(path.len()))
}

/// The octets that it must have.
fn octets_of(symbol: &'static Symbol, value: &[u8]) -> Vec<u8> {
    let mut octets = vec![symbol.code, value.len() as u8];
    octets.extend_from_slice(value);
    for block in path(symbol).expect("it is reachable").iter().rev() {
        octets.splice(0..0, [block.code, octets.len() as u8]);
    }
    octets
}

/// The settings of a text, without MICs.
fn settings(text: &str) -> Result<Vec<u8>, Vec<Fault>> {
    let encoded = encode(text.as_bytes(), &Options::mta(Hash::None));
    encoded
        .map(|encoded| encoded.bytes)
        .map_err(|faults| faults.into_iter().map(|f| f.fault).collect())
}

/// Octets of a number.
fn width(kind: Kind) -> Option<usize> {
    match kind {
        Kind::Uint => Some(4),
        Kind::Uint24 => Some(3),
        Kind::Ushort => Some(2),
        Kind::Uchar => Some(1),
        _ => None,
    }
}

#[test]
fn every_number_is_taken_at_its_limits_and_refused_beyond() {
    let mut checked = 0;
    for symbol in reachable() {
        let Some(width) = width(symbol.kind) else { continue };
        let widest = u32::MAX >> (32 - 8 * width);
        let limited = symbol.kind != Kind::Uint24;
        let limits = symbol.limits().filter(|_| limited);
        let (min, max) = limits.unwrap_or((0, widest));
        // The table has a limit of 65536 for a number of two octets.
        let max = max.min(widest);
        for value in [min, max, min + (max - min) / 2] {
            let octets = value.to_be_bytes();
            let expected = octets_of(symbol, &octets[4 - width..]);
            let text = text_of(symbol, &value.to_string());
            assert_eq!(settings(&text), Ok(expected), "{text}");
            checked += 1;
        }
        if limits.is_none() {
            continue;
        }
        // Later versions of DOCSIS take more than the reference.
        let wider = ["SchedulingType", "ModemDocsisVersion"];
        let beyond = match wider.contains(&symbol.name) {
            true => 9,
            false => i64::from(max) + 1,
        };
        for value in [i64::from(min) - 1, beyond] {
            let text = text_of(symbol, &value.to_string());
            let faults = settings(&text).expect_err(&text);
            // Beyond its octets, or only beyond its limits.
            let told = matches!(
                &faults[..],
                [Fault::Range { .. } | Fault::Width { .. }]
            );
            assert!(told, "{text}: {faults:?}");
        }
    }
    assert!(checked > 500, "only {checked}");
}

#[test]
fn every_text_and_octet_string_is_taken_at_its_limits() {
    let mut checked = 0;
    for symbol in reachable() {
        let texts = match symbol.kind {
            Kind::Text | Kind::TextZero | Kind::Hex => lengths(symbol),
            _ => continue,
        };
        for (len, good) in texts {
            let (value, mut octets) = sample(symbol, len);
            if symbol.kind == Kind::TextZero {
                octets.push(0);
            }
            let text = text_of(symbol, &value);
            match settings(&text) {
                Ok(found) => {
                    assert!(good, "{text}");
                    assert_eq!(found, octets_of(symbol, &octets), "{text}");
                }
                Err(faults) => {
                    assert!(!good, "{text}: {faults:?}");
                    let limit = matches!(faults[0], Fault::Length { .. });
                    assert!(limit, "{text}: {faults:?}");
                }
            }
            checked += 1;
        }
    }
    assert!(checked > 400, "only {checked}");
}

/// Lengths around the limits, and whether they are allowed.
fn lengths(symbol: &Symbol) -> Vec<(usize, bool)> {
    // All blocks around it must stay below 256 octets.
    const ROOM: usize = 230;
    let Some((min, max)) = symbol.limits() else {
        return vec![(1, true), (17, true)];
    };
    let (min, max) = (min as usize, max as usize);
    let least = usize::from(symbol.kind == Kind::Hex);
    [min.wrapping_sub(1), min, max, max + 1]
        .into_iter()
        .filter(|len| (least..ROOM).contains(len))
        .map(|len| (len, (min..=max).contains(&len)))
        .collect()
}

/// A value of that length as it is written, and its octets.
fn sample(symbol: &Symbol, len: usize) -> (String, Vec<u8>) {
    // A general vendor, so that what follows is decoded as usual.
    let octet = if symbol.name == "VendorIdentifier" { 0xff } else { b'x' };
    let octets = vec![octet; len];
    let value = if symbol.kind == Kind::Hex {
        let digits: Vec<_> =
            octets.iter().map(|o| format!("{o:02x}")).collect();
        format!("0x{}", digits.concat())
    } else {
        format!("\"{}\"", "x".repeat(len))
    };
    (value, octets)
}

/// A value that a setting takes, and its octets.
fn value(symbol: &Symbol, dice: &mut Dice) -> Option<(String, Vec<u8>)> {
    if let Some(width) = width(symbol.kind) {
        let (min, max) = symbol.limits().unwrap_or((0, 200));
        let span = u64::from(max - min) + 1;
        let number = min + dice.roll(span) as u32;
        let octets = number.to_be_bytes()[4 - width..].to_vec();
        return Some((number.to_string(), octets));
    }
    let mut octets: Vec<u8> = (0..16).map(|_| dice.roll(256) as u8).collect();
    Some(match symbol.kind {
        Kind::Ip => {
            octets.truncate(4);
            let parts: Vec<_> =
                octets.iter().map(ToString::to_string).collect();
            (parts.join("."), octets)
        }
        Kind::Mac => {
            octets.truncate(6);
            let parts: Vec<_> =
                octets.iter().map(|o| format!("{o:02X}")).collect();
            (parts.join(":"), octets)
        }
        Kind::Ip6 => {
            let array: [u8; 16] = octets.clone().try_into().ok()?;
            (std::net::Ipv6Addr::from(array).to_string(), octets)
        }
        Kind::Hex | Kind::Text => {
            let (min, max) = symbol.limits().unwrap_or((1, 9));
            let len = min.max(1) + dice.roll(u64::from(max - min) + 1) as u32;
            sample(symbol, len.min(max).min(20).max(min) as usize)
        }
        _ => return None,
    })
}

/// Appends settings of a block as text and octets, in random notation.
fn fill(
    parent: u16,
    depth: usize,
    dice: &mut Dice,
    text: &mut String,
    octets: &mut Vec<u8>,
) {
    const GAPS: [&str; 5] =
        [" ", "\n\t", " /* ; } */ ", "\r\n", "  /*** a **/"];
    let all: Vec<_> = reachable().filter(|s| s.parent == parent).collect();
    if all.is_empty() {
        return;
    }
    for _ in 0..=dice.roll(5) {
        let symbol: &'static Symbol = dice.pick(&all);
        text.push_str(dice.pick(&GAPS));
        if symbol.kind == Kind::Aggregate && depth < 4 {
            let (mut inner, mut content) = (String::new(), Vec::new());
            fill(symbol.row, depth + 1, dice, &mut inner, &mut content);
            if !content.is_empty() && content.len() <= 255 {
                let gap = dice.pick(&GAPS);
                text.extend([symbol.name, "{", &inner, gap, "}"]);
                octets.extend([symbol.code, content.len() as u8]);
                octets.append(&mut content);
            }
        } else if let Some((value, content)) = value(symbol, dice) {
            let gap = dice.pick(&GAPS);
            text.extend([symbol.name, " ", &value, gap, ";"]);
            octets.extend([symbol.code, content.len() as u8]);
            octets.extend(content);
        }
    }
}

#[test]
fn random_trees_of_settings_have_the_octets_of_their_parts() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut checked = 0;
    for _ in 0..3000 {
        let (mut text, mut octets) = (String::new(), Vec::new());
        fill(TOP, 0, &mut dice, &mut text, &mut octets);
        if octets.is_empty() {
            continue;
        }
        let text = format!("main{{{text}}}");
        assert_eq!(settings(&text), Ok(octets), "{text}");
        checked += 1;
    }
    assert!(checked > 2500, "only {checked}");
}

#[test]
fn the_shared_encoder_gives_what_the_plain_one_gives() {
    let options = Options::modem(b"key");
    let mut shared = SharedEncoder::new(options);
    let mut dice = Dice(0x0123_4567_89ab_cdef);
    let mut parts: Vec<String> = Vec::new();
    for _ in 0..1200 {
        let (mut text, mut octets) = (String::new(), Vec::new());
        fill(TOP, 0, &mut dice, &mut text, &mut octets);
        let at = dice.roll(parts.len() as u64 + 1) as usize;
        match dice.roll(4) {
            0 if at < parts.len() => drop(parts.remove(at)),
            1 if at < parts.len() => parts[at] = text,
            2 if at < parts.len() => {
                // Damage: a fault must be the same on both ways.
                let cut = dice.roll(parts[at].len() as u64 + 1) as usize;
                parts[at].truncate(cut);
            }
            _ if parts.len() < 8 => parts.insert(at, text),
            _ => parts.clear(),
        }
        let text = format!("Main {{ {} }}", parts.concat());
        let text = text.as_bytes();
        assert_eq!(shared.encode(text), encode(text, &options));
    }
}

#[test]
fn settings_in_foreign_blocks_are_judged_by_what_is_read_back() {
    // By name alone any setting may stand anywhere; the reference gives up
    // when its decoder finds another length there.
    for symbol in reachable().filter(|s| s.kind == Kind::Uchar) {
        let (min, _) = symbol.limits().unwrap_or((1, 1));
        let text = format!("Main {{ {} {min}; }}", symbol.name);
        let fixed = table::child(TOP, symbol.code).is_some_and(|there| {
            matches!(
                there.kind,
                Kind::Uint
                    | Kind::Ushort
                    | Kind::Ip
                    | Kind::Ip6
                    | Kind::Mac
                    | Kind::MacMask
                    | Kind::DualInt
                    | Kind::Digest
            )
        });
        assert_eq!(settings(&text).is_err(), fixed, "{text}");
    }
}
