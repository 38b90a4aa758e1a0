//! A real pair, one node out of service and back: the peer serves all the
//! while, and nothing is restarted meanwhile.

use crate::common;

use std::time::Duration;

use common::drill::within;
use common::duo::{Node, PATIENCE, Pair};
use common::machine::{Said, put, said, script};
use common::private;

/// A run, however it ends.
fn ends(node: &Node, args: &[&str]) -> Said {
    said(&node.command(args).output().unwrap())
}

/// Gives a node the commands of maintenance: what is stopped and started is
/// dhcpd by its script, and a service that is a file.
fn prepare(node: &Node, peer: &Node) {
    let dir = node.machine.dir.path().display().to_string();
    script(
        &node.at("stop"),
        &format!(
            "echo stop $1 >>{dir}/order\n[ -e {dir}/stuck ] && exit 1\n\
             [ $1 = dhcpd ] || exit 0\n\
             kill $(cat {dir}/dhcpd.pid)\n\
             while kill -0 $(cat {dir}/dhcpd.pid) 2>/dev/null\n\
             do sleep 0.05; done\nrm {dir}/dhcpd.pid"
        ),
    );
    script(
        &node.at("start"),
        &format!(
            "echo start $1 >>{dir}/order\n[ $1 = dhcpd ] || exit 0\n\
             [ -e {dir}/dhcpd.pid ] || {dir}/restart"
        ),
    );
    let there = peer.command(&[]);
    let words: Vec<String> = std::iter::once(there.get_program())
        .chain(there.get_args())
        .map(|word| {
            format!("'{}'", word.to_str().unwrap().replace('\'', "'\\''"))
        })
        .collect();
    script(&node.at("peer"), &format!("exec {} \"$@\"", words.join(" ")));
    let env = node.machine.dir.path().join("env/provha.env");
    let text = std::fs::read_to_string(&env).unwrap();
    put(
        &env,
        format!(
            "{text}PROVHA__MAINTENANCE_UNITS=dhcpd,tftpd\n\
             PROVHA__MAINTENANCE_STOP={dir}/stop %u\n\
             PROVHA__MAINTENANCE_START={dir}/start %u\n\
             PROVHA__CLUSTER_SSH=env HOST=%h\n\
             PROVHA__CLUSTER_PROVHA={dir}/peer\n"
        )
        .as_bytes(),
    );
}

/// What was stopped and started, in order.
fn order(node: &Node) -> String {
    let text = std::fs::read_to_string(node.at("order")).unwrap_or_default();
    let _ = std::fs::remove_file(node.at("order"));
    text.lines().collect::<Vec<_>>().join(", ")
}

#[test]
fn a_node_goes_out_of_service_and_comes_back() {
    if !private::inside("a_node_goes_out_of_service_and_comes_back") {
        return;
    }
    let mut pair = Pair::new();
    for node in pair.nodes() {
        node.machine.firmware();
        let _ = node.run(&["configfile", "--id", "100004"]);
        node.start_tftpd();
    }
    prepare(&pair.master, &pair.slave);
    prepare(&pair.slave, &pair.master);
    pair.wait_normal();
    what_is_refused(&pair);
    out_and_back(&mut pair);
    its_time_ends(&pair);
    the_peer_is_lost(&pair);
}

fn what_is_refused(pair: &Pair) {
    let start = ["maintenance", "start", "--reason", "disks"];
    let said = ends(&pair.slave, &["maintenance", "start"]);
    assert_eq!(said.code, 2, "{said:?}");
    let down = [&start[..], &["--for", "30s", "--partner-down"]].concat();
    ends(&pair.slave, &down).check(3, &["--partner-down for 30 s"]);
    let said = ends(&pair.slave, &[&start[..], &["--dry-run"]].concat());
    said.check(0, &["/stop dhcpd", "/stop tftpd"]);
    // A daemon that does not stop: all is as before.
    put(&pair.slave.at("stuck"), b"");
    ends(&pair.slave, &start).check(4, &["in service as before"]);
    assert_eq!(order(&pair.slave), "stop dhcpd, start tftpd, start dhcpd");
    std::fs::remove_file(pair.slave.at("stuck")).unwrap();
    pair.wait_normal();
    let said = ends(&pair.slave, &["maintenance", "end"]);
    said.check(0, &["in service"]);
    assert_eq!(order(&pair.slave), "");
}

fn out_and_back(pair: &mut Pair) {
    let start = ["--json", "maintenance", "start", "--reason", "disks"];
    let said = ends(&pair.slave, &start);
    said.check(0, &["this node is out of service (disks)"]);
    assert_eq!(order(&pair.slave), "stop dhcpd, stop tftpd");
    assert_eq!(pair.master.state(), "communications-interrupted");
    // While it is out, the peer alone is asked too much.
    let other = ["maintenance", "start", "--reason", "x", "--json"];
    ends(&pair.master, &other).check(3, &["maintenance is refused"]);
    pair.slave.change();
    ends(&pair.slave, &["rebuild"]).check(0, &["out of service (disks)"]);
    ends(&pair.slave, &["dhcp"]).check(3, &["out of service (disks)"]);
    let said = ends(&pair.slave, &["status", "--json"]);
    assert!(said.out.contains("PH-135"), "{said:?}");
    assert_eq!(said.code, 0, "all is muted: {said:?}");
    let said = ends(&pair.master, &["status", "--json"]);
    let muted = "maintenance of the peer: disks";
    assert!(said.out.contains(muted), "{said:?}");
    assert_eq!(order(&pair.slave), "");
    ends(&pair.slave, &["maintenance", "end", "--json"]).check(0, &["again"]);
    assert_eq!(order(&pair.slave), "start tftpd, start dhcpd");
    pair.wait_normal();
    let said = ends(&pair.master, &["status", "--json"]);
    assert!(!said.out.contains(muted), "{said:?}");
    ends(&pair.slave, &["dhcp"]).check(0, &["dhcpd restarted"]);
    pair.wait_normal();
}

/// The next run after its time brings the node back.
fn its_time_ends(pair: &Pair) {
    let start = ["maintenance", "start", "--for", "3s", "--reason", "disks"];
    ends(&pair.slave, &start).check(0, &[]);
    std::thread::sleep(Duration::from_secs(3));
    let said = ends(&pair.slave, &["rebuild"]);
    assert!(said.err.contains("its time is over"), "{said:?}");
    let all = "stop dhcpd, stop tftpd, start tftpd, start dhcpd";
    assert_eq!(order(&pair.slave), all);
    pair.wait_normal();
}

/// Without the peer nobody would serve.
fn the_peer_is_lost(pair: &Pair) {
    // It must have the files that this node has.
    ends(&pair.master, &["rebuild"]).check(0, &[]);
    pair.wait_normal();
    let start = ["maintenance", "start", "--reason", "disks"];
    ends(&pair.slave, &start).check(0, &[]);
    let _ = order(&pair.slave);
    pair.master.kill_dhcpd();
    let said = ends(&pair.slave, &["rebuild"]);
    assert!(said.err.contains("does not serve any more"), "{said:?}");
    assert_eq!(order(&pair.slave), "start tftpd, start dhcpd");
    let back = || pair.slave.state() == "communications-interrupted";
    assert!(within(PATIENCE, back), "{}", pair.slave.state());
}
