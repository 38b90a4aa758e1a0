//! Which TFTP server really answers: a read of a real file, as a modem does
//! it (RFC 1350).

use crate::model::plain;
use crate::system::dir::{Dir, Kind};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::time::{Duration, Instant};

/// UDP port of TFTP servers.
pub const PORT: u16 = 69;
/// The file below the TFTP directory by which a node tells its peer that it
/// is about to restart dhcpd.
pub const ADVISORY: &str = "provha-restart";
/// Octets of a block (RFC 1350 section 2).
const BLOCK: usize = 512;
/// Blocks that are read at most: far more than a device's file has.
const MOST_BLOCKS: u16 = 256;
/// How long a server may take for one block before it is asked again.
const PATIENCE: Duration = Duration::from_millis(700);
/// How often a block is asked for.
const TRIES: u32 = 3;
/// How long a whole file may take: a server that sends a block just before
/// each [`PATIENCE`] ends would else hold a run, and its lock, for minutes.
const WHOLE: Duration = Duration::from_secs(5);
/// Operation codes (RFC 1350 section 5).
const RRQ: u16 = 1;
const DATA: u16 = 3;
const ACK: u16 = 4;
const ERROR: u16 = 5;

/// Why a file cannot be read from a server.
#[derive(Debug, thiserror::Error)]
pub enum TftpError {
    /// The server answers that it does not give the file.
    #[error("{server} refuses {name}: {message} (code {code})")]
    Refused {
        /// Address and port.
        server: SocketAddr,
        /// The file.
        name: String,
        /// The error code of the protocol.
        code: u16,
        /// The server's words.
        message: String,
    },
    /// No answer, or the system's own error.
    #[error("{server} does not give {name}: {source}")]
    Silent {
        /// Address and port.
        server: SocketAddr,
        /// The file.
        name: String,
        /// The system's reason.
        source: io::Error,
    },
}

/// Reads a file from a TFTP server, in octet mode.
///
/// # Errors
/// The server refuses, is silent, or the file is too long for a device.
pub fn read(server: SocketAddr, name: &str) -> Result<Vec<u8>, TftpError> {
    let transfer = Transfer { server, name };
    transfer.run().map_err(|fault| match fault {
        Fault::Refused(code, message) => {
            let name = name.to_string();
            TftpError::Refused { server, name, code, message }
        }
        Fault::Io(source) => {
            TftpError::Silent { server, name: name.to_string(), source }
        }
    })
}

/// What ended a transfer.
enum Fault {
    Refused(u16, String),
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// One read of one file.
struct Transfer<'a> {
    server: SocketAddr,
    name: &'a str,
}

impl Transfer<'_> {
    /// Asks, and acknowledges block by block.
    fn run(&self) -> Result<Vec<u8>, Fault> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let mut request = RRQ.to_be_bytes().to_vec();
        request.extend(self.name.as_bytes());
        request.extend(b"\0octet\0");
        let (mut to, mut packet) = (self.server, request);
        let mut content = Vec::new();
        let end = Instant::now() + WHOLE;
        for block in 1..=MOST_BLOCKS {
            let (from, data) = self.ask(&socket, to, &packet, block, end)?;
            to = from;
            packet = ACK.to_be_bytes().to_vec();
            packet.extend(block.to_be_bytes());
            content.extend(&data);
            if data.len() < BLOCK {
                // The server may go on waiting for it; we have everything.
                let _ = socket.send_to(&packet, to);
                return Ok(content);
            }
        }
        let error = io::Error::other("the file is longer than a device's");
        Err(error.into())
    }

    /// Sends a packet until the block comes; from where, and its content.
    fn ask(
        &self,
        socket: &UdpSocket,
        to: SocketAddr,
        packet: &[u8],
        block: u16,
        whole: Instant,
    ) -> Result<(SocketAddr, Vec<u8>), Fault> {
        for _ in 0..TRIES {
            socket.send_to(packet, to)?;
            let end = whole.min(Instant::now() + PATIENCE);
            while let Some((from, answer)) = receive(socket, end)? {
                // The first block comes from a port that the server chooses;
                // all others come from that port (RFC 1350 section 4).
                if from.ip() != self.server.ip() || (block > 1 && from != to) {
                    continue;
                }
                if let Some(data) = answered(&answer, block)? {
                    return Ok((from, data));
                }
            }
        }
        Err(io::Error::from(io::ErrorKind::TimedOut).into())
    }
}

/// The next packet before `end`.
fn receive(
    socket: &UdpSocket,
    end: Instant,
) -> io::Result<Option<(SocketAddr, Vec<u8>)>> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Ok(None);
    }
    socket.set_read_timeout(Some(left))?;
    let mut buffer = [0; BLOCK + 4];
    match socket.recv_from(&mut buffer) {
        Ok((length, from)) => Ok(Some((from, buffer[..length].to_vec()))),
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The content of the wanted block, if the packet holds it.
fn answered(packet: &[u8], block: u16) -> Result<Option<Vec<u8>>, Fault> {
    let Some((head, rest)) = packet.split_first_chunk::<4>() else {
        return Ok(None);
    };
    let operation = u16::from_be_bytes([head[0], head[1]]);
    let number = u16::from_be_bytes([head[2], head[3]]);
    match operation {
        DATA if number == block => Ok(Some(rest.to_vec())),
        ERROR => {
            let text = rest.split(|byte| *byte == 0).next().unwrap_or(rest);
            let text = plain::reason(&String::from_utf8_lossy(text));
            Err(Fault::Refused(number, text))
        }
        _ => Ok(None),
    }
}

/// A modem's binary that is there, as modems ask for it; rather one that the
/// server may give: in.tftpd(8) wants files to be readable for all.
pub fn sample(tftp_dir: &Path) -> Option<String> {
    let mut any = None;
    let dir = Dir::real(&tftp_dir.join("cm")).ok()?;
    for (file, kind) in dir.entries().ok()? {
        let Some(name) = file.to_str() else { continue };
        if kind.is_some_and(|kind| kind != Kind::File) {
            continue;
        }
        if !name.starts_with("cm-") || !name.ends_with(".cfg") {
            continue;
        }
        let name = format!("cm/{name}");
        let stat = dir.stat_quick(&file);
        if stat.is_ok_and(|stat| stat.st_mode & 0o004 != 0) {
            return Some(name);
        }
        any = Some(name);
    }
    any
}

/// The TFTP server that modems are sent to: ours while it gives a file
/// that is there, else the peer's if that one does, else ours. What is
/// said about it goes to `say`.
pub fn next_server(
    tftp_dir: &Path,
    own: Ipv4Addr,
    peer: Option<Ipv4Addr>,
    say: &mut dyn FnMut(String),
) -> Ipv4Addr {
    // Without a peer there is no choice, without a file nothing to ask for.
    let (Some(peer), Some(name)) = (peer, sample(tftp_dir)) else {
        return own;
    };
    let ask = |ip| read(SocketAddr::from((ip, PORT)), &name);
    let Err(why) = ask(own) else { return own };
    match ask(peer) {
        Ok(_) => {
            say(format!(
                "this node's TFTP server fails: {why}; modems are sent to \
                         {peer}"
            ));
            peer
        }
        Err(also) => {
            say(format!("no TFTP server answers: {why}; {also}"));
            own
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server for one transfer that loses the first of each packet.
    fn serve(content: &'static [u8]) -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut buffer = [0; 600];
            let _ = socket.recv_from(&mut buffer).unwrap();
            let (_, client) = socket.recv_from(&mut buffer).unwrap();
            let own = UdpSocket::bind("127.0.0.1:0").unwrap();
            for (i, block) in content.chunks(BLOCK).enumerate() {
                let mut packet = DATA.to_be_bytes().to_vec();
                packet.extend((i as u16 + 1).to_be_bytes());
                packet.extend(block);
                own.send_to(&packet, client).unwrap();
                let _ = own.recv_from(&mut buffer).unwrap();
            }
        });
        address
    }

    #[test]
    fn a_file_of_several_blocks_is_read_although_packets_get_lost() {
        static CONTENT: [u8; 1300] = [7; 1300];
        let server = serve(&CONTENT);
        assert_eq!(read(server, "cm/cm-1.cfg").unwrap(), CONTENT);
    }

    #[test]
    fn refusals_and_silence_are_told_apart() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let server = socket.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut buffer = [0; 600];
            let (_, client) = socket.recv_from(&mut buffer).unwrap();
            socket.send_to(b"\0\x05\0\x01no such\0", client).unwrap();
        });
        let error = read(server, "x").unwrap_err().to_string();
        assert!(error.ends_with("refuses x: no such (code 1)"), "{error}");
        let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
        let begin = Instant::now();
        let error = read(silent.local_addr().unwrap(), "x").unwrap_err();
        assert!(matches!(error, TftpError::Silent { .. }));
        assert!(begin.elapsed() < PATIENCE * (TRIES + 1));
    }

    #[test]
    fn a_server_that_drips_is_left_in_time() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let server = socket.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut buffer = [0; 600];
            let mut block = 0u16;
            while let Ok((_, client)) = socket.recv_from(&mut buffer) {
                block += 1;
                std::thread::sleep(
                    PATIENCE.checked_sub(PATIENCE / 14).unwrap(),
                );
                let mut packet = DATA.to_be_bytes().to_vec();
                packet.extend(block.to_be_bytes());
                packet.extend([7; BLOCK]);
                let _ = socket.send_to(&packet, client);
            }
        });
        let begin = Instant::now();
        let error = read(server, "cm/cm-1.cfg").unwrap_err();
        assert!(matches!(error, TftpError::Silent { .. }), "{error}");
        assert!(begin.elapsed() < WHOLE + PATIENCE * 2);
    }

    #[test]
    fn a_file_that_may_be_given_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(sample(dir.path()), None);
        std::fs::create_dir(dir.path().join("cm")).unwrap();
        let put = |name: &str, mode| {
            let path = dir.path().join(name);
            crate::system::files::replace(&path, b"x", mode).unwrap();
        };
        put("cm/cm-1.conf", 0o644);
        assert_eq!(sample(dir.path()), None);
        put("cm/cm-1.cfg", 0o640);
        assert_eq!(sample(dir.path()).as_deref(), Some("cm/cm-1.cfg"));
        put("cm/cm-2.cfg", 0o644);
        assert_eq!(sample(dir.path()).as_deref(), Some("cm/cm-2.cfg"));
    }

    #[test]
    fn without_a_choice_nobody_is_asked() {
        let dir = tempfile::tempdir().unwrap();
        let own = Ipv4Addr::new(192, 0, 2, 1);
        let mut say = |text: String| panic!("{text}");
        assert_eq!(next_server(dir.path(), own, None, &mut say), own);
        let peer = Some(Ipv4Addr::new(192, 0, 2, 2));
        assert_eq!(next_server(dir.path(), own, peer, &mut say), own);
    }
}
