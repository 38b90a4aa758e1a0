//! Twelve ways in which machines do not see each other: `status` and
//! `crosscheck` tell the truth in time, and no run reads from a minority.

use std::time::{Duration, Instant};

use crate::common::fixture_text;
use crate::common::galera;
use crate::common::lab::until;
use crate::common::ring::{Ring, object};

/// How long a busy machine may take until it answers in time.
const PATIENCE: Duration = Duration::from_secs(90);

/// One way.
struct Cut {
    what: &'static str,
    /// On which machine, what is dropped there (nft).
    rules: &'static [(usize, &'static str)],
    /// On the third machine: a signal to MariaDB.
    signal: &'static str,
    /// What `crosscheck` on the first machine says of each; '*': anything.
    verdicts: [&'static str; 3],
    /// What `status` there finds besides, one of these.
    odd: &'static [&'static str],
}

const ALL: &str = "ip saddr 172.21.4.0/22 drop";

/// All of them.
const CUTS: [Cut; 12] = [
    Cut {
        what: "n3 without its cable",
        rules: &[(2, ALL)],
        signal: "",
        verdicts: ["well", "well", "silent"],
        odd: &["nodes"],
    },
    Cut {
        what: "n3 does not hear n1",
        rules: &[(2, "ip saddr 172.21.4.10 drop")],
        signal: "",
        verdicts: ["*", "well", "hidden"],
        odd: &["nodes", "ways"],
    },
    Cut {
        what: "SQL of n3 is closed to n1",
        rules: &[(2, "ip saddr 172.21.4.10 tcp dport 3306 drop")],
        signal: "",
        verdicts: ["well", "well", "partly"],
        odd: &["ways"],
    },
    Cut {
        what: "n1 is alone",
        rules: &[(0, ALL)],
        signal: "",
        verdicts: ["silent", "silent", "silent"],
        odd: &["component"],
    },
    Cut {
        what: "n3 is frozen",
        rules: &[],
        signal: "STOP",
        verdicts: ["well", "well", "frozen"],
        odd: &["nodes"],
    },
    Cut {
        what: "n3 does not hear n2",
        rules: &[(2, "ip saddr 172.21.4.11 drop")],
        signal: "",
        verdicts: ["well", "hidden", "hidden"],
        odd: &[],
    },
    Cut {
        what: "n2 and n3 do not see each other, n1 sees both",
        rules: &[
            (1, "ip saddr 172.21.4.12 drop"),
            (2, "ip saddr 172.21.4.11 drop"),
        ],
        signal: "",
        verdicts: ["well", "hidden", "hidden"],
        odd: &[],
    },
    Cut {
        what: "Galera alone between n1 and n3",
        rules: &[
            (2, "ip saddr 172.21.4.10 tcp dport 4567 drop"),
            (2, "ip saddr 172.21.4.10 tcp sport 4567 drop"),
        ],
        signal: "",
        verdicts: ["*", "well", "partly"],
        odd: &[],
    },
    Cut {
        what: "ssh of n3 is closed to n1",
        rules: &[(2, "ip saddr 172.21.4.10 tcp dport 22 drop")],
        signal: "",
        verdicts: ["well", "well", "partly"],
        odd: &["ways"],
    },
    Cut {
        what: "n3 answers no ping",
        rules: &[(2, "icmp type echo-request drop")],
        signal: "",
        verdicts: ["well", "well", "partly"],
        odd: &[],
    },
    Cut {
        what: "nobody sees anybody",
        rules: &[(0, ALL), (1, ALL), (2, ALL)],
        signal: "",
        verdicts: ["silent", "silent", "silent"],
        odd: &["component"],
    },
    Cut {
        what: "n3 refuses all but what it asks for itself",
        rules: &[(2, "ct state new drop")],
        signal: "",
        verdicts: ["well", "well", "silent"],
        odd: &["ways"],
    },
];

/// Each is mended before the next.
pub fn all(ring: &Ring) {
    for cut in &CUTS {
        ring.say(&format!("--- {}", cut.what));
        make(ring, cut);
        judged(ring, cut);
        mend(ring);
    }
}

/// Lays the rules.
fn make(ring: &Ring, cut: &Cut) {
    for (node, rule) in cut.rules {
        let _ = ring.nodes[*node].shell(&format!(
            "nft add table ip cut; nft add chain ip cut in '{{ type filter \
             hook input priority 0; }}'; nft add rule ip cut in '{rule}'"
        ));
    }
    if !cut.signal.is_empty() {
        let kill = format!("kill -{} $(pidof mariadbd)", cut.signal);
        let _ = ring.nodes[2].shell(&kill);
    }
}

/// Takes them away; all come back by themselves.
fn mend(ring: &Ring) {
    for node in &ring.nodes {
        let _ = node.shell("nft flush ruleset");
    }
    let _ = ring.nodes[2].shell("kill -CONT $(pidof mariadbd)");
    // A frozen node, or three that lost each other, may want help.
    until("all are synced", PATIENCE, || {
        let synced = |n: usize| {
            let state = |name| galera::status(&ring.nodes[n], name);
            state("wsrep_cluster_size") == "3"
                && state("wsrep_local_state_comment") == "Synced"
        };
        (0..3).all(synced) || {
            let _ = ring.run(0, "cluster galera recover --yes");
            false
        }
    });
}

/// Both tell the truth, each in less than five seconds (and the time that a
/// busy machine takes to start and end a process).
fn judged(ring: &Ring, cut: &Cut) {
    let mut longest: f64 = 0.0;
    until(cut.what, PATIENCE, || {
        let said = ring.run(0, "cluster crosscheck --json");
        let result = object(&said);
        let seconds = result["seconds"].as_f64().unwrap();
        assert!(seconds < 5.5, "{result:#}");
        let found: Vec<&str> = result["verdicts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|verdict| verdict["verdict"].as_str().unwrap())
            .collect();
        println!("crosscheck: {found:?} {seconds:.2} s");
        let fits =
            |(want, found): (&&str, &&str)| *want == "*" || want == found;
        longest = longest.max(seconds);
        said.code == 1 && cut.verdicts.iter().zip(&found).all(fits)
    });
    until(cut.what, PATIENCE, || {
        let said = ring.run(0, "cluster status --json");
        let result = object(&said);
        let seconds = result["seconds"].as_f64().unwrap();
        assert!(seconds < 5.5, "{result:#}");
        longest = longest.max(seconds);
        let odd: Vec<&str> = result["checks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|check| check["state"] != "ok")
            .map(|check| check["name"].as_str().unwrap())
            .collect();
        println!("status: {odd:?} {seconds:.2} s");
        let found = cut.odd.iter().any(|name| odd.contains(name));
        (cut.odd.is_empty() || found) && is_true(ring, &result)
    });
    ring.say(&format!("told, at most {longest:.2} s"));
}

/// What the nodes say of themselves is what was told of them.
fn is_true(ring: &Ring, result: &serde_json::Value) -> bool {
    let nodes = result["nodes"].as_array().unwrap();
    nodes.iter().enumerate().all(|(at, node)| {
        if !node["sql_error"].is_null() {
            return true;
        }
        let own = galera::status(&ring.nodes[at], "wsrep_cluster_status");
        node["primary"] == (own == "Primary")
    })
}

/// The first node of DB_HOST is cut off from the others, but not from who
/// reads: what is committed by the majority is read by every later run.
pub fn no_run_reads_from_a_minority(ring: &Ring) {
    ring.say("--- the first node of DB_HOST is a minority");
    let (schema, network) =
        (fixture_text("schema.sql"), fixture_text("golden/network.sql"));
    galera::run(
        &ring.nodes[0],
        "mysql",
        "CREATE DATABASE net; GRANT SELECT \
        ON net.* TO reader@'%'",
    );
    galera::run(
        &ring.nodes[0],
        "net",
        &format!("{schema}\nBEGIN;\n{network}\nCOMMIT;"),
    );
    let reader = &ring.nodes[2];
    let hosts = "s|^DB_HOST=.*|DB_HOST=172.21.4.10,172.21.4.11,172.21.4.12|";
    let _ =
        reader.shell(&format!("sed -i '{hosts}' /etc/nmsprime/env/provha.env"));
    reader.put(
        "/etc/nmsprime/env/zz.env",
        "DB_DATABASE=net\n\
         PROVHA__DHCPD_BIN=true\nPROVHA__KEA_BIN=true\n\
         PROVHA__DB_CONNECT_TIMEOUT=2\nPROVHA__DB_READ_TIMEOUT=5\n",
    );
    let line = "dhcp --no-activate --role master";
    let mut longest = Duration::ZERO;
    let mut passed = 0;
    let mut run = |number: u32| {
        let mac = format!("00:1a:2b:66:00:{number:02x}");
        let sql = format!("UPDATE modem SET mac = '{mac}' WHERE id = 100001");
        galera::run(&ring.nodes[1], "net", &sql);
        let begin = Instant::now();
        let said = ring.run(2, line);
        longest = longest.max(begin.elapsed());
        assert_eq!(said.code, 0, "{said:?}");
        passed += u32::from(said.err.contains("passed over: 172.21.4.10"));
        let set = reader.text("/etc/dhcp-nmsprime/modems-host.conf");
        assert!(set.contains(&mac), "an older state was read: {said:?}");
    };
    run(0);
    for (number, rule) in [
        "tcp dport 4567 drop; nft add rule ip cut in tcp sport 4567 drop",
        "ip saddr 172.21.4.0/22 drop",
    ]
    .iter()
    .enumerate()
    {
        let _ = ring.nodes[0].shell(&format!(
            "nft add table ip cut; nft add chain ip cut in '{{ type filter \
             hook input priority 0; }}'; nft add rule ip cut in {rule}"
        ));
        for step in 1..6 {
            run(number as u32 * 16 + step);
        }
        mend(ring);
    }
    // Frozen: it takes connections, and never answers.
    let _ = ring.nodes[0].shell("kill -STOP $(pidof mariadbd)");
    run(40);
    run(41);
    let _ = ring.nodes[0].shell("kill -CONT $(pidof mariadbd)");
    ring.say(&format!("passed over {passed} times, longest {longest:?}"));
    assert!(passed >= 6, "{passed}");
    assert!(longest < Duration::from_secs(60), "{longest:?}");
}
