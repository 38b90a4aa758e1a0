//! Asks our daemons, by the questions that follow a restart.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use crate::clients::tftp;
use crate::context::Context;
use crate::publish::activate::Probe;
use crate::rebuild::Part;
use crate::render::dhcp::DIR;
use crate::services::dhcpd::DhcpdProbe;
use crate::services::inetd::TimeServer;
use crate::services::{self, chronyd, dhcpd, inetd, kea, kea_set, named};
use crate::status::Check;
use crate::status::daemon::{self, Answer, Tftp};
use crate::status::gather::ask::Question;
use crate::status::gather::base::Base;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_millis(1700);
/// A question that was answered within this time may be put once more.
const QUICK: Duration = Duration::from_millis(500);
/// The peer's TFTP server is asked as well when ours has not answered
/// by then.
const SOON: Duration = Duration::from_millis(300);
/// Before it is put again.
const PAUSE: Duration = Duration::from_millis(100);

/// The questions, on their way.
pub struct Asked {
    dhcpd: Question<Answer>,
    /// None: nothing was made for it.
    dhcp6: Option<Question<Answer>>,
    named: Question<Answer>,
    chronyd: Question<Answer>,
    time: Question<Answer>,
    /// What serves the time on UDP port 37.
    inetd: &'static str,
    tftp: Question<Tftp>,
}

impl Asked {
    /// Asks them all.
    pub fn ask(context: &Context<'_>, base: &Base) -> Self {
        let service = inetd::chosen(context).flatten();
        Self {
            dhcpd: dhcpd(context, base),
            dhcp6: dhcp6(context),
            named: named(context, base),
            chronyd: chronyd(context, base),
            time: served_time(context, base, service),
            inetd: service.map_or("inetd", TimeServer::name),
            tftp: tftp(context, base),
        }
    }

    /// Waits for the answers.
    pub fn checks(self, base: &Base, end: Instant) -> Vec<Check> {
        let check = |name, question: Question<Answer>, unit: &str| {
            daemon::check(name, question.wait(end), base.restarts(unit))
        };
        let mut checks = vec![check("dhcpd", self.dhcpd, "dhcpd")];
        let dhcp6 = self.dhcp6;
        checks.extend(dhcp6.map(|asked| check("dhcp6", asked, "kea-dhcp6")));
        checks.extend([
            check("named", self.named, "named"),
            check("chronyd", self.chronyd, "chronyd"),
            check("time", self.time, self.inetd),
            daemon::tftp(self.tftp.wait(end).as_ref()),
        ]);
        checks
    }
}

/// Puts a question, twice at most: one may get lost.
fn put(probe: Box<dyn Probe>, good: String) -> Question<Answer> {
    Question::ask(move || {
        let begin = Instant::now();
        let first = probe.ask(PATIENCE);
        let answer = first.or_else(|why| match begin.elapsed() < QUICK {
            true => {
                std::thread::sleep(PAUSE);
                probe.ask(PATIENCE)
            }
            false => Err(why),
        });
        match answer {
            Ok(()) => Answer::Answers(good),
            Err(why) => Answer::Silent(why),
        }
    })
}

/// What there is for a daemon on this machine.
#[derive(Clone, Copy)]
struct Made {
    /// Its configuration is there.
    is: bool,
    /// The last work made it.
    was: bool,
}

impl Made {
    /// What there is: its configuration, and what of the last work made it.
    fn of(base: &Base, is: bool, part: Part) -> Self {
        let work = base.rebuild.work.as_ref();
        let was = work.is_some_and(|work| work.parts.contains_key(&part));
        Self { is, was }
    }
}

/// The user's own probe command; what it prints and how it is called may hold
/// a password, and is not told.
struct OwnProbe {
    key: String,
    probe: Box<dyn Probe>,
}

impl Probe for OwnProbe {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        self.probe
            .ask(patience)
            .map_err(|_| format!("the command of {} fails", self.key))
    }
}

/// The user's own question, else the built-in one where something was made
/// for the daemon; `words` are those for nothing made and for an answer.
fn question(
    context: &Context<'_>,
    keys: [&str; 3],
    made: Made,
    words: [&str; 2],
    probe: impl FnOnce() -> Box<dyn Probe>,
) -> Question<Answer> {
    let [_, unit, command] = keys;
    let [not_made, good] = words;
    if !made.is && made.was {
        let text = "what was made for it is gone";
        return Question::ask(move || Answer::Gone(text.into()));
    }
    if let Some(probe) = services::own_probe(context, unit, command) {
        let own = OwnProbe { key: command.to_string(), probe };
        return put(Box::new(own), format!("{command} succeeds"));
    }
    if !made.is {
        let answer = Answer::NotMade(not_made.to_string());
        return Question::ask(move || answer);
    }
    put(probe(), good.to_string())
}

/// dhcpd, through OMAPI as far as its configuration lets it be asked.
fn dhcpd(context: &Context<'_>, base: &Base) -> Question<Answer> {
    let by_omapi = base.live.key.is_some() && base.live.port.is_some();
    let good = match by_omapi {
        true => "answers through OMAPI",
        false => "listens; without an OMAPI key no more can be asked",
    };
    let words = ["nothing was made for it here: provha dhcp", good];
    let made = Made::of(base, base.has_set, Part::Dhcp);
    question(context, dhcpd::KEYS, made, words, || {
        Box::new(DhcpdProbe { dir: context.settings.root().at(DIR) })
    })
}

/// Kea's DHCPv6 server, where there are files for it: through its control
/// socket as far as it has one. Where nobody listens, `kea-dhcp6 -t` may know
/// why.
fn dhcp6(context: &Context<'_>) -> Option<Question<Answer>> {
    if !kea_set::is_live(context) {
        return None;
    }
    if let Some(why) = kea::why_unused(context) {
        return Some(Question::ask(move || Answer::Unused(why)));
    }
    let made = Made { is: true, was: true };
    let words = ["", "runs with the live files"];
    if kea::is_down()
        && let Some(why) = kea_set::live_fault(context)
    {
        let text = format!("nobody listens, and kea-dhcp6 -t says: {why}");
        return Some(Question::ask(move || Answer::Silent(text)));
    }
    let probe = || kea::probe(context);
    Some(question(context, kea::KEYS, made, words, probe))
}

/// named, for its zones.
fn named(context: &Context<'_>, base: &Base) -> Question<Answer> {
    let conf = context.settings.path("PROVHA__NAMED_CONF");
    let words =
        ["nothing was made for it here: provha dns", "serves its zones"];
    let made = Made::of(base, conf.exists(), Part::Dns);
    question(context, named::KEYS, made, words, || named::probe(context))
}

/// chronyd, for the time.
fn chronyd(context: &Context<'_>, base: &Base) -> Question<Answer> {
    let conf = context.settings.path(chronyd::CONF);
    let words = ["nothing was made for it here: provha time", "answers NTP"];
    let own = base.own().into_iter().collect();
    let made = Made::of(base, conf.exists(), Part::Time);
    question(context, chronyd::KEYS, made, words, || {
        chronyd::probe(context, own)
    })
}

/// The time service on UDP port 37.
fn served_time(
    context: &Context<'_>,
    base: &Base,
    service: Option<TimeServer>,
) -> Question<Answer> {
    let Some(service) = service else {
        let text = match context.settings.text("PROVHA__TIME_INETD") {
            "none" => "not served by this machine (PROVHA__TIME_INETD)",
            _ => "neither xinetd nor another inetd is installed",
        };
        let answer = Answer::NotMade(text.into());
        return Question::ask(move || answer);
    };
    let words =
        ["nothing was made for it here: provha time", "answers on UDP port 37"];
    let made = Made::of(base, service.is_made(context), Part::Time);
    question(context, service.keys(), made, words, || service.probe(context))
}

/// The TFTP server, for a boot file that is there; the peer's where the own
/// one does not give it.
fn tftp(context: &Context<'_>, base: &Base) -> Question<Tftp> {
    let dir = context.settings.path("PROVHA__TFTP_DIR");
    let next = base.next_server;
    let own = base.own().or(next).unwrap_or(Ipv4Addr::LOCALHOST);
    let peer = base.peer();
    Question::ask(move || {
        let Some(file) = tftp::sample(&dir) else {
            return Tftp { file: None, own: (own, None), peer: None, next };
        };
        let fault = |ip, file: &str| {
            let server = SocketAddr::from((ip, tftp::PORT));
            tftp::read(server, file).err().map(|e| e.to_string())
        };
        let silent = |ip: Ipv4Addr| {
            Some(format!("{ip} does not give {file}: no answer in time"))
        };
        let name = file.clone();
        let begin = Instant::now();
        let first = Question::ask(move || fault(own, &name));
        if let Some(None) = first.within(SOON) {
            let own = (own, None);
            return Tftp { file: Some(file), own, peer: None, next };
        }
        let name = file.clone();
        let peer = peer.map(|ip| (ip, Question::ask(move || fault(ip, &name))));
        let end = begin + PATIENCE;
        let answer = |ip, question: Question<_>| {
            (ip, question.wait(end).unwrap_or_else(|| silent(ip)))
        };
        let peer = peer.map(|(ip, question)| answer(ip, question));
        let own = answer(own, first);
        Tftp { file: Some(file), own, peer, next }
    })
}
