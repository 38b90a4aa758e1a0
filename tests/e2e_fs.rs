//! Three real glusterd on machines of their own: the four steps in order, each
//! wrong order refused, a node and the arbiter lost, and healed.

use crate::common;

use std::time::Duration;

use common::lab::until;
use common::private;
use common::ring::{Ring, object};

/// The settings of all machines.
const ENV: &str = "CLUSTER_FS_PEER_HOSTS=172.21.4.10,172.21.4.11,172.21.4.12\n\
    PROVHA__FS_DIR=/srv/shared\nPROVHA__FS_BRICK=/srv/gluster/nms\n\
    PROVHA__FS_START='/etc/drill/ctl start glusterd'\n\
    PROVHA__FS_MOUNT='mount %d'\n";
/// How long a busy machine may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// What glusterd finds on a machine.
fn furnish(ring: &Ring) {
    for node in &ring.nodes {
        let etc = node.disk("/etc").display().to_string();
        let _ = private::shell(&format!("cp -a /etc/glusterfs {etc}/"));
        node.put("/etc/drill/glusterd", "exec glusterd -N\n");
        let _ = node.shell(
            "mkdir -p /var/lib/glusterd /var/log/glusterfs /run/gluster \
             /srv/shared; [ -e /dev/fuse ]",
        );
    }
    ring.nodes[0].put("/srv/shared/a/file", "of the first");
    ring.nodes[1].put("/srv/shared/other", "of the second");
}

#[test]
fn a_directory_on_all_nodes() {
    if !private::inside("a_directory_on_all_nodes") {
        return;
    }
    let mut ring = Ring::new(3, ENV);
    furnish(&ring);
    made_in_order(&ring);
    mounted(&ring);
    interrupted(&ring);
    the_arbiter_is_lost(&mut ring);
    a_node_is_lost(&mut ring);
}

/// A step that is done makes nothing when it is run again.
#[track_caller]
fn done(ring: &Ring, node: usize, line: &str) {
    let said = ring.ends(node, line, 0);
    assert!(!said.err.contains("nothing to do"), "{line}: {said:?}");
    let said = ring.ends(node, line, 0);
    assert!(said.err.contains("nothing to do"), "{line}: {said:?}");
}

/// A step in the wrong order, or in the wrong place.
#[track_caller]
fn refused(ring: &Ring, node: usize, step: &str, word: &str) {
    let said = ring.ends(node, &format!("cluster fs {step} --yes"), 3);
    assert!(said.err.contains(word), "{step}: {said:?}");
}

fn made_in_order(ring: &Ring) {
    for step in ["peers", "volume", "mount"] {
        refused(ring, 0, step, "provha cluster fs init");
    }
    let said = ring.ends(0, "cluster fs init", 3);
    assert!(said.out.contains("ctl start glusterd"), "{said:?}");
    ring.ends(0, "cluster fs init --dry-run", 0);
    assert!(!ring.nodes[0].runs("glusterd"));
    done(ring, 0, "cluster fs init --yes");
    refused(ring, 0, "peers", "172.21.4.11 does not answer");
    refused(ring, 0, "volume", "172.21.4.11 has not joined");
    for node in [1, 2] {
        done(ring, node, "cluster fs init --yes");
    }
    refused(ring, 1, "peers", "run it on 172.21.4.10");
    done(ring, 0, "cluster fs peers --yes");
    refused(ring, 1, "volume", "run it on 172.21.4.10");
    refused(ring, 1, "mount", "is not started");
    done(ring, 0, "cluster fs volume --yes --on-root");
    let other = "s|^PROVHA__FS_BRICK=.*|PROVHA__FS_BRICK=/srv/b|";
    let env = "/etc/nmsprime/env/provha.env";
    let _ = ring.nodes[0]
        .shell(&format!("cp {env} /etc/x; sed -i '{other}' {env}"));
    refused(ring, 0, "volume", "other copies");
    let two = "s|^CLUSTER_FS_PEER_HOSTS=.*|CLUSTER_FS_PEER_HOSTS=172.21.4.10,\
               172.21.4.11|";
    let _ = ring.nodes[0].shell(&format!("sed -i '{two}' {env}"));
    for step in ["init", "peers", "volume", "mount"] {
        refused(ring, 0, step, "split brain");
    }
    let _ = ring.nodes[0].shell(&format!("mv /etc/x {env}"));
}

/// What the first node had is on all; what another one had is kept.
fn mounted(ring: &Ring) {
    let said = ring.ends(0, "cluster fs status --json", 1);
    let result = object(&said);
    assert!(result["checks"].to_string().contains("is not the volume"));
    // A table that cannot be read is not an empty one, to be written anew.
    let _ = ring.nodes[0].shell(
        "touch /etc/fstab; mv /etc/fstab /etc/x; \
         printf '# \\351\\n' >/etc/fstab",
    );
    ring.ends(0, "cluster fs mount --yes", 3).check(3, &["cannot read"]);
    assert!(ring.nodes[0].shell("wc -c </etc/fstab").trim() == "4");
    let _ = ring.nodes[0].shell("mv /etc/x /etc/fstab");
    done(ring, 0, "cluster fs mount --yes");
    done(ring, 1, "cluster fs mount --yes");
    let read = |node: usize, path: &str| {
        ring.nodes[node].shell(&format!("cat /srv/shared/{path}"))
    };
    assert_eq!(read(0, "a/file"), "of the first");
    assert_eq!(read(1, "a/file"), "of the first");
    let _ = ring.nodes[1].shell("echo new >/srv/shared/new");
    assert_eq!(read(0, "new"), "new\n");
    let kept = ring.nodes[1].shell(
        "tar -xOf /var/backups/provha/before-volume-*.tar ./other; \
         grep -c glusterfs /etc/fstab",
    );
    assert_eq!(kept, "of the second1\n");
    until("it is whole", PATIENCE, || {
        ring.run(0, "cluster fs status --strict").code == 0
    });
    ring.ends(2, "cluster fs status", 0);
}

/// Killed after the mount, before the files were brought: the next run does.
fn interrupted(ring: &Ring) {
    let n1 = &ring.nodes[0];
    let _ = n1.shell(
        "rm -rf /srv/shared/a /srv/shared/new; \
         : >$(ls /var/backups/provha/before-volume-*.tar).owed",
    );
    done(ring, 0, "cluster fs mount --yes");
    assert_eq!(n1.shell("cat /srv/shared/a/file"), "of the first");
}

/// The state of one check.
fn state(ring: &Ring, node: usize, name: &str) -> String {
    let result = object(&ring.run(node, "cluster fs status --json"));
    let seconds = result["seconds"].as_f64().unwrap();
    println!("status: {seconds:.2} s");
    assert!(seconds < 20.0, "{result:#}");
    let checks = result["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name);
    check.map_or("-".into(), |c| c["state"].as_str().unwrap().to_string())
}

/// A machine is switched on again, and all is whole.
fn back(ring: &mut Ring, node: usize) {
    ring.nodes[node].power_on();
    let _ = ring.nodes[node].shell("mkdir -p /run/gluster");
    Ring::open(&ring.nodes[node]);
    ring.ends(node, "cluster fs init --yes", 0);
    until("it is healed", PATIENCE, || {
        ring.run(0, "cluster fs status --strict").code == 0
    });
}

fn the_arbiter_is_lost(ring: &mut Ring) {
    ring.nodes[2].power_off();
    until("it is seen", PATIENCE, || state(ring, 0, "copies") == "warning");
    let _ = ring.nodes[0].shell("echo 1 >/srv/shared/without-arbiter");
    let read = ring.nodes[1].shell("cat /srv/shared/without-arbiter");
    assert_eq!(read, "1\n");
    back(ring, 2);
}

fn a_node_is_lost(ring: &mut Ring) {
    ring.nodes[1].power_off();
    until("it is seen", PATIENCE, || state(ring, 0, "copies") == "warning");
    let _ = ring.nodes[0].shell("echo 2 >/srv/shared/alone");
    until("it waits", PATIENCE, || state(ring, 0, "heal") == "warning");
    back(ring, 1);
    let copy = ring.nodes[1].text("/srv/gluster/nms/alone");
    assert_eq!(copy, "2\n");
    ring.ends(1, "cluster fs mount --yes", 0);
    let read = ring.nodes[1].shell("cat /srv/shared/alone");
    assert_eq!(read, "2\n");
}
