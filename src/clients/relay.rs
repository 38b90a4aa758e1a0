//! A DISCOVER as a relay agent passes it on for a device that has a lease, or
//! a fixed address: the offer changes nothing. dhcpd 4.4.3 notes no offer in
//! its lease file, and to a device with a lease it offers that lease.
//!
//! dhcpd answers a relay agent on UDP port 67 of the agent's address, or on
//! port 68 where that is 127.0.0.1, and never on another one: whoever asks
//! must be allowed to bind them. Our dhcpd is asked as in
//! [`crate::clients::dhcp`], the peer's by a datagram from this node.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use dhcproto::v4::relay::{RelayAgentInformation, RelayInfo};
use dhcproto::v4::{
    Decodable, DhcpOption, Encodable, Flags, Message, MessageType, Opcode,
    OptionCode,
};
use dhcproto::{Decoder, Encoder};
use nix::sys::socket::{
    AddressFamily, SockFlag, SockType, SockaddrIn, bind, setsockopt, socket,
    sockopt,
};

/// An administratively scoped group (RFC 2365) that is not in use.
pub(super) const NOBODY: Ipv4Addr = Ipv4Addr::new(239, 255, 67, 67);
/// UDP port of servers and relay agents.
pub(super) const SERVER: u16 = 67;
/// UDP port of clients, to which dhcpd answers a relay agent on the loopback.
pub(super) const CLIENT: u16 = 68;
/// How long to wait before the question is put again.
const AGAIN: Duration = Duration::from_millis(600);
/// What devices ask for (option 55).
const WANTED: [u8; 15] =
    [1, 2, 3, 4, 6, 7, 12, 15, 42, 43, 51, 54, 66, 67, 122];

/// The device that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its MAC.
    pub mac: [u8; 6],
    /// What it says that it is: option 60; empty: nothing.
    pub class: String,
    /// The modem that it is behind, or that it is: what the CMTS says.
    pub remote: Option<[u8; 6]>,
    /// An address of the subnet that it is in.
    pub net: Ipv4Addr,
    /// The address that it holds. dhcpd 4.4.3 ends the lease of a client
    /// that its pool does not permit any more (find_lease in dhcp.c), unless
    /// the client says that it has the address.
    pub lease: Option<Ipv4Addr>,
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// Our dhcpd, by the interface of this address.
    Own(Ipv4Addr),
    /// Another one, from an own address.
    Peer {
        /// This node.
        own: Ipv4Addr,
        /// The other one.
        peer: Ipv4Addr,
    },
}

/// An offer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// The address.
    pub address: Option<Ipv4Addr>,
    /// The TFTP server; None: none is named.
    pub next_server: Option<Ipv4Addr>,
    /// The boot file; empty: none is named.
    pub file: String,
    /// The server that made it.
    pub server: Option<Ipv4Addr>,
    /// Options that hold addresses, by their number.
    pub addresses: Vec<(u8, Vec<Ipv4Addr>)>,
}

impl Offer {
    /// The addresses of an option.
    pub fn option(&self, code: u8) -> &[Ipv4Addr] {
        let found = self.addresses.iter().find(|(of, _)| *of == code);
        found.map_or(&[], |(_, addresses)| addresses)
    }
}

/// Asks a server; what it offers.
///
/// # Errors
/// `TimedOut`: no offer came. `PermissionDenied`, `AddrInUse`: this process
/// cannot listen for it.
pub fn ask(
    server: Server,
    question: &Question,
    patience: Duration,
) -> io::Result<Offer> {
    let (own, to, relay, port) = match server {
        Server::Own(own) => (own, NOBODY, Ipv4Addr::LOCALHOST, CLIENT),
        Server::Peer { own, peer } => (own, peer, own, SERVER),
    };
    let answers = listen(relay, port)?;
    let sender = match server {
        Server::Own(own) => UdpSocket::bind((own, 0))?,
        // What comes from port 67 passes firewalls for relay agents.
        Server::Peer { .. } => answers.try_clone()?,
    };
    if own != relay {
        sender.set_multicast_ttl_v4(1)?;
    }
    let (packet, number) = discover(question, relay)?;
    let to = SocketAddr::from((to, SERVER));
    exchange(&sender, &answers, (&packet, to), (AGAIN, patience), |bytes| {
        offered(bytes, number)
    })
}

/// Sends a question again and again until something that `read` takes comes.
///
/// # Errors
/// `TimedOut`: nothing came within the second time. Others: it cannot be
/// sent.
pub(super) fn exchange<T>(
    sender: &UdpSocket,
    answers: &UdpSocket,
    (packet, to): (&[u8], SocketAddr),
    (again, patience): (Duration, Duration),
    read: impl Fn(&[u8]) -> Option<T>,
) -> io::Result<T> {
    let end = Instant::now() + patience;
    let mut buffer = [0; 1500];
    loop {
        let _ = sender.send_to(packet, to)?;
        let next = end.min(Instant::now() + again);
        while let Some(left) = until(next) {
            answers.set_read_timeout(Some(left))?;
            let Ok((length, _)) = answers.recv_from(&mut buffer) else { break };
            if let Some(answer) = read(&buffer[..length]) {
                return Ok(answer);
            }
        }
        if until(end).is_none() {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
}

/// The time that is left; None: it is over.
fn until(end: Instant) -> Option<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    (!left.is_zero()).then_some(left)
}

/// A socket on a port that dhcpd, or a client, may hold on all addresses: it
/// gets what is for its own one.
fn listen(address: Ipv4Addr, port: u16) -> io::Result<UdpSocket> {
    let fd = socket(
        AddressFamily::Inet,
        SockType::Datagram,
        SockFlag::SOCK_CLOEXEC,
        None,
    )?;
    setsockopt(&fd, sockopt::ReuseAddr, &true)?;
    let own = SockaddrIn::from(SocketAddrV4::new(address, port));
    bind(fd.as_raw_fd(), &own)?;
    Ok(fd.into())
}

/// The message as a relay agent passes it on, and its number.
fn discover(
    question: &Question,
    relay: Ipv4Addr,
) -> io::Result<(Vec<u8>, u32)> {
    let mut message = Message::default();
    let number = message.xid();
    let _ = message
        .set_opcode(Opcode::BootRequest)
        .set_flags(Flags::default())
        // It has waited for so long that either of a pair answers it.
        .set_secs(u16::MAX)
        .set_hops(1)
        .set_giaddr(relay)
        .set_ciaddr(question.lease.unwrap_or(Ipv4Addr::UNSPECIFIED))
        .set_chaddr(&question.mac);
    let options = message.opts_mut();
    let wanted = WANTED.iter().map(|code| OptionCode::from(*code)).collect();
    let mut all = vec![
        DhcpOption::MessageType(MessageType::Discover),
        DhcpOption::ParameterRequestList(wanted),
        DhcpOption::SubnetSelection(question.net),
    ];
    if !question.class.is_empty() {
        let class = question.class.as_bytes().to_vec();
        all.push(DhcpOption::ClassIdentifier(class));
    }
    if let Some(remote) = question.remote {
        let mut agent = RelayAgentInformation::default();
        let _ = agent.insert(RelayInfo::AgentRemoteId(remote.to_vec()));
        all.push(DhcpOption::RelayAgentInformation(agent));
    }
    for option in all {
        let _ = options.insert(option);
    }
    Ok((encoded(&message)?, number))
}

/// The octets of a message.
pub(super) fn encoded(message: &Message) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    message
        .encode(&mut Encoder::new(&mut bytes))
        .map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

/// The offer in some octets; None: they are none, or the answer to another
/// question.
pub(super) fn offer_of(bytes: &[u8], number: u32) -> Option<Message> {
    let message = Message::decode(&mut Decoder::new(bytes)).ok()?;
    let offers = message.opts().msg_type() == Some(MessageType::Offer);
    (message.xid() == number && offers).then_some(message)
}

/// What a message offers; None: it does not, or it is the answer to another
/// question.
fn offered(bytes: &[u8], number: u32) -> Option<Offer> {
    let message = offer_of(bytes, number)?;
    let some =
        |address: Ipv4Addr| (!address.is_unspecified()).then_some(address);
    let mut offer = Offer {
        address: some(message.yiaddr()),
        next_server: some(message.siaddr()),
        file: message.fname().map(text).unwrap_or_default(),
        ..Offer::default()
    };
    for (code, option) in message.opts().iter() {
        let addresses = match option {
            DhcpOption::Router(all)
            | DhcpOption::TimeServer(all)
            | DhcpOption::DomainNameServer(all)
            | DhcpOption::LogServer(all)
            | DhcpOption::NtpServers(all) => all.clone(),
            DhcpOption::SubnetMask(mask) => vec![*mask],
            DhcpOption::ServerIdentifier(server) => {
                offer.server = Some(*server);
                continue;
            }
            DhcpOption::BootfileName(name) if offer.file.is_empty() => {
                offer.file = text(name);
                continue;
            }
            _ => continue,
        };
        offer.addresses.push((u8::from(*code), addresses));
    }
    Some(offer)
}

/// A name up to its final zeros.
fn text(octets: &[u8]) -> String {
    let end = octets.iter().position(|octet| *octet == 0);
    let octets = &octets[..end.unwrap_or(octets.len())];
    String::from_utf8_lossy(octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_is_that_of_a_relay_agent() {
        let question = Question {
            mac: [0, 0x1a, 0x2b, 0x10, 0, 0x94],
            class: "docsis3.0".into(),
            remote: Some([0, 0x1a, 0x2b, 0x10, 0, 0x94]),
            net: Ipv4Addr::new(10, 16, 0, 1),
            lease: Some(Ipv4Addr::new(10, 16, 0, 7)),
        };
        let relay = Ipv4Addr::new(172, 21, 4, 11);
        let (bytes, number) = discover(&question, relay).unwrap();
        assert_eq!(bytes[..4], [1, 1, 6, 1]);
        assert_eq!(bytes[12..16], [10, 16, 0, 7]);
        assert_eq!(bytes[24..28], relay.octets());
        assert_eq!(bytes[28..34], question.mac);
        let has = |part: &[u8]| bytes.windows(part.len()).any(|w| w == part);
        assert!(has(&[53, 1, 1]) && has(&[118, 4, 10, 16, 0, 1]));
        assert!(has(b"\x3c\x09docsis3.0"));
        assert!(has(&[82, 8, 2, 6, 0, 0x1a, 0x2b, 0x10, 0, 0x94]));
        assert_eq!(offered(&bytes, number), None);
    }

    #[test]
    fn an_offer_is_read() {
        let mut message = Message::default();
        let number = message.xid();
        let _ = message
            .set_yiaddr([10, 16, 0, 7])
            .set_siaddr([172, 21, 4, 10])
            .set_fname(b"cm/cm-7.cfg\0");
        let server = Ipv4Addr::new(172, 21, 4, 10);
        for option in [
            DhcpOption::MessageType(MessageType::Offer),
            DhcpOption::TimeServer(vec![server]),
            DhcpOption::ServerIdentifier(server),
        ] {
            let _ = message.opts_mut().insert(option);
        }
        let mut bytes = Vec::new();
        message.encode(&mut Encoder::new(&mut bytes)).unwrap();
        let offer = offered(&bytes, number).unwrap();
        assert_eq!(offer.file, "cm/cm-7.cfg");
        assert_eq!(offer.next_server, Some(server));
        assert_eq!(offer.option(4), [server]);
        assert!(offer.option(3).is_empty());
        assert_eq!(offered(&bytes, number ^ 1), None);
    }
}
