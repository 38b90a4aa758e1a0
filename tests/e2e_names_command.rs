//! `provha dns` with a real named: the devices of the lease file have their
//! names, and a second run finds nothing to do.

use crate::common;

use std::path::PathBuf;
use std::process::Command;

use common::machine::{Machine, put, script};
use common::private::{self, shell};
use common::program;
use common::sqlite::Lite;

/// Ends the named whose process id stands in this file.
struct Named(PathBuf);

impl Drop for Named {
    fn drop(&mut self) {
        if let Ok(pid) = std::fs::read_to_string(&self.0) {
            let _ = Command::new("kill").args(["-9", pid.trim()]).status();
        }
    }
}

/// A machine whose restart command starts named on a copy of the
/// configuration that leads to the machine's root.
fn machine(lite: &Lite) -> Machine {
    let machine = Machine::new(&lite.url(), "standalone");
    let restart = machine.dir.path().join("restart");
    let (d, named) = (machine.dir.path().display(), program("named"));
    script(
        &restart,
        &format!(
            "[ -e {d}/pid ] && kill $(cat {d}/pid) && sleep 0.5\n\
             mkdir -p {d}/root/run/named {d}/root/var/named/data\n\
             sed -E 's#\"/(etc|var)/#\"{d}/root/\\1/#g' \
             {d}/root/etc/named-nmsprime.conf >{d}/named.conf\n\
             {} -g -c {d}/named.conf >{d}/named.log 2>&1 &\n\
             echo $! >{d}/pid",
            named.display()
        ),
    );
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__NAMED_RESTART={}\n\
         PROVHA__VERIFY_SETTLE=0\n",
        restart.display()
    ));
    machine
}

#[test]
fn dns_completes_the_names_of_all_devices() {
    if !private::inside("dns_completes_the_names_of_all_devices") {
        return;
    }
    let _ = shell(
        "set -e; ip link add near type veth peer name far; ip link set far \
         up; ip addr add 172.21.4.10/22 dev near; ip link set near up",
    );
    let lite = Lite::golden("");
    let machine = machine(&lite);
    let _named = Named(machine.dir.path().join("pid"));
    let lease = |state: &str| {
        format!(
            "lease 10.16.0.9 {{\n  ends never;\n  binding state {state};\n  \
             hardware ethernet 00:1a:2b:10:00:25;\n}}\n"
        )
    };
    let leases = machine.at("/var/lib/dhcp/dhcpd.leases");
    put(&leases, lease("active").as_bytes());
    machine.activate(&["dns"]).check(0, &["records added, 0 removed"]);
    let dig = |name: &str, kind: &str| {
        shell(&format!("dig +short +time=2 @127.0.0.1 {name} {kind}"))
    };
    let modem = "cm-100001.prov.example.net";
    assert_eq!(dig(modem, "A"), "10.16.0.9\n");
    let pointer = format!("{modem}.\n");
    assert_eq!(dig("9.0.16.10.in-addr.arpa", "PTR"), pointer);
    assert_eq!(dig("cpe-100004-0.cpe.prov.example.net", "A"), "198.51.100.2\n");
    let said = machine.activate(&["dns"]);
    said.check(0, &["nothing changed"]);
    assert!(!said.err.contains("names:"), "{said:?}");
    // A file without an entry tells of no name that it should go.
    for there in [false, true] {
        std::fs::remove_file(&leases).unwrap();
        if there {
            put(&leases, b"# no lease yet\n");
        }
        let said = machine.activate(&["dns"]);
        said.check(0, &["3 records of names", "PROVHA__DHCPD_LEASES"]);
        assert_eq!(dig(modem, "A"), "10.16.0.9\n");
        put(&leases, b"");
    }
    put(&leases, (lease("active") + &lease("free")).as_bytes());
    let said = machine.activate(&["dns"]);
    said.check(0, &["names: 0 records added, 3 removed", "; 0 names added"]);
    assert!(!said.err.contains("nothing changed"), "{said:?}");
    assert_eq!(dig(modem, "A"), "");
}
