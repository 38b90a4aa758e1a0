//! dhcpd: restarted, asked, and when its restart does not hurt.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::clients::omapi::REPLY_TIMEOUT;
use crate::clients::omapi::probe::{answers, listens, reads};
use crate::clients::omapi::sign::Key;
use crate::context::Context;
use crate::exit::Stop;
use crate::isc_dhcp::live;
use crate::publish::Service;
use crate::publish::activate::Probe;
use crate::publish::pending_restart::PendingRestart;
use crate::render::dhcp::{DIR, OmapiKey};
use crate::services;
use crate::system::files;

/// The keys of dhcpd: restart, unit, probe.
pub const KEYS: [&str; 3] =
    ["PROVHA__DHCPD_RESTART", "PROVHA__DHCPD_UNIT", "PROVHA__DHCPD_PROBE"];

/// dhcpd, with what it loads, its restart and its probe.
pub fn service(context: &Context<'_>) -> Service {
    let probe = || -> Box<dyn Probe> { Box::new(probe(context)) };
    Service {
        daemon: services::daemon(context, "dhcpd", KEYS, probe),
        loads: vec![context.settings.root().at(DIR)],
    }
}

/// How long something else, such as its unit, has to start a dead dhcpd.
const REVIVAL: Duration = Duration::from_secs(3);

/// Notes that dhcpd must be started where it is dead: what was made for it is
/// live, and nothing has its port. The unit may start it by itself meanwhile.
///
/// # Errors
/// The note cannot be written.
pub fn owe_start_if_dead(context: &Context<'_>) -> anyhow::Result<()> {
    let Some(why) = dead(context) else { return Ok(()) };
    let due = PendingRestart::of(&context.settings, "dhcpd");
    if !due.is_noted() {
        let text = format!("dhcpd does not run ({why}): it is started");
        context.console.warning(&text);
        due.note()?;
    }
    Ok(())
}

/// Why dhcpd is dead, if it is.
fn dead(context: &Context<'_>) -> Option<String> {
    let settings = &context.settings;
    let set = settings.root().at(DIR).join("dhcpd.conf");
    let restarts = settings.command(KEYS[0], KEYS[1]).is_some();
    if context.options.no_activate || !restarts || !files::exists(&set) {
        return None;
    }
    let own = services::own_probe(context, KEYS[1], KEYS[2]);
    let ask = || match &own {
        Some(probe) => probe.ask(REVIVAL),
        None => listens(),
    };
    let begin = Instant::now();
    loop {
        let why = ask().err()?;
        if begin.elapsed() >= REVIVAL {
            return Some(why);
        }
        std::thread::sleep(Duration::from_millis(250));
    }
}

/// The built-in question to dhcpd: through OMAPI.
fn probe(context: &Context<'_>) -> DhcpdProbe {
    if let Ok(None) = omapi_key(context) {
        let text = "without an OMAPI key it is only seen whether dhcpd \
                    reads its port, not whether it answers";
        context.console.warning(text);
    }
    DhcpdProbe { dir: context.settings.root().at(DIR) }
}

/// The OMAPI key of the key file; None when there is no such file.
///
/// # Errors
/// Exit 3 when the file is there and holds no key.
pub fn omapi_key(context: &Context<'_>) -> anyhow::Result<Option<OmapiKey>> {
    use base64::Engine as _;
    let path = context.settings.path("PROVHA__OMAPI_KEY_FILE");
    let text = match files::text_through(&path) {
        Err(e) if files::is_missing(&e) => return Ok(None),
        other => other?,
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let known = |name: &str| {
        let hmacs = crate::config::keys::HMACS;
        hmacs.iter().find(|hmac| hmac.eq_ignore_ascii_case(name))
    };
    let good = |secret: &str| {
        let engine = &base64::engine::general_purpose::STANDARD;
        engine.decode(secret).is_ok_and(|bytes| !bytes.is_empty())
    };
    let plain = |name: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        name.bytes().all(fits)
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    if let [name, algorithm, secret] = words[..]
        && let Some(algorithm) = known(algorithm)
        && good(secret)
        && plain(name)
    {
        return Ok(Some(OmapiKey {
            name: name.into(),
            algorithm: (*algorithm).into(),
            secret: secret.into(),
        }));
    }
    let text = format!("{} holds no OMAPI key", path.display());
    let hint = "one line: NAME ALGORITHM SECRET, such as: omapi_key \
                hmac-sha256 BASE64";
    Err(Stop::refused(text).hint(hint).into())
}

/// Asks our dhcpd through OMAPI.
///
/// Key and port are those of the live set at the time of the question: after
/// a roll-back that is the previous set, and so is what dhcpd was started
/// with. Where that set has no OMAPI, it is only seen whether dhcpd reads.
pub struct DhcpdProbe {
    /// The live dhcpd set.
    pub dir: PathBuf,
}

impl Probe for DhcpdProbe {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        let live = live::read(&self.dir);
        let key = live.key.as_ref().and_then(Key::new);
        let (Some(key), Some(port)) = (key, live.port) else {
            return reads(patience.min(REPLY_TIMEOUT));
        };
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let patience = patience.min(REPLY_TIMEOUT);
        answers(server, &key, patience).map_err(|error| error.to_string())?;
        listens()
    }

    fn has_set(&self) -> Option<bool> {
        Some(files::exists(&self.dir.join("dhcpd.conf")))
    }
}
