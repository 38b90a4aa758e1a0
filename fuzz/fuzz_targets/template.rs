//! The template language: the input is a text and the values of one device.
//! Rendering never panics; where no row is dropped, the values change
//! neither the number of statements nor of comments.

#![no_main]

use libfuzzer_sys::fuzz_target;
use provha_fuzz::template::{
    CmHeader, Configfile, Contract, Kind, Library, Renderer, Table, Value,
    Values,
};

/// A modem whose columns a to d are parts of the input.
struct Device<'a>(Vec<&'a [u8]>);

/// Names of the columns.
const COLUMNS: [&str; 4] = ["a", "b", "c", "d"];

impl Values for Device<'_> {
    fn get(&self, table: Table, column: &str, _: u32) -> Value<'_> {
        let at = COLUMNS.iter().position(|name| *name == column);
        match (table, at.and_then(|at| self.0.get(at))) {
            (Table::Modem, Some(text)) => Value::Text(text),
            (Table::Modem, None) if at.is_some() => Value::Null,
            _ => Value::Unresolved,
        }
    }

    fn each(&self, table: Table, visit: &mut dyn FnMut(&str, u32, Value<'_>)) {
        if table == Table::Modem {
            for column in COLUMNS {
                visit(column, 0, self.get(table, column, 0));
            }
        }
    }

    fn has_qos(&self) -> bool {
        false
    }

    fn qos_columns(&self) -> &[String] {
        &[]
    }
}

/// Renders the text for a device; whether a row was dropped.
fn render(library: &Library, device: &Device<'_>) -> (Vec<u8>, bool) {
    let header = CmHeader {
        max_cpe: Some(1),
        internet_access: true,
        contract: Some(Contract {
            has_telephony: false,
            internet_access: true,
        }),
        mta_macs: &[],
    };
    let chain = library.chain(1).expect("it is there");
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let mut renderer = Renderer::new();
    renderer.cm(chain, device, &header, &mut out, &mut notes);
    let lines = out.iter().filter(|octet| **octet == b'\n').count();
    let origins = renderer.cm_origins(chain, device, &header);
    assert_eq!(origins.len(), lines + 1);
    (out, notes.iter().any(|note| note.reason.drops_row()))
}

/// Statement ends, braces, strings and comments of a text.
fn skeleton(text: &[u8]) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(octet) = text.get(at) {
        at += 1;
        match octet {
            b';' | b'{' | b'}' => out.push(char::from(*octet)),
            b'"' => {
                out.push('S');
                at = string_end(text, at);
            }
            b'/' if text.get(at) == Some(&b'*') => {
                out.push('C');
                at = comment_end(text, at).0;
            }
            _ => {}
        }
    }
    out
}

/// The place behind a string that begins at `at`.
fn string_end(text: &[u8], mut at: usize) -> usize {
    while let Some(octet) = text.get(at) {
        at += 1;
        match octet {
            b'"' | b'\n' => break,
            b'\\' if text.get(at) == Some(&b'"') => at += 1,
            _ => {}
        }
    }
    at
}

/// The text without the row that is left out where a text sets `MaxCPE`
/// itself; a value may bring that word where the text leaves it a statement.
fn without_max_cpe(text: &[u8]) -> Vec<u8> {
    const ROW: &[u8] = b"\tMaxCPE 1;\n";
    const HEAD: &[u8] = b"Main\n{\n\tNetworkAccess 1;\n";
    let rest = text.strip_prefix(HEAD).expect("the head is always there");
    let has_row = rest.starts_with(ROW);
    let rest = rest.strip_prefix(ROW).unwrap_or(rest);
    let word = |part: &[u8]| part.windows(6).any(|word| word == b"MaxCPE");
    assert_ne!(has_row, word(&statements(rest)), "MaxCPE is set once");
    [HEAD, rest].concat()
}

/// What stands outside comments and strings; an open comment does.
fn statements(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(octet) = text.get(at) {
        at += 1;
        match octet {
            b'"' => {
                out.push(b' ');
                at = string_end(text, at);
            }
            b'/' if text.get(at) == Some(&b'*') => {
                let (end, closed) = comment_end(text, at);
                out.extend_from_slice(if closed { b" " } else { &text[at..] });
                at = end;
            }
            _ => out.push(*octet),
        }
    }
    out
}

/// The place behind a comment whose first star is at `at`, and whether it is
/// closed.
fn comment_end(text: &[u8], mut at: usize) -> (usize, bool) {
    let stars = |at: usize| {
        text[at..].iter().take_while(|octet| **octet == b'*').count()
    };
    at += stars(at);
    while let Some(octet) = text.get(at) {
        match octet {
            b'/' => at += 1 + stars(at + 1),
            b'*' => {
                at += stars(at);
                if text.get(at) == Some(&b'/') {
                    return (at + 1, true);
                }
            }
            _ => at += 1,
        }
    }
    (at, false)
}

fuzz_target!(|input: &[u8]| {
    let mut parts = input.split(|octet| *octet == 0);
    let text = parts.next().unwrap_or_default();
    let file = Configfile {
        id: 1,
        name: String::new(),
        parent_id: None,
        text: Some(text.to_vec()),
        firmware: None,
        kind: Kind::Modem,
    };
    let library = Library::new([file], |_| None);
    let (got, lost) = render(&library, &Device(parts.take(4).collect()));
    let (plain, plain_lost) = render(&library, &Device(vec![b"v"; 4]));
    let (got, plain) = (without_max_cpe(&got), without_max_cpe(&plain));
    // Operators choose between a part of the text and the value.
    let chooses = text.contains(&b',');
    if !lost && !plain_lost && !chooses {
        assert_eq!(skeleton(&got), skeleton(&plain));
    }
});
