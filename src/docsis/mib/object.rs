//! What MIB objects are like: syntax, ranges, names of values, INDEX clause.

use crate::docsis::mib::Node;

/// What a node that has a value is like (its OBJECT-TYPE).
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// The node.
    pub node: Node<'a>,
    /// Base syntax.
    pub syntax: Syntax,
    /// DISPLAY-HINT; empty if there is none.
    pub hint: &'a str,
    /// Textual convention, kept only for the `InetAddress…` family.
    pub convention: &'a str,
    /// Ranges or sizes as text.
    pub(in crate::docsis) ranges: &'a str,
    /// Enumeration as text.
    pub(in crate::docsis) enums: &'a str,
    /// INDEX clause as text.
    pub(in crate::docsis) index: &'a str,
}

impl<'a> Object<'a> {
    /// Allowed values (of numbers) or lengths in octets (of strings); an
    /// empty iterator means that there is no limit.
    pub fn ranges(&self) -> impl Iterator<Item = (i64, i64)> + 'a {
        parse_ranges(self.ranges, self.syntax)
    }

    /// Whether a value (or a length) lies in one of the ranges, or there are
    /// none.
    #[must_use]
    pub fn allows(&self, value: i64) -> bool {
        self.ranges.is_empty()
            || self.ranges().any(|(lo, hi)| (lo..=hi).contains(&value))
    }

    /// The ranges as written: `0..15|64..64`; empty if there are none.
    #[must_use]
    pub fn ranges_text(&self) -> &'a str {
        self.ranges
    }

    /// Whether values have names.
    #[must_use]
    pub fn is_enumerated(&self) -> bool {
        !self.enums.is_empty()
    }

    /// Names of values (of bits, for BITS), in the order of the MIB.
    pub fn enums(&self) -> impl Iterator<Item = (&'a str, i64)> + 'a {
        self.enums.split(',').filter_map(|pair| {
            let (label, value) = pair.rsplit_once('=')?;
            Some((label, value.parse().ok()?))
        })
    }

    /// Name of a value.
    #[must_use]
    pub fn enum_label(&self, value: i64) -> Option<&'a str> {
        self.enums().find(|(_, v)| *v == value).map(|(label, _)| label)
    }

    /// Value of a name.
    #[must_use]
    pub fn enum_value(&self, label: &[u8]) -> Option<i64> {
        self.enums().find(|(l, _)| l.as_bytes() == label).map(|(_, v)| v)
    }

    /// The parts of the table's INDEX; empty if it is no table column.
    pub fn index(&self) -> impl Iterator<Item = IndexPart<'a>> + 'a {
        let node = self.node;
        split_clause(self.index)
            .filter_map(move |part| IndexPart::parse(node, part))
    }
}

/// One part of an INDEX clause.
#[derive(Clone, Copy, Debug)]
pub struct IndexPart<'a> {
    /// Name of the index object.
    pub name: &'a str,
    /// Base syntax.
    pub syntax: Syntax,
    /// Whether it is IMPLIED: a string without length.
    pub implied: bool,
    /// Whether its values have names.
    pub enumerated: bool,
    /// A column of the table, to look next to.
    column: Node<'a>,
    /// Ranges or sizes as text.
    ranges: &'a str,
}

impl<'a> IndexPart<'a> {
    /// Reads `[IMPLIED ]name:SYNTAX[{enum}][(ranges)]`.
    fn parse(column: Node<'a>, text: &'a str) -> Option<Self> {
        let bare = text.strip_prefix("IMPLIED ");
        let (name, rest) = bare.unwrap_or(text).split_once(':')?;
        let (rest, ranges) = match rest.split_once('(') {
            Some((rest, ranges)) => (rest, ranges.trim_end_matches(')')),
            None => (rest, ""),
        };
        let plain = rest.strip_suffix("{enum}");
        let syntax = Syntax::parse(plain.unwrap_or(rest))?;
        let (implied, enumerated) = (bare.is_some(), plain.is_some());
        Some(Self { name, syntax, implied, enumerated, column, ranges })
    }

    /// The index object: the column of that name in the same table, else the
    /// one that the name stands for.
    #[must_use]
    pub fn object(&self) -> Option<Object<'a>> {
        let name = self.name.as_bytes();
        let tree = self.column.tree();
        self.column
            .parent()
            .and_then(|entry| entry.child_named(name))
            .or_else(|| tree.find(name))
            .and_then(Node::object)
    }

    /// Allowed values or lengths; an empty iterator means no limit.
    pub fn ranges(&self) -> impl Iterator<Item = (i64, i64)> + 'a {
        parse_ranges(self.ranges, self.syntax)
    }

    /// Whether a value or a length lies in one of the ranges, or there are
    /// none.
    #[must_use]
    pub fn allows(&self, value: i64) -> bool {
        self.ranges.is_empty()
            || self.ranges().any(|(lo, hi)| (lo..=hi).contains(&value))
    }

    /// The ranges as written; empty if there are none.
    #[must_use]
    pub fn ranges_text(&self) -> &'a str {
        self.ranges
    }

    /// The one length that its strings may have, octets.
    #[must_use]
    pub fn fixed_size(&self) -> Option<usize> {
        let mut ranges = self.ranges();
        match (self.syntax, ranges.next(), ranges.next()) {
            (Syntax::OctetString, Some((lo, hi)), None) if lo == hi => {
                usize::try_from(lo).ok()
            }
            _ => None,
        }
    }
}

/// Base syntax of an object (RFC 2578, and RFC 1155 for the old ones).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// INTEGER.
    Integer,
    /// Integer32.
    Integer32,
    /// Unsigned32.
    Unsigned32,
    /// Gauge32 (and Gauge).
    Gauge32,
    /// Counter32 (and Counter).
    Counter32,
    /// Counter64.
    Counter64,
    /// `TimeTicks`.
    TimeTicks,
    /// `IpAddress`.
    IpAddress,
    /// `NetworkAddress` of `SMIv1`.
    NetworkAddress,
    /// OBJECT IDENTIFIER.
    ObjectId,
    /// OCTET STRING.
    OctetString,
    /// BITS.
    Bits,
    /// Opaque.
    Opaque,
}

impl Syntax {
    /// Its name in MIBs.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = SYNTAXES.iter().find(|(_, syntax)| *syntax == self);
        found.map_or("", |(name, _)| name)
    }

    /// Whether its 32 bits count as unsigned.
    #[must_use]
    pub fn is_unsigned(self) -> bool {
        use Syntax::{Counter32, Gauge32, TimeTicks, Unsigned32};
        matches!(self, Unsigned32 | Gauge32 | Counter32 | TimeTicks)
    }

    /// The syntax of that name.
    pub(in crate::docsis) fn parse(name: &str) -> Option<Self> {
        SYNTAXES.iter().find(|(n, _)| *n == name).map(|(_, syntax)| *syntax)
    }
}

/// Names of syntaxes.
const SYNTAXES: [(&str, Syntax); 13] = [
    ("INTEGER", Syntax::Integer),
    ("Integer32", Syntax::Integer32),
    ("OCTET STRING", Syntax::OctetString),
    ("Unsigned32", Syntax::Unsigned32),
    ("Gauge32", Syntax::Gauge32),
    ("Counter32", Syntax::Counter32),
    ("Counter64", Syntax::Counter64),
    ("TimeTicks", Syntax::TimeTicks),
    ("IpAddress", Syntax::IpAddress),
    ("NetworkAddress", Syntax::NetworkAddress),
    ("OBJECT IDENTIFIER", Syntax::ObjectId),
    ("BITS", Syntax::Bits),
    ("Opaque", Syntax::Opaque),
];

/// Reads `lo..hi|lo..hi`. The source keeps 32 bits signed, so that -1 as the
/// upper limit of an unsigned syntax means 4294967295.
fn parse_ranges(
    text: &str,
    syntax: Syntax,
) -> impl Iterator<Item = (i64, i64)> {
    text.split('|').filter_map(move |range| {
        let (lo, hi) = range.split_once("..")?;
        let (lo, hi) = (lo.parse().ok()?, hi.parse::<i64>().ok()?);
        let wide = syntax.is_unsigned() && hi < 0;
        Some((lo, if wide { hi & 0xffff_ffff } else { hi }))
    })
}

/// Splits an INDEX clause at its commas.
pub(in crate::docsis) fn split_clause(
    text: &str,
) -> impl Iterator<Item = &str> {
    text.split(',').filter(|part| !part.is_empty())
}
