//! Scripts on the nodes of the cluster: on this one by a shell, on another
//! one over ssh. A script goes in by stdin, so that nothing of it stands in a
//! process list.

use std::net::IpAddr;
use std::process::Command;
use std::time::Duration;

use crate::cluster::sync_settings;
use crate::context::Context;
use crate::exit::Stop;
use crate::system::process;

/// What reads the scripts.
const SHELL: [&str; 2] = ["/bin/bash", "-s"];
/// What every script begins with: the way to the programs of an
/// administrator, and words in English.
const HEAD: &str = "export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:\
    /usr/sbin:/usr/bin:/sbin:/bin\n";

/// How nodes are reached.
#[derive(Debug, Clone)]
pub struct Remote {
    way: Way,
}

/// How another node is reached.
#[derive(Debug, Clone)]
enum Way {
    /// The stock ssh: its words before the host.
    Ssh { words: Vec<String>, user: String },
    /// The operator's own command; %h is the host.
    Own(String),
}

/// Where a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On this machine.
    Here,
    /// On the machine with this address.
    At(IpAddr),
}

/// What a script came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its exit code.
    pub code: i32,
    /// Its stdout.
    pub out: String,
    /// Its stderr.
    pub err: String,
}

impl Said {
    /// What it said last, for messages; where MariaDB said `[ERROR]`, its first
    /// such line: what its scripts say after it is only where to read more.
    pub fn last(&self) -> String {
        let both = [self.err.as_str(), self.out.as_str()];
        let mut all = both.iter().flat_map(|text| text.lines());
        let reason = all.find(|line| line.contains("[ERROR]"));
        let mut last = both.iter().filter_map(|text| {
            text.lines().rev().map(str::trim).find(|line| !line.is_empty())
        });
        let line = reason.or_else(|| last.next());
        line.unwrap_or("it said nothing").trim().chars().take(300).collect()
    }
}

impl Remote {
    /// By the settings; `connect` bounds how long ssh may take to connect.
    ///
    /// # Errors
    /// Exit 3: a setting that cannot be used.
    pub fn find(
        context: &Context<'_>,
        connect: Duration,
    ) -> anyhow::Result<Self> {
        let own = context.settings.text("PROVHA__CLUSTER_SSH");
        if !own.is_empty() {
            if !own.contains("%h") {
                let place = context.settings.place("PROVHA__CLUSTER_SSH");
                let text = format!(
                    "{place}: PROVHA__CLUSTER_SSH has no %h: every \
                             node would be the same"
                );
                let hint = "such as: ssh root@%h";
                return Err(Stop::refused(text).hint(hint).into());
            }
            return Ok(Self { way: Way::Own(own.into()) });
        }
        let mut transport = sync_settings::transport(context)?;
        transport.connect_timeout = connect;
        let user = transport.user.clone();
        Ok(Self { way: Way::Ssh { words: transport.ssh_words(), user } })
    }

    /// For this machine alone.
    pub fn here() -> Self {
        Self { way: Way::Own(String::new()) }
    }

    /// The command that runs a script there, without the script.
    fn command(&self, place: Place) -> Command {
        let host = match place {
            Place::Here => {
                let mut command = Command::new(SHELL[0]);
                command.arg(SHELL[1]);
                return command;
            }
            Place::At(host) => host.to_string(),
        };
        match &self.way {
            Way::Own(line) => {
                let line = line.replace("%h", &host);
                process::shell(&format!("{line} {}", SHELL.join(" ")))
            }
            Way::Ssh { words, user } => {
                let mut command = Command::new(&words[0]);
                command.args(&words[1..]).arg(format!("{user}@{host}"));
                command.args(SHELL);
                command
            }
        }
    }

    /// The command line, for people.
    pub fn line(&self, place: Place) -> String {
        match (place, &self.way) {
            (Place::Here, _) => SHELL.join(" "),
            (Place::At(host), Way::Own(line)) => {
                let line = line.replace("%h", &host.to_string());
                format!("{line} {}", SHELL.join(" "))
            }
            (Place::At(host), Way::Ssh { user, .. }) => {
                format!("ssh {user}@{host} {}", SHELL.join(" "))
            }
        }
    }

    /// Runs a script.
    ///
    /// # Errors
    /// The node could not be reached, or was not ready in time; why.
    pub fn run(
        &self,
        place: Place,
        script: &str,
        timeout: Duration,
    ) -> Result<Said, String> {
        // Read as a whole before it begins: what it starts has no stdin.
        let text = format!("{HEAD}{{\n{script}\nexit\n}} </dev/null\n");
        let mut command = self.command(place);
        let ended = process::run_text(&mut command, &text, timeout)
            .map_err(|error| format!("{}: {error}", self.line(place)))?;
        let Some(status) = ended.status else {
            let seconds = timeout.as_secs_f64();
            return Err(format!("no answer within {seconds:.0} s"));
        };
        let said = Said {
            code: status.code().unwrap_or(-1),
            out: ended.stdout,
            err: ended.stderr,
        };
        // 255 is ssh's own; 126 and 127 before a word: there is no shell.
        let silent = said.out.is_empty() && place != Place::Here;
        if silent && matches!(said.code, 126 | 127 | 255) {
            return Err(format!("ssh: {}", said.last()));
        }
        Ok(said)
    }
}

/// A word for the shell.
pub fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-+:=@%,".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.into();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_told_before_where_to_read_more() {
        let said = |err: &str, out: &str| {
            Said { code: 1, err: err.into(), out: out.into() }.last()
        };
        assert_eq!(said("a\n b \n\n", "c"), "b");
        assert_eq!(said("", "c\nd"), "d");
        assert_eq!(said("", ""), "it said nothing");
        let full = "x\n1 [ERROR] disk full\n2 [ERROR] Aborting\n";
        assert_eq!(said("at https://x", full), "1 [ERROR] disk full");
    }

    #[test]
    fn scripts_run_with_their_words_apart() {
        let remote = Remote { way: Way::Own("env HOST=%h".into()) };
        let run = |place, script: &str| {
            remote.run(place, script, Duration::from_secs(5))
        };
        let said = run(Place::Here, "cat; echo out; echo err >&2; false");
        let said = said.unwrap();
        assert_eq!((said.code, &*said.out, &*said.err), (1, "out\n", "err\n"));
        assert_eq!(said.last(), "err");
        let there = Place::At("192.0.2.7".parse().unwrap());
        assert_eq!(run(there, "echo $HOST").unwrap().out, "192.0.2.7\n");
        assert_eq!(remote.line(there), "env HOST=192.0.2.7 /bin/bash -s");
        let late = remote.run(there, "sleep 9", Duration::from_millis(200));
        assert!(late.unwrap_err().starts_with("no answer"));
        let remote = Remote { way: Way::Own("/no/ssh %h".into()) };
        let gone = remote.run(there, "true", Duration::from_secs(5));
        assert!(gone.unwrap_err().contains("not found"));
    }

    #[test]
    fn words_for_the_shell() {
        assert_eq!(quoted("/var/lib/mysql"), "/var/lib/mysql");
        assert_eq!(quoted("a b'c"), "'a b'\\''c'");
        assert_eq!(quoted(""), "''");
    }
}
