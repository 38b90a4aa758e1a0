//! Hostile strings in every text column: a reader that shares nothing with
//! the program counts no statement in any output that is not there without
//! them. The short form takes a sample; `make drill` puts each of 320 strings
//! into each column.

use crate::common;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::fixture_text;
use common::machine::Machine;
use common::reader::{self, Counts};
use common::sqlite::{Lite, convert};
use common::tree;

/// What an attacker would like to become a statement somewhere.
const PAYLOADS: [&str; 40] = [
    "option evil 6.6.6.6;",
    "option routers 6.6.6.6;",
    "option domain-name-servers 6.6.6.6;",
    "next-server 6.6.6.6;",
    "filename evil;",
    "host evil { hardware ethernet 02:00:00:00:66:66; }",
    "subclass evil 1:02:00:00:00:66:66;",
    "class evil { match hardware; }",
    "execute(evil);",
    "on commit { execute(evil); }",
    "include /etc/shadow;",
    "key evil { algorithm hmac-md5; secret ZXZpbA==; };",
    "zone evil. { primary 6.6.6.6; }",
    "range 6.6.6.6 6.6.6.7;",
    "allow unknown-clients;",
    "subnet 6.6.6.0 netmask 255.255.255.0 { }",
    "set evil = 6;",
    "log(info, evil);",
    "6.6.6.6/32; any;",
    "acl evil { any; };",
    "zone evil { type master; file evil; };",
    "forwarders { 6.6.6.6; };",
    "evil IN A 6.6.6.6",
    "$INCLUDE /etc/shadow",
    "$GENERATE 1-99 evil$ A 6.6.6.$",
    "evil CNAME evil.example.com.",
    "allow all",
    "server 6.6.6.6 iburst",
    "cmdallow 6.6.6.6",
    "SwUpgradeServer 6.6.6.6;",
    "NetworkAccess 0;",
    "MaxCPE 254;",
    "UsServiceFlow { UsServiceFlowRef 66; }",
    "SnmpMibObject sysName.0 String evil ;",
    "GenericTLV TlvCode 12 TlvLength 4 TlvValue 0x06060606;",
    "{modem.ppp_password.0}",
    "hooks-libraries: [ { library: evil.so } ], evil: 6",
    "$(touch /tmp/evil)",
    "`touch /tmp/evil` | touch /tmp/evil; touch /tmp/evil &",
    "server = /tmp/evil",
];

/// How it may try to get out of its place.
const WAYS: [fn(&str) -> String; 8] = [
    |payload| payload.into(),
    |payload| format!("x\"; {payload} \""),
    |payload| format!("x\n{payload}\n"),
    |payload| format!("x; }} }} {payload} {{ {{ #"),
    |payload| format!("x\\\" \\\"; {payload} // \\"),
    |payload| format!("*/ {payload} /*"),
    |payload| format!("{{x}}\r\n{payload}\u{2028}{payload}\u{85}{payload}"),
    |payload| {
        format!("x\0\"\n}}, \"{payload}\" : [ {payload}\u{a0}'; '\x1b[2J")
    },
];

/// All strings.
fn strings() -> Vec<String> {
    let all = PAYLOADS.iter().flat_map(|p| WAYS.iter().map(|way| way(p)));
    all.collect()
}

/// Tables whose texts the device texts may name, with the index they go by.
const NAMED: [(&str, &[(&str, u8)]); 2] = [
    ("1", &[("modem", 0), ("qos", 0), ("provbase", 0), ("provha", 0)]),
    ("10", &[("mta", 0), ("phonenumber", 1), ("provbase", 0), ("provha", 0)]),
];

/// Columns that hold statements by their nature: what they may say is decided
/// elsewhere, and `text_of_pools` looks at one of them.
const STATEMENTS: [(&str, &str); 2] =
    [("configfile", "text"), ("ippool", "optional")];

/// A network in a file, and its text columns.
struct Base {
    lite: Lite,
    /// Tables with their text columns and the ids of live rows.
    tables: Vec<(String, Vec<String>, Vec<i64>)>,
    /// The statements of each output, without any of them.
    allowed: BTreeMap<String, Counts>,
}

impl Base {
    /// The golden network, with texts that name all that texts can name;
    /// `sql` makes it smaller.
    fn new(sql: &str) -> Self {
        let lite = Lite::golden(sql);
        let rows: String = (1..=40)
            .map(|id| {
                format!(
                    "INSERT INTO netelement (id, name) VALUES ({id}, 'n{id}');\
                     INSERT INTO nas (id, nasname) VALUES ({id}, 'n{id}');\
                     INSERT INTO domain (id, name, alias, type) VALUES \
                     ({0}, 'd{id}.example.net', 'a{id}', 'dns');",
                    id + 100
                )
            })
            .collect::<Vec<_>>()
            .concat();
        lite.run(&rows);
        let tables = Self::tables(&lite);
        let mut base = Self { lite, tables, allowed: BTreeMap::new() };
        base.name_all();
        base.allowed = base.counted(&[]);
        base
    }

    /// The tables with their text columns and live rows.
    fn tables(lite: &Lite) -> Vec<(String, Vec<String>, Vec<i64>)> {
        let connection = lite.connection();
        let all = |sql: &str| -> Vec<String> {
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get::<_, String>(0));
            rows.unwrap().map(Result::unwrap).collect()
        };
        let schema = convert(&fixture_text("schema.sql"));
        let mut tables = Vec::new();
        for table in all("SELECT name FROM sqlite_master WHERE type='table'") {
            assert!(schema.contains(&format!("`{table}`")), "{table}");
            let columns = all(&format!(
                "SELECT name FROM pragma_table_info('{table}') WHERE \
                 lower(type) LIKE '%char%' OR lower(type) LIKE '%text%'"
            ));
            let dead = all(&format!(
                "SELECT name FROM pragma_table_info('{table}') \
                 WHERE name = 'deleted_at'"
            ));
            let live = match dead.is_empty() {
                true => "",
                false => "WHERE deleted_at IS NULL",
            };
            let ids = all(&format!("SELECT '' || id FROM {table} {live}"));
            let ids = ids.iter().map(|id| id.parse().unwrap()).collect();
            tables.push((table, columns, ids));
        }
        tables
    }

    /// Lets the root texts name every text column, in a string and in a
    /// comment.
    fn name_all(&self) {
        let mut number = 0;
        for (file, tables) in NAMED {
            let mut text = String::new();
            for (table, index) in tables {
                let (_, columns, _) =
                    self.tables.iter().find(|t| t.0 == *table).unwrap();
                for column in columns {
                    number += 1;
                    let value = format!("{{{table}.{column}.{index}}}");
                    text += &format!(
                        "\n/* {value} */\nSnmpMibObject \
                         .1.3.6.1.4.1.99999.1.{number} String \"{value}\" ;"
                    );
                }
            }
            let connection = self.lite.connection();
            connection
                .execute(
                    "UPDATE configfile SET text = text || ?1 WHERE id = ?2",
                    (text, file),
                )
                .unwrap();
        }
    }

    /// A copy with values in some places.
    fn with(&self, hits: &[Hit], machine: &mut Machine) {
        let path = machine.dir.path().join("nms.sqlite");
        let source = self.lite.url();
        let source = source.strip_prefix("sqlite:").unwrap();
        std::fs::copy(source, &path).unwrap();
        let mut connection = rusqlite::Connection::open(&path).unwrap();
        let all = connection.transaction().unwrap();
        for hit in hits {
            let sql = format!(
                "UPDATE {} SET {} = ?1 WHERE id = ?2",
                hit.table, hit.column
            );
            all.execute(&sql, (&hit.value, hit.id)).unwrap();
        }
        all.commit().unwrap();
        machine.db = format!("sqlite:{}", path.display());
    }

    /// The statements of each output with these harmless values.
    fn counted(&self, hits: &[Hit]) -> BTreeMap<String, Counts> {
        let mut all = BTreeMap::new();
        for (name, bytes) in self.run(hits).1 {
            let counts = reader::count(&name, &bytes)
                .unwrap_or_else(|fault| panic!("{name}: {fault}"));
            let _ = all.insert(name, counts);
        }
        all
    }

    /// Makes everything with these values; how it ended, and the outputs.
    fn run(&self, hits: &[Hit]) -> (String, BTreeMap<String, Vec<u8>>) {
        let mut machine = Machine::in_memory("", "master");
        machine.firmware();
        self.with(hits, &mut machine);
        let ended = machine.run(&["rebuild", "--force"]);
        let shown = format!("{}{}", ended.out, ended.err);
        assert!([0, 1, 3].contains(&ended.code), "{hits:?}: {ended:?}");
        let raw = |c: char| {
            (c.is_control() && c != '\n' && c != '\t') || "\u{202e}".contains(c)
        };
        assert!(!shown.contains(raw), "{hits:?}: {shown:?}");
        (shown, outputs(&machine.root()))
    }

    /// Whether an output has fewer statements than without hostile values.
    fn lost(&self, outputs: &BTreeMap<String, Vec<u8>>) -> bool {
        let sum = |counts: &Counts| counts.values().sum::<usize>();
        self.allowed.iter().any(|(name, known)| {
            let bytes = outputs.get(name).map_or(&[][..], Vec::as_slice);
            let counts = reader::count(name, bytes).unwrap_or_default();
            sum(&counts) < sum(known)
        })
    }

    /// What came in with these values, in words: what stands neither in the
    /// outputs of the network itself, nor in those with harmless values in
    /// the same places, where NULL was before.
    fn faults(&self, hits: &[Hit]) -> Vec<String> {
        let (said, outputs) = self.run(hits);
        let told = hits.iter().any(|hit| said.contains(&hit.table));
        if !told && self.lost(&outputs) {
            return vec![format!("something went without a word: {hits:?}")];
        }
        let mut faults = surplus(&outputs, &[&self.allowed]);
        if faults.iter().any(|(_, fault)| fault.is_none()) {
            let harmless: Vec<Hit> = hits.iter().map(Hit::harmless).collect();
            let more = self.counted(&harmless);
            faults = surplus(&outputs, &[&self.allowed, &more]);
        }
        let words = |(name, fault): (String, Option<String>)| {
            let text = String::from_utf8_lossy(&outputs[&name]);
            let text: String = text.chars().take(3000).collect();
            let hits = format!("{hits:?}");
            format!("{name}: {fault:?}\n{hits:.2000}\n{text}")
        };
        faults.into_iter().map(words).collect()
    }
}

/// Outputs that are not whole, with what is wrong, and those that have more
/// statements of a kind than each of some others.
fn surplus(
    outputs: &BTreeMap<String, Vec<u8>>,
    allowed: &[&BTreeMap<String, Counts>],
) -> Vec<(String, Option<String>)> {
    let most = |name: &str, key: &str| {
        let one =
            |all: &&BTreeMap<String, Counts>| all.get(name)?.get(key).copied();
        allowed.iter().filter_map(one).max().unwrap_or(0)
    };
    let mut faults = Vec::new();
    for (name, bytes) in outputs {
        match reader::count(name, bytes) {
            Err(fault) => faults.push((name.clone(), Some(fault))),
            Ok(counts) => {
                if counts.iter().any(|(key, n)| *n > most(name, key)) {
                    faults.push((name.clone(), None));
                }
            }
        }
    }
    faults
}

/// A value for a place.
#[derive(Debug, Clone)]
struct Hit {
    table: String,
    column: String,
    id: i64,
    value: String,
}

impl Hit {
    /// A harmless value for the same place.
    fn harmless(&self) -> Self {
        Self { value: format!("x{}", self.id), ..self.clone() }
    }
}

/// The outputs below a root; what is kept of runs is none.
fn outputs(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = tree::read(root);
    all.retain(|name, _| {
        let ours = ["var/lib/provha/", "run/", "tftpboot/fw/"];
        let given = name == "tftpboot/keyfile";
        !given && !ours.iter().any(|dir| name.starts_with(dir))
    });
    all
}

/// Each string for each column of tables, one value a row and run.
fn runs(base: &Base, tables: &dyn Fn(&str) -> bool) -> Vec<Vec<Hit>> {
    let strings = strings();
    let mut runs = Vec::new();
    for (table, columns, ids) in &base.tables {
        if !tables(table) || ids.is_empty() {
            continue;
        }
        let pairs: Vec<(&String, &String)> = strings
            .iter()
            .flat_map(|value| columns.iter().map(move |c| (c, value)))
            .filter(|(c, _)| !STATEMENTS.contains(&(&**table, &***c)))
            .collect();
        for part in pairs.chunks(ids.len()) {
            let hit =
                |(at, (column, value)): (usize, &(&String, &String))| Hit {
                    table: table.clone(),
                    column: (*column).clone(),
                    id: ids[(at + runs.len()) % ids.len()],
                    value: (*value).clone(),
                };
            let hits = part.iter().enumerate().map(hit).collect();
            runs.push(hits);
        }
    }
    runs
}

/// Does something with each of some values, four at a time.
fn in_threads<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let _ = scope.spawn(|| {
                while let Some(one) =
                    all.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    work(one);
                }
            });
        }
    });
}

/// Runs all, or the sample of a quick test, and asserts that nothing came in;
/// how many values there were.
#[track_caller]
fn all(base: &Base, runs: &[Vec<Hit>], sample: usize) -> usize {
    let long = std::env::var_os("PROVHA_DRILL").is_some();
    let step = if long { 1 } else { (runs.len() / sample).max(1) };
    let chosen: Vec<&Vec<Hit>> = runs.iter().step_by(step).collect();
    let faults = Mutex::new(Vec::new());
    in_threads(&chosen, |hits| {
        // Twenty say enough.
        if faults.lock().unwrap().len() < 20 {
            let more = base.faults(hits);
            faults.lock().unwrap().extend(more);
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    let values = chosen.iter().map(|hits| hits.len()).sum();
    println!("{} runs, {values} values", chosen.len());
    values
}

/// Statements that no text of a pool may bring.
const FORBIDDEN: [&str; 16] = [
    "execute(\"evil\");",
    "on commit { execute(\"evil\"); }",
    "key evil { algorithm hmac-md5; secret ZXZpbA==; }",
    "zone evil. { primary 6.6.6.6; }",
    "host evil { hardware ethernet 02:00:00:00:66:66; }",
    "class \"evil\" { match if exists evil; }",
    "subclass \"evil\" 1:02:00:00:00:66:66;",
    "include \"/etc/shadow\";",
    "set evil = \"1\";",
    "log(info, \"evil\");",
    "if exists agent.circuit-id { execute(\"evil\"); }",
    "group { include \"/etc/shadow\"; }",
    "lease-file-name \"/etc/evil\";",
    "omapi-port 6666;",
    "eval \"evil\";",
    "shared-network evil { }",
];

/// How it may try not to be seen.
const DISGUISES: [fn(&str) -> String; 20] = [
    |bad| bad.into(),
    str::to_uppercase,
    |bad| format!("\u{a0}{bad}"),
    |bad| format!("\u{2028}\u{3000}{bad}"),
    |bad| format!("\u{feff}{bad}"),
    |bad| bad.replace(' ', "\u{a0}"),
    |bad| bad.replace(' ', "\t\u{b}\u{c}"),
    |bad| format!("option ntp-servers 1.2.3.4;\r{bad}"),
    |bad| format!("# c\n{bad}"),
    |bad| format!("# \"\n{bad}#\""),
    |bad| format!("option domain-name \"a\\\\\"; {bad}"),
    |bad| format!("option domain-name \"a\n\"; {bad}"),
    |bad| format!("option domain-name \"{}\"; {bad}", "y".repeat(70_000)),
    |bad| format!("{} {bad}", "x".repeat(70_000)),
    |bad| format!("\0{bad}"),
    |bad| format!("option\0ntp-servers 1.2.3.4; {bad}"),
    |bad| format!("{}{bad}{}", "{".repeat(200), "}".repeat(200)),
    |bad| format!("}}\n{bad}\n{{"),
    |bad| format!("/* */ {bad}"),
    |bad| format!("default-lease-time 600{bad}"),
];

#[test]
fn no_text_of_a_pool_brings_what_is_not_allowed() {
    let small = "DELETE FROM modem; DELETE FROM mta; DELETE FROM endpoint;";
    let mut base = Base::new(small);
    let pools = base.tables.iter().find(|table| table.0 == "ippool").unwrap();
    let pools = pools.2.clone();
    let hit = |id: i64, value: String| Hit {
        table: "ippool".into(),
        column: "optional".into(),
        id,
        value,
    };
    // What is allowed may come.
    let good = "option ntp-servers 1.2.3.4; option domain-name \"a\";";
    let good: Vec<Hit> = pools.iter().map(|id| hit(*id, good.into())).collect();
    for (name, counts) in base.counted(&good) {
        let known = base.allowed.entry(name).or_default();
        for (key, number) in counts {
            let most = known.entry(key).or_default();
            *most = number.max(*most);
        }
    }
    let texts = FORBIDDEN
        .iter()
        .flat_map(|bad| DISGUISES.iter().map(|disguise| disguise(bad)));
    let texts: Vec<String> = texts.collect();
    let runs: Vec<Vec<Hit>> = texts
        .chunks(pools.len())
        .map(|part| pools.iter().zip(part).map(|(id, t)| hit(*id, t.clone())))
        .map(Iterator::collect)
        .collect();
    let values = all(&base, &runs, 12);
    assert!(values >= 100, "{values}");
}

/// Tables with one row, which a small network is enough for.
const SINGLE: [&str; 4] = ["provbase", "provha", "provvoip", "global_config"];

#[test]
fn no_value_of_a_device_or_a_pool_adds_a_statement() {
    let base = Base::new("");
    let runs = runs(&base, &|table| !SINGLE.contains(&table));
    let values = all(&base, &runs, 24);
    assert!(values > 500, "{values}");
}

#[test]
fn no_value_of_the_settings_adds_a_statement() {
    let base = Base::new(
        "DELETE FROM modem WHERE id > 100004; DELETE FROM mta WHERE id > \
         300003; DELETE FROM endpoint WHERE id > 3;",
    );
    let runs = runs(&base, &|table| SINGLE.contains(&table));
    let values = all(&base, &runs, 40);
    assert!(values >= 40, "{values}");
}
