//! Object names as the reference resolves them
//! (`facts/docsis-behaviour.md` section 5): labels from anywhere in the tree,
//! full paths, names below mib-2, and indexes by the table's INDEX clause.

use crate::docsis::address::c_number;
use crate::docsis::encode::fault::{Fault, repeated};
use crate::docsis::mib::{IndexPart, Mib, Node, Syntax, Tree};
use crate::docsis::near;

/// Most numbers of an object identifier (RFC 2578 section 3.5).
pub const MAX_ARCS: usize = 128;

/// OID of mib-2, under which names are tried last.
const MIB_2: [u32; 6] = [1, 3, 6, 1, 2, 1];

/// An object identifier, in place.
#[derive(Clone, Debug)]
pub struct Oid {
    /// The numbers; those after `len` mean nothing.
    arcs: [u32; MAX_ARCS],
    /// How many there are.
    len: usize,
    /// The first number that was cut to 32 bits.
    cut: Option<u64>,
}

impl Oid {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self { arcs: [0; MAX_ARCS], len: 0, cut: None }
    }

    /// The first number that did not fit 32 bits, as written.
    #[must_use]
    pub fn cut(&self) -> Option<u64> {
        self.cut
    }

    /// Its numbers.
    #[must_use]
    pub fn arcs(&self) -> &[u32] {
        &self.arcs[..self.len]
    }

    /// Appends a number, cut to 32 bits.
    fn push(&mut self, arc: u64) -> Result<(), Fault> {
        let Some(slot) = self.arcs.get_mut(self.len) else {
            let oid = "the name".into();
            return Err(Fault::Oid { oid, expected: "at most 128 numbers" });
        };
        *slot = arc as u32;
        if self.cut.is_none() && u32::try_from(arc).is_err() {
            self.cut = Some(arc);
        }
        self.len += 1;
        Ok(())
    }

    /// Becomes the identifier of a node.
    fn set(&mut self, node: Option<Node<'_>>) {
        self.len = node.map_or(0, Node::depth).min(MAX_ARCS);
        self.cut = None;
        let mut at = node;
        for slot in self.arcs[..self.len].iter_mut().rev() {
            *slot = at.map_or(0, Node::arc);
            at = at.and_then(Node::parent);
        }
    }
}

impl Default for Oid {
    fn default() -> Self {
        Self::new()
    }
}

/// Resolves an object name as in `SnmpMibObject`; gives the deepest node that
/// is known on the way. More MIBs are loaded when the name is not known.
///
/// # Errors
/// The name is not known, skips a level, or its index does not fit.
pub fn resolve<'m>(
    mib: &'m Mib,
    text: &[u8],
    oid: &mut Oid,
) -> Result<Option<Node<'m>>, Fault> {
    let found = resolve_in(mib.tree(), text, oid);
    match found {
        Err(_) if mib.may_load() => resolve_in(mib.full(), text, oid),
        _ => found,
    }
}

/// Resolves an object name that must start at the top of the tree, as in
/// `SnmpWriteControl` and values of type `ObjectID`.
///
/// # Errors
/// The name does not start at the top, or as for [`resolve`].
pub fn resolve_absolute<'m>(
    mib: &'m Mib,
    text: &[u8],
    oid: &mut Oid,
) -> Result<Option<Node<'m>>, Fault> {
    let found = absolute(mib.tree(), undotted(text)?, oid);
    match found {
        Err(_) if mib.may_load() => absolute(mib.full(), undotted(text)?, oid),
        _ => found,
    }
}

/// [`resolve`] within one tree.
fn resolve_in<'m>(
    tree: &'m Tree,
    text: &[u8],
    oid: &mut Oid,
) -> Result<Option<Node<'m>>, Fault> {
    let name = undotted(text)?;
    let (first, rest) = split(name);
    if first.first().is_some_and(u8::is_ascii_digit) {
        return absolute(tree, name, oid);
    }
    let labelled = match tree.find(first) {
        Some(node) => {
            oid.set(Some(node));
            walk(node, rest, oid)
        }
        None => Err(Fault::UnknownObject {
            label: repeated(first),
            near: Vec::new(),
        }),
    };
    let fault = match labelled {
        Ok(node) => return Ok(Some(node)),
        Err(fault) => fault,
    };
    if let Ok(node) = absolute(tree, name, oid) {
        return Ok(node);
    }
    let below =
        tree.nearest(&MIB_2).and_then(|(mib_2, _)| mib_2.child_named(first));
    if let Some(node) = below {
        oid.set(Some(node));
        if let Ok(node) = walk(node, rest, oid) {
            return Ok(Some(node));
        }
    }
    Err(fault)
}

/// Adds similar names to the fault of a name that is not known. It takes a
/// look at all names, so it is for faults that are shown.
pub(in crate::docsis) fn advised(mib: &Mib, fault: Fault) -> Fault {
    match fault {
        Fault::UnknownObject { label, .. } => {
            let near = mib.tree().close_to(label.as_bytes());
            Fault::UnknownObject { label, near }
        }
        other => other,
    }
}

/// Resolves from the top of the tree.
fn absolute<'m>(
    tree: &'m Tree,
    name: &[u8],
    oid: &mut Oid,
) -> Result<Option<Node<'m>>, Fault> {
    let (first, rest) = split(name);
    oid.set(None);
    let root = if first.first().is_some_and(u8::is_ascii_digit) {
        let arc = number(first)?;
        oid.push(arc)?;
        u32::try_from(arc).ok().and_then(|arc| tree.root(arc))
    } else {
        let label = || repeated(first);
        let root = tree.root_named(first).ok_or_else(|| Fault::Oid {
            oid: label(),
            expected: "numbers, or a path from iso, such as .1.3.6.1",
        })?;
        oid.set(Some(root));
        Some(root)
    };
    match root {
        Some(node) => walk(node, rest, oid).map(Some),
        None => plain(rest, oid).map(|()| None),
    }
}

/// Goes down from a node by labels and numbers, then through its index.
fn walk<'m>(
    mut node: Node<'m>,
    mut rest: Option<&[u8]>,
    oid: &mut Oid,
) -> Result<Node<'m>, Fault> {
    let mut has_children = node.children().next().is_some();
    while has_children && let Some(text) = rest {
        let (part, after) = split(text);
        let child = if part.first().is_some_and(u8::is_ascii_digit) {
            let arc = number(part)?;
            oid.push(arc)?;
            u32::try_from(arc).ok().and_then(|arc| node.child(arc))
        } else {
            let child = node.child_named(part);
            let child = child.ok_or_else(|| not_below(node, part))?;
            oid.push(u64::from(child.arc()))?;
            Some(child)
        };
        rest = after;
        let Some(child) = child else { break };
        node = child;
        has_children = node.children().next().is_some();
    }
    if !has_children
        && rest.is_some()
        && let Some(object) = node.object()
    {
        for part in object.index() {
            let Some(text) = rest else { break };
            rest = match index(&part, text, oid) {
                Ok(Step::On(rest)) => rest,
                Ok(Step::Stop) => break,
                Err(Refused) => return Err(bad_index(node, &part, text)),
            };
        }
    }
    plain(rest, oid)?;
    Ok(node)
}

/// The fault of a label that is not below a node.
fn not_below(node: Node<'_>, part: &[u8]) -> Fault {
    let names = node.children().map(Node::label);
    let near = near::close(part, names);
    let parent = node.label().to_string();
    Fault::NotBelow { label: repeated(part), parent, near }
}

/// The fault of an index that does not fit.
fn bad_index(node: Node<'_>, part: &IndexPart<'_>, text: &[u8]) -> Fault {
    let ranges = part.ranges_text().replace('|', " or ");
    let form = match (part.syntax, part.implied || part.fixed_size().is_some())
    {
        (Syntax::OctetString, false) => "a \"text\" or its length and octets",
        (Syntax::OctetString, true) => "a 'text' or its octets",
        (Syntax::IpAddress, _) => "an IPv4 address",
        _ if part.enumerated => "a number or name",
        _ => "a number",
    };
    let limit =
        if ranges.is_empty() { String::new() } else { format!(" ({ranges})") };
    let expected = format!("{form} for {}{limit}", part.name);
    let object = node.label().to_string();
    Fault::Index { object, part: repeated(text), expected }
}

/// An index part that does not fit; the caller knows the rest.
struct Refused;

/// How to go on after an index part.
enum Step<'t> {
    /// With what is left of the text.
    On(Option<&'t [u8]>),
    /// Without looking at the INDEX clause any more.
    Stop,
}

/// Appends one index part.
fn index<'t>(
    part: &IndexPart<'_>,
    text: &'t [u8],
    oid: &mut Oid,
) -> Result<Step<'t>, Refused> {
    use Syntax::{
        Integer, Integer32, IpAddress, NetworkAddress, OctetString, TimeTicks,
        Unsigned32,
    };
    match part.syntax {
        Integer | Integer32 | Unsigned32 | TimeTicks => {
            integer_index(part, text, oid)
        }
        IpAddress => octet_arcs(Some(text), 4, oid).map(Step::On),
        OctetString => string_index(part, text, oid),
        NetworkAddress => {
            let (kind, rest) = split(text);
            let kind = c_number(kind).ok_or(Refused)?;
            push(oid, kind)?;
            if kind != 1 {
                return plain(rest, oid)
                    .map_or(Err(Refused), |()| Ok(Step::On(None)));
            }
            octet_arcs(rest, 4, oid).map(Step::On)
        }
        _ => Ok(Step::Stop),
    }
}

/// A number within its range, or the name of a value.
fn integer_index<'t>(
    part: &IndexPart<'_>,
    text: &'t [u8],
    oid: &mut Oid,
) -> Result<Step<'t>, Refused> {
    let (item, rest) = split(text);
    let arc = if item.first().is_some_and(u8::is_ascii_digit) {
        c_number(item).ok_or(Refused)?
    } else {
        let object = part.object().filter(|_| part.enumerated);
        let value = object.and_then(|object| object.enum_value(item));
        value.ok_or(Refused)? as u64
    };
    let value = if part.syntax.is_unsigned() {
        i64::try_from(arc).unwrap_or(i64::MAX)
    } else {
        i64::from(arc as i32)
    };
    if !part.allows(value) {
        return Err(Refused);
    }
    push(oid, arc)?;
    Ok(Step::On(rest))
}

/// Up to `count` numbers below 256.
fn octet_arcs<'t>(
    mut text: Option<&'t [u8]>,
    mut count: u64,
    oid: &mut Oid,
) -> Result<Option<&'t [u8]>, Refused> {
    while count > 0
        && let Some(items) = text
    {
        let (item, rest) = split(items);
        let arc = c_number(item).filter(|arc| *arc < 256);
        push(oid, arc.ok_or(Refused)?)?;
        text = rest;
        count -= 1;
    }
    Ok(text)
}

/// A string: quoted, or as numbers.
fn string_index<'t>(
    part: &IndexPart<'_>,
    text: &'t [u8],
    oid: &mut Oid,
) -> Result<Step<'t>, Refused> {
    let fixed = part.fixed_size();
    let has_length = !part.implied && fixed.is_none();
    let (rest, len) = if let Some(quote @ (b'"' | b'\'')) = text.first() {
        if (*quote == b'"') != has_length {
            return Err(Refused);
        }
        let (inner, rest) = quoted(text, *quote)?;
        (rest, push_text(part, inner, has_length, oid)?)
    } else {
        let mut rest = Some(text);
        let mut count = fixed.map_or(u64::MAX, |size| size as u64);
        if has_length {
            let (item, after) = split(text);
            count = c_number(item).ok_or(Refused)?;
            // The reference asks for room for all octets that the count
            // announces, and one more, whether they follow or not.
            let room = MAX_ARCS.saturating_sub(oid.len + 1) as u64;
            if count >= room {
                return Err(Refused);
            }
            push(oid, count)?;
            rest = after;
        }
        let before = oid.len;
        rest = octet_arcs(rest, count, oid)?;
        (rest, oid.len - before)
    };
    if !part.allows(i64::try_from(len).unwrap_or(i64::MAX)) {
        return Err(Refused);
    }
    Ok(Step::On(rest))
}

/// Appends the octets of a quoted text, after their count where there is
/// one; gives the count.
fn push_text(
    part: &IndexPart<'_>,
    inner: &[u8],
    has_length: bool,
    oid: &mut Oid,
) -> Result<usize, Refused> {
    let mut octets = Vec::new();
    let hint = part.object().map_or("", |object| object.hint);
    let colons = hint == "1x:" && inner.contains(&b':');
    let inner = match colons
        .then(|| crate::docsis::address::mac(inner, &mut octets))
        .flatten()
    {
        Some(()) => &octets,
        None => inner,
    };
    if has_length {
        push(oid, inner.len() as u64)?;
    }
    for octet in inner {
        push(oid, u64::from(*octet))?;
    }
    Ok(inner.len())
}

/// Appends what no INDEX clause speaks of: numbers and quoted texts.
fn plain(mut text: Option<&[u8]>, oid: &mut Oid) -> Result<(), Fault> {
    while let Some(items) = text {
        let Some(quote @ (b'"' | b'\'')) = items.first() else {
            let (item, rest) = split(items);
            oid.push(number(item)?)?;
            text = rest;
            continue;
        };
        let (inner, rest) = quoted(items, *quote)
            .map_err(|Refused| Fault::Arc(repeated(items)))?;
        if *quote == b'"' {
            oid.push(inner.len() as u64)?;
        }
        inner.iter().try_for_each(|octet| oid.push(u64::from(*octet)))?;
        text = rest;
    }
    Ok(())
}

/// What stands in quotes at the start, and what follows the dot after it.
fn quoted(text: &[u8], quote: u8) -> Result<(&[u8], Option<&[u8]>), Refused> {
    let inner = &text[1..];
    let len = inner.iter().position(|c| *c == quote).ok_or(Refused)?;
    match &inner[len + 1..] {
        [] => Ok((&inner[..len], None)),
        [b'.', rest @ ..] => Ok((&inner[..len], Some(rest))),
        _ => Err(Refused),
    }
}

/// Appends a number, or refuses.
fn push(oid: &mut Oid, arc: u64) -> Result<(), Refused> {
    oid.push(arc).map_err(|_| Refused)
}

/// A number that starts with a digit.
fn number(text: &[u8]) -> Result<u64, Fault> {
    c_number(text)
        .filter(|_| text.first().is_some_and(u8::is_ascii_digit))
        .ok_or_else(|| Fault::Arc(repeated(text)))
}

/// What stands before the first dot, and what follows it.
fn split(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|c| *c == b'.') {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// A name without its leading dot; a second one is a fault.
fn undotted(text: &[u8]) -> Result<&[u8], Fault> {
    let name = text.strip_prefix(b".").unwrap_or(text);
    if name.starts_with(b".") {
        let expected = "no more than one leading dot";
        return Err(Fault::Oid { oid: repeated(text), expected });
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of a name with dots, or the message.
    fn dotted(text: &str) -> Result<String, String> {
        let mut oid = Oid::new();
        let _node = resolve(&Mib::default(), text.as_bytes(), &mut oid)
            .map_err(|fault| fault.to_string())?;
        let arcs = oid.arcs().iter().map(u32::to_string);
        Ok(arcs.collect::<Vec<_>>().join("."))
    }

    /// Checks the numbers of a name.
    fn check(text: &str, expected: &str) {
        assert_eq!(dotted(text).as_deref(), Ok(expected), "{text}");
    }

    #[test]
    fn all_forms_of_a_scalar_lead_to_one_number() {
        for text in [
            "1.3.6.1.2.1.1.4.0",
            ".1.3.6.1.2.1.1.4.0",
            "sysContact.0",
            ".sysContact.0",
            "system.sysContact.0",
            "mib-2.1.4.0",
            "mib-2.system.4.0",
            ".iso.org.dod.internet.mgmt.mib-2.system.sysContact.0",
            "iso.3.6.0x1.02.1.1.4.0",
        ] {
            check(text, "1.3.6.1.2.1.1.4.0");
        }
        check("sysContact.\"ab\".'c'", "1.3.6.1.2.1.1.4.2.97.98.99");
    }

    #[test]
    fn indexes_are_checked() {
        check("ifAdminStatus.1.2.3", "1.3.6.1.2.1.2.2.1.7.1.2.3");
        check("ipAdEntAddr.10.0.0", "1.3.6.1.2.1.4.20.1.1.10.0.0");
        check(
            "vacmAccessStatus.\"grp\".\"\".3.authPriv",
            "1.3.6.1.6.3.16.1.4.1.9.3.103.114.112.0.3.3",
        );
        check("snmpCommunityName.'c1'", "1.3.6.1.6.3.18.1.1.1.2.99.49");
        check("snmpCommunityName.99.49", "1.3.6.1.6.3.18.1.1.1.2.99.49");
        check("docsDevEvReporting.emergency", "1.3.6.1.2.1.69.1.5.7.1.2.1");
        for bad in [
            "ifAdminStatus.0",
            "ifAdminStatus.up",
            "ifAdminStatus.4294967295",
            "ifAdminStatus.1.x",
            ".1.3.6.1.2.1.2.2.1.7.0",
            "docsDevNmAccessStatus.\"1\"",
            "ipAdEntAddr.10.0.0.256",
            "vacmSecurityToGroupStatus.3.'abc'",
            "interfaces.ifAdminStatus.1",
            "..1.3.6",
            "1.3.6.08",
            "noSuchObject.0",
        ] {
            assert!(dotted(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_cut_to_32_bits() {
        check("1.3.6.1.4.1.4294967296", "1.3.6.1.4.1.0");
        check(
            "1.3.6.1.2.1.69.1.2.1.7.99999999999",
            "1.3.6.1.2.1.69.1.2.1.7.1215752191",
        );
    }

    #[test]
    fn a_path_must_start_at_the_top_where_it_is_told_to() {
        let mib = Mib::default();
        let mut oid = Oid::new();
        let ok = resolve_absolute(&mib, b".iso.org.dod.internet", &mut oid);
        assert!(ok.is_ok());
        assert_eq!(oid.arcs(), [1, 3, 6, 1]);
        for bad in ["sysContact.0", "enterprises.4491"] {
            let found = resolve_absolute(&mib, bad.as_bytes(), &mut oid);
            assert!(found.is_err(), "{bad}");
        }
    }

    #[test]
    fn too_many_numbers_are_refused() {
        let long = format!("1.3{}", ".1".repeat(126));
        assert!(dotted(&long).is_ok());
        let long = format!("1.3{}", ".1".repeat(127));
        assert!(dotted(&long).is_err());
    }
}
