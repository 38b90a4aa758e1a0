//! Asks all nodes at the same time.

use std::time::Duration;

use crate::cluster::nodes::{Node, Nodes};
use crate::cluster::remote::{Remote, quoted};
use crate::config::Settings;
use crate::galera::choose::Known;
use crate::galera::facts;
use crate::galera::script::Paths;

/// How long a sign of life may take.
const SIGNS: Duration = Duration::from_secs(8);

/// What is needed to ask.
pub struct Asker<'a> {
    /// The nodes.
    pub nodes: &'a Nodes,
    /// How they are reached.
    pub remote: &'a Remote,
    /// The configuration.
    pub settings: &'a Settings,
    /// How long a node may take to answer.
    pub timeout: Duration,
    /// The nodes whose data were given up.
    pub lost: &'a [usize],
}

impl Asker<'_> {
    /// What each node says, in the order of the list.
    pub fn ask(&self, deep: bool) -> Vec<Known> {
        let all = &self.nodes.all;
        let told: Vec<_> = std::thread::scope(|scope| {
            let asked: Vec<_> = all
                .iter()
                .map(|node| scope.spawn(move || self.one(node, deep)))
                .collect();
            let words = "asking does not panic";
            asked.into_iter().map(|t| t.join().expect(words)).collect()
        });
        let mut known: Vec<Known> = all
            .iter()
            .zip(told)
            .enumerate()
            .map(|(at, (node, told))| Known {
                name: node.name.clone(),
                told,
                signs: Vec::new(),
                lost: self.lost.contains(&at),
            })
            .collect();
        if deep {
            self.look_for_signs(&mut known);
        }
        known
    }

    /// What one node says.
    pub fn one(&self, node: &Node, deep: bool) -> Result<facts::Facts, String> {
        let script = Paths::find(self.settings, node.own).look(deep);
        let said = self.remote.run(node.place(), &script, self.timeout)?;
        facts::read(&said.out).map_err(|why| match said.err.is_empty() {
            true => why,
            false => format!("{why}: {}", said.last()),
        })
    }

    /// Looks, from every node that can be asked, for signs of life of those
    /// that cannot.
    fn look_for_signs(&self, known: &mut [Known]) {
        let silent: Vec<usize> =
            (0..known.len()).filter(|at| known[*at].told.is_err()).collect();
        if silent.is_empty() {
            return;
        }
        let mut found: Vec<(usize, String)> = Vec::new();
        let addresses: Vec<String> = silent
            .iter()
            .map(|at| self.nodes.all[*at].address.to_string())
            .collect();
        let ssh = self.settings.number("SLAVE_SSH_PORT");
        let script = signs(&addresses, ssh);
        for (at, node) in self.nodes.all.iter().enumerate() {
            // This machine looks, even where it is not a node of the list.
            if known[at].told.is_err() {
                continue;
            }
            let said = self.remote.run(node.place(), &script, SIGNS);
            found.extend(read_signs(
                &node.name,
                &said.map_or_else(|_| String::new(), |said| said.out),
            ));
        }
        if self.nodes.own().is_none() {
            let here = crate::cluster::remote::Place::Here;
            if let Ok(said) = self.remote.run(here, &script, SIGNS) {
                found.extend(read_signs("this machine", &said.out));
            }
        }
        for (number, sign) in found {
            if let Some(at) = silent.get(number) {
                known[*at].signs.push(sign);
            }
        }
    }
}

/// The script that looks for signs of life of other machines: a line each,
/// the number in the list and what was seen. A machine that refuses MariaDB's
/// ports lives, but its server does not: no sign.
fn signs(addresses: &[String], ssh: u64) -> String {
    let mut script = String::from(LOOK);
    for (number, address) in addresses.iter().enumerate() {
        let address = quoted(address);
        script.push_str(&format!("look {number} {address} {ssh} &\n"));
    }
    script + "wait\n"
}

/// The script that looks whether machines live at all: a line each, the
/// number in the list and what was seen.
pub fn alive(addresses: &[String], ssh: u64) -> String {
    let mut script = String::from(LOOK);
    for (number, address) in addresses.iter().enumerate() {
        let address = quoted(address);
        script.push_str(&format!("alive {number} {address} {ssh} &\n"));
    }
    script + "wait\n"
}

/// `look NUMBER HOST SSH-PORT` and `alive NUMBER HOST SSH-PORT`.
const LOOK: &str = r#"
port() {
  said=$(timeout 2 bash -c "</dev/tcp/$1/$2" 2>&1)
  case $?/$said in
    0/*) echo open ;;
    *[Rr]efused*) echo refused ;;
    *) echo silent ;;
  esac
}
alive() {
  for p in $3 3306 4567; do
    word=$(port $2 $p)
    [ $word = silent ] || { echo "$1 port $p, $word"; return; }
  done
  ! ping -n -c 2 -i 0.3 -W 1 $2 >/dev/null 2>&1 || echo "$1 answer to ping"
}
look() {
  sql=$(port $2 3306) galera=$(port $2 4567) ssh=$(port $2 $3)
  [ $sql != open ] || echo "$1 port 3306"
  [ $galera != open ] || echo "$1 port 4567"
  if [ $ssh = silent ] && ping -n -c 2 -i 0.3 -W 1 $2 >/dev/null 2>&1; then
    ssh=open
  fi
  if [ $ssh != silent ] && [ $sql/$galera = silent/silent ]; then
    echo "$1 machine, and a firewall before MariaDB"
  fi
}
"#;

/// The signs that were seen by a node.
pub fn read_signs(by: &str, text: &str) -> Vec<(usize, String)> {
    let line = |line: &str| {
        let (number, what) = line.split_once(' ')?;
        Some((number.parse().ok()?, format!("{by} sees its {what}")))
    };
    text.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_by_their_lines() {
        let seen = read_signs("n1", "0 port 3306\n1 port 4567\nnonsense\n");
        assert_eq!(seen[0], (0, "n1 sees its port 3306".to_string()));
        assert_eq!(seen[1], (1, "n1 sees its port 4567".to_string()));
        assert_eq!(seen.len(), 2);
        let script = signs(&["192.0.2.1".into()], 22);
        assert!(script.ends_with("look 0 192.0.2.1 22 &\nwait\n"));
        let mut bash = std::process::Command::new("bash");
        let checked = bash.args(["-n", "-c", &script]).output().unwrap();
        assert!(checked.status.success(), "{checked:?}");
    }
}
