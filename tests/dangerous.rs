//! Dangerous changes of the database, each on a machine where everything is
//! live: no part acts on a snapshot that another one is refused for, nothing
//! that is live is touched, the words are few, and a person can allow it.

use crate::common;

use common::machine::{GOLDEN_TEXTS, Machine, Said, put, said};
use common::sqlite::Lite;
use common::tree;

/// The commands that make outputs.
const PARTS: [&str; 4] = ["dhcp", "dns", "time", "configfile"];

/// The parts that read what changes: they must refuse, the others must change
/// nothing that the change takes away.
struct Danger {
    name: &'static str,
    sql: &'static str,
    /// What is told by whom.
    refused: &'static [(&'static str, &'static str)],
}

/// A change that `dhcp`, `dns` and `time` see.
macro_rules! network {
    ($name:literal, $sql:literal, $word:literal) => {
        Danger {
            name: $name,
            sql: $sql,
            refused: &[("dhcp", $word), ("dns", $word), ("time", $word)],
        }
    };
}

/// A change that all four see.
macro_rules! everything {
    ($name:literal, $sql:literal, $word:literal) => {
        Danger {
            name: $name,
            sql: $sql,
            refused: &[
                ("dhcp", $word),
                ("dns", $word),
                ("time", $word),
                ("configfile", $word),
            ],
        }
    };
}

/// A change that only `configfile` sees.
macro_rules! files {
    ($name:literal, $sql:literal, $word:literal) => {
        Danger { name: $name, sql: $sql, refused: &[("configfile", $word)] }
    };
}

const DANGERS: &[Danger] = &[
    everything!("no modems", "DELETE FROM modem;", "--allow hosts"),
    everything!(
        "modems soft-deleted",
        "UPDATE modem SET deleted_at = '2026-01-01 00:00:00' WHERE id > 100100;",
        "--allow hosts"
    ),
    everything!(
        "all MACs changed",
        "UPDATE modem SET mac = '02' || substr(mac, 3) WHERE mac LIKE '00:%';",
        "--allow hosts"
    ),
    everything!("no adapters", "DELETE FROM mta;", "--allow hosts"),
    network!(
        "endpoints without their addresses",
        "UPDATE endpoint SET fixed_ip = 0, ip = NULL;",
        "--allow endpoints"
    ),
    network!(
        "endpoints with other addresses",
        "UPDATE endpoint SET ip = '198.51.100.' || (id % 250) WHERE fixed_ip \
         = 1;",
        "--allow endpoints"
    ),
    network!("no domain of adapters", "DELETE FROM provvoip;", "--allow names"),
    network!(
        "CMTS soft-deleted",
        "UPDATE netgw SET deleted_at = '2026-01-01 00:00:00';",
        "--allow cmts,pools"
    ),
    network!(
        "masks of another length",
        "UPDATE ippool SET netmask = '255.255.255.252';",
        "pools,access-lists"
    ),
    network!(
        "endpoints without MACs",
        "UPDATE endpoint SET mac = '';",
        "--allow hosts"
    ),
    network!("no endpoints", "DELETE FROM endpoint;", "--allow hosts"),
    everything!(
        "all blocked",
        "UPDATE modem SET internet_access = 0;",
        "--allow blocked"
    ),
    network!(
        "pools inactive",
        "UPDATE ippool SET active = 0;",
        "--allow pools"
    ),
    network!(
        "pools deleted",
        "UPDATE ippool SET deleted_at = '2026-01-01 00:00:00';",
        "--allow pools,access-lists"
    ),
    network!("pools gone", "DELETE FROM ippool;", "pools,access-lists"),
    network!(
        "one router for all",
        "UPDATE ippool SET router_ip = ip_pool_end, ip_pool_end = \
         ip_pool_start WHERE ip_pool_end <> ip_pool_start;",
        "--allow routers"
    ),
    network!("no CMTS", "DELETE FROM netgw;", "--allow cmts,pools"),
    network!(
        "pools of another type",
        "UPDATE ippool SET type = 'CPEPriv' WHERE type = 'CM'; \
         UPDATE ippool SET type = 'CM' WHERE type = 'CPEPub';",
        "--allow pools"
    ),
    network!(
        "pools of no CMTS",
        "UPDATE ippool SET netgw_id = 999999;",
        "--allow pools"
    ),
    network!(
        "other nets",
        "UPDATE ippool SET net = '203.0.113.0', netmask = '255.255.255.0', \
         ip_pool_start = '203.0.113.9', ip_pool_end = '203.0.113.99', \
         router_ip = '203.0.113.1', broadcast_ip = NULL;",
        "--allow pools"
    ),
    files!(
        "contracts soft-deleted",
        "UPDATE contract SET deleted_at = '2026-01-01 00:00:00';",
        "--allow network-access"
    ),
    files!("contracts gone", "DELETE FROM contract;", "network-access"),
    files!(
        "all modems with a text of no service",
        "UPDATE modem SET configfile_id = 1;",
        "--allow flows"
    ),
    files!(
        "modems of no tariff",
        "UPDATE modem SET qos_id = NULL;",
        "--allow flows"
    ),
    files!("no tariffs", "DELETE FROM qos;", "flows"),
    files!("no texts", "DELETE FROM configfile;", "rows would be left out"),
    files!(
        "a base text emptied",
        "UPDATE configfile SET text = '' WHERE id = 1;",
        "--allow settings"
    ),
    files!(
        "a base text deleted",
        "UPDATE configfile SET deleted_at = '2026-01-01 00:00:00' WHERE id \
         = 1;",
        "--allow settings"
    ),
    files!(
        "a base text orphaned",
        "UPDATE configfile SET parent_id = NULL WHERE parent_id = 1;",
        "--allow settings"
    ),
    files!(
        "rates 0",
        "UPDATE qos SET ds_rate_max_help = 0, us_rate_max_help = 0;",
        "--allow flows"
    ),
    files!(
        "flows gone",
        "UPDATE configfile SET text = 'SnmpMibObject sysName.0 String \"x\";' \
         WHERE id = 2;",
        "--allow flows"
    ),
    files!(
        "all texts overwritten",
        "UPDATE configfile SET text = 'SnmpMibObject sysName.' || id || ' \
         String \"x\";' WHERE id IN (1, 2);",
        "flows"
    ),
];

/// Texts that all encode, with flows at the rates of the tariff.
const TEXTS: &str = "UPDATE configfile SET firmware = '', text = \
    CASE id WHEN 1 THEN 'MaxCPE 5;\nGlobalPrivacyEnable 1;\n\
    SnmpMibObject sysLocation.0 String \"{modem.mac.0}\";' ELSE '' END \
    WHERE device = 'cm'; \
    UPDATE configfile SET parent_id = 1, text = 'UsServiceFlow { \
    UsServiceFlowRef 1; QosParamSetType 7; MaxRateSustained \
    {qos.us_rate_max_help.0}; } DsServiceFlow { DsServiceFlowRef 2; \
    QosParamSetType 7; MaxRateSustained {qos.ds_rate_max_help.0}; }' \
    WHERE id = 2; \
    UPDATE modem SET configfile_id = 2, qos_id = 1; \
    UPDATE configfile SET parent_id = NULL, firmware = '', text = \
    'SnmpMibObject sysContact.0 String \"x\";' WHERE id = 10; \
    UPDATE mta SET configfile_id = 10; \
    UPDATE configfile SET deleted_at = NULL WHERE id IN (1, 2, 10); \
    UPDATE provvoip SET mta_domain = 'voip.example.net';";

/// A machine where all parts are live.
fn settled() -> (Machine, Lite) {
    settled_as("master")
}

/// The same in this role.
fn settled_as(role: &str) -> (Machine, Lite) {
    let lite = Lite::golden(TEXTS);
    let machine = Machine::in_memory(&lite.url(), role);
    machine.firmware();
    for part in PARTS {
        let _ = machine.good(&[part]);
    }
    (machine, lite)
}

/// What is live, without what runs leave behind for themselves.
fn live(machine: &Machine) -> Vec<(String, Vec<u8>)> {
    let ours = |name: &str| {
        !name.contains("/lib/provha/") && !name.starts_with("run/")
    };
    let all = tree::read(&machine.root()).into_iter();
    all.filter(|(name, _)| ours(name)).collect()
}

/// How many lines of a refusal are not findings.
fn lines(said: &Said) -> usize {
    // A finding is 'warning: TABLE ID …'.
    let about_rows = |line: &&str| {
        let mut words = line.split_whitespace().skip(2);
        let id = words.next().unwrap_or_default();
        !id.trim_end_matches(':').bytes().all(|b| b.is_ascii_digit())
    };
    said.err.lines().filter(about_rows).count()
}

#[test]
fn no_part_acts_on_a_snapshot_that_another_is_refused_for() {
    assert!(DANGERS.len() >= 30);
    let mut wrong = Vec::new();
    let mut nodes = ["master", "slave"].map(settled_as);
    for danger in DANGERS {
        let lite = Lite::golden(&format!("{TEXTS} {}", danger.sql));
        // Both nodes at once: each with its own output, and all of them.
        std::thread::scope(|scope| {
            let tries = nodes.each_mut().map(|(machine, _)| {
                machine.db = lite.url();
                scope.spawn(|| tried(danger, machine))
            });
            for found in tries {
                wrong.extend(found.join().unwrap());
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What a node did wrong with a dangerous change.
fn tried(danger: &Danger, machine: &Machine) -> Vec<String> {
    let mut wrong = Vec::new();
    let before = live(machine);
    let node = format!("{} on the {}", danger.name, machine.role);
    for (part, word) in danger.refused {
        let said = machine.run(&[part]);
        let told = said.err.contains("guard rail")
            && said.err.contains(word)
            && lines(&said) < 26;
        if said.code != 3 || !told {
            wrong.push(format!("{node}: {part}: {said:?}"));
        }
    }
    if live(machine) != before {
        wrong.push(format!("{node}: live files were touched"));
    }
    // All parts in one run, where no part that was refused may act.
    let said = machine.run(&["rebuild"]);
    if said.code != 3 || !said.err.contains("guard rail") {
        wrong.push(format!("{node}: rebuild: {said:?}"));
    }
    let after = live(machine);
    let refused = danger.refused.iter().any(|(part, _)| *part == "dhcp");
    let part = |name: &str| !name.starts_with("tftpboot/");
    let of = |all: &[(String, Vec<u8>)]| -> Vec<(String, Vec<u8>)> {
        let all = all.iter().filter(|(name, _)| refused && part(name));
        all.cloned().collect()
    };
    if of(&after) != of(&before) || after.len() < before.len() {
        wrong.push(format!("{node}: rebuild touched live files"));
    }
    wrong
}

/// What is in the settings' tables is asked about as well.
#[test]
fn settings_that_vanish_take_nothing_along() {
    let (mut machine, _lite) = settled();
    let before = live(&machine);
    for (sql, words) in [
        ("DELETE FROM provbase", "table provbase has no row"),
        ("UPDATE provbase SET domain_name = ''", "is not a domain name"),
        ("UPDATE provbase SET dhcp_def_lease_time = 0", "not a time"),
        ("UPDATE provha SET master_dns_password = ''", "the secret is empty"),
        ("DELETE FROM provha", "failover pair with 172.21.4.11"),
        ("UPDATE provha SET slaves = ''", "failover pair with 172.21.4.11"),
        (
            "UPDATE provha SET slaves = '172.21.4.99'",
            "failover pair with 172.21.4.11",
        ),
    ] {
        let other = Lite::golden(&format!("{TEXTS} {sql};"));
        machine.db = other.url();
        for part in ["dhcp", "dns", "time"] {
            machine.run(&[part]).check(3, &[words]);
        }
        assert_eq!(live(&machine), before, "{sql}");
    }
}

#[test]
fn what_is_allowed_goes_in_and_is_not_asked_again() {
    let (machine, lite) = settled();
    // Pools of modems stay: without any there would be no failover.
    lite.run(
        "UPDATE ippool SET deleted_at = '2026-01-01 00:00:00' WHERE type <> \
         'CM';",
    );
    machine.run(&["dns"]).check(3, &["guard rail"]);
    machine.run(&["dhcp", "--allow", "pools"]).check(3, &["access lists"]);
    let _ = machine.good(&["dhcp", "--allow", "pools,access-lists"]);
    // The live set has none of them any more: there is nothing to ask.
    let _ = machine.good(&["dns"]);
    let _ = machine.good(&["time"]);
}

#[test]
fn ordinary_edits_are_never_held_back() {
    let (machine, lite) = settled();
    for sql in [
        "UPDATE configfile SET text = 'MaxCPE 6;' WHERE id = 1;",
        "UPDATE qos SET ds_rate_max_help = 7000000, us_rate_max_help = 1;",
        "UPDATE configfile SET text = text || ' SnmpMibObject sysContact.0 \
         String \"y\";' WHERE id = 2;",
        "INSERT INTO configfile (id, name, text, device, parent_id) VALUES \
         (900, 'New base', 'MaxCPE 7;', 'cm', NULL); \
         UPDATE configfile SET parent_id = 900 WHERE id = 2;",
    ] {
        lite.run(sql);
        let said = machine.good(&["configfile", "cm"]);
        assert!(said.err.contains("written"), "{sql}: {said:?}");
    }
    lite.run("UPDATE ippool SET active = 0 WHERE id = 1;");
    let _ = machine.good(&["dhcp"]);
}

/// What was made before stays known where a run makes some files only.
#[test]
fn the_secret_of_the_files_is_asked_about() {
    let (machine, _lite) = settled();
    put(&machine.at("/tftpboot/keyfile"), b"another\n");
    let said = machine.run(&["configfile", "cm"]);
    said.check(3, &["signed with another secret", "--allow key-file"]);
    let _ = machine.good(&["configfile", "cm", "--allow", "key-file"]);
}

#[test]
fn devices_without_any_file_are_told_last() {
    let lite = Lite::golden("");
    let machine = Machine::in_memory(&lite.url(), "master");
    machine.firmware();
    let run = |args: &[&str]| {
        let mut command = machine.command(args);
        let _ = command.arg("--no-activate").env_remove(GOLDEN_TEXTS.0);
        said(&command.output().unwrap())
    };
    let first = run(&["configfile", "cm"]);
    first.check(3, &["would have no valid boot file", "--allow no-file"]);
    // What could be made is live.
    let made = tree::read(&machine.at("/tftpboot/cm"));
    assert!(made.keys().any(|name| name.ends_with(".cfg")), "{first:?}");
    run(&["configfile", "cm"]).check(3, &["nothing changed"]);
    run(&["configfile", "cm", "--allow", "no-file"]).check(0, &[]);
    // One device.
    let good = made.keys().find_map(|name| name.strip_suffix(".cfg"));
    let id = good.unwrap().trim_start_matches("cm-");
    let said = run(&["configfile", "cm", "--id", id]);
    said.check(0, &[]);
    assert!(!said.err.contains("configfile 22 "), "{said:?}");
    let bad = run(&["configfile", "cm", "--id", "100002"]);
    bad.check(3, &["modem 100002 gets no boot file"]);
    run(&["configfile", "--id", "7"]).check(3, &["no device with id 7"]);
}

/// A lease of a pool of the golden network.
fn lease(last: u8) -> String {
    format!(
        "lease 10.16.0.{last} {{\n  starts 5 2026/11/20 23:00:00;\n  ends 6 \
         2099/11/21 23:00:00;\n  binding state active;\n  hardware ethernet \
         02:00:00:00:00:{last:02x};\n}}\n"
    )
}

#[test]
fn a_pool_that_shrinks_keeps_most_of_its_leases() {
    let (machine, lite) = settled();
    let all: String = (10..200).map(lease).collect();
    put(&machine.at("/var/lib/dhcp/dhcpd.leases"), all.as_bytes());
    let end = |last: u8| {
        format!(
            "UPDATE ippool SET ip_pool_end = '10.16.0.{last}' WHERE net = \
             '10.16.0.0';"
        )
    };
    lite.run(&end(10));
    for part in ["dhcp", "dns", "time"] {
        machine.run(&[part]).check(
            3,
            &["189 of its 190 active leases", "2099-11-21", "--allow leases"],
        );
    }
    // Few of many are no question.
    lite.run(&end(194));
    let _ = machine.good(&["dhcp"]);
}
