//! The address plan, the servers' names in it, and others who use the same
//! zones and ports: what cannot be right is told with the row that it stands
//! in, and no address is given to two.

use crate::common;

use common::machine::{Machine, put, script};
use common::private;
use common::private::shell;
use common::program;
use common::sqlite::Lite;

/// A change of the golden network, what is told, what the set of a CMTS holds
/// then, and what it must not hold.
struct Case {
    sql: &'static str,
    told: &'static [&'static str],
    holds: &'static [&'static str],
    lacks: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        sql: "UPDATE ippool SET net = '10.17.0.0', netmask = \
              '255.255.255.248', ip_pool_start = '10.17.0.0', ip_pool_end = \
              '10.17.0.7', broadcast_ip = '10.17.0.7' WHERE id = 5;",
        told: &[
            "ippool 5 ip_pool_end: the range holds 10.17.0.7",
            "ippool 5 ip_pool_start: the range holds 10.17.0.0",
            "ippool 5 ip_pool_start: the range holds 10.17.0.1, the router",
        ],
        holds: &["range 10.17.0.2 10.17.0.6;"],
        lacks: &[],
    },
    Case {
        sql: "UPDATE ippool SET net = '172.21.4.0', netmask = '255.255.252.0', \
              ip_pool_start = '172.21.4.2', ip_pool_end = '172.21.7.200', \
              router_ip = '172.21.4.1', broadcast_ip = '172.21.7.255' WHERE id \
              = 5;",
        told: &[
            "the range holds 172.21.4.10, a server's address",
            "the range holds 172.21.4.11, a server's address",
            "ippool 5 net: the net holds the server 172.21.4.10",
        ],
        holds: &[
            "range 172.21.4.2 172.21.4.9;",
            "range 172.21.4.12 172.21.7.200;",
        ],
        lacks: &[],
    },
    Case {
        sql: "UPDATE ippool SET router_ip = '10.61.0.1' WHERE id = 1; UPDATE \
              ippool SET broadcast_ip = '10.61.15.255' WHERE id = 7;",
        told: &["ippool 1 router_ip: 10.61.0.1", "ippool 7 broadcast_ip"],
        holds: &[],
        lacks: &["routers 10.61.0.1", "broadcast-address 10.61"],
    },
    Case {
        sql: "UPDATE ippool SET router_ip = '10.16.15.255' WHERE id = 1;",
        told: &["ippool 1 router_ip: 10.16.15.255 is the broadcast address"],
        holds: &[],
        lacks: &[],
    },
    Case {
        sql: "UPDATE ippool SET ip_pool_start = '100.64.0.50', ip_pool_end = \
              '100.64.0.53' WHERE id = 2; UPDATE endpoint SET ip = \
              '100.64.0.50', fixed_ip = 1, modem_id = 100002 WHERE id = \
              200001;",
        told: &["endpoint 200001 ip: 100.64.0.50", "pool 2"],
        holds: &["range 100.64.0.51 100.64.0.53;"],
        lacks: &["range 100.64.0.50 "],
    },
    Case {
        sql: "UPDATE endpoint SET ip = '10.16.0.9', fixed_ip = 1 WHERE id = \
              200001;",
        told: &["endpoint 200001 ip: 10.16.0.9", "pool 1: cut out of it"],
        holds: &["range 10.16.0.2 10.16.0.8;", "range 10.16.0.10 "],
        lacks: &[],
    },
    Case {
        sql: "UPDATE endpoint SET ip = '198.18.0.9' WHERE id = 200000; UPDATE \
              endpoint SET ip = '198.51.100.1' WHERE id = 200001;",
        told: &[
            "endpoint 200000 ip: 198.18.0.9 lies in the net of no pool",
            "endpoint 200001 ip: 198.51.100.1 is the router of pool 4",
        ],
        holds: &[],
        lacks: &[],
    },
    Case {
        sql: "UPDATE endpoint SET mac = NULL, modem_id = 100004, fixed_ip = 1 \
              WHERE id IN (200000, 200001);",
        told: &["endpoint 200001 mac", "stands for endpoint 200000"],
        holds: &[],
        lacks: &[],
    },
    Case {
        sql: "UPDATE endpoint SET ip = '198.51.100.9', fixed_ip = 1 WHERE id \
              IN (200000, 200001);",
        told: &["endpoint 200001 ip: 198.51.100.9", "endpoint 200000 too"],
        holds: &[],
        lacks: &["198.51.100.9;"],
    },
    Case {
        sql: "UPDATE endpoint SET ip = '172.21.4.10', fixed_ip = 1 WHERE id = \
              200001;",
        told: &["endpoint 200001 ip: 172.21.4.10 is a server's address"],
        holds: &[],
        lacks: &[],
    },
    Case {
        sql: "UPDATE ippool SET net = '10.16.0.0', netmask = '255.255.255.0', \
              ip_pool_start = '10.16.0.100', ip_pool_end = '10.16.0.200', \
              router_ip = '10.16.0.1', broadcast_ip = NULL WHERE id = 5;",
        told: &["ippool 5 net: overlaps the net of pool 1"],
        holds: &[],
        lacks: &["range 10.16.0.100 "],
    },
];

/// All CMTS files of a machine in one.
fn pools(machine: &Machine) -> String {
    let files = common::tree::read(&machine.set().join("cmts_gws"));
    files.into_values().map(|b| String::from_utf8(b).unwrap()).collect()
}

#[test]
fn a_plan_that_cannot_be_right_is_told_with_its_rows() {
    for case in CASES {
        let lite = Lite::golden(case.sql);
        let machine = Machine::in_memory(&lite.url(), "master");
        let said = machine.good(&["dhcp"]);
        for words in case.told {
            assert!(
                said.err.contains(words),
                "{}: {words}: {said:?}",
                case.sql
            );
        }
        let pools = pools(&machine);
        for words in case.holds {
            assert!(pools.contains(words), "{}: {words}: {pools}", case.sql);
        }
        for words in case.lacks {
            assert!(!pools.contains(words), "{}: {words}: {pools}", case.sql);
        }
    }
}

/// A failover pair is two machines.
#[test]
fn a_second_slave_serves_nobody() {
    if !private::inside("a_second_slave_serves_nobody") {
        return;
    }
    let _ = shell("ip addr add 172.21.4.11/22 dev lo");
    let sql = "UPDATE provha SET slaves = '172.21.4.99, 172.21.4.11';";
    let lite = Lite::golden(sql);
    let slave = Machine::new(&lite.url(), "slave");
    let words = "172.21.4.11 is not the first slave";
    slave.run(&["dhcp"]).check(3, &[words, "172.21.4.99"]);
    assert!(!slave.set().join("dhcpd.conf").exists());
    let _ = shell("ip addr del 172.21.4.11/22 dev lo");
    let master = Machine::new(&lite.url(), "master");
    let said = master.good(&["dhcp"]);
    let words = "no dhcpd may serve there: 172.21.4.11";
    assert!(said.err.contains(words), "{said:?}");
}

#[test]
fn others_at_the_same_zones_and_ports_are_seen() {
    // One DNS server of the two.
    let sql = "UPDATE ippool SET dns1_ip = '172.21.4.10', dns2_ip = '', \
               dns3_ip = '' WHERE id = 1;";
    let lite = Lite::golden(sql);
    let machine = Machine::new(&lite.url(), "master");
    machine.env("APP_TIMEZONE=UTC\nPROVHA__TIME_INETD=xinetd\n");
    let said = machine.good(&["dhcp"]);
    let words = "ippool 1 dns1_ip: of the two nodes only 172.21.4.10";
    assert!(said.err.contains(words), "{said:?}");
    // Scripts of the existing system that sign as they always did.
    let script = "#!/bin/sh\nnsupdate -v -y dhcpupdate:c2VjcmV0 <<END\n";
    put(&machine.at("/usr/local/bin/names.sh"), script.as_bytes());
    let said = machine.good(&["dns"]);
    assert!(said.err.contains("names.sh updates the zones by"), "{said:?}");
    assert!(!said.err.contains("c2VjcmV0"), "{said:?}");
    // Its own time service.
    let other = "service time\n{\n\tdisable = no\n\tsocket_type = dgram\n\t\
                 protocol = udp\n\tid = time-dgram\n\tuser = root\n\twait = \
                 yes\n\ttype = INTERNAL\n}\n";
    put(&machine.at("/etc/xinetd.d/time-dgram"), other.as_bytes());
    let said = machine.good(&["time"]);
    assert!(said.err.contains("time-dgram"), "{said:?}");
}

/// A checker may take as long as what it loads needs: at a million hosts
/// `dhcpd -t` alone took 172 s.
#[test]
fn a_checker_may_take_longer_for_a_large_set() {
    let plain = "UPDATE ippool SET optional = '';";
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
                WHERE i < 40000) INSERT INTO modem (id, hostname, mac, \
                internet_access, configfile_id) SELECT 500000 + i, 'cm-' || \
                (500000 + i), printf('02:77:00:%02x:%02x:%02x', i / 65536, i / \
                256 % 256, i % 256), 1, 2 FROM n;";
    for (sql, code) in [(many, 0), ("", 3)] {
        let lite = Lite::golden(&format!("{plain} {sql}"));
        let machine = Machine::in_memory(&lite.url(), "standalone");
        let slow = machine.dir.path().join("slow");
        let dhcpd = program("dhcpd").display().to_string();
        script(&slow, &format!("sleep 3; exec {dhcpd} \"$@\""));
        machine.env(&format!(
            "APP_TIMEZONE=UTC\nPROVHA__COMMAND_TIMEOUT=1\n\
             PROVHA__DHCPD_BIN={}\n",
            slow.display()
        ));
        let said = machine.run(&["dhcp"]);
        assert_eq!(said.code, code, "{said:?}");
    }
}
