//! dhcpd, named, tftpd and chrony: pointed at our files.

use std::path::Path;

use crate::check::time::is_included;
use crate::render::dhcp::DIR;
use crate::setup::facts::Facts;
use crate::setup::step::{Change, State, Step};
use crate::setup::text;
use crate::setup::wish::{Family, Wish};

/// Where Debian's init script of dhcpd takes its variables from.
const DHCPD_DEFAULTS: &str = "/etc/default/isc-dhcp-server";
/// Those of named: Debian, RHEL-likes.
const NAMED_DEFAULTS: (&str, &str) =
    ("/etc/default/named", "/etc/sysconfig/named");
/// Those of tftpd-hpa.
const TFTPD_DEFAULTS: &str = "/etc/default/tftpd-hpa";
/// tftpd of an xinetd.
const TFTPD_XINETD: &str = "/etc/xinetd.d/tftp";
/// Its drop-in.
const TFTPD_DROP_IN: &str = "/etc/systemd/system/tftp.service.d/provha.conf";
/// Where units are, the ones that win first (systemd.unit(5)).
const UNIT_DIRS: [&str; 3] =
    ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

/// The paths that they look at.
pub fn paths(wish: &Wish) -> Vec<String> {
    let mut paths: Vec<String> = [
        DHCPD_DEFAULTS,
        NAMED_DEFAULTS.0,
        NAMED_DEFAULTS.1,
        TFTPD_DEFAULTS,
        TFTPD_XINETD,
        TFTPD_DROP_IN,
        wish.key("PROVHA__CHRONY_MAIN_CONF"),
        wish.key("PROVHA__TFTP_DIR"),
    ]
    .map(str::to_string)
    .to_vec();
    let unit = wish.unit("PROVHA__DHCPD_UNIT");
    paths.extend(UNIT_DIRS.map(|dir| format!("{dir}/{unit}")));
    paths.push(drop_in(wish));
    paths
}

/// Our drop-in of dhcpd's unit.
fn drop_in(wish: &Wish) -> String {
    let unit = wish.unit("PROVHA__DHCPD_UNIT");
    format!("/etc/systemd/system/{unit}.d/provha.conf")
}

/// The last command that starts a unit; None: there is no such unit.
fn starts_with(facts: &Facts, unit: &str) -> Option<String> {
    let paths = UNIT_DIRS.map(|dir| format!("{dir}/{unit}"));
    let path = paths.iter().find(|path| facts.has(path))?;
    let text = facts.text(path).replace("\\\n", " ");
    text::assigned(&text, "ExecStart")
}

/// dhcpd with our dhcpd.conf.
pub fn dhcpd(facts: &Facts, wish: &Wish) -> Step {
    let name = "dhcpd";
    let why = "it loads the set that provha makes";
    let conf = format!("{DIR}/dhcpd.conf");
    let unit = starts_with(facts, &wish.unit("PROVHA__DHCPD_UNIT"));
    if wish.family == Family::Debian && unit.is_none() {
        let mut new = facts.text(DHCPD_DEFAULTS);
        new = text::assign(&new, "DHCPDv4_CONF", &conf);
        let mut what = format!("set DHCPDv4_CONF={conf} in {DHCPD_DEFAULTS}");
        let empty = |text: &str| {
            let now = text::assigned(text, "INTERFACESv4");
            now.is_none_or(|now| now.is_empty())
        };
        if let Some(interface) =
            wish.interface.as_deref().filter(|_| empty(&new))
        {
            let value = format!("\"{interface}\"");
            new = text::assign(&new, "INTERFACESv4", &value);
            what += &format!(", and INTERFACESv4={interface}");
        }
        let file = Change::file(DHCPD_DEFAULTS, new);
        return Step::new(name, what, why, facts, vec![file]);
    }
    let usual =
        "/usr/sbin/dhcpd -f -user dhcpd -group dhcpd --no-pid $DHCPDARGS";
    let start = unit.unwrap_or_else(|| usual.into());
    let path = drop_in(wish);
    let what = format!("start dhcpd with -cf {conf} ({path})");
    let words: Vec<&str> = start.split_whitespace().collect();
    if let Some(at) = words.iter().position(|word| *word == "-cf")
        && words.get(at + 1) == Some(&&*conf)
        && !facts.has(&path)
    {
        return Step::idle(name, what, why, State::Done);
    }
    let start = place_option(&words, "-cf", &conf);
    let text = format!(
        "# made by provha setup\n[Service]\nExecStart=\nExecStart={start}\n"
    );
    Step::new(name, what, why, facts, vec![Change::file(path, text)])
        .run("systemctl daemon-reload")
}

/// A command with an option: replaced where it is, else right after the
/// program, for interfaces stand at the end.
fn place_option(words: &[&str], name: &str, value: &str) -> String {
    let mut words = words.to_vec();
    match words.iter().rposition(|word| *word == name) {
        Some(at) if at + 1 < words.len() => words[at + 1] = value,
        _ => {
            let at = 1.min(words.len());
            words.splice(at..at, [name, value]);
        }
    }
    words.join(" ")
}

/// named with our configuration.
pub fn named(facts: &Facts, wish: &Wish) -> Step {
    let why = "it serves the zones of modems, adapters and customers";
    let conf = wish.key("PROVHA__NAMED_CONF");
    let path = wish.by(NAMED_DEFAULTS.0, NAMED_DEFAULTS.1);
    let old = facts.text(path);
    let (new, what) = match wish.family {
        Family::Debian => {
            let options = text::assigned(&old, "OPTIONS");
            let options = options.unwrap_or_else(|| "-u bind".into());
            let options = text::option(&options, "-c", conf);
            let value = format!("\"{options}\"");
            let what =
                format!("start named with -c {conf} (OPTIONS in {path})");
            (text::assign(&old, "OPTIONS", &value), what)
        }
        Family::Rhel => {
            let what = format!("set NAMEDCONF={conf} in {path}");
            let value = format!("\"{conf}\"");
            match text::assigned(&old, "NAMEDCONF").as_deref() == Some(conf) {
                true => (old, what),
                false => (text::assign(&old, "NAMEDCONF", &value), what),
            }
        }
    };
    Step::new("named", what, why, facts, vec![Change::file(path, new)])
}

/// tftpd with the root of the device files, and its log.
pub fn tftpd(facts: &Facts, wish: &Wish) -> Step {
    let name = "tftpd";
    let why = "modems load their files from it; its log says which and when";
    let dir = wish.key("PROVHA__TFTP_DIR");
    let root = Change::dir(dir, 0o755);
    if facts.has(TFTPD_XINETD) {
        let new = xinetd(&facts.text(TFTPD_XINETD), dir);
        let what = format!("tftpd of xinetd: root {dir}, verbose");
        let changes = vec![root, Change::file(TFTPD_XINETD, new)];
        return Step::new(name, what, why, facts, changes)
            .run("systemctl restart xinetd");
    }
    if wish.family == Family::Rhel {
        let text = format!(
            "# made by provha setup\n[Service]\nExecStart=\n\
             ExecStart=/usr/sbin/in.tftpd --secure --verbose {dir}\n"
        );
        let what = format!("tftpd: root {dir}, verbose ({TFTPD_DROP_IN})");
        let changes = vec![root, Change::file(TFTPD_DROP_IN, text)];
        return Step::new(name, what, why, facts, changes)
            .run("systemctl daemon-reload");
    }
    let mut new = facts.text(TFTPD_DEFAULTS);
    for (key, value) in [("TFTP_USERNAME", "tftp"), ("TFTP_ADDRESS", ":69")] {
        if text::assigned(&new, key).is_none() {
            new = text::assign(&new, key, &format!("\"{value}\""));
        }
    }
    let options = text::assigned(&new, "TFTP_OPTIONS").unwrap_or_default();
    let options = text::flag(&options, &["--secure", "-s"]);
    let options = text::flag(&options, &["--verbose", "-v", "-vv", "-vvv"]);
    for (key, value) in [("TFTP_DIRECTORY", dir), ("TFTP_OPTIONS", &*options)] {
        if text::assigned(&new, key).as_deref() != Some(value) {
            new = text::assign(&new, key, &format!("\"{value}\""));
        }
    }
    let what = format!("tftpd: root {dir}, --verbose ({TFTPD_DEFAULTS})");
    let changes = vec![root, Change::file(TFTPD_DEFAULTS, new)];
    Step::new(name, what, why, facts, changes)
        .run("systemctl try-restart tftpd-hpa")
}

/// The service file of an xinetd with another root, verbose and not disabled.
fn xinetd(text: &str, dir: &str) -> String {
    let set = |line: &str| {
        let Some((key, _)) = line.split_once('=') else {
            return line.to_string();
        };
        match key.trim() {
            "server_args" => format!("{key}= -s -v {dir}\n"),
            "disable" => format!("{key}= no\n"),
            _ => line.to_string(),
        }
    };
    text.split_inclusive('\n').map(set).collect()
}

/// chrony, which must read our part.
pub fn chrony(facts: &Facts, wish: &Wish) -> Step {
    let name = "chrony";
    let why = "modems get the time, and failover needs equal clocks";
    let main = wish.key("PROVHA__CHRONY_MAIN_CONF");
    let part = wish.key("PROVHA__CHRONY_CONF");
    let what = format!("have {main} read {part}");
    if !facts.has(main) {
        let how = "install chrony, then run setup again".to_string();
        return Step::idle(name, what, why, State::ByHand(how));
    }
    let old = facts.text(main);
    if is_included(&old, Path::new(part)) {
        return Step::idle(name, what, why, State::Done);
    }
    let dir = Path::new(part).parent().unwrap_or(Path::new("/")).display();
    let new = text::append(&old, &format!("include {dir}/*.conf"));
    Step::new(name, what, why, facts, vec![Change::file(main, new)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xinetd_keeps_its_other_lines() {
        let text = "service tftp\n{\n\tserver_args = -s /var\n\tdisable = yes\n\tuser = root\n}\n";
        let new = xinetd(text, "/tftpboot");
        assert!(new.contains("\tserver_args = -s -v /tftpboot\n"), "{new}");
        assert!(new.contains("\tdisable = no\n\tuser = root\n"), "{new}");
        assert_eq!(xinetd(&new, "/tftpboot"), new);
    }

    #[test]
    fn an_option_is_replaced_or_comes_before_the_interfaces() {
        let place = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            place_option(&words, "-cf", "/x")
        };
        assert_eq!(place("dhcpd -cf /y eth0"), "dhcpd -cf /x eth0");
        assert_eq!(place("dhcpd -f eth0"), "dhcpd -cf /x -f eth0");
    }
}
