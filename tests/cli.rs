//! What a run says, how it ends, and what it leaves alone: exit codes,
//! messages with their hints, the lock, checkers that refuse, runs without
//! changes.

use crate::common;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::drill::within;
use common::machine::{Machine, Said, put, said, script};
use common::sqlite::Lite;
use common::tree::traces;
use common::{db, tree};

/// What changes a line of most files of the dhcpd set.
const CHANGE: &str = "UPDATE provbase SET dhcp_def_lease_time = 4711; \
    UPDATE modem SET public = 1 - public WHERE id > 100100;";

/// A machine with the golden network in SQLite.
fn golden() -> (Machine, Lite) {
    let lite = Lite::golden("");
    let mut machine = Machine::new(&lite.url(), "master");
    machine.cut_off = true;
    (machine, lite)
}

/// The env file for runs that restart dhcpd by the script `restart`.
fn restarts(machine: &Machine, restart: &str, probe: &str) -> PathBuf {
    let path = machine.dir.path().join("restart");
    script(&path, restart);
    machine.env(&format!(
        "APP_TIMEZONE=UTC\nPROVHA__DHCPD_RESTART={}\n\
         PROVHA__DHCPD_PROBE={probe}\nPROVHA__VERIFY_SETTLE=0\n\
         PROVHA__VERIFY_TIMEOUT=1\nPROVHA__TIME_INETD=none\n\
         PROVHA__NAMED_RESTART=true\nPROVHA__NAMED_PROBE=true\n\
         PROVHA__CHRONY_RESTART=true\nPROVHA__CHRONY_PROBE=true\n",
        path.display()
    ));
    machine.dir.path().join("restarts")
}

/// A restart script's line that counts.
fn counting(machine: &Machine) -> String {
    format!("echo x >> {}", machine.dir.path().join("restarts").display())
}

/// How often the restart script ran.
fn count(path: &Path) -> usize {
    std::fs::read_to_string(path).unwrap_or_default().lines().count()
}

#[test]
fn the_same_database_twice_writes_nothing_and_restarts_nothing() {
    let (machine, _lite) = golden();
    machine.firmware();
    let log = restarts(&machine, &counting(&machine), "true");
    machine.activate(&["dhcp"]).check(0, &["dhcpd restarted"]);
    machine.activate(&["configfile"]).check(0, &["files written"]);
    assert_eq!(count(&log), 1);
    let before = traces(&machine.root(), &["run"]);
    assert!(before.len() > 300, "{}", before.len());
    machine.activate(&["dhcp"]).check(0, &["nothing changed"]);
    machine.activate(&["configfile"]).check(0, &["nothing changed"]);
    assert_eq!(traces(&machine.root(), &["run"]), before);
    assert_eq!(count(&log), 1, "restarted without a change");
}

/// A value may name a column that no text does (facts/nms-templates.md
/// section 2): it is there all the same, and counts as an input.
#[test]
fn values_that_name_columns_which_no_text_names() {
    let (machine, lite) = golden();
    machine.firmware();
    lite.run(
        "UPDATE configfile SET text = text || char(10) || \
         '/*odd {modem.name.0} {modem.{modem.number.0}.0} */' \
         WHERE id = (SELECT configfile_id FROM modem WHERE id = 100003); \
         UPDATE modem SET number = 'model', model = 'Süd', \
         name = '{modem.house_number.0}', house_number = '12b' \
         WHERE id = 100003;",
    );
    let told = |machine: &Machine| {
        let conf = machine.at("/tftpboot/cm/cm-100003.conf");
        let text = std::fs::read_to_string(conf).unwrap();
        let line = text.lines().find(|line| line.contains("/*odd"));
        line.unwrap_or_default().trim().to_string()
    };
    machine.run(&["configfile"]).check(0, &["files written"]);
    assert_eq!(told(&machine), "/*odd 12b Süd */");
    machine.run(&["configfile"]).check(0, &["nothing changed"]);
    lite.run("UPDATE modem SET model = 'West' WHERE id = 100003;");
    machine.run(&["configfile"]).check(0, &["1 file written"]);
    assert_eq!(told(&machine), "/*odd 12b West */");
    machine.run(&["configfile"]).check(0, &["nothing changed"]);
}

/// A modem that is provisioned by TR-069 (100019) has none, by design.
#[test]
fn boot_files_that_are_missing_are_told() {
    let (machine, _lite) = golden();
    machine.run(&["configfile"]).check(0, &["files written"]);
    let dhcp = machine.run(&["dhcp"]);
    dhcp.check(0, &["missing or not world-readable", " 100017,"]);
    assert!(!dhcp.err.contains(" 100019,"), "{}", dhcp.err);
}

#[test]
fn a_checker_that_refuses_leaves_everything_alone() {
    let (machine, lite) = golden();
    let log = restarts(&machine, &counting(&machine), "true");
    machine.activate(&["dhcp"]).check(0, &[]);
    lite.run(CHANGE);
    let checker = machine.dir.path().join("checker");
    script(&checker, "echo 'bad line 7' >&2; exit 1");
    let before = traces(&machine.set(), &[]);
    let mut run = machine.command(&["dhcp"]);
    run.env("PROVHA__DHCPD_BIN", &checker);
    let refused = said(&run.output().unwrap());
    refused.check(3, &["refuses the rendered set", "bad line 7"]);
    assert_eq!(traces(&machine.set(), &[]), before);
    assert_eq!(tree::leftovers(&machine.root()), Vec::<String>::new());
    assert_eq!(count(&log), 1, "restarted after a refusal");
    machine.activate(&["dhcp"]).check(0, &["dhcpd restarted"]);
}

#[test]
fn two_runs_at_once_and_a_killed_holder() {
    let (machine, _lite) = golden();
    let begun = machine.dir.path().join("begun");
    let checker = machine.dir.path().join("checker");
    let text = format!("touch {}; exec sleep 10", begun.display());
    script(&checker, &text);
    let mut first = machine.command(&["dhcp", "--no-activate"]);
    first.env("PROVHA__DHCPD_BIN", &checker).stderr(Stdio::null());
    let mut first = first.spawn().unwrap();
    assert!(within(Duration::from_secs(20), || begun.exists()));
    let holder = format!("pid {} (dhcp) since ", first.id());
    machine.run(&["dhcp"]).check(75, &["is held by", &holder]);
    machine.run(&["configfile"]).check(75, &[&holder]);
    machine.run(&["dhcp", "--lock-wait", "1"]).check(75, &[&holder]);
    machine.good(&["dhcp", "--dry-run"]);
    first.kill().unwrap();
    first.wait().unwrap();
    machine.good(&["dhcp"]);
}

#[test]
fn a_restart_that_fails_once_is_rolled_back() {
    let (machine, lite) = golden();
    machine.good(&["dhcp"]);
    let old = tree::read(&machine.set());
    lite.run(CHANGE);
    let text = "[ -e $0.again ] || { touch $0.again; echo no >&2; exit 7; }";
    restarts(&machine, text, "true");
    machine.activate(&["dhcp"]).check(4, &["ended with 7", "live again"]);
    assert_eq!(tree::read(&machine.set()), old);
    machine.activate(&["dhcp"]).check(0, &["dhcpd restarted"]);
}

#[test]
fn a_restart_that_a_killed_run_owes_is_made_good() {
    let (machine, lite) = golden();
    machine.good(&["dhcp"]);
    lite.run(CHANGE);
    let begun = machine.dir.path().join("begun");
    restarts(&machine, &format!("touch {}; sleep 5", begun.display()), "true");
    let mut run = machine.command(&["dhcp"]).spawn().unwrap();
    assert!(within(Duration::from_secs(20), || begun.exists()));
    run.kill().unwrap();
    run.wait().unwrap();
    let log = restarts(&machine, &counting(&machine), "true");
    machine
        .activate(&["dhcp"])
        .check(0, &["nothing changed", "dhcpd restarted"]);
    machine.activate(&["dhcp"]).check(0, &["nothing changed"]);
    assert_eq!(count(&log), 1);
}

#[test]
fn what_a_killed_run_made_live_goes_back_if_its_daemon_does_not_start() {
    let (machine, lite) = golden();
    restarts(&machine, "true", "true");
    machine.good(&["rebuild"]);
    let old = tree::read(&machine.set());
    lite.run(CHANGE);
    let begun = machine.dir.path().join("begun");
    restarts(&machine, &format!("touch {}; sleep 5", begun.display()), "true");
    let mut run = machine.command(&["dhcp"]).spawn().unwrap();
    assert!(within(Duration::from_secs(20), || begun.exists()));
    run.kill().unwrap();
    run.wait().unwrap();
    // With the new content it does not start; with the old one it does.
    let conf = machine.set().join("global.conf").display().to_string();
    restarts(&machine, &format!("! grep -q 4711 {conf}"), "true");
    machine
        .activate(&["dhcp"])
        .check(4, &["an earlier run", "is live again", "dhcpd answers"]);
    assert_eq!(tree::read(&machine.set()), old);
    restarts(&machine, "true", "true");
    machine.activate(&["rebuild"]).check(0, &["dhcpd restarted"]);
    assert_ne!(tree::read(&machine.set()), old);
}

#[test]
fn what_does_not_concern_a_daemon_does_not_go_back_for_it() {
    let (machine, _lite) = golden();
    machine.good(&["dhcp"]);
    machine.good(&["configfile"]);
    // As if that run had been killed, and a restart of dhcpd been owed.
    let state = machine.at("/var/lib/provha");
    let note = state.join("generations/00000002.json");
    let text = std::fs::read_to_string(&note).unwrap();
    let killed = text.replace("\"unverified\":false", "\"unverified\":true");
    assert_ne!(killed, text);
    put(&note, killed.as_bytes());
    put(&state.join("restart-due.dhcpd"), b"");
    restarts(&machine, "exit 7", "true");
    let live = || tree::read(&machine.at("/tftpboot"));
    let before = live();
    machine.activate(&["dhcp"]).check(5, &["an earlier run"]);
    assert!(live() == before);
}

#[test]
fn rebuild_makes_the_restart_good_that_another_command_owes() {
    let (machine, _lite) = golden();
    restarts(&machine, "true", "true");
    machine.activate(&["rebuild"]).check(0, &[]);
    let global = machine.set().join("global.conf");
    let text = std::fs::read_to_string(&global).unwrap();
    put(&global, format!("{text}# by hand\n").as_bytes());
    let begun = machine.dir.path().join("begun");
    restarts(&machine, &format!("touch {}; sleep 5", begun.display()), "true");
    let mut run = machine.command(&["dhcp"]).spawn().unwrap();
    assert!(within(Duration::from_secs(20), || begun.exists()));
    run.kill().unwrap();
    run.wait().unwrap();
    let log = restarts(&machine, &counting(&machine), "true");
    machine.activate(&["rebuild"]).check(0, &["dhcpd restarted"]);
    machine.activate(&["rebuild"]).check(0, &["nothing to do"]);
    assert_eq!(count(&log), 1);
}

#[test]
fn a_daemon_that_never_answers_again_is_for_a_person() {
    let (machine, lite) = golden();
    machine.good(&["dhcp"]);
    let old = tree::read(&machine.set());
    lite.run(CHANGE);
    restarts(&machine, "exit 0", "false");
    machine.activate(&["dhcp"]).check(5, &["does not answer"]);
    assert_eq!(tree::read(&machine.set()), old);
}

#[test]
fn pending_changes_are_shown_and_not_made() {
    let (machine, lite) = golden();
    machine.good(&["dhcp"]);
    let before = traces(&machine.root(), &[]);
    machine.run(&["dhcp", "--diff", "--exit-code"]).check(0, &[]);
    lite.run(CHANGE);
    let pending = machine.run(&["dhcp", "--diff", "--exit-code"]);
    pending.check(10, &[]);
    assert!(pending.out.contains("+default-lease-time 4711;"), "{pending:?}");
    assert!(!pending.out.contains("c2VjcmV0"), "a secret in {pending:?}");
    machine.run(&["dhcp", "--dry-run", "--exit-code"]).check(10, &[]);
    assert_eq!(traces(&machine.root(), &[]), before);
}

/// What undoing a change of a tariff does to the fleet, before it is done.
#[test]
fn a_roll_back_shows_its_changes_of_device_files() {
    let (machine, lite) = golden();
    machine.firmware();
    machine.run(&["configfile", "cm"]).check(0, &["files written"]);
    lite.run("UPDATE qos SET ds_rate_max_help = 77000000;");
    let forth = machine.run(&["configfile", "cm", "--diff"]);
    machine.run(&["configfile", "cm"]).check(0, &["files written"]);
    let back = machine.run(&["rollback", "--diff"]);
    back.check(0, &["would be put back"]);
    let last = |said: &Said| {
        let lines = said.out.lines();
        lines.filter(|l| l.starts_with("in all: ")).map(str::to_string).next()
    };
    assert_eq!(last(&back), last(&forth), "{back:?}");
    assert!(last(&back).is_some() && back.out.contains("77 -> "), "{back:?}");
    let json = machine.run(&["rollback", "--diff", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(!object["fleet"].as_array().unwrap().is_empty(), "{object:#}");
    machine.run(&["rollback"]).check(0, &["put back", "this lasts until"]);
}

#[test]
fn a_wrong_command_line() {
    let (machine, _lite) = golden();
    for args in [&["dhcp", "--nonsense"][..], &["nonsense"], &[]] {
        machine.run(args).check(2, &[]);
    }
}

#[test]
fn findings_under_strict() {
    let (machine, _lite) = golden();
    machine.run(&["dhcp", "--strict"]).check(3, &["under --strict"]);
    assert!(!machine.set().exists());
}

#[test]
fn database_logins_and_tables() {
    let database = db::golden(
        "CREATE USER nms@'127.0.0.1' IDENTIFIED BY 'right'; \
         GRANT SELECT ON *.* TO nms@'127.0.0.1';",
    );
    let port = database.server.port();
    let url = |rest: &str| format!("mysql://nms:{rest}@127.0.0.1:{port}");
    let name = &database.name;
    let machine = Machine::new(&format!("{}/{name}", url("right")), "master");
    machine.good(&["dhcp"]);

    let with = |url: &str| {
        let mut command = machine.command(&["dhcp", "--no-activate"]);
        let args: Vec<_> = command.get_args().map(Into::into).collect();
        let args: Vec<std::ffi::OsString> = args;
        let mut other = std::process::Command::new(command.get_program());
        let old = std::ffi::OsString::from(&machine.db);
        other.args(args.iter().map(|arg| {
            if *arg == old { std::ffi::OsStr::new(url) } else { arg }
        }));
        command = other;
        said(&command.output().unwrap())
    };
    let wrong = with(&format!("{}/{name}", url("wrong")));
    wrong.check(1, &["login refused for user 'nms'"]);
    assert!(!wrong.err.contains("wrong"), "a password in {wrong:?}");
    with(&format!("{}/nodb", url("right"))).check(1, &["nodb"]);
    database.run("UPDATE provbase SET id = 7, domain_name = 'a b';");
    let right = with(&format!("{}/{name}", url("right")));
    right.check(3, &["provbase 7 domain_name: 'a b'"]);
    database.run("UPDATE provbase SET domain_name = 'prov.example.net';");
    database.run("DROP TABLE ippool;");
    with(&format!("{}/{name}", url("right")))
        .check(1, &["table ippool is missing", name]);
}

/// The slave's user may read every table but one: it must not count as
/// missing, whether it may be missing or not.
#[test]
fn tables_that_the_user_may_not_read() {
    let database = db::golden("CREATE USER few@'127.0.0.1';");
    let (port, name) = (database.server.port(), &database.name);
    let url = format!("mysql://few@127.0.0.1:{port}/{name}");
    let machine = Machine::new(&url, "master");
    machine.firmware();
    let tables = "provbase provha provvoip netgw ippool modem modem_option \
                  endpoint mta phonenumber configfile qos contract";
    let grant = |table: &str| {
        let on = format!("ON {name}.{table} TO few@'127.0.0.1';");
        database.run(&format!("GRANT SELECT {on}"));
    };
    for table in tables.split_whitespace() {
        grant(table);
    }
    machine.good(&["dhcp"]);
    machine.good(&["configfile"]);
    let both = &["dhcp", "configfile"][..];
    for (table, commands) in [
        ("mta", both),
        ("provha", both),
        ("provvoip", both),
        ("endpoint", &both[..1]),
        ("qos", &both[1..]),
        ("contract", &both[1..]),
        ("modem_option", &both[1..]),
        ("phonenumber", &both[1..]),
    ] {
        let from = format!("ON {name}.{table} FROM few@'127.0.0.1';");
        database.run(&format!("REVOKE SELECT {from}"));
        for command in commands {
            let said = machine.run(&[command]);
            said.check(1, &[&format!("read table {table} "), "GRANT SELECT"]);
        }
        grant(table);
    }
}

#[test]
fn database_nodes_that_are_down() {
    let database = db::golden("");
    let port = database.server.port();
    let machine = Machine::new("", "master");
    let silent = TcpListener::bind("127.0.0.3:0").unwrap();
    let keys = |hosts: &str, port: u16| {
        machine.env(&format!(
            "APP_TIMEZONE=UTC\nDB_HOST={hosts}\nDB_PORT={port}\n\
             DB_USERNAME=root\nDB_DATABASE={}\nPROVHA__DB_CONNECT_TIMEOUT=1\n\
             PROVHA__DB_READ_TIMEOUT=60\n",
            database.name
        ));
    };
    keys("127.0.0.2", port);
    let refused = machine.run(&["dhcp"]);
    refused.check(1, &["127.0.0.2", "Connection refused"]);
    assert!(!refused.err.contains("Error {"), "{refused:?}");
    keys("127.0.0.3", silent.local_addr().unwrap().port());
    let begin = Instant::now();
    machine.run(&["dhcp"]).check(1, &["127.0.0.3", "no answer in time"]);
    assert!(begin.elapsed() < Duration::from_secs(8));
    assert!(!machine.set().exists());
    // It holds up a run that has another node no longer than that.
    let _silent = TcpListener::bind(("127.0.0.3", port)).unwrap();
    keys("127.0.0.3, 127.0.0.1", port);
    let begin = Instant::now();
    machine.run(&["dhcp"]).check(0, &["passed over: 127.0.0.3"]);
    assert!(begin.elapsed() < Duration::from_secs(20));
    keys("127.0.0.2, 127.0.0.1", port);
    machine.run(&["dhcp"]).check(0, &["passed over: 127.0.0.2"]);
}

#[test]
fn database_urls() {
    // A wrong URL is a wrong command line, on every command that takes it.
    for url in ["mongodb://x", "nonsense", "mysql:x"] {
        let machine = Machine::new(url, "master");
        machine.run(&["dhcp"]).check(2, &["--db: "]);
        machine.run(&["log"]).check(2, &["--db: "]);
    }
    let machine = Machine::new("sqlite:/nonexistent/x", "master");
    machine.run(&["dhcp"]).check(1, &[]);
    let machine = Machine::new("mysql://u:geheim@h:port/x", "master");
    let bad = machine.run(&["dhcp"]);
    bad.check(2, &["--db: the port is not a number"]);
    assert!(!bad.err.contains("geheim"), "{bad:?}");
}

#[test]
fn env_files_that_cannot_be_read() {
    let (machine, _lite) = golden();
    let dir = machine.dir.path().join("env");
    let file = dir.join("x.env");
    std::os::unix::fs::symlink("/nonexistent", &file).unwrap();
    machine.run(&["dhcp"]).check(1, &["env/x.env"]);
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    machine.run(&["dhcp"]).check(1, &["env/x.env"]);
    std::fs::remove_dir(&file).unwrap();
    put(&file, b"no definition\n");
    machine.run(&["dhcp"]).check(1, &["env/x.env:1", "hint: correct"]);
    put(&file, b"\xef\xbb\xbfDB_PORT=3306\n# f\xfcr M\xfcnchen\n");
    machine.run(&["dhcp"]).check(0, &[]);
    std::fs::remove_dir_all(&dir).unwrap();
    machine.run(&["dhcp"]).check(1, &["env"]);
}

#[test]
fn values_that_do_not_fit() {
    let (machine, _lite) = golden();
    for (key, value) in [
        ("PROVHA__MCLT", "soon"),
        ("PROVHA__FAILOVER_PORT", "70000"),
        ("PROVHA__TSIG_ALGORITHM", "rot13"),
        ("PROVHA__STATE_DIR", "relative"),
    ] {
        machine.env(&format!("APP_TIMEZONE=UTC\n# a comment\n{key}={value}\n"));
        let bad = machine.run(&["dhcp"]);
        bad.check(1, &["provha.env:3", key, value]);
    }
    machine.env("APP_TIMEZONE=Atlantis\n");
    machine.run(&["dhcp"]).check(3, &["provha.env:1", "Atlantis"]);
    machine.env("APP_TIMEZONE=UTC\nPROVHA__MCTL=1\n");
    machine.run(&["dhcp"]).check(0, &["PROVHA__MCTL", "PROVHA__MCLT"]);
}

#[test]
fn roles_that_cannot_be() {
    let (mut machine, _lite) = golden();
    machine.role = String::new();
    machine.run(&["dhcp"]).check(3, &["role"]);
    machine.env("APP_TIMEZONE=UTC\nPROVHA__OWN_STATE=king\n");
    machine.run(&["dhcp"]).check(3, &["provha.env:2", "'king'"]);
    // This machine has neither of the pair's addresses.
    machine.env("APP_TIMEZONE=UTC\nPROVHA__OWN_STATE=slave\n");
    machine.run(&["dhcp"]).check(3, &["provha.env:2", "slave", "addresses"]);
    assert!(!machine.set().exists());
    machine.env("APP_TIMEZONE=UTC\nPROVHA__OWN_STATE=standalone\n");
    machine.good(&["dhcp"]);
}

#[test]
fn settings_that_publish_nothing() {
    for (sql, what) in [
        ("DELETE FROM provbase;", "provbase"),
        ("UPDATE provbase SET domain_name = 'a b';", "domain_name"),
        ("UPDATE provbase SET provisioning_server = 'x';", "provisioning_"),
        ("UPDATE provha SET slaves = '172.21.4.x';", "slaves"),
        ("UPDATE provha SET master = '';", "master"),
        ("UPDATE provha SET master_dns_password = 'x;';", "dns_password"),
        ("UPDATE provbase SET domain_name = '10.in-addr.arpa';", "domain_name"),
        (
            "UPDATE provvoip SET mta_domain = 'CPE.prov.example.net';",
            "mta_domain",
        ),
    ] {
        let lite = Lite::golden(sql);
        let machine = Machine::new(&lite.url(), "master");
        machine.run(&["dhcp"]).check(3, &[what]);
        machine.run(&["configfile"]).check(3, &[what]);
        assert!(!machine.set().exists(), "{sql}");
        assert!(!machine.at("/tftpboot/cm").exists(), "{sql}");
    }
}

#[test]
fn a_template_that_names_what_is_not_there() {
    let (machine, _lite) = golden();
    machine.good(&["dhcp"]);
    let before = traces(&machine.set(), &[]);
    let dir = machine.at("/etc/provha/templates/dhcp");
    put(&dir.join("modem.tera"), b"host {{ nonsense }}\n");
    machine.run(&["dhcp"]).check(3, &["dhcp/modem.tera", "nonsense"]);
    put(&dir.join("modem.tera"), b"host {{ nonsense\n");
    machine.run(&["dhcp"]).check(3, &["dhcp/modem.tera"]);
    std::fs::remove_file(dir.join("modem.tera")).unwrap();
    put(&dir.join("modme.tera"), b"x");
    machine.run(&["dhcp"]).check(3, &["dhcp/modme.tera"]);
    assert_eq!(traces(&machine.set(), &[]), before);
}

#[test]
fn a_target_that_may_not_be_written() {
    let (machine, _lite) = golden();
    for (dir, command) in [("etc", "dhcp"), ("tftpboot", "configfile")] {
        let mut inner = machine.command(&[command, "--no-activate"]);
        let target = machine.at(dir);
        std::fs::create_dir_all(&target).unwrap();
        // An empty, read-only memory disk of our own, gone with the process.
        let text = "mount -t tmpfs -o ro,size=64k none \"$1\"; shift; \
                    exec \"$@\"";
        let mut outer = std::process::Command::new("unshare");
        outer
            .args(["--mount", "--propagation", "private", "/bin/sh", "-c"])
            .args([text, "sh"])
            .arg(&target)
            .arg(inner.get_program())
            .args(inner.get_args())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap());
        inner = outer;
        said(&inner.output().unwrap()).check(1, &[dir, "mounted read-only"]);
    }
}

/// The text of modem 100003's configfile is this.
fn with_text(text: &str) -> (Machine, Lite) {
    let (machine, lite) = golden();
    machine.firmware();
    lite.run(&format!(
        "UPDATE configfile SET text = '{}' WHERE id = \
         (SELECT configfile_id FROM modem WHERE id = 100003);",
        text.replace('\'', "''")
    ));
    (machine, lite)
}

/// Notes that docs/template-language.md promises for -v, on a run that makes
/// the device and on one that passes it over.
#[test]
fn a_verbose_run_tells_the_rows_that_are_left_out() {
    let text = "SnmpMibObject ifAlias.2 String \"{modem.alias.0}\";\n\
                SnmpMibObject ifAlias.4 Integer {{modem.alias.0},*,5};";
    let (machine, _lite) = with_text(text);
    let row = "row 1: this device has no such value; row dropped (";
    for _ in 0..2 {
        let said = machine.run(&["-v", "configfile", "cm"]);
        said.check(0, &[row, "row 2: calculates with a value"]);
        let said = machine.run(&["configfile", "cm"]);
        said.check(0, &[]);
        assert!(!said.err.contains("row 1: this device"), "{said:?}");
    }
}

/// A statement over several rows blames the row that is left out, and the
/// summary counts rows of tables as such.
#[test]
fn a_lost_row_of_a_statement_is_blamed() {
    let text = "SnmpMibObject ifAlias.2 Integer\n  {modem.missing.0};\n\
                PrivacyEnable 1;";
    let (machine, _lite) = with_text(text);
    let said = machine.run(&["configfile", "cm"]);
    let place = "line 2: left out (this device has no such value), so that \
                 line 3 is incomplete";
    said.check(0, &[place]);
    assert!(!said.err.contains("0 rows left out"), "{said:?}");
}

/// A MIB that comes later makes the devices that failed for want of it.
#[test]
fn a_mib_that_appears_makes_the_devices_again() {
    let (machine, _lite) = with_text("SnmpMibObject acmeThing.0 Integer 1;");
    let mibs = machine.at("/srv/mibs");
    std::fs::create_dir_all(&mibs).unwrap();
    let file = machine.dir.path().join("env/provha.env");
    let mut env = std::fs::read_to_string(file).unwrap_or_default();
    env.push_str("PROVHA__MIB_DIRS=/srv/mibs\n");
    machine.env(&env);
    let unknown = "no MIB object is called `acmeThing`";
    machine.run(&["configfile", "cm"]).check(0, &[unknown]);
    let said = machine.run(&["configfile", "cm"]);
    said.check(0, &["nothing changed"]);
    let mib = "ACME-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises, \
               OBJECT-TYPE, MODULE-IDENTITY, Integer32 FROM SNMPv2-SMI;\n\
               acme MODULE-IDENTITY LAST-UPDATED \"202001010000Z\" \
               ORGANIZATION \"a\" CONTACT-INFO \"a\" DESCRIPTION \"a\" ::= { \
               enterprises 99999 }\nacmeThing OBJECT-TYPE SYNTAX Integer32 \
               MAX-ACCESS read-write STATUS current DESCRIPTION \"a\" ::= { \
               acme 1 }\nEND\n";
    put(&mibs.join("ACME-MIB.txt"), mib.as_bytes());
    let said = machine.run(&["configfile", "cm"]);
    said.check(0, &["written"]);
    assert!(!said.err.contains(unknown), "{said:?}");
}

/// The same for `rebuild`: no row has changed, the MIB has.
#[test]
fn a_mib_that_appears_makes_rebuild_make_the_devices_again() {
    let (machine, _lite) = with_text("SnmpMibObject acmeThing.0 Integer 1;");
    let mibs = machine.at("/srv/mibs");
    std::fs::create_dir_all(&mibs).unwrap();
    machine.env("APP_TIMEZONE=UTC\nPROVHA__MIB_DIRS=/srv/mibs\n");
    let unknown = "no MIB object is called `acmeThing`";
    machine.run(&["rebuild"]).check(0, &[unknown]);
    machine.run(&["rebuild"]).check(0, &["nothing to do"]);
    let mib = "ACME-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises, \
               OBJECT-TYPE, MODULE-IDENTITY, Integer32 FROM SNMPv2-SMI;\n\
               acme MODULE-IDENTITY LAST-UPDATED \"202001010000Z\" \
               ORGANIZATION \"a\" CONTACT-INFO \"a\" DESCRIPTION \"a\" ::= { \
               enterprises 99999 }\nacmeThing OBJECT-TYPE SYNTAX Integer32 \
               MAX-ACCESS read-write STATUS current DESCRIPTION \"a\" ::= { \
               acme 1 }\nEND\n";
    put(&mibs.join("ACME-MIB.txt"), mib.as_bytes());
    let said = machine.run(&["rebuild"]);
    said.check(0, &["written"]);
    assert!(!said.err.contains(unknown), "{said:?}");
    assert!(machine.at("/tftpboot/cm/cm-100003.cfg").is_file());
    machine.run(&["rebuild"]).check(0, &["nothing to do"]);
}

/// What the check of meaning finds stands by configfile and line, once for
/// all its devices; the files are made all the same.
#[test]
fn a_finding_of_the_check_is_told_and_can_be_silenced() {
    let text = "MaxClassifiers 5;\nMaxClassifiers 6;";
    let (machine, _lite) = with_text(text);
    let said = machine.run(&["configfile", "cm"]);
    let told = "line 2: MaxClassifiers is set twice (see '";
    said.check(0, &[told, "', line 1) [set-twice]"]);
    assert_eq!(said.err.matches(told).count(), 1, "{said:?}");
    assert!(machine.at("/tftpboot/cm/cm-100003.cfg").is_file());
    // A run that passes the devices over tells it as well.
    let again = machine.run(&["configfile", "cm"]);
    again.check(0, &[told]);
    machine.run(&["configfile", "--strict", "cm"]).check(3, &[told]);
    machine.env("APP_TIMEZONE=UTC\nPROVHA__CODEC_ALLOW=set-twice\n");
    let said = machine.run(&["configfile", "cm"]);
    said.check(0, &[]);
    assert!(!said.err.contains("set twice"), "{said:?}");
    machine.env("APP_TIMEZONE=UTC\nPROVHA__CODEC_ALLOW=set-thrice\n");
    let said = machine.run(&["configfile", "cm"]);
    said.check(1, &["PROVHA__CODEC_ALLOW is 'set-thrice'"]);
}

/// What no device takes is told by `docsis check`, and what is no configfile
/// at all is called by its name.
#[test]
fn docsis_check_says_bad_to_what_no_device_takes() {
    let dir = tempfile::tempdir().unwrap();
    let file = |bytes: &[u8]| {
        let path = dir.path().join("file");
        put(&path, bytes);
        path
    };
    for (bytes, words) in [
        (&b"<!DOCTYPE html><p>404"[..], "this is HTML"),
        (b"\x1f\x8b\x08\0", "this is gzip"),
        (b"", "the file is empty"),
        (&[3, 1, 1, 4, 3, 1, 1, 1], "neither MICs nor MTA delimiters"),
        (b"NetworkAccess 1;\nMaxCPE 2;", "did not expect"),
        (b"{\"settings\":3}", "BAD"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provha"));
        let command = command.args(["docsis", "check"]).arg(file(bytes));
        let said = said(&command.output().unwrap());
        assert_eq!(said.code, 3, "{said:?}");
        assert!(said.out.contains(words), "{said:?}");
    }
}

/// The codec's `--allow` takes names of rules, although all commands have an
/// `--allow` for guard rails.
#[test]
fn docsis_allow_silences_rules() {
    let dir = tempfile::tempdir().unwrap();
    let text = dir.path().join("a.conf");
    put(&text, b"Main { NetworkAccess 1; MaxClassifiers 70000; }");
    let out = dir.path().join("a.cfg");
    let docsis = |args: &[&str], code: i32| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provha"));
        let said = said(&command.args(args).output().unwrap());
        assert_eq!(said.code, code, "{args:?}: {said:?}");
        said.err + &said.out
    };
    let (text, out) = (text.to_str().unwrap(), out.to_str().unwrap());
    let allow = "--allow=number-width,no-service";
    let said = docsis(&["docsis", "encode", text, out], 3);
    assert!(said.contains("[number-width]"), "{said}");
    let said = docsis(&["docsis", "encode", "--lenient", text, out], 0);
    assert!(said.contains("70000 does not fit its octets and is cut"));
    assert!(said.contains("[no-service]"), "{said}");
    let said = docsis(&["docsis", "encode", allow, text, out], 0);
    assert_eq!(said, "");
    let _ = docsis(&["docsis", "verify", out], 3);
    let _ = docsis(&["docsis", "verify", "--allow", "no-service", out], 0);
    let _ = docsis(&["docsis", "check", allow, text], 0);
    let said = docsis(&["docsis", "check", "--allow=no-file", text], 2);
    assert!(said.contains("'no-file' is not the name of a rule"), "{said}");
    let said = docsis(&["dhcp", "--allow=no-service"], 2);
    assert!(said.contains("no-file"), "the words are listed: {said}");
}

/// Several texts in one run, a broken one among them; and the way back from
/// JSON.
#[test]
fn docsis_encodes_many_files_and_json() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir(at("texts")).unwrap();
    put(&at("texts/a.conf"), b"Main { NetworkAccess 1; }");
    put(&at("texts/b.conf"), b"Main { NetworkAccess 7; }");
    put(&at("texts/c.conf"), b"Main { NetworkAccess 0; /* a /* b */ }");
    put(&at("texts/notes.md"), b"no text");
    let name = |name: &str| at(name).display().to_string();
    let docsis = |args: &[&str], code: i32, texts: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provha"));
        let said = said(&command.arg("docsis").args(args).output().unwrap());
        assert_eq!(said.code, code, "{args:?}: {said:?}");
        for text in texts {
            assert!(said.err.contains(text), "'{text}' is not in {said:?}");
        }
        said.out
    };
    let out = format!("--out-dir={}", name("out"));
    let told = ["2 of 3 files encoded", "b.conf:1:", "inside a comment"];
    let _ = docsis(&["encode", &out, &name("texts")], 3, &told);
    assert!(at("out/a.cfg").is_file() && at("out/c.cfg").is_file());
    assert!(!at("out/b.cfg").exists());
    let _ = docsis(&["encode", &name("texts/a.conf")], 2, &["--out-dir"]);
    let tree = docsis(&["decode", "--json", &name("out/a.cfg")], 0, &[]);
    put(&at("a.json"), tree.as_bytes());
    let (tree, back) = (name("a.json"), name("back.cfg"));
    let _ = docsis(&["encode", &tree, &back], 0, &[]);
    let read = |name: &str| std::fs::read(at(name)).unwrap();
    assert_eq!(read("back.cfg"), read("out/a.cfg"));
    let idle = ["--mta has no effect on JSON"];
    let _ = docsis(&["encode", "--mta", &tree, &back], 2, &idle);
    let wrong = ["encode", "--mib-dir=/no/such/dir", &tree, &back];
    let _ = docsis(&wrong, 2, &["cannot read --mib-dir"]);
    put(&at("page"), b"<html><p>404</p></html>");
    let _ = docsis(&["verify", &name("page")], 3, &["this is HTML"]);
}
