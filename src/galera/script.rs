//! The scripts that run on nodes. Each is bash, goes in by stdin, and names
//! nothing secret.

use crate::cluster::remote::quoted;
use crate::config::Settings;
use crate::galera::position::{NO_STATE, Position};

/// What the scripts need to know about a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// MariaDB's data directory.
    pub data: String,
    /// Galera's saved state.
    pub grastate: String,
    /// The server program.
    pub server: String,
    /// The administrator's SQL client.
    pub client: String,
    /// Starts, stops and bootstraps, with their place holders.
    pub start: String,
    /// Stops the server.
    pub stop: String,
    /// Starts it as the first of a cluster.
    pub bootstrap: String,
}

impl Paths {
    /// By the settings; `own`: on this machine, below its root.
    pub fn find(settings: &Settings, own: bool) -> Self {
        let path = |key: &str| match own {
            true => settings.path(key).display().to_string(),
            false => settings.text(key).to_string(),
        };
        let data = path("PROVHA__GALERA_DATA_DIR");
        let grastate = match settings.text("PROVHA__GALERA_GRASTATE") {
            "" => format!("{data}/grastate.dat"),
            _ => path("PROVHA__GALERA_GRASTATE"),
        };
        let command = |key: &str| {
            settings
                .command(key, "PROVHA__GALERA_UNIT")
                .unwrap_or("true".into())
        };
        Self {
            data,
            grastate,
            server: command("PROVHA__GALERA_SERVER"),
            client: command("PROVHA__GALERA_CLIENT"),
            start: command("PROVHA__GALERA_START"),
            stop: command("PROVHA__GALERA_STOP"),
            bootstrap: command("PROVHA__GALERA_BOOTSTRAP"),
        }
    }

    /// What every script begins with. A server works in its data directory
    /// (chdir), which tells it from others without systemd; a zombie works
    /// nowhere. No program is started a process: a busy machine has hundreds.
    fn head(&self) -> String {
        format!(
            "data=$(readlink -f {data} || echo {data})\ngrastate={grastate}\n\
             running() {{\n  for p in /proc/[0-9]*; do\n    \
             [ $p/cwd -ef \"$data\" ] || continue\n    \
             read -r comm 2>/dev/null <$p/comm || continue\n    \
             case $comm in\n      \
             mariadbd*|mysqld*) pid=${{p#/proc/}}; return 0;;\n    \
             esac\n  done\n  return 1\n}}\n",
            data = quoted(&self.data),
            grastate = quoted(&self.grastate),
        )
    }

    /// Tells what the node knows: sections that [`crate::galera::facts::read`]
    /// reads. `deep`: the position of a stopped node's data, too, which may
    /// take as long as crash recovery does.
    pub fn look(&self, deep: bool) -> String {
        let recover = match deep {
            true => format!(
                "  echo '=recover'\n  {server} --wsrep-recover \
                 --disable-log-error 2>&1 | grep -aE 'WSREP|ERROR' | tail -n 20\n  \
                 echo '=settings'\n  {server} --verbose --help 2>/dev/null | \
                 grep -a '^innodb-flush-log-at-trx-commit' | head -n 1\n",
                server = self.server
            ),
            false => "  :\n".into(),
        };
        format!(
            "{head}echo '=grastate'; head -c 4096 \"$grastate\" 2>/dev/null\n\
             echo; echo '=view'; head -c 65536 \"$data/gvwstate.dat\" \
             2>/dev/null\n\
             echo; echo '=data'; [ -e \"$data/ibdata1\" ] && echo yes\n\
             echo '=databases'; for d in \"$data\"/*/; do\n  \
             case $d in */mysql/|*/performance_schema/|*/sys/|*/test/|*/\\#*|\
             */lost+found/|*/\\*/) ;; *) echo \"$d\" ;; esac\ndone\n\
             if running; then\n  echo '=running'\n  \
             echo '=status'\n  {status}\nelse\n{recover}fi\necho '=end'\n",
            head = self.head(),
            status = self.sql(
                "SHOW GLOBAL STATUS LIKE 'wsrep_%'; SHOW GLOBAL VARIABLES \
                 LIKE 'innodb_flush_log_at_trx_commit'",
                3
            ),
        )
    }

    /// Runs SQL by the administrator's client, for so many seconds at most.
    pub fn sql(&self, sql: &str, seconds: u64) -> String {
        format!(
            "timeout {seconds} {} -N -B --connect-timeout=2 -e {} 2>&1",
            self.client,
            quoted(sql)
        )
    }

    /// Refuses where a server runs, and holds the node for this script: two
    /// operators on two nodes come to the same choice.
    fn alone(&self) -> String {
        format!(
            "{}exec 9>/run/provha-cluster.lock\nflock -n 9 || {{ echo 'another \
             step is under way on this node' >&2; exit 75; }}\n\
             if running; then echo \"MariaDB runs already, process \
             $pid\" >&2; exit 76; fi\n",
            self.head()
        )
    }

    /// Starts the first node of a cluster.
    pub fn first(&self, position: &Position) -> String {
        format!(
            "{}[ ! -e \"$grastate\" ] || sed -i 's/^safe_to_bootstrap:.*/\
             safe_to_bootstrap: 1/' \"$grastate\" || exit 1\n{}\n",
            self.alone(),
            filled(&self.bootstrap, Some(position))
        )
    }

    /// Starts a node; `set_aside` moves its data away before: to a directory
    /// of this name beside them.
    pub fn start(
        &self,
        position: Option<&Position>,
        set_aside: Option<&str>,
    ) -> String {
        let aside = set_aside.map_or_else(String::new, |name| {
            format!(
                "if [ -e \"$data\" ]; then\n  aside=\"$data\".{name}\n  \
                 [ ! -e \"$aside\" ] || {{ echo \"$aside exists\" >&2; exit 1; \
                 }}\n  mv -T -- \"$data\" \"$aside\" || {{ echo \"the data \
                 directory cannot be moved: a mount point? set its content \
                 aside by hand\" >&2; exit 1; }}\n  mkdir -m 700 \"$data\" && \
                 chown --reference=\"$aside\" \"$data\" && chmod \
                 --reference=\"$aside\" \"$data\" || exit 1\n\
                 fi\n"
            )
        });
        let position = position.filter(|_| set_aside.is_none());
        format!(
            "{}{aside}if [ ! -e \"$data\" ]; then mkdir -m 700 \"$data\" && \
             chown mysql: \"$data\" || exit 1; fi\n{}\n",
            self.alone(),
            filled(&self.start, position)
        )
    }

    /// Stops the server, and waits until its process is gone.
    pub fn stop(&self) -> String {
        format!(
            "{}running || exit 0\n{}\n\
             for i in $(seq 600); do running || exit 0; sleep 0.5; \
             done\necho 'MariaDB still runs' >&2\nexit 1\n",
            self.head(),
            self.stop
        )
    }

    /// Makes a running node without a primary component the primary one.
    pub fn promote(&self) -> String {
        let sql = "SET GLOBAL wsrep_provider_options='pc.bootstrap=YES'";
        format!("{}\n", self.sql(sql, 30))
    }
}

/// A command with the position filled in; without one it says 'no data'.
fn filled(command: &str, position: Option<&Position>) -> String {
    let text =
        position.map_or_else(|| format!("{NO_STATE}:-1"), ToString::to_string);
    // What it starts must not go on holding the node.
    format!("{{ {}; }} 9>&-", command.replace("%p", &text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths() -> Paths {
        Paths {
            data: "/d a".into(),
            grastate: "/d a/grastate.dat".into(),
            server: "mariadbd".into(),
            client: "mariadb".into(),
            start: "start %p".into(),
            stop: "stop".into(),
            bootstrap: "boot %p".into(),
        }
    }

    #[test]
    fn scripts_are_good_bash() {
        let position = Position { uuid: "u".into(), seqno: 7 };
        let paths = paths();
        for script in [
            paths.look(true),
            paths.look(false),
            paths.first(&position),
            paths.start(Some(&position), None),
            paths.start(None, Some("lost")),
            paths.stop(),
            paths.promote(),
        ] {
            let script = format!("{{\n{script}\nexit\n}} </dev/null\n");
            let mut bash = std::process::Command::new("bash");
            let checked = bash.args(["-n", "-c", &script]).output().unwrap();
            assert!(checked.status.success(), "{script}: {checked:?}");
        }
        assert!(paths.first(&position).ends_with("{ boot u:7; } 9>&-\n"));
        let lost = paths.start(Some(&position), Some("lost"));
        assert!(lost.contains(&format!("{{ start {NO_STATE}:-1; }}")));
    }
}
