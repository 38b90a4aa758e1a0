//! The network of the drill as SQL: two CMTS, one with room, one whose pool is
//! small; modems and telephone adapters.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

pub const MASTER: Ipv4Addr = Ipv4Addr::new(172, 21, 4, 10);
pub const SLAVE: Ipv4Addr = Ipv4Addr::new(172, 21, 4, 11);
pub const ARBITER: Ipv4Addr = Ipv4Addr::new(172, 21, 4, 12);
/// The CMTS' management address.
pub const CMTS: Ipv4Addr = Ipv4Addr::new(172, 21, 4, 201);
/// The router of the large modem pool, 1000 addresses.
pub const WIDE: Ipv4Addr = Ipv4Addr::new(10, 50, 0, 1);
/// The router of the small modem pool.
pub const NARROW: Ipv4Addr = Ipv4Addr::new(10, 60, 0, 1);
/// How many addresses that has.
pub const NARROW_SIZE: usize = 24;
pub const DOMAIN: &str = "drill.example.net";

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Modem,
    Adapter,
}

/// A device of the plant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub kind: Kind,
    pub id: u32,
}

impl Device {
    /// A modem.
    pub fn modem(id: u32) -> Self {
        Self { kind: Kind::Modem, id }
    }

    /// Its hardware address; the id stands in it.
    pub fn mac(&self) -> [u8; 6] {
        let [_, a, b, c] = self.id.to_be_bytes();
        let kind = match self.kind {
            Kind::Modem => 0x10,
            Kind::Adapter => 0x20,
        };
        [0x02, 0, kind, a, b, c]
    }

    /// The same as text.
    pub fn mac_text(&self) -> String {
        let octets: Vec<String> =
            self.mac().iter().map(|octet| format!("{octet:02x}")).collect();
        octets.join(":")
    }

    /// Its host name.
    pub fn name(&self) -> String {
        let word = match self.kind {
            Kind::Modem => "cm",
            Kind::Adapter => "mta",
        };
        format!("{word}-{}", self.id)
    }

    /// Its file, below the TFTP directory.
    pub fn file(&self) -> String {
        let name = self.name();
        let (dir, _) = name.split_once('-').unwrap();
        format!("{dir}/{name}.cfg")
    }

    /// The statement that makes it.
    pub fn insert(&self) -> String {
        let (id, name, mac) = (self.id, self.name(), self.mac_text());
        match self.kind {
            Kind::Modem => format!(
                "INSERT INTO modem (id, hostname, contract_id, mac, public, \
                 internet_access, configfile_id, qos_id, next_passive_id) \
                 VALUES ({id}, '{name}', 500000, '{mac}', 0, 1, 1, 1, 0);\n"
            ),
            Kind::Adapter => format!(
                "INSERT INTO mta (id, modem_id, mac, hostname, configfile_id, \
                 type) VALUES ({id}, {}, '{mac}', '{name}', 10, 'sip');\n",
                id - 200_000
            ),
        }
    }
}

/// `count` modems, ids from `first` on.
pub fn modems(first: u32, count: u32) -> Vec<Device> {
    (first..first + count).map(Device::modem).collect()
}

/// `count` adapters behind the first modems.
pub fn adapters(count: u32) -> Vec<Device> {
    let adapter = |id| Device { kind: Kind::Adapter, id };
    (300_000..300_000 + count).map(adapter).collect()
}

/// The settings, pools and texts of configfiles.
pub fn settings(lease: u32) -> String {
    let narrow = 10 + NARROW_SIZE - 1;
    let mut sql = format!(
        "SET sql_mode = 'NO_ENGINE_SUBSTITUTION';\n\
         INSERT INTO provbase (id, provisioning_server, ro_community, \
         rw_community, domain_name, dns_password, dhcp_def_lease_time, \
         dhcp_max_lease_time, max_cpe, multiple_provisioning_systems) VALUES \
         (1, '{MASTER}', 'ro', 'rw', '{DOMAIN}', 'c2VjcmV0LW1hc3Rlcg==', \
         {lease}, {lease}, 3, 0);\n\
         INSERT INTO provvoip (id, startid_mta) VALUES (1, 300000);\n\
         INSERT INTO provha (id, master, master_dns_password, slaves, \
         slave_dns_password, load_ratio_master, \
         slave_config_rebuild_interval) VALUES (1, '{MASTER}', \
         'c2VjcmV0LW1hc3Rlcg==', '{SLAVE}', 'c2VjcmV0LXNsYXZl', 0.5, 3600);\n\
         INSERT INTO netgw (id, hostname, ip, company, type) VALUES \
         (1, 'cmts-wide', '{CMTS}', 'Cisco', 'cmts'), \
         (2, 'cmts-narrow', '172.21.4.202', 'Cisco', 'cmts');\n\
         INSERT INTO qos (id, name, ds_rate_max, us_rate_max, \
         ds_rate_max_help, us_rate_max_help) VALUES \
         (1, 'Home 50', 50, 5, 52500000, 5250000);\n\
         INSERT INTO contract (id, number, firstname, lastname, \
         internet_access, has_telephony, qos_id, contract_start) VALUES \
         (500000, 'K1', 'Anna', 'Adler', 1, 1, 1, '2021-01-01');\n"
    );
    for (id, cmts, kind, net, mask, from, to) in [
        (1, 1, "CM", "10.50.0", "255.255.252.0", "0.10", "3.249".to_string()),
        (2, 1, "MTA", "10.51.0", "255.255.254.0", "0.10", "1.249".into()),
        (3, 2, "CM", "10.60.0", "255.255.255.0", "0.10", format!("0.{narrow}")),
    ] {
        let two = net.trim_end_matches(".0");
        let _ = writeln!(
            sql,
            "INSERT INTO ippool (id, netgw_id, type, net, netmask, \
             ip_pool_start, ip_pool_end, router_ip) VALUES ({id}, {cmts}, \
             '{kind}', '{net}.0', '{mask}', '{two}.{from}', '{two}.{to}', \
             '{net}.1');"
        );
    }
    for (id, device, text) in [
        (
            1,
            "cm",
            "SnmpMibObject sysName.0 String \"{modem.hostname.0}\" ;\\n\
             SnmpMibObject sysLocation.0 String \"{modem.city.0}\" ;\\n\
             GlobalPrivacyEnable 1;",
        ),
        (2, "cm", "MaxCPE 7;\\nGlobalPrivacyEnable 0;"),
        (
            10,
            "mta",
            "SnmpMibObject sysName.0 String \"{mta.hostname.0}\" ;\\n\
             SnmpMibObject pktcMtaDevEnabled.0 Integer 1;",
        ),
    ] {
        let _ = writeln!(
            sql,
            "INSERT INTO configfile (id, name, text, device, public) VALUES \
             ({id}, 'text {id}', '{text}', '{device}', 'yes');"
        );
    }
    sql
}
