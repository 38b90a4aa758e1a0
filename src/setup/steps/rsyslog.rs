//! rsyslog: what the pair says of itself in one file on both machines, what
//! devices send, and what tftpd served.

use crate::setup::facts::Facts;
use crate::setup::step::{Change, State, Step};
use crate::setup::wish::Wish;

const DIR: &str = "/etc/rsyslog.d";
const MAIN: &str = "/etc/rsyslog.conf";
const FILE: &str = "/etc/rsyslog.d/failover.conf";
const ROTATE_DIR: &str = "/etc/logrotate.d";
const ROTATE: &str = "/etc/logrotate.d/provha-setup";
const LOGS: &str = "/var/log/provha";

/// The paths that it looks at.
pub fn paths() -> Vec<String> {
    [DIR, MAIN, FILE, ROTATE_DIR, ROTATE, LOGS].map(str::to_string).to_vec()
}

/// Whether rsyslog listens to the network already.
fn listens(main: &str) -> bool {
    let live = main.lines().map(str::trim).filter(|l| !l.starts_with('#'));
    live.into_iter().any(|line| line.contains("imudp"))
}

/// The rules.
fn rules(wish: &Wish, listens: bool) -> String {
    let mut text = String::from(
        "# made by provha setup\n\
         template(name=\"provha\" type=\"list\") {\n\
         \tproperty(name=\"timereported\" dateFormat=\"rfc3339\")\n\
         \tconstant(value=\" \")\n\tproperty(name=\"fromhost-ip\")\n\
         \tconstant(value=\" \")\n\tproperty(name=\"syslogtag\")\n\
         \tproperty(name=\"msg\" spifno1stsp=\"on\")\n\
         \tproperty(name=\"msg\" droplastlf=\"on\")\n\
         \tconstant(value=\"\\n\")\n}\n",
    );
    let write = |name: &str| {
        format!(
            "action(type=\"omfile\" file=\"{LOGS}/{name}.log\" \
             template=\"provha\" fileCreateMode=\"0640\")"
        )
    };
    if let Some(peer) = wish.peer {
        text += &format!(
            "\n# What the two dhcpd say of each other, from both machines.\n\
             if $programname == \"dhcpd\" and $msg contains \"failover\" then {{\n\
             \t{}\n\tif $fromhost-ip == \"127.0.0.1\" then {{\n\
             \t\taction(type=\"omfwd\" target=\"{peer}\" port=\"514\" \
             protocol=\"udp\")\n\t}}\n}}\n",
            write("failover")
        );
    }
    text += &format!(
        "\n# Which file went to which device.\n\
         if $programname == \"in.tftpd\" then {{\n\t{}\n}}\n",
        write("tftpd")
    );
    if listens {
        return text;
    }
    let peer = wish.peer.map_or(String::new(), |peer| {
        format!(
            "\tif $fromhost-ip == \"{peer}\" then {{\n\t\t{}\n\t\tstop\n\t}}\n",
            write("failover")
        )
    });
    text += &format!(
        "\n# Modems (option log-servers) and the peer send to UDP 514.\n\
         module(load=\"imudp\")\n\
         ruleset(name=\"provha\") {{\n{peer}\t{}\n}}\n\
         input(type=\"imudp\" port=\"514\" ruleset=\"provha\")\n",
        write("devices")
    );
    text
}

/// The step.
pub fn step(facts: &Facts, wish: &Wish) -> Step {
    let name = "rsyslog";
    let what = format!("write {FILE}: logs in {LOGS}");
    let why = "what happened to the pair can be read on either machine";
    if !facts.has(DIR) {
        let text = "there is no rsyslog here (journald has the logs)";
        return Step::idle(name, what, why, State::Idle(text.into()));
    }
    let rules = rules(wish, listens(&facts.text(MAIN)));
    let mut changes = vec![Change::dir(LOGS, 0o750), Change::file(FILE, rules)];
    if facts.has(ROTATE_DIR) {
        let text = format!(
            "# made by provha setup\n{LOGS}/failover.log {LOGS}/tftpd.log \
             {LOGS}/devices.log {{\n\tdaily\n\trotate 14\n\tcompress\n\
             \tdelaycompress\n\tmissingok\n\tnotifempty\n\tsharedscripts\n\
             \tpostrotate\n\t\tpkill -HUP -x rsyslogd || true\n\
             \tendscript\n}}\n"
        );
        changes.push(Change::file(ROTATE, text));
    }
    Step::new(name, what, why, facts, changes)
        .run("systemctl try-restart rsyslog")
}
