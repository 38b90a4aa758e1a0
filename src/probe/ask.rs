//! All questions at once: whoever is frozen costs the run no more than the
//! patience for one.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use crate::clients::dns::{self, Data, Kind as RecordKind};
use crate::clients::relay::{self, Offer, Question, Server};
use crate::clients::tftp::{self, TftpError};
use crate::clients::time;
use crate::probe::judge::{Dhcp, Fetched};
use crate::probe::target::Target;

/// How long all of it may take.
const WHOLE: Duration = Duration::from_millis(2400);
/// How long dhcpd may take for all devices.
const DHCP: Duration = Duration::from_secs(2);
/// How long a time server may take for one of three tries.
const TIME: Duration = Duration::from_millis(600);
/// How long a DNS server may take.
const DNS: Duration = Duration::from_millis(1900);

/// A server that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    /// Its address.
    pub address: Ipv4Addr,
    /// This node's own address.
    pub own: Ipv4Addr,
}

impl Host {
    /// Whether it is this node.
    pub fn is_own(&self) -> bool {
        self.address == self.own
    }
}

/// What a run asks for besides.
#[derive(Debug, Clone, Copy)]
pub struct Wishes {
    /// The DNS servers' port.
    pub dns_port: u16,
    /// Whether a device without a lease is asked for as well.
    pub discover: bool,
}

/// The answers; what is not here did not come in time. The first number is
/// the server's, the second the device's.
#[derive(Debug, Default)]
pub struct Answers {
    /// dhcpd.
    pub dhcp: BTreeMap<(usize, usize), Dhcp>,
    /// The boot files.
    pub files: BTreeMap<(usize, usize), Fetched>,
    /// The addresses of the names, or why there is none.
    pub names: BTreeMap<(usize, usize), Result<Vec<Ipv4Addr>, String>>,
    /// UDP port 37: why it does not answer.
    pub time: BTreeMap<usize, Result<(), String>>,
    /// NTP.
    pub ntp: BTreeMap<usize, Result<(), String>>,
}

/// One answer.
enum Answer {
    Dhcp((usize, usize), Dhcp),
    File((usize, usize), Fetched),
    Name((usize, usize), Result<Vec<Ipv4Addr>, String>),
    Time(usize, Result<(), String>),
    Ntp(usize, Result<(), String>),
}

impl Answers {
    /// Takes one.
    fn take(&mut self, answer: Answer) {
        match answer {
            Answer::Dhcp(at, dhcp) => drop(self.dhcp.insert(at, dhcp)),
            Answer::File(at, file) => drop(self.files.insert(at, file)),
            Answer::Name(at, name) => drop(self.names.insert(at, name)),
            Answer::Time(at, time) => drop(self.time.insert(at, time)),
            Answer::Ntp(at, ntp) => drop(self.ntp.insert(at, ntp)),
        }
    }
}

/// Asks all servers for all devices.
pub fn all(hosts: &[Host], targets: &[Target], wishes: Wishes) -> Answers {
    let (sender, answers) = channel();
    let mut left = 0;
    for (i, host) in hosts.iter().copied().enumerate() {
        let all = targets.to_vec();
        left += all.len();
        start(&sender, move |sender| dhcp(sender, (i, host), &all, wishes));
        left += 2;
        start(&sender, move |sender| {
            let server = SocketAddr::from((host.address, 37));
            let said = time::rfc868(server, TIME).map(drop);
            let said = said.map_err(|error| error.to_string());
            let _ = sender.send(Answer::Time(i, said));
        });
        start(&sender, move |sender| {
            let _ = sender.send(Answer::Ntp(i, ntp(host.address)));
        });
        for (j, target) in targets.iter().cloned().enumerate() {
            if let Some(file) = target.setting("filename").map(String::from) {
                left += 1;
                start(&sender, move |sender| {
                    let fetched = fetch(host.address, &file);
                    let _ = sender.send(Answer::File((i, j), fetched));
                });
            }
            if let (Some(name), Some(_)) = (target.name, target.address) {
                left += 1;
                start(&sender, move |sender| {
                    let server = (host.address, wishes.dns_port).into();
                    let found = resolve(server, &name);
                    let _ = sender.send(Answer::Name((i, j), found));
                });
            }
        }
    }
    drop(sender);
    let (end, mut out) = (Instant::now() + WHOLE, Answers::default());
    while left > 0 {
        let wait = end.saturating_duration_since(Instant::now());
        let Ok(answer) = answers.recv_timeout(wait) else { break };
        left -= 1;
        out.take(answer);
    }
    out
}

/// Does something in a thread of its own, which is left behind when time is
/// over. Where the system gives no thread, its answer is missing.
fn start(
    sender: &Sender<Answer>,
    work: impl FnOnce(&Sender<Answer>) + Send + 'static,
) {
    let sender = sender.clone();
    let thread = std::thread::Builder::new();
    let _ = thread.spawn(move || work(&sender));
}

/// Asks one dhcpd for one device after the other: the port for its answers
/// is one.
fn dhcp(
    sender: &Sender<Answer>,
    (at, host): (usize, Host),
    targets: &[Target],
    wishes: Wishes,
) {
    let share = DHCP / targets.len().max(1) as u32;
    for (i, target) in targets.iter().enumerate() {
        let dhcp = ask(host, target, share, wishes);
        if sender.send(Answer::Dhcp((at, i), dhcp)).is_err() {
            return;
        }
    }
}

/// Asks one dhcpd for one device.
fn ask(
    host: Host,
    target: &Target,
    patience: Duration,
    wishes: Wishes,
) -> Dhcp {
    let free = target.net.filter(|_| wishes.discover);
    let Some(net) = target.address.or(free) else {
        return Dhcp::NotAsked(
            "it has neither a lease nor a fixed address, and asking would \
             reserve one for two minutes: --discover does it"
                .into(),
        );
    };
    let question = Question {
        mac: target.mac,
        class: target.class().into(),
        remote: target.remote,
        net,
        lease: target.address,
    };
    let server = match host.is_own() {
        true => Server::Own(host.own),
        false => Server::Peer { own: host.own, peer: host.address },
    };
    match relay::ask(server, &question, patience) {
        Ok(offer) => Dhcp::Offer(Box::new(offer)),
        Err(error) => unanswered(&error, host),
    }
}

/// Why there is no offer.
fn unanswered(error: &std::io::Error, host: Host) -> Dhcp {
    use std::io::ErrorKind;
    let port = if host.is_own() { 68 } else { 67 };
    match error.kind() {
        ErrorKind::TimedOut => Dhcp::Silent,
        ErrorKind::PermissionDenied => Dhcp::NotAsked(format!(
            "dhcpd answers on UDP port {port} only, which this user may not \
             bind: run it as root, or setcap cap_net_bind_service+ep on the \
             program"
        )),
        ErrorKind::AddrInUse => Dhcp::NotAsked(format!(
            "another program holds UDP port {port}, on which dhcpd answers"
        )),
        ErrorKind::AddrNotAvailable => Dhcp::NotAsked(format!(
            "{} is not an address of this machine",
            host.own
        )),
        _ => Dhcp::NotAsked(error.to_string()),
    }
}

/// Reads a boot file.
pub fn fetch(server: Ipv4Addr, file: &str) -> Fetched {
    match tftp::read(SocketAddr::from((server, tftp::PORT)), file) {
        Ok(bytes) => Fetched::File(bytes),
        Err(TftpError::Refused { code, message, .. }) => {
            Fetched::Refused(code, message)
        }
        Err(error) => Fetched::Silent(error.to_string()),
    }
}

/// Asks for the time.
fn ntp(server: Ipv4Addr) -> Result<(), String> {
    let said = time::ntp(SocketAddr::from((server, 123)), TIME);
    let answer = said.map_err(|error| error.to_string())?;
    match answer.leap == 3 || answer.stratum == 0 {
        true => Err("it answers, but its clock is not set".into()),
        false => Ok(()),
    }
}

/// The addresses of a name.
fn resolve(server: SocketAddr, name: &str) -> Result<Vec<Ipv4Addr>, String> {
    let said = dns::ask(server, name, RecordKind::A, DNS);
    let answer = said.map_err(|error| error.to_string())?;
    if answer.code != 0 {
        return Err(match answer.code {
            3 => "there is no such name".into(),
            code => format!("code {code}"),
        });
    }
    let address = |record: &dns::Record| match record.data {
        Data::A(address) => Some(address),
        _ => None,
    };
    Ok(answer.records.iter().filter_map(address).collect())
}

/// The offer of an answer.
pub fn offer(dhcp: &Dhcp) -> Option<&Offer> {
    match dhcp {
        Dhcp::Offer(offer) => Some(offer),
        _ => None,
    }
}
