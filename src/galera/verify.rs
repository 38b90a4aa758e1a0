//! Compares the data of all nodes, table by table.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::cluster::remote::quoted;
use crate::galera::collect::Asker;
use crate::galera::script::Paths;

/// How often it is asked again: applications may write while it is compared.
const TRIES: usize = 5;
/// Between two comparisons.
const PAUSE: Duration = Duration::from_secs(1);

/// Checksums by the names of tables.
type Sums = BTreeMap<String, String>;

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// So many tables are equal on so many nodes.
    Equal(usize, usize),
    /// These tables differ.
    Differ(Vec<String>),
}

/// Compares the nodes of these places in the list.
///
/// # Errors
/// A node could not be asked.
pub fn compare(asker: &Asker<'_>, nodes: &[usize]) -> Result<Compared, String> {
    let mut tries = 1;
    loop {
        let sums = all(asker, nodes)?;
        let differ = different(&sums);
        let tables = sums.first().map_or(0, BTreeMap::len);
        if differ.is_empty() {
            return Ok(Compared::Equal(tables, nodes.len()));
        }
        if tries == TRIES {
            return Ok(Compared::Differ(differ));
        }
        tries += 1;
        std::thread::sleep(PAUSE);
    }
}

/// The checksums of all nodes.
fn all(asker: &Asker<'_>, nodes: &[usize]) -> Result<Vec<Sums>, String> {
    std::thread::scope(|scope| {
        let ask = |at: &usize| {
            let node = &asker.nodes.all[*at];
            scope.spawn(move || {
                let client = Paths::find(asker.settings, node.own).client;
                let script = script(&client);
                let limit = asker.timeout;
                let said = asker.remote.run(node.place(), &script, limit);
                let failed = |why| format!("{}: {why}", node.name);
                let said = said.map_err(failed)?;
                match said.code {
                    0 => Ok(sums(&said.out)),
                    _ => Err(format!("{}: {}", node.name, said.last())),
                }
            })
        };
        let asked: Vec<_> = nodes.iter().map(ask).collect();
        let words = "asking does not panic";
        asked.into_iter().map(|t| t.join().expect(words)).collect()
    })
}

/// The script that prints a checksum a table; what the cluster committed
/// before is waited for.
fn script(client: &str) -> String {
    let list = "SELECT CONCAT('CHECKSUM TABLE `', REPLACE(table_schema, '`', \
        '``'), '`.`', REPLACE(table_name, '`', '``'), '`;') FROM \
        information_schema.tables WHERE table_type = 'BASE TABLE' AND \
        table_schema NOT IN ('mysql', 'information_schema', \
        'performance_schema', 'sys') ORDER BY table_schema, table_name";
    format!(
        "set -o pipefail\n{{ echo 'SET SESSION wsrep_sync_wait = 1;'; \
         {client} -N -B -r -e {}; }} | {client} -N -B -r\n",
        quoted(list)
    )
}

/// The checksums of a node.
fn sums(text: &str) -> Sums {
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines.map(|(table, sum)| (table.into(), sum.into())).collect()
}

/// The tables that are not the same everywhere.
fn different(all: &[Sums]) -> Vec<String> {
    let names: BTreeSet<&String> =
        all.iter().flat_map(BTreeMap::keys).collect();
    let differs = |name: &&&String| {
        let of: BTreeSet<_> = all.iter().map(|sums| sums.get(**name)).collect();
        of.len() > 1
    };
    names.iter().filter(differs).map(|name| (*name).clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_differ_or_are_missing() {
        let one = sums("nms.a\t1\nnms.b\t2\nnms.c\t3\n");
        let other = sums("nms.a\t1\nnms.b\t9\n");
        assert_eq!(different(&[one.clone(), other]), ["nms.b", "nms.c"]);
        assert!(different(&[one.clone(), one]).is_empty());
        assert!(different(&[]).is_empty());
    }
}
