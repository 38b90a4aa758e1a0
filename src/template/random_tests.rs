//! Random templates and values: every way of rendering prints the same, and
//! no value changes the structure of a text.

use crate::template::engine::Forced;
use crate::template::{
    Chain, CmHeader, Configfile, Contract, Kind, Library, Renderer, Table,
    TextNote, Value, Values,
};

/// A small reproducible generator (Lehmer, modulus 2^31 - 1).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0 * 48_271 % 0x7fff_ffff;
        usize::try_from(self.0).unwrap() % limit
    }

    /// Up to `count` random parts in a row.
    fn join(&mut self, parts: &[&str], count: usize) -> String {
        let count = self.below(count + 1);
        (0..count).map(|_| parts[self.below(parts.len())]).collect()
    }
}

/// A modem with four columns, a qos with two, options and own addresses.
struct Device(Vec<(Table, &'static str, Option<String>)>);

const COLUMNS: &[(Table, &str)] = &[
    (Table::ModemOption, "b"),
    (Table::ModemOption, "o"),
    (Table::Provbase, "p"),
    (Table::Modem, "a"),
    (Table::Modem, "b"),
    (Table::Modem, "c"),
    (Table::Qos, "q"),
    (Table::Provha, "own_ip"),
];

impl Device {
    fn new(mut value: impl FnMut() -> Option<String>) -> Device {
        let column =
            |(table, name): &(Table, &'static str)| (*table, *name, value());
        Device(COLUMNS.iter().map(column).collect())
    }
}

fn as_value(value: Option<&String>) -> Value<'_> {
    value.map_or(Value::Null, |text| Value::Text(text.as_bytes()))
}

impl Values for Device {
    fn get(&self, table: Table, column: &str, _: u32) -> Value<'_> {
        let found = self.0.iter().find(|(t, c, _)| (*t, *c) == (table, column));
        found
            .map_or(Value::Unresolved, |(_, _, value)| as_value(value.as_ref()))
    }

    fn each(&self, table: Table, visit: &mut dyn FnMut(&str, u32, Value<'_>)) {
        for (_, column, value) in self.0.iter().filter(|(t, ..)| *t == table) {
            visit(column, 0, as_value(value.as_ref()));
        }
    }

    fn has_qos(&self) -> bool {
        true
    }

    fn qos_columns(&self) -> &[String] {
        &[]
    }
}

fn library(text: &str) -> Library {
    let file = Configfile {
        id: 1,
        name: String::new(),
        parent_id: None,
        text: Some(text.as_bytes().to_vec()),
        firmware: None,
        kind: Kind::Modem,
    };
    Library::new([file], |_| None)
}

fn render(
    chain: Chain<'_>,
    device: &Device,
    forced: Forced,
) -> (String, Vec<TextNote>) {
    let header = CmHeader {
        max_cpe: None,
        internet_access: true,
        contract: Some(Contract { has_telephony: true, internet_access: true }),
        mta_macs: &[],
    };
    let mut renderer = Renderer::new();
    renderer.forced = forced;
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    renderer.cm(chain, device, &header, &mut out, &mut notes);
    let origins = renderer.cm_origins(chain, device, &header);
    assert_eq!(origins.len(), out.split(|byte| *byte == b'\n').count());
    (String::from_utf8(out).unwrap(), notes)
}

const PLACEHOLDERS: &[&str] = &[
    "{modem.a.0}",
    "{modem.b.0}",
    "{modem.c.0}",
    "{modem.o.0}",
    "{provbase.p.0}",
    "{qos.q.0}",
    "{provha.own_ip.0}",
];

const TEXTS: &[&str] = &[
    "\n",
    "\n",
    "X ",
    "Y",
    ";",
    "\"",
    "\"",
    "/*",
    "*/",
    "*",
    "/",
    "\\",
    " ",
    "{",
    "}",
    ",",
    "?",
    "+",
    "-",
    "1",
    "2",
    "Block { Key ",
    "; }",
    "raw;",
    "modem.",
    ".0",
    "{gone}",
    "{{modem.a.0},?,7}",
    "{{modem.b.0},0,2}",
    "{{modem.c.0},*,3}",
    "{modem.gone.0}",
];

const VALUES: &[&str] = &[
    "a",
    "7",
    "12",
    "b c",
    "\"",
    "\\",
    ";",
    "{",
    "}",
    "*/",
    "/*",
    "*",
    "/",
    "\n",
    "\t",
    "\r",
    ",",
    "{qos.q.0}",
    "{modem.a.0}",
    "{modem.c.0}",
    "{5,*,2}",
    "modem",
    ".b.0",
    "raw;",
    "?",
    "+",
];

fn template(random: &mut Random, texts: &[&str]) -> String {
    let mut text = String::new();
    for _ in 0..random.below(12) {
        text += &random.join(texts, 3);
        text += &random.join(PLACEHOLDERS, 1);
    }
    text
}

#[test]
fn all_ways_print_the_same() {
    let mut random = Random(42);
    for _ in 0..6_000 {
        let text = template(&mut random, TEXTS);
        let library = library(&text);
        let chain = library.chain(1).unwrap();
        let device = Device::new(|| match random.below(8) {
            0 => None,
            _ => Some(random.join(VALUES, 3)),
        });
        let fast = render(chain, &device, Forced::No);
        let general = render(chain, &device, Forced::General);
        assert_eq!(fast, general, "{text:?} {:?}", device.0);
        let in_order = render(chain, &device, Forced::InOrder);
        assert_eq!(fast, in_order, "{text:?} {:?}", device.0);
    }
}

/// What the encoder's lexer sees of a text, read independently: statement
/// ends, braces, strings and comments.
fn skeleton(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        rest = &rest[next.len_utf8()..];
        if next == '"' {
            rest = after_string(rest);
            out.push('S');
        } else if next == '/' && rest.starts_with('*') {
            let (after, closed) = after_comment(rest);
            rest = after;
            out.push(if closed { 'C' } else { 'O' });
        } else if matches!(next, ';' | '{' | '}') {
            out.push(next);
        }
    }
    out
}

/// What follows a comment whose first slash is read, and whether it has an
/// end. A slash takes all stars behind it along, inside comments too.
fn after_comment(text: &str) -> (&str, bool) {
    let mut rest = text.trim_start_matches('*');
    while let Some(at) = rest.find(['*', '/']) {
        let stars = rest[at..].trim_start_matches('*');
        match (rest.as_bytes()[at], stars.strip_prefix('/')) {
            (b'*', Some(after)) => return (after, true),
            (b'*', None) => rest = stars,
            _ => rest = rest[at + 1..].trim_start_matches('*'),
        }
    }
    ("", false)
}

/// What follows a string whose opening quote is read.
fn after_string(text: &str) -> &str {
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\\', '\n']) {
        let escape = rest[at..].starts_with("\\\"");
        let end = at + if escape { 2 } else { 1 };
        let done = !escape && !rest[at..].starts_with('\\');
        rest = &rest[end..];
        if done {
            return rest;
        }
    }
    ""
}

#[test]
fn values_do_not_change_the_structure() {
    let texts = [
        "\n", "X ", "Y", ";", "\"", " \"", "/*", "*/", "*", "/", "\\", " ",
        "{\n", "\n}", "1",
    ];
    let mut random = Random(7);
    let mut compared = 0;
    for _ in 0..6_000 {
        let text = template(&mut random, &texts);
        let library = library(&text);
        let chain = library.chain(1).unwrap();
        let plain = Device::new(|| Some("v".to_owned()));
        let nasty =
            Device::new(|| Some(format!("v{}v", random.join(VALUES, 4))));
        let (expected, _) = render(chain, &plain, Forced::No);
        let (got, notes) = render(chain, &nasty, Forced::No);
        if !notes.iter().any(|note| note.reason.drops_row()) {
            compared += 1;
            assert_eq!(skeleton(&got), skeleton(&expected), "{text:?} {got}");
        }
    }
    assert!(compared > 1_000, "{compared}");
}

#[test]
fn values_at_the_edge_do_not_change_the_structure() {
    let texts = ["\"", "\"", "/*", "*/", " ", "X ", ";", "\n"];
    let values = ["\\", "\"", "*", "/", ";", "a", "*/", "/*"];
    let mut random = Random(11);
    for _ in 0..6_000 {
        let text = template(&mut random, &texts);
        let library = library(&text);
        let chain = library.chain(1).unwrap();
        let plain = Device::new(|| Some("v".to_owned()));
        let nasty = Device::new(|| {
            Some(format!(
                "{}{}",
                values[random.below(8)],
                random.join(&values, 2)
            ))
        });
        let (expected, _) = render(chain, &plain, Forced::No);
        let (got, notes) = render(chain, &nasty, Forced::No);
        if !notes.iter().any(|note| note.reason.drops_row()) {
            assert_eq!(skeleton(&got), skeleton(&expected), "{text:?} {got}");
        }
    }
}

/// Rows as people write them; `$` is a placeholder.
const ROWS: &[&str] = &[
    "PrivacyEnable $;",
    "SnmpMibObject sysContact.0 String \"$ $\";",
    "SnmpMibObject sysName.0 String",
    "\"$\";",
    "UsServiceFlow {",
    "}",
    "/* $ */",
    "/*$*/",
    "/* $",
    "$ */",
    "/* end */ Flag 3; /* $*/",
    "*/ Flag {$,*,2}; /*",
    "Flow { Ref 1; Name \"$\"; }",
    "X {{modem.gone.0},?,$};",
    "X \"$\\$\"; /* /$* */",
    "$",
    "X {$,0,4};",
    "/* {modem.gone.0} */",
    "X {modem.gone.0};",
    "note {modem.gone.0} */",
    "raw;$",
    "",
];

/// A text of its own for a device.
fn quick(text: &str, device: &Device) -> (String, Vec<TextNote>) {
    let header = CmHeader {
        max_cpe: None,
        internet_access: true,
        contract: None,
        mta_macs: &[],
    };
    let (library, mut out, mut notes) = (library(text), Vec::new(), Vec::new());
    let chain = library.chain(1).unwrap();
    Renderer::new().cm(chain, device, &header, &mut out, &mut notes);
    (String::from_utf8(out).unwrap(), notes)
}

/// Numbers of the rows that were left out.
fn lost(notes: &[TextNote]) -> impl Iterator<Item = usize> {
    let lost = notes.iter().filter(|note| note.reason.drops_row());
    lost.map(|note| usize::try_from(note.row).unwrap())
}

/// The text without some of its rows; of those, what they do to comments
/// stays.
fn without(text: &str, rows: &[usize]) -> String {
    let in_comment = |rows: &[&str]| {
        let text = rows.join("\n");
        let mut plain = String::new();
        for (at, part) in text.split(['{', '}']).enumerate() {
            let value = at % 2 == 1 && part.ends_with(".0");
            plain += if value { "v" } else { part };
        }
        skeleton(&plain).ends_with('O')
    };
    let all: Vec<&str> = text.split('\n').collect();
    let row = |at: usize| {
        let states = (in_comment(&all[..at]), in_comment(&all[..=at]));
        match states {
            _ if !rows.contains(&(at + 1)) => all[at],
            (true, false) => "*/",
            (false, true) => "/*",
            _ => "",
        }
    };
    (0..all.len()).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn line_feeds_of_values_do_not_change_the_structure() {
    let mut random = Random(23);
    let mut lost_rows = 0;
    for _ in 0..50_000 {
        let mut text = String::new();
        for _ in 0..=random.below(6) {
            let row = ROWS[random.below(ROWS.len())];
            for part in row.split_inclusive('$') {
                text += part.trim_end_matches('$');
                if part.ends_with('$') {
                    text += PLACEHOLDERS[random.below(PLACEHOLDERS.len())];
                }
            }
            text.push('\n');
        }
        let plain = Device::new(|| Some("v".to_owned()));
        let nasty = Device::new(|| {
            let breaks = ["\n", "\r\n", "\n{x}\n", "\r", ""];
            let mut value = random.join(VALUES, 2);
            value += breaks[random.below(breaks.len())];
            Some(value + &random.join(VALUES, 2))
        });
        let (mut expected, notes) = quick(&text, &plain);
        let (mut got, more) = quick(&text, &nasty);
        let lines = got.lines().count();
        assert!(lines <= text.lines().count() + 7, "{text} {got}");
        let rows: Vec<usize> = lost(&notes).chain(lost(&more)).collect();
        if !rows.is_empty() {
            lost_rows += rows.len();
            let kept = without(&text, &rows);
            let (plain, notes) = quick(&kept, &plain);
            let (nasty, more) = quick(&kept, &nasty);
            assert_eq!(lost(&notes).chain(lost(&more)).count(), 0, "{text}");
            (expected, got) = (plain, nasty);
        }
        let values = &nasty.0;
        assert_eq!(skeleton(&got), skeleton(&expected), "{text} {values:?}");
    }
    assert!(lost_rows > 10_000, "{lost_rows}");
}
