//! Bad rows, one network with all of them: each is told by table, id and
//! column, none reaches a daemon, and nobody else suffers.

use crate::common;

use std::process::Command;

use common::machine::{Machine, Said, put};
use common::sqlite::Lite;
use common::{program, tree};

/// What must be in a file below the root, or must not.
enum Sign {
    /// The file has this text.
    Has(&'static str, &'static str),
    /// The file does not have this text.
    Lacks(&'static str, &'static str),
    /// There is such a file.
    There(&'static str),
    /// There is no such file.
    Missing(&'static str),
    /// This is said on stderr.
    CachedFinding(&'static str),
    /// This is not said on stderr.
    Untold(&'static str),
}
use Sign::{CachedFinding, Has, Lacks, Missing, There, Untold};

/// A new modem like 100001, with this id, host name and MAC (SQL literals).
macro_rules! modem {
    ($id:literal, $name:literal, $mac:literal) => {
        concat!(
            "INSERT INTO modem (id, hostname, mac, contract_id, \
             configfile_id, qos_id, public, internet_access, next_passive_id) \
             SELECT ", $id, ", ", $name, ", ", $mac, ", contract_id, \
             configfile_id, qos_id, 0, 1, 0 FROM modem WHERE id = 100001;"
        )
    };
}

/// A new pool of the first CMTS: id, net, mask, start, end, router, and more
/// columns with their values.
macro_rules! pool {
    ($id:literal, $net:literal, $mask:literal, $start:literal, $end:literal,
     $router:literal, $columns:literal, $values:literal) => {
        concat!(
            "INSERT INTO ippool (id, netgw_id, type, net, netmask, \
             ip_pool_start, ip_pool_end, router_ip, version, active",
            $columns,
            ") VALUES (",
            $id,
            ", 1, 'CPEPriv', '",
            $net,
            "', '",
            $mask,
            "', '",
            $start,
            "', '",
            $end,
            "', '",
            $router,
            "', '4', 1",
            $values,
            ");"
        )
    };
}

const HOSTS: &str = "etc/dhcp-nmsprime/modems-host.conf";
const ENDPOINTS: &str = "etc/dhcp-nmsprime/endpoints-host.conf";
const MTAS: &str = "etc/dhcp-nmsprime/mta.conf";
const CMTS1: &str = "etc/dhcp-nmsprime/cmts_gws/1.conf";

/// The faults: what to do to the golden network, what comes of it.
const FAULTS: &[(&str, &[Sign])] = &[
    (
        modem!("101000", "'cm-101000'", "NULL"),
        &[
            Lacks(HOSTS, "cm-101000"),
            There("tftpboot/cm/cm-101000.conf"),
            Untold("modem 101000"),
        ],
    ),
    (
        modem!("101001", "'cm-101001'", "'FF:00:00:00:10:01'"),
        &[
            Lacks(HOSTS, "cm-101001"),
            There("tftpboot/cm/cm-101001.conf"),
            Untold("modem 101001"),
        ],
    ),
    (
        modem!("101002", "'cm-101002'", "'00:11:22:33:44'"),
        &[
            Lacks(HOSTS, "cm-101002"),
            There("tftpboot/cm/cm-101002.conf"),
            CachedFinding("modem 101002 mac"),
        ],
    ),
    (
        modem!("101003", "'cm-101003'", "'\" ; } evil {'"),
        &[
            Lacks(HOSTS, "evil"),
            There("tftpboot/cm/cm-101003.conf"),
            CachedFinding("modem 101003 mac"),
        ],
    ),
    (
        modem!("101004", "'cm-101004'", "' 00-1a-2b-99-00-04 '"),
        &[
            Has(HOSTS, "host cm-101004 { hardware ethernet 00:1a:2b:99:00:04"),
            CachedFinding("modem 101004 mac"),
        ],
    ),
    (
        // The MAC of modem 100001 in capitals.
        modem!("101005", "'cm-101005'", "'00:1A:2B:10:00:25'"),
        &[
            Has(HOSTS, "host cm-100001 "),
            Lacks(HOSTS, "cm-101005"),
            There("tftpboot/cm/cm-101005.conf"),
            CachedFinding("modem 101005 mac"),
        ],
    ),
    (
        // The MAC of modem 100002, at an adapter and at an endpoint.
        "UPDATE mta SET mac = '00:1a:2b:10:00:4a' WHERE id = 300020;
         UPDATE endpoint SET mac = '00:1a:2b:10:00:4A' WHERE id = 200002;",
        &[
            Has(HOSTS, "host cm-100002 "),
            Lacks(MTAS, "host mta-300020 "),
            There("tftpboot/mta/mta-300020.conf"),
            CachedFinding("mta 300020 mac"),
            CachedFinding("endpoint 200002 mac"),
        ],
    ),
    (
        // Modem 101006 claims the name of modem 100003.
        modem!("101006", "'cm-100003'", "'00:1a:2b:99:00:06'"),
        &[
            Has(HOSTS, "host cm-100003 { hardware ethernet 00:1a:2b:10:00:6f"),
            Has(HOSTS, "host cm-101006 { hardware ethernet 00:1a:2b:99:00:06"),
            CachedFinding("modem 101006 hostname"),
        ],
    ),
    (
        modem!("101007", "NULL", "'00:1a:2b:99:00:07'"),
        &[
            Has(HOSTS, "host cm-101007 "),
            CachedFinding("modem 101007 hostname"),
        ],
    ),
    (
        modem!("101008", "'not a label;'", "'00:1a:2b:99:00:08'"),
        &[
            Has(HOSTS, "host cm-101008 "),
            CachedFinding("modem 101008 hostname"),
        ],
    ),
    // The name in mta.hostname is not served: it is always `mta-ID`.
    (
        "UPDATE mta SET hostname = '' WHERE id = 300021;",
        &[Has(MTAS, "host mta-300021 ")],
    ),
    (
        "UPDATE endpoint SET hostname = 'a_b c' WHERE id = 200003;
         UPDATE endpoint SET hostname = '' WHERE id = 200004;",
        &[
            Lacks(ENDPOINTS, "a_b"),
            CachedFinding("endpoint 200003 hostname"),
            CachedFinding("endpoint 200004 hostname"),
        ],
    ),
    (
        "",
        &[
            Lacks(ENDPOINTS, "cpe-100010-19"),
            CachedFinding("endpoint 200019 mac"),
        ],
    ),
    (
        "INSERT INTO endpoint (id, hostname, mac, fixed_ip, modem_id, ip,
             version)
         VALUES (201000, 'bad-ip', '00:aa:00:00:00:01', 1, 100001, '1.2.3',
             '4'),
             (201001, 'first-ip', '00:aa:00:00:00:02', 1, 100001,
             '100.64.1.77', '4'),
             (201002, 'second-ip', '00:aa:00:00:00:03', 1, 100001,
             '100.64.1.77', '4');",
        &[
            Lacks(ENDPOINTS, "bad-ip"),
            Has(ENDPOINTS, "host first-ip "),
            Lacks(ENDPOINTS, "second-ip"),
            CachedFinding("endpoint 201000 ip"),
            CachedFinding("endpoint 201002 ip"),
        ],
    ),
    (
        "INSERT INTO endpoint (id, hostname, mac, fixed_ip, modem_id, ip,
             version)
         VALUES (201003, 'e3', '00:aa:00:00:00:04', 1, 100001, '0.0.0.0',
             '4'),
             (201004, 'e4', '00:aa:00:00:00:05', 1, 100001,
             '255.255.255.255', '4'),
             (201005, 'e5', '00:aa:00:00:00:06', 1, 100001, '127.0.0.9',
             '4'),
             (201006, 'e6', '00:aa:00:00:00:07', 1, 100001, '224.0.0.5',
             '4'),
             (201007, 'e7', '00:aa:00:00:00:08', 1, 100001, '223.0.0.5',
             '4');",
        &[
            CachedFinding("endpoint 201003 ip"),
            CachedFinding("endpoint 201004 ip"),
            CachedFinding("endpoint 201005 ip"),
            CachedFinding("endpoint 201006 ip"),
            Lacks(ENDPOINTS, "0.0.0.0"),
            Lacks(ENDPOINTS, "255.255.255.255"),
            Lacks(ENDPOINTS, "127.0.0.9"),
            Lacks(ENDPOINTS, "224.0.0.5"),
            Has(ENDPOINTS, "fixed-address 223.0.0.5;"),
        ],
    ),
    (
        "UPDATE modem SET configfile_id = 9999 WHERE id = 100024;
         UPDATE modem SET configfile_id =
             (SELECT configfile_id FROM mta WHERE id = 300000)
             WHERE id = 100028;",
        &[
            Has(HOSTS, "host cm-100024 "),
            Has(HOSTS, "host cm-100028 "),
            Missing("tftpboot/cm/cm-100024.conf"),
            Missing("tftpboot/cm/cm-100028.conf"),
            CachedFinding("modem 100024 configfile_id"),
            CachedFinding("modem 100028 configfile_id"),
        ],
    ),
    (
        "INSERT INTO configfile (id, name, text, device, public, parent_id)
         VALUES (901, 'loop-a', 'MaxCPE 1;', 'cm', 'yes', 902),
             (902, 'loop-b', '', 'cm', 'yes', 901),
             (903, 'orphan', 'DsServiceFlow { DsServiceFlowRef 9; }', 'cm',
              'yes', 9998),
             (904, 'nonsense', 'NoSuchThing 1;', 'cm', 'yes', NULL),
             (905, 'escape', 'MaxCPE 1;', 'cm', 'yes', NULL);
         UPDATE configfile SET firmware = '../../etc/passwd' WHERE id = 905;
         UPDATE modem SET configfile_id = 901 WHERE id = 100034;
         UPDATE modem SET configfile_id = 903 WHERE id = 100038;
         UPDATE modem SET configfile_id = 904 WHERE id = 100044;
         UPDATE modem SET configfile_id = 905 WHERE id = 100048;",
        &[
            Has(HOSTS, "host cm-100034 "),
            Missing("tftpboot/cm/cm-100034.cfg"),
            Has("tftpboot/cm/cm-100038.conf", "DsServiceFlowRef 9"),
            Missing("tftpboot/cm/cm-100044.cfg"),
            There("tftpboot/cm/cm-100044.conf"),
            Lacks("tftpboot/cm/cm-100048.conf", "passwd"),
            CachedFinding("configfile 901"),
            CachedFinding("configfile 903 parent_id"),
            CachedFinding("configfile 904 text"),
            CachedFinding("configfile 905 firmware"),
        ],
    ),
    (
        "UPDATE modem SET contract_id = 1 WHERE id = 100054;",
        &[
            Has(HOSTS, "host cm-100054 "),
            Has("tftpboot/cm/cm-100054.conf", "NetworkAccess 0;"),
            CachedFinding("modem 100054 contract_id"),
        ],
    ),
    (
        pool!(
            "501",
            "10.201.0.0",
            "255.255.255.0",
            "10.201.0.9",
            "10.201.0.2",
            "10.201.0.1",
            "",
            ""
        ),
        &[Lacks(CMTS1, "10.201."), CachedFinding("ippool 501 ip_pool_start")],
    ),
    (
        pool!(
            "502",
            "10.202.0.0",
            "255.255.255.0",
            "10.202.0.2",
            "10.203.0.9",
            "10.202.0.1",
            "",
            ""
        ),
        &[Lacks(CMTS1, "10.202."), CachedFinding("ippool 502 ip_pool_end")],
    ),
    (
        // Within the first pool of modems.
        pool!(
            "503",
            "10.16.4.0",
            "255.255.255.0",
            "10.16.4.2",
            "10.16.4.9",
            "10.16.4.1",
            "",
            ""
        ),
        &[Lacks(CMTS1, "10.16.4."), CachedFinding("ippool 503 ")],
    ),
    (
        pool!(
            "504",
            "10.204.0.0",
            "255.0.255.0",
            "10.204.0.2",
            "10.204.0.9",
            "10.204.0.1",
            "",
            ""
        ),
        &[Lacks(CMTS1, "10.204."), CachedFinding("ippool 504 netmask")],
    ),
    (
        pool!(
            "505",
            "10.205.0.7",
            "255.255.255.0",
            "10.205.0.2",
            "10.205.0.9",
            "10.205.0.1",
            "",
            ""
        ),
        &[Lacks(CMTS1, "10.205."), CachedFinding("ippool 505 net")],
    ),
    (
        pool!(
            "506",
            "10.206.0.0",
            "255.255.255.0",
            "10.206.0.2",
            "10.206.0.9",
            "",
            "",
            ""
        ),
        &[Lacks(CMTS1, "10.206."), CachedFinding("ippool 506 router_ip")],
    ),
    (
        pool!(
            "507",
            "10.207.0.0",
            "255.255.255.0",
            "10.207.0.2",
            "10.207.0.9",
            "10.207.0.1",
            ", dns1_ip, broadcast_ip",
            ", 'x;y', '1.2'"
        ),
        &[
            Has(CMTS1, "subnet 10.207.0.0"),
            Lacks(CMTS1, "x;y"),
            CachedFinding("ippool 507 dns1_ip"),
            CachedFinding("ippool 507 broadcast_ip"),
        ],
    ),
    (
        pool!(
            "508",
            "10.208.0.0",
            "255.255.255.0",
            "10.208.0.2",
            "10.208.0.9",
            "10.208.0.1",
            ", optional",
            ", 'option nonsense 1; } evil {'"
        ),
        &[
            Has(CMTS1, "subnet 10.208.0.0"),
            Lacks(CMTS1, "evil"),
            CachedFinding("ippool 508 optional"),
        ],
    ),
    (
        concat!(
            pool!(
                "509",
                "10.209.0.0",
                "255.255.255.0",
                "10.209.0.2",
                "10.209.0.9",
                "10.209.0.1",
                "",
                ""
            ),
            "UPDATE ippool SET type = 'CPEPub' WHERE id = 509;
             INSERT INTO endpoint (id, hostname, mac, fixed_ip, modem_id, ip,
                 version)
             VALUES (201010, 'truly-fixed', '00:aa:00:00:00:10', 2, 100001,
                 '10.209.0.5', '4');"
        ),
        &[
            Has(CMTS1, "range 10.209.0.2 10.209.0.4;"),
            Has(CMTS1, "range 10.209.0.6 10.209.0.9;"),
            Has(ENDPOINTS, "fixed-address 10.209.0.5;"),
        ],
    ),
    (
        // A router that no device can use: told, the pool is served.
        pool!(
            "590",
            "10.190.0.0",
            "255.255.255.0",
            "10.190.0.2",
            "10.190.0.9",
            "10.190.0.255",
            "",
            ""
        ),
        &[
            Has(CMTS1, "range 10.190.0.2 10.190.0.9;"),
            CachedFinding("ippool 590 router_ip"),
        ],
    ),
    (
        // The router of the net next to it.
        pool!(
            "511",
            "10.211.0.0",
            "255.255.255.0",
            "10.211.0.2",
            "10.211.0.9",
            "10.212.0.1",
            ", broadcast_ip",
            ", '10.211.0.255'"
        ),
        &[Lacks(CMTS1, "10.211."), CachedFinding("ippool 511 router_ip")],
    ),
    (
        pool!(
            "512",
            "10.214.0.0",
            "255.255.255.0",
            "10.214.0.2",
            "10.214.0.9",
            "10.214.0.1",
            ", broadcast_ip",
            ", '10.215.0.255'"
        ),
        &[
            Has(CMTS1, "subnet 10.214.0.0"),
            Lacks(CMTS1, "10.215.0.255"),
            CachedFinding("ippool 512 broadcast_ip"),
        ],
    ),
    (
        // One address more than dhcpd is given.
        pool!(
            "513",
            "60.0.0.0",
            "255.0.0.0",
            "60.1.0.0",
            "60.65.0.0",
            "60.0.0.1",
            "",
            ""
        ),
        &[Lacks(CMTS1, "60.1.0.0"), CachedFinding("ippool 513 ip_pool_end")],
    ),
    (
        // Every address of the net, the router in the middle.
        pool!(
            "514",
            "10.216.0.0",
            "255.255.255.240",
            "10.216.0.0",
            "10.216.0.15",
            "10.216.0.4",
            "",
            ""
        ),
        &[
            Has(CMTS1, "range 10.216.0.1 10.216.0.3;"),
            Has(CMTS1, "range 10.216.0.5 10.216.0.14;"),
            Lacks(CMTS1, "10.216.0.15"),
            CachedFinding(
                "ippool 514 ip_pool_start: the range holds 10.216.0.0",
            ),
            CachedFinding(
                "ippool 514 ip_pool_start: the range holds 10.216.0.4",
            ),
            CachedFinding(
                "ippool 514 ip_pool_end: the range holds 10.216.0.15",
            ),
        ],
    ),
    (
        // Of the servers' own net, and with a server in its range.
        pool!(
            "515",
            "172.21.4.0",
            "255.255.255.224",
            "172.21.4.9",
            "172.21.4.12",
            "172.21.4.1",
            "",
            ""
        ),
        &[
            Has(CMTS1, "range 172.21.4.9 172.21.4.9;"),
            Has(CMTS1, "range 172.21.4.12 172.21.4.12;"),
            CachedFinding(
                "ippool 515 ip_pool_start: the range holds 172.21.4.10",
            ),
            CachedFinding(
                "ippool 515 net: the net holds the server 172.21.4.1",
            ),
        ],
    ),
    (
        // In the range of a pool of devices without public addresses; a
        // router's address; an address of no net.
        concat!(
            pool!(
                "516",
                "10.218.0.0",
                "255.255.255.0",
                "10.218.0.2",
                "10.218.0.9",
                "10.218.0.1",
                "",
                ""
            ),
            "INSERT INTO endpoint (id, hostname, mac, fixed_ip, modem_id, ip,
                 version)
             VALUES (201020, 'inside', '00:aa:00:00:00:20', 1, 100001,
                 '10.218.0.5', '4'),
                 (201021, 'the-router', '00:aa:00:00:00:21', 1, 100001,
                 '10.218.0.1', '4'),
                 (201022, 'nowhere', '00:aa:00:00:00:22', 1, 100001,
                 '198.18.0.9', '4'),
                 (201023, 'the-server', '00:aa:00:00:00:23', 1, 100001,
                 '172.21.4.11', '4');"
        ),
        &[
            Has(CMTS1, "range 10.218.0.2 10.218.0.4;"),
            Has(CMTS1, "range 10.218.0.6 10.218.0.9;"),
            Has(ENDPOINTS, "fixed-address 10.218.0.5;"),
            Lacks(ENDPOINTS, "the-router"),
            Has(ENDPOINTS, "host nowhere "),
            Lacks(ENDPOINTS, "the-server"),
            CachedFinding("endpoint 201020 ip"),
            CachedFinding("endpoint 201021 ip"),
            CachedFinding("endpoint 201022 ip"),
            CachedFinding("endpoint 201023 ip"),
        ],
    ),
    (
        "INSERT INTO endpoint (id, hostname, fixed_ip, modem_id, version)
         VALUES (201030, 'behind-1', 0, 100068, '4'),
             (201031, 'behind-2', 0, 100068, '4');",
        &[
            Has(ENDPOINTS, "host behind-1 "),
            Lacks(ENDPOINTS, "behind-2"),
            Untold("endpoint 201030"),
            CachedFinding("endpoint 201031 mac"),
        ],
    ),
    (
        concat!(
            pool!(
                "517",
                "10.219.0.0",
                "255.255.255.0",
                "10.219.0.2",
                "10.219.0.9",
                "10.219.0.1",
                "",
                ""
            ),
            "UPDATE ippool SET netgw_id = 9999 WHERE id = 517;
             UPDATE modem SET qos_id = 9999 WHERE id = 100064;
             INSERT INTO phonenumber (id, mta_id) VALUES (401000, 9999);
             INSERT INTO modem_option (id, modem_id, `key`, `value`)
                 VALUES (501000, 9999, 'a', 'b');"
        ),
        &[
            CachedFinding("ippool 517 netgw_id"),
            CachedFinding("modem 100064 qos_id"),
            CachedFinding("phonenumber 401000 mta_id"),
            CachedFinding("modem_option 501000 modem_id"),
        ],
    ),
    (
        "UPDATE netgw SET hostname = 'cmts-north' WHERE id = 2;
         UPDATE netgw SET hostname = '' WHERE id = 5;",
        &[
            Has("etc/dhcp-nmsprime/cmts_gws/2.conf", "\"cmts-north-2\""),
            Has("etc/dhcp-nmsprime/cmts_gws/5.conf", "\"cmts-5\""),
            CachedFinding("netgw 2 hostname"),
            CachedFinding("netgw 5 hostname"),
        ],
    ),
    (
        "UPDATE modem SET deleted_at = '0000-00-00 00:00:00'
             WHERE id = 100058;",
        &[
            Lacks(HOSTS, "host cm-100058 "),
            Missing("tftpboot/cm/cm-100058.conf"),
        ],
    ),
];

/// Pools whose `optional` texts are right or wrong only together with what
/// else is in the set: net number, text, whether it is left out.
const OPTIONAL: &[(u32, &str, bool)] = &[
    (60, "pool { range 10.60.0.50 10.60.0.60; deny unknown-clients; }", false),
    (61, "pool { range 10.0.0.50 10.0.0.60; }", true),
    (62, "range 10.0.0.5;", true),
    (63, "host zz { hardware ethernet 00:aa:00:00:01:01; }", true),
    (64, "host zz { hardware ethernet 00:aa:00:00:01:02; }", true),
    (65, "host cm-100001 { hardware ethernet 00:aa:00:00:01:03; }", true),
    (66, "group { host mta-300000 { always-broadcast on; } }", true),
    (67, "execute(\"/bin/true\");", true),
    (68, "pool { failover peer \"dhcpd-failover\"; range 10.68.0.50; }", false),
    (69, "option nonsense 1;", true),
    (70, "on commit { log(info, \"x\"); }", true),
    (71, "pool { range 10.71.0.50; deny members of \"blocked\"; }", false),
    (72, "deny members of \"No-Such-Class\";", true),
];

/// The same where the operator wants the freedom.
#[test]
fn optional_texts_can_be_anything_where_that_is_asked_for() {
    let pool = |net: u32, text: &str| {
        format!("UPDATE ippool SET optional = '{text}' WHERE id = {net};")
    };
    let sql = pool(1, "host zz { hardware ethernet 00:aa:00:00:01:01; }")
        + &pool(2, "on commit { log(info, \"x\"); }")
        // Nothing but blanks, though not ASCII's.
        + &pool(5, "\u{a0}\u{3000}");
    let lite = Lite::golden(&sql);
    let machine = Machine::new(&lite.url(), "master");
    let said = machine.good(&["dhcp"]);
    assert!(told(&said, "ippool 1 optional: 'host'"), "{said:?}");
    assert!(told(&said, "ippool 2 optional: 'on'"), "{said:?}");
    assert!(!told(&said, "ippool 5 optional"), "{said:?}");
    accepted(&machine);
    machine.env("APP_TIMEZONE=UTC\nPROVHA__POOL_OPTIONAL=unsafe\n");
    let said = machine.good(&["dhcp"]);
    assert!(!said.err.contains(" optional:"), "{said:?}");
    let live = std::fs::read_to_string(machine.at(CMTS1)).unwrap();
    assert!(live.contains("host zz {") && live.contains("on commit {"));
    accepted(&machine);
}

#[test]
fn optional_texts_are_tried_in_their_own_pools() {
    let pool = |(net, text, _): &(u32, &str, bool)| {
        format!(
            "INSERT INTO ippool (id, netgw_id, type, net, netmask, \
             ip_pool_start, ip_pool_end, router_ip, version, active, \
             optional) VALUES (9{net}, 1, 'CPEPriv', '10.{net}.0.0', \
             '255.255.255.0', '10.{net}.0.2', '10.{net}.0.9', \
             '10.{net}.0.1', '4', 1, '{text}');"
        )
    };
    let pools: String = OPTIONAL.iter().map(pool).collect();
    let lite = Lite::golden(&pools);
    let machine = Machine::new(&lite.url(), "master");
    let said = machine.good(&["dhcp"]);
    let live = std::fs::read_to_string(machine.at(CMTS1)).unwrap();
    for (net, text, left_out) in OPTIONAL {
        let told = told(&said, &format!("ippool 9{net} optional"));
        assert_eq!(told, *left_out, "{net}: {said:?}");
        assert_eq!(live.contains(text), !left_out, "{net}: {live}");
    }
    accepted(&machine);
}

/// All of it.
fn faults() -> String {
    FAULTS.iter().map(|fault| fault.0).collect()
}

#[test]
fn every_bad_row_is_told_and_none_reaches_a_daemon() {
    let lite = Lite::golden(&faults());
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    let all = "--max-quarantined-percent=100";
    let dhcp = machine.good(&["dhcp", all]);
    let files = machine.good(&["configfile", all]);
    let said = Said { err: dhcp.err + &files.err, ..files };
    let mut wrong = Vec::new();
    for (_, signs) in FAULTS {
        wrong.extend(signs.iter().filter_map(|s| fault(&machine, &said, s)));
    }
    let mut text = wrong.join("\n");
    if !wrong.is_empty() {
        text += &format!("\n\n{}", said.err);
    }
    assert!(wrong.is_empty(), "{} wrong:\n{text}", wrong.len());
    accepted(&machine);
}

/// What is wrong with a sign.
fn fault(machine: &Machine, said: &Said, sign: &Sign) -> Option<String> {
    let read = |name: &str| {
        std::fs::read_to_string(machine.at(name)).unwrap_or_default()
    };
    let (right, text) = match sign {
        Has(file, text) => {
            (read(file).contains(text), format!("{file} lacks '{text}'"))
        }
        Lacks(file, text) => {
            (!read(file).contains(text), format!("{file} has '{text}'"))
        }
        There(file) => (machine.at(file).exists(), format!("{file} missing")),
        Missing(file) => (!machine.at(file).exists(), format!("{file} there")),
        CachedFinding(text) => {
            (told(said, text), format!("'{text}' is not told"))
        }
        Untold(text) => (!told(said, text), format!("'{text}' is told")),
    };
    (!right).then_some(text)
}

/// Whether a warning begins like this.
fn told(said: &Said, text: &str) -> bool {
    let begin = format!("warning: {text}");
    said.err.lines().any(|line| line.starts_with(&begin))
}

/// The stock checker accepts what is live.
fn accepted(machine: &Machine) {
    let output = Command::new(program("dhcpd"))
        .args(["-4", "-t", "-lf", "/dev/null", "-cf"])
        .arg(machine.moved_set("moved"))
        .output()
        .expect("dhcpd can be run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "dhcpd -t: {said}");
}

#[test]
fn a_third_of_the_rows_bad_is_refused_unless_allowed() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.good(&["dhcp"]);
    let before = tree::traces(&machine.set(), &[]);
    lite.run("UPDATE modem SET mac = 'bad' WHERE id % 3 = 0;");
    machine.run(&["dhcp"]).check(3, &["guard rail", "would be left out"]);
    assert_eq!(tree::traces(&machine.set(), &[]), before);
    let allowed = ["--max-quarantined-percent=100"];
    let both = [allowed[0], "--max-removed-percent=100"];
    // The same rows are live hosts that would go: another guard rail.
    machine
        .run(&["dhcp", allowed[0]])
        .check(3, &["guard rail", "live hosts would be dropped"]);
    let _ = machine.good(&["dhcp", both[0], both[1]]);
    let hosts = std::fs::read_to_string(machine.at(HOSTS)).unwrap();
    assert!(hosts.contains("host cm-100001 ") && !hosts.contains("bad"));
    accepted(&machine);
}

#[test]
fn many_hosts_gone_at_once_are_refused() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    machine.good(&["dhcp"]);
    machine.good(&["configfile", "cm"]);
    let before = tree::traces(&machine.root(), &["run", "etc", "var"]);
    lite.run(
        "UPDATE modem SET deleted_at = '2022-05-01 00:00:00' \
         WHERE id > 100150;",
    );
    let refused = machine.run(&["dhcp"]);
    refused.check(3, &["live hosts would be dropped", "host cm-100199"]);
    machine
        .run(&["configfile", "cm"])
        .check(3, &["live modems would be dropped"]);
    let after = tree::traces(&machine.root(), &["run", "etc", "var"]);
    assert_eq!(after, before);
    machine.good(&["dhcp", "--max-removed-percent=100"]);
    machine.good(&["configfile", "cm", "--max-removed-percent=100"]);
    assert!(!machine.at("/tftpboot/cm/cm-100199.conf").exists());
}

/// Without them the files would be wrong, not empty: each is an error of the
/// commands that read it, and of no other.
#[test]
fn tables_that_are_missing() {
    for (table, dhcp, files) in [
        ("qos", 0, 1),
        ("contract", 0, 1),
        ("phonenumber", 0, 1),
        ("endpoint", 1, 0),
        ("modem_option", 0, 0),
        ("mta", 0, 0),
        ("provvoip", 0, 0),
    ] {
        let lite = Lite::golden(&format!("DROP TABLE {table};"));
        let machine = Machine::new(&lite.url(), "master");
        machine.firmware();
        for (command, code) in [("dhcp", dhcp), ("configfile", files)] {
            let said = machine.run(&[command]);
            assert_eq!(said.code, code, "{command}, {table}: {said:?}");
            if code == 1 {
                let words = format!("table {table} is missing");
                said.check(1, &[&words, "SELECT"]);
            }
        }
    }
}

/// A new installation: a pair, and nothing yet that its clients could get.
/// dhcpd does not start with a peer that no pool refers to.
#[test]
fn a_pair_without_a_pool_that_gives_out_addresses() {
    let lite = Lite::golden("CREATE TABLE pools AS SELECT * FROM ippool;");
    let full = concat!(
        "UPDATE endpoint SET ip = '192.0.2.9', fixed_ip = 1 \
         WHERE id = 200000;",
        pool!(
            "9999",
            "192.0.2.8",
            "255.255.255.248",
            "192.0.2.9",
            "192.0.2.9",
            "192.0.2.10",
            "",
            ""
        ),
        "UPDATE ippool SET type = 'CPEPub';"
    );
    for role in ["master", "slave"] {
        let machine = Machine::new(&lite.url(), role);
        let read = |name: &str| {
            let path = machine.set().join(name);
            std::fs::read_to_string(path).unwrap()
        };
        let key = "omapi_key hmac-sha256 c2VjcmV0\n";
        put(&machine.at("/etc/dhcp-nmsprime/omapi.key"), key.as_bytes());
        for sql in ["DELETE FROM ippool;", full] {
            lite.run(sql);
            let all = "--max-removed-percent=100";
            machine.run(&["dhcp", all]).check(0, &["declares no peer"]);
            assert!(!read("failover.conf").contains("failover peer"));
            assert!(read("failover.conf").contains("omapi-port"));
            assert!(!read("dhcpd.conf").contains("server-id-check"));
            accepted(&machine);
        }
        lite.run(
            "INSERT INTO ippool SELECT * FROM pools WHERE id NOT IN \
                  (SELECT id FROM ippool);",
        );
        let said = machine.good(&["dhcp"]);
        assert!(!said.err.contains("declares no peer"), "{said:?}");
        assert!(read("failover.conf").contains("failover peer"));
        assert!(read("dhcpd.conf").contains("server-id-check true;"));
        accepted(&machine);
    }
}

/// The endpoints of older releases: nothing leads to a modem.
#[test]
fn endpoints_without_the_newer_columns() {
    let drop = ["modem_id", "add_reverse", "version", "prefix", "fixed_ip"]
        .map(|column| format!("ALTER TABLE endpoint DROP COLUMN {column};"));
    let lite = Lite::golden(&format!(
        "DELETE FROM endpoint WHERE version <> '4'; {}",
        drop.concat()
    ));
    let machine = Machine::new(&lite.url(), "master");
    let said = machine.good(&["dhcp"]);
    let hosts = std::fs::read_to_string(machine.at(ENDPOINTS)).unwrap();
    assert!(hosts.contains("host cpe-100040-1 "), "{hosts}");
    assert!(hosts.contains("host cpe-free-22 "), "{hosts}");
    assert!(!hosts.contains("host cpe-100184-18 "), "{hosts}");
    assert!(told(&said, "endpoint 200018 mac"), "{said:?}");
    assert!(!said.err.contains("its modem is missing"), "{said:?}");
    accepted(&machine);
}

/// Flags as dumps and other engines write them are read as what they say.
#[test]
fn flags_are_what_they_say() {
    let plain = Lite::golden("");
    let words = "
        ALTER TABLE modem ADD COLUMN flag text;
        UPDATE modem SET flag = CASE internet_access WHEN 1 THEN 't'
            ELSE 'f' END;
        ALTER TABLE modem DROP COLUMN internet_access;
        ALTER TABLE modem RENAME COLUMN flag TO internet_access;
        ALTER TABLE ippool ADD COLUMN flag blob;
        UPDATE ippool SET flag = CASE active WHEN 1 THEN x'01'
            ELSE x'00' END;
        ALTER TABLE ippool DROP COLUMN active;
        ALTER TABLE ippool RENAME COLUMN flag TO active;
        ALTER TABLE endpoint ADD COLUMN flag text;
        UPDATE endpoint SET flag = CASE fixed_ip WHEN 1 THEN 'yes'
            ELSE 'No' END;
        ALTER TABLE endpoint DROP COLUMN fixed_ip;
        ALTER TABLE endpoint RENAME COLUMN flag TO fixed_ip;
        ALTER TABLE contract ADD COLUMN flag text;
        UPDATE contract SET flag = CASE internet_access WHEN 1 THEN 'true'
            ELSE 'FALSE' END;
        ALTER TABLE contract DROP COLUMN internet_access;
        ALTER TABLE contract RENAME COLUMN flag TO internet_access;
        ALTER TABLE phonenumber ADD COLUMN flag text;
        UPDATE phonenumber SET flag = CASE active WHEN 1 THEN 't'
            ELSE 'f' END;
        ALTER TABLE phonenumber DROP COLUMN active;
        ALTER TABLE phonenumber RENAME COLUMN flag TO active;";
    let other = Lite::golden(words);
    let made = [&plain, &other].map(|lite| {
        let machine = Machine::new(&lite.url(), "master");
        machine.firmware();
        machine.good(&["dhcp"]);
        machine.good(&["configfile"]);
        let mut files = tree::read(&machine.root());
        files.retain(|name, _| {
            name.starts_with("etc/dhcp") || name.starts_with("tftpboot/")
        });
        files
    });
    assert!(made[0].len() > 300);
    assert!(made[0] == made[1], "flags in words make other files");
}

/// A flag that is not understood never counts as false.
#[test]
fn a_flag_that_says_nothing_stops_the_run() {
    for (table, column, id, commands) in [
        ("modem", "internet_access", 100_001, ["dhcp", "configfile"]),
        ("modem", "public", 100_001, ["dhcp", "dns"]),
        ("ippool", "active", 1, ["dhcp", "dns"]),
        ("endpoint", "fixed_ip", 200_001, ["dhcp", "dns"]),
        ("provbase", "multiple_provisioning_systems", 1, ["dhcp", "time"]),
        ("contract", "internet_access", 1, ["configfile", "configfile"]),
        ("phonenumber", "active", 400_000, ["configfile", "configfile"]),
    ] {
        let lite = Lite::golden("");
        let id = match table {
            "contract" => {
                "(SELECT contract_id FROM modem WHERE id = 100001)".into()
            }
            "phonenumber" => "(SELECT MIN(id) FROM phonenumber WHERE \
                deleted_at IS NULL AND mta_id IN (SELECT id FROM mta WHERE \
                deleted_at IS NULL))"
                .into(),
            _ => id.to_string(),
        };
        lite.run(&format!(
            "UPDATE {table} SET {column} = 'perhaps' WHERE id = {id};"
        ));
        let machine = Machine::new(&lite.url(), "master");
        machine.firmware();
        for command in commands {
            let said = machine.run(&[command]);
            let words = [&*format!("{column}: 'perhaps' is not a truth value")];
            said.check(3, &words);
            assert!(said.err.contains(table), "{said:?}");
        }
        assert!(!machine.set().join("dhcpd.conf").exists());
    }
}

/// The schema of the later public releases.
const CURRENT: &str = "
    UPDATE ippool SET net = net || CASE
        WHEN netmask LIKE '/%' THEN netmask
        WHEN netmask = '255.255.240.0' THEN '/20'
        WHEN netmask = '255.255.248.0' THEN '/21'
        WHEN netmask = '255.255.252.0' THEN '/22'
        WHEN netmask = '255.255.254.0' THEN '/23'
        WHEN netmask = '255.255.255.0' THEN '/24'
        WHEN netmask = '255.255.255.128' THEN '/25'
        WHEN netmask = '255.255.255.192' THEN '/26'
        WHEN netmask = '255.255.255.224' THEN '/27'
        WHEN netmask = '255.255.255.240' THEN '/28'
        WHEN netmask = '255.255.255.248' THEN '/29'
        WHEN netmask = '255.255.0.0' THEN '/16'
        WHEN netmask = '255.192.0.0' THEN '/10'
        ELSE '/unknown' END;
    ALTER TABLE ippool DROP COLUMN netmask;
    ALTER TABLE ippool ADD COLUMN vendor_class_identifier text;
    ALTER TABLE modem ADD COLUMN ont_id int;";

/// The same network in the schema of today: the same files.
#[test]
fn the_schema_of_today_is_read() {
    let [old, new] = [Lite::golden(""), Lite::golden(CURRENT)].map(|lite| {
        let machine = Machine::new(&lite.url(), "master");
        for command in ["dhcp", "dns", "time"] {
            machine.good(&[command]);
        }
        let mut files = tree::read(&machine.set());
        // Adapters of this type are told another name by the later release.
        files.remove("mta.conf").unwrap();
        files
    });
    assert_eq!(old, new);
}

/// What the GUI of today makes: set-top boxes, optical terminals, adapters
/// that are told their MAC, a domain for adapters that is an option.
#[test]
fn devices_of_today_are_served() {
    let rows = "
        INSERT INTO ippool (id, netgw_id, type, net, ip_pool_start,
            ip_pool_end, router_ip, version, active, vendor_class_identifier)
        VALUES (601, 1, 'STB', '10.40.0.0/22', '10.40.0.2', '10.40.3.254',
            '10.40.0.1', '4', 1, 'IPTV-STB'),
            (602, 2, 'STB', '10.41.0.0/22', '10.41.0.2', '10.41.3.254',
            '10.41.0.1', '4', 1, 'OTT\"BOX'),
            (603, 2, 'STB', '10.42.0.0/22', '10.42.0.2', '10.42.3.254',
            '10.42.0.1', '4', 1, '');
        INSERT INTO configfile (id, name, text, device, public)
            VALUES (930, 'ONT', '', 'ont', 'yes');
        UPDATE modem SET configfile_id = 930 WHERE id BETWEEN 100020 AND
            100059;
        UPDATE mta SET type = 'sip';
        UPDATE mta SET type = 'packetcable', mac = '00:1B:3C:20:AA:00'
            WHERE id = 300000;
        UPDATE provvoip SET mta_domain = 'voip.example.net';";
    let lite = Lite::golden(&format!("{CURRENT}{rows}"));
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    let mut said = String::new();
    for command in ["dhcp", "dns", "time", "configfile"] {
        said += &machine.good(&[command]).err;
    }
    let read = |name: &str| {
        std::fs::read_to_string(machine.at(name)).unwrap_or_default()
    };
    let global = read("etc/dhcp-nmsprime/global.conf");
    let stb = "match if ((substring(option vendor-class-identifier,0,8) = \
        \"IPTV-STB\") or (substring(option vendor-class-identifier,0,7) = \
        \"OTT\\\"BOX\"));";
    assert!(global.contains(stb), "{global}");
    let others = " and (substring(option vendor-class-identifier,0,8) != \
        \"IPTV-STB\")";
    assert_eq!(global.matches(others).count(), 3, "{global}");
    assert!(!global.contains("zone voip.example.net"), "{global}");
    let cmts = read(CMTS1);
    assert!(cmts.contains("allow members of \"STB\";"), "{cmts}");
    let mtas = cmts.matches("allow members of \"MTA\"").count();
    let domain = "option domain-name \"voip.example.net\";";
    assert_eq!(cmts.matches(domain).count(), mtas, "{cmts}");
    assert!(mtas > 0, "{cmts}");
    let name = "ddns-hostname \"mta-300000\"; option host-name \
        \"001b3c20aa00\";";
    assert!(read(MTAS).contains(name));
    assert!(read(MTAS).contains("option host-name \"300001\";"));
    let both = ["etc/named-nmsprime.conf", "etc/chrony/conf.d/nmsprime.conf"];
    for file in both {
        assert!(read(file).contains("10.40.0.0/22"), "{file}: {}", read(file));
    }
    assert!(!read(both[0]).contains("voip.example.net"));
    assert!(said.contains("ippool 603 vendor_class_identifier"), "{said}");
    assert!(!said.contains("modem 100020"), "{said}");
    assert!(!machine.at("/tftpboot/cm/cm-100020.conf").exists());
    accepted(&machine);
}

/// An image that cannot be read is not one that is not there.
#[test]
fn an_image_that_cannot_be_read_leaves_the_files_as_they_are() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "master");
    machine.firmware();
    machine.good(&["configfile"]);
    let with_image: Vec<String> = tree::read(&machine.at("/tftpboot/cm"))
        .into_iter()
        .filter(|(name, bytes)| {
            name.ends_with(".conf")
                && String::from_utf8_lossy(bytes).contains("MfgCVCData")
        })
        .map(|(name, _)| name)
        .collect();
    assert!(with_image.len() > 5);
    let before = tree::read(&machine.at("/tftpboot/cm"));
    let mut images = Vec::new();
    for (name, bytes) in tree::read(&machine.at("/tftpboot/fw")) {
        let path = machine.at("/tftpboot/fw").join(name);
        std::fs::remove_file(&path).unwrap();
        // A directory is there and cannot be read as a file.
        std::fs::create_dir(&path).unwrap();
        images.push((path, bytes));
    }
    lite.run("UPDATE modem SET serial_num = 'other' || id;");
    let said = machine.good(&["configfile"]);
    assert!(said.err.contains("cannot be read now: no file made"), "{said:?}");
    let now = tree::read(&machine.at("/tftpboot/cm"));
    for name in &with_image {
        assert!(before[name] == now[name], "{name}");
    }
    for (path, bytes) in images {
        std::fs::remove_dir(&path).unwrap();
        put(&path, &bytes);
    }
    let said = machine.good(&["configfile"]);
    assert!(!said.err.contains("cannot be read"), "{said:?}");
}
