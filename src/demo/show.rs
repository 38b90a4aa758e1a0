//! What `demo` shows of what it made.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use comfy_table::Table;
use similar::{ChangeTag, TextDiff};

use crate::console::count;
use crate::docsis::Mib;
use crate::docsis::decode;
use crate::report;
use crate::system::files;
use crate::system::files::Doing;

/// The modem that is shown.
pub const MODEM: u32 = 100_006;
/// Changed lines of a file that are shown.
const MOST_LINES: usize = 8;

/// All of it: both machines, what differs, one modem.
pub fn all(out: &Path) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    made(out, &mut text)?;
    differences(out, &mut text)?;
    one_modem(out, &mut text)?;
    Ok(text)
}

/// A table of what was made.
fn made(out: &Path, text: &mut Vec<u8>) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::ASCII_MARKDOWN);
    table.set_header(["", "master", "slave"]);
    let lines = |role: &str, name: &str, what: &str| {
        let path = out.join(role).join("etc/dhcp-nmsprime").join(name);
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().filter(|line| line.contains(what)).count()
    };
    for (label, name, what) in [
        ("modems that dhcpd knows", "modems-host.conf", "host "),
        (
            "… whose devices get public addresses",
            "modems-clients-public.conf",
            "subclass",
        ),
        ("… that are blocked", "blocked.conf", "subclass"),
        ("telephone adapters", "mta.conf", "host "),
        ("endpoints", "endpoints-host.conf", "host "),
        ("CMTS", "cmts_gws.conf", "include"),
    ] {
        let cell = |role| lines(role, name, what).to_string();
        table.add_row([label.into(), cell("master"), cell("slave")]);
    }
    for (label, dir) in
        [("modem files for TFTP", "cm"), ("adapter files for TFTP", "mta")]
    {
        let cell = |role: &str| {
            let dir = out.join(role).join("tftpboot").join(dir);
            files::walk(&dir).map_or(0, |names| names.len()).to_string()
        };
        table.add_row([label.into(), cell("master"), cell("slave")]);
    }
    writeln!(text, "\n== what was made ==\n{table}")?;
    Ok(())
}

/// The lines in which the two machines' files differ.
fn differences(out: &Path, text: &mut Vec<u8>) -> anyhow::Result<()> {
    let (master, slave) = (out.join("master"), out.join("slave"));
    writeln!(text, "\n== what differs (- master, + slave) ==")?;
    let skip = |name: &String| {
        !name.starts_with("run/") && !name.starts_with("var/lib/provha/")
    };
    let all: BTreeSet<String> = files::walk(&master)?
        .into_iter()
        .chain(files::walk(&slave)?)
        .filter(skip)
        .collect();
    let (mut same, mut texts) = (0, 0);
    for name in all {
        let read = |root: &Path| fs::read(root.join(&name)).ok();
        let (old, new) = (read(&master), read(&slave));
        if old == new {
            same += 1;
            continue;
        }
        if name.starts_with("tftpboot/") {
            texts += 1;
            continue;
        }
        writeln!(text, "{name}")?;
        let lossy = |bytes: Option<Vec<u8>>| {
            String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
        };
        print_changes(&lossy(old), &lossy(new), text)?;
    }
    if texts > 0 {
        let files = count(texts, "device file");
        writeln!(text, "{files}: the SNMP managers are in another order")?;
    }
    writeln!(text, "{} the same on both", count(same, "file"))?;
    Ok(())
}

/// The first changed lines of a file.
fn print_changes(
    old: &str,
    new: &str,
    text: &mut Vec<u8>,
) -> anyhow::Result<()> {
    let diff = TextDiff::from_lines(old, new);
    let changes: Vec<_> = diff
        .iter_all_changes()
        .filter(|change| change.tag() != ChangeTag::Equal)
        .collect();
    for change in changes.iter().take(MOST_LINES) {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            _ => '+',
        };
        let line = report::mask(change.value().trim());
        writeln!(text, "  {sign} {line}")?;
    }
    if changes.len() > MOST_LINES {
        writeln!(text, "  … {} more lines", changes.len() - MOST_LINES)?;
    }
    Ok(())
}

/// One modem: its host line, its text, its binary.
fn one_modem(out: &Path, text: &mut Vec<u8>) -> anyhow::Result<()> {
    let root = out.join("master");
    let read = |name: &str| {
        let path = root.join(name);
        fs::read(&path).doing("read", &path)
    };
    let hosts = read("etc/dhcp-nmsprime/modems-host.conf")?;
    let hosts = String::from_utf8_lossy(&hosts);
    let name = format!("host cm-{MODEM} ");
    let host = hosts.lines().find(|line| line.starts_with(&name));
    writeln!(text, "\n== one modem: cm-{MODEM} ==")?;
    writeln!(text, "{}", host.unwrap_or_default())?;
    let conf = read(&format!("tftpboot/cm/cm-{MODEM}.conf"))?;
    writeln!(text, "\ntftpboot/cm/cm-{MODEM}.conf")?;
    text.extend_from_slice(&conf);
    let cfg = read(&format!("tftpboot/cm/cm-{MODEM}.cfg"))?;
    let options = decode::Options::default();
    let decoded = decode::decode(&cfg, Mib::embedded(), &options);
    let decoded = String::from_utf8_lossy(&decoded.text).into_owned();
    let last: Vec<&str> = decoded.lines().rev().take(4).collect();
    writeln!(
        text,
        "\n\ntftpboot/cm/cm-{MODEM}.cfg: {} octets; its end, decoded:",
        cfg.len()
    )?;
    for line in last.into_iter().rev() {
        writeln!(text, "{line}")?;
    }
    Ok(())
}
