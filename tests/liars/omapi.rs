//! A dhcpd whose OMAPI lies (omapi(3)).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::{for_ever, listen_at, noise, silence};

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    Silence,
    Close,
    Noise,
    /// A greeting, and silence.
    SilentAfterGreeting,
    /// A greeting of another version.
    OtherGreeting,
    /// An octet a second.
    Trickle,
    /// A value of 2^32 - 1 octets.
    HugeValue,
    /// Names without end, as long as they can be.
    Names,
    /// An operation that there is not.
    Opcode,
    /// A signature of 2^31 octets.
    HugeSignature,
    /// An authenticator without a handle.
    NoHandle,
    /// A refusal with escapes.
    Status,
    /// Answers to what nobody asked, as fast as can be.
    Others,
    /// An authenticator, then answers that nobody signed.
    Unsigned,
}

/// Starts a server at an address.
pub fn start(at: SocketAddr, lie: Lie) {
    let _ = listen_at(at, move |stream| serve(stream, lie));
}

/// The head of a message; `rid` is what it answers.
fn head(signature: u32, opcode: u32, handle: u32, rid: u32) -> Vec<u8> {
    let numbers = [0, signature, opcode, handle, 1, rid];
    numbers.iter().flat_map(|n: &u32| n.to_be_bytes()).collect()
}

fn serve(mut stream: TcpStream, lie: Lie) -> std::io::Result<()> {
    const GREETING: [u8; 8] = [0, 0, 0, 100, 0, 0, 0, 24];
    match lie {
        Lie::Silence => return silence(stream),
        Lie::Close => return Ok(()),
        Lie::Noise => {
            stream.write_all(&noise(100_000))?;
            return silence(stream);
        }
        Lie::OtherGreeting => {
            stream.write_all(&[0, 0, 0, 200, 0, 0, 0, 24])?;
            return silence(stream);
        }
        _ => stream.write_all(&GREETING)?,
    }
    let mut octets = [0; 4096];
    let _ = stream.read(&mut octets)?;
    let mut answer = match lie {
        Lie::HugeSignature => head(1 << 31, 3, 1, 1),
        Lie::Opcode => head(0, 99, 1, 1),
        Lie::NoHandle => head(0, 3, 0, 1),
        Lie::Unsigned => head(0, 3, 7, 1),
        Lie::Status => head(0, 5, 0, 1),
        Lie::Others => head(0, 3, 7, 4711),
        _ => head(0, 3, 1, 1),
    };
    match lie {
        Lie::SilentAfterGreeting => return silence(stream),
        Lie::Trickle => {
            return for_ever(stream, &[0], Duration::from_secs(1));
        }
        Lie::HugeValue => answer.extend(b"\0\x01a\xff\xff\xff\xff"),
        Lie::Names => {
            let mut name = 65535_u16.to_be_bytes().to_vec();
            name.extend(vec![b'n'; 65535]);
            name.extend(65536_u32.to_be_bytes());
            name.extend(vec![b'v'; 65536]);
            stream.write_all(&answer)?;
            return for_ever(stream, &name, Duration::ZERO);
        }
        Lie::Status => {
            answer.extend(b"\0\x06result\0\0\0\x04\0\0\0\x07");
            answer.extend(b"\0\x07message\0\0\0\x0a\x1b[2J\nhint:");
            answer.extend(b"\0\0\0\0");
        }
        _ => answer.extend(b"\0\0\0\0"),
    }
    match lie {
        Lie::Others => {
            return for_ever(stream, &answer.repeat(1000), Duration::ZERO);
        }
        Lie::Unsigned => {
            stream.write_all(&answer)?;
            let _ = stream.read(&mut octets)?;
            stream.write_all(&head(0, 3, 9, 2))?;
            stream.write_all(b"\0\0\0\0")?;
        }
        _ => stream.write_all(&answer)?,
    }
    silence(stream)
}
