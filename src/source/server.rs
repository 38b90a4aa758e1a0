//! Which kind of database server listens at a place: asked only where the
//! meant one did not answer, to call the other by its name.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::source::url::{Engine, Node};

/// How long the server has to show what it is.
const LIMIT: Duration = Duration::from_secs(2);
/// PostgreSQL's request for TLS, which no server takes for anything else
/// (PostgreSQL manual, 'Message Formats', SSLRequest).
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// The kind of server; None when it does not tell.
pub fn kind(node: &Node) -> Option<Engine> {
    let mut answer = [0_u8; 64];
    let read = match node {
        Node::Socket(path) => {
            let mut stream = UnixStream::connect(path).ok()?;
            stream.set_read_timeout(Some(LIMIT)).ok()?;
            ask(&mut stream, &mut answer)
        }
        Node::Tcp(host, port) => {
            let mut all = (host.as_str(), *port).to_socket_addrs().ok()?;
            let mut stream =
                TcpStream::connect_timeout(&all.next()?, LIMIT).ok()?;
            stream.set_read_timeout(Some(LIMIT)).ok()?;
            ask(&mut stream, &mut answer)
        }
    }?;
    of_answer(&answer[..read])
}

/// Sends the request; the length of the answer.
fn ask(stream: &mut (impl Read + Write), answer: &mut [u8]) -> Option<usize> {
    stream.write_all(&SSL_REQUEST).ok()?;
    stream.read(answer).ok()
}

/// What the first octets of an answer tell. MariaDB speaks first: length,
/// number 0, protocol version 10, or an error. Its length may be a letter: an
/// error of PostgreSQL goes on with its severity, or, in old ones, with words.
fn of_answer(answer: &[u8]) -> Option<Engine> {
    match answer {
        [b'S' | b'N']
        | [b'E', b'A'..=b'Z' | b'a'..=b'z', ..]
        | [b'E', _, _, _, _, b'S', b'A'..=b'Z', ..] => Some(Engine::Postgres),
        [_, _, 0, 0, 10 | 0xff, ..] => Some(Engine::Mysql),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_by_their_first_octets() {
        assert_eq!(of_answer(b"S"), Some(Engine::Postgres));
        assert_eq!(of_answer(b"N"), Some(Engine::Postgres));
        let greeting = b"\x5a\0\0\0\x0a5.5.5-10.11.6-MariaDB";
        assert_eq!(of_answer(greeting), Some(Engine::Mysql));
        assert_eq!(
            of_answer(b"\x45\0\0\0\xff\x6a\x04Host"),
            Some(Engine::Mysql)
        );
        let error = b"E\0\0\0\xffSFATAL\0";
        assert_eq!(of_answer(error), Some(Engine::Postgres));
        let old = of_answer(b"Eunsupported");
        assert_eq!(old, Some(Engine::Postgres));
        assert_eq!(of_answer(b"SSH-2.0"), None);
        assert_eq!(of_answer(b""), None);
    }
}
