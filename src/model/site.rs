//! The operator's settings as one machine sees them.

use std::net::Ipv4Addr;

/// What this machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Has the GUI, writes the database; failover primary.
    Master,
    /// Reads the database only; failover secondary.
    Slave,
    /// One machine without a peer.
    Standalone,
}

impl Role {
    /// The word in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::Slave => "slave",
            Self::Standalone => "standalone",
        }
    }

    /// Reads the word, without case.
    pub fn read(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "master" => Some(Self::Master),
            "slave" => Some(Self::Slave),
            "standalone" => Some(Self::Standalone),
            _ => None,
        }
    }
}

/// The failover pair, from this machine's side.
#[derive(Debug, Clone)]
pub struct Pair {
    /// This machine's address.
    pub own: Ipv4Addr,
    /// The peer's address.
    pub peer: Ipv4Addr,
    /// Whether this machine is the primary.
    pub primary: bool,
    /// The share of the clients that the primary serves, 0..=256
    /// (dhcpd.conf(5), `split`).
    pub split: u16,
    /// The TSIG secret of the peer's DNS server (base64); None: what is set is
    /// no secret, and the peer's zones cannot be updated from here.
    pub peer_secret: Option<String>,
}

/// What holds for the whole network, on this machine.
#[derive(Debug, Clone)]
pub struct Site {
    /// What this machine is.
    pub role: Role,
    /// The failover pair; None: standalone, or no slave is set.
    pub pair: Option<Pair>,
    /// provbase.provisioning_server.
    pub provisioning_server: Ipv4Addr,
    /// All slaves of provha.slaves, trimmed.
    pub slaves: Vec<Ipv4Addr>,
    /// provha.master, if ProvHA is there.
    pub master: Option<Ipv4Addr>,
    /// provbase.domain_name without a final dot.
    pub domain: String,
    /// This machine's full name.
    pub fqdn: String,
    /// provbase.dhcp_def_lease_time, seconds.
    pub default_lease_time: u32,
    /// provbase.dhcp_max_lease_time, seconds.
    pub max_lease_time: u32,
    /// provbase.max_cpe; 0 means not set.
    pub max_cpe: u32,
    /// Whether ignore-cpe.conf holds its class.
    pub multiple_provisioning_systems: bool,
    /// The zone's offset from UTC now, seconds.
    pub time_offset: i32,
    /// This machine's TSIG secret (base64).
    pub secret: String,
    /// Whether the ProvVoip module is there.
    pub voip: bool,
    /// provvoip.mta_domain without a final dot, if it is a zone of ours.
    pub mta_domain: Option<String>,
    /// The same where the release tells it to adapters as an option instead.
    pub mta_option: Option<String>,
    /// provha.slave_config_rebuild_interval, seconds.
    pub rebuild_interval: u32,
}

impl Site {
    /// This machine's own address.
    pub fn own(&self) -> Ipv4Addr {
        self.pair.as_ref().map_or(self.alone(), |pair| pair.own)
    }

    /// The address without a pair: the master's where ProvHA is set up
    /// without slaves, else the provisioning server.
    fn alone(&self) -> Ipv4Addr {
        match (self.role, self.master) {
            (Role::Master, Some(master)) => master,
            _ => self.provisioning_server,
        }
    }

    /// The addresses of all provisioning machines that the settings name.
    pub fn machines(&self) -> impl Iterator<Item = Ipv4Addr> {
        let slaves = self.slaves.iter().copied();
        let pair = self.servers().into_iter();
        pair.chain(self.master).chain(slaves).chain([self.provisioning_server])
    }

    /// The slaves without failover: dhcpd knows pairs only (dhcpd.conf(5)), of
    /// the master and the first slave.
    pub fn slaves_without_peer(&self) -> &[Ipv4Addr] {
        self.slaves.get(1..).unwrap_or_default()
    }

    /// True if this machine is one of these.
    pub fn is_without_peer(&self) -> bool {
        let own = self.pair.as_ref().filter(|pair| !pair.primary);
        own.is_some_and(|pair| self.slaves_without_peer().contains(&pair.own))
    }

    /// Own address first, then the peer's.
    pub fn servers(&self) -> Vec<Ipv4Addr> {
        let peer = self.pair.as_ref().map(|pair| pair.peer);
        std::iter::once(self.own()).chain(peer).collect()
    }
}
