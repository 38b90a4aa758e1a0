//! A whole zone by zone transfer (RFC 5936), record by record.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::clients::dns_message::{Broken, Reader, RecordHead};

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

impl From<Broken> for AxfrError {
    fn from(Broken(why): Broken) -> Self {
        Self::Broken(why)
    }
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
    let (mut reader, head) = Reader::open(message)?;
    if head.flags & 15 != 0 {
        return Err(AxfrError::Refused((head.flags & 15) as u8));
    }
    if head.answers == 0 {
        return Err(AxfrError::Broken("a message without records"));
    }
    reader.pass_questions(head)?;
    let mut owner = String::new();
    let mut starts = 0;
    for _ in 0..head.answers {
        let record = reader.record(&mut owner)?;
        owner.make_ascii_lowercase();
        let rdata = rdata(&mut reader, record)?;
        reader.leave(record);
        starts += usize::from(matches!(rdata, Rdata::Start(_)));
        visit(&owner, rdata);
    }
    Ok(starts)
}

/// The data of a record.
fn rdata(
    reader: &mut Reader<'_>,
    record: RecordHead,
) -> Result<Rdata, AxfrError> {
    let name = |reader: &mut Reader<'_>| {
        reader.target().map(|name| name.to_ascii_lowercase())
    };
    let address = |size| {
        let fits = record.length == size;
        fits.then_some(()).ok_or(AxfrError::Broken("an address"))
    };
    Ok(match record.kind {
        1 => {
            address(4)?;
            Rdata::Address(reader.array::<4>()?.into())
        }
        2 => Rdata::Server(name(reader)?),
        5 => Rdata::Alias(name(reader)?),
        6 => Rdata::Start(name(reader)?),
        12 => Rdata::Pointer(name(reader)?),
        16 => Rdata::Text(strings(reader.take(record.length)?)),
        28 => {
            address(16)?;
            Rdata::Address6(reader.array::<16>()?.into())
        }
        49 => Rdata::Dhcid,
        // RRSIG, NSEC, DNSKEY, NSEC3, NSEC3PARAM.
        46..=48 | 50 | 51 => Rdata::Signature,
        _ => Rdata::Other,
    })
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
