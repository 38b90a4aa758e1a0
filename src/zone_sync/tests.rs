//! Tests of the completion without a DNS server.

mod by_hand;

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use crate::clients::axfr::Rdata;
use crate::isc_dhcp::leases::Lease;
use crate::model::device::Identity;
use crate::model::mac::MacCell;
use crate::model::*;
use crate::render::dns::batch::Batch;
use crate::zone_sync::zone::Zones;
use crate::zone_sync::*;

const KEY: CpeKey = [7; 32];

fn mac(last: u8) -> Mac {
    let text = format!("00:1a:2b:10:00:{last:02X}");
    match Mac::read(&text) {
        MacCell::Valid { mac, .. } => mac,
        _ => panic!("{text}"),
    }
}

fn modem(id: u32) -> Modem {
    Modem {
        id,
        mac: Some(mac(id as u8)),
        public: false,
        internet_access: true,
        network_access: true,
        telephony: false,
        doubled: false,
    }
}

fn endpoint(id: u32, name: &str, fixed: Option<&str>) -> Endpoint {
    Endpoint {
        id,
        name: Label::read(name).unwrap(),
        identity: Identity::Hardware(mac(id as u8)),
        fixed: fixed.map(|a| a.parse().unwrap()),
        add_reverse: None,
    }
}

fn pool(kind: PoolType, net: &str) -> Pool {
    let at = |last: u8| format!("{net}.{last}").parse().unwrap();
    Pool {
        id: 1,
        kind,
        net: crate::model::pool::Net::new(
            at(0),
            "255.255.255.0".parse().unwrap(),
        )
        .unwrap(),
        range: (at(10), at(200)),
        router: at(1),
        broadcast: None,
        dns: Vec::new(),
        optional: String::new(),
        active: true,
        vendor_class: String::new(),
        drain: None,
    }
}

/// Modems 1 (cm-1), 2 ('Attic') and adapter 9; a modem, an adapter and a
/// public pool.
fn network() -> Network {
    let attic = Label::read("Attic").unwrap();
    Network {
        site: site(),
        cmts: vec![Cmts {
            id: 1,
            name: "c".into(),
            pools: vec![
                pool(PoolType::Cm, "10.0.0"),
                pool(PoolType::Mta, "100.96.0"),
                pool(PoolType::CpePub, "192.0.2"),
            ],
        }],
        modems: vec![modem(1), modem(2)],
        modem_names: [(2, attic)].into(),
        elsewhere: Vec::new(),
        mtas: vec![Mta { id: 9, mac: mac(9), named_by_mac: false }],
        endpoints: Vec::new(),
        fixed: Vec::new(),
        v6: Version6::default(),
        rows: 0,
    }
}

fn site() -> Site {
    Site {
        role: Role::Standalone,
        pair: None,
        provisioning_server: [172, 21, 4, 10].into(),
        slaves: Vec::new(),
        master: None,
        domain: "prov.test".into(),
        fqdn: "nms01.prov.test".into(),
        default_lease_time: 0,
        max_lease_time: 0,
        max_cpe: 0,
        multiple_provisioning_systems: false,
        time_offset: 0,
        secret: String::new(),
        voip: true,
        mta_domain: None,
        mta_option: None,
        rebuild_interval: 0,
    }
}

fn lease(address: &str, last: u8, since: i64) -> Lease {
    let hardware = Some(mac(last).octets());
    let ends = u32::MAX;
    Lease { address: address.parse().unwrap(), hardware, since, ends }
}

/// Keeps what is sent.
#[derive(Default)]
struct Sent(Vec<String>);

impl Updates for Sent {
    fn send(&mut self, batch: &Batch) -> Result<(), String> {
        self.0.extend_from_slice(batch.lines());
        Ok(())
    }
}

/// A zone that takes updates as a server does.
#[derive(Default, Clone)]
struct Server {
    forward: Vec<(String, Rdata)>,
    reverse: Vec<(String, Rdata)>,
}

impl Server {
    fn zones(&self) -> Zones {
        let mut zones = Zones::new("prov.test", "nms01.prov.test");
        zones.forward("prov.test", Rdata::Start("nms01.prov.test".into()));
        for (owner, rdata) in &self.forward {
            zones.forward(owner, rdata.clone());
        }
        for (owner, rdata) in &self.reverse {
            zones.reverse(owner, rdata.clone());
        }
        zones.sort();
        zones
    }

    fn take(&mut self, lines: &[String]) {
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let owner = words[2].trim_end_matches('.').to_string();
            let side = if owner.ends_with("in-addr.arpa") {
                &mut self.reverse
            } else {
                &mut self.forward
            };
            let text = line.split_once(" TXT ").map(|(_, text)| text);
            let text = text.map(|text| text.trim_matches('"').as_bytes());
            let record = |kind: &str, data: &str| {
                let name = data.trim_end_matches('.').to_string();
                match kind {
                    "A" => Rdata::Address(data.parse().unwrap()),
                    "CNAME" => Rdata::Alias(name),
                    "PTR" => Rdata::Pointer(name),
                    _ => Rdata::Text(text.unwrap().into()),
                }
            };
            if words[1] == "add" {
                assert_eq!(words[3], "3600");
                let rdata = record(words[4], words[5]);
                assert!(!side.contains(&(owner.clone(), rdata.clone())));
                side.push((owner, rdata));
            } else if words[3] == "TXT" && text.is_none() {
                side.retain(|(o, r)| {
                    *o != owner || !matches!(r, Rdata::Text(_))
                });
            } else {
                let gone = (owner, record(words[3], words[4]));
                assert!(side.contains(&gone), "{line}");
                side.retain(|r| *r != gone);
            }
        }
    }
}

/// What is to be brought in line.
fn job(network: &Network, cpe_key: Option<CpeKey>) -> Job<'_> {
    Job {
        network,
        leases: Path::new("/nonexistent"),
        cpe_key,
        server: ([127, 0, 0, 1], 53).into(),
        timeout: Duration::from_secs(1),
        now: 0,
    }
}

/// The changes, sorted as they are sent; applied to `server`.
fn changes(
    network: &Network,
    leases: &[Lease],
    cpe_key: Option<CpeKey>,
    server: &mut Server,
) -> (Vec<String>, Vec<String>) {
    let zones = server.zones();
    let job = job(network, cpe_key);
    let mut findings = Findings::default();
    let wanted = wanted::wanted(&job, &zones, leases.to_vec(), &mut findings);
    let (mut sent, mut report) = (Sent::default(), Report::default());
    let mut changes = Changes::new("prov.test", true, &mut sent, &mut report);
    change::forward(&zones, &wanted, &mut changes).unwrap();
    changes.flush().unwrap();
    let mut changes = Changes::new(REVERSE, true, &mut sent, &mut report);
    change::reverse(&zones, &wanted, &mut changes).unwrap();
    changes.flush().unwrap();
    assert_eq!(report.added + report.removed, sent.0.len());
    server.take(&sent.0);
    let words = findings.sorted().iter().map(ToString::to_string).collect();
    (sent.0, words)
}

#[test]
fn devices_with_leases_get_their_names_and_lose_them() {
    let (network, mut server) = (network(), Server::default());
    let leases = [
        lease("10.0.0.11", 1, 5),
        lease("10.0.0.12", 1, 9),
        lease("10.0.0.13", 2, 5),
        lease("100.96.0.20", 9, 5),
        // Customers: public, private, and a stranger in a modem pool.
        lease("192.0.2.20", 0x30, 5),
        lease("100.64.0.20", 0x31, 5),
        lease("10.0.0.40", 0x32, 5),
    ];
    let public = mangle(&KEY, mac(0x30).octets());
    let (sent, _) = changes(&network, &leases, Some(KEY), &mut server);
    let mut expected = vec![
        "update add attic.prov.test. 3600 A 10.0.0.13".to_string(),
        "update add attic.prov.test. 3600 TXT \"device of provha: \
         10.0.0.13\""
            .into(),
        "update add cm-1.prov.test. 3600 A 10.0.0.12".into(),
        "update add cm-1.prov.test. 3600 TXT \"device of provha: 10.0.0.12\""
            .into(),
        format!("update add {public}.cpe.prov.test. 3600 A 192.0.2.20"),
        format!(
            "update add {public}.cpe.prov.test. 3600 TXT \"device of provha: \
             192.0.2.20\""
        ),
        "update add mta-9.prov.test. 3600 A 100.96.0.20".into(),
        "update add mta-9.prov.test. 3600 TXT \"device of provha: \
         100.96.0.20\""
            .into(),
        "update add 11.0.0.10.in-addr.arpa. 3600 PTR cm-1.prov.test.".into(),
        "update add 12.0.0.10.in-addr.arpa. 3600 PTR cm-1.prov.test.".into(),
        "update add 13.0.0.10.in-addr.arpa. 3600 PTR attic.prov.test.".into(),
        "update add 20.0.96.100.in-addr.arpa. 3600 PTR mta-9.prov.test.".into(),
        format!(
            "update add 20.2.0.192.in-addr.arpa. 3600 PTR \
             {public}.cpe.prov.test."
        ),
    ];
    let mut got = sent;
    got.sort();
    expected.sort();
    assert_eq!(got, expected);
    // Again: nothing to do.
    let (sent, _) = changes(&network, &leases, Some(KEY), &mut server);
    assert!(sent.is_empty(), "{sent:?}");
    // The old lease of modem 1 ends, modem 2 and the customer go.
    let (sent, _) = changes(&network, &leases[1..2], Some(KEY), &mut server);
    assert_eq!(sent.len(), 10, "{sent:?}");
    let left: Vec<_> = server.forward.iter().map(|(o, _)| o).collect();
    assert_eq!(left, ["cm-1.prov.test"; 2]);
    assert_eq!(server.reverse.len(), 1);
}

#[test]
fn what_is_static_stays_and_what_dhcpd_made_goes() {
    let network = network();
    let mut server = Server::default();
    let address = |octets: [u8; 4]| Rdata::Address(octets.into());
    let forward = [
        ("nms01.prov.test", address([172, 21, 4, 10])),
        ("www.prov.test", address([192, 0, 2, 1])),
        ("mail.prov.test", Rdata::Alias("www.prov.test".into())),
        ("txt.prov.test", Rdata::Text(b"v=spf1".to_vec())),
        // A modem that is deleted, with dhcpd's record of its client.
        ("old.prov.test", address([10, 0, 0, 50])),
        ("old.prov.test", Rdata::Text(vec![b'0'; 34])),
        ("moved.prov.test", address([10, 9, 9, 5])),
        ("moved.prov.test", Rdata::Text(vec![b'c'; 34])),
        ("cm-77.prov.test", address([10, 0, 0, 51])),
        ("cm-77.prov.test", Rdata::Text(vec![b'a'; 34])),
        ("xxxxxx.cpe.prov.test", address([192, 0, 2, 60])),
        ("xxxxxx.cpe.prov.test", Rdata::Text(mark::MARK.into())),
        // Made by hand, whatever their form.
        ("yyyyyy.cpe.prov.test", address([192, 0, 2, 61])),
        ("cm-88.prov.test", address([10, 0, 0, 52])),
        // The modem that moved.
        ("cm-1.prov.test", address([10, 0, 0, 9])),
        ("cm-1.prov.test", Rdata::Text(vec![b'b'; 34])),
    ];
    server.forward = forward.map(|(o, r)| (o.to_string(), r)).to_vec();
    let pointer = |name: &str| Rdata::Pointer(name.into());
    let reverse = [
        ("10.4.21.172.in-addr.arpa", pointer("nms01.prov.test")),
        ("1.0.0.10.in-addr.arpa", pointer("router.example.org")),
        ("50.0.0.10.in-addr.arpa", pointer("old.prov.test")),
        ("51.0.0.10.in-addr.arpa", pointer("cm-77.prov.test")),
        ("52.0.0.10.in-addr.arpa", pointer("cm-88.prov.test")),
        // Outside of all pools that are left: the name leads back, or it was
        // made by hand.
        ("5.9.9.10.in-addr.arpa", pointer("moved.prov.test")),
        ("7.9.9.10.in-addr.arpa", pointer("cm-77.prov.test")),
        ("6.9.9.10.in-addr.arpa", pointer("www.prov.test")),
    ];
    server.reverse = reverse.map(|(o, r)| (o.to_string(), r)).to_vec();
    let leases = [lease("10.0.0.12", 1, 9)];
    let (sent, _) = changes(&network, &leases, Some(KEY), &mut server);
    let names = |side: &[(String, Rdata)]| {
        let mut names: Vec<String> =
            side.iter().map(|(owner, _)| owner.clone()).collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(
        names(&server.forward),
        "cm-1.prov.test cm-1.prov.test cm-88.prov.test mail.prov.test \
         nms01.prov.test txt.prov.test www.prov.test yyyyyy.cpe.prov.test",
        "{sent:?}"
    );
    assert_eq!(
        names(&server.reverse),
        "1.0.0.10.in-addr.arpa 10.4.21.172.in-addr.arpa \
         12.0.0.10.in-addr.arpa 52.0.0.10.in-addr.arpa \
         6.9.9.10.in-addr.arpa 7.9.9.10.in-addr.arpa",
        "{sent:?}"
    );
}

#[test]
fn without_a_lease_file_names_only_come() {
    let mut network = network();
    let mut server = Server::default();
    let leases = [lease("10.0.0.11", 1, 5), lease("10.0.0.13", 2, 5)];
    network.endpoints = vec![endpoint(52, "alias", None)];
    changes(&network, &leases, Some(KEY), &mut server);
    // The alias becomes an address; another endpoint comes.
    network.endpoints = vec![
        endpoint(52, "alias", Some("192.0.2.7")),
        endpoint(53, "new", Some("192.0.2.8")),
    ];
    let zones = server.zones();
    let job = job(&network, Some(KEY));
    let mut findings = Findings::default();
    let wanted = wanted::wanted(&job, &zones, Vec::new(), &mut findings);
    let (mut sent, mut report) = (Sent::default(), Report::default());
    let mut changes = Changes::new("prov.test", false, &mut sent, &mut report);
    change::forward(&zones, &wanted, &mut changes).unwrap();
    changes.flush().unwrap();
    let new = "update add new.cpe.prov.test. 3600 A 192.0.2.8";
    let mark = "update add new.cpe.prov.test. 3600 TXT \"device of provha: \
                192.0.2.8\"";
    assert_eq!(sent.0, [new, mark]);
    assert_eq!((report.added, report.removed), (2, 0));
    // Two addresses and the alias, each with its mark.
    assert_eq!(report.spared, 6);
}

#[test]
fn endpoints_get_addresses_or_aliases() {
    let mut network = network();
    let mut web = endpoint(50, "Web", Some("192.0.2.9"));
    web.add_reverse = Some("www.customer.example.".into());
    let mut bad = endpoint(51, "bad", Some("192.0.2.8"));
    bad.add_reverse = Some("not a name".into());
    let mut behind = endpoint(53, "behind", None);
    behind.identity = Identity::BehindModem(mac(1));
    network.endpoints = vec![web, bad, endpoint(52, "alias", None), behind];
    let mut server = Server::default();
    // What the ddns script made of the fixed endpoint stays.
    let device = format!("{}.cpe.prov.test", mangle(&KEY, mac(50).octets()));
    let made = Rdata::Address([192, 0, 2, 9].into());
    server.forward.push((device.clone(), made));
    let mark = Rdata::Text(mark::MARK.into());
    server.forward.push((device.clone(), mark));
    let owner = "9.2.0.192.in-addr.arpa".to_string();
    server.reverse.push((owner, Rdata::Pointer(device)));
    let (sent, findings) = changes(&network, &[], Some(KEY), &mut server);
    let alias = mangle(&KEY, mac(52).octets());
    let marked = |name: &str, of: &str| {
        format!(
            "update add {name}.cpe.prov.test. 3600 TXT \"device of provha: \
             {of}\""
        )
    };
    let expected = [
        format!(
            "update add alias.cpe.prov.test. 3600 CNAME {alias}.cpe.prov.test."
        ),
        marked("_provha.alias", &format!("{alias}.cpe.prov.test")),
        "update add bad.cpe.prov.test. 3600 A 192.0.2.8".into(),
        marked("bad", "192.0.2.8"),
        "update add web.cpe.prov.test. 3600 A 192.0.2.9".into(),
        marked("web", "192.0.2.9"),
        "update add 8.2.0.192.in-addr.arpa. 3600 PTR bad.cpe.prov.test.".into(),
        "update add 9.2.0.192.in-addr.arpa. 3600 PTR web.cpe.prov.test.".into(),
        "update add 9.2.0.192.in-addr.arpa. 3600 PTR www.customer.example."
            .to_string(),
        "update add 9.2.0.192.in-addr.arpa. 3600 TXT \"device of provha: \
         www.customer.example\""
            .to_string(),
    ];
    assert_eq!(sent, expected);
    assert_eq!(findings.len(), 2, "{findings:?}");
    let (sent, _) = changes(&network, &[], Some(KEY), &mut server);
    assert!(sent.is_empty(), "{sent:?}");
    // From an alias to an address; the second pointer goes.
    network.endpoints[2].fixed = "192.0.2.7".parse().ok();
    network.endpoints[0].add_reverse = None;
    let (sent, _) = changes(&network, &[], Some(KEY), &mut server);
    assert_eq!(sent.len(), 7, "{sent:?}");
    assert!(sent[0].starts_with("update delete alias.cpe"), "{sent:?}");
    // All of them go.
    network.endpoints.clear();
    changes(&network, &[], Some(KEY), &mut server);
    assert!(server.forward.is_empty() && server.reverse.is_empty());
}

#[test]
fn without_the_key_public_names_stay_as_they_are() {
    let network = network();
    let mut server = Server::default();
    let leases = [lease("192.0.2.20", 0x30, 5), lease("10.0.0.11", 1, 5)];
    changes(&network, &leases, Some(KEY), &mut server);
    assert_eq!(server.forward.len(), 4);
    let (sent, _) = changes(&network, &[], None, &mut server);
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert!(sent.iter().all(|line| line.contains("cm-1")), "{sent:?}");
}

#[test]
fn names_that_clash_are_findings() {
    let mut network = network();
    network.modem_names = [(2, Label::read("nms01").unwrap())].into();
    let public = mangle(&KEY, mac(0x30).octets());
    network.endpoints = vec![endpoint(50, &public, Some("192.0.2.9"))];
    let leases = [lease("192.0.2.20", 0x30, 5), lease("10.0.0.13", 2, 5)];
    let mut server = Server::default();
    let (sent, findings) = changes(&network, &leases, Some(KEY), &mut server);
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert_eq!(findings.len(), 2, "{findings:?}");
}

#[test]
fn what_was_made_by_hand_is_never_a_devices() {
    let mut network = network();
    network.endpoints = vec![endpoint(50, "web", Some("192.0.2.9"))];
    let address = |text: &str| Rdata::Address(text.parse().unwrap());
    let by_hand = [
        // Names that devices have in the database, with other addresses.
        ("cm-1.prov.test", address("10.9.9.9")),
        ("mta-9.prov.test", address("10.9.9.8")),
        ("web.cpe.prov.test", address("10.9.9.7")),
        ("attic.prov.test", address("10.9.9.6")),
    ];
    let by_hand = by_hand.map(|(o, r)| (o.to_string(), r)).to_vec();
    let pointer = Rdata::Pointer("cm-1.prov.test".into());
    let pointers = vec![("9.9.9.10.in-addr.arpa".to_string(), pointer)];
    let mut server =
        Server { forward: by_hand.clone(), reverse: pointers.clone() };
    let leases = [
        lease("10.0.0.11", 1, 5),
        lease("10.0.0.12", 2, 5),
        lease("100.96.0.20", 9, 5),
    ];
    let (sent, said) = changes(&network, &leases, Some(KEY), &mut server);
    assert!(sent.is_empty(), "{sent:?}");
    assert_eq!(said.len(), 4, "{said:?}");
    let (sent, _) = changes(&network, &[], Some(KEY), &mut server);
    assert!(sent.is_empty(), "{sent:?}");
    assert!(server.forward == by_hand && server.reverse == pointers);
    // What an earlier version left without a mark is ours when it is just
    // what we would make: then it goes with its lease.
    let mut server = Server::default();
    server.forward.push(("cm-1.prov.test".into(), address("10.0.0.11")));
    network.endpoints.clear();
    let (sent, said) = changes(&network, &leases[..1], Some(KEY), &mut server);
    assert_eq!(sent.len(), 2, "a mark and a pointer: {sent:?}");
    assert!(said.is_empty(), "{said:?}");
    let (sent, _) = changes(&network, &[], Some(KEY), &mut server);
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert!(server.forward.is_empty() && server.reverse.is_empty());
}

#[test]
fn no_alias_comes_where_other_records_are() {
    let mut network = network();
    network.endpoints = vec![endpoint(52, "alias", None)];
    let name = "alias.cpe.prov.test".to_string();
    for (there, comes) in [
        (Rdata::Text(b"v=spf1".to_vec()), false),
        (Rdata::Other, false),
        (Rdata::Signature, true),
    ] {
        let mut server = Server::default();
        server.forward.push((name.clone(), there));
        let (sent, findings) = changes(&network, &[], Some(KEY), &mut server);
        assert_eq!(sent.len(), 2 * usize::from(comes), "{sent:?}");
        assert_eq!(findings.len(), usize::from(!comes), "{findings:?}");
    }
}

#[test]
fn messages_are_bounded_and_never_part_a_name() {
    struct Sizes(Vec<usize>);
    impl Updates for Sizes {
        fn send(&mut self, batch: &Batch) -> Result<(), String> {
            let octets: usize = batch.lines().iter().map(String::len).sum();
            assert!(batch.len() <= 1000 && octets < 60_000);
            assert_eq!(batch.text().matches("send\n").count(), 1);
            self.0.push(batch.len());
            Ok(())
        }
    }
    let network = network();
    let leases: Vec<Lease> = (0..5000_u32)
        .map(|i| Lease {
            address: Ipv4Addr::from_bits(0xc600_0000 + i),
            hardware: Some([2, 0, 0, 0, (i >> 8) as u8, i as u8]),
            since: 0,
            ends: u32::MAX,
        })
        .collect();
    let mut sizes = Sizes(Vec::new());
    let mut report = Report::default();
    let zones = Server::default().zones();
    let job = job(&network, Some(KEY));
    let mut findings = Findings::default();
    let wanted = wanted::wanted(&job, &zones, leases, &mut findings);
    let mut changes = Changes::new("prov.test", true, &mut sizes, &mut report);
    change::forward(&zones, &wanted, &mut changes).unwrap();
    changes.flush().unwrap();
    assert_eq!(sizes.0.iter().sum::<usize>(), 10_000);
    assert_eq!(report.added, 10_000);
}
