//! Variable bindings and object identifiers in BER, read, and compared with
//! what the encoder would write for them.

/// Longest object identifier that is read, numbers (RFC 2578 3.5).
const MAX_ARCS: usize = 128;

/// Tag of an OBJECT IDENTIFIER.
pub(in crate::docsis) const OID_TAG: u8 = 0x06;

/// Object identifier, its numbers in a fixed place.
#[derive(Clone, Copy, Debug)]
pub(in crate::docsis) struct Arcs {
    /// The numbers.
    numbers: [u32; MAX_ARCS],
    /// How many of them.
    len: usize,
}

impl PartialEq for Arcs {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Arcs {
    /// Reads the content octets of an OBJECT IDENTIFIER; `None` if a number
    /// does not fit 32 bits, is not minimal or is cut off.
    pub fn read(content: &[u8]) -> Option<Self> {
        let mut arcs = Self { numbers: [0; MAX_ARCS], len: 0 };
        let (mut number, mut begun) = (0_u32, false);
        for octet in content {
            if !begun && *octet == 0x80 || number >> 25 != 0 {
                return None;
            }
            number = number << 7 | u32::from(octet & 0x7f);
            begun = octet & 0x80 != 0;
            if !begun {
                arcs.push_subidentifier(number)?;
                number = 0;
            }
        }
        (!begun && arcs.len > 0).then_some(arcs)
    }

    /// Appends a sub-identifier; the first one stands for two numbers.
    fn push_subidentifier(&mut self, number: u32) -> Option<()> {
        if self.len > 0 {
            return self.push(number);
        }
        let first = (number / 40).min(2);
        self.push(first)?;
        self.push(number - first * 40)
    }

    /// Appends a number.
    fn push(&mut self, number: u32) -> Option<()> {
        *self.numbers.get_mut(self.len)? = number;
        self.len += 1;
        Some(())
    }

    /// The numbers.
    pub fn as_slice(&self) -> &[u32] {
        &self.numbers[..self.len]
    }
}

/// A variable binding (RFC 3416 section 3).
#[derive(Clone, Copy, Debug)]
pub(in crate::docsis) struct Varbind<'a> {
    /// What is set.
    pub oid: Arcs,
    /// Tag of the value.
    pub tag: u8,
    /// Content octets of the value.
    pub value: &'a [u8],
}

impl<'a> Varbind<'a> {
    /// Reads one that fills `octets`, in BER or in the reference's one-octet
    /// length above 127.
    pub fn read(octets: &'a [u8]) -> Option<Self> {
        let body = sequence(octets)?;
        let (tag, oid, rest) = element(body)?;
        if tag != OID_TAG {
            return None;
        }
        let (tag, value, rest) = element(rest)?;
        if !rest.is_empty() {
            return None;
        }
        Some(Self { oid: Arcs::read(oid)?, tag, value })
    }

    /// Whether `octets` is what the encoder writes for this
    /// (`facts/docsis-behaviour.md` section 5); the value is taken as it is.
    pub fn is_canonical(&self, octets: &[u8]) -> bool {
        let Some(oid_at) = header(octets) else { return false };
        let body = &octets[oid_at..];
        let Some((_, oid, rest)) = element(body) else { return false };
        let wide = self.tag == STRING_TAG
            && self.value.len() + self.oid.len + 8 >= 127;
        let header_fits =
            if wide { octets.starts_with(&[0x30, 0x82]) } else { oid_at == 2 };
        let oid_header = body.len() - rest.len() - oid.len();
        let value_header = rest.len() - self.value.len();
        header_fits
            && oid_header == length_octets(oid.len()) + 1
            && value_header == length_octets(self.value.len()) + 1
    }
}

/// Tag of an OCTET STRING.
pub(in crate::docsis) const STRING_TAG: u8 = 0x04;

/// Octets that the encoder uses for a length.
fn length_octets(length: usize) -> usize {
    match length {
        0..=127 => 1,
        128..=255 => 2,
        _ => 3,
    }
}

/// Octets of the header of a SEQUENCE that fills the octets. A long form wins over
/// the reference's one octet above 127, which an OBJECT IDENTIFIER follows and
/// which therefore cannot be taken for one.
fn header(octets: &[u8]) -> Option<usize> {
    let (len, content) = match octets {
        [0x30, 0x82, hi, lo, ..] => {
            (4, usize::from(u16::from_be_bytes([*hi, *lo])))
        }
        [0x30, 0x81, length, ..] => (3, usize::from(*length)),
        _ => (0, 0),
    };
    if len > 0 && octets.len() == len + content {
        return Some(len);
    }
    let [0x30, length, ..] = octets else { return None };
    let content = usize::from(*length);
    (octets.len() == 2 + content).then_some(2)
}

/// The content of a SEQUENCE that fills the octets.
fn sequence(octets: &[u8]) -> Option<&[u8]> {
    header(octets).map(|header| &octets[header..])
}

/// Splits tag, content and the rest off.
fn element(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, rest) = match octets {
        [tag, length @ 0..=0x7f, rest @ ..] => {
            (*tag, usize::from(*length), rest)
        }
        [tag, 0x81, length, rest @ ..] => (*tag, usize::from(*length), rest),
        [tag, 0x82, hi, lo, rest @ ..] => {
            (*tag, usize::from(u16::from_be_bytes([*hi, *lo])), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// Reads an OBJECT IDENTIFIER with its header from the front, if it is
/// written as the encoder does, and what follows it.
pub(in crate::docsis) fn oid(octets: &[u8]) -> Option<(Arcs, &[u8])> {
    let (tag, content, rest) = element(octets)?;
    let header = octets.len() - content.len() - rest.len();
    let usual = tag == OID_TAG && header == length_octets(content.len()) + 1;
    let arcs = Arcs::read(content)?;
    usual.then_some((arcs, rest))
}

/// The number in the content of an INTEGER, if it is minimal and fits 32
/// bits.
pub(in crate::docsis) fn signed(content: &[u8]) -> Option<i32> {
    let minimal = match content {
        [0, next, ..] => next & 0x80 != 0,
        [0xff, next, ..] => next & 0x80 == 0,
        [] => false,
        _ => true,
    };
    if !minimal || content.len() > 4 {
        return None;
    }
    let sign = if content[0] & 0x80 == 0 { 0 } else { -1 };
    Some(content.iter().fold(sign, |n, octet| n << 8 | i32::from(*octet)))
}

/// The number in the content of a Gauge32, Counter32 or `TimeTicks`, if it is
/// minimal and fits 32 bits.
pub(in crate::docsis) fn unsigned(content: &[u8]) -> Option<u32> {
    let digits = match content {
        [0] => content,
        [0, rest @ ..] if rest[0] & 0x80 != 0 => rest,
        [first, ..] if (1..0x80).contains(first) => content,
        _ => return None,
    };
    let number =
        digits.iter().fold(0_u64, |n, octet| n << 8 | u64::from(*octet));
    (digits.len() <= 4).then_some(number as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_identifiers_are_read() {
        let arcs = Arcs::read(&[0x2b, 6, 1, 0x84, 0x3b]);
        assert_eq!(arcs.expect("good").as_slice(), [1, 3, 6, 1, 571]);
        let arcs = Arcs::read(&[0x88, 0x37]).expect("good");
        assert_eq!(arcs.as_slice(), [2, 999]);
        assert_eq!(Arcs::read(&[0x2b, 0x80, 1]), None);
        assert_eq!(Arcs::read(&[0x2b, 0x81]), None);
        assert_eq!(Arcs::read(&[]), None);
        let greatest = [0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f];
        let arcs = Arcs::read(&greatest).expect("good");
        assert_eq!(arcs.as_slice(), [1, 3, u32::MAX]);
        assert_eq!(Arcs::read(&[0x2b, 0x90, 0x80, 0x80, 0x80, 0]), None);
    }

    #[test]
    fn numbers_are_minimal() {
        assert_eq!(signed(&[0x80]), Some(-128));
        assert_eq!(signed(&[0, 0x80]), Some(128));
        assert_eq!(signed(&[0, 0x7f]), None);
        assert_eq!(signed(&[0x7f, 0xff, 0xff, 0xff]), Some(i32::MAX));
        assert_eq!(signed(&[]), None);
        assert_eq!(unsigned(&[0]), Some(0));
        assert_eq!(unsigned(&[0, 0xff, 0xff, 0xff, 0xff]), Some(u32::MAX));
        assert_eq!(unsigned(&[0, 1]), None);
        assert_eq!(unsigned(&[0x80]), None);
    }

    #[test]
    fn what_the_encoder_would_write_otherwise_is_told_apart() {
        let usual = [0x30, 8, 6, 3, 0x2b, 6, 1, 2, 1, 5];
        let varbind = Varbind::read(&usual).expect("good");
        assert_eq!((varbind.tag, varbind.value), (2, &[5][..]));
        assert!(varbind.is_canonical(&usual));
        let long = [0x30, 0x81, 8, 6, 3, 0x2b, 6, 1, 2, 1, 5];
        let varbind = Varbind::read(&long).expect("readable");
        assert!(!varbind.is_canonical(&long));
        assert!(Varbind::read(&usual[..9]).is_none());
    }
}
