//! The daemons: whether each answers; where modems fetch their files.

use std::net::Ipv4Addr;

use crate::services::kea::NOT_LOADED;
use crate::status::codes;
use crate::status::codes::Code;
use crate::status::metrics::DAEMON_UP;
use crate::status::{Check, State};

/// What came of asking a daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It answers.
    Answers(String),
    /// Nothing was made for it on this machine, so nothing was asked.
    NotMade(String),
    /// What was made for it is gone.
    Gone(String),
    /// It does not use what was made for it.
    Unused(String),
    /// It does not answer as it should.
    Silent(String),
}

/// The check of one daemon; `answer` is None when nothing came in time. One
/// that a run is just restarting may be silent for a moment.
pub fn check(
    name: &'static str,
    answer: Option<Answer>,
    restarting: bool,
) -> Check {
    let answer = answer.unwrap_or(Answer::Silent("no answer in time".into()));
    match answer {
        Answer::NotMade(text) => Check::new(name, State::Ok, text),
        Answer::Gone(text) => Check::wrong(gone(name), State::Critical, text)
            .hint("provha rebuild --force makes everything again"),
        Answer::Unused(text) => {
            Check::wrong(&codes::KEA_UNUSED, State::Warning, text)
                .hint("provha dhcp says what is to be written where")
        }
        Answer::Answers(text) => {
            Check::new(name, State::Ok, text).labelled(&DAEMON_UP, name, 1.0)
        }
        Answer::Silent(why) if restarting => {
            let text = format!("a run is restarting it; {why}");
            Check::wrong(silent(name), State::Warning, text)
                .hint("it answers again in a moment")
                .labelled(&DAEMON_UP, name, 0.0)
        }
        Answer::Silent(why) => {
            let zone = why.contains("does not serve the zone");
            let (code, text, hint) = match zone {
                true => (
                    &codes::NAMED_ZONE,
                    why,
                    "provha dns names the files and the way out",
                ),
                false if why.contains(NOT_LOADED) => (
                    &codes::KEA_OLD,
                    why,
                    "restart it: it serves older files than those of provha",
                ),
                false => (
                    silent(name),
                    format!("does not answer: {why}"),
                    "look at its unit and its log, and start it",
                ),
            };
            Check::wrong(code, State::Critical, text)
                .hint(hint)
                .labelled(&DAEMON_UP, name, 0.0)
        }
    }
}

/// The code of a daemon that does not answer.
fn silent(name: &str) -> &'static Code {
    match name {
        "named" => &codes::NAMED_SILENT,
        "chronyd" => &codes::CHRONYD_SILENT,
        "time" => &codes::TIME_SILENT,
        "tftp" => &codes::TFTP_DEAD,
        "dhcp6" => &codes::KEA_SILENT,
        _ => &codes::DHCPD_SILENT,
    }
}

/// The code of a daemon whose files are gone.
fn gone(name: &str) -> &'static Code {
    match name {
        "named" => &codes::NAMED_GONE,
        "chronyd" => &codes::CHRONYD_GONE,
        "time" => &codes::TIME_GONE,
        _ => &codes::DHCPD_GONE,
    }
}

/// What came of reading a boot file.
#[derive(Debug, Clone)]
pub struct Tftp {
    /// The file that was asked for; None: there is none to ask for.
    pub file: Option<String>,
    /// Our server, and why it does not give the file.
    pub own: (Ipv4Addr, Option<String>),
    /// The peer's; not asked while ours answers.
    pub peer: Option<(Ipv4Addr, Option<String>)>,
    /// The server that the live set sends modems to.
    pub next: Option<Ipv4Addr>,
}

/// The check of the TFTP server; None: nothing came in time.
pub fn tftp(facts: Option<&Tftp>) -> Check {
    let name = "tftp";
    let Some(facts) = facts else { return check(name, None, false) };
    let Some(file) = &facts.file else {
        let text = "no boot file to ask for";
        return Check::new(name, State::Ok, text);
    };
    let (own, fault) = &facts.own;
    let next = match facts.next {
        Some(next) => format!("; modems are sent to {next}"),
        None => String::new(),
    };
    let Some(why) = fault else {
        let check = match facts.next.filter(|next| next != own) {
            Some(_) => {
                let text = format!("{own} gives {file}, but{}", &next[1..]);
                Check::wrong(&codes::TFTP_BACK, State::Warning, text)
                    .hint("the next provha dhcp or rebuild sends them here")
            }
            None => {
                let text = format!("{own} gives {file}{next}");
                Check::new(name, State::Ok, text)
            }
        };
        return check.labelled(&DAEMON_UP, name, 1.0);
    };
    let check = match &facts.peer {
        Some((peer, None)) if facts.next == Some(*peer) => {
            let text = format!("{why}{next}, which answers");
            Check::wrong(&codes::TFTP_BY_PEER, State::Warning, text)
                .hint("start the TFTP server here: the peer serves for both")
        }
        Some((peer, None)) => {
            let text = format!("{why}{next}; the peer {peer} answers");
            Check::wrong(&codes::TFTP_WRONG, State::Critical, text).hint(
                "start the TFTP server; provha dhcp sends modems to the peer \
                 until then",
            )
        }
        Some((_, Some(also))) => {
            let text = format!("{why}; {also}{next}");
            Check::wrong(&codes::TFTP_DEAD, State::Critical, text)
                .hint("no modem gets its file: start the TFTP server")
        }
        None => Check::wrong(
            &codes::TFTP_DEAD,
            State::Critical,
            format!("{why}{next}"),
        )
        .hint("no modem gets its file: start the TFTP server"),
    };
    check.labelled(&DAEMON_UP, name, 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
    const PEER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

    fn judge(own: bool, peer: Option<bool>, next: Ipv4Addr) -> State {
        let fault = |good: bool| (!good).then(|| "silent".to_string());
        let facts = Tftp {
            file: Some("cm/cm-1.cfg".into()),
            own: (OWN, fault(own)),
            peer: peer.map(|good| (PEER, fault(good))),
            next: Some(next),
        };
        tftp(Some(&facts)).state
    }

    #[test]
    fn modems_must_be_sent_to_a_server_that_answers() {
        assert_eq!(judge(true, None, OWN), State::Ok);
        assert_eq!(judge(true, None, PEER), State::Warning);
        assert_eq!(judge(false, Some(true), PEER), State::Warning);
        assert_eq!(judge(false, Some(true), OWN), State::Critical);
        assert_eq!(judge(false, Some(false), PEER), State::Critical);
        assert_eq!(judge(false, None, OWN), State::Critical);
        assert_eq!(tftp(None).state, State::Critical);
    }

    #[test]
    fn a_silent_daemon_is_critical_unless_a_run_restarts_it() {
        let silent = || Some(Answer::Silent("refused".into()));
        assert_eq!(check("named", silent(), false).state, State::Critical);
        assert_eq!(check("named", silent(), true).state, State::Warning);
        assert_eq!(check("named", None, false).state, State::Critical);
        let old = format!("kea-dhcp6 runs, but {NOT_LOADED}");
        for (answer, id) in [
            (Answer::Silent("refused".into()), "PH-251"),
            (Answer::Silent(old), "PH-252"),
            (Answer::Unused("not included".into()), "PH-253"),
        ] {
            let check = check("dhcp6", Some(answer), false);
            assert_eq!(check.code.map(|code| code.id), Some(id));
        }
        let gone = Some(Answer::Gone("gone".into()));
        assert_eq!(check("named", gone, true).state, State::Critical);
        let made = Some(Answer::NotMade("not made".into()));
        let check = check("named", made, false);
        assert_eq!((check.state, check.values.len()), (State::Ok, 0));
    }
}
