//! The result of `probe`.

use schemars::JsonSchema;
use serde::Serialize;

/// The result of `probe`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Probed {
    /// The command.
    pub command: &'static str,
    /// The devices, each on each server.
    pub devices: Vec<DeviceProbed>,
    /// Whether all of them get all they need from every server.
    pub good: bool,
    /// How long it took.
    pub seconds: f64,
}

/// One device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DeviceProbed {
    /// As commands take it.
    pub name: String,
    /// modem, mta, endpoint, or lease: not in the database.
    pub kind: &'static str,
    /// Its MAC.
    pub mac: String,
    /// The address of its lease, or its fixed one.
    pub address: Option<String>,
    /// What each server does for it.
    pub servers: Vec<ServerProbed>,
}

/// What one server does for a device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ServerProbed {
    /// this node, or peer.
    pub server: &'static str,
    /// Its address.
    pub address: String,
    /// The state that the CMTS would show for a modem (init(d), init(i),
    /// init(o), init(t), reject(m), reject(c), online, online(d),
    /// online(pt)); for others: no address, no file, ready. not known: dhcpd
    /// could not be asked.
    pub state: &'static str,
    /// Whether that is as it should be.
    pub good: bool,
    /// Why.
    pub why: String,
    /// What fixes it.
    pub fix: Option<String>,
    /// The questions, one by one.
    pub checks: Vec<Check>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// dhcp, options, tftp, file, time, ntp, dns.
    pub what: &'static str,
    /// ok, wrong, or not asked.
    pub result: &'static str,
    /// In words.
    pub text: String,
}

impl Check {
    /// What is as it should be.
    pub fn ok(what: &'static str, text: impl Into<String>) -> Self {
        Self { what, result: "ok", text: text.into() }
    }

    /// What is wrong.
    pub fn wrong(what: &'static str, text: impl Into<String>) -> Self {
        Self { what, result: "wrong", text: text.into() }
    }

    /// What nobody was asked for.
    pub fn skipped(what: &'static str, text: impl Into<String>) -> Self {
        Self { what, result: "not asked", text: text.into() }
    }
}
