//! One logical network in MariaDB, PostgreSQL and SQLite, in the schema of 3.1
//! and in that of today: the same files from all commands and for all roles.

use crate::common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use common::machine::{Machine, put};
use common::postgres::Postgres;
use common::sqlite::Lite;
use common::{db, fixture_text, tree};
use provha::config::{Root, Settings};
use provha::env::Env;

/// Dates of the year 0 are MariaDB's alone.
const NO_YEAR_0: &str =
    "UPDATE modem SET deleted_at = '2020-01-01' WHERE deleted_at LIKE '0000%';";

/// What later public releases changed: table, columns that go, columns that
/// come (facts/nms-2024.md).
const CURRENT: &[(&str, &[&str], &[&str])] = &[
    (
        "provbase",
        &["notif_mail"],
        &[
            "sync_provision tinyint(1) NOT NULL DEFAULT 0",
            "factory_reset_discovered_cpes tinyint(1) NOT NULL DEFAULT 0",
            "use_radius_relay_info tinyint(1) NOT NULL DEFAULT 0",
            "use_framed_pool tinyint(1) NOT NULL DEFAULT 0",
        ],
    ),
    ("netgw", &[], &["internal_id int DEFAULT 0"]),
    ("ippool", &["netmask"], &["vendor_class_identifier varchar(255)"]),
    (
        "modem",
        &[],
        &["ont_id smallint", "ont_state varchar(255)", "or_id varchar(255)"],
    ),
    ("qos", &[], &["type varchar(255) DEFAULT 'default'", "vlan_id smallint"]),
    ("configfile", &[], &["is_multiservice_ont tinyint(1) DEFAULT 0"]),
    ("endpoint", &[], &["qos_id int", "acl_id int", "state varchar(255)"]),
];

/// Statements that bring a MariaDB or SQLite of 3.1 to the schema of today;
/// `nets`: the pools' nets with their prefix lengths.
fn to_current(nets: &BTreeMap<i64, String>, maria: bool) -> String {
    let mut sql = String::new();
    for (id, net) in nets {
        sql += &format!("UPDATE ippool SET net = '{net}' WHERE id = {id};\n");
    }
    for (table, go, come) in CURRENT {
        for column in *go {
            sql += &format!("ALTER TABLE {table} DROP COLUMN {column};\n");
        }
        for column in *come {
            sql += &format!("ALTER TABLE {table} ADD COLUMN {column};\n");
        }
    }
    if maria {
        sql += "ALTER TABLE ippool MODIFY type varchar(191) NOT NULL;\n\
                ALTER TABLE configfile MODIFY device \
                enum('cm','mta','tr069','ont') NOT NULL;\n";
    }
    sql
}

/// The nets of a 3.1 network with prefix lengths, by id.
fn nets(lite: &Lite) -> BTreeMap<i64, String> {
    let connection = lite.connection();
    let mut rows =
        connection.prepare("SELECT id, net, netmask FROM ippool").unwrap();
    let rows = rows.query_map([], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    });
    let with_prefix = |(id, net, mask): (i64, String, String)| {
        let prefix = match mask.strip_prefix('/') {
            Some(prefix) => prefix.to_string(),
            None => {
                let mask: std::net::Ipv4Addr = mask.parse().unwrap();
                mask.to_bits().count_ones().to_string()
            }
        };
        (id, format!("{net}/{prefix}"))
    };
    rows.unwrap().map(|row| with_prefix(row.unwrap())).collect()
}

/// Files by their name below the root.
type Files = BTreeMap<String, Vec<u8>>;

/// Makes everything of a role by the single commands, or by `rebuild`; and
/// what is said about rows.
fn made(url: &str, role: &str, rebuild: bool) -> (Files, BTreeSet<String>) {
    let machine = Machine::new(url, role);
    machine.env("APP_TIMEZONE=UTC\nPROVHA__RESTART_HOLD=0\n");
    machine.firmware();
    let commands: &[&str] = match rebuild {
        true => &["rebuild"],
        false => &["dhcp", "dns", "time", "configfile"],
    };
    let mut told = BTreeSet::new();
    for command in commands {
        let said = machine.good(&[command]);
        let rows = |line: &&str| line.starts_with("warning: ");
        told.extend(said.err.lines().filter(rows).map(String::from));
    }
    let mut files = tree::read(&machine.root());
    // Keys are made by chance; the state is this machine's own.
    files.retain(|name, _| {
        let own = ["var/lib/provha", "run/"];
        !own.iter().any(|dir| name.starts_with(dir))
            && !name.contains("ddns-cpe.key")
    });
    (files, told)
}

/// A line about a telephone number without its id.
fn without_id(line: &str) -> String {
    let Some((before, rest)) = line.split_once("phonenumber ") else {
        return line.to_string();
    };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{before}phonenumber{rest}")
}

/// Names of files that differ.
fn differences(one: &Files, other: &Files) -> Vec<String> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let differ = |name: &&String| one.get(*name) != other.get(*name);
    names.into_iter().filter(differ).cloned().collect()
}

/// What the releases differ in themselves (docs/differences.md).
const BY_RELEASE: &str = "etc/dhcp-nmsprime/mta.conf";

#[test]
fn all_engines_and_schemas_give_the_same_files() {
    let lite = Lite::golden(NO_YEAR_0);
    let maria = db::golden(NO_YEAR_0);
    let server = Postgres::start();
    server.fill(&lite);
    let mut before: BTreeMap<(&str, bool), Files> = BTreeMap::new();
    for release in ["3.1", "2024"] {
        if release == "2024" {
            let nets = nets(&lite);
            maria.run(&to_current(&nets, true));
            lite.run(&to_current(&nets, false));
            server.sql("nms", &fixture_text("schema-pgsql-current.sql"));
        }
        for (role, rebuild) in
            [("master", false), ("slave", false), ("slave", true)]
        {
            let (files, told) = made(&maria.url(), role, rebuild);
            assert!(files.len() > 300, "{}", files.len());
            assert!(files.contains_key("etc/kea/gateways6.conf"));
            assert!(files.contains_key("etc/dhcp-nmsprime/failover.conf"));
            for url in [server.url("root"), lite.url()] {
                let (others, tells) = made(&url, role, rebuild);
                let what = format!("{release} {role} {rebuild} {url}");
                assert_eq!(differences(&files, &others), [""; 0], "{what}");
                // The ids of numbers are the engine's: the golden rows have none.
                let rows = |told: &BTreeSet<String>| -> BTreeSet<String> {
                    told.iter().map(|line| without_id(line)).collect()
                };
                assert_eq!(rows(&told), rows(&tells), "{what}");
            }
            match before.remove(&(role, rebuild)) {
                None => drop(before.insert((role, rebuild), files)),
                Some(mut old) => {
                    let mtas = files[BY_RELEASE].clone();
                    assert_ne!(old.insert(BY_RELEASE.into(), mtas), None);
                    assert_eq!(differences(&old, &files), [""; 0], "{role}");
                }
            }
        }
    }
}

/// Each thing that a later release changed, alone: an installation that was
/// updated in between has some of them. Only what the release itself makes
/// differs, and every new column can be used in texts.
#[test]
fn each_change_of_the_schema_stands_alone() {
    let before = Lite::golden(NO_YEAR_0);
    let (plain, told) = made(&before.url(), "master", true);
    let nets = nets(&before);
    for (table, go, come) in CURRENT {
        let lite = Lite::golden(NO_YEAR_0);
        if go.contains(&"netmask") {
            for (id, net) in &nets {
                lite.run(&format!(
                    "UPDATE ippool SET net = '{net}' WHERE id = {id};"
                ));
            }
        }
        for column in *go {
            lite.run(&format!("ALTER TABLE {table} DROP COLUMN {column};"));
        }
        for column in *come {
            lite.run(&format!("ALTER TABLE {table} ADD COLUMN {column};"));
        }
        let (mut files, tells) = made(&lite.url(), "master", true);
        if go.contains(&"netmask") {
            let mtas = plain[BY_RELEASE].clone();
            assert_ne!(files.insert(BY_RELEASE.into(), mtas), None);
        }
        assert_eq!(differences(&plain, &files), [""; 0], "{table}");
        assert_eq!(told, tells, "{table}");
    }
    // New columns in texts.
    let lite = Lite::golden(NO_YEAR_0);
    lite.run(&to_current(&nets, false));
    lite.run(
        "UPDATE modem SET or_id = 'OR7', ont_state = 'up'; UPDATE qos SET \
         vlan_id = 40; UPDATE configfile SET parent_id = NULL, text = '/* \
         {modem.or_id.0} {modem.ont_state.0} {qos.type.0} {qos.vlan_id.0} */' \
         WHERE device = 'cm';",
    );
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    machine.good(&["configfile", "cm"]);
    let text = machine.at("/tftpboot/cm/cm-100001.conf");
    let text = std::fs::read_to_string(text).unwrap();
    assert!(text.contains("/* OR7 up default 40 */"), "{text}");
    // Kinds of access that are no CMTS get no file; the rest goes on.
    for kind in ["bras", "olt", "dslam"] {
        let lite = Lite::golden(NO_YEAR_0);
        lite.run(&format!("UPDATE netgw SET type = '{kind}' WHERE id = 2;"));
        let machine = Machine::new(&lite.url(), "master");
        machine.good(&["dhcp"]);
        let dir = machine.at("/etc/dhcp-nmsprime/cmts_gws");
        assert!(dir.join("1.conf").exists(), "{kind}");
        assert!(!dir.join("2.conf").exists(), "{kind}");
    }
}

/// Flag columns as a converted dump has them: 't' and 'f'.
const LETTERS: &[(&str, &str)] = &[
    ("modem", "public"),
    ("modem", "internet_access"),
    ("contract", "internet_access"),
    ("contract", "has_telephony"),
    ("ippool", "active"),
    ("endpoint", "fixed_ip"),
    ("phonenumber", "active"),
    ("configfile", "is_dummy"),
    ("provbase", "multiple_provisioning_systems"),
];

/// 30 ONTs with contracts, and a pool for set-top boxes at two gateways.
fn of_today() -> String {
    let mut sql = String::from(
        "INSERT INTO configfile (id, name, text, device, public) VALUES (30, \
         'ONT', '', 'ont', 'yes'); INSERT INTO ippool (id, netgw_id, type, \
         net, ip_pool_start, ip_pool_end, router_ip, version, active, \
         vendor_class_identifier) VALUES (40, 1, 'STB', '10.40.0.0/22', \
         '10.40.0.2', '10.40.3.254', '10.40.0.1', '4', 't', 'IPTV-STB'), (41, \
         2, 'STB', '10.41.0.0/22', '10.41.0.2', '10.41.3.254', '10.41.0.1', \
         '4', 't', 'OTT-BOX');",
    );
    for number in 0..30 {
        let id = 190_000 + number;
        sql += &format!(
            "INSERT INTO contract (id, internet_access, has_telephony, qos_id) \
             VALUES ({id}, 't', 'f', 1); INSERT INTO modem (id, mac, hostname, \
             contract_id, public, internet_access, configfile_id, qos_id, \
             ont_id, ont_state) VALUES ({id}, '00:25:9e:00:00:{number:02x}', \
             'cm-{id}', {id}, 'f', 't', 30, 1, {number}, 'online');"
        );
    }
    sql
}

/// The lines about rows.
fn findings(said: &common::machine::Said) -> BTreeSet<String> {
    let rows = |line: &&str| line.starts_with("warning: ");
    said.err.lines().filter(rows).map(String::from).collect()
}

#[test]
fn a_converted_dump_of_today_is_served() {
    let lite = Lite::golden(NO_YEAR_0);
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    for command in ["dhcp", "configfile"] {
        let _ = machine.good(&[command]);
    }
    let files = tree::read(&machine.root());
    // The same rows as letters: nothing changes.
    lite.run(&to_current(&nets(&lite), false));
    for (table, column) in LETTERS {
        lite.run(&format!(
            "UPDATE {table} SET {column} = CASE {column} WHEN 0 THEN 'f' WHEN \
             1 THEN 't' END WHERE {column} IS NOT NULL;"
        ));
    }
    let mut before = Vec::new();
    for command in ["dhcp", "configfile"] {
        let said = machine.good(&[command]);
        before.push(findings(&said));
        let text = &said.err;
        assert!(!text.contains("is not a truth value"), "{said:?}");
    }
    let mut now = tree::read(&machine.root());
    let state = |name: &String| {
        name.starts_with("var/lib/provha") || name.starts_with("run/")
    };
    now.retain(|name, _| !state(name));
    let mut old = files.clone();
    old.retain(|name, _| !state(name));
    let _ = old.insert(BY_RELEASE.into(), now[BY_RELEASE].clone());
    assert_eq!(differences(&old, &now), [""; 0]);

    // ONTs and set-top boxes: nothing to find, no guard rail, no file.
    lite.run(&of_today());
    let after: Vec<_> = ["dhcp", "configfile"]
        .iter()
        .map(|command| findings(&machine.good(&[command])))
        .collect();
    assert_eq!(after, before);
    let now = tree::read(&machine.root());
    assert!(!now.keys().any(|name| name.contains("cm-1900")), "{now:?}");
    let text = |name: &str| {
        let bytes = &now[&format!("etc/dhcp-nmsprime/{name}")];
        String::from_utf8_lossy(bytes).into_owned()
    };
    let all: String = now
        .iter()
        .filter(|(name, _)| name.starts_with("etc/dhcp-nmsprime/"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    for words in ["IPTV-STB", "OTT-BOX"] {
        assert!(all.contains(words), "{words}");
    }
    let pool = text("cmts_gws/1.conf");
    assert!(pool.contains("subnet 10.40.0.0 netmask 255.255.252.0"), "{pool}");
    assert!(pool.contains("allow members of \"STB\""), "{pool}");
    // Access lists hold their nets, and no device misses its file.
    machine.good(&["dns"]);
    machine.good(&["time"]);
    let named = std::fs::read_to_string(machine.at("/etc/named-nmsprime.conf"));
    assert!(named.unwrap().contains("10.40.0.0/22"));
    let chrony = tree::read(&machine.at("/etc/chrony"));
    let chrony: Vec<u8> = chrony.into_values().flatten().collect();
    assert!(String::from_utf8_lossy(&chrony).contains("10.41.0.0/22"));
    let said = machine.run(&["status", "files", "--json"]);
    assert!(!said.out.contains("190000"), "{said:?}");
    let again = machine.good(&["rebuild"]);
    assert!(!again.err.contains("guard rail"), "{again:?}");
    // A letter that is none stops it, and nothing counts as false.
    for odd in ["'j'", "''", "' '", "'2x'"] {
        lite.run(&format!(
            "UPDATE modem SET internet_access = {odd} WHERE id = 190007;"
        ));
        let said = machine.run(&["dhcp"]);
        said.check(3, &["modem 190007 internet_access:", "truth value"]);
    }
    for good in ["'T'", "'Yes'", "2", "x'01'", "'TRUE'"] {
        lite.run(&format!(
            "UPDATE modem SET internet_access = {good} WHERE id = 190007;"
        ));
        assert_eq!(machine.run(&["dhcp"]).code, 0, "{good}");
    }
}

/// Octets, letters and numbers as flags in PostgreSQL.
#[test]
fn flags_of_postgresql_are_read_as_what_they_say() {
    let lite = Lite::golden(NO_YEAR_0);
    let server = Postgres::start();
    server.fill(&lite);
    let url = server.url("root");
    let (plain, _) = made(&url, "master", false);
    server.sql(
        "nms",
        "SET search_path = nmsprime; \
         ALTER TABLE modem ALTER internet_access TYPE bytea USING CASE WHEN \
             internet_access THEN '\\x01'::bytea ELSE '\\x00'::bytea END, \
             ALTER public TYPE bit(1) USING public::int::bit(1); \
         ALTER TABLE ippool ALTER active DROP DEFAULT, \
             ALTER active TYPE varchar(5) USING CASE WHEN active THEN 'Yes' \
             ELSE 'No' END; \
         ALTER TABLE endpoint ALTER fixed_ip TYPE smallint USING \
             2 * fixed_ip::int; \
         ALTER TABLE contract ALTER has_telephony TYPE numeric(1) USING \
             has_telephony::int;",
    );
    let (odd, _) = made(&url, "master", false);
    assert_eq!(differences(&plain, &odd), [""; 0]);
}

/// Nets as rows write them: each is the same net; rows of no version are told.
#[test]
fn nets_are_read_in_every_form() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    let _ = machine.good(&["dhcp"]);
    let row = |id: i64| -> (String, String) {
        let connection = lite.connection();
        let sql = "SELECT net, netmask FROM ippool WHERE id = ?1";
        let pair = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        connection.query_row(sql, [id], pair).unwrap()
    };
    let (net, mask) = row(1);
    let bits = mask.parse::<std::net::Ipv4Addr>().unwrap().to_bits();
    let length = bits.count_ones();
    for (net, mask) in [
        (net.clone(), format!("'/{length}'")),
        (net.clone(), format!("'{length}'")),
        (net.clone(), format!("' {mask} '")),
        (format!("{net}/{length}"), "''".into()),
        (format!("{net}/{length}"), format!("'{mask}'")),
        (format!("{net}/{length}"), format!("'/{length}'")),
    ] {
        lite.run(&format!(
            "UPDATE ippool SET net = '{net}', netmask = {mask} WHERE id = 1;"
        ));
        let said = machine.good(&["dhcp"]);
        assert!(said.err.contains("nothing changed"), "{net} {mask}: {said:?}");
    }
    // What PostgreSQL prints of its address types.
    lite.run(&format!(
        "UPDATE ippool SET net = '{net}', netmask = '{mask}', router_ip = \
         router_ip || '/32', ip_pool_start = ip_pool_start || '/32' WHERE id = \
         1; UPDATE endpoint SET ip = ip || '/32' WHERE version = '4' AND ip IS \
         NOT NULL AND ip <> '';"
    ));
    let said = machine.good(&["dhcp"]);
    assert!(said.err.contains("nothing changed"), "{said:?}");
    lite.run("UPDATE ippool SET net = '::ffff:10.0.0.0' WHERE id = 1;");
    let said = machine.run(&["dhcp"]);
    assert!(said.err.contains("ippool 1 net: '::ffff:10.0.0.0'"), "{said:?}");
    lite.run(&format!(
        "UPDATE ippool SET net = '{net}' WHERE id = 1; UPDATE endpoint SET \
         version = '7' WHERE id = 200004;"
    ));
    let said = machine.run(&["dhcp"]);
    let words = "endpoint 200004 version: '7' is neither 4 nor 6";
    assert!(said.err.contains(words), "{said:?}");
}

/// A server closes a connection that takes no rows for net_write_timeout
/// within an answer: devices take longer than that under load.
#[test]
fn rows_that_are_taken_slowly_all_come() {
    let server = db::Server::own(&["--skip-log-bin", "--net-write-timeout=1"]);
    server.run("mysql", &["CREATE DATABASE s"]);
    let (schema, network) =
        (fixture_text("schema.sql"), fixture_text("golden/network.sql"));
    server.run("s", &[&schema, "BEGIN;", &network, "COMMIT;"]);
    let dir = tempfile::tempdir().unwrap();
    put(&dir.path().join("x.env"), b"APP_TIMEZONE=UTC\n");
    let env = Env { args: Vec::new(), vars: BTreeMap::new(), terminal: false };
    let settings =
        Settings::load(&env, Some(dir.path()), Root::default()).unwrap();
    let socket = server.socket().display().to_string();
    let url = format!("mysql:///s?socket={socket}&user=root");
    let mut database =
        provha::source::open(Some(&url), &settings, &mut |_| ()).unwrap();
    let sql = "SELECT a.*, b.* FROM modem a, modem b";
    let mut count = 0_u64;
    let result = database.query("modem", sql, &mut |_| {
        if count == 0 {
            std::thread::sleep(Duration::from_secs(5));
        }
        count += 1;
        Ok(())
    });
    result.unwrap();
    let whole = 200 * 200;
    assert!(count >= whole, "{count}");
    assert!(Path::new(&socket).exists());
}
