//! A record that was put there by hand stays, also beside a device's own.

use super::*;
use crate::zone_sync::mark;

const HASH: &str = "31aabbccddeeff00112233445566778899";

/// A server whose forward zone holds these, and its changes in the end.
fn server(forward: &[(&str, Rdata)]) -> Server {
    let forward = forward.iter().map(|(o, r)| (o.to_string(), r.clone()));
    Server { forward: forward.collect(), reverse: Vec::new() }
}

fn address(text: &str) -> Rdata {
    Rdata::Address(text.parse().unwrap())
}

fn text(text: &str) -> Rdata {
    Rdata::Text(text.into())
}

/// All that leads to this name, as text.
fn at(server: &Server, name: &str) -> Vec<String> {
    let mut all: Vec<String> = server
        .forward
        .iter()
        .filter(|(owner, _)| owner.trim_start_matches("_provha.") == name)
        .map(|(_, rdata)| match rdata {
            Rdata::Address(address) => address.to_string(),
            Rdata::Alias(name) => name.clone(),
            Rdata::Text(text) => String::from_utf8_lossy(text).into_owned(),
            other => format!("{other:?}"),
        })
        .collect();
    all.sort();
    all
}

/// What a device's name may hold beside what was made for it.
const NAME: &str = "cm-1.prov.test";

#[test]
fn a_second_address_and_a_text_outlive_the_device() {
    let mut network = network();
    // Made by dhcpd; by this version; by an earlier one.
    for sign in [HASH, "device of provha: 10.0.0.11", mark::MARK] {
        let mut server = server(&[
            (NAME, address("10.0.0.11")),
            (NAME, text(sign)),
            (NAME, address("172.21.4.77")),
            (NAME, text("v=spf1 -all")),
        ]);
        let leases = [lease("10.0.0.11", 1, 5)];
        let _ = changes(&network, &leases, Some(KEY), &mut server);
        let own = "device of provha: 10.0.0.11";
        let both = ["10.0.0.11", "172.21.4.77", own, "v=spf1 -all"];
        assert_eq!(at(&server, NAME), both, "{sign}");
        let (sent, _) = changes(&network, &leases, Some(KEY), &mut server);
        assert!(sent.is_empty(), "{sent:?}");
        // It gets another address, another name, and none any more.
        let leases = [lease("10.0.0.12", 1, 9)];
        let _ = changes(&network, &leases, Some(KEY), &mut server);
        let own = "device of provha: 10.0.0.12";
        let both = ["10.0.0.12", "172.21.4.77", own, "v=spf1 -all"];
        assert_eq!(at(&server, NAME), both, "{sign}");
        network.modem_names = [(1, Label::read("den").unwrap())].into();
        let _ = changes(&network, &leases, Some(KEY), &mut server);
        assert_eq!(at(&server, NAME), ["172.21.4.77", "v=spf1 -all"], "{sign}");
        let own = ["10.0.0.12", "device of provha: 10.0.0.12"];
        assert_eq!(at(&server, "den.prov.test"), own);
        let _ = changes(&network, &[], Some(KEY), &mut server);
        assert_eq!(at(&server, NAME), ["172.21.4.77", "v=spf1 -all"]);
        assert!(at(&server, "den.prov.test").is_empty());
        network.modem_names.clear();
    }
}

#[test]
fn what_took_a_devices_place_by_hand_stays() {
    let mut network = network();
    network.endpoints = vec![endpoint(52, "alias", None)];
    let mut server = server(&[]);
    let leases = [lease("10.0.0.11", 1, 5)];
    let _ = changes(&network, &leases, Some(KEY), &mut server);
    // An operator leads both names elsewhere and leaves the marks.
    for (owner, rdata) in &mut server.forward {
        match rdata {
            Rdata::Address(a) if owner == NAME => *a = [10, 9, 9, 9].into(),
            Rdata::Alias(name) => *name = "www.example.org".into(),
            _ => (),
        }
    }
    let alias = "alias.cpe.prov.test";
    let (_, said) = changes(&network, &leases, Some(KEY), &mut server);
    assert_eq!(said.len(), 2, "{said:?}");
    network.endpoints.clear();
    for leases in [&leases[..], &[]] {
        let _ = changes(&network, leases, Some(KEY), &mut server);
        assert_eq!(at(&server, NAME), ["10.9.9.9"]);
        assert_eq!(at(&server, alias), ["www.example.org"]);
    }
}

#[test]
fn an_alias_never_takes_the_place_of_an_address() {
    let mut network = network();
    network.endpoints = vec![endpoint(52, "web", Some("192.0.2.9"))];
    let mut server = server(&[]);
    let _ = changes(&network, &[], Some(KEY), &mut server);
    let name = "web.cpe.prov.test";
    server.forward.push((name.into(), address("172.21.4.77")));
    network.endpoints = vec![endpoint(52, "web", None)];
    let (sent, said) = changes(&network, &[], Some(KEY), &mut server);
    assert!(at(&server, name).contains(&"172.21.4.77".into()), "{sent:?}");
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn a_pointer_by_hand_stays_and_dhcpds_goes() {
    let network = network();
    let mut server =
        server(&[(NAME, address("10.0.0.11")), (NAME, text(HASH))]);
    let pointer = |last: &str, name: &str| {
        (format!("{last}.in-addr.arpa"), Rdata::Pointer(name.into()))
    };
    server.reverse = vec![
        pointer("11.0.0.10", NAME),
        pointer("9.9.9.10", NAME),
        pointer("11.0.0.10", "www.prov.test"),
    ];
    let _ = changes(&network, &[], Some(KEY), &mut server);
    let left =
        [pointer("9.9.9.10", NAME), pointer("11.0.0.10", "www.prov.test")];
    assert_eq!(server.reverse, left);
}

#[test]
fn the_mark_of_a_type_of_its_own_goes_with_its_name() {
    let network = network();
    let mut zones = Server::default().zones();
    zones.forward(NAME, address("10.0.0.11"));
    zones.forward(NAME, Rdata::Dhcid);
    zones.sort();
    let job = job(&network, Some(KEY));
    let mut findings = Findings::default();
    let wanted = wanted::wanted(&job, &zones, Vec::new(), &mut findings);
    let (mut sent, mut report) = (Sent::default(), Report::default());
    let mut changes = Changes::new("prov.test", true, &mut sent, &mut report);
    change::forward(&zones, &wanted, &mut changes).unwrap();
    changes.flush().unwrap();
    let goes = ["A 10.0.0.11", "DHCID"];
    assert_eq!(sent.0, goes.map(|r| format!("update delete {NAME}. {r}")));
}
