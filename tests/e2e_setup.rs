//! `provha setup`: two bare machines are set up and brought back, byte by
//! byte, also after a kill at any moment; what the stock programs say of what
//! was written.
use crate::common;

use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Command;

use common::fresh::debian;
use common::machine::{Machine, Said, put};
use common::program;
use common::sqlite::Lite;

const MASTER: [&str; 6] =
    ["setup", "master", "--own", "172.21.4.10", "--peer", "172.21.4.11"];
const SLAVE: [&str; 6] =
    ["setup", "slave", "--own", "172.21.4.11", "--peer", "172.21.4.10"];

/// Everything below a directory: kind, mode, owner, content.
fn picture(machine: &Machine) -> Vec<String> {
    let mut out = Vec::new();
    let mut todo = vec![machine.dir.path().to_path_buf()];
    while let Some(dir) = todo.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let meta = std::fs::symlink_metadata(&path).unwrap();
            let what = if meta.is_dir() {
                todo.push(path.clone());
                String::new()
            } else if meta.is_symlink() {
                std::fs::read_link(&path).unwrap().display().to_string()
            } else {
                let bytes = std::fs::read(&path).unwrap();
                String::from_utf8_lossy(&bytes).into_owned()
            };
            let (mode, ids) = (meta.mode(), (meta.uid(), meta.gid()));
            out.push(format!("{} {mode:o} {ids:?} {what}", path.display()));
        }
    }
    out.sort();
    out
}

/// Asserts that two pictures are the same, apart from the lock's note.
#[track_caller]
fn same(one: &[String], other: &[String], what: &str) {
    let lock = |line: &&String| line.contains("/run/provha/lock ");
    let only = |a: &[String], b: &[String]| -> Vec<String> {
        let gone = |line: &&String| !b.contains(line) && !lock(line);
        a.iter().filter(gone).cloned().collect()
    };
    let (left, right) = (only(one, other), only(other, one));
    assert!(left.is_empty() && right.is_empty(), "{what}: {left:?} {right:?}");
}

/// A run of one of the two lines with more options.
fn run(machine: &Machine, line: &[&str], more: &[&str]) -> Said {
    machine.run(&[line, more].concat())
}

/// Master and slave of the golden network, bare, and the database.
fn machines() -> (Machine, Machine, Lite) {
    let lite = Lite::golden("");
    let machine = |role| {
        let machine = Machine::in_memory(&lite.url(), "");
        debian(&machine);
        machine.env(&format!(
            "APP_TIMEZONE=UTC\nDB_USERNAME=reader{role}\nDB_PASSWORD=secret\n"
        ));
        machine
    };
    (machine("m"), machine("s"), lite)
}

/// Copies what a person copies from one machine to the other.
fn copied(from: &Machine) -> std::path::PathBuf {
    let dir = from.dir.path().join("copied");
    for (path, name) in [
        ("/etc/dhcp-nmsprime/omapi.key", "omapi.key"),
        ("/root/.ssh/id_ed25519.pub", "id_ed25519.pub"),
    ] {
        put(&dir.join(name), &std::fs::read(from.at(path)).unwrap());
    }
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHosts root@there\n";
    put(&dir.join("ssh_host_ed25519_key.pub"), key.as_bytes());
    dir
}

/// The text of a file below the root.
fn text(machine: &Machine, path: &str) -> String {
    std::fs::read_to_string(machine.at(path)).unwrap_or_default()
}

#[test]
fn two_machines_are_set_up_and_brought_back() {
    let (master, slave, _lite) = machines();
    let before = (picture(&master), picture(&slave));

    let shown = run(&master, &MASTER, &["--exit-code"]);
    assert_eq!(shown.code, 10, "{shown:?}");
    assert!(shown.out.contains("to do    dhcpd"), "{shown:?}");
    assert_eq!(run(&master, &MASTER, &[]).code, 0);
    same(&picture(&master), &before.0, "a plan");

    let done = run(&master, &MASTER, &["--yes", "--json"]);
    assert_eq!(done.code, 0, "{done:?}");
    let dir = copied(&master).display().to_string();
    let by_hand = run(&slave, &SLAVE, &["--json"]);
    let plan: serde_json::Value = serde_json::from_str(&by_hand.out).unwrap();
    let steps = plan["steps"].as_array().unwrap();
    let key = steps.iter().find(|s| s["name"] == "omapi-key").unwrap();
    assert_eq!(key["state"], "by-hand", "{plan:#}");
    let line = ["--peer-files", &dir, "--yes", "--json"];
    let done = run(&slave, &SLAVE, &line);
    assert_eq!(done.code, 0, "{done:?}");

    on_master(&master);
    on_slave(&slave, &master);
    let after = (picture(&master), picture(&slave));
    let again = run(&master, &MASTER, &["--yes"]);
    assert!(again.err.contains("no change"), "{again:?}");
    let again = run(&slave, &SLAVE, &["--peer-files", &dir, "--yes"]);
    assert!(again.err.contains("no change"), "{again:?}");
    same(&picture(&master), &after.0, "no change");
    same(&picture(&slave), &after.1, "no change");

    std::fs::remove_dir_all(&dir).unwrap();
    for (machine, before) in [(&master, &before.0), (&slave, &before.1)] {
        let looked = run(machine, &["setup", "undo"], &["--exit-code"]);
        assert_eq!(looked.code, 10, "{looked:?}");
        let undone = run(machine, &["setup", "undo"], &["--yes", "--json"]);
        assert_eq!(undone.code, 0, "{undone:?}");
        same(&picture(machine), before, "undone");
        let nothing = run(machine, &["setup", "undo"], &["--yes"]);
        assert!(nothing.err.contains("nothing to undo"), "{nothing:?}");
    }
}

/// What must stand on the master.
fn on_master(master: &Machine) {
    let env = std::fs::read_to_string(master.dir.path().join("env/provha.env"));
    let env = env.unwrap();
    assert!(env.contains("APP_TIMEZONE=UTC\n"), "{env}");
    assert!(env.contains("PROVHA__OWN_STATE=master\n"), "{env}");
    assert!(env.contains("PROVHA__PEER_ADDRESS=172.21.4.11\n"), "{env}");
    let defaults = text(master, "/etc/default/isc-dhcp-server");
    let line = "DHCPDv4_CONF=/etc/dhcp-nmsprime/dhcpd.conf\n";
    assert!(defaults.contains(line), "{defaults}");
    let named = master.at("/etc/default/named");
    let line =
        "RESOLVCONF=no\nOPTIONS=\"-u bind -c /etc/named-nmsprime.conf\"\n";
    assert_eq!(text(master, "/etc/default/named"), line);
    let meta = std::fs::metadata(&named).unwrap();
    assert_eq!(
        (meta.uid(), meta.gid(), meta.mode() & 0o777),
        (1234, 4321, 0o604)
    );
    for (path, mode) in [
        ("/etc/dhcp-nmsprime/omapi.key", 0o640),
        ("/etc/named-ddns-cpe.key", 0o640),
        ("/root/.ssh", 0o700),
        ("/root/.ssh/id_ed25519", 0o600),
        ("/var/lib/provha/setup", 0o700),
    ] {
        let meta = std::fs::metadata(master.at(path)).unwrap();
        assert_eq!(meta.mode() & 0o777, mode, "{path}");
    }
    let wants = "/etc/systemd/system/timers.target.wants/provha-sync.timer";
    let to = std::fs::read_link(master.at(wants)).unwrap();
    assert_eq!(to, Path::new("/usr/lib/systemd/system/provha-sync.timer"));
    let firewall = text(master, "/etc/provha/firewall.nft");
    assert!(firewall.contains("elements = { 172.21.4.11 }"), "{firewall}");
    assert!(firewall.contains("7911"), "{firewall}");
    checked(master);
}

/// What must stand on the slave.
fn on_slave(slave: &Machine, master: &Machine) {
    let key = "/etc/dhcp-nmsprime/omapi.key";
    assert_eq!(text(slave, key), text(master, key));
    assert!(!slave.at("/etc/named-ddns-cpe.key").exists());
    let known = text(slave, "/root/.ssh/known_hosts");
    assert!(known.starts_with("172.21.4.10 ssh-ed25519 AAAA"), "{known}");
    let authorized = text(slave, "/root/.ssh/authorized_keys");
    assert!(authorized.starts_with("from=\"172.21.4.10\" ssh-ed25519 "));
    let php = text(slave, "/etc/cacti/debian.php");
    assert!(php.contains("$database_username = 'readers';\n"), "{php}");
    assert!(php.contains("$url_path = '/cacti/';\n"), "{php}");
    let rra = slave.at("/var/lib/cacti/rra");
    let to = std::fs::read_link(&rra).unwrap();
    assert_eq!(to, Path::new("/var/lib/provha-cacti/rra"));
    let map = text(slave, "/etc/auto.provha");
    assert!(map.contains("root@172.21.4.10\\:/var/lib/cacti/rra"), "{map}");
    checked(slave);
}

/// What the stock programs say of what was written.
fn checked(machine: &Machine) {
    let good = |name: &str, args: &[&str]| {
        let output = Command::new(program(name)).args(args).output().unwrap();
        assert!(output.status.success(), "{name} {args:?}: {output:?}");
    };
    let at = |path: &str| machine.at(path).display().to_string();
    good("nft", &["-c", "-f", &at("/etc/provha/firewall.nft")]);
    good("rsyslogd", &["-N1", "-f", &at("/etc/rsyslog.d/failover.conf")]);
    for name in ["dhcpd", "named"] {
        let local =
            text(machine, &format!("/etc/apparmor.d/local/usr.sbin.{name}"));
        let profile = machine.dir.path().join(format!("{name}.profile"));
        let rules = format!("profile x /usr/sbin/{name} {{\n{local}}}\n");
        put(&profile, rules.as_bytes());
        good("apparmor_parser", &["-QK", &profile.display().to_string()]);
        std::fs::remove_file(profile).unwrap();
    }
}

#[test]
fn what_others_changed_is_kept_and_told() {
    let (master, _, _lite) = machines();
    assert_eq!(run(&master, &MASTER, &["--yes"]).code, 0);
    let path = "/etc/default/tftpd-hpa";
    let mine = format!("{}# mine\n", text(&master, path));
    put(&master.at(path), mine.as_bytes());
    let undone = run(&master, &["setup", "undo"], &["--yes"]);
    undone.check(3, &["/etc/default/tftpd-hpa was changed since setup"]);
    assert_eq!(text(&master, path), mine);
    assert!(!master.at("/etc/provha").exists());
    let undone = run(&master, &["setup", "undo"], &["--yes", "--force"]);
    assert_eq!(undone.code, 0, "{undone:?}");
    assert!(text(&master, path).contains("/srv/tftp"));
    assert!(!master.at("/var/lib/provha/setup").exists());
}

#[test]
fn a_link_in_the_place_of_a_file_is_not_followed() {
    let (master, _, _lite) = machines();
    let (path, victim) =
        (master.at("/etc/default/named"), master.at("/victim"));
    std::fs::remove_file(&path).unwrap();
    put(&victim, b"untouched\n");
    symlink(&victim, &path).unwrap();
    let done = run(&master, &MASTER, &["--yes"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.contains("/etc/default/named is a link"), "{done:?}");
    assert_eq!(text(&master, "/victim"), "untouched\n");
    assert!(std::fs::symlink_metadata(&path).unwrap().is_symlink());
}

#[test]
fn wrong_addresses_are_usage_errors() {
    let machine = Machine::in_memory("sqlite:/nonexistent", "");
    let own = ["setup", "master", "--own", "10.0.0.1"];
    let run = |peer: &str| run(&machine, &own, &["--peer", peer]);
    assert_eq!(run("10.0.0.1").code, 2);
    assert_eq!(run("224.0.0.1").code, 2);
    assert_eq!(run("x").code, 2);
    assert_eq!(run("10.0.0.2").code, 0);
}

/// Kills a run at its n-th call that changes something, for each n.
#[test]
fn killed_at_every_change_it_can_be_undone() {
    let lite = Lite::golden("");
    let dir = tempfile::tempdir().unwrap();
    let library = common::drill::library(dir.path());
    let mut points = 0;
    for step in 1.. {
        let master = Machine::in_memory(&lite.url(), "");
        debian(&master);
        master.env("APP_TIMEZONE=UTC\n");
        let before = picture(&master);
        // Calls are alike, so that every seventh one will do.
        let drill = std::env::var_os("PROVHA_DRILL").is_some();
        let at = if drill { step } else { step * 7 - 6 };
        let hit = master.dir.path().join("hit");
        let mut command = master.command(&[&MASTER[..], &["--yes"]].concat());
        command
            .arg("--no-activate")
            .env("LD_PRELOAD", &library)
            .env("FAULT_DIR", master.root())
            .env("FAULT_AT", at.to_string())
            .env("FAULT_HOW", "kill")
            .env("FAULT_HIT", &hit);
        let output = command.output().unwrap();
        let reached = hit.exists();
        let _ = std::fs::remove_file(&hit);
        if !reached {
            assert!(output.status.success(), "{output:?}");
            break;
        }
        points += 1;
        let undone = run(&master, &["setup", "undo"], &["--yes"]);
        assert_eq!(undone.code, 0, "at {at}: {undone:?}");
        let mut after = picture(&master);
        // Without a journal nothing is known of the lock, nor of its own
        // half-made directory: that much may stay.
        let own = |line: &String| {
            ["/run", "/var/lib/provha", "/var/lib "]
                .iter()
                .any(|part| line.contains(&format!("root{part}")))
        };
        after.retain(|line| !own(line));
        let before: Vec<_> = before.into_iter().filter(|l| !own(l)).collect();
        same(&after, &before, &format!("at {at}"));
    }
    assert!(points > 10, "{points}");
}

#[test]
fn lines_for_cmts_grants_and_monitoring() {
    let (master, _, _lite) = machines();
    assert_eq!(run(&master, &MASTER, &["--yes"]).code, 0);
    let look = |line: &[&str]| {
        let output = master.command(line).output().unwrap();
        common::machine::said(&output)
    };
    let cmts = look(&["setup", "cmts"]);
    assert_eq!(cmts.code, 0, "{cmts:?}");
    for ip in ["172.21.4.10", "172.21.4.11"] {
        let helper = format!("cable helper-address {ip}\n");
        assert!(cmts.out.contains(&helper), "{cmts:?}");
        assert!(cmts.out.contains(&format!("ntp server {ip}\n")), "{cmts:?}");
    }
    let none = look(&["setup", "cmts", "no-such"]);
    none.check(3, &["there is no CMTS 'no-such'"]);
    let grants = look(&["setup", "grants"]);
    assert_eq!(grants.code, 0, "{grants:?}");
    assert!(grants.out.contains("'readerm'@'172.21.4.10'"), "{grants:?}");
    assert!(grants.out.contains("'readerm_ro'@'172.21.4.11'"), "{grants:?}");
    assert!(!grants.out.contains("secret"), "{grants:?}");
    for form in ["single", "dual"] {
        let icinga = look(&["setup", "icinga", "--form", form]);
        assert_eq!(icinga.code, 0, "{icinga:?}");
        assert_eq!(icinga.out.matches("object Host").count(), 2);
    }
    let check = look(&["setup", "check", "--json", "--no-activate"]);
    let object: serde_json::Value = serde_json::from_str(&check.out).unwrap();
    assert_eq!(object["command"], "setup check", "{check:?}");
    let pair = look(&["setup", "pair"]);
    assert_eq!(pair.code, 0, "{pair:?}");
    assert!(pair.out.contains("172.21.4.11     provha pair join"), "{pair:?}");
}

#[test]
fn grants_are_enough_and_no_more_on_a_real_server() {
    let db = common::db::golden("");
    let socket = db.server.socket();
    let url = format!("mysql:///{}?socket={}", db.name, socket.display());
    let slave = Machine::in_memory(&url, "");
    debian(&slave);
    slave.env(&format!(
        "APP_TIMEZONE=UTC\nDB_DATABASE={}\nDB_USERNAME=nms_ro\n\
         DB_PASSWORD=s3cret\nPROVHA__OWN_STATE=slave\n\
         PROVHA__OWN_ADDRESS={}\nPROVHA__PEER_ADDRESS={}\n",
        db.name, SLAVE[3], SLAVE[5]
    ));
    let look = |line: &[&str]| {
        common::machine::said(&slave.command(line).output().unwrap())
    };
    let grants = look(&["setup", "grants", "--with-passwords"]);
    assert_eq!(grants.code, 0, "{grants:?}");
    db.server.run("mysql", &[&grants.out]);
    let rights = || {
        let said = look(&["setup", "check", "--json", "--no-activate"]);
        let object: serde_json::Value =
            serde_json::from_str(&said.out).unwrap();
        let checks = object["checks"].as_array().unwrap().clone();
        let found = checks.into_iter().find(|c| c["name"] == "grants");
        found.unwrap_or_else(|| panic!("{object:#}"))
    };
    assert_eq!(rights()["state"], "ok", "{:#}", rights());
    let more = format!("GRANT INSERT ON {}.* TO nms_ro@localhost", db.name);
    db.server.run("mysql", &[&more]);
    let strong = rights();
    assert_eq!(strong["state"], "problem", "{strong:#}");
    assert!(strong["text"].as_str().unwrap().contains("INSERT"), "{strong:#}");
    db.server.run("mysql", &["DROP USER nms_ro@localhost"]);
}

/// Adds lines to a machine's env file.
fn add_env(machine: &Machine, lines: &str) {
    let path = machine.dir.path().join("env/provha.env");
    let text = std::fs::read_to_string(&path).unwrap();
    put(&path, format!("{text}{lines}").as_bytes());
}

/// A lease of a modem of the golden network, as dhcpd writes it.
fn lease() -> String {
    let day = |offset: &str| {
        let line = format!("date -u -d '{offset}' '+%w %Y/%m/%d %H:%M:%S'");
        common::private::shell(&line).trim().to_string()
    };
    format!(
        "lease 10.16.0.20 {{\n  starts {};\n  ends {};\n  cltt {};\n  \
         binding state active;\n  next binding state free;\n  \
         hardware ethernet 00:1a:2b:10:00:25;\n}}\n",
        day("-1 hour"),
        day("+1 day"),
        day("-1 hour")
    )
}

/// From two bare machines to a pair: setup on both, then `setup pair`, to
/// normal operation; both answer a modem with a lease. ssh is a script that enters the other
/// machine's network.
#[test]
fn two_bare_machines_become_a_pair() {
    let name = "two_bare_machines_become_a_pair";
    if !common::private::inside(name) {
        return;
    }
    let mut pair = common::duo::Pair::bare();
    // The question to the own dhcpd leaves by a route, as on any machine.
    let _ = common::private::shell("ip route add default dev near");
    let enter = pair.slave.enter.join(" ");
    let there = format!("{enter} ip route add default dev far");
    let _ = common::private::shell(&there);
    for node in pair.nodes() {
        std::fs::remove_file(node.machine.set().join("omapi.key")).unwrap();
        put(&node.at("leases"), lease().as_bytes());
        symlink("../leases", node.machine.at("/leases")).unwrap();
        add_env(&node.machine, "PROVHA__DHCPD_LEASES=/leases\n");
    }
    let ssh = pair.master.at("ssh");
    add_env(
        &pair.master.machine,
        &format!("PROVHA__SSH_BIN={}\n", ssh.display()),
    );
    let _ = pair.master.run(&[&MASTER[..], &["--yes"]].concat());
    let peer = copied(&pair.master.machine).display().to_string();
    let line = [&SLAVE[..], &["--peer-files", &peer, "--yes"]].concat();
    let _ = pair.slave.run(&line);

    let quoted = |word: &std::ffi::OsStr| {
        format!("'{}'", word.to_str().unwrap().replace('\'', "'\\''"))
    };
    let inner = pair.slave.machine.command::<&str>(&[]);
    let words: Vec<String> = std::iter::once(inner.get_program())
        .chain(inner.get_args())
        .map(quoted)
        .collect();
    let (key, value) = common::machine::GOLDEN_TEXTS;
    let bin = pair.master.at("bin");
    common::machine::script(
        &bin.join("provha"),
        &format!(
            "export {key}='{value}'\nexec {} {} \"$@\"",
            pair.slave.enter.join(" "),
            words.join(" ")
        ),
    );
    common::machine::script(
        &ssh,
        &format!(
            "for line; do :; done\nPATH={}:$PATH\nexport PATH\n\
             exec /bin/sh -c \"$line\"",
            bin.display()
        ),
    );
    let (shown, _) = pair.master.run(&["setup", "pair"]);
    assert!(shown.out.contains("serves nobody until it has seen"), "{shown:?}");
    let (done, time) = pair.master.run(&["setup", "pair", "--yes", "--json"]);
    println!("{time:.1?}: {}", done.out);
    assert!(done.out.contains("both are in normal operation"), "{done:?}");
    let known = "modem 00:1a:2b:10:00:25 (10.16.0.20) is answered";
    assert_eq!(done.out.matches(known).count(), 2, "{done:?}");
    assert!(pair.slave.machine.set().join("failover.conf").exists());
}
