//! The golden network through the real program, from a real MariaDB and from
//! SQLite, against what the existing system makes of it.

use crate::common;

use std::collections::{BTreeMap, BTreeSet};

use common::machine::Machine;
use common::{db, fixture, sqlite, tree};

/// One golden case: a role, a change of the data, the module list.
struct Case {
    expected: &'static str,
    role: &'static str,
    modules: &'static str,
    zone: &'static str,
    sql: &'static str,
}

const MASTER: Case = Case {
    expected: "master",
    role: "master",
    modules: "",
    zone: "UTC",
    sql: "",
};
const SLAVE: Case = Case { expected: "slave", role: "slave", ..MASTER };
const STANDALONE: Case = Case {
    expected: "variants/standalone",
    role: "standalone",
    modules: "ProvBase,ProvVoip",
    ..MASTER
};
const NO_VOIP: Case = Case {
    expected: "variants/no-provvoip",
    role: "standalone",
    modules: "ProvBase",
    ..MASTER
};
const MULTI: Case = Case {
    expected: "variants/multi-prov-mta-domain",
    zone: "Asia/Tokyo",
    sql: "UPDATE provbase SET multiple_provisioning_systems = 1, max_cpe = 0; \
          UPDATE provvoip SET mta_domain = 'voip.example.net';",
    ..MASTER
};

#[test]
fn master() {
    check(&MASTER);
}

#[test]
fn slave() {
    check(&SLAVE);
}

#[test]
fn standalone() {
    check(&STANDALONE);
}

#[test]
fn without_telephony() {
    check(&NO_VOIP);
}

#[test]
fn several_provisioning_systems_and_an_mta_domain() {
    check(&MULTI);
}

/// Renders a case from both databases and compares.
fn check(case: &Case) {
    let database = db::golden(case.sql);
    let real = render(case, &database.url(), &["dhcp", "configfile"]);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("nms.sqlite");
    sqlite::golden(&file, case.sql);
    let url = format!("sqlite:{}", file.display());
    // The device files are slow to make: once is enough.
    let whole = case.expected == MASTER.expected;
    let commands = &["dhcp", "configfile"][..=usize::from(whole)];
    let lite = render(case, &url, commands);
    let mut faults = differences(&real, &lite);
    compare_dhcp(case, &real, &mut faults);
    compare_devices(case, &real, &mut faults);
    let count = faults.len();
    faults.truncate(20);
    let text = faults.join("\n");
    assert!(count == 0, "{}: {count} faults:\n{text}", case.expected);
}

/// Files by their name below the root.
type Files = BTreeMap<String, Vec<u8>>;

/// Renders everything on a new machine.
fn render(case: &Case, url: &str, commands: &[&str]) -> Files {
    let machine = Machine::new(url, case.role);
    let modules = match case.modules {
        "" => String::new(),
        list => format!("PROVHA__MODULES={list}\n"),
    };
    machine.env(&format!("APP_TIMEZONE={}\n{modules}", case.zone));
    machine.firmware();
    for command in commands {
        let _ = machine.good(&[command]);
    }
    let mut files = tree::read(&machine.root());
    files.retain(|name, _| {
        ["etc/", "tftpboot/"].iter().any(|dir| name.starts_with(dir))
    });
    files
}

/// Files that SQLite and MariaDB do not agree about.
fn differences(real: &Files, lite: &Files) -> Vec<String> {
    let whole = lite.keys().any(|name| name.starts_with("tftpboot/cm/"));
    let names: BTreeSet<&String> = real.keys().chain(lite.keys()).collect();
    names
        .into_iter()
        .filter(|name| whole || !name.starts_with("tftpboot/"))
        .filter(|name| real.get(*name) != lite.get(*name))
        .map(|name| format!("{name}: not the same from SQLite"))
        .collect()
}

/// Files that the existing system does not make in this form.
const OUR_FILES: [&str; 2] = ["dhcpd.conf", "log.conf"];

/// Files that the golden variants do not hold: theirs come from elsewhere.
fn derived(name: &str) -> bool {
    name == "failover.conf"
}

/// Tokens of ours and of theirs that take part in the comparison.
fn tokens(case: &Case, name: &str, bytes: &[u8], theirs: bool) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = if theirs { meant(case, name, &text) } else { text.into() };
    let mut tokens = tree::dhcpd_tokens(&text);
    if name == "failover.conf" {
        // The key block differs on purpose: ours comes from the key file.
        let end = tokens.iter().position(|token| token == "key");
        tokens.truncate(end.unwrap_or(tokens.len()));
    }
    tokens
}

/// Their text with the differences that are meant.
fn meant(case: &Case, name: &str, text: &str) -> String {
    let keep = |line: &&str| match name {
        // Endpoint 200019 has no MAC, and neither has its modem.
        "endpoints-host.conf" => !line.contains("cpe-100010-19"),
        // Modem 100022 has an empty MAC.
        "ignore-cpe.conf" if case.expected == MULTI.expected => {
            !line.contains("remote-id != )")
        }
        _ => true,
    };
    let lines: Vec<&str> = text.lines().filter(keep).collect();
    lines.join("\n")
}

/// Compares the dhcpd set token for token.
fn compare_dhcp(case: &Case, real: &Files, faults: &mut Vec<String>) {
    let golden = fixture("golden").join(case.expected).join("dhcp-nmsprime");
    let expected = tree::read(&golden);
    let prefix = "etc/dhcp-nmsprime/";
    let ours: BTreeMap<&str, &Vec<u8>> = real
        .iter()
        .filter_map(|(name, b)| Some((name.strip_prefix(prefix)?, b)))
        .filter(|(name, _)| !OUR_FILES.contains(name))
        .filter(|(name, _)| expected.contains_key(*name) || !derived(name))
        .collect();
    for (name, theirs) in &expected {
        let Some(our) = ours.get(name.as_str()) else {
            faults.push(format!("{name} is not made"));
            continue;
        };
        let our = tokens(case, name, our, false);
        let theirs = tokens(case, name, theirs, true);
        if let Some(fault) = first_difference(&our, &theirs) {
            faults.push(format!("{name}: {fault}"));
        }
    }
    for name in ours.keys().filter(|name| !expected.contains_key(**name)) {
        let empty = tree::dhcpd_tokens(&String::from_utf8_lossy(ours[name]));
        if !empty.is_empty() {
            faults.push(format!("{name} is not theirs"));
        }
    }
}

/// Where two lists of tokens part.
fn first_difference(ours: &[String], theirs: &[String]) -> Option<String> {
    let same = |at: &usize| ours.get(*at) == theirs.get(*at);
    let most = ours.len().max(theirs.len());
    let at = (0..most).find(|at| !same(at))?;
    let around = |list: &[String]| {
        let from = at.saturating_sub(4).min(list.len());
        list[from..(at + 4).min(list.len())].join(" ")
    };
    Some(format!("ours '{}', theirs '{}'", around(ours), around(theirs)))
}

/// What becomes of a line of theirs.
enum Meant {
    /// It is not made.
    Dropped,
    /// It goes on with ` last NN`.
    Completed,
}

/// Lines of device texts that differ on purpose: what theirs holds, what
/// becomes of it, and why.
const LINES: &[(&str, Meant, &str)] = &[
    (
        "zip area ",
        Meant::Completed,
        "several expressions in a row are all evaluated",
    ),
    ("CpeMacAddress ;", Meant::Dropped, "an adapter without MAC names none"),
    (
        "qos.ds_rate_max",
        Meant::Dropped,
        "arithmetic on an unresolved variable drops the row",
    ),
    (
        "qos.us_rate_max",
        Meant::Dropped,
        "arithmetic on an unresolved variable drops the row",
    ),
];

/// Binaries that the existing system does not make: the row that its encoder
/// refuses is one that we leave out.
const BINARIES: [&str; 2] = ["cm/cm-100009.cfg", "cm/cm-100014.cfg"];

/// Compares the device files byte for byte.
fn compare_devices(case: &Case, real: &Files, faults: &mut Vec<String>) {
    let golden = match case.expected {
        "slave" | "variants/standalone" => "master",
        expected => expected,
    };
    let dir = fixture("golden").join(golden).join("tftpboot");
    let all = tree::read(&dir);
    let mut ours: BTreeMap<&str, &Vec<u8>> = real
        .iter()
        .filter_map(|(name, b)| Some((name.strip_prefix("tftpboot/")?, b)))
        .filter(|(name, _)| name.starts_with("cm/") || name.starts_with("mta/"))
        .collect();
    let has_binaries = golden == "master";
    for (name, theirs) in &all {
        let Some(our) = ours.remove(name.as_str()) else {
            faults.push(format!("{name} is not made"));
            continue;
        };
        if name.ends_with(".cfg") {
            if our != theirs {
                faults.push(format!("{name}: other octets"));
            }
        } else {
            compare_text(name, our, theirs, faults);
        }
    }
    for name in ours.into_keys() {
        let meant = !has_binaries || BINARIES.contains(&name);
        if name.ends_with(".conf") || !meant {
            faults.push(format!("{name} is not theirs"));
        }
    }
}

/// Compares a device's text, but for the lines that are meant to differ.
fn compare_text(
    name: &str,
    ours: &[u8],
    theirs: &[u8],
    faults: &mut Vec<String>,
) {
    if ours == theirs {
        return;
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        text.split('\n').map(Into::into).collect()
    };
    let mut ours = lines(ours);
    let mut meant = Vec::new();
    for line in lines(theirs) {
        let rule = LINES.iter().find(|rule| line.contains(rule.0));
        match rule.map(|rule| &rule.1) {
            None => meant.push(line),
            Some(Meant::Dropped) => {}
            Some(Meant::Completed) => {
                if let Some(our) = ours.get_mut(meant.len()) {
                    complete(our);
                }
                meant.push(line);
            }
        }
    }
    if let Some(fault) = first_difference(&ours, &meant) {
        faults.push(format!("{name}: {fault}"));
    }
}

/// Takes ` last NN` from our line.
fn complete(line: &mut String) {
    if let Some(at) = line.find(" last ")
        && line[at + 6..].bytes().take(2).all(|b| b.is_ascii_digit())
    {
        line.replace_range(at..at + 8, "");
    }
}

#[test]
fn fixed_addresses_are_cut_out_of_pools() {
    let cases = common::fixture_text("golden/ranges-cases.txt");
    let cases = cases.lines().filter_map(|line| line.split_once(" => "));
    let mut count = 0;
    for (input, output) in cases {
        let input: Vec<serde_json::Value> =
            serde_json::from_str(input).unwrap();
        let mut theirs: String = serde_json::from_str(output).unwrap();
        if input.get(3).is_some() {
            // A difference that is meant: the existing system gives a fixed
            // address in a pool that is not public to two devices.
            theirs = "range 192.0.2.10 192.0.2.14; \
                      range 192.0.2.16 192.0.2.20;"
                .into();
        }
        let lite = sqlite::Lite::golden(&range_case(&input));
        let machine = Machine::new(&lite.url(), "master");
        machine.good(&["dhcp"]);
        let set = tree::read(&machine.set());
        let text = String::from_utf8_lossy(&set["cmts_gws/1.conf"]);
        let ranges = text.lines().filter(|l| l.contains("range 192.0.2."));
        let ours = tree::dhcpd_tokens(&ranges.collect::<Vec<_>>().join("\n"));
        assert_eq!(ours, tree::dhcpd_tokens(&theirs), "{input:?}");
        count += 1;
    }
    assert_eq!(count, 12);
}

/// A pool from start to end, and endpoints with the fixed addresses.
fn range_case(input: &[serde_json::Value]) -> String {
    let text = |at: usize| input.get(at).and_then(|v| v.as_str());
    let kind = text(3).unwrap_or("CPEPub");
    let mut sql = format!(
        "INSERT INTO ippool (id, netgw_id, type, net, netmask, ip_pool_start, \
         ip_pool_end, router_ip, version, active) VALUES (600, 1, '{kind}', \
         '192.0.2.0', '255.255.255.0', '{}', '{}', '192.0.2.1', '4', 1);",
        text(0).expect("a start"),
        text(1).expect("an end"),
    );
    for (at, ip) in input[2].as_array().into_iter().flatten().enumerate() {
        let ip = ip.as_str();
        let quoted = ip.map_or("NULL".into(), |ip| format!("'{ip}'"));
        let version = if ip.is_some_and(|ip| ip.contains(':')) { 6 } else { 4 };
        sql += &format!(
            "INSERT INTO endpoint (id, hostname, mac, fixed_ip, modem_id, ip, \
             version) VALUES ({}, 'cut-{at}', '00:bb:00:00:00:{at:02x}', 1, \
             100001, {quoted}, '{version}');",
            202_000 + at
        );
    }
    sql
}
