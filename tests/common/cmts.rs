//! A CMTS and the devices behind it: DHCP by a relay with two helper
//! addresses (RFC 2131, RFC 3046), many devices at once, and a register that
//! knows of two clients with one address.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::dhcp::{ACK, Answer, DISCOVER, OFFER, REQUEST, parse};
use super::plant::{Device, Kind};

/// Devices that talk at the same time; the answers of both servers to more of
/// them do not fit into a socket's usual buffer.
const AT_ONCE: usize = 60;
/// A device asks again after this long, as real ones begin to.
const AGAIN: Duration = Duration::from_secs(2);

/// A lease that a device holds.
#[derive(Debug, Clone)]
pub struct Lease {
    pub device: Device,
    pub address: Ipv4Addr,
    /// Who acknowledged it: option 54.
    pub server: Ipv4Addr,
    pub answer: Answer,
    /// How many acknowledgements came, from both servers.
    pub acknowledged: usize,
    /// From the first message to the acknowledgement.
    pub took: Duration,
}

/// Who holds which address until when, over the whole drill.
#[derive(Default)]
pub struct Register {
    held: HashMap<Ipv4Addr, (Device, Instant)>,
    /// Acknowledgements that were noted.
    pub count: usize,
}

impl Register {
    /// Notes an acknowledgement.
    ///
    /// # Panics
    /// The address belongs to another device still.
    fn note(&mut self, device: &Device, answer: &Answer) {
        let now = Instant::now();
        let time = Duration::from_secs(number(answer, 51).into());
        if let Some((other, until)) = self.held.get(&answer.address)
            && other != device
            && *until > now
        {
            let left = *until - now;
            panic!("{other:?} has it for {left:?}: {device:?} got {answer:?}");
        }
        self.count += 1;
        let _ = self.held.insert(answer.address, (device.clone(), now + time));
    }
}

/// A relay agent at a router's address.
pub struct Cmts {
    socket: UdpSocket,
    giaddr: Ipv4Addr,
    pub helpers: Vec<Ipv4Addr>,
}

/// A message that waits for its answer.
struct Talk {
    packet: Vec<u8>,
    begun: Instant,
    /// When it was said last.
    sent: Option<Instant>,
    answers: Vec<Answer>,
}

impl Cmts {
    /// Opens port 67 of the router's address, which must be ours.
    pub fn open(giaddr: Ipv4Addr, helpers: &[Ipv4Addr]) -> Self {
        let socket = UdpSocket::bind((giaddr, 67)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        Self { socket, giaddr, helpers: helpers.to_vec() }
    }

    /// Boots devices; those that got no address in time are left out.
    pub fn boot(
        &self,
        devices: &[Device],
        patience: Duration,
        register: &mut Register,
    ) -> Vec<Lease> {
        let begin = Instant::now();
        let mut leases = Vec::new();
        let mut rest = devices.to_vec();
        while !rest.is_empty() && begin.elapsed() < patience {
            let left = patience.saturating_sub(begin.elapsed());
            let got = self.round(&rest, begin, left, register);
            rest.retain(|device| !got.iter().any(|l| l.device == *device));
            leases.extend(got);
        }
        leases
    }

    /// Discover, offer, request, acknowledgement for each.
    fn round(
        &self,
        devices: &[Device],
        begin: Instant,
        patience: Duration,
        register: &mut Register,
    ) -> Vec<Lease> {
        let discover = |device: &Device| self.packet(device, DISCOVER, &[]);
        let asked: Vec<_> = devices.iter().map(discover).collect();
        let offers = self.talk(asked, begin, patience, OFFER);
        let mut chosen = Vec::new();
        let mut requests = Vec::new();
        for (device, offers) in devices.iter().zip(offers) {
            let Some(offer) = offers.first() else { continue };
            let address = offer.address.octets();
            let options = [(50, &address[..]), (54, &offer.options[&54])];
            requests.push(self.packet(device, REQUEST, &options));
            chosen.push(device.clone());
        }
        let patience = patience.min(Duration::from_secs(6));
        let answers = self.talk(requests, begin, patience, ACK);
        leases(&chosen, answers, begin, register)
    }

    /// Asks both servers for more time, as at T2 (RFC 2131 section 4.4.5).
    pub fn rebind(
        &self,
        held: &[Lease],
        patience: Duration,
        register: &mut Register,
    ) -> Vec<Lease> {
        let begin = Instant::now();
        let packet = |lease: &Lease| {
            let mut packet = self.packet(&lease.device, REQUEST, &[]);
            packet[12..16].copy_from_slice(&lease.address.octets());
            packet
        };
        let packets = held.iter().map(packet).collect();
        let answers = self.talk(packets, begin, patience, ACK);
        let devices: Vec<_> = held.iter().map(|l| l.device.clone()).collect();
        leases(&devices, answers, begin, register)
    }

    /// Says packets to all helpers, [`AT_ONCE`] at a time, again until there
    /// is an answer of the kind; the answers in the packets' order.
    fn talk(
        &self,
        packets: Vec<Vec<u8>>,
        begin: Instant,
        patience: Duration,
        kind: u8,
    ) -> Vec<Vec<Answer>> {
        let end = Instant::now() + patience;
        let count = packets.len();
        let mut waiting = packets.into_iter().enumerate();
        let mut open: HashMap<usize, Talk> = HashMap::new();
        let mut numbers = HashMap::new();
        let mut done = vec![Vec::new(); count];
        loop {
            while open.len() < AT_ONCE {
                let Some((at, packet)) = waiting.next() else { break };
                let _ = numbers.insert(packet[4..8].to_vec(), at);
                let answers = Vec::new();
                let talk = Talk { packet, begun: begin, sent: None, answers };
                let _ = open.insert(at, talk);
            }
            if open.is_empty() || Instant::now() > end {
                break;
            }
            for talk in open.values_mut() {
                self.say(talk);
            }
            let Some((number, answer)) = self.hear() else { continue };
            let Some(at) = numbers.get(&number) else { continue };
            let right = answer.kind == kind;
            match open.get_mut(at) {
                Some(talk) => talk.answers.push(answer),
                None => done[*at].push(answer),
            }
            if right && let Some(talk) = open.remove(at) {
                done[*at] = talk.answers;
            }
        }
        for (at, talk) in open {
            done[at] = talk.answers;
        }
        // The other server's answer may come a little later.
        while let Some((number, answer)) = self.hear() {
            if let Some(at) = numbers.get(&number) {
                done[*at].push(answer);
            }
        }
        for answers in &mut done {
            answers.retain(|answer| answer.kind == kind);
        }
        done
    }

    /// Sends a packet when it is time to.
    fn say(&self, talk: &mut Talk) {
        if talk.sent.is_some_and(|sent| sent.elapsed() < AGAIN) {
            return;
        }
        talk.sent = Some(Instant::now());
        let secs = talk.begun.elapsed().as_secs() as u16;
        talk.packet[8..10].copy_from_slice(&secs.to_be_bytes());
        for helper in &self.helpers {
            // A machine that is off is no error of the relay's.
            let _ = self.socket.send_to(&talk.packet, (*helper, 67));
        }
    }

    /// One answer, with its transaction.
    fn hear(&self) -> Option<(Vec<u8>, Answer)> {
        let mut buffer = [0; 1500];
        let (len, _) = self.socket.recv_from(&mut buffer).ok()?;
        let number = buffer[4..8].to_vec();
        (len > 240).then(|| (number, parse(&buffer[..len])))
    }

    /// A device's packet as the relay sends it on.
    fn packet(
        &self,
        device: &Device,
        kind: u8,
        options: &[(u8, &[u8])],
    ) -> Vec<u8> {
        let mut packet = plain(device, kind);
        packet[24..28].copy_from_slice(&self.giaddr.octets());
        packet[3] = 1;
        let mut option = |code: u8, value: &[u8]| {
            packet.extend([code, value.len() as u8]);
            packet.extend(value);
        };
        for (code, value) in options {
            option(*code, value);
        }
        let mut agent = vec![1, 4, 0, 0, 0, 1, 2, 6];
        agent.extend(device.mac());
        option(82, &agent);
        packet.push(255);
        packet
    }
}

/// Asks the server that gave a lease for more time, from the leased address,
/// as at T1; whether it agreed.
pub fn renew(lease: &Lease, register: &mut Register) -> bool {
    let socket = UdpSocket::bind((lease.address, 68)).unwrap();
    let wait = Duration::from_millis(500);
    socket.set_read_timeout(Some(wait)).unwrap();
    let mut packet = plain(&lease.device, REQUEST);
    packet[12..16].copy_from_slice(&lease.address.octets());
    packet.push(255);
    let server = SocketAddr::from((lease.server, 67));
    let mut buffer = [0; 1500];
    for _ in 0..3 {
        let _ = socket.send_to(&packet, server);
        let Ok((len, _)) = socket.recv_from(&mut buffer) else { continue };
        let answer = parse(&buffer[..len]);
        if answer.kind == ACK {
            register.note(&lease.device, &answer);
            return true;
        }
    }
    false
}

/// A device's packet up to its options 53, 60 and 55.
fn plain(device: &Device, kind: u8) -> Vec<u8> {
    static NUMBER: AtomicU32 = AtomicU32::new(0x5000_0000);
    let vendor: &[u8] = match device.kind {
        Kind::Modem => b"docsis3.0:052401010102",
        Kind::Adapter => b"pktc1.5:052401010102",
    };
    let mut packet = vec![0; 236];
    packet[..3].copy_from_slice(&[1, 1, 6]);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    packet[4..8].copy_from_slice(&number.to_be_bytes());
    packet[28..34].copy_from_slice(&device.mac());
    packet.extend([99, 130, 83, 99, 53, 1, kind, 60, vendor.len() as u8]);
    packet.extend(vendor);
    packet.extend([55, 12, 1, 2, 3, 4, 6, 7, 43, 54, 66, 67, 122, 125]);
    packet
}

/// The leases that were acknowledged; every acknowledgement is noted.
fn leases(
    devices: &[Device],
    answers: Vec<Vec<Answer>>,
    begin: Instant,
    register: &mut Register,
) -> Vec<Lease> {
    let mut leases = Vec::new();
    for (device, answers) in devices.iter().zip(answers) {
        for answer in &answers {
            register.note(device, answer);
        }
        let acknowledged = answers.len();
        let Some(answer) = answers.into_iter().next() else { continue };
        leases.push(Lease {
            device: device.clone(),
            address: answer.address,
            server: Ipv4Addr::from(number(&answer, 54)),
            answer,
            acknowledged,
            took: begin.elapsed(),
        });
    }
    leases
}

/// An option of four octets.
fn number(answer: &Answer, code: u8) -> u32 {
    let octets = answer.options.get(&code).expect("the option is there");
    u32::from_be_bytes(octets[..4].try_into().unwrap())
}
