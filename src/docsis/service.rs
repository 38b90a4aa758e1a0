//! What a configfile gives to the customer, in words: rates, flows, limits.

use crate::docsis::codes::flow::{
    BURST, NAME, PEAK, PRIORITY, RATE, REFERENCE, RESERVED, SCHEDULING, UNIT,
};
use crate::docsis::codes::{
    CLASS, CPE_MAC, DOWN_CLASSIFIER, DOWN_FLOW, MAX_CPE, NETWORK_ACCESS,
    OBJECT, PRIVACY, SOFTWARE, UP_CLASSIFIER, UP_FLOW, WIDE,
};
use crate::docsis::decode::{File, FileKind, Tlv};

/// Whether the modem registers with baseline privacy: `PrivacyEnable` 1, or
/// left out of a file with service flows (MULPI C.1.1.16).
#[must_use]
pub fn has_privacy(bytes: &[u8]) -> bool {
    let file = File::parse(bytes);
    let of = |code: u8| file.items.iter().find(|tlv| tlv.code == code);
    match of(PRIVACY) {
        Some(tlv) => number(tlv) != Some(0),
        None => of(CLASS).is_none() && of(DOWN_FLOW).is_some(),
    }
}

/// Whether devices behind the modem get access.
#[must_use]
pub fn has_access(bytes: &[u8]) -> bool {
    let file = File::parse(bytes);
    let access = file.items.iter().find(|tlv| tlv.code == NETWORK_ACCESS);
    access.and_then(number) == Some(1)
}

/// What a file gives, a line each.
///
/// ```
/// use provha::docsis::service::service;
///
/// let file = [3, 1, 1, 18, 1, 5, 25, 9, 1, 2, 0, 1, 8, 4, 0, 0x98, 0x96, 0x80];
/// let lines = service(&file);
/// assert_eq!(lines[0], "network access: yes");
/// assert_eq!(lines[1], "at most 5 devices behind the modem");
/// ```
#[must_use]
pub fn service(bytes: &[u8]) -> Vec<String> {
    let file = File::parse(bytes);
    if file.kind() == FileKind::Mta {
        let count = objects(&file.items);
        return vec![format!(
            "a telephone adapter's file: {count} SNMP objects"
        )];
    }
    let mut out = Vec::new();
    let all = |code: u8| file.items.iter().filter(move |t| t.code == code);
    match all(NETWORK_ACCESS).next().and_then(number) {
        Some(1) => out.push("network access: yes".into()),
        Some(_) => out.push(
            "network access: no (the modem comes online, devices behind it \
             get nothing)"
                .into(),
        ),
        None => out.push("network access: not set".into()),
    }
    if let Some(most) = all(MAX_CPE).next().and_then(number) {
        out.push(format!("at most {most} devices behind the modem"));
    }
    let macs: Vec<String> = all(CPE_MAC).map(|tlv| hex(tlv.value)).collect();
    if !macs.is_empty() {
        out.push(format!(
            "devices behind it that always count: {}",
            macs.join(", ")
        ));
    }
    out.extend(all(CLASS).map(class));
    for (code, direction) in [(DOWN_FLOW, "down"), (UP_FLOW, "up")] {
        for (i, tlv) in all(code).enumerate() {
            out.push(flow(tlv, direction, i == 0));
        }
    }
    let classifiers = all(UP_CLASSIFIER).count() + all(DOWN_CLASSIFIER).count();
    if classifiers > 0 {
        out.push(format!("{classifiers} classifiers"));
    }
    let privacy = if has_privacy(bytes) { "on" } else { "off" };
    out.push(format!("baseline privacy: {privacy}"));
    if let Some(tlv) = all(SOFTWARE).next() {
        let name = String::from_utf8_lossy(tlv.value);
        let name = name.trim_end_matches('\0').escape_debug().to_string();
        out.push(format!("loads the software '{name}'"));
    }
    out.push(format!("{} SNMP objects", objects(&file.items)));
    out
}

/// How many SNMP objects are set.
fn objects(items: &[Tlv<'_>]) -> usize {
    let object = |tlv: &&Tlv<'_>| matches!(tlv.code, OBJECT | WIDE);
    items.iter().filter(object).count()
}

/// A class of service of DOCSIS 1.0.
fn class(tlv: &Tlv<'_>) -> String {
    let of = |code: u8| child(tlv, code).and_then(number);
    let rate_of = |code: u8| of(code).map_or("no limit".into(), |n| rate(n, 0));
    format!(
        "class of service {}: down {}, up {}",
        of(1).unwrap_or(0),
        rate_of(2),
        rate_of(3)
    )
}

/// A service flow.
fn flow(tlv: &Tlv<'_>, direction: &str, first: bool) -> String {
    let of = |code: u8| child(tlv, code).and_then(number);
    let unit = of(UNIT).unwrap_or(0);
    let rate_of = |n: u64| rate(n, unit);
    let mut text = format!("{direction}: ");
    text += &match of(RATE) {
        None | Some(0) => "no limit".to_string(),
        Some(n) => format!("up to {}", rate_of(n)),
    };
    let reference = of(REFERENCE).unwrap_or(0);
    let primary = if first { ", the primary flow" } else { "" };
    text += &format!(" (flow {reference}{primary})");
    if let Some(name) = child(tlv, NAME) {
        let name = String::from_utf8_lossy(name.value);
        let name = name.trim_end_matches('\0').escape_debug().to_string();
        text += &format!(", service class '{name}'");
    }
    if let Some(n) = of(RESERVED).filter(|n| *n > 0) {
        text += &format!(", at least {}", rate_of(n));
    }
    if let Some(n) = of(PEAK).filter(|n| *n > 0) {
        text += &format!(", peak {}", rate_of(n));
    }
    if let Some(n) = of(PRIORITY) {
        text += &format!(", priority {n}");
    }
    if let Some(n) = of(BURST) {
        text += &format!(", burst {n} octets");
    }
    let scheduling = match of(SCHEDULING) {
        Some(3) => ", non-real-time polling",
        Some(4) => ", real-time polling",
        Some(5) => ", unsolicited grant with activity detection",
        Some(6) => ", unsolicited grant",
        Some(7) => ", proactive grant",
        _ => "",
    };
    text + scheduling
}

/// The first setting of a code within a block.
fn child<'t, 'a>(tlv: &'t Tlv<'a>, code: u8) -> Option<&'t Tlv<'a>> {
    tlv.children.iter().find(|child| child.code == code)
}

/// A value of up to eight octets as a number.
fn number(tlv: &Tlv<'_>) -> Option<u64> {
    let short = (1..=8).contains(&tlv.value.len());
    short.then(|| tlv.value.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
}

/// Octets with colons.
fn hex(octets: &[u8]) -> String {
    let hex: Vec<String> = octets.iter().map(|o| format!("{o:02x}")).collect();
    hex.join(":")
}

/// A rate in the unit that people use. `unit`: DataRateUnitSetting.
fn rate(value: u64, unit: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (1_000_000_000, "Gbit/s"),
        (1_000_000, "Mbit/s"),
        (1_000, "kbit/s"),
        (1, "bit/s"),
    ];
    let factor = 1000_u64.saturating_pow(unit.min(3) as u32);
    let value = value.saturating_mul(factor);
    for (size, name) in UNITS {
        if value >= size {
            let whole = value / size;
            let part = value % size * 1000 / size;
            let text = format!("{whole}.{part:03}");
            let text = text.trim_end_matches('0').trim_end_matches('.');
            return format!("{text} {name}");
        }
    }
    "0 bit/s".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_told_in_the_unit_of_people() {
        assert_eq!(rate(100_000_000, 0), "100 Mbit/s");
        assert_eq!(rate(1_500_000, 0), "1.5 Mbit/s");
        assert_eq!(rate(50, 2), "50 Mbit/s");
        assert_eq!(rate(2, 3), "2 Gbit/s");
        assert_eq!(rate(64_000, 0), "64 kbit/s");
        assert_eq!(rate(7, 0), "7 bit/s");
        assert_eq!(rate(u64::MAX, 3), "18446744073.709 Gbit/s");
    }

    #[test]
    fn flows_and_limits_are_told() {
        let down = [25, 12, 1, 2, 0, 2, 8, 4, 5, 0xf5, 0xe1, 0, 7, 1];
        let mut file = vec![3, 1, 0, 18, 1, 2];
        file.extend(down);
        file.push(3);
        file[7] = 13 + 2;
        file.truncate(6);
        file.extend([25, 13, 1, 2, 0, 2, 8, 4, 5, 0xf5, 0xe1, 0, 7, 1, 3]);
        file.extend([24, 10, 1, 2, 0, 1, 8, 4, 0, 0x98, 0x96, 0x80]);
        let lines = service(&file);
        assert!(lines[0].starts_with("network access: no"), "{lines:?}");
        let expected = "down: up to 100 Mbit/s (flow 2, the primary flow), \
                        priority 3";
        assert!(lines.contains(&expected.to_string()), "{lines:?}");
        let expected = "up: up to 10 Mbit/s (flow 1, the primary flow)";
        assert!(lines.contains(&expected.to_string()), "{lines:?}");
        assert!(has_privacy(&file) && !has_access(&file));
        file.extend([29, 1, 0]);
        assert!(!has_privacy(&file));
        assert!(service(b"").len() > 1);
    }
}
