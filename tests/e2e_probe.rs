//! What stands between a new dhcpd set and the clients: the guard rail on
//! pools with active leases, and the question through OMAPI after a restart.

use crate::common;

use common::machine::{Machine, put, script};
use common::private;
use common::program;
use common::sqlite::Lite;

/// A lease of the golden network's pools that lasts for some years.
fn lease(address: &str) -> String {
    format!(
        "lease {address} {{\n  starts 5 2026/11/20 23:00:00;\n  ends 6 \
         2126/11/21 23:00:00;\n  binding state active;\n  hardware ethernet \
         00:1a:2b:10:00:25;\n}}\n"
    )
}

#[test]
fn a_pool_with_active_leases_is_not_taken_away() {
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "standalone");
    let _ = machine.good(&["dhcp"]);
    let pool = "UPDATE ippool SET deleted_at = '2026-11-01 00:00:00' WHERE \
                net = '10.16.0.0';";
    let leases = machine.at("/var/lib/dhcp/dhcpd.leases");
    put(&leases, (lease("10.16.0.9") + &lease("10.16.0.7")).as_bytes());
    lite.run(pool);
    let live = || common::tree::read(&machine.set());
    let before = live();
    let refused = machine.run(&["dhcp"]);
    refused.check(
        3,
        &[
            "the pool in 10.16.0.0 (cmts_gws/1.conf) would lose all its 2 \
             active leases: 10.16.0.7, 10.16.0.9",
            "guard rail: 1 pools",
            "--allow-empty-pools",
        ],
    );
    assert!(live() == before, "the live set was touched");
    machine.run(&["dhcp", "--dry-run"]).check(3, &["guard rail"]);
    // Once they have ended, the pool goes.
    let ended = lease("10.16.0.9").replace("active", "expired");
    put(&leases, (lease("10.16.0.9") + &ended).as_bytes());
    let _ = machine.good(&["dhcp", "--dry-run"]);
    put(&leases, lease("10.16.0.9").as_bytes());
    let _ = machine.good(&["dhcp", "--allow-empty-pools"]);
    assert!(live() != before);
}

/// A dhcpd that the restart command started; killed when this is dropped.
struct Started(std::path::PathBuf);

impl Drop for Started {
    fn drop(&mut self) {
        if let Ok(pid) = std::fs::read_to_string(&self.0) {
            let pid = pid.trim();
            let _ =
                std::process::Command::new("kill").args(["-9", pid]).status();
        }
    }
}

#[test]
fn a_restarted_dhcpd_is_asked_through_omapi() {
    if !private::inside("a_restarted_dhcpd_is_asked_through_omapi") {
        return;
    }
    let _ = private::shell(
        "set -e; ip link add near type veth peer name far; ip link set far \
         up; ip addr add 172.21.4.10/22 dev near; ip link set near up",
    );
    let lite = Lite::golden("");
    let machine = Machine::new(&lite.url(), "standalone");
    let dir = machine.dir.path().to_path_buf();
    let pid = dir.join("dhcpd.pid");
    let _started = Started(pid.clone());
    let restart = dir.join("restart");
    let (d, dhcpd) = (dir.display(), program("dhcpd"));
    script(
        &restart,
        &format!(
            "[ -e {d}/broken ] && exit 0\n\
             kill -9 $(cat {d}/dhcpd.pid) 2>/dev/null\n\
             rm -rf {d}/copy {d}/dhcpd.pid\n\
             cp -r {d}/root/etc/dhcp-nmsprime {d}/copy\n\
             find {d}/copy -name '*.conf' -exec sed -i \
             's#/etc/dhcp-nmsprime#{d}/copy#g' {{}} +\n\
             : >>{d}/leases\n\
             {} -4 -q -cf {d}/copy/dhcpd.conf -lf {d}/leases -pf \
             {d}/dhcpd.pid near || exit 1\n\
             [ -e {d}/hangs ] && rm {d}/hangs && \
             kill -STOP $(cat {d}/dhcpd.pid)\n\
             exit 0",
            dhcpd.display()
        ),
    );
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__DHCPD_RESTART={}\n\
         PROVHA__VERIFY_TIMEOUT=3\nPROVHA__VERIFY_SETTLE=0\n\
         PROVHA__RESTART_HOLD=0\n",
        restart.display()
    ));
    // Without a key it is only seen whether dhcpd reads its port.
    let said = machine.activate(&["dhcp"]);
    said.check(0, &["without an OMAPI key", "dhcpd restarted"]);
    lite.run("UPDATE provbase SET dhcp_def_lease_time = 4711;");
    put(&dir.join("hangs"), b"");
    let said = machine.activate(&["dhcp"]);
    said.check(4, &["does not read", "the previous set"]);
    let key = machine.set().join("omapi.key");
    put(&key, b"k hmac-sha256 Zmlyc3Qgc2VjcmV0\n");
    let said = machine.activate(&["dhcp"]);
    said.check(0, &["dhcpd restarted"]);
    assert!(!said.err.contains("without an OMAPI key"), "{said:?}");
    // The key changes, and dhcpd was not really restarted: it has the old
    // one. Back to the old set, which it answers for.
    put(&key, b"k hmac-sha256 c2Vjb25kIHNlY3JldA==\n");
    put(&dir.join("broken"), b"");
    let said = machine.activate(&["dhcp"]);
    said.check(4, &["another secret", "the previous set"]);
    std::fs::remove_file(dir.join("broken")).unwrap();
    machine.activate(&["dhcp"]).check(0, &["dhcpd restarted"]);
}
