//! DNS and TFTP servers that lie, and the TCP side of DNS.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use super::{for_ever, listen_at, noise, silence};

/// What a DNS server does over UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dns {
    /// Answers as the zones' own server.
    Truth,
    Silence,
    Noise,
    /// The head of a message only.
    Truncated,
    /// A name that leads to itself.
    Loop,
    /// A name that leads behind the end.
    Beyond,
    /// 65535 records are announced, one comes.
    Many,
    /// Data of 65535 octets are announced.
    LongData,
    /// Each code that is no success, in turn.
    Refused,
    /// Answers to other questions, as fast as can be.
    Others,
    /// A label of a kind that there is not.
    OddLabel,
    /// A question instead of an answer.
    Question,
    /// Names with escapes, line feeds and commands for nsupdate.
    Escapes,
}

/// What a DNS server does in a zone transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axfr {
    Silence,
    Close,
    Noise,
    /// A message without an octet, again and again.
    Nothing,
    /// An octet a second.
    Trickle,
    /// Records for ever.
    Flood,
    /// The longest names for ever, each record another.
    LongNames,
    /// A name that leads to itself.
    Loop,
    /// A refusal.
    Refused,
    /// It says 65535 octets and ends after ten.
    Truncated,
    /// An address of 300 octets.
    LongAddress,
    /// Names that are commands for nsupdate, and the end.
    Escapes,
}

/// Starts a name server on both protocols at an address.
pub fn dns(at: SocketAddr, udp: Dns, tcp: Axfr) {
    let socket = UdpSocket::bind(at).unwrap();
    drop(std::thread::spawn(move || {
        let mut octets = [0; 4096];
        let mut turn = 0_u8;
        while let Ok((length, from)) = socket.recv_from(&mut octets) {
            turn = turn.wrapping_add(1);
            let answer = answer(&octets[..length], udp, turn);
            let times = if udp == Dns::Others { 20_000 } else { 1 };
            for _ in 0..times {
                let _ = socket.send_to(&answer, from);
            }
        }
    }));
    let _ = listen_at(at, move |stream| transfer(stream, tcp));
}

/// The answer to a question.
fn answer(asked: &[u8], lie: Dns, turn: u8) -> Vec<u8> {
    if lie == Dns::Silence || asked.len() < 17 {
        return Vec::new();
    }
    if lie == Dns::Noise {
        return [&asked[..2], &noise(500)].concat();
    }
    let kind = asked[asked.len() - 3];
    let mut out = asked.to_vec();
    (out[2], out[3]) = (0x85, 0);
    out[7] = 1;
    let name: &[u8] = match lie {
        Dns::Loop => &[0xc0, asked.len() as u8],
        Dns::Beyond => b"\xff\xff",
        Dns::OddLabel => b"\x81a\0",
        _ => b"\xc0\x0c",
    };
    match lie {
        Dns::Truncated => out.truncate(12),
        Dns::Refused => out[3] = 1 + turn % 15,
        Dns::Others => out[0] ^= 0x55,
        Dns::Question => out[2] = 0,
        Dns::Many => (out[6], out[7]) = (255, 255),
        _ => {}
    }
    if lie == Dns::Truncated {
        return out;
    }
    out.extend(name);
    out.extend([0, kind, 0, 1, 0, 0, 0, 60]);
    let data = data(kind, lie);
    match lie {
        Dns::LongData => out.extend([255, 255]),
        _ => out.extend((data.len() as u16).to_be_bytes()),
    }
    out.extend(data);
    out
}

/// A name with what must not reach nsupdate or a terminal.
const ODD: &[u8] =
    b"\x20a\nsend\nserver 6.6.6.6\n\x1b[2J;\"\xe2\x80\xaebcdefg\0";

/// The data of a record of a kind.
fn data(kind: u8, lie: Dns) -> Vec<u8> {
    let name: &[u8] = match lie {
        Dns::Escapes => ODD,
        _ => b"\x05nms01\x04prov\x07example\x03net\0",
    };
    match kind {
        1 => vec![127, 0, 0, 1],
        6 => {
            let mut out = [name, name].concat();
            out.extend(
                [1_u32, 2, 3, 4, 5].iter().flat_map(|n| n.to_be_bytes()),
            );
            out
        }
        _ => name.to_vec(),
    }
}

/// One record: an owner, a kind, data.
fn record(owner: &[u8], kind: u8, data: &[u8]) -> Vec<u8> {
    let mut out = owner.to_vec();
    out.extend([0, kind, 0, 1, 0, 0, 0, 60]);
    out.extend((data.len() as u16).to_be_bytes());
    out.extend(data);
    out
}

/// A message of a transfer with its length before it.
fn message(records: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0, 1, 0x84, 0, 0, 0];
    out.extend((records.len() as u16).to_be_bytes());
    out.extend([0; 4]);
    out.extend(records.concat());
    let mut all = (out.len() as u16).to_be_bytes().to_vec();
    all.extend(out);
    all
}

fn transfer(mut stream: TcpStream, lie: Axfr) -> std::io::Result<()> {
    let mut octets = [0; 4096];
    let _ = stream.read(&mut octets)?;
    let start = record(b"\0", 6, &data(6, Dns::Truth));
    match lie {
        Axfr::Silence => return silence(stream),
        Axfr::Close => return Ok(()),
        Axfr::Noise => stream.write_all(&noise(100_000))?,
        Axfr::Nothing => {
            return for_ever(stream, &[0, 0], Duration::ZERO);
        }
        Axfr::Trickle => {
            stream.write_all(&message(&[start]))?;
            return for_ever(stream, &[0], Duration::from_secs(1));
        }
        Axfr::Flood => {
            stream.write_all(&message(&[start]))?;
            let one = record(b"\x01a\0", 1, &[1, 2, 3, 4]);
            let many = message(&vec![one; 3000]);
            return for_ever(stream, &many, Duration::ZERO);
        }
        Axfr::LongNames => {
            stream.write_all(&message(&[start]))?;
            let label = [&[63_u8][..], &[0xff; 63]].concat();
            let name = [&label.repeat(3)[..], &[0]].concat();
            let one = record(&name, 12, &name);
            let many = message(&vec![one; 150]);
            return for_ever(stream, &many, Duration::ZERO);
        }
        Axfr::Loop => {
            let one = record(b"\xc0\x0c", 1, &[1, 2, 3, 4]);
            stream.write_all(&message(&[one]))?;
        }
        Axfr::Refused => {
            let mut all = message(&[start]);
            all[5] = 5;
            stream.write_all(&all)?;
        }
        Axfr::Truncated => {
            return stream.write_all(&[255, 255, 0, 1, 0x84, 0, 0, 0, 9, 9]);
        }
        Axfr::LongAddress => {
            let one = record(b"\x01a\0", 1, &[7; 300]);
            stream.write_all(&message(&[start, one]))?;
        }
        Axfr::Escapes => {
            let prov = b"\x04prov\x07example\x03net\0";
            let owner = [&ODD[..ODD.len() - 1], prov].concat();
            let one = record(&owner, 1, &[1, 2, 3, 4]);
            let two = record(&owner, 5, &owner);
            stream.write_all(&message(&[start.clone(), one, two, start]))?;
        }
    }
    silence(stream)
}

/// What a TFTP server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tftp {
    Silence,
    Noise,
    /// A whole block each 0.65 s.
    Slow,
    /// Whole blocks for ever.
    Endless,
    /// Blocks whose numbers are wrong.
    WrongNumber,
    /// Each error code, with escapes.
    Error,
    /// An error without words.
    ShortError,
    /// An octet.
    Short,
    /// The first block again and again.
    Again,
    /// Blocks of 60000 octets.
    Large,
    /// An operation that nobody knows, as fast as can be.
    Others,
}

/// Starts a TFTP server at an address; where it listens.
pub fn tftp(at: SocketAddr, lie: Tftp) -> SocketAddr {
    let socket = UdpSocket::bind(at).unwrap();
    let here = socket.local_addr().unwrap();
    drop(std::thread::spawn(move || {
        let mut octets = [0; 4096];
        let mut turn = 0_u16;
        while let Ok((length, from)) = socket.recv_from(&mut octets) {
            turn = turn.wrapping_add(1);
            let next = match octets[..length] {
                [0, 4, high, low, ..] => {
                    u16::from_be_bytes([high, low]).wrapping_add(1)
                }
                _ => 1,
            };
            let block = |number: u16, size: usize| {
                let mut out = vec![0, 3];
                out.extend(number.to_be_bytes());
                out.resize(4 + size, b'x');
                out
            };
            let answer = match lie {
                Tftp::Silence => continue,
                Tftp::Noise => noise(400),
                Tftp::Slow => {
                    std::thread::sleep(Duration::from_millis(650));
                    block(next, 512)
                }
                Tftp::Endless => block(next, 512),
                Tftp::WrongNumber => block(next.wrapping_add(7), 512),
                Tftp::Error => {
                    let mut out = vec![0, 5, 0, turn as u8];
                    out.extend(b"\x1b[2J\x07\xe2\x80\xae".repeat(50));
                    out.push(0);
                    out
                }
                Tftp::ShortError => vec![0, 5],
                Tftp::Short => vec![0],
                Tftp::Again => block(1, 512),
                Tftp::Large => block(next, 60_000),
                Tftp::Others => vec![0, 9, 0, 1],
            };
            let times = if lie == Tftp::Others { 20_000 } else { 1 };
            for _ in 0..times {
                let _ = socket.send_to(&answer, from);
            }
        }
    }));
    here
}
