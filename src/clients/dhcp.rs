//! One question to our dhcpd, as a relay agent asks it for a device
//! (RFC 2131, RFC 3011): whether it offers an address, which only a dhcpd
//! that serves does.
//!
//! dhcpd reads what passes its interfaces, not what comes over the loopback.
//! So the question leaves by the interface of an own address, as a multicast
//! that nobody has joined and no router passes on. Its relay address is
//! 127.0.0.1: to that dhcpd answers on port 68, and nothing of the answer
//! leaves the machine.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use dhcproto::v4::{DhcpOption, Flags, Message, MessageType, Opcode};

use crate::clients::relay::{
    CLIENT, NOBODY, SERVER, encoded, exchange, offer_of,
};

/// How long to wait before the question is put again.
const AGAIN: Duration = Duration::from_millis(500);

/// A device that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its hardware address.
    pub mac: [u8; 6],
    /// What it says that it is: option 60.
    pub class: &'static str,
    /// The address that it holds.
    pub net: Ipv4Addr,
}

/// Asks for an address for a device; the one that is offered. `own` is an
/// address of an interface that dhcpd listens on.
///
/// # Errors
/// `TimedOut`: no offer came. Others: this machine cannot ask.
pub fn offer(
    own: Ipv4Addr,
    device: &Device,
    patience: Duration,
) -> io::Result<Ipv4Addr> {
    let answers = UdpSocket::bind((Ipv4Addr::LOCALHOST, CLIENT))?;
    let socket = UdpSocket::bind((own, 0))?;
    socket.set_multicast_ttl_v4(1)?;
    let (packet, number) = discover(device)?;
    let server = SocketAddr::from((NOBODY, SERVER));
    exchange(&socket, &answers, (&packet, server), (AGAIN, patience), |bytes| {
        offered(bytes, number)
    })
}

/// The message of the device as a relay agent passes it on, and its number.
fn discover(device: &Device) -> io::Result<(Vec<u8>, u32)> {
    let mut message = Message::default();
    let number = message.xid();
    let _ = message
        .set_opcode(Opcode::BootRequest)
        .set_flags(Flags::default())
        // It has waited for so long that either of a pair answers it.
        .set_secs(u16::MAX)
        .set_hops(1)
        .set_giaddr(Ipv4Addr::LOCALHOST)
        // It holds the address: without that dhcpd 4.4.3 ends the lease of a
        // client that its pool does not permit any more.
        .set_ciaddr(device.net)
        .set_chaddr(&device.mac);
    let options = message.opts_mut();
    for option in [
        DhcpOption::MessageType(MessageType::Discover),
        DhcpOption::ClassIdentifier(device.class.as_bytes().to_vec()),
        DhcpOption::SubnetSelection(device.net),
    ] {
        let _ = options.insert(option);
    }
    Ok((encoded(&message)?, number))
}

/// The address that a message offers; None: it does not, or it is the answer
/// to another question.
fn offered(bytes: &[u8], number: u32) -> Option<Ipv4Addr> {
    offer_of(bytes, number).map(|message| message.yiaddr())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_holds_what_a_relay_agent_sends() {
        let device = Device {
            mac: [0, 0x1a, 0x2b, 0x10, 0, 0x94],
            class: "docsis3.0",
            net: Ipv4Addr::new(10, 16, 0, 1),
        };
        let (bytes, number) = discover(&device).unwrap();
        assert_eq!(bytes[..4], [1, 1, 6, 1]);
        assert_eq!(bytes[4..8], number.to_be_bytes());
        assert_eq!(bytes[24..28], [127, 0, 0, 1]);
        assert_eq!(bytes[28..34], device.mac);
        let has = |part: &[u8]| bytes.windows(part.len()).any(|w| w == part);
        assert!(has(&[53, 1, 1]) && has(&[118, 4, 10, 16, 0, 1]));
        assert!(has(b"\x3c\x09docsis3.0"));
        assert_eq!(offered(&bytes, number), None);
        assert_eq!(offered(b"", number), None);
    }
}
