//! `names::reconcile` against a real named.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use provha::clients::axfr;
use provha::clients::axfr::Rdata;
use provha::clients::nsupdate::Updater;
use provha::model::Version6;
use provha::model::device::Identity;
use provha::model::mac::MacCell;
use provha::model::pool::Net;
use provha::model::version6::Endpoint6;
use provha::model::{
    Cmts, Endpoint, Findings, Label, Mac, Modem, Mta, Network, Pool, PoolType,
    Role, Site,
};
use provha::zone_sync::{
    Job, Limits, NamesError, REVERSE, REVERSE6, Report, mangle, reconcile,
    reconcile_within,
};

const DOMAIN: &str = "prov.test";
const KEY: [u8; 32] = [3; 32];
const SECRET: &str = "cHJvdmhhIHRlc3Qgc2VjcmV0IG9mIDMyIG9jdGV0cyE=";
/// 2026/11/21 00:00:00 UTC.
const NOW: i64 = 1_795_219_200;

/// A named with both zones on a port of its own.
struct Named {
    dir: tempfile::TempDir,
    server: SocketAddr,
    child: Child,
    /// What the last run found.
    told: std::cell::RefCell<Vec<String>>,
}

impl Drop for Named {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Named {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let port = free_port();
        let path = dir.path().display();
        let key = |secret| {
            format!(
                "key \"dhcpupdate\" {{ algorithm hmac-sha256; secret \
                 \"{secret}\"; }};\n"
            )
        };
        let zone = |name: &str| {
            format!(
                "zone \"{name}\" {{ type master; file \"{path}/{name}.zone\"; \
                 allow-update {{ key dhcpupdate; }}; allow-transfer {{ \
                 127.0.0.1; }}; notify no; }};\n"
            )
        };
        let conf = format!(
            "options {{ directory \"{path}\"; listen-on port {port} {{ \
             127.0.0.1; }}; listen-on-v6 {{ none; }}; pid-file none; \
             session-keyfile \"{path}/session.key\"; lock-file none; \
             recursion no; dnssec-validation no; empty-zones-enable no; }};\n\
             controls {{ }};\n{}{}{}{}",
            key(SECRET),
            zone(DOMAIN),
            zone(REVERSE),
            zone(REVERSE6)
        );
        let write = |name: &str, text: &str| {
            fs::write(dir.path().join(name), text).unwrap();
        };
        write("named.conf", &conf);
        write("key", &key(SECRET));
        write("wrong", &key("bm90IHRoZSBzZWNyZXQ="));
        let seed = |origin: &str, more: &str| {
            format!(
                "$TTL 86400\n@ IN SOA nms01.{DOMAIN}. hostmaster.{DOMAIN}. 1 \
                 21600 3600 604800 86400\n@ NS nms01.{DOMAIN}.\n$ORIGIN \
                 {origin}.\n{more}"
            )
        };
        let hosts = "nms01 A 172.21.4.10\nwww A 192.0.2.1\ncm-7 A 10.0.0.77\n\
                     cm-7 TXT 00aabbccddeeff00112233445566778899\n";
        write("prov.test.zone", &seed(DOMAIN, hosts));
        let pointers = "10.4.21.172 PTR nms01.prov.test.\n77.0.0.10 PTR \
                        cm-7.prov.test.\n";
        write("in-addr.arpa.zone", &seed(REVERSE, pointers));
        write("ip6.arpa.zone", &seed(REVERSE6, ""));
        let log = File::create(dir.path().join("log")).unwrap();
        let child = Command::new("named")
            .args(["-g", "-c"])
            .arg(dir.path().join("named.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("named must be installed: apt-get install bind9");
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let told = std::cell::RefCell::default();
        let named = Self { dir, server, child, told };
        named.wait();
        named
    }

    fn wait(&self) {
        let end = Instant::now() + Duration::from_secs(20);
        let limit = Duration::from_secs(2);
        while axfr::transfer(self.server, DOMAIN, limit, &mut |_, _| ())
            .is_err()
        {
            let log = self.dir.path().join("log");
            let log = fs::read_to_string(log).unwrap_or_default();
            assert!(Instant::now() < end, "named does not answer: {log}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// All records of a zone but those of its apex, as text.
    fn zone(&self, zone: &str) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        let limit = Duration::from_secs(20);
        axfr::transfer(self.server, zone, limit, &mut |owner, rdata| {
            let data = match rdata {
                Rdata::Address(address) => address.to_string(),
                Rdata::Address6(address) => address.to_string(),
                Rdata::Alias(name) | Rdata::Pointer(name) => name,
                Rdata::Text(_) => "TXT".into(),
                _ => return,
            };
            out.insert(format!("{owner} {data}"));
        })
        .unwrap();
        out
    }

    fn run(
        &self,
        network: &Network,
        key_file: &str,
    ) -> Result<Report, NamesError> {
        let leases = self.path("leases");
        let job = Job {
            network,
            leases: &leases,
            cpe_key: Some(KEY),
            server: self.server,
            timeout: Duration::from_secs(20),
            now: NOW,
        };
        let mut updates = Updater {
            program: "nsupdate".into(),
            server: self.server,
            key_file: self.path(key_file),
            timeout: Duration::from_secs(10),
        };
        if network.v6.read {
            let limits = Limits { reverse6: true, ..Limits::NONE };
            let mut findings = Findings::default();
            let made =
                reconcile_within(&job, limits, &mut updates, &mut findings);
            let told = findings.sorted().into_iter();
            *self.told.borrow_mut() = told.map(|f| f.to_string()).collect();
            return made;
        }
        reconcile(&job, &mut updates, &mut Findings::default())
    }
}

/// A port that nothing listens on now.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn mac(number: u32) -> Mac {
    let [_, a, b, c] = number.to_be_bytes();
    match Mac::read(&format!("02:00:00:{a:02x}:{b:02x}:{c:02x}")) {
        MacCell::Valid { mac, .. } => mac,
        _ => panic!("no MAC"),
    }
}

fn pool(id: u32, kind: PoolType, net: &str, mask: &str, last: &str) -> Pool {
    let net: Ipv4Addr = net.parse().unwrap();
    let first = Ipv4Addr::from_bits(net.to_bits() + 2);
    Pool {
        id,
        kind,
        net: Net::new(net, mask.parse().unwrap()).unwrap(),
        range: (first, last.parse().unwrap()),
        router: Ipv4Addr::from_bits(net.to_bits() + 1),
        broadcast: None,
        dns: Vec::new(),
        optional: String::new(),
        active: true,
        vendor_class: String::new(),
        drain: None,
    }
}

/// `count` modems; adapter 5, an endpoint with an address, one without.
fn network(count: u32) -> Network {
    let modem = |id: u32| Modem {
        id,
        mac: Some(mac(id)),
        public: false,
        internet_access: true,
        network_access: true,
        telephony: false,
        doubled: false,
    };
    let endpoint = |id: u32, name: &str, fixed: Option<[u8; 4]>| Endpoint {
        id,
        name: Label::read(name).unwrap(),
        identity: Identity::Hardware(mac(0x0050_0000 + id)),
        fixed: fixed.map(Ipv4Addr::from),
        add_reverse: fixed.map(|_| "www.customer.test".to_string()),
    };
    let pools = vec![
        pool(1, PoolType::Cm, "10.0.0.0", "255.252.0.0", "10.3.255.253"),
        pool(2, PoolType::Mta, "100.96.0.0", "255.255.0.0", "100.96.9.9"),
        pool(3, PoolType::CpePub, "192.0.2.0", "255.255.255.0", "192.0.2.250"),
    ];
    let site = Site {
        role: Role::Standalone,
        pair: None,
        provisioning_server: [172, 21, 4, 10].into(),
        slaves: Vec::new(),
        master: None,
        domain: DOMAIN.into(),
        fqdn: format!("nms01.{DOMAIN}"),
        default_lease_time: 600,
        max_lease_time: 600,
        max_cpe: 0,
        multiple_provisioning_systems: false,
        time_offset: 0,
        secret: SECRET.into(),
        voip: true,
        mta_domain: None,
        mta_option: None,
        rebuild_interval: 3600,
    };
    Network {
        site,
        cmts: vec![Cmts { id: 1, name: "c".into(), pools }],
        modems: (1..=count).map(modem).collect(),
        modem_names: [(2, Label::read("Attic").unwrap())].into(),
        elsewhere: Vec::new(),
        mtas: vec![Mta { id: 5, mac: mac(0x0040_0000), named_by_mac: false }],
        endpoints: vec![
            endpoint(1, "web", Some([192, 0, 2, 9])),
            endpoint(2, "alias", None),
        ],
        fixed: Vec::new(),
        v6: provha::model::Version6::default(),
        rows: 0,
    }
}

fn lease(address: Ipv4Addr, state: &str, mac: Mac) -> String {
    format!(
        "lease {address} {{\n  starts 5 2026/11/20 23:00:00;\n  ends 6 \
         2026/11/21 23:00:00;\n  binding state {state};\n  hardware ethernet \
         {mac};\n}}\n"
    )
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

#[test]
fn both_zones_follow_the_leases() {
    let named = Named::start();
    let network = network(3);
    let leases = named.path("leases");
    let at = |last: u8| Ipv4Addr::new(10, 0, 0, last);
    let mut text = lease(at(11), "active", mac(1));
    text += &lease(at(12), "active", mac(2));
    text += &lease(Ipv4Addr::new(100, 96, 0, 9), "active", mac(0x0040_0000));
    text += &lease(Ipv4Addr::new(192, 0, 2, 20), "active", mac(0x0060_0000));
    write(&leases, &text);
    let report = named.run(&network, "key").unwrap();
    let cpe = mangle(&KEY, mac(0x0060_0000).octets());
    let alias = mangle(&KEY, mac(0x0050_0002).octets());
    let expected = [
        format!("{cpe}.cpe.prov.test 192.0.2.20"),
        format!("{cpe}.cpe.prov.test TXT"),
        format!("alias.cpe.prov.test {alias}.cpe.prov.test"),
        "_provha.alias.cpe.prov.test TXT".into(),
        "cm-1.prov.test TXT".into(),
        "mta-5.prov.test TXT".into(),
        "web.cpe.prov.test TXT".into(),
        "attic.prov.test 10.0.0.12".into(),
        "attic.prov.test TXT".into(),
        "cm-1.prov.test 10.0.0.11".into(),
        "mta-5.prov.test 100.96.0.9".into(),
        "nms01.prov.test 172.21.4.10".into(),
        "web.cpe.prov.test 192.0.2.9".into(),
        "www.prov.test 192.0.2.1".into(),
    ];
    assert_eq!(named.zone(DOMAIN), BTreeSet::from(expected));
    let expected = [
        "10.4.21.172.in-addr.arpa nms01.prov.test".to_string(),
        "11.0.0.10.in-addr.arpa cm-1.prov.test".into(),
        "12.0.0.10.in-addr.arpa attic.prov.test".into(),
        "20.2.0.192.in-addr.arpa ".to_string() + &cpe + ".cpe.prov.test",
        "9.0.96.100.in-addr.arpa mta-5.prov.test".into(),
        "9.2.0.192.in-addr.arpa web.cpe.prov.test".into(),
        "9.2.0.192.in-addr.arpa www.customer.test".into(),
        "9.2.0.192.in-addr.arpa TXT".into(),
    ];
    assert_eq!(named.zone(REVERSE), BTreeSet::from(expected));
    assert_eq!((report.added, report.removed), (19, 3));
    // Nothing changed: nothing is sent, which a wrong key would show.
    let report = named.run(&network, "wrong").unwrap();
    assert_eq!((report.added, report.removed), (0, 0));
    // dhcpd goes on writing its journal: one goes, one moves, one comes.
    text += &lease(at(11), "free", mac(1));
    text += &lease(at(12), "expired", mac(2));
    text += &lease(at(22), "active", mac(2));
    text += &lease(at(23), "active", mac(3));
    text += "lease 10.0.0.23 {\n  binding state fr";
    write(&leases, &text);
    named.run(&network, "key").unwrap();
    let zone = named.zone(DOMAIN);
    assert!(zone.contains("attic.prov.test 10.0.0.22"), "{zone:?}");
    assert!(zone.contains("cm-3.prov.test 10.0.0.23"), "{zone:?}");
    assert!(!zone.iter().any(|line| line.starts_with("cm-1")), "{zone:?}");
    assert_eq!(zone.len(), 14);
    assert_eq!(named.zone(REVERSE).len(), 8);
}

#[test]
fn refusals_are_told_and_change_nothing() {
    let named = Named::start();
    let mut network = network(1);
    let text = lease(Ipv4Addr::new(10, 0, 0, 11), "active", mac(1));
    write(&named.path("leases"), &text);
    let before = named.zone(DOMAIN);
    let error = named.run(&network, "wrong").unwrap_err().to_string();
    assert!(error.contains("was not taken"), "{error}");
    assert!(!error.contains("bm90IHRoZ"), "{error}");
    assert_eq!(named.zone(DOMAIN), before);
    network.site.domain = "other.test".into();
    let error = named.run(&network, "key").unwrap_err();
    assert!(matches!(error, NamesError::Transfer { .. }), "{error}");
}

#[test]
fn many_leases_go_in_at_once_and_out_again() {
    let named = Named::start();
    let count = 5000;
    let network = network(count);
    let text: String = (1..=count)
        .map(|i| {
            let address = Ipv4Addr::from_bits(0x0a00_0010 + i);
            lease(address, "active", mac(i))
        })
        .collect();
    write(&named.path("leases"), &text);
    let report = named.run(&network, "key").unwrap();
    assert_eq!(report.wanted, 2 * count as usize + 4);
    let (forward, reverse) = (named.zone(DOMAIN), named.zone(REVERSE));
    // dhcpd's own TXT of cm-7 stays as long as its modem, and is its mark.
    assert_eq!(forward.len(), 2 * count as usize + 6);
    assert_eq!(reverse.len(), count as usize + 4);
    // An empty file tells of no name that it should go.
    write(&named.path("leases"), "");
    let report = named.run(&network, "key").unwrap();
    assert_eq!((report.added, report.removed), (0, 0));
    // An address, a pointer and a mark each.
    assert_eq!(report.spared, 3 * count as usize);
    assert_eq!(named.zone(DOMAIN), forward);
    let address = Ipv4Addr::from_bits(0x0a00_0011);
    write(&named.path("leases"), &lease(address, "free", mac(1)));
    named.run(&network, "key").unwrap();
    assert_eq!(named.zone(DOMAIN).len(), 6);
    assert_eq!(named.zone(REVERSE).len(), 4);
}

/// An endpoint of version 6.
fn endpoint6(id: u32, name: &str, ip: &str, named: bool) -> Endpoint6 {
    Endpoint6 {
        id,
        name: Label::read(name).unwrap(),
        mac: mac(0x0070_0000 + id),
        address: ip.parse().unwrap(),
        prefix: None,
        pool: 9,
        named,
    }
}

#[test]
fn endpoints_of_version_6_have_names() {
    let named = Named::start();
    let mut network = network(1);
    let endpoints = vec![
        // The twin of the endpoint of version 4, one alone, one with the name
        // of an alias, one that gets an address without a name.
        endpoint6(21, "web", "2001:db8::9", true),
        endpoint6(22, "six", "2001:db8::a", true),
        endpoint6(23, "alias", "2001:db8::b", true),
        endpoint6(24, "mute", "2001:db8::c", false),
    ];
    network.v6 =
        Version6 { read: true, used: true, endpoints, ..Version6::default() };
    write(&named.path("leases"), &lease([10, 0, 0, 9].into(), "free", mac(9)));
    let of6 = |zone: &str| -> Vec<String> {
        let all = named.zone(zone).into_iter();
        all.filter(|line| line.contains("2001:db8") || zone == REVERSE6)
            .map(|line| line.replace("0.".repeat(23).as_str(), "~"))
            .collect()
    };
    named.run(&network, "key").unwrap();
    let expected =
        ["six.cpe.prov.test 2001:db8::a", "web.cpe.prov.test 2001:db8::9"];
    assert_eq!(of6(DOMAIN), expected);
    let both = "web.cpe.prov.test 192.0.2.9";
    assert!(named.zone(DOMAIN).contains(both));
    let expected = [
        "9.~8.b.d.0.1.0.0.2.ip6.arpa web.cpe.prov.test",
        "a.~8.b.d.0.1.0.0.2.ip6.arpa six.cpe.prov.test",
    ];
    assert_eq!(of6(REVERSE6), expected);
    let told = named.told.borrow().join("; ");
    assert!(
        told.contains("endpoint 23 hostname: is another device's"),
        "{told}"
    );
    // Again: nothing.
    let report = named.run(&network, "key").unwrap();
    assert_eq!((report.added, report.removed), (0, 0));
    // One gets another address, one goes; what was put there by hand stays.
    let updates = Updater {
        program: "nsupdate".into(),
        server: named.server,
        key_file: named.path("key"),
        timeout: Duration::from_secs(10),
    };
    updates
        .send("zone prov.test.\nupdate add www.prov.test. 60 AAAA 2001:db8::77\nsend\n")
        .unwrap();
    network.v6.endpoints.remove(0);
    network.v6.endpoints[0] = endpoint6(22, "six", "2001:db8::d", true);
    named.run(&network, "key").unwrap();
    let expected =
        ["six.cpe.prov.test 2001:db8::d", "www.prov.test 2001:db8::77"];
    assert_eq!(of6(DOMAIN), expected);
    assert_eq!(
        of6(REVERSE6),
        ["d.~8.b.d.0.1.0.0.2.ip6.arpa six.cpe.prov.test"]
    );
    // Where version 6 is not read, nothing of it is touched.
    network.v6 = Version6::default();
    named.run(&network, "key").unwrap();
    assert_eq!(of6(DOMAIN), expected);
}
