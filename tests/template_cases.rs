//! The old system's own results for single template rows, and the table of
//! those where we differ on purpose (docs/template-language.md).

use std::collections::HashMap;

use provha::template::{
    Chain, CmHeader, Configfile, Contract, Kind, Library, Origin, Reason,
    Renderer, Table, TextNote, Value, Values,
};

/// Case number, our output, and why it differs.
const DIFFERENCES: &[(usize, &str, &str)] = &[
    (11, "\n\tX 3 Y 7;", "every expression of a row is evaluated"),
    (13, "", "division by zero drops the row instead of aborting"),
    (15, "", "a bad numeral drops the row instead of aborting"),
    (16, "\n\tX 11;", "numerals are decimal"),
    (33, "", "a substring of an unresolved variable drops the row"),
    (38, "\n\tBlock { Key 1; }", "configfile blocks stay"),
    (39, "\n\tBlock { Key 1,2; }", "configfile blocks stay"),
    (48, "\n\tX $1", "$1 is text"),
];

/// Names and values; None is SQL NULL.
type Columns = Vec<(String, Option<String>)>;

/// A device as lists of columns.
#[derive(Default)]
struct Device {
    rows: Vec<(Table, u32, Columns)>,
    qos_columns: Vec<String>,
}

impl Device {
    /// Adds a row; `NULL` is SQL NULL.
    fn row(
        mut self,
        table: Table,
        index: u32,
        columns: &[(&str, &str)],
    ) -> Self {
        let column = |(name, value): &(&str, &str)| {
            let value = (*value != "NULL").then(|| (*value).to_owned());
            ((*name).to_owned(), value)
        };
        self.rows.push((table, index, columns.iter().map(column).collect()));
        self
    }
}

impl Values for Device {
    fn get(&self, table: Table, column: &str, index: u32) -> Value<'_> {
        let row = self.rows.iter().find(|r| (r.0, r.1) == (table, index));
        let found = row.and_then(|r| r.2.iter().find(|c| c.0 == column));
        found.map_or(Value::Unresolved, |(_, value)| as_value(value.as_ref()))
    }

    fn each(&self, table: Table, visit: &mut dyn FnMut(&str, u32, Value<'_>)) {
        for (_, index, columns) in self.rows.iter().filter(|r| r.0 == table) {
            for (column, value) in columns {
                visit(column, *index, as_value(value.as_ref()));
            }
        }
    }

    fn has_qos(&self) -> bool {
        self.rows.iter().any(|row| row.0 == Table::Qos)
    }

    fn qos_columns(&self) -> &[String] {
        &self.qos_columns
    }
}

fn as_value(value: Option<&String>) -> Value<'_> {
    value.map_or(Value::Null, |text| Value::Text(text.as_bytes()))
}

const PROVBASE: &[(&str, &str)] = &[
    ("provisioning_server", "172.21.4.10"),
    ("max_cpe", "3"),
    ("ds_rate_coefficient", "1.05"),
];

const QOS: &[(&str, &str)] = &[
    ("id", "4"),
    ("name", "Business 500"),
    ("ds_rate_max", "500"),
    ("us_rate_max", "50.5"),
    ("ds_rate_max_help", "525000000"),
    ("us_rate_max_help", "53025000"),
    ("ds_name", "ds4"),
];

fn modem(name: &str) -> Device {
    Device::default().row(Table::Provbase, 0, PROVBASE).row(
        Table::Modem,
        0,
        &[
            ("id", "100003"),
            ("created_at", "2022-04-11 10:00:00"),
            ("name", name),
            ("zip", "09456"),
            ("city", "Annaberg-Buchholz"),
            ("mac", "00:1a:2b:10:00:6f"),
            ("us_pwr", "NULL"),
            ("public", "0"),
            ("internet_access", "1"),
        ],
    )
}

fn mta(mac: &str, numbers: &[[&str; 4]]) -> Device {
    let columns = [("mac", mac), ("type", "sip")];
    let mut device = Device::default().row(Table::Provbase, 0, PROVBASE).row(
        Table::Mta,
        0,
        &columns,
    );
    for [port, number, password, active] in numbers {
        let columns =
            [("number", *number), ("password", *password), ("active", *active)];
        let port = port.parse().unwrap();
        device = device.row(Table::Phonenumber, port, &columns);
    }
    device
}

fn device(name: &str) -> Device {
    match name {
        "modem 100003" => modem("NULL").row(Table::Qos, 0, QOS),
        "mta 300000" => mta(
            "00:1b:3c:20:00:00",
            &[["1", "350001", "Pw$0\\1", "1"], ["2", "350002", "Pw$0\\2", "1"]],
        ),
        "mta 300003" => mta(
            "NULL",
            &[
                ["1", "350007", "secret31", "0"],
                ["2", "350008", "secret32", "1"],
            ],
        ),
        "mta 300010" => {
            mta("00:1b:3c:20:00:6e", &[["1", "350021", "Pw$10\\1", "0"]])
        }
        other => panic!("unknown device {other}"),
    }
}

fn file(id: u64, parent: u64, text: &str, firmware: &str) -> Configfile {
    Configfile {
        id,
        name: format!("file {id}"),
        parent_id: Some(parent),
        text: Some(text.as_bytes().to_vec()),
        firmware: Some(firmware.to_owned()),
        kind: Kind::Modem,
    }
}

const HEADER: CmHeader<'static> = CmHeader {
    max_cpe: Some(3),
    internet_access: true,
    contract: Some(Contract { has_telephony: true, internet_access: true }),
    mta_macs: &[],
};

/// The template part of a text, and the notes.
fn body(
    device: &Device,
    kind: Kind,
    chain: Chain<'_>,
) -> (String, Vec<TextNote>) {
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let mut renderer = Renderer::new();
    match kind {
        Kind::Modem => {
            renderer.cm(chain, device, &HEADER, &mut out, &mut notes);
        }
        Kind::Mta => renderer.mta(chain, device, &mut out, &mut notes),
    }
    let text = String::from_utf8(out).unwrap();
    let (foot, head) = match kind {
        Kind::Modem => ("\n}", text.rfind("MaxCPE 3;\n").map(|at| at + 10)),
        Kind::Mta => (
            "\n\tMtaConfigDelimiter 255;\n}",
            Some("Main\n{\n\tMtaConfigDelimiter 1;".len()),
        ),
    };
    let text = text.strip_suffix(foot).unwrap();
    (text[head.unwrap()..].to_owned(), notes)
}

fn render(device: &Device, kind: Kind, text: &str) -> (String, Vec<TextNote>) {
    let library = Library::new([file(1, 0, text, "")], |_| None);
    body(device, kind, library.chain(1).unwrap())
}

#[test]
fn all_cases_are_as_before_or_a_listed_difference() {
    let cases = include_str!("../fixtures/template/cases.json");
    let cases: serde_json::Value = serde_json::from_str(cases).unwrap();
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 79);
    let mut differing = HashMap::new();
    for (number, ours, why) in DIFFERENCES {
        assert_eq!(differing.insert(*number, (*ours, *why)), None);
    }
    for (number, case) in cases.iter().enumerate() {
        let text = |key: &str| case[key].as_str();
        let kind = match text("type") {
            Some("modem") => Kind::Modem,
            Some("mta") => Kind::Mta,
            other => panic!("case {number}: type {other:?}"),
        };
        let device = device(text("device").unwrap());
        let template = text("configfile_text").unwrap();
        let (ours, notes) = render(&device, kind, template);
        match (differing.remove(&number), text("output")) {
            (Some((expected, _)), before) => {
                assert_eq!(ours, expected, "case {number}: {template}");
                assert_ne!(before, Some(expected), "case {number}");
            }
            (None, before) => {
                assert_eq!(Some(&*ours), before, "case {number}: {template}");
            }
        }
        let lost = notes.iter().any(|note| note.reason.drops_row());
        let rows = template.split('\n').count();
        assert_eq!(lost, ours.matches('\n').count() < rows, "case {number}");
    }
    assert!(differing.is_empty());
}

#[track_caller]
fn check(device: &Device, text: &str, expected: &str) {
    assert_eq!(render(device, Kind::Modem, text).0, expected, "{text}");
}

#[test]
fn values_that_bring_placeholders_are_replaced_in_order() {
    let with = |name: &str| modem(name).row(Table::Qos, 0, QOS);
    check(&with("{5,*,5}"), "A {modem.name.0}", "\n\tA 25");
    check(&with("x\ny"), "A {modem.name.0}", "\n\tA x y");
    check(&with("{qos.name.0}"), "A {modem.name.0}", "\n\tA Business 500");
    check(&with("{modem.zip.0}"), "A {modem.name.0}", "\n\tA 09456");
    check(&with("{modem.id.0}"), "A {modem.name.0}", "");
    check(&with("{provbase.max_cpe.0}"), "A {modem.name.0}", "");
    check(&with("zip"), "A {modem.{modem.name.0}.0}", "\n\tA 09456");
    check(&with("id"), "A {modem.{modem.name.0}.0}", "");
}

#[test]
fn options_come_before_columns_and_have_defaults() {
    let text = "MinReservedRate {{modem.us_min.0},?,0};";
    check(&modem("NULL"), text, "\n\tMinReservedRate 0;");
    let options = [("us_min", "256000"), ("zip", "1")];
    let device = modem("NULL").row(Table::ModemOption, 0, &options);
    check(&device, text, "\n\tMinReservedRate 256000;");
    check(&device, "Z {modem.zip.0}", "\n\tZ 1");
}

#[test]
fn only_a_root_configfile_has_the_test_rate() {
    let mut device = modem("NULL");
    device.qos_columns = vec!["id".to_owned(), "name".to_owned()];
    let text = "R {qos.ds_rate_max_help.0}\nN {qos.name.0}.\nI {qos.id.0}\n\
                X {qos.gone.0}\nD {{qos.ds_rate_max_help.0},?,5};\n\
                M {{qos.ds_rate_max_help.0},*,2};";
    check(
        &device,
        text,
        "\n\tR 250000\n\tN .\n\tI 0\n\tD 250000;\n\tM 500000;",
    );
    let files = [file(1, 2, text, ""), file(2, 0, "root", "")];
    let library = Library::new(files, |_| None);
    let (ours, notes) = body(&device, Kind::Modem, library.chain(1).unwrap());
    assert_eq!(ours, "\n\tD 5;\n\troot");
    assert_eq!(notes.len(), 5);
}

#[test]
fn firmware_rows_follow_the_first_level_that_names_one() {
    let files = [
        file(1, 2, "A", "missing.bin"),
        file(2, 0, "B", "other.bin"),
        file(3, 2, "SwUpgradeFilename \"fw/x\";", ""),
        file(4, 2, "C", "../etc/passwd"),
        file(5, 2, "D", ""),
    ];
    let cvc =
        |name: &str| (name == "other.bin").then(|| vec!["CVC".to_owned()]);
    let library = Library::new(files, cvc);
    let rows = |name: &str, cvc: &str| {
        format!(
            "\n\tSwUpgradeFilename \"fw/{name}\";\n\tSnmpMibObject \
             docsDevSwFilename.0 String \"fw/{name}\";\n\tSnmpMibObject \
             docsDevSwAdminStatus.0 Integer 2;{cvc}"
        )
    };
    let device = modem("NULL");
    let text = |id| body(&device, Kind::Modem, library.chain(id).unwrap()).0;
    assert_eq!(text(1), format!("\n\tA{}\n\tB", rows("missing.bin", "")));
    assert_eq!(text(3), "\n\tSwUpgradeFilename \"fw/x\";\n\tB");
    assert_eq!(text(4), "\n\tC\n\tB");
    assert_eq!(text(5), format!("\n\tD\n\tB{}", rows("other.bin", "\n\tCVC")));
}

#[test]
fn a_value_never_becomes_a_statement() {
    let nasty = "1; NetworkAccess 0";
    check(&modem(nasty), "A {modem.name.0};\nB 1;", "\n\tB 1;");
    check(
        &modem(nasty),
        "A \"{modem.name.0}\";",
        &format!("\n\tA \"{nasty}\";"),
    );
    let quote = "x\"; NetworkAccess 0; Y \"\\";
    let escaped = "\n\tA \"x\\\"; NetworkAccess 0; Y \\\" \";";
    check(&modem(quote), "A \"{modem.name.0}\";", escaped);
    check(&modem("a\nb"), "A \"{modem.name.0}\";", "\n\tA \"a b\";");
    let comment = "x */ NetworkAccess 0; /*";
    let broken = "\n\t/* open\n\tx * / NetworkAccess 0; /* */";
    check(&modem(comment), "/* open\n{modem.name.0} */", broken);
    check(
        &modem("}"),
        "A {\nB 1; {modem.name.0}\nC 2;\n}",
        "\n\tA {\n\tC 2;\n\t}",
    );
    let bad = "{{modem.zip.0},?,0}; NetworkAccess 0";
    check(&modem(bad), "A {modem.name.0};", "");
}

#[test]
fn line_breaks_of_values_neither_split_nor_open_a_row() {
    let (text, notes) = render(
        &modem("{x}\nSwUpgradeServer 6.6.6.6"),
        Kind::Modem,
        "A {modem.name.0};\nB 1;",
    );
    assert_eq!(text, "\n\tB 1;");
    assert_eq!(notes[0].reason, Reason::NotAnExpression);
    let comment = "/* {modem.name.0} */\nUsServiceFlow { Ref 1; }";
    let flow = "\n\tUsServiceFlow { Ref 1; }";
    check(&modem("\n{x}"), comment, flow);
    let text = format!("\n\t/* a  b */{flow}");
    check(&modem("a\r\nb"), comment, &text);
    check(&modem("a\r\nb"), "A {modem.name.0};", "\n\tA a  b;");
    let text = format!("\n\t/* a/ */{flow}");
    check(&modem("a/"), "/* {modem.name.0}*/\nUsServiceFlow { Ref 1; }", &text);
    let text = format!("\n\t/* */{flow}");
    check(
        &modem("NULL"),
        "/*{modem.name.0}*/\nUsServiceFlow { Ref 1; }",
        &text,
    );
}

#[test]
fn a_dropped_row_keeps_the_ends_of_comments() {
    let device = modem("NULL");
    check(
        &device,
        "/* note for\n   {modem.missing.0} */\nA 1;\n/* end */",
        "\n\t/* note for\n\t*/\n\tA 1;\n\t/* end */",
    );
    check(
        &device,
        "/* {modem.missing.0}\n B 1; */\nA 1;",
        "\n\t/*\n\t B 1; */\n\tA 1;",
    );
    check(&device, "/* a\n*/ {gone} /*\nb */ A 1;", "\n\t/* a\n\tb */ A 1;");
    check(&device, "/* a\n{gone} */\nA 1;", "\n\t/* a\n\t*/\n\tA 1;");
    check(&device, "A 1; {gone} /* b\nc */", "\n\t/*\n\tc */");
}

#[test]
fn comments_left_open_or_opened_twice_are_told() {
    let told = |text: &str| {
        let (_, notes) = render(&modem("NULL"), Kind::Modem, text);
        let note = |note: &TextNote| (note.row, note.reason);
        notes.iter().map(note).collect::<Vec<_>>()
    };
    let (open, nested) = (Reason::CommentLeftOpen, Reason::CommentInComment);
    assert_eq!(told("A 1;\n/* a\nB 1;"), [(2, open)]);
    assert_eq!(told("A 1;\n/* {modem.name.0}\nB 1;"), [(2, open)]);
    assert_eq!(told("/* a  A 4; /* b */\nA 1;"), [(1, nested)]);
    assert_eq!(told("/* a\nA 4; /* {modem.name.0} */"), [(2, nested)]);
    assert_eq!(told("/* a */ A \"/* b\"; /* c */\nA 1;"), []);
    // The child's comment reaches into the parent's text.
    let files = [file(1, 2, "A 1; /*", ""), file(2, 0, "B 1; /* b */", "")];
    let library = Library::new(files, |_| None);
    let chain = library.chain(1).unwrap();
    let (_, notes) = body(&modem("NULL"), Kind::Modem, chain);
    let note = |note: &TextNote| (note.configfile, note.row, note.reason);
    let notes: Vec<_> = notes.iter().map(note).collect();
    assert_eq!(notes, [(1, 1, open), (2, 1, nested)]);
}

#[test]
fn quantifiers_are_text() {
    for text in ["A \"[0-9]{1,3}\";", "A \"x{3,-1}y\";", "A \"(9{2,4}|0)\";"] {
        check(&modem("NULL"), text, &format!("\n\t{text}"));
        let text = format!("{text} /* {{modem.zip.0}} */");
        let expected = text.replace("{modem.zip.0}", "09456");
        check(&modem("NULL"), &text, &format!("\n\t{expected}"));
    }
}

#[test]
fn own_and_peer_addresses_are_variables() {
    let own = [("own_ip", "172.21.4.11"), ("peer_ip", "172.21.4.10")];
    let device = modem("NULL").row(Table::Provha, 0, &own);
    let text = "A {provha.own_ip.0} {provha.peer_ip.0};";
    check(&device, text, "\n\tA 172.21.4.11 172.21.4.10;");
    let alone = modem("NULL").row(Table::Provha, 0, &own[..1]);
    check(&alone, text, "");
    check(&alone, "A {{provha.peer_ip.0},?,-};", "\n\tA -;");
}

#[test]
fn lines_lead_back_to_rows() {
    let files = [
        file(1, 2, "A 1;\n{gone}\nB {modem.name.0}\n}", "x.bin"),
        file(2, 0, "C 1;", ""),
    ];
    let library = Library::new(files, |_| None);
    let chain = library.chain(1).unwrap();
    let mut renderer = Renderer::new();
    let origins = renderer.cm_origins(chain, &modem("a\nb"), &HEADER);
    let row = |configfile, row| Origin::Row { configfile, row };
    let firmware = Origin::Firmware { configfile: 1 };
    let mut expected = vec![Origin::Frame; 5];
    expected.extend([row(1, 1), row(1, 3), row(1, 4)]);
    expected.extend([firmware, firmware, firmware, row(2, 1)]);
    expected.push(Origin::Frame);
    assert_eq!(origins, expected);
}

#[test]
fn notes_name_row_and_reason() {
    let text = "A {5,/,0};\nB {08,+,1};\nC {gone.x.0}\n/* {gone.x.0} */\n\
                D \"{modem.name.0}\";\nE {modem.name.0};\nF {modem.gone.0}";
    let (_, notes) = render(&modem("a\";"), Kind::Modem, text);
    let seen: Vec<_> = notes.iter().map(|n| (n.row, n.reason)).collect();
    let expected = [
        (1, Reason::DivisionByZero),
        (2, Reason::BadNumeral),
        (3, Reason::UnknownVariable),
        (4, Reason::UnknownVariable),
        (5, Reason::Escaped),
        (6, Reason::UnsafeValue),
        (7, Reason::Unresolved),
    ];
    assert_eq!(seen, expected);
    assert!(notes[3].severity < notes[2].severity);
}

#[test]
fn values_that_multiply_are_cut_off() {
    let many = |column: &str| format!("{{modem.{column}.0}}").repeat(13);
    let columns = [("a", many("b")), ("b", many("c")), ("c", many("d"))];
    let mut columns = columns.to_vec();
    columns.push(("d", many("e")));
    columns.push(("e", "x".repeat(190)));
    let columns: Vec<_> =
        columns.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let device = Device::default().row(Table::Modem, 0, &columns);
    let (ours, notes) = render(&device, Kind::Modem, "A {modem.a.0}\nB");
    assert_eq!(ours, "\n\tB");
    assert_eq!(notes[0].reason, Reason::TooLong);
}
