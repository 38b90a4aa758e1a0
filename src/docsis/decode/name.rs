//! Object identifiers as text: the name that the reference prints, with the
//! parts of a table index in readable form, as long as that text means the
//! same object identifier when it is read again.

use std::collections::HashMap;

use crate::docsis::decode::ber::Arcs;
use crate::docsis::decode::text::{push_number, push_numeric};
use crate::docsis::encode::lex_value::{Tag, match_value};
use crate::docsis::mib::oid::Oid;
use crate::docsis::mib::{IndexPart, Mib, Node, Object, Syntax, Tree, oid};

/// How an object identifier came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::docsis) enum Shown {
    /// As label and index, or as numbers: names of values may follow.
    Short,
    /// As the labels from the root on, because the last label alone means
    /// something else: the reference gives no name of the value then.
    Full,
}

/// What is known of a name that was written.
#[derive(Clone, Copy, Debug)]
pub(in crate::docsis) struct Named<'m> {
    /// How it came out.
    pub shown: Shown,
    /// The object it belongs to.
    pub object: Option<Object<'m>>,
}

/// Names that were written before. They are kept from the second file on:
/// for one file alone it would not pay.
#[derive(Debug, Default)]
pub(in crate::docsis) struct Names<'m> {
    /// By their numbers.
    kept: HashMap<Box<[u32]>, Kept<'m>>,
    /// Whether one file is done.
    later: bool,
}

/// A name that was written before: the text, and what is known; `None` where
/// no text means that object identifier.
type Kept<'m> = (Box<[u8]>, Option<Named<'m>>);

/// Most names that are kept.
const MAX_NAMES: usize = 4096;

impl<'m> Names<'m> {
    /// Appends the text for an object identifier. `None`, with nothing
    /// appended, if there is none that means it.
    pub fn write(
        &mut self,
        mib: &'m Mib,
        oid: &Arcs,
        numeric: bool,
        out: &mut Vec<u8>,
    ) -> Option<Named<'m>> {
        if let Some((text, named)) = self.kept.get(oid.as_slice()) {
            out.extend_from_slice(text);
            return *named;
        }
        let naming = if numeric {
            Naming::within(mib, mib.tree(), oid)
        } else {
            Naming::new(mib, oid)
        };
        let (start, object) = (out.len(), naming.object());
        let shown = naming.write(numeric, out);
        let named = shown.map(|shown| Named { shown, object });
        if self.later {
            if self.kept.len() >= MAX_NAMES {
                self.kept.clear();
            }
            let _replaced = self
                .kept
                .insert(oid.as_slice().into(), (out[start..].into(), named));
        }
        named
    }

    /// Goes on to another file.
    pub fn next_file(&mut self) {
        self.later = true;
    }
}

/// A name that is to be written: what it stands for and what is known of it.
pub(in crate::docsis) struct Naming<'m, 'n> {
    /// The names.
    mib: &'m Mib,
    /// The numbers.
    arcs: &'n [u32],
    /// The last node on the way to it that is printed by label, and the
    /// numbers that lead to it.
    known: Option<(Node<'m>, usize)>,
    /// The object it belongs to, if it is an instance of one.
    object: Option<Object<'m>>,
}

impl<'m, 'n> Naming<'m, 'n> {
    /// Looks the object identifier up; more names are loaded only if it is
    /// not known.
    pub fn new(mib: &'m Mib, arcs: &'n Arcs) -> Self {
        let naming = Self::within(mib, mib.tree(), arcs);
        if naming.object.is_none() && mib.may_load() {
            return Self::within(mib, mib.full(), arcs);
        }
        naming
    }

    /// Looks it up in one tree.
    pub fn within(mib: &'m Mib, tree: &'m Tree, arcs: &'n Arcs) -> Self {
        let arcs = arcs.as_slice();
        let nearest = tree.nearest(arcs);
        let object = nearest.and_then(|(node, _)| node.object());
        let known = nearest.and_then(|(node, used)| printed(node, used));
        Self { mib, arcs, known, object }
    }

    /// The object it belongs to.
    pub fn object(&self) -> Option<Object<'m>> {
        self.object
    }

    /// Appends the text. `None`, with nothing appended, if no text means this
    /// object identifier.
    pub fn write(&self, numeric: bool, out: &mut Vec<u8>) -> Option<Shown> {
        if !numeric && let Some(shown) = self.write_name(out) {
            return Some(shown);
        }
        let start = out.len();
        push_numeric(self.arcs, out);
        if self.index_is_plain() || self.means_same(&out[start..]) {
            return Some(Shown::Short);
        }
        out.truncate(start);
        None
    }

    /// Whether the numbers, written as a text, are read as the same.
    pub fn is_readable(&self) -> bool {
        self.index_is_plain() || {
            let mut text = Vec::new();
            push_numeric(self.arcs, &mut text);
            self.means_same(&text)
        }
    }

    /// Appends label and index, or all labels and the index.
    fn write_name(&self, out: &mut Vec<u8>) -> Option<Shown> {
        let (node, used) = self.known?;
        let start = out.len();
        let label = node.label().as_bytes();
        if used < self.arcs.len() && is_writable(label) && node.resolves() {
            out.extend_from_slice(label);
            if self.write_rest(used, out) || self.means_same(&out[start..]) {
                return Some(Shown::Short);
            }
            out.truncate(start);
        }
        write_path(node, out);
        let _sure = self.write_rest(used, out);
        if self.means_same(&out[start..]) {
            return Some(Shown::Full);
        }
        out.truncate(start);
        None
    }

    /// Appends a dot and what follows the known node, if anything does; tells
    /// whether that is sure to be read as the same.
    fn write_rest(&self, used: usize, out: &mut Vec<u8>) -> bool {
        let rest = &self.arcs[used..];
        if rest.is_empty() {
            return false;
        }
        out.push(b'.');
        let object = self.object.as_ref();
        write_index(object.filter(|o| o.node.depth() == used), rest, out)
    }

    /// Whether what follows the object is either free or numbers that its
    /// INDEX allows, so that the numeric text is sure to mean the same.
    fn index_is_plain(&self) -> bool {
        let Some(object) = &self.object else { return true };
        let mut rest = self.arcs[object.node.depth()..].iter();
        rest.len() > 0
            && object
                .index()
                .all(|part| rest.next().is_none_or(|arc| is_plain(&part, *arc)))
    }

    /// Whether reading the text gives this object identifier.
    fn means_same(&self, text: &[u8]) -> bool {
        let mut oid = Oid::new();
        match_value(text) == Some((Tag::Oid, text.len()))
            && oid::resolve(self.mib, text, &mut oid).is_ok()
            && oid.arcs() == self.arcs
    }
}

/// The node itself, or the nearest one above it, that is printed by label.
fn printed(node: Node<'_>, used: usize) -> Option<(Node<'_>, usize)> {
    if node.is_printed() {
        return Some((node, used));
    }
    printed(node.parent()?, used - 1)
}

/// Whether the text language can write a label. Some MIBs have others, such
/// as `bgp#`.
fn is_writable(label: &[u8]) -> bool {
    label.iter().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(c))
}

/// Whether a number in an index is printed as it is and allowed there.
fn is_plain(part: &IndexPart<'_>, arc: u32) -> bool {
    is_number(part.syntax) && !part.enumerated && part.allows(arc.into())
}

/// Whether an index part of this syntax takes one number.
fn is_number(syntax: Syntax) -> bool {
    use Syntax::{
        Counter32, Gauge32, Integer, Integer32, TimeTicks, Unsigned32,
    };
    matches!(
        syntax,
        Integer | Integer32 | Unsigned32 | Gauge32 | Counter32 | TimeTicks
    )
}

/// Appends `.iso.org…`: a dot and the labels down to a node.
fn write_path(node: Node<'_>, out: &mut Vec<u8>) {
    if let Some(parent) = node.parent() {
        write_path(parent, out);
    }
    out.push(b'.');
    if node.is_printed() {
        out.extend_from_slice(node.label().as_bytes());
    } else {
        push_number(node.arc(), out);
    }
}

/// Appends what follows an object: the parts of the INDEX as far as they can
/// be read, then numbers. Tells whether all of it are numbers that are allowed
/// there, which are sure to be read as the same.
fn write_index(
    object: Option<&Object<'_>>,
    rest: &[u32],
    out: &mut Vec<u8>,
) -> bool {
    let (mut left, mut sure, mut before) = (rest, true, None);
    for part in object.into_iter().flat_map(Object::index) {
        let [first, more @ ..] = left else { return sure };
        if is_plain(&part, *first) {
            push_number(*first, out);
            left = more;
        } else {
            sure = false;
            let Some(after) = write_part(&part, before, left, out) else {
                break;
            };
            left = after;
        }
        if !left.is_empty() {
            out.push(b'.');
        }
        before = Some(*first);
    }
    push_dotted(left, out);
    sure
}

/// Appends one part of an index and gives what is left; `None` if the numbers
/// do not make one. `before`: the first number of the part before.
fn write_part<'n>(
    part: &IndexPart<'_>,
    before: Option<u32>,
    left: &'n [u32],
    out: &mut Vec<u8>,
) -> Option<&'n [u32]> {
    match part.syntax {
        Syntax::OctetString => write_string(part, before, left, out),
        Syntax::IpAddress => {
            let (address, rest) = left.split_at_checked(4)?;
            push_dotted(address, out);
            Some(rest)
        }
        Syntax::NetworkAddress => {
            let ([1, address @ ..], rest) = left.split_at_checked(5)? else {
                return None;
            };
            out.extend_from_slice(b"1.");
            push_dotted(address, out);
            Some(rest)
        }
        Syntax::ObjectId => write_object_id(part, left, out),
        syntax if is_number(syntax) => {
            let (arc, rest) = left.split_first()?;
            write_number(part, *arc, out);
            Some(rest)
        }
        _ => None,
    }
}

/// Appends a number of an index, or its name.
fn write_number(part: &IndexPart<'_>, arc: u32, out: &mut Vec<u8>) {
    let object = if part.enumerated { part.object() } else { None };
    let label = object.and_then(|o| o.enum_label(i64::from(arc as i32)));
    match label {
        Some(label) => out.extend_from_slice(label.as_bytes()),
        None => push_number(arc, out),
    }
}

/// Appends an object identifier in an index, in numbers.
fn write_object_id<'n>(
    part: &IndexPart<'_>,
    left: &'n [u32],
    out: &mut Vec<u8>,
) -> Option<&'n [u32]> {
    let count = if part.implied {
        left.len()
    } else {
        usize::try_from(*left.first()?).ok()?.checked_add(1)?
    };
    let (arcs, rest) = left.split_at_checked(count)?;
    push_dotted(arcs, out);
    Some(rest)
}

/// Appends a string of an index: `'…'` without a length before it, `"…"` with
/// one, addresses written as such.
fn write_string<'n>(
    part: &IndexPart<'_>,
    before: Option<u32>,
    left: &'n [u32],
    out: &mut Vec<u8>,
) -> Option<&'n [u32]> {
    if part.implied {
        push_quoted(left, b'\'', out);
        return Some(&[]);
    }
    if let Some(size) = part.fixed_size() {
        let (octets, rest) = left.split_at_checked(size)?;
        push_quoted(octets, b'\'', out);
        return Some(rest);
    }
    let (length, rest) = left.split_first()?;
    let (octets, rest) = rest.split_at_checked(*length as usize)?;
    let convention = part.object().map_or("", |object| object.convention);
    if octets.is_empty() {
        out.extend_from_slice(b"\"\"");
    } else if convention != "InetAddress"
        || push_address(before, octets, out).is_none()
    {
        push_quoted(octets, b'"', out);
    }
    Some(rest)
}

/// Appends an address of the type in the number before it (INET-ADDRESS-MIB:
/// 1 IPv4, 2 IPv6, 3 and 4 the same with a zone).
fn push_address(
    kind: Option<u32>,
    octets: &[u32],
    out: &mut Vec<u8>,
) -> Option<()> {
    let (size, zoned) = match kind? {
        1 => (4, false),
        2 => (16, false),
        3 => (4, true),
        4 => (16, true),
        _ => return None,
    };
    let fits = octets.len() == size + if zoned { 4 } else { 0 };
    if !fits || octets.iter().any(|octet| *octet > 255) {
        return None;
    }
    let (address, zone) = octets.split_at(size);
    out.push(b'"');
    if size == 4 {
        push_dotted(address, out);
    } else {
        for (at, octet) in address.iter().enumerate() {
            out.extend((at > 0).then_some(b':'));
            out.extend_from_slice(format!("{octet:02x}").as_bytes());
        }
    }
    if zoned {
        out.push(b'%');
        push_number(zone.iter().fold(0, |n, octet| n << 8 | octet), out);
    }
    out.push(b'"');
    Some(())
}

/// Appends characters in quotes, a dot for what is no printable one; nothing
/// at all for none.
fn push_quoted(octets: &[u32], quote: u8, out: &mut Vec<u8>) {
    if octets.is_empty() {
        return;
    }
    out.push(quote);
    out.extend(octets.iter().map(|octet| {
        let printable = (0x20..=0x7e).contains(octet);
        if printable { *octet as u8 } else { b'.' }
    }));
    out.push(quote);
}

/// Appends numbers with dots between them.
fn push_dotted(arcs: &[u32], out: &mut Vec<u8>) {
    for (at, arc) in arcs.iter().enumerate() {
        out.extend((at > 0).then_some(b'.'));
        push_number(*arc, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of a name, given as the numbers of an object identifier.
    fn text(arcs: &[u32], numeric: bool) -> String {
        let mut content = vec![(arcs[0] * 40 + arcs[1]) as u8];
        content.extend(arcs[2..].iter().map(|arc| *arc as u8));
        let arcs = Arcs::read(&content).expect("small numbers");
        let (mib, mut out) = (Mib::default(), Vec::new());
        let mut names = Names::default();
        let named = names.write(&mib, &arcs, numeric, &mut out);
        assert_eq!(named.is_some(), !out.is_empty());
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn names_are_as_short_as_they_can_be() {
        let contact = [1, 3, 6, 1, 2, 1, 1, 4, 0];
        assert_eq!(text(&contact, false), "sysContact.0");
        assert_eq!(text(&contact, true), ".1.3.6.1.2.1.1.4.0");
        let path = ".iso.org.dod.internet.mgmt.mib-2.system.sysContact";
        assert_eq!(text(&contact[..8], false), path);
    }

    #[test]
    fn indexes_are_readable() {
        let status = [1, 3, 6, 1, 6, 3, 16, 1, 4, 1, 9, 1, 97, 0, 3, 1];
        let expected = "vacmAccessStatus.\"a\".\"\".3.noAuthNoPriv";
        assert_eq!(text(&status, false), expected);
        let community = [1, 3, 6, 1, 6, 3, 18, 1, 1, 1, 2, 99, 49];
        assert_eq!(text(&community, false), "snmpCommunityName.'c1'");
    }

    #[test]
    fn labels_that_cannot_be_written_give_numbers() {
        let notification = [1, 3, 6, 1, 2, 1, 15, 0, 69, 1];
        assert_eq!(text(&notification, false), ".1.3.6.1.2.1.15.0.69.1");
    }

    #[test]
    fn an_index_that_no_text_can_set_has_no_name() {
        let zero = [1, 3, 6, 1, 2, 1, 2, 2, 1, 7, 0];
        assert_eq!(text(&zero, false), "");
        assert_eq!(text(&zero, true), "");
    }

    #[test]
    fn names_are_the_same_from_the_second_file_on() {
        let (mib, mut names) = (Mib::default(), Names::default());
        let arcs = Arcs::read(&[0x2b, 6, 1, 2, 1, 1, 5, 0]).expect("good");
        for _ in 0..3 {
            let mut out = Vec::new();
            let named = names.write(&mib, &arcs, false, &mut out);
            assert!(named.is_some_and(|named| named.object.is_some()));
            assert_eq!(out, b"sysName.0");
            names.next_file();
        }
    }
}
