//! `cluster crosscheck`: every machine is asked whom it sees. A node that
//! nobody sees is dead, or cut off from all; one that another node sees is
//! alive, whatever this machine sees.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use comfy_table::Table;

use crate::cluster::nodes::{Node, Nodes};
use crate::cluster::remote::{Place, Remote, quoted};
use crate::context::Context;
use crate::exit::Exit;
use crate::galera::json::{self, CrossRow, CrossVerdict};

/// How long ssh may take to connect.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a machine may take to look at all others.
const LOOK: Duration = Duration::from_millis(4600);
/// What a cluster cannot do without; the others belong to the pair.
const NEEDED: [&str; 4] = ["sql", "ssh", "4567", "icmp"];

/// What one machine sees of another one.
type Seen = BTreeMap<String, String>;

/// One row of the matrix.
struct Row {
    from: String,
    /// By the name of the other machine; else why this one was not asked.
    sees: Result<BTreeMap<String, Seen>, String>,
}

/// Runs the command.
///
/// # Errors
/// Exit 3: the settings name no cluster.
pub fn run(context: &Context<'_>) -> anyhow::Result<Exit> {
    let nodes = Nodes::find(context)?;
    let remote = Remote::find(context, CONNECT)?;
    let settings = &context.settings;
    let port = |key| settings.number(key);
    let ports = Ports {
        sql: port("DB_PORT"),
        ssh: port("SLAVE_SSH_PORT"),
        failover: port("PROVHA__FAILOVER_PORT"),
        omapi: port("PROVHA__OMAPI_PORT"),
    };
    let rows = ask(&nodes, &remote, &ports);
    let targets: Vec<&Node> =
        nodes.all.iter().chain(nodes.arbiter.as_ref()).collect();
    let verdicts: Vec<CrossVerdict> = targets
        .iter()
        .map(|node| {
            let is_arbiter = nodes.arbiter.as_ref() == Some(*node);
            verdict(&node.name, &rows, is_arbiter)
        })
        .collect();
    let well = verdicts.iter().all(|verdict| verdict.verdict == "well")
        && rows.iter().all(|row| row.sees.is_ok());
    context.console.data(&text(&targets, &rows, &verdicts))?;
    context.console.result(&json::Crosscheck {
        command: "cluster crosscheck",
        rows: rows.iter().flat_map(objects).collect(),
        verdicts,
        seconds: context.console.elapsed().as_secs_f64(),
    });
    Ok(if well { Exit::Done } else { Exit::Failed })
}

/// The ports that differ between installations.
struct Ports {
    sql: u64,
    ssh: u64,
    failover: u64,
    omapi: u64,
}

/// Asks every machine, and this one where it is none of the nodes.
fn ask(nodes: &Nodes, remote: &Remote, ports: &Ports) -> Vec<Row> {
    let mut sources: Vec<(String, Place)> = nodes
        .all
        .iter()
        .map(|node| (node.name.clone(), node.place()))
        .collect();
    if nodes.own().is_none() {
        sources.push(("this machine".into(), Place::Here));
    }
    std::thread::scope(|scope| {
        let asked: Vec<_> = sources
            .into_iter()
            .map(|(from, place)| {
                let others: Vec<(&Node, bool)> = nodes
                    .all
                    .iter()
                    .map(|node| (node, false))
                    .chain(nodes.arbiter.iter().map(|node| (node, true)))
                    .filter(|(node, _)| node.name != from)
                    .collect();
                let script = script(&others, ports);
                let sees = move || {
                    let said = remote.run(place, &script, LOOK)?;
                    let names: Vec<&str> =
                        others.iter().map(|(n, _)| n.name.as_str()).collect();
                    Ok(read(&said.out, &names))
                };
                (from, scope.spawn(sees))
            })
            .collect();
        let broke = |_| Err("asking broke".to_string());
        asked
            .into_iter()
            .map(|(from, sees)| Row {
                from,
                sees: sees.join().unwrap_or_else(broke),
            })
            .collect()
    })
}

/// The script that looks at other machines, all at the same time.
fn script(others: &[(&Node, bool)], ports: &Ports) -> String {
    let mut out = String::from(HELPERS);
    for (number, (node, arbiter)) in others.iter().enumerate() {
        let host = quoted(&node.address.to_string());
        let mut tcp = |kind: &str, port: u64, greets: bool| {
            let greets = u8::from(greets);
            let _ =
                writeln!(out, "tcp {number} {kind} {host} {port} {greets} &");
        };
        tcp("ssh", ports.ssh, true);
        tcp("4567", 4567, false);
        if !arbiter {
            tcp("sql", ports.sql, true);
            tcp("failover", ports.failover, false);
            tcp("omapi", ports.omapi, false);
            let _ = writeln!(out, "ntp {number} {host} &");
        }
        let _ = writeln!(out, "icmp {number} {host} &");
    }
    out + "wait\n"
}

/// `tcp NUMBER KIND HOST PORT GREETS`, `ntp NUMBER HOST`, `icmp NUMBER HOST`.
/// A server that takes the connection and does not greet is frozen: the
/// kernel answers for it.
const HELPERS: &str = r#"
tcp() {
  said=$(timeout 2 bash -c "exec 3<>/dev/tcp/$3/$4 || exit 1; echo open
    [ $5 = 0 ] || [ \$(head -c 1 <&3 | wc -c) = 1 ] || exit 3" 2>&1)
  case $?/$said in
    0/*) word=ok ;;
    124/open*) word=mute ;;
    124/*) word=silent ;;
    3/*) word=closed ;;
    *[Rr]efused*) word=refused ;;
    *) word=unreachable ;;
  esac
  echo "$1 $2 $word"
}
zeros=$(printf '\\0%.0s' $(seq 47))
ntp() {
  said=$(timeout 2 bash -c "exec 3<>/dev/udp/$2/123 || exit 1
    printf '\\043$zeros' >&3; head -c 48 <&3 | wc -c" 2>&1)
  case $?/$said in
    0/48) word=ok ;;
    124/*) word=silent ;;
    *[Rr]efused*) word=refused ;;
    *) word=unreachable ;;
  esac
  echo "$1 ntp $word"
}
icmp() {
  if ! command -v ping >/dev/null; then word=not-asked
  elif ping -n -c 2 -i 0.2 -W 1 $2 >/dev/null 2>&1; then word=ok
  else word=silent; fi
  echo "$1 icmp $word"
}
"#;

/// What a machine said.
fn read(text: &str, names: &[&str]) -> BTreeMap<String, Seen> {
    let mut sees: BTreeMap<String, Seen> = BTreeMap::new();
    for line in text.lines() {
        let mut words = line.split(' ');
        let number = words.next().and_then(|n| n.parse::<usize>().ok());
        let name = number.and_then(|number| names.get(number));
        if let (Some(name), Some(kind), Some(word)) =
            (name, words.next(), words.next())
        {
            let seen = sees.entry((*name).into()).or_default();
            let _ = seen.insert(kind.into(), word.into());
        }
    }
    sees
}

/// What follows for a machine from what all others see of it.
fn verdict(name: &str, rows: &[Row], arbiter: bool) -> CrossVerdict {
    let seen: Vec<(&str, &Seen)> = rows
        .iter()
        .filter_map(|row| {
            let seen = row.sees.as_ref().ok()?.get(name)?;
            Some((row.from.as_str(), seen))
        })
        .collect();
    let is = |seen: &Seen, kind: &str, word: &str| {
        seen.get(kind).is_some_and(|w| w == word)
    };
    let well = |seen: &Seen| {
        NEEDED
            .iter()
            .filter_map(|kind| seen.get(*kind).map(|word| (kind, word)))
            .all(|(kind, word)| {
                word == "ok" || (*kind == "icmp" && word == "not-asked")
            })
    };
    let alive = |seen: &Seen| {
        seen.values()
            .any(|w| ["ok", "mute", "refused", "closed"].contains(&&**w))
    };
    let by = |those: &dyn Fn(&Seen) -> bool| {
        let names = seen.iter().filter(|(_, seen)| those(seen));
        names.map(|(from, _)| *from).collect::<Vec<_>>().join(", ")
    };
    let (word, text) = if seen.is_empty() {
        ("silent", "no other machine could be asked".to_string())
    } else if !seen.iter().any(|(_, seen)| alive(seen)) {
        (
            "silent",
            format!(
                "{} see nothing of it: dead, or cut off from all of them",
                by(&|_| true)
            ),
        )
    } else if !seen.iter().all(|(_, seen)| alive(seen)) {
        let text = format!(
            "it lives, {} see it; not seen by {}: the network between",
            by(&alive),
            by(&|seen| !alive(seen))
        );
        ("hidden", text)
    } else if seen.iter().any(|(_, seen)| is(seen, "sql", "mute")) {
        ("frozen", "MariaDB takes connections and says nothing".into())
    } else if !arbiter
        && seen
            .iter()
            .all(|(_, seen)| !is(seen, "sql", "ok") && !is(seen, "4567", "ok"))
    {
        ("server-down", "the machine lives, MariaDB does not".into())
    } else if arbiter && seen.iter().all(|(_, s)| !is(s, "4567", "ok")) {
        ("server-down", "the machine lives, garbd does not".into())
    } else if seen.iter().all(|(_, seen)| well(seen)) {
        ("well", format!("seen in every way by {}", by(&|_| true)))
    } else {
        ("partly", format!("not in every way: {}", by(&|seen| !well(seen))))
    };
    CrossVerdict { node: name.into(), verdict: word, text }
}

/// The matrix and the verdicts for people.
fn text(targets: &[&Node], rows: &[Row], verdicts: &[CrossVerdict]) -> String {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    let names = targets.iter().map(|node| node.name.clone());
    table.set_header(std::iter::once("FROM \\ TO".to_string()).chain(names));
    for row in rows {
        let cells = targets.iter().map(|node| match &row.sees {
            _ if node.name == row.from => "-".into(),
            Err(_) => "not asked".into(),
            Ok(sees) => sees.get(&node.name).map_or("?".into(), cell),
        });
        table.add_row(std::iter::once(row.from.clone()).chain(cells));
    }
    let lines = table.lines().map(|line| line.trim_end().to_string());
    let mut out = lines.collect::<Vec<_>>().join("\n") + "\n\n";
    for row in rows {
        if let Err(why) = &row.sees {
            let _ = writeln!(out, "{}: not asked: {why}", row.from);
        }
    }
    for CrossVerdict { node, verdict, text } in verdicts {
        let _ = writeln!(out, "{node}: {verdict}: {text}");
    }
    out
}

/// A cell of the matrix: what is not ok.
fn cell(seen: &Seen) -> String {
    let mut by_word: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (kind, word) in seen {
        by_word.entry(word).or_default().push(kind);
    }
    let _ = by_word.remove("ok");
    if by_word.is_empty() {
        return "ok".into();
    }
    let parts = by_word.iter().map(|(word, kinds)| {
        let all = kinds.len() == seen.len();
        let kinds = if all { "all".into() } else { kinds.join(",") };
        format!("{word}: {kinds}")
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// A row for the object.
fn objects(row: &Row) -> Vec<CrossRow> {
    let Ok(sees) = &row.sees else {
        let seen = BTreeMap::from([("ssh".into(), "not-asked".into())]);
        let (from, to) = (row.from.clone(), String::new());
        return vec![CrossRow { from, to, seen }];
    };
    sees.iter()
        .map(|(to, seen)| CrossRow {
            from: row.from.clone(),
            to: to.clone(),
            seen: seen.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row by what is seen of each machine.
    fn row(from: &str, sees: &[(&str, &str)]) -> Row {
        let sees = sees.iter().map(|(to, words)| {
            let seen = words.split(' ').filter_map(|w| w.split_once('='));
            let seen = seen.map(|(k, w)| (k.into(), w.into())).collect();
            ((*to).to_string(), seen)
        });
        Row { from: from.into(), sees: Ok(sees.collect()) }
    }

    const WELL: &str = "sql=ok ssh=ok 4567=ok icmp=ok failover=refused";
    const GONE: &str = "sql=silent ssh=silent 4567=silent icmp=silent";

    #[test]
    fn dead_hidden_frozen_and_down() {
        let check = |of_2: &str, of_3: &str| {
            let rows = [
                row("n1", &[("x", of_2)]),
                row("n2", &[("x", of_3)]),
                Row { from: "n3".into(), sees: Err("no".into()) },
            ];
            verdict("x", &rows, false).verdict
        };
        assert_eq!(check(WELL, WELL), "well");
        assert_eq!(check(GONE, GONE), "silent");
        assert_eq!(check(GONE, WELL), "hidden");
        let frozen = "sql=mute ssh=ok 4567=ok icmp=ok";
        assert_eq!(check(frozen, frozen), "frozen");
        let down = "sql=refused ssh=ok 4567=refused icmp=ok";
        assert_eq!(check(down, down), "server-down");
        let wall = "sql=ok ssh=silent 4567=ok icmp=ok";
        assert_eq!(check(wall, WELL), "partly");
    }

    #[test]
    fn cells_name_what_is_not_well() {
        let seen = |text| {
            let row = row("a", &[("b", text)]);
            cell(&row.sees.unwrap()["b"])
        };
        assert_eq!(seen("sql=ok ssh=ok"), "ok");
        assert_eq!(seen(GONE), "silent: all");
        assert_eq!(
            seen("sql=mute ssh=ok ntp=silent"),
            "mute: sql; silent: ntp"
        );
    }

    #[test]
    fn the_script_is_good_bash() {
        let address = "192.0.2.1".parse().unwrap();
        let node = Node { name: "n".into(), address, own: false };
        let ports = Ports { sql: 3306, ssh: 22, failover: 647, omapi: 7911 };
        let script = script(&[(&node, false), (&node, true)], &ports);
        let mut bash = std::process::Command::new("bash");
        let checked = bash.args(["-n", "-c", &script]).output().unwrap();
        assert!(checked.status.success(), "{checked:?}");
        assert_eq!(script.matches("\ntcp ").count(), 7);
    }
}
