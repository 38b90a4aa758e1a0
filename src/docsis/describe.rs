//! What a setting or an SNMP object is, for people: code path, type, limits,
//! version, meaning.

use crate::docsis::check::versions;
use crate::docsis::encode::value::expected;
use crate::docsis::mib::oid::{Oid, resolve};
use crate::docsis::mib::{Mib, Node};
use crate::docsis::names::{Named, ValueForm};
use crate::docsis::table::{Kind, SYMBOLS, Symbol, TOP};
use crate::docsis::{names, near, newer, table};

/// What is known of one setting or object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Codes from the top, such as `24.8`, or an object identifier.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The block that it stands in.
    pub block: Option<String>,
    /// What it takes.
    pub kind: String,
    /// The limits of its value.
    pub limits: Option<String>,
    /// Names of values.
    pub values: Option<String>,
    /// The version of DOCSIS in which it appears.
    pub since: Option<String>,
    /// What it means.
    pub meaning: Option<String>,
}

/// Meanings of usual settings, by code path (MULPI Annex C).
#[rustfmt::skip]
const MEANINGS: &[(&str, &str)] = &[
    ("1", "Hz of the downstream channel that the modem is to use"),
    ("2", "upstream channel that the modem is to use"),
    ("3", "whether devices behind the modem get access: 0 no, 1 yes; mandatory"),
    ("4", "a class of service of DOCSIS 1.0; not beside service flows"),
    ("4.1", "number of the class, 1 to 16"),
    ("4.2", "greatest downstream rate, bit/s; 0: no limit"),
    ("4.3", "greatest upstream rate, bit/s; 0: no limit"),
    ("9", "file of the software that the modem is to load"),
    ("10", "whether a part of the MIB may be set over SNMP: 0 yes, 1 no"),
    ("11", "an SNMP object that the device sets for itself"),
    ("14", "MAC address of a device behind the modem"),
    ("17", "timers of baseline privacy"),
    ("18", "how many devices behind the modem get access"),
    ("21", "TFTP server of the software"),
    ("22", "which upstream packets go into a service flow"),
    ("23", "which downstream packets go into a service flow"),
    ("22.3", "reference of the upstream flow that packets go into"),
    ("23.3", "reference of the downstream flow that packets go into"),
    ("22.5", "order of classifiers: the greatest comes first"),
    ("23.5", "order of classifiers: the greatest comes first"),
    ("24", "an upstream service flow; the first one is the primary flow, which carries what no classifier takes"),
    ("25", "a downstream service flow; the first one is the primary flow, which carries what no classifier takes"),
    ("24.1", "number that classifiers name the flow by; unique in the file"),
    ("25.1", "number that classifiers name the flow by; unique in the file"),
    ("24.4", "service class that the CMTS knows"),
    ("25.4", "service class that the CMTS knows"),
    ("24.6", "parameter sets, bits added: 1 provisioned, 2 admitted, 4 active"),
    ("25.6", "parameter sets, bits added: 1 provisioned, 2 admitted, 4 active"),
    ("24.7", "priority among flows, 0 to 7; the greatest comes first"),
    ("25.7", "priority among flows, 0 to 7; the greatest comes first"),
    ("24.8", "greatest rate in the unit of DataRateUnitSetting, else bit/s; 0: no limit"),
    ("25.8", "greatest rate in the unit of DataRateUnitSetting, else bit/s; 0: no limit"),
    ("24.9", "burst, octets"),
    ("25.9", "burst, octets"),
    ("24.10", "least rate that is kept free, in the unit of DataRateUnitSetting, else bit/s"),
    ("25.10", "least rate that is kept free, in the unit of DataRateUnitSetting, else bit/s"),
    ("24.15", "scheduling: 1 undefined, 2 best effort, 3 non-real-time polling, 4 real-time polling, 5 unsolicited grant with activity detection, 6 unsolicited grant, 7 proactive grant"),
    ("24.16", "bits that forbid ways to ask for and use the upstream"),
    ("24.27", "greatest momentary rate, in the unit of DataRateUnitSetting, else bit/s"),
    ("25.27", "greatest momentary rate, in the unit of DataRateUnitSetting, else bit/s"),
    ("24.41", "unit of the rates of the flow: 0 bit/s, 1 kbit/s, 2 Mbit/s, 3 Gbit/s"),
    ("25.41", "unit of the rates of the flow: 0 bit/s, 1 kbit/s, 2 Mbit/s, 3 Gbit/s"),
    ("28", "how many classifiers the modem may use"),
    ("29", "whether baseline privacy is used: 0 no, 1 yes"),
    ("32", "certificate of the maker of the software"),
    ("33", "certificate of the operator's co-signer of the software"),
    ("41", "downstream channels that the modem is to try"),
    ("43", "settings of a vendor; with the id ff ff ff those of DOCSIS extensions"),
    ("43.6", "extended CMTS MIC: a digest over settings of one's own choice"),
    ("43.6.1", "type of the digest: 1 HMAC-MD5, 2 MMH, 43 a vendor's"),
    ("43.6.2", "codes that the digest covers, one bit each; the first bit is that of code 0"),
    ("43.6.3", "the digest; zeros: the encoder computes it; left out: it stands in the CMTS MIC"),
    ("53", "communities of SNMPv1 and v2c"),
    ("54", "views of SNMPv3"),
    ("60", "upstream packets that are dropped"),
    ("202", "settings of an embedded router"),
    ("202.1", "addresses of the router: 0 off, 1 IPv4, 2 IPv6, 3 both"),
    ("254", "opens an MTA's file with 1 and closes it with 255"),
];

/// What is known of a name, a code path or an object identifier.
///
/// ```
/// use provha::docsis::{Mib, describe::describe};
///
/// let found = describe("24.8", Mib::embedded());
/// assert_eq!(found[0].name, "MaxRateSustained");
/// let found = describe("sysContact", Mib::embedded());
/// assert_eq!(found[0].code, ".1.3.6.1.2.1.1.4");
/// ```
#[must_use]
pub fn describe(what: &str, mib: &Mib) -> Vec<Described> {
    if let Some((first, rest)) = what.split_once('/') {
        // 24/25.8 stands for 24.8 and 25.8.
        let end = rest.split_once('.').map(|(_, end)| end);
        let first = match end {
            Some(end) => format!("{first}.{end}"),
            None => first.to_owned(),
        };
        let mut found = describe(&first, mib);
        found.extend(describe(rest, mib));
        return found;
    }
    // MODULE::object is how net-snmp prints it.
    let what = what.rsplit_once("::").map_or(what, |(_, object)| object);
    let rows = SYMBOLS.iter().filter(|row| row.kind != Kind::Marker);
    let digits = what.bytes().all(|c| c.is_ascii_digit() || c == b'.');
    let mut found: Vec<_> = if digits {
        let top = what.split('.').next().and_then(|code| code.parse().ok());
        rows.filter(|row| top.is_some_and(|top| top_code(row) == Some(top)))
            .filter(|row| path(row).as_deref() == Some(what))
            .map(setting)
            .collect()
    } else {
        rows.filter(|row| row.name.eq_ignore_ascii_case(what))
            .map(setting)
            .collect()
    };
    let steps = if digits { codes(what) } else { None };
    let more = match &steps {
        Some(path) => names::find(path).map(|n| vec![(path.as_slice(), n)]),
        None => Some(names::of_name(what)),
    };
    for (path, named) in more.unwrap_or_default() {
        found.push(unnamed(path, &named));
    }
    found.extend(marker(what));
    if found.is_empty() {
        return object(what, mib).into_iter().collect();
    }
    found
}

/// A code path as numbers.
fn codes(path: &str) -> Option<Vec<u8>> {
    path.split('.').map(|code| code.parse().ok()).collect()
}

/// What is no setting but has a code.
fn marker(what: &str) -> Option<Described> {
    let (name, meaning) = match what {
        "0" => ("Pad", "padding after the end marker, one octet each"),
        "255" => ("EndOfDataMkr", "the end of a modem's settings"),
        _ => return None,
    };
    Some(Described {
        code: what.to_owned(),
        name: name.to_owned(),
        block: None,
        kind: "one octet, which the encoder appends".to_owned(),
        limits: None,
        values: None,
        since: since(what),
        meaning: Some(meaning.to_owned()),
    })
}

/// A setting that the text language has no name for.
fn unnamed(path: &[u8], named: &Named) -> Described {
    let code = dots(path);
    let form = match named.form {
        ValueForm::Block => "a block",
        ValueForm::Number => "a number",
        ValueForm::Text => "a text",
        ValueForm::Ip => "an IPv4 address",
        ValueForm::Mac => "a MAC address",
        ValueForm::Varbind => "an SNMP object and its value",
        ValueForm::Hex => "octets",
    };
    let block = &path[..path.len() - 1];
    let block = names::symbol(block)
        .map(|symbol| symbol.name)
        .or_else(|| names::find(block).map(|named| named.name));
    Described {
        name: named.name.to_owned(),
        block: block.map(str::to_owned),
        kind: format!("{form}; written by code: `GenericTLV TlvCode ...`"),
        limits: None,
        values: names::values(path),
        since: Some(named.version.to_owned()),
        meaning: meaning(&code).map(str::to_owned),
        code,
    }
}

/// Codes with dots between them.
fn dots(path: &[u8]) -> String {
    let codes: Vec<String> = path.iter().map(u8::to_string).collect();
    codes.join(".")
}

/// Names that are close to one that is not known, in words.
#[must_use]
pub fn near(what: &str, mib: &Mib) -> String {
    let mut names = near::settings(what.as_bytes());
    names.extend(mib.full().close_to(what.as_bytes()));
    near::listed(&names).unwrap_or_default()
}

/// A setting.
fn setting(row: &Symbol) -> Described {
    let code = path(row).unwrap_or_else(|| format!("(no block).{}", row.code));
    let limits = newer::limits(row).map(|(min, max)| match row.kind {
        Kind::Text | Kind::TextZero | Kind::Hex => {
            format!("{min} to {max} octets")
        }
        Kind::CharList | Kind::UshortList => format!("{min} to {max} numbers"),
        _ => format!("{min} to {max}"),
    });
    Described {
        name: row.name.to_owned(),
        block: table::parent(row).map(|block| block.name.to_owned()),
        kind: kind(row.kind),
        limits: limits.or_else(|| width(row.kind).map(str::to_owned)),
        values: codes(&code).and_then(|path| names::values(&path)),
        since: since(&code),
        meaning: meaning(&code).map(str::to_owned),
        code,
    }
}

/// What a kind of value is.
fn kind(kind: Kind) -> String {
    let octets = match kind {
        Kind::Uint => " of 4 octets",
        Kind::Uint24 => " of 3 octets",
        Kind::Ushort => " of 2 octets",
        Kind::Uchar => " of 1 octet",
        _ => "",
    };
    format!("{}{octets}", expected(kind))
}

/// Limits that the octets of a number set.
fn width(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Uint => "0 to 4294967295",
        Kind::Uint24 => "0 to 16777215",
        Kind::Ushort => "0 to 65535",
        Kind::Uchar => "0 to 255",
        _ => return None,
    })
}

/// Codes from the top to a row; `None` where its block is not in the table.
fn path(row: &Symbol) -> Option<String> {
    if row.parent == TOP {
        return Some(row.code.to_string());
    }
    Some(format!("{}.{}", path(table::parent(row)?)?, row.code))
}

/// Code of the setting at the top that a row is in.
fn top_code(row: &Symbol) -> Option<u8> {
    if row.parent == TOP {
        return Some(row.code);
    }
    top_code(table::parent(row)?)
}

/// The version in which a code path appears.
fn since(path: &str) -> Option<String> {
    let mut codes = path.split('.').map(|code| code.parse::<u8>().ok());
    let top = codes.next()??;
    let child = codes.next().flatten();
    let own = child.and_then(|child| versions::of_child(top, child));
    let version = own.or_else(|| versions::of_code(top))?;
    Some(format!("DOCSIS {}", version.number()))
}

/// The meaning of a code path. What stands under a vendor's settings in
/// another block means the same there.
fn meaning(path: &str) -> Option<&'static str> {
    let of = |path: &str| {
        MEANINGS.iter().find(|(code, _)| *code == path).map(|(_, m)| *m)
    };
    of(path).or_else(|| path.find(".43.").and_then(|at| of(&path[at + 1..])))
}

/// An SNMP object.
fn object(what: &str, mib: &Mib) -> Option<Described> {
    let mut oid = Oid::new();
    let node = resolve(mib, what.as_bytes(), &mut oid).ok().flatten();
    let numbers = what.starts_with('.') || what.starts_with("1.");
    let node = node.or_else(|| {
        mib.tree()
            .find(what.as_bytes())
            .or_else(|| mib.full().find(what.as_bytes()))
    })?;
    // Numbers that lead nowhere end at a node that everybody has.
    if numbers && node.depth() < 7 && oid.arcs().len() > node.depth() {
        return None;
    }
    let object = node.object();
    let values = object.map(|object| {
        let names = object.enums().map(|(name, n)| format!("{n} {name}"));
        names.collect::<Vec<_>>().join(", ")
    });
    let ranges = object.map(|object| object.ranges_text().replace('|', " or "));
    let index = object.map(|object| {
        object.index().map(|part| part.name).collect::<Vec<_>>().join(", ")
    });
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    Some(Described {
        code: dotted(node),
        name: node.label().to_owned(),
        block: node.parent().map(|parent| parent.label().to_owned()),
        kind: object.map_or("node".into(), |o| format!("{:?}", o.syntax)),
        limits: filled(ranges),
        values: filled(values),
        since: None,
        meaning: filled(index).map(|index| format!("indexed by {index}")),
    })
}

/// The object identifier of a node, in numbers.
fn dotted(node: Node<'_>) -> String {
    let mut arcs = Vec::new();
    let mut at = Some(node);
    while let Some(node) = at {
        arcs.push(node.arc());
        at = node.parent();
    }
    let arcs: Vec<String> = arcs.iter().rev().map(u32::to_string).collect();
    format!(".{}", arcs.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meanings_are_those_of_settings() {
        let paths: Vec<_> = SYMBOLS.iter().filter_map(path).collect();
        for (code, _) in MEANINGS {
            assert!(paths.iter().any(|path| path == code), "{code}");
        }
    }

    #[test]
    fn settings_are_found_by_name_and_by_code() {
        let mib = Mib::embedded();
        let by_name = describe("maxratesustained", mib);
        let codes: Vec<_> = by_name.iter().map(|d| d.code.as_str()).collect();
        assert!(codes.contains(&"24.8") && codes.contains(&"25.8"));
        let flow = &describe("24.41", mib)[0];
        assert_eq!(flow.since.as_deref(), Some("DOCSIS 3.1"));
        assert_eq!(flow.limits.as_deref(), Some("0 to 3"));
        let edge = &describe("DownstreamFrequency", mib)[0];
        assert_eq!(edge.limits.as_deref(), Some("88000000 to 1794000000"));
        let unit = flow.values.as_deref().unwrap_or_default();
        assert!(unit.contains("1 kbit/s"), "{unit}");
        assert_eq!(describe("24/25.8", mib).len(), 2);
        assert!(describe("199", mib).is_empty());
        assert!(describe("NothingLikeIt", mib).is_empty());
    }

    #[test]
    fn settings_without_a_name_in_texts_are_found() {
        let mib = Mib::embedded();
        for (what, code) in [
            ("106", "106"),
            ("FDXDownstreamUpperBandEdge", "106"),
            ("22.10.4", "22.10.4"),
            ("202.4", "202.4"),
            ("tr369localagent", "202.4"),
            ("5.79", "5.79"),
            ("219.9.3", "219.9.3"),
            ("255", "255"),
            ("0", "0"),
        ] {
            let found = describe(what, mib);
            assert_eq!(found[0].code, code, "{what}");
            assert!(found.iter().all(|one| one.kind != "node"), "{what}");
        }
        let edge = &describe("106", mib)[0];
        assert_eq!(edge.since.as_deref(), Some("DOCSIS 4.0"));
        let agent = &describe("202.4", mib)[0];
        assert_eq!(agent.block.as_deref(), Some("eRouter"));
        let object = &describe("SNMPv2-MIB::sysName", mib)[0];
        assert_eq!(object.name, "sysName");
    }

    #[test]
    fn objects_are_found_by_name_and_by_number() {
        let mib = Mib::embedded();
        for what in ["ifAdminStatus", "ifAdminStatus.1", ".1.3.6.1.2.1.2.2.1.7"]
        {
            let found = describe(what, mib);
            assert_eq!(found[0].name, "ifAdminStatus", "{what}");
            let values = found[0].values.as_deref().unwrap_or_default();
            assert!(values.contains("1 up"), "{values}");
        }
    }
}
