//! Kea's DHCPv6 server: restarted, and asked what it has loaded.

use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Deserialize as _;
use serde_json::Value;

use crate::context::Context;
use crate::isc_dhcp::kea_text;
use crate::publish::Service;
use crate::publish::activate::{Daemon, Probe};
use crate::render::kea::{self as render, DIR, LIST, list_path};
use crate::services;
use crate::system::listener::Listeners;
use crate::system::{files, process};

/// The keys of Kea's DHCPv6 server: restart, unit, probe.
pub const KEYS: [&str; 3] =
    ["PROVHA__KEA_RESTART", "PROVHA__KEA_UNIT", "PROVHA__KEA_PROBE"];
/// The UDP port of DHCPv6 servers (RFC 8415 section 7.2).
const PORT: u16 = 547;
/// The words for a server that serves other files than the live ones.
pub const NOT_LOADED: &str = "has not loaded the live files";
/// What the clock of processes and that of files may differ in, seconds.
const CLOCKS: i64 = 5;
/// The longest answer that is read, octets.
const MOST: u64 = 1 << 28;

/// The text of the server's own configuration; None: there is none.
pub fn conf(context: &Context<'_>) -> Option<String> {
    files::text_through(&context.settings.path("PROVHA__KEA_CONF")).ok()
}

/// Why the server would not serve our files, in words; None: it does.
pub fn why_unused(context: &Context<'_>) -> Option<String> {
    let program = context.settings.text("PROVHA__KEA_BIN");
    if process::find(program).is_none() {
        return Some(format!(
            "{program} is not installed: nobody serves IP version 6 here, and \
             its files were not checked"
        ));
    }
    let conf = conf(context);
    let path = list_path();
    if conf.is_some_and(|conf| kea_text::includes(&conf, &path)) {
        return None;
    }
    Some(format!(
        "{} does not include {path}: IP version 6 is not served here; write \
         '\"shared-networks\": [ <?include \"{path}\"?> ]' into its \"Dhcp6\"",
        context.settings.text("PROVHA__KEA_CONF"),
    ))
}

/// The server, with what it loads, its restart and its probe; None: it does
/// not serve our files.
pub fn service(context: &Context<'_>) -> Option<Service> {
    if why_unused(context).is_some() {
        return None;
    }
    let has_socket = socket(context).is_some();
    let dir = context.settings.root().at(DIR);
    let daemon =
        services::daemon(context, "kea-dhcp6", KEYS, || probe(context));
    let reloads = reloads(context);
    if !has_socket {
        context.console.detail(
            "kea-dhcp6 has no control socket: it is only seen whether it \
             listens, not what it has loaded",
        );
    }
    let port = (!reloads).then_some(PORT);
    let daemon = Daemon { port, ..daemon };
    Some(Service { daemon, loads: vec![dir] })
}

/// The built-in question: whether the server runs and has the live files.
pub fn probe(context: &Context<'_>) -> Box<dyn Probe> {
    Box::new(HasLoaded {
        dir: context.settings.root().at(DIR),
        socket: socket(context),
        reloads: reloads(context),
    })
}

/// Whether the server reads its files again in place of a restart: then it
/// stays the same process.
fn reloads(context: &Context<'_>) -> bool {
    let [restart, unit, _] = KEYS;
    let line = context.settings.command(restart, unit);
    line.is_some_and(|line| line.contains("reload") || line.contains("HUP"))
}

/// Whether nobody listens on the port, as far as this process may see.
pub fn is_down() -> bool {
    Listeners::of(PORT).first().is_none()
}

/// The server's control socket.
fn socket(context: &Context<'_>) -> Option<PathBuf> {
    let set = context.settings.text("PROVHA__KEA_SOCKET");
    let path = match set {
        "" => kea_text::socket(&conf(context)?)?,
        path => path.to_string(),
    };
    Some(context.settings.root().at(path))
}

/// Whether the server has loaded the live files.
struct HasLoaded {
    dir: PathBuf,
    socket: Option<PathBuf>,
    /// Whether it reads its files again without a restart.
    reloads: bool,
}

impl HasLoaded {
    /// Without a control socket: whether somebody listens who was started
    /// after the live files were made.
    fn by_process(&self) -> Result<(), String> {
        let listeners = Listeners::of(PORT);
        let Some(first) = listeners.first() else {
            return Err(format!("nobody listens on UDP port {PORT}"));
        };
        let made = files::walk(&self.dir).unwrap_or_default();
        let made = made.iter().filter(|name| render::is_ours(name));
        let made = made.filter_map(|name| {
            let meta = std::fs::symlink_metadata(self.dir.join(name)).ok()?;
            Some(meta.mtime())
        });
        match (made.max(), first.started()) {
            (Some(made), Some(began))
                if began + CLOCKS < made && !self.reloads =>
            {
                Err(format!(
                    "kea-dhcp6 runs, but {NOT_LOADED}: it was started {} s \
                     before they were made",
                    made - began
                ))
            }
            _ => Ok(()),
        }
    }

    /// What the live files have it load; None: they are not ours.
    fn wanted(&self) -> Option<Vec<kea_text::Loaded>> {
        let text = |name: &str| files::read_text(&self.dir.join(name)).ok();
        let read = |path: &str| render::included(path, &text);
        let list = format!("[ <?include \"{}\"?> ]", list_path());
        let text = kea_text::expand(&list, &read);
        kea_text::subnets(&serde_json::from_str(&text).ok()?)
    }
}

impl Probe for HasLoaded {
    fn ask(&self, patience: Duration) -> Result<(), String> {
        if self.has_set() == Some(false) {
            // Before the first run there was nothing to load.
            return Ok(());
        }
        let Some(socket) = &self.socket else {
            return self.by_process();
        };
        let conf = ask(socket, "config-get", patience)?;
        let networks = &conf["Dhcp6"]["shared-networks"];
        let has = kea_text::subnets(networks).unwrap_or_default();
        let Some(wanted) = self.wanted() else { return Ok(()) };
        let found = |subnet| has.binary_search(subnet).is_ok();
        match wanted.iter().find(|subnet| !found(subnet)) {
            None => Ok(()),
            Some((net, ..)) => Err(format!(
                "kea-dhcp6 answers, but {NOT_LOADED}: the subnet {net} is \
                 missing or another one"
            )),
        }
    }

    fn has_set(&self) -> Option<bool> {
        Some(files::exists(&self.dir.join(LIST)))
    }
}

/// Reads until a moment that does not come again.
struct Until(UnixStream, Instant);

impl Read for Until {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.1.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.0.set_read_timeout(Some(left))?;
        self.0.read(buffer)
    }
}

/// Gives the server a command (Kea's manual, 'Management API'); the arguments
/// of its answer.
///
/// # Errors
/// It does not answer, or refuses, in words.
fn ask(
    socket: &PathBuf,
    command: &str,
    patience: Duration,
) -> Result<Value, String> {
    let said = || -> io::Result<Value> {
        let mut stream = UnixStream::connect(socket)?;
        stream.set_write_timeout(Some(patience))?;
        write!(stream, "{{ \"command\": \"{command}\" }}")?;
        let until = Until(stream, Instant::now() + patience).take(MOST);
        // The server leaves the connection open after its answer.
        let mut input =
            serde_json::Deserializer::from_reader(BufReader::new(until));
        Ok(Value::deserialize(&mut input)?)
    };
    let mut answer = said().map_err(|error| {
        format!("no answer at its control socket {}: {error}", socket.display())
    })?;
    if answer["result"] == 0 {
        return Ok(answer["arguments"].take());
    }
    Err(format!("it refuses {command}: {}", answer["text"]))
}
