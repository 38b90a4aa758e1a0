//! The engines and their servers: one logical network gives the same files
//! from each; what is wrong with a server is said by name, in bounded time.

use crate::common;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use common::machine::{Machine, Said};
use common::postgres::Postgres;
use common::sqlite::Lite;
use common::{db, fixture_text, tree};

/// Files by their name below the root.
type Files = BTreeMap<String, Vec<u8>>;

/// Makes everything of a role, and what is said about rows.
fn made(url: &str, role: &str) -> (Files, Vec<String>) {
    let machine = Machine::new(url, role);
    machine.env("APP_TIMEZONE=UTC\nPROVHA__RESTART_HOLD=0\n");
    machine.firmware();
    let mut told = Vec::new();
    for command in ["dhcp", "dns", "time", "configfile"] {
        let said = machine.good(&[command]);
        let rows = |line: &&str| line.starts_with("warning: ");
        told.extend(said.err.lines().filter(rows).map(String::from));
    }
    let mut files = tree::read(&machine.root());
    // Keys are made by chance, and say nothing about rows.
    files.retain(|name, _| {
        let ours = ["etc/dhcp-nmsprime/", "etc/chrony", "tftpboot/"];
        ours.iter().any(|dir| name.starts_with(dir))
            || name.starts_with("etc/named-nmsprime.conf")
    });
    (files, told)
}

/// Names of files that differ.
fn differences(one: &Files, other: &Files) -> Vec<String> {
    let names = one.keys().chain(other.keys());
    let mut names: Vec<String> =
        names.filter(|n| one.get(*n) != other.get(*n)).cloned().collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn the_same_rows_give_the_same_files_from_postgresql() {
    // Dates of the year 0 are MariaDB's alone.
    let lite = Lite::golden(
        "UPDATE modem SET deleted_at = NULL WHERE deleted_at LIKE '0000%';",
    );
    let server = Postgres::start();
    server.fill(&lite);
    let url = server.url("root");
    for role in ["master", "slave"] {
        let (files, told) = made(&lite.url(), role);
        let (others, tells) = made(&url, role);
        assert!(files.len() > 300, "{}", files.len());
        assert_eq!(differences(&files, &others), [""; 0], "{role}");
        assert_eq!(told, tells, "{role}");
    }
    // The tables of today say the same otherwise.
    let (old, _) = made(&url, "master");
    server.sql("nms", &fixture_text("schema-pgsql-current.sql"));
    let (mut new, _) = made(&url, "master");
    let mtas = "etc/dhcp-nmsprime/mta.conf";
    new.insert(mtas.into(), old[mtas].clone());
    assert_eq!(differences(&old, &new), [""; 0]);
}

#[test]
fn postgresql_is_followed_and_its_rights_are_told() {
    let server = Postgres::start();
    server.fill(&Lite::golden(""));
    let url = server.url("root");
    let machine = Machine::new(&url, "master");
    machine.firmware();
    machine.good(&["rebuild"]);
    let hosts = || {
        let set = machine.set().join("modems-host.conf");
        std::fs::read_to_string(set).unwrap()
    };
    let said = machine.good(&["rebuild"]);
    assert!(said.err.contains("nothing"), "{said:?}");
    server.sql(
        "nms",
        "UPDATE nmsprime.modem SET mac = '00:1a:2b:77:77:77' \
         WHERE id = 100001",
    );
    machine.good(&["rebuild"]);
    assert!(hosts().contains("00:1a:2b:77:77:77"));
    // A user who may read no column of deleted rows serves nobody.
    server.sql(
        "nms",
        "CREATE USER ro PASSWORD 'secret'; \
         GRANT USAGE ON SCHEMA nmsprime TO ro;",
    );
    let run = |args: &[&str]| -> Said {
        let mut all = vec!["--db"];
        let url = server.url("ro");
        all.push(&url);
        all.extend(args);
        let machine = Machine::new("", "master");
        machine.run(&all)
    };
    let said = run(&["dhcp"]);
    said.check(1, &["may not read table", "GRANT SELECT"]);
    server.sql(
        "nms",
        "GRANT SELECT ON ALL TABLES IN SCHEMA nmsprime TO ro; \
         REVOKE SELECT ON nmsprime.modem FROM ro; \
         GRANT SELECT (id, mac, hostname, public, internet_access, \
             contract_id, configfile_id, qos_id) ON nmsprime.modem TO ro;",
    );
    run(&["dhcp"]).check(1, &["deleted_at", "table modem", "GRANT SELECT"]);
    server.sql("nms", "GRANT SELECT ON nmsprime.modem TO ro;");
    assert_eq!(run(&["dhcp"]).code, 0);
    server.sql("nms", "ALTER USER ro PASSWORD 'other'");
    run(&["dhcp"]).check(1, &["login refused for user 'ro'", "DB_PASSWORD"]);
}

#[test]
fn the_wrong_kind_of_server_is_named_and_nothing_is_read_elsewhere() {
    let postgres = Postgres::start();
    postgres.fill(&Lite::golden(""));
    let maria = db::golden("");
    let ports = [maria.server.port(), postgres.port()];
    let names = ["MariaDB", "PostgreSQL"];
    for (connection, port, other) in
        [("pgsql", ports[0], names[0]), ("mysql", ports[1], names[1])]
    {
        let machine = Machine::new("", "master");
        machine.env(&format!(
            "APP_TIMEZONE=UTC\nDB_CONNECTION={connection}\n\
             DB_HOST=127.0.0.1\nDB_PORT={port}\nDB_DATABASE=nms\n\
             DB_USERNAME=root\nDB_PASSWORD=secret\n\
             PROVHA__DB_CONNECT_TIMEOUT=1\n"
        ));
        let words = format!("a {other} answers there");
        machine.run(&["dhcp"]).check(1, &[&words, "DB_CONNECTION"]);
    }
    // By the signs that existing files have.
    for sign in
        ["QUEUE_DRIVER_DATABASE_CONNECTION=pgsql", "DB_CONNECTION=pgsql"]
    {
        let machine = Machine::new("", "master");
        machine.env(&format!(
            "APP_TIMEZONE=UTC\n{sign}\nDB_HOST=127.0.0.1\nDB_PORT={}\n\
             DB_DATABASE=nms\nDB_USERNAME=root\nDB_PASSWORD=secret\n",
            ports[1]
        ));
        machine.good(&["dhcp"]);
    }
    let machine = Machine::new("", "master");
    machine.env("APP_TIMEZONE=UTC\nDB_HOST=db1:3306,db2\n");
    machine.run(&["dhcp"]).check(1, &["DB_PORT", "db1:3306"]);
    machine.env("APP_TIMEZONE=UTC\nDB_CONNECTION=oracle\n");
    machine.run(&["dhcp"]).check(1, &["DB_CONNECTION", "oracle"]);
}

/// A MariaDB user with rights on some columns only: deleted rows would count
/// as alive.
#[test]
fn rights_on_columns_do_not_make_deleted_rows_alive() {
    let maria = db::golden("");
    let tables = [
        "configfile",
        "contract",
        "endpoint",
        "ippool",
        "mta",
        "netgw",
        "phonenumber",
        "provbase",
        "provha",
        "provvoip",
        "qos",
        "modem_option",
    ];
    let name = &maria.name;
    let mut sql = String::from("CREATE USER colro@'%' IDENTIFIED BY 'x';");
    for table in tables {
        sql += &format!("GRANT SELECT ON {name}.{table} TO colro@'%';");
    }
    let some = "id,mac,hostname,public,internet_access,contract_id,\
                configfile_id,qos_id";
    sql += &format!("GRANT SELECT ({some}) ON {name}.modem TO colro@'%';");
    maria.run(&sql);
    let url =
        format!("mysql://colro:x@127.0.0.1:{}/{name}", maria.server.port());
    let machine = Machine::new(&url, "master");
    let said = machine.run(&["dhcp"]);
    said.check(1, &["column deleted_at of table modem", "GRANT SELECT"]);
    maria.run(&format!("GRANT SELECT (deleted_at) ON {name}.modem TO colro;"));
    assert_eq!(machine.run(&["dhcp"]).code, 0);
    // A hidden column that older releases lack does not count as lacking.
    maria.run(&format!(
        "REVOKE SELECT ON {name}.ippool FROM colro@'%'; GRANT SELECT (id, \
         netgw_id, type, net, netmask, ip_pool_start, ip_pool_end, router_ip, \
         deleted_at) ON {name}.ippool TO colro@'%';"
    ));
    let words = ["table ippool", "GRANT SELECT"];
    machine.run(&["dhcp"]).check(1, &words);
}

/// A Galera node that passes for healthy and refuses every query: the next
/// one is asked.
#[test]
fn a_node_that_refuses_its_first_query_is_passed_over() {
    let listen = format!("tcp://127.0.0.1:{}", db::free_port());
    let provider =
        format!("--wsrep-provider-options=gmcast.listen_addr={listen}");
    let galera = db::Server::own(&[
        "--wsrep-on=ON",
        "--wsrep-provider=/usr/lib/galera/libgalera_smm.so",
        "--wsrep-cluster-address=gcomm://",
        "--binlog-format=ROW",
        "--innodb-autoinc-lock-mode=2",
        &provider,
    ]);
    let user = "CREATE USER asker@'%' IDENTIFIED BY 'x'; \
                GRANT SELECT ON *.* TO asker@'%';";
    let good = db::golden(user);
    let schema = fixture_text("schema.sql");
    let network = fixture_text("golden/network.sql");
    let name = &good.name;
    galera.run("mysql", &[&format!("CREATE DATABASE {name};"), user]);
    galera.run(name, &[&schema, &network]);
    let machine = Machine::new("", "master");
    let socket = machine.at("/mariadb.sock");
    std::os::unix::fs::symlink(good.server.socket(), socket).unwrap();
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nDB_HOST=127.0.0.1,localhost\nDB_PORT={}\n\
         DB_SOCKET=/mariadb.sock\nDB_DATABASE={name}\nDB_USERNAME=asker\n\
         DB_PASSWORD=x\n",
        galera.port()
    ));
    let said = machine.good(&["dhcp"]);
    assert!(!said.err.contains("passed over"), "{said:?}");
    galera.run("mysql", &["SET GLOBAL wsrep_reject_queries = ALL;"]);
    for command in ["dhcp", "rebuild"] {
        let said = machine.good(&[command]);
        assert!(said.err.contains("passed over: 127.0.0.1:"), "{said:?}");
    }
}

/// Flags of BIT columns are what they say.
#[test]
fn bits_are_flags() {
    let plain = db::golden("");
    let bits = db::golden(
        "ALTER TABLE modem MODIFY internet_access varchar(5), \
             MODIFY public bit(1) NOT NULL; \
         UPDATE modem SET internet_access = \
             IF(internet_access = '1', 't', 'f'); \
         ALTER TABLE ippool MODIFY active bit(1) NOT NULL DEFAULT b'1'; \
         ALTER TABLE endpoint MODIFY fixed_ip varchar(5); \
         UPDATE endpoint SET fixed_ip = IF(fixed_ip = '1', 't', 'f');",
    );
    let [one, other] =
        [plain, bits].map(|database| made(&database.url(), "master").0);
    assert_eq!(differences(&one, &other), [""; 0]);
}

/// What a documented line or an installed hook calls is no usage error.
#[test]
fn old_commands_without_work_answer_with_words() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    for (line, words) in [
        (&["nms:cpe"][..], "provha dns"),
        (&["config:cache"], "env files"),
        (&["nms:configfile", "tr069"], "TR-069"),
    ] {
        let output = machine.command(line).output().unwrap();
        let said = common::machine::said(&output);
        assert_eq!(said.code, 0, "{line:?}: {said:?}");
        assert!(said.err.contains(words), "{line:?}: {said:?}");
    }
    assert_eq!(machine.run(&["nms:config", "mta"]).code, 0);
}

/// Answers every connection by `greet` and then does what it likes.
fn liar(work: fn(&mut std::net::TcpStream)) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let _ = std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = std::thread::spawn(move || work(&mut stream));
        }
    });
    port
}

/// Says nothing for ever.
fn silent(stream: &mut std::net::TcpStream) {
    let _ = stream.read_to_end(&mut Vec::new());
}

/// An octet a tenth of a second for ever.
fn trickle(stream: &mut std::net::TcpStream) {
    let _ = stream.write_all(&[0xff, 0xff, 0xff, 0]);
    while stream.write_all(b"x").is_ok() {
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A packet of nothing, then nonsense.
fn nonsense(stream: &mut std::net::TcpStream) {
    let _ = stream.write_all(&[0, 0, 0, 0]);
    let _ = stream.write_all(&[1, 0, 0, 1, 0xfe, 3, 0, 0, 2, 0xfb, 0xfb, 1]);
}

/// A greeting that breaks off inside.
fn broken(stream: &mut std::net::TcpStream) {
    let _ = stream.write_all(b"\x06\0\0\0\x0a5.5.5");
}

/// PostgreSQL's error without an end.
fn endless(stream: &mut std::net::TcpStream) {
    let _ = stream.write_all(b"E\x7f\xff\xff\xff");
    while stream.write_all(&[b'x'; 4096]).is_ok() {}
}

#[test]
fn servers_that_lie_cost_bounded_time() {
    let liars = [silent, trickle, nonsense, broken, endless];
    for (number, work) in liars.into_iter().enumerate() {
        let port = liar(work);
        for engine in ["mysql", "postgresql"] {
            let url = format!("{engine}://root:x@127.0.0.1:{port}/nms");
            let machine = Machine::new(&url, "master");
            machine.env(
                "APP_TIMEZONE=UTC\nPROVHA__DB_CONNECT_TIMEOUT=1\n\
                 PROVHA__DB_READ_TIMEOUT=2\n",
            );
            let begin = Instant::now();
            let said = machine.run(&["dhcp"]);
            said.check(1, &["no database node can be used"]);
            assert!(!said.err.contains("panicked"), "{number}: {said:?}");
            let took = begin.elapsed();
            assert!(took < Duration::from_secs(20), "{number}: {took:?}");
        }
    }
}
