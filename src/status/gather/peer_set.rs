//! Asks the peer over ssh for the hashes of what it serves, and compares them
//! with the own ones.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::cluster::remote::{Place, Remote, Said};
use crate::config::Settings;
use crate::context::Context;
use crate::exit::{Exit, Stop};
use crate::rebuild::manifest::Manifest;
use crate::status::Check;
use crate::status::gather::ask::Question;
use crate::status::gather::base::Base;
use crate::status::peer_set::{self, Compared};

/// How long ssh may take to connect.
const CONNECT: Duration = Duration::from_secs(1);
/// How long the peer may take: less than the questions to all daemons, so
/// that an ssh that hangs is ended before this run ends.
const PATIENCE: Duration = Duration::from_millis(1700);

/// How long one run believes what it was told: `status --watch` looks every
/// two seconds, and each login stands in the peer's log.
const BELIEVED: Duration = Duration::from_secs(60);

/// What this run was told last, and when.
static LAST: Mutex<Option<(Instant, Compared)>> = Mutex::new(None);

/// The question, on its way.
pub struct Asked {
    peer: Ipv4Addr,
    question: Question<Compared>,
}

/// Begins to compare; None: there is no peer.
pub fn ask(context: &Context<'_>, base: &Base) -> Option<Asked> {
    let peer = base.peer()?;
    let remote = Remote::find(context, CONNECT);
    let settings = context.settings.clone();
    let provha = settings.text("PROVHA__CLUSTER_PROVHA").to_string();
    let now = base.now;
    let question = Question::ask(move || {
        if let Some(told) = last() {
            return told;
        }
        let remote = match remote {
            Ok(remote) => remote,
            Err(error) => return Compared::Not(error.to_string()),
        };
        let ask = |script: &str| {
            remote.run(Place::At(IpAddr::V4(peer)), script, PATIENCE)
        };
        let told = compared(&settings, now, &ask, &provha);
        if let Ok(mut last) = LAST.lock() {
            *last = Some((Instant::now(), told.clone()));
        }
        told
    });
    Some(Asked { peer, question })
}

/// What this run was told a short while ago.
fn last() -> Option<Compared> {
    let last = LAST.lock().ok()?;
    let (at, told) = last.as_ref()?;
    (at.elapsed() < BELIEVED).then(|| told.clone())
}

/// Compares the own files with those of the peer, which `run` asks.
fn compared(
    settings: &Settings,
    now: i64,
    run: &dyn Fn(&str) -> Result<Said, String>,
    provha: &str,
) -> Compared {
    // The slow one first: the own files are read while it is on its way.
    let (own, said) = std::thread::scope(|scope| {
        let own = scope.spawn(|| Manifest::of(settings));
        let said = run(&format!("{provha} status --format manifest"));
        (own.join(), said)
    });
    let own = match own {
        Ok(Ok(own)) => own,
        Ok(Err(why)) => return Compared::Not(format!("here: {why}")),
        Err(_) => return Compared::Not("here: it failed".into()),
    };
    let said = match said {
        Ok(said) => said,
        Err(why) => return Compared::Not(format!("the peer: {why}")),
    };
    match Manifest::parse(&said.out) {
        Some(peer) => Compared::of(&own, &peer, now),
        None => Compared::Not(format!("the peer says: {}", said.last())),
    }
}

impl Asked {
    /// Waits for the answer.
    pub fn check(self, end: Instant) -> Check {
        peer_set::check(self.peer, self.question.wait(end).as_ref())
    }
}

/// What the peer compares with its own.
///
/// # Errors
/// Exit 1: there is nothing to compare yet, or files cannot be read.
pub fn own(context: &Context<'_>) -> anyhow::Result<Exit> {
    let found = Manifest::of(&context.settings)
        .map_err(|why| Stop::failed(format!("nothing to compare: {why}")))?;
    std::io::stdout().lock().write_all(found.text().as_bytes())?;
    Ok(Exit::Done)
}
