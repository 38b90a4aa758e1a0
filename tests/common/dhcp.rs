//! A CMTS in miniature: relays a modem's DHCP packets (RFC 2131, RFC 3046),
//! and fetches files by TFTP (RFC 1350).

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// Message types of option 53.
pub const DISCOVER: u8 = 1;
pub const OFFER: u8 = 2;
pub const REQUEST: u8 = 3;
pub const ACK: u8 = 5;
pub const RELEASE: u8 = 7;

/// What a modem says of itself.
pub struct Modem {
    pub mac: [u8; 6],
    pub vendor: &'static str,
    /// Option 55.
    pub wants: Vec<u8>,
}

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub kind: u8,
    pub address: Ipv4Addr,
    pub next_server: Ipv4Addr,
    pub file: String,
    pub options: BTreeMap<u8, Vec<u8>>,
}

/// The relay agent at a router address.
pub struct Relay {
    socket: UdpSocket,
    giaddr: Ipv4Addr,
    server: SocketAddr,
}

impl Relay {
    /// Opens port 67 on the router's address, which must be ours.
    pub fn open(giaddr: Ipv4Addr, server: Ipv4Addr) -> Self {
        let socket = UdpSocket::bind((giaddr, 67)).unwrap();
        Self { socket, giaddr, server: SocketAddr::from((server, 67)) }
    }

    /// Discover, offer, request, acknowledgement: the last answer.
    pub fn boot(&self, modem: &Modem, patience: Duration) -> Option<Answer> {
        let offer = self.ask(modem, DISCOVER, None, patience)?;
        assert_eq!(offer.kind, OFFER, "{offer:?}");
        self.ask(modem, REQUEST, Some(&offer), patience)
    }

    /// A modem gives its address back; nobody answers that (RFC 2131
    /// section 4.4.6).
    pub fn release(&self, modem: &Modem, lease: &Answer) {
        let xid = u32::from_be_bytes([0x50, modem.mac[4], modem.mac[5], 7]);
        let mut packet = self.packet(modem, RELEASE, xid, Some(lease));
        packet[12..16].copy_from_slice(&lease.address.octets());
        packet[24..28].copy_from_slice(&[0; 4]);
        let _ = self.socket.send_to(&packet, self.server).unwrap();
    }

    /// Relays one message and waits for its answer, asking again each two
    /// seconds.
    fn ask(
        &self,
        modem: &Modem,
        kind: u8,
        offer: Option<&Answer>,
        patience: Duration,
    ) -> Option<Answer> {
        let end = Instant::now() + patience;
        let xid = u32::from_be_bytes([0x50, modem.mac[4], modem.mac[5], kind]);
        let packet = self.packet(modem, kind, xid, offer);
        while Instant::now() < end {
            let _ = self.socket.send_to(&packet, self.server).unwrap();
            let again = Duration::from_secs(2);
            let wait = again.min(end.saturating_duration_since(Instant::now()));
            if let Some(answer) = self.answer(xid, wait) {
                return Some(answer);
            }
        }
        None
    }

    /// The packet of a modem as the relay sends it on.
    fn packet(
        &self,
        modem: &Modem,
        kind: u8,
        xid: u32,
        offer: Option<&Answer>,
    ) -> Vec<u8> {
        let mut packet = vec![0; 236];
        packet[..4].copy_from_slice(&[1, 1, 6, 1]);
        packet[4..8].copy_from_slice(&xid.to_be_bytes());
        packet[24..28].copy_from_slice(&self.giaddr.octets());
        packet[28..34].copy_from_slice(&modem.mac);
        packet.extend([99, 130, 83, 99]);
        let mut option = |code: u8, value: &[u8]| {
            packet.extend([code, value.len() as u8]);
            packet.extend(value);
        };
        option(53, &[kind]);
        option(60, modem.vendor.as_bytes());
        option(55, &modem.wants);
        if let Some(offer) = offer {
            option(50, &offer.address.octets());
            option(54, &offer.options[&54]);
        }
        let mut agent = vec![1, 4, 0, 0, 0, 1, 2, 6];
        agent.extend(modem.mac);
        option(82, &agent);
        packet.push(255);
        packet
    }

    /// The answer to a transaction, if it comes in time.
    fn answer(&self, xid: u32, wait: Duration) -> Option<Answer> {
        let end = Instant::now() + wait;
        let mut buffer = [0; 1500];
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            self.socket.set_read_timeout(Some(left)).unwrap();
            let Ok((len, _)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            if len > 240 && buffer[4..8] == xid.to_be_bytes() {
                return Some(parse(&buffer[..len]));
            }
        }
    }
}

/// The fields of an answer.
pub fn parse(packet: &[u8]) -> Answer {
    let address = |at: usize| {
        let octets: [u8; 4] = packet[at..at + 4].try_into().unwrap();
        Ipv4Addr::from(octets)
    };
    let mut options = BTreeMap::new();
    let mut rest = &packet[240..];
    while let [code, tail @ ..] = rest {
        match code {
            255 => break,
            0 => rest = tail,
            _ => {
                let len = usize::from(tail[0]);
                options.insert(*code, tail[1..=len].to_vec());
                rest = &tail[1 + len..];
            }
        }
    }
    let file = match options.get(&67) {
        Some(file) => file.clone(),
        None => packet[108..236].to_vec(),
    };
    let file = String::from_utf8_lossy(&file);
    Answer {
        kind: options.get(&53).map_or(0, |kind| kind[0]),
        address: address(16),
        next_server: address(20),
        file: file.trim_end_matches('\0').to_string(),
        options,
    }
}

/// Fetches a file by TFTP; the error is the server's.
pub fn tftp(server: SocketAddr, name: &str) -> Result<Vec<u8>, String> {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let request = [b"\0\x01", name.as_bytes(), b"\0octet\0"].concat();
    let _ = socket.send_to(&request, server).unwrap();
    let (mut content, mut buffer) = (Vec::new(), [0; 600]);
    loop {
        let (len, from) = socket
            .recv_from(&mut buffer)
            .map_err(|error| format!("no answer: {error}"))?;
        if buffer[1] != 3 {
            return Err(String::from_utf8_lossy(&buffer[4..len]).into_owned());
        }
        content.extend(&buffer[4..len]);
        let ack = [0, 4, buffer[2], buffer[3]];
        let _ = socket.send_to(&ack, from).unwrap();
        if len < 516 {
            return Ok(content);
        }
    }
}

/// The lease file that dhcpd starts with where it has no peer. A master that
/// never saw its peer waits for it; this one was told to go on alone.
pub fn lone_leases(role: &str) -> &'static str {
    match role {
        "master" => {
            "failover peer \"dhcpd-failover\" state {\n  \
             my state partner-down at 1 2026/11/02 10:00:00;\n  \
             partner state unknown-state at 1 2026/11/02 10:00:00;\n}\n"
        }
        _ => "",
    }
}
