//! One question to a DNS server over UDP (RFC 1035 section 4): enough to see
//! whether named answers, and with what.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use crate::clients::dns_message::{Broken, Reader};
use crate::system::rest;

/// What is asked for: the record type's number (RFC 1035 section 3.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Kind {
    /// An IPv4 address.
    A = 1,
    /// A name server.
    Ns = 2,
    /// Another name.
    Cname = 5,
    /// The head of a zone.
    Soa = 6,
    /// The name of an address.
    Ptr = 12,
}

/// The data of a record; names without the final dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// A name server.
    Ns(String),
    /// Another name.
    Cname(String),
    /// The head of a zone.
    Soa {
        /// The first name server.
        server: String,
        /// The mail address as a name.
        contact: String,
        /// The version.
        serial: u32,
        /// Refresh, retry, expire, minimum, in seconds.
        times: [u32; 4],
    },
    /// The name of an address.
    Ptr(String),
    /// A type that is not read here.
    Other(u16),
}

/// A record of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its name without the final dot.
    pub name: String,
    /// Its lifetime, seconds.
    pub ttl: u32,
    /// Its data.
    pub data: Data,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 0 no error, 2 server failure, 3 no such name, 5 refused, …
    pub code: u8,
    /// Whether the server is one of the zone's own.
    pub authoritative: bool,
    /// The answer section.
    pub records: Vec<Record>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The question cannot be sent, or nobody listens.
    #[error("{server} does not answer: {source}")]
    Silent {
        /// Who was asked.
        server: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// Nothing came back in time.
    #[error("{server}: no answer within {seconds} s")]
    Late {
        /// Who was asked.
        server: SocketAddr,
        /// How long it was waited for.
        seconds: f32,
    },
    /// What came back is no DNS message.
    #[error("{server} answers with something that is not a DNS message")]
    Broken {
        /// Who was asked.
        server: SocketAddr,
    },
}

/// Asks one question and waits for its answer.
pub fn ask(
    server: SocketAddr,
    name: &str,
    kind: Kind,
    timeout: Duration,
) -> Result<Answer, QueryError> {
    let _waiting = rest::waiting();
    let silent = |source: io::Error| {
        use io::ErrorKind::{TimedOut, WouldBlock};
        let seconds = timeout.as_secs_f32();
        match source.kind() {
            TimedOut | WouldBlock => QueryError::Late { server, seconds },
            _ => QueryError::Silent { server, source },
        }
    };
    let id = RandomState::new().hash_one(name) as u16;
    let question = question(id, name, kind);
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).map_err(silent)?;
    socket.connect(server).map_err(silent)?;
    socket.send(&question).map_err(silent)?;
    let end = Instant::now() + timeout;
    let mut buffer = [0; 4096];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(silent(io::ErrorKind::TimedOut.into()));
        }
        socket.set_read_timeout(Some(left)).map_err(silent)?;
        let length = socket.recv(&mut buffer).map_err(silent)?;
        // A late answer to an earlier question is not ours.
        if buffer[..length].starts_with(&id.to_be_bytes()) {
            return read(&buffer[..length])
                .ok_or(QueryError::Broken { server });
        }
    }
}

/// The message that asks (recursion desired).
fn question(id: u16, name: &str, kind: Kind) -> Vec<u8> {
    let mut out = id.to_be_bytes().to_vec();
    out.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.').filter(|label| !label.is_empty()) {
        out.push(label.len().min(63) as u8);
        out.extend(label.bytes().take(63));
    }
    out.push(0);
    out.extend((kind as u16).to_be_bytes());
    out.extend([0, 1]);
    out
}

/// Reads an answer; None: it is not one.
fn read(message: &[u8]) -> Option<Answer> {
    let (mut reader, head) = Reader::open(message).ok()?;
    if head.flags & 0x8000 == 0 {
        return None;
    }
    reader.pass_questions(head).ok()?;
    let records = (0..head.answers).map(|_| record(&mut reader).ok());
    Some(Answer {
        code: (head.flags & 15) as u8,
        authoritative: head.flags & 0x0400 != 0,
        records: records.collect::<Option<_>>()?,
    })
}

/// Reads a record.
fn record(reader: &mut Reader<'_>) -> Result<Record, Broken> {
    let mut name = String::new();
    let head = reader.record(&mut name)?;
    let data = match head.kind {
        1 => Data::A(Ipv4Addr::from(reader.array::<4>()?)),
        2 => Data::Ns(reader.target()?),
        5 => Data::Cname(reader.target()?),
        6 => Data::Soa {
            server: reader.target()?,
            contact: reader.target()?,
            serial: reader.number32()?,
            times: [
                reader.number32()?,
                reader.number32()?,
                reader.number32()?,
                reader.number32()?,
            ],
        },
        12 => Data::Ptr(reader.target()?),
        other => Data::Other(other),
    };
    reader.leave(head);
    Ok(Record { name, ttl: head.ttl, data })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer with one SOA record whose names point back.
    fn soa() -> Vec<u8> {
        let mut out = vec![0, 7, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
        out.extend(b"\x01x\x03org\0\0\x06\0\x01");
        out.extend(b"\xc0\x0c\0\x06\0\x01\0\0\0\x3c\0\x1d");
        out.extend(b"\x02n1\xc0\x0c\x01h\xc0\x0c");
        out.extend([1u32, 2, 3, 4, 5].iter().flat_map(|n| n.to_be_bytes()));
        out
    }

    #[test]
    fn an_answer_is_read() {
        let answer = read(&soa()).unwrap();
        assert!(answer.authoritative && answer.code == 0);
        let data = Data::Soa {
            server: "n1.x.org".into(),
            contact: "h.x.org".into(),
            serial: 1,
            times: [2, 3, 4, 5],
        };
        let record = Record { name: "x.org".into(), ttl: 60, data };
        assert_eq!(answer.records, [record]);
    }

    #[test]
    fn broken_messages_are_no_answers_and_do_not_hang() {
        let good = soa();
        for length in 0..good.len() {
            assert_eq!(read(&good[..length]), None, "{length}");
        }
        let mut looping = good.clone();
        let at = looping.len() - 20 - 2;
        looping[at + 1] = at as u8;
        assert_eq!(read(&looping), None);
    }

    #[test]
    fn silence_is_told_in_words() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        let wait = Duration::from_millis(50);
        let error = ask(address, "x.org", Kind::A, wait).unwrap_err();
        let words = format!("{address}: no answer within 0.05 s");
        assert_eq!(error.to_string(), words);
    }

    #[test]
    fn a_question_is_written() {
        assert_eq!(
            question(0x0102, "x.org", Kind::Soa),
            b"\x01\x02\x01\0\0\x01\0\0\0\0\0\0\x01x\x03org\0\0\x06\0\x01"
        );
    }
}
