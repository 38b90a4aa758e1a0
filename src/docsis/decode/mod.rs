//! Decoding: a binary configfile as text, equal to the reference's wherever
//! that text encodes to the same octets again, and without loss elsewhere.
//!
//! The forms that the text language got for the latter (`TlvLength16`,
//! `TlvRaw`, `TlvFinal`) are described in `docs/docsis-language.md`.

pub mod ber;
pub mod explain;
pub mod modules;
pub mod name;
pub mod printer;
pub mod snmp;
pub mod text;
pub mod tree;
pub mod value;
pub mod words;

use std::sync::OnceLock;

pub use crate::docsis::decode::printer::{Decoded, Note, Options};
pub use crate::docsis::decode::tree::{
    File, FileKind, Form, MAX_INPUT, Tail, Tlv,
};

use crate::docsis::decode::name::Names;
use crate::docsis::decode::printer::Printer;
use crate::docsis::decode::text::{
    is_printable, is_quotable, push_hex, push_number,
};
use crate::docsis::encode::reread;
use crate::docsis::encode::reread::check_covered;
use crate::docsis::mib::Mib;
use crate::docsis::table::{Kind, Symbol};
use crate::docsis::{codes, table};

/// Decodes a file. Any input gives a text; what is wrong stands in the notes.
///
/// ```
/// use provha::docsis::{decode, mib::Mib};
///
/// let octets = [3, 1, 1, 18, 1, 5];
/// let decoded =
///     decode::decode(&octets, &Mib::default(), &decode::Options::default());
/// assert_eq!(
///     String::from_utf8_lossy(&decoded.text),
///     "Main \n{\n\tNetworkAccess 1;\n\tMaxCPE 5;\n}\n"
/// );
/// ```
///
/// Many files are better given to one [`Decoder`].
#[must_use]
pub fn decode(bytes: &[u8], mib: &Mib, options: &Options<'_>) -> Decoded {
    Decoder::new(mib, *options).decode(bytes)
}

/// Decodes many files: it remembers the names of the objects that it met,
/// which are the same in most files of a network.
///
/// ```
/// use provha::docsis::{decode::{Decoder, Options}, mib::Mib};
///
/// let mib = Mib::default();
/// let mut decoder = Decoder::new(&mib, Options::default());
/// for octets in [[3, 1, 0], [3, 1, 1]] {
///     assert!(!decoder.decode(&octets).is_damaged());
/// }
/// ```
#[derive(Debug)]
pub struct Decoder<'m> {
    /// The names.
    mib: &'m Mib,
    /// How to print.
    options: Options<'m>,
    /// Names in use.
    names: Names<'m>,
}

impl<'m> Decoder<'m> {
    /// A decoder that has met no names yet.
    #[must_use]
    pub fn new(mib: &'m Mib, options: Options<'m>) -> Self {
        Self { mib, options, names: Names::default() }
    }

    /// Decodes a file, as [`decode`] does.
    pub fn decode(&mut self, bytes: &[u8]) -> Decoded {
        let shown = &bytes[..bytes.len().min(MAX_INPUT)];
        let file = File::parse(shown);
        let out = Decoded {
            text: Vec::with_capacity(256 + shown.len() * 6),
            ..Decoded::default()
        };
        let Self { mib, options, names } = self;
        let (depth, delimited) = (1, false);
        let mut printer = Printer {
            mib,
            options,
            names,
            out,
            depth,
            path: Vec::new(),
            delimited,
            file: &file,
            refused: None,
        };
        if shown.len() < bytes.len() {
            let text = format!(
                "the file has {} octets; only {MAX_INPUT} are shown",
                bytes.len()
            );
            printer.note(MAX_INPUT, true, text);
        }
        printer.whole();
        let out = printer.out;
        self.names.next_file();
        out
    }
}

impl Printer<'_, '_> {
    /// Appends the whole file.
    fn whole(&mut self) {
        let file = self.file;
        self.push(b"Main \n{\n");
        self.items(&file.items);
        match file.tail {
            Tail::None if file.bytes.is_empty() => {
                self.line(b"GenericTLV TlvRaw 0x;");
            }
            Tail::None => {}
            Tail::Modem { offset: 0, .. } => self.odd_tail(0, file.bytes),
            Tail::Modem { .. } => self.modem_tail(&file.tail, file.bytes),
            Tail::Odd { offset, octets } => self.odd_tail(offset, octets),
        }
        self.push(b"}\n");
    }

    /// Appends settings, one a line or a block each.
    fn items(&mut self, items: &[Tlv<'_>]) {
        for item in items {
            self.item(item);
            self.delimited |= self.depth == 1 && item.code == codes::DELIMITER;
        }
    }

    /// Appends one setting.
    fn item(&mut self, tlv: &Tlv<'_>) {
        match tlv.form {
            Form::Leaf => self.leaf(tlv),
            Form::Wide => self.wide(tlv),
            Form::Block => self.block(tlv),
            Form::Raw => self.raw(tlv),
            Form::Cut { announced } => self.cut(tlv, announced),
        }
    }

    /// Appends a block with its settings.
    fn block(&mut self, tlv: &Tlv<'_>) {
        // Code 64 in a modem's file throws the reference out of step.
        let stray =
            self.depth == 1 && tlv.code == codes::WIDE && self.is_refused();
        let Some(symbol) = usable(tlv).filter(|_| !stray) else {
            return self.generic(tlv);
        };
        self.line(symbol.name.as_bytes());
        self.line(b"{");
        self.depth += 1;
        self.path.push(tlv.code);
        self.items(&tlv.children);
        let _ = self.path.pop();
        self.depth -= 1;
        self.line(b"}");
    }

    /// Appends a setting that is no block.
    fn leaf(&mut self, tlv: &Tlv<'_>) {
        let Some(symbol) = usable(tlv) else {
            return self.generic(tlv);
        };
        let start = self.out.text.len();
        self.indent();
        let printed = if symbol.kind == Kind::Varbind {
            snmp::write(self, tlv)
        } else {
            self.push(symbol.name.as_bytes());
            self.push(b" ");
            value::write(symbol, tlv.value, &mut self.out.text).map(|()| {
                self.push(b";");
                if self.options.explain {
                    self.meaning(tlv);
                }
                self.push(b"\n");
            })
        };
        if printed.is_none() {
            self.out.text.truncate(start);
            self.odd_leaf(tlv, symbol);
        }
    }

    /// Appends a setting whose value has no text.
    fn odd_leaf(&mut self, tlv: &Tlv<'_>, symbol: &Symbol) {
        let lengths = value::lengths(symbol.kind);
        let length = tlv.value.len();
        let damage = match symbol.kind {
            Kind::Varbind => tlv.value.first() != Some(&0x30),
            _ => !lengths.is_empty() && !lengths.contains(&length),
        };
        self.complain(tlv, symbol, damage);
        self.generic(tlv);
    }

    /// Appends a variable binding with a length of 16 bits. The encoder makes
    /// one by itself only where the length needs it, and not everywhere before
    /// the delimiter.
    fn wide(&mut self, tlv: &Tlv<'_>) {
        let start = self.out.text.len();
        self.indent();
        let usual = self.delimited && tlv.value.len() > 255;
        let digit_map = self.options.digit_map.is_some();
        if (usual || digit_map) && snmp::write(self, tlv).is_some() {
            return;
        }
        self.out.text.truncate(start);
        self.generic(tlv);
    }

    /// Says why a setting is not printed by its name.
    fn complain(&mut self, tlv: &Tlv<'_>, symbol: &Symbol, damage: bool) {
        let (name, length) = (symbol.name, tlv.value.len());
        let text = match symbol.kind {
            Kind::Marker | Kind::Digest => return,
            Kind::Aggregate => format!("{name} is an empty block"),
            Kind::Varbind => words::no_varbind(name, tlv.value),
            Kind::Text | Kind::TextZero if words::zero_ended(tlv.value) => {
                let odd = if symbol.kind == Kind::Text { "a" } else { "one" };
                format!("{name}: ends with {odd} NUL")
            }
            _ => format!("{name}: unusual value of {length} octets"),
        };
        self.note(tlv.offset, damage, text);
    }

    /// Appends a setting by its code, or only its octets: encoding refuses
    /// the codes of a file that the reference gives up on.
    fn generic(&mut self, tlv: &Tlv<'_>) {
        self.indent();
        let wide = tlv.form == Form::Wide;
        if !wide && self.is_refused() {
            self.push(b"GenericTLV TlvRaw 0x");
            let header = [tlv.code, tlv.value.len() as u8];
            push_hex(&header, &mut self.out.text);
            push_hex(tlv.value, &mut self.out.text);
            self.push(b";");
        } else {
            self.push(b"GenericTLV TlvCode ");
            push_number(tlv.code.into(), &mut self.out.text);
            self.generic_value(tlv, wide);
        }
        self.explain(tlv);
        self.push(b"\n");
    }

    /// Appends length and value of a setting without name.
    fn generic_value(&mut self, tlv: &Tlv<'_>, wide: bool) {
        let value = tlv.value;
        let text = tlv.symbol.is_some_and(|symbol| {
            symbol.kind == Kind::Text && words::zero_ended(value)
        });
        if (text || tlv.symbol.is_none()) && self.generic_text(value, text) {
            return;
        }
        self.push(if wide { b" TlvLength16 " } else { b" TlvLength " });
        self.number(value.len());
        self.push(b" TlvValue 0x");
        push_hex(value, &mut self.out.text);
        self.push(b";");
    }

    /// Whether the reference gives up on the file, as it does on settings of
    /// a fixed length with another one.
    fn is_refused(&mut self) -> bool {
        let file = self.file;
        *self.refused.get_or_insert_with(|| {
            reread::check(file.bytes, None).is_err()
                || check_covered(file.covered()).is_err()
        })
    }

    /// Appends the text form of an unknown value, if it is text.
    fn generic_text(&mut self, value: &[u8], known: bool) -> bool {
        let (form, text) = match value {
            [text @ .., 0] if !text.is_empty() => {
                (&b" TlvStringZero \""[..], text)
            }
            _ => (&b" TlvString \""[..], value),
        };
        if value.len() < 2 || !is_printable(text) || !is_quotable(text) {
            return false;
        }
        self.push(form);
        self.push(text);
        self.push(b"\";");
        // What is known has its name in a comment.
        if !known {
            self.push(b" /* tlv length = ");
            self.number(value.len());
            self.push(b" */");
        }
        true
    }

    /// Appends a comment that says what a setting is that is printed by its
    /// code though it is known.
    fn explain(&mut self, tlv: &Tlv<'_>) {
        match tlv.symbol.map(|symbol| (symbol.kind, symbol.name)) {
            None | Some((Kind::Marker, _)) => {}
            Some((Kind::Varbind, _)) => snmp::explain(self, tlv.value),
            Some((_, name)) => {
                self.push(b" /* ");
                self.push(name.as_bytes());
                self.push(b" */");
            }
        }
        if self.options.explain {
            self.meaning(tlv);
        }
    }

    /// Appends a comment with what a setting means.
    fn meaning(&mut self, tlv: &Tlv<'_>) {
        self.path.push(tlv.code);
        let meaning = explain::meaning(tlv, &self.path, self.mib);
        let _ = self.path.pop();
        if let Some(text) = explain::comment(&meaning) {
            self.push(b" /* ");
            self.push(text.as_bytes());
            self.push(b" */");
        }
    }

    /// Appends octets that are no TLV.
    fn raw(&mut self, tlv: &Tlv<'_>) {
        let marker = match tlv.value {
            [255, ..] => Some("end of data"),
            octets if octets.iter().all(|octet| *octet == 0) => Some("padding"),
            _ => None,
        };
        self.raw_line(tlv.value, marker.unwrap_or("not a TLV"));
        let text = match marker {
            Some(what) => format!("{what} without MICs"),
            None => "a code without a length".to_owned(),
        };
        self.note(tlv.offset, marker.is_none(), text);
    }

    /// Appends the header of a setting that is longer than what is left, then
    /// what is left of it.
    fn cut(&mut self, tlv: &Tlv<'_>, announced: u8) {
        let name = match tlv.symbol {
            Some(s) if s.kind != Kind::Marker => s.name.to_owned(),
            _ => format!("TLV {}", tlv.code),
        };
        let what = format!(
            "{name} is cut off: {announced} octets announced, {} there",
            tlv.value.len()
        );
        let header = [tlv.code, announced];
        if tlv.children.is_empty() {
            self.raw_line(&[&header, tlv.value].concat(), &what);
        } else {
            self.raw_line(&header, &what);
            self.items(&tlv.children);
        }
        self.note(tlv.offset, true, what);
    }

    /// Appends `GenericTLV TlvRaw`.
    fn raw_line(&mut self, octets: &[u8], comment: &str) {
        self.indent();
        self.push(b"GenericTLV TlvRaw 0x");
        push_hex(octets, &mut self.out.text);
        self.push(b"; /* ");
        self.push(comment.as_bytes());
        self.push(b" */\n");
    }

    /// Appends the MICs, end marker and padding of a modem's file as
    /// comments, since encoding makes them again.
    fn modem_tail(&mut self, tail: &Tail<'_>, bytes: &[u8]) {
        let Tail::Modem { offset, cm_mic, cmts_mic, padding, matches } = *tail
        else {
            return;
        };
        self.mic(b"CmMic", cm_mic);
        if let Some(mic) = cmts_mic {
            self.mic(b"CmtsMic", mic);
        }
        self.line(b"/*EndOfDataMkr*/");
        for _ in 0..padding / 2 {
            self.line(b"/* Pad */");
        }
        if !matches {
            let text = "the CM MIC does not fit the file; encoding makes \
                        another one";
            self.note(offset, false, text.to_owned());
        }
        if cmts_mic.is_none() {
            let text = "there is no CMTS MIC; encoding adds one";
            self.note(offset, false, text.to_owned());
        }
        let usual = (bytes.len() - padding).next_multiple_of(4);
        if bytes.len() != usual {
            let text = format!(
                "{padding} octets of padding; encoding makes {}",
                usual + padding - bytes.len()
            );
            self.note(bytes.len() - padding, false, text);
        }
    }

    /// Appends a MIC as a comment.
    fn mic(&mut self, name: &[u8], mic: &[u8]) {
        self.indent();
        self.push(b"/* ");
        self.push(name);
        self.push(b" ");
        push_hex(mic, &mut self.out.text);
        self.push(b"; */\n");
    }

    /// Appends an end that encoding never makes, as it is.
    fn odd_tail(&mut self, offset: usize, octets: &[u8]) {
        let empty = octets.get(18..20) == Some(&[7, 0]);
        self.indent();
        self.push(b"GenericTLV TlvFinal 0x");
        push_hex(octets, &mut self.out.text);
        if empty {
            self.push(b"; /* CmtsMic (empty) */ /* CmMic and the rest */\n");
        } else {
            self.push(b"; /* CmMic and what follows */\n");
        }
        let text = if empty {
            "the CMTS MIC has no octets: a placeholder for the tool that \
             knows the secret; the end of the file is kept as it is"
        } else {
            "from the CM MIC on the file is not what encoding makes; that \
             is kept as it is"
        };
        self.note(offset, false, text.to_owned());
    }
}

/// The row that the encoder takes for the name of a setting, if that makes
/// the same code.
fn usable(tlv: &Tlv<'_>) -> Option<&'static Symbol> {
    static FIRST: OnceLock<Vec<Option<&Symbol>>> = OnceLock::new();
    let first = FIRST.get_or_init(|| {
        let first = |s: &Symbol| table::by_name(s.name.as_bytes());
        table::SYMBOLS.iter().map(first).collect()
    });
    let first = *first.get(usize::from(tlv.symbol?.row))?;
    first.filter(|first| first.code == tlv.code)
}
