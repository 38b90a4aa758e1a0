//! What a row of the symbol table says of a setting ([`table`]).
//!
//! [`table`]: crate::docsis::table

/// [`Symbol::parent`] of a setting at the top level.
pub const TOP: u16 = u16::MAX;

/// [`Symbol::parent`] of a row that the decoder never finds, because the block
/// it names is not in the table.
pub const NOWHERE: u16 = u16::MAX - 1;

/// How the value of a setting is written and encoded
/// (`facts/docsis-behaviour.md` section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Name { … }`: a block of further settings.
    Aggregate,
    /// Number, 4 octets big endian.
    Uint,
    /// Number, 2 octets big endian.
    Ushort,
    /// Number, 1 octet.
    Uchar,
    /// Number, 3 octets big endian; its limits are never applied.
    Uint24,
    /// IPv4 address, 4 octets.
    Ip,
    /// IPv4 addresses, 4 octets each.
    IpList,
    /// IPv6 address, 16 octets.
    Ip6,
    /// IPv6 addresses, 16 octets each.
    Ip6List,
    /// IPv6 prefixes, 16 octets and the prefix length each.
    Ip6PrefixList,
    /// IPv4 or IPv6 address, 4 or 16 octets.
    IpOrIp6,
    /// IPv4 or IPv6 address after a family octet (1 or 2).
    TaggedIp,
    /// IPv4 or IPv6 address, then a port of 2 octets.
    IpPort,
    /// MAC address, 6 octets.
    Mac,
    /// MAC address and mask, 12 octets.
    MacMask,
    /// Two numbers, 2 octets each.
    DualInt,
    /// Numbers, 1 octet each.
    CharList,
    /// Numbers, 2 octets each.
    UshortList,
    /// Quoted text, its octets.
    Text,
    /// Quoted text and a NUL octet.
    TextZero,
    /// `0x…`, its octets.
    Hex,
    /// Object identifier, BER.
    Oid,
    /// Any value, encoded as nothing.
    LenZero,
    /// SNMP variable binding, BER.
    Varbind,
    /// Object identifier in BER, then 1 octet of access.
    WriteControl,
    /// MIC, made by the encoder; never a usable setting.
    Digest,
    /// Name of a file that is put in, in pieces of up to 254 octets.
    File,
    /// End of data, padding, `GenericTLV`: not a setting of its own.
    Marker,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Position in `SYMBOLS`.
    pub row: u16,
    /// Name in the text language.
    pub name: &'static str,
    /// TLV code, 1 octet.
    pub code: u8,
    /// Row of the enclosing block, [`TOP`] or [`NOWHERE`].
    pub parent: u16,
    /// Encoding of the value.
    pub kind: Kind,
    /// Least value, or octets of a text or items of a list.
    pub min: u32,
    /// Greatest value, or octets, or items; both limits 0 mean no limit.
    pub max: u32,
}

impl Symbol {
    /// The limits, if the row has any.
    #[must_use]
    pub fn limits(&self) -> Option<(u32, u32)> {
        (self.min != 0 || self.max != 0).then_some((self.min, self.max))
    }

    /// Whether a value of this kind is one quoted text.
    #[must_use]
    pub fn takes_text(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::TextZero | Kind::File)
    }
}
