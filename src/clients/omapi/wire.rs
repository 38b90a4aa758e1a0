//! OMAPI messages on the wire (omapi(3), facts/dhcp-failover.md section 3).

use std::io::{self, Read};

use crate::clients::omapi::sign::Key;

/// What each side sends first: protocol version 100, header of 24 octets.
pub const GREETING: [u8; 8] = [0, 0, 0, 100, 0, 0, 0, 24];
/// Octets of a message header.
const HEADER: usize = 24;
/// No value of a failover or lease object is longer; more is garbage.
const MAX_VALUE: usize = 1 << 16;
/// No more names than this in one list; more is garbage.
const MAX_NAMES: usize = 256;

/// What a message asks or answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Opcode {
    /// Look an object up.
    Open = 1,
    /// Send the object again.
    Refresh = 2,
    /// Change an object; as an answer: done, here it is.
    Update = 3,
    /// Something changed.
    Notify = 4,
    /// A refusal, with a code and words.
    Status = 5,
    /// Remove an object.
    Delete = 6,
}

impl Opcode {
    fn read(number: u32) -> Option<Self> {
        Some(match number {
            1 => Self::Open,
            2 => Self::Refresh,
            3 => Self::Update,
            4 => Self::Notify,
            5 => Self::Status,
            6 => Self::Delete,
            _ => return None,
        })
    }
}

/// Names with their values, in order.
pub type Values = Vec<(String, Vec<u8>)>;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The authenticator's handle; 0: not signed.
    pub authid: u32,
    /// What it is.
    pub opcode: Opcode,
    /// The object's handle; 0: none yet.
    pub handle: u32,
    /// The sender's number of this message.
    pub tid: u32,
    /// The number of the message that this one answers; 0: none.
    pub rid: u32,
    /// Values about the message.
    pub message: Values,
    /// Values of the object.
    pub object: Values,
}

impl Message {
    /// The octets to send, signed if there is a key.
    pub fn encode(&self, key: Option<&Key>) -> Vec<u8> {
        let length = key.map_or(0, Key::signature_len);
        let mut out = Vec::with_capacity(256);
        let numbers = [
            self.authid,
            length as u32,
            self.opcode as u32,
            self.handle,
            self.tid,
            self.rid,
        ];
        for number in numbers {
            out.extend(number.to_be_bytes());
        }
        put(&mut out, &self.message);
        put(&mut out, &self.object);
        if let Some(key) = key {
            let signature = key.sign(&out[4..]);
            out.extend(signature);
        }
        out
    }

    /// The value of the object, or else of the message, under this name.
    pub fn value(&self, name: &str) -> Option<&[u8]> {
        let mut all = self.object.iter().chain(&self.message);
        all.find(|(n, _)| n == name).map(|(_, value)| value.as_slice())
    }

    /// The same as a number of at most four octets.
    pub fn number(&self, name: &str) -> Option<u32> {
        let value = self.value(name)?;
        let fits = (1..=4).contains(&value.len());
        fits.then(|| value.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
    }

    /// The same as text.
    pub fn text(&self, name: &str) -> Option<String> {
        Some(String::from_utf8_lossy(self.value(name)?).into_owned())
    }
}

/// Appends a list and its end.
fn put(out: &mut Vec<u8>, values: &Values) {
    for (name, value) in values {
        out.extend((name.len() as u16).to_be_bytes());
        out.extend(name.as_bytes());
        out.extend((value.len() as u32).to_be_bytes());
        out.extend(value);
    }
    out.extend([0, 0]);
}

/// A message as it was received.
pub struct Received {
    /// The message.
    pub message: Message,
    /// The octets that a signature covers.
    pub signed: Vec<u8>,
    /// The signature; empty: none.
    pub signature: Vec<u8>,
}

/// Reads one message.
///
/// # Errors
/// What the stream says; `InvalidData` for what is no OMAPI message.
pub fn read(stream: &mut dyn Read) -> io::Result<Received> {
    let mut reader = Reader { stream, octets: Vec::new() };
    reader.take(HEADER)?;
    let field = |i: usize| {
        let mut octets = [0; 4];
        octets.copy_from_slice(&reader.octets[i * 4..i * 4 + 4]);
        u32::from_be_bytes(octets)
    };
    let (authid, length) = (field(0), field(1) as usize);
    let opcode = Opcode::read(field(2)).ok_or_else(|| bad("opcode"))?;
    let (handle, tid, rid) = (field(3), field(4), field(5));
    if length > 64 {
        return Err(bad("signature length"));
    }
    let message = reader.values()?;
    let object = reader.values()?;
    let signed = reader.octets[4..].to_vec();
    let signature = reader.take(length)?.to_vec();
    let message = Message { authid, opcode, handle, tid, rid, message, object };
    Ok(Received { message, signed, signature })
}

/// Reads pieces and keeps all octets for the signature.
struct Reader<'a> {
    stream: &'a mut dyn Read,
    octets: Vec<u8>,
}

impl Reader<'_> {
    /// The next `count` octets.
    fn take(&mut self, count: usize) -> io::Result<&[u8]> {
        let begin = self.octets.len();
        self.octets.resize(begin + count, 0);
        self.stream.read_exact(&mut self.octets[begin..])?;
        Ok(&self.octets[begin..])
    }

    /// A list up to its end.
    fn values(&mut self) -> io::Result<Values> {
        let mut out = Values::new();
        loop {
            let length = self.take(2)?;
            let length =
                usize::from(u16::from_be_bytes([length[0], length[1]]));
            if length == 0 {
                return Ok(out);
            }
            let name = String::from_utf8_lossy(self.take(length)?).into_owned();
            let octets = self.take(4)?;
            let length = u32::from_be_bytes([
                octets[0], octets[1], octets[2], octets[3],
            ]) as usize;
            if length > MAX_VALUE || out.len() >= MAX_NAMES {
                return Err(bad("length"));
            }
            out.push((name, self.take(length)?.to_vec()));
        }
    }
}

/// The error for what is no OMAPI message.
fn bad(what: &str) -> io::Error {
    let text = format!("no OMAPI message: {what}");
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::dhcp::OmapiKey;

    fn message() -> Message {
        Message {
            authid: 7,
            opcode: Opcode::Open,
            handle: 0,
            tid: 9,
            rid: 0,
            message: vec![("type".into(), b"failover-state".to_vec())],
            object: vec![("name".into(), b"dhcpd-failover".to_vec())],
        }
    }

    #[test]
    fn what_is_written_is_read_and_its_signature_verifies() {
        let key = Key::new(&OmapiKey {
            name: "k".into(),
            algorithm: "hmac-sha256".into(),
            secret: "c2VjcmV0".into(),
        })
        .unwrap();
        let octets = message().encode(Some(&key));
        let got = read(&mut octets.as_slice()).unwrap();
        assert_eq!(got.message, message());
        assert!(key.verifies(&got.signed, &got.signature));
        assert_eq!(got.message.text("type").unwrap(), "failover-state");
        let plain = message().encode(None);
        assert!(read(&mut plain.as_slice()).unwrap().signature.is_empty());
    }

    #[test]
    fn garbage_is_an_error_and_takes_no_memory() {
        let octets = message().encode(None);
        for end in 0..octets.len() {
            assert!(read(&mut &octets[..end]).is_err());
        }
        for at in 0..octets.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut octets = octets.clone();
                octets[at] = value;
                let _ = read(&mut octets.as_slice());
            }
        }
        assert!(read(&mut [0xff; 4096].as_slice()).is_err());
    }
}
