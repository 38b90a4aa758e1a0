//! One question to a time server: NTP (RFC 5905) or the 32-bit time of RFC
//! 868 over UDP.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

/// How often a question is put: datagrams get lost, and xinetd drops those
/// that come in the moment after an answer.
const TRIES: u32 = 3;

/// What an NTP server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NtpAnswer {
    /// 3: the server's clock is not set.
    pub leap: u8,
    /// The distance from a reference clock; 0: none known.
    pub stratum: u8,
    /// The server's time, seconds since 1900.
    pub seconds: u32,
    /// And its fraction, in units of 2⁻³² s.
    pub fraction: u32,
}

/// Asks an NTP server (port 123).
pub fn ntp(server: SocketAddr, timeout: Duration) -> io::Result<NtpAnswer> {
    let mut question = [0; 48];
    // Version 4, mode 3 (client).
    question[0] = 4 << 3 | 3;
    // What comes back as the origin; any value that a stray packet has not.
    let mark = u64::from(std::process::id()) << 32 | 0x7072_6f76;
    question[40..48].copy_from_slice(&mark.to_be_bytes());
    let mut answer = [0; 48];
    let length = exchange(server, &question, &mut answer, timeout)?;
    read_ntp(&answer[..length], mark).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, "this is not an NTP answer")
    })
}

/// Reads an NTP answer to the question with this mark.
fn read_ntp(answer: &[u8], mark: u64) -> Option<NtpAnswer> {
    let mode = answer.first()? & 7;
    if answer.len() < 48 || mode != 4 || answer[24..32] != mark.to_be_bytes() {
        return None;
    }
    let number =
        |at: usize| answer[at..at + 4].try_into().map(u32::from_be_bytes);
    Some(NtpAnswer {
        leap: answer[0] >> 6,
        stratum: answer[1],
        seconds: number(40).ok()?,
        fraction: number(44).ok()?,
    })
}

/// Asks an RFC 868 server (port 37): its time, seconds since 1900.
pub fn rfc868(server: SocketAddr, timeout: Duration) -> io::Result<u32> {
    let mut answer = [0; 8];
    let length = exchange(server, &[], &mut answer, timeout)?;
    let four: Option<[u8; 4]> = answer[..length].try_into().ok();
    four.map(u32::from_be_bytes).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, "this is not a time")
    })
}

/// Sends a datagram and waits for the one that comes back; again after
/// `timeout`, [`TRIES`] times in all.
fn exchange(
    server: SocketAddr,
    question: &[u8],
    answer: &mut [u8],
    timeout: Duration,
) -> io::Result<usize> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any)?;
    socket.connect(server)?;
    socket.set_read_timeout(Some(timeout))?;
    for _ in 1..TRIES {
        let _ = socket.send(question)?;
        match socket.recv(answer) {
            Err(error) if is_silence(&error) => {}
            result => return result,
        }
    }
    let _ = socket.send(question)?;
    socket.recv(answer).map_err(|error| match is_silence(&error) {
        true => {
            let seconds = (timeout * TRIES).as_secs_f32();
            let text = format!("no answer within {seconds} s");
            io::Error::new(io::ErrorKind::TimedOut, text)
        }
        false => error,
    })
}

/// Whether the time was up; the kind differs between systems.
fn is_silence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_question_is_put_again() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            let mut buffer = [0; 8];
            let _ = server.recv_from(&mut buffer).unwrap();
            let (_, client) = server.recv_from(&mut buffer).unwrap();
            let _ = server.send_to(&[0, 0, 0, 7], client).unwrap();
        });
        let got = rfc868(address, Duration::from_millis(200)).unwrap();
        assert_eq!(got, 7);
        thread.join().unwrap();
    }

    #[test]
    fn silence_is_told_in_words() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        let error = rfc868(address, Duration::from_millis(50)).unwrap_err();
        assert_eq!(error.to_string(), "no answer within 0.15 s");
    }

    #[test]
    fn only_an_answer_to_our_question_counts() {
        let mut answer = [0; 48];
        answer[0] = 4 << 3 | 4;
        answer[1] = 10;
        answer[24..32].copy_from_slice(&7u64.to_be_bytes());
        answer[43] = 9;
        let expected =
            NtpAnswer { leap: 0, stratum: 10, seconds: 9, fraction: 0 };
        assert_eq!(read_ntp(&answer, 7), Some(expected));
        assert_eq!(read_ntp(&answer, 8), None);
        assert_eq!(read_ntp(&answer[..47], 7), None);
        assert_eq!(read_ntp(&[], 7), None);
    }
}
