//! The machine as seen by a run: arguments, variables, clock, names.
//!
//! Everything that could make two runs differ enters here, so that tests can
//! hand in their own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::net::IpAddr;

/// What the outside world gives to a run.
pub struct Env {
    /// The command line, program name first.
    pub args: Vec<OsString>,
    /// The process environment; it wins over the env files.
    pub vars: BTreeMap<String, String>,
    /// Whether stderr is a terminal (colour, progress).
    pub terminal: bool,
}

impl Env {
    /// The real process.
    pub fn real() -> Self {
        let vars = std::env::vars_os()
            .filter_map(|(key, value)| {
                Some((key.into_string().ok()?, value.into_string().ok()?))
            })
            .collect();
        Self {
            args: std::env::args_os().collect(),
            vars,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// The variable, unless it is empty.
    pub fn var(&self, key: &str) -> Option<&str> {
        self.vars.get(key).map(String::as_str).filter(|v| !v.is_empty())
    }
}

/// The machine's host name, as `hostname` prints it.
pub fn host_name() -> String {
    nix::unistd::gethostname()
        .ok()
        .and_then(|name| name.into_string().ok())
        .unwrap_or_default()
}

/// All addresses of the machine's interfaces.
pub fn addresses() -> Vec<IpAddr> {
    let Ok(interfaces) = nix::ifaddrs::getifaddrs() else { return Vec::new() };
    interfaces
        .filter_map(|interface| {
            let address = interface.address?;
            if let Some(v4) = address.as_sockaddr_in() {
                return Some(IpAddr::V4(v4.ip()));
            }
            address.as_sockaddr_in6().map(|v6| IpAddr::V6(v6.ip()))
        })
        .collect()
}

/// Seconds since 1970 (UTC).
pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
