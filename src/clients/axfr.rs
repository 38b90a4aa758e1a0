//! A whole zone by zone transfer (RFC 5936), record by record.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::clients::dns::push_label;

/// The data of a record, as far as it matters here. Names are in lower case,
/// without the final dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rdata {
    /// A.
    Address(Ipv4Addr),
    /// AAAA.
    Address6(Ipv6Addr),
    /// CNAME.
    Alias(String),
    /// PTR.
    Pointer(String),
    /// NS.
    Server(String),
    /// SOA; the primary's name.
    Start(String),
    /// TXT; its strings in one.
    Text(Vec<u8>),
    /// DHCID (RFC 4701).
    Dhcid,
    /// What signs a zone (RFC 4034, RFC 5155): it may stand beside any other.
    Signature,
    /// Any other type.
    Other,
}

impl Rdata {
    /// How long its text is.
    fn octets(&self) -> usize {
        match self {
            Self::Alias(name)
            | Self::Pointer(name)
            | Self::Server(name)
            | Self::Start(name) => name.len(),
            Self::Text(text) => text.len(),
            _ => 0,
        }
    }
}

/// Why a zone was not transferred.
#[derive(Debug, thiserror::Error)]
pub enum AxfrError {
    /// The connection failed or went silent.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The server refused; RFC 1035 section 4.1.1, RCODE.
    #[error("it answers {}", rcode(*.0))]
    Refused(u8),
    /// The answer is no zone.
    #[error("its answer is broken: {0}")]
    Broken(&'static str),
}

/// The usual name of a response code.
fn rcode(number: u8) -> String {
    match number {
        2 => "SERVFAIL".into(),
        3 => "NXDOMAIN".into(),
        5 => "REFUSED: does allow-transfer hold 127.0.0.1?".into(),
        9 => "NOTAUTH: it does not serve the zone".into(),
        number => format!("RCODE {number}"),
    }
}

/// Octets of a name, each of at most 255 (RFC 1035 section 3.1) written as
/// `\\DDD`.
const MOST_NAME: usize = 4 * 255;
/// Octets that the records of a zone may take in memory: room for the names of
/// 1.3 million devices. A server that sends records for ever is left.
const MOST_ZONE: usize = 160 << 20;
/// What a record takes beside its names, octets.
const RECORD: usize = 24;

/// Visits every record of a zone with its owner, within `timeout`.
///
/// # Errors
/// The server is not there, silent, refuses, or sends no zone.
pub fn transfer(
    server: SocketAddr,
    zone: &str,
    timeout: Duration,
    visit: &mut dyn FnMut(&str, Rdata),
) -> Result<(), AxfrError> {
    let end = Instant::now() + timeout;
    let connect = timeout.min(Duration::from_secs(2));
    let mut stream = TcpStream::connect_timeout(&server, connect)?;
    stream.set_write_timeout(Some(timeout))?;
    stream.write_all(&query(zone))?;
    let mut message = Vec::new();
    let (mut starts, mut size) = (0, 0);
    while starts < 2 {
        receive(&stream, end, &mut message)?;
        let mut counted = |owner: &str, rdata: Rdata| {
            size += RECORD + owner.len() + rdata.octets();
            visit(owner, rdata);
        };
        starts += records(&message, &mut counted)?;
        if size > MOST_ZONE {
            return Err(AxfrError::Broken("more records than devices have"));
        }
    }
    Ok(())
}

/// The question with its length before it.
fn query(zone: &str) -> Vec<u8> {
    // Id 1, no flags, one question.
    let mut out = vec![0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in zone.split('.') {
        out.push(label.len() as u8);
        out.extend(label.as_bytes());
    }
    // End of the name, type AXFR, class IN.
    out.extend([0, 0, 252, 0, 1]);
    let length = (out.len() - 2) as u16;
    out[..2].copy_from_slice(&length.to_be_bytes());
    out
}

/// Reads one message into `message`.
fn receive(
    stream: &TcpStream,
    end: Instant,
    message: &mut Vec<u8>,
) -> io::Result<()> {
    let mut length = [0; 2];
    fill(stream, end, &mut length)?;
    message.resize(usize::from(u16::from_be_bytes(length)), 0);
    fill(stream, end, message)
}

/// Fills the buffer before `end`, however slowly the octets come.
fn fill(
    mut stream: &TcpStream,
    end: Instant,
    mut buffer: &mut [u8],
) -> io::Result<()> {
    while !buffer.is_empty() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => buffer = &mut buffer[count..],
            Err(e) if e.kind() == io::ErrorKind::Interrupted => (),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Visits the answers of a message; how many of them were SOA.
fn records(
    message: &[u8],
    visit: &mut dyn FnMut(&str, Rdata),
) -> Result<usize, AxfrError> {
    let mut reader = Reader { message, at: 0 };
    let head = reader.take(12)?;
    if head[3] & 15 != 0 {
        return Err(AxfrError::Refused(head[3] & 15));
    }
    let questions = u16::from_be_bytes([head[4], head[5]]);
    let answers = u16::from_be_bytes([head[6], head[7]]);
    if answers == 0 {
        return Err(AxfrError::Broken("a message without records"));
    }
    let mut owner = String::new();
    for _ in 0..questions {
        reader.name(&mut owner)?;
        reader.take(4)?;
    }
    let mut starts = 0;
    for _ in 0..answers {
        reader.name(&mut owner)?;
        let rdata = reader.rdata()?;
        starts += usize::from(matches!(rdata, Rdata::Start(_)));
        visit(&owner, rdata);
    }
    Ok(starts)
}

/// A place in a message.
struct Reader<'a> {
    message: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next `count` octets.
    fn take(&mut self, count: usize) -> Result<&'a [u8], AxfrError> {
        let piece = self.message.get(self.at..self.at + count);
        self.at += count;
        piece.ok_or(AxfrError::Broken("it ends too early"))
    }

    /// A name, decompressed (RFC 1035 section 4.1.4), in lower case; octets
    /// that are no letters, digits, `-` or `_` as `\DDD`.
    fn name(&mut self, out: &mut String) -> Result<(), AxfrError> {
        out.clear();
        let mut at = self.at;
        let mut jumped = false;
        // A name has at most 127 labels; more jumps are a loop.
        for _ in 0..256 {
            let octet = |at: usize| {
                let octet = self.message.get(at).copied();
                octet.ok_or(AxfrError::Broken("a name ends too early"))
            };
            let length = octet(at)?;
            at += 1;
            match length {
                0 => {
                    if !jumped {
                        self.at = at;
                    }
                    out.make_ascii_lowercase();
                    return Ok(());
                }
                1..=63 => {
                    let label = self.message.get(at..at + length as usize);
                    let label = label
                        .ok_or(AxfrError::Broken("a label ends too early"))?;
                    push_label(out, label);
                    if out.len() > MOST_NAME {
                        return Err(AxfrError::Broken("a name is too long"));
                    }
                    at += length as usize;
                }
                192.. => {
                    let low = octet(at)?;
                    if !jumped {
                        self.at = at + 1;
                    }
                    jumped = true;
                    at = usize::from(length & 63) << 8 | usize::from(low);
                }
                _ => return Err(AxfrError::Broken("a label of unknown kind")),
            }
        }
        Err(AxfrError::Broken("a name that never ends"))
    }

    /// A name that is data.
    fn target(&mut self) -> Result<String, AxfrError> {
        let mut name = String::new();
        self.name(&mut name)?;
        Ok(name)
    }

    /// Type, class, TTL and data of a record.
    fn rdata(&mut self) -> Result<Rdata, AxfrError> {
        let head = self.take(10)?;
        let kind = u16::from_be_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_be_bytes([head[8], head[9]]));
        let end = self.at + length;
        let rdata = match kind {
            1 => {
                let octets: [u8; 4] = self
                    .take(length)?
                    .try_into()
                    .map_err(|_| AxfrError::Broken("an address"))?;
                Rdata::Address(octets.into())
            }
            2 => Rdata::Server(self.target()?),
            5 => Rdata::Alias(self.target()?),
            6 => Rdata::Start(self.target()?),
            12 => Rdata::Pointer(self.target()?),
            16 => Rdata::Text(strings(self.take(length)?)),
            28 => {
                let octets: [u8; 16] = self
                    .take(length)?
                    .try_into()
                    .map_err(|_| AxfrError::Broken("an address"))?;
                Rdata::Address6(octets.into())
            }
            49 => Rdata::Dhcid,
            // RRSIG, NSEC, DNSKEY, NSEC3, NSEC3PARAM.
            46..=48 | 50 | 51 => Rdata::Signature,
            _ => Rdata::Other,
        };
        if end > self.message.len() {
            return Err(AxfrError::Broken("a record ends too early"));
        }
        self.at = end;
        Ok(rdata)
    }
}

/// The character strings of a TXT record in one.
fn strings(mut rdata: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some((length, rest)) = rdata.split_first() {
        let length = usize::from(*length).min(rest.len());
        out.extend(&rest[..length]);
        rdata = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message with a SOA, an A record whose owner is compressed, and a TXT.
    fn message() -> Vec<u8> {
        let mut out = vec![0, 1, 0x84, 0, 0, 0, 0, 3, 0, 0, 0, 0];
        out.extend(b"\x04Zone\x04test\x00\x00\x06\x00\x01\x00\x00\x00\x00");
        out.extend(b"\x00\x18\xc0\x0c\x00");
        out.extend([0; 21]);
        out.extend(b"\x04cm-1\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x09");
        out.extend(b"\x00\x04\x0a\x00\x00\x05");
        out.extend(b"\x02a \xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x09");
        out.extend(b"\x00\x05\x01x\x02yz");
        out
    }

    fn read(message: &[u8]) -> Result<Vec<(String, Rdata)>, AxfrError> {
        let mut out = Vec::new();
        records(message, &mut |owner, rdata| {
            out.push((owner.to_string(), rdata));
        })?;
        Ok(out)
    }

    #[test]
    fn records_are_read_with_compressed_names() {
        let got = read(&message()).unwrap();
        let expected = [
            ("zone.test", Rdata::Start("zone.test".into())),
            ("cm-1.zone.test", Rdata::Address([10, 0, 0, 5].into())),
            ("a\\032.zone.test", Rdata::Text(b"xyz".to_vec())),
        ];
        let expected = expected.map(|(owner, rdata)| (owner.into(), rdata));
        assert_eq!(got, expected);
    }

    #[test]
    fn a_refusal_names_its_reason() {
        let mut refused = message();
        refused[3] = 5;
        let error = read(&refused).unwrap_err().to_string();
        assert!(error.contains("allow-transfer"), "{error}");
    }

    #[test]
    fn broken_messages_are_errors_and_end() {
        let good = message();
        for end in 0..good.len() {
            assert!(read(&good[..end]).is_err(), "{end}");
        }
        for at in 0..good.len() {
            for value in [0, 1, 63, 64, 192, 255] {
                let mut bad = good.clone();
                bad[at] = value;
                let _ = read(&bad);
            }
        }
        // A pointer to itself.
        let looped = b"\0\x01\x84\0\0\0\0\x01\0\0\0\0\xc0\x0c\0\x01";
        assert!(read(looped).is_err());
    }

    #[test]
    fn a_server_that_sends_records_for_ever_is_left() {
        let listener =
            std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let server = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // One name of 250 octets, which thousands of records point to.
            let mut name = Vec::new();
            for _ in 0..4 {
                name.push(62);
                name.extend([b'x'; 62]);
            }
            name.push(0);
            let mut message = vec![0, 1, 0x84, 0, 0, 0];
            let count: u16 = 4000;
            message.extend(count.to_be_bytes());
            message.extend([0; 4]);
            message.extend(&name);
            message.extend(b"\0\x01\0\x01\0\0\0\x09\0\x04\x0a\0\0\x05");
            for _ in 1..count {
                message.extend(b"\xc0\x0c\0\x01\0\x01");
                message.extend(b"\0\0\0\x09\0\x04\x0a\0\0\x05");
            }
            let length = (message.len() as u16).to_be_bytes();
            let whole = [length.as_slice(), &message].concat();
            while stream.write_all(&whole).is_ok() {}
        });
        let mut records = 0;
        let wait = Duration::from_secs(60);
        let ended = transfer(server, "z", wait, &mut |_, _| records += 1);
        assert!(matches!(ended, Err(AxfrError::Broken(_))), "{ended:?}");
        assert!(records > 100_000, "{records}");
    }

    #[test]
    fn a_silent_server_is_left_in_time() {
        let listener =
            std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let begin = Instant::now();
        let error = transfer(
            listener.local_addr().unwrap(),
            "zone.test",
            Duration::from_millis(300),
            &mut |_, _| (),
        );
        assert!(matches!(error, Err(AxfrError::Io(_))));
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
}
