//! An explanation for people.

use std::fmt::Write;

use crate::explain::result::{
    BootFile, Explained, LeaseText, Node, TextLine, Told,
};

/// The whole text. `all`: with every line of the boot file's settings.
pub fn text(found: &Explained, all: bool) -> String {
    let mut out = String::new();
    head(found, &mut out);
    let findings: Vec<String> = found.findings.iter().map(finding).collect();
    section(&mut out, "wrong with it", &findings);
    leases(&found.leases, &mut out);
    section(&mut out, "names", &found.names);
    let lines: Vec<String> = found
        .lines
        .iter()
        .map(|line| format!("{}:{}  {}", line.file, line.line, line.text))
        .collect();
    section(&mut out, "lines of dhcpd", &lines);
    nodes(&found.nodes, &mut out);
    if let Some(file) = &found.file {
        boot_file(file, all, &mut out);
    }
    let generations: Vec<String> = found
        .generations
        .iter()
        .map(|touch| {
            format!(
                "{} {} {}: {}",
                touch.number,
                local_time(touch.time),
                touch.command,
                touch.files.join(", ")
            )
        })
        .collect();
    section(&mut out, "generations that touched it", &generations);
    pending(found, &mut out);
    out
}

/// What it is.
fn head(found: &Explained, out: &mut String) {
    let Some(device) = &found.device else { return };
    let mac = device.mac.as_deref().unwrap_or("no usable MAC");
    let name = device.host_name.as_deref().unwrap_or("no host name");
    let kind = match device.kind {
        "lease" => "not in the database",
        kind => kind,
    };
    let _ = writeln!(out, "{} ({kind}): {mac}, {name}", device.name);
    let _ = writeln!(
        out,
        "  found by {}, from the {}",
        device.found_by, found.source
    );
    for related in &found.related {
        let _ = writeln!(out, "  {related}");
    }
    if !found.also.is_empty() {
        let _ = writeln!(out, "  also: {}", found.also.join("; "));
    }
}

/// A finding in a line.
fn finding(found: &crate::explain::result::FoundAt) -> String {
    let column = match found.column.is_empty() {
        true => String::new(),
        false => format!(" {}", found.column),
    };
    let left_out = if found.quarantined { " (quarantined)" } else { "" };
    format!("{} {}{column}: {}{left_out}", found.table, found.id, found.reason)
}

/// A heading with lines; nothing without lines.
fn section(out: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{heading}");
    for line in lines {
        let _ = writeln!(out, "  {line}");
    }
}

/// The leases.
fn leases(all: &[LeaseText], out: &mut String) {
    let mut lines: Vec<String> = Vec::new();
    for lease in all {
        let ends = lease.ends.map_or("never".into(), local_time);
        let word = if lease.active { "active" } else { &*lease.state };
        let mut line = format!(
            "{} {word}, last heard of {}, ends {ends}",
            lease.address,
            local_time(lease.since)
        );
        if let Some(mac) = &lease.mac {
            line += &format!(", {mac}");
        }
        if let Some(behind) = &lease.behind {
            line += &format!(", behind the modem {behind}");
        }
        if let Some(name) = &lease.client_name {
            line += &format!(", calls itself '{name}'");
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push("none in the lease file".into());
    }
    section(out, "lease", &lines);
}

/// What the nodes tell it: all of the first, and where the others differ.
fn nodes(nodes: &[Node], out: &mut String) {
    let Some((own, others)) = nodes.split_first() else { return };
    let title = |node: &Node| {
        let address = node.address.as_deref().unwrap_or("address not known");
        format!("{} ({address}, from {})", node.node, node.source)
    };
    section(out, &format!("told by {}", title(own)), &node_lines(own));
    for node in others {
        let mut lines = Vec::new();
        if node.silent != own.silent {
            let silent = node.silent.as_deref().unwrap_or("it answers");
            lines.push(silent.to_string());
        }
        for setting in &node.settings {
            if !own.settings.iter().any(|other| same(other, setting)) {
                lines.push(setting_line(setting));
            }
        }
        for setting in &own.settings {
            let there = |other: &Told| other.name == setting.name;
            if !node.settings.iter().any(there) {
                lines.push(format!("{}: not told", setting.name));
            }
        }
        if lines.is_empty() {
            lines.push("the same".into());
        }
        section(out, &format!("differently by the {}", title(node)), &lines);
    }
}

/// Whether two nodes tell the same.
fn same(one: &Told, other: &Told) -> bool {
    (&one.name, &one.value) == (&other.name, &other.value)
}

/// All that a node tells.
fn node_lines(node: &Node) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(silent) = &node.silent {
        lines.push(format!("no answer: {silent}"));
    }
    for pool in &node.pools {
        lines.push(format!("pool {pool}"));
    }
    lines.extend(node.settings.iter().map(setting_line));
    lines
}

/// A setting with its place.
fn setting_line(setting: &Told) -> String {
    let Told { name, value, file, line, scope } = setting;
    match line {
        0 => format!("{name} {value}  ({file}, {scope})"),
        line => format!("{name} {value}  ({file}:{line}, {scope})"),
    }
}

/// The boot file.
fn boot_file(file: &BootFile, all: bool, out: &mut String) {
    let mut lines = Vec::new();
    match (file.octets, file.time) {
        (Some(octets), Some(time)) => {
            lines.push(format!("{octets} octets, of {}", local_time(time)));
        }
        (Some(octets), None) => lines.push(format!("{octets} octets")),
        (None, _) => (),
    }
    if let Some(missing) = &file.missing {
        lines.push(format!("not served: {missing}"));
    }
    lines.extend(file.faults.iter().map(|fault| format!("wrong: {fault}")));
    lines.extend(file.service.iter().cloned());
    section(out, &format!("boot file {}", file.path), &lines);
    let chain: Vec<String> = file
        .chain
        .iter()
        .map(|level| {
            let mut line = format!("configfile {}", level.id);
            if !level.name.is_empty() {
                line += &format!(" '{}'", level.name);
            }
            if let Some(rows) = level.rows {
                line += &format!(", {rows} rows");
            }
            if let Some(firmware) = &level.firmware {
                line += &format!(", firmware {firmware}");
            }
            match level.parent {
                Some(parent) => line + &format!(", parent {parent}"),
                None => line,
            }
        })
        .collect();
    section(out, "made of", &chain);
    let text: Vec<String> = file.text.iter().map(text_line).collect();
    section(out, "line by line", &text);
    if all {
        section(out, "as the device reads it", &file.settings);
    }
}

/// A line of the text with where it comes from.
fn text_line(line: &TextLine) -> String {
    let mut from = match (line.configfile, line.row) {
        (Some(id), Some(row)) => format!("{id}:{row}"),
        (Some(id), None) => format!("{id} firmware"),
        (None, _) => "-".into(),
    };
    if line.configfile.is_none() || !line.columns.is_empty() {
        let columns = line.columns.join(" ");
        from = format!("{from} {columns}").trim_end().to_string();
    }
    format!("{:>3}  {:<60}  {from}", line.line, line.text.trim_end())
}

/// What the next run would change.
fn pending(found: &Explained, out: &mut String) {
    let Some(pending) = &found.pending else {
        let _ = writeln!(
            out,
            "\nnext run\n  not known: the database cannot be read"
        );
        return;
    };
    let mut lines = Vec::new();
    for file in pending {
        lines.push(file.file.clone());
        lines.extend(file.changes.iter().map(|change| format!("  {change}")));
    }
    if lines.is_empty() {
        lines.push("changes nothing for it".into());
    }
    section(out, "next run", &lines);
}

/// Seconds since 1970 in the machine's zone.
pub fn local_time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| seconds.to_string(),
        |time| {
            let zone = jiff::tz::TimeZone::system();
            time.to_zoned(zone).strftime("%F %T").to_string()
        },
    )
}
