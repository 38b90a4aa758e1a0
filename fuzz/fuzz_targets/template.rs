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
                while let Some(octet) = text.get(at) {
                    at += 1;
                    match octet {
                        b'"' | b'\n' => break,
                        b'\\' if text.get(at) == Some(&b'"') => at += 1,
                        _ => {}
                    }
                }
            }
            b'/' if text.get(at) == Some(&b'*') => {
                out.push('C');
                at = comment_end(text, at);
            }
            _ => {}
        }
    }
    out
}

/// The place behind a comment whose first star is at `at`.
fn comment_end(text: &[u8], mut at: usize) -> usize {
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
                    return at + 1;
                }
            }
            _ => at += 1,
        }
    }
    at
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
    // Operators choose between a part of the text and the value.
    let chooses = text.contains(&b',') || text.windows(6).any(|w| w == b"MaxCPE");
    if !lost && !plain_lost && !chooses {
        assert_eq!(skeleton(&got), skeleton(&plain));
    }
});
