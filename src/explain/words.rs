//! What changed for a device, in words: lines of the dhcpd set, its text, the
//! settings of its boot file. Secrets are masked.

use std::collections::BTreeMap;

use crate::docsis::{self, Mib};
use crate::isc_dhcp::syntax::statements as each_statement;
use crate::report::{self, mask::mask_after};

/// Changes of one file that are told.
const MOST: usize = 100;

/// The words of a setting of a host line: those before its value, and what it
/// is called.
const SETTINGS: [(&[&str], &str); 5] = [
    (&["hardware", "ethernet"], "MAC"),
    (&["host-identifier", "option"], "found by"),
    (&["filename"], "boot file"),
    (&["ddns-hostname"], "name in the DNS"),
    (&["fixed-address"], "fixed address"),
];

/// What it means that a file has a line of the device: file, with it, without
/// it. In `ignore-cpe.conf` stand the modems whose customers are answered.
const MEANINGS: [(&str, &str, &str); 3] = [
    (
        "blocked.conf",
        "now blocked: devices behind it get no answer",
        "no longer blocked: devices behind it are answered",
    ),
    (
        "modems-clients-public.conf",
        "devices behind it get public addresses",
        "devices behind it get no public addresses any more",
    ),
    (
        "ignore-cpe.conf",
        "devices behind it are served by this system",
        "devices behind it are ignored: another system serves them",
    ),
];

/// What changed in the device's lines of a file of the dhcpd set.
pub fn lines(file: &str, old: &[String], new: &[String]) -> Vec<String> {
    if old == new {
        return Vec::new();
    }
    let meaning = MEANINGS.iter().find(|(name, ..)| *name == file);
    let mut out = match (old, new, meaning) {
        ([], _, Some((_, with, _))) => vec![(*with).to_string()],
        (_, [], Some((.., without))) => vec![(*without).to_string()],
        ([old], [new], None) => statements(old, new),
        _ => Vec::new(),
    };
    if out.is_empty() {
        let told = |sign: &str, lines: &[String], other: &[String]| {
            let lines = lines.iter().filter(|line| !other.contains(line));
            lines
                .map(|line| format!("{sign} {}", report::mask(line)))
                .collect::<Vec<_>>()
        };
        out = told("-", old, new);
        out.extend(told("+", new, old));
    }
    out.truncate(MOST);
    out
}

/// What changed between two lines of one host, setting by setting.
fn statements(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (settings(old), settings(new));
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter_map(|name| {
            let change = match (old.get(name), new.get(name)) {
                (Some(old), Some(new)) if old == new => return None,
                (Some(old), Some(new)) => format!("{name}: {old} -> {new}"),
                (Some(old), None) => format!("{name}: removed {old}"),
                (None, new) => {
                    format!("{name}: added {}", new.map_or("", String::as_str))
                }
            };
            Some(report::mask(&change))
        })
        .collect()
}

/// The settings of a host line by what they are called.
fn settings(line: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    each_statement(line, &mut |blocks, words| {
        if let Some([head, name]) = blocks.first().map(Vec::as_slice)
            && head == "host"
        {
            let _ = out.insert("host name".into(), name.clone());
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let known = SETTINGS.iter().find(|(head, _)| words.starts_with(head));
        let (name, value) = match (known, words.as_slice()) {
            (Some((head, name)), words) => {
                ((*name).to_string(), words[head.len()..].join(" "))
            }
            (None, ["option", name, value @ ..]) => {
                (format!("option {name}"), value.join(" "))
            }
            (None, [name, value @ ..]) => ((*name).into(), value.join(" ")),
            (None, []) => return,
        };
        let _ = out.insert(name, value);
    });
    out
}

/// The lines of a text that go and that come.
pub fn text(old: &[u8], new: &[u8]) -> Vec<String> {
    if old == new {
        return Vec::new();
    }
    let old = String::from_utf8_lossy(old);
    let new = String::from_utf8_lossy(new);
    let diff = similar::TextDiff::from_lines(&*old, &*new);
    diff.iter_all_changes()
        .filter_map(|change| {
            let sign = match change.tag() {
                similar::ChangeTag::Delete => '-',
                similar::ChangeTag::Insert => '+',
                similar::ChangeTag::Equal => return None,
            };
            // The value of a secret may stand below its name.
            let before = match change.old_index() {
                Some(i) => &diff.old_slices()[..i],
                None => &diff.new_slices()[..change.new_index().unwrap_or(0)],
            };
            let line = mask_after(before, change.value().trim());
            Some(format!("{sign} {line}"))
        })
        .take(MOST)
        .collect()
}

/// What changed in the settings of a boot file.
pub fn boot_file(old: &[u8], new: &[u8]) -> Vec<String> {
    let changes = docsis::diff::diff(old, new, Mib::embedded());
    let changes = changes.iter().take(MOST);
    changes.map(|change| report::mask(&change.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as they are kept.
    fn all(lines: &[&str]) -> Vec<String> {
        lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_host_line_is_told_setting_by_setting() {
        let old = "host cm-7 { hardware ethernet 00:1a:2b:00:00:07; filename \
                   \"cm/cm-7.cfg\"; ddns-hostname \"cm-7\";}";
        let new = "host gw { hardware ethernet 00:1a:2b:00:00:08; filename \
                   \"cm/cm-7.cfg\"; ddns-hostname \"gw\"; option host-name \
                   \"x y\";}";
        let told = lines("modems-host.conf", &all(&[old]), &all(&[new]));
        assert_eq!(
            told,
            [
                "MAC: 00:1a:2b:00:00:07 -> 00:1a:2b:00:00:08",
                "host name: cm-7 -> gw",
                "name in the DNS: cm-7 -> gw",
                "option host-name: added x y",
            ]
        );
        let told = lines("modems-host.conf", &[], &all(&[new]));
        assert!(told[0].starts_with("+ host gw {"), "{told:?}");
        // Two lines that mean the same are still two lines.
        let spaced = old.replace("host cm-7", "host  cm-7");
        let told = lines("modems-host.conf", &all(&[old]), &all(&[&spaced]));
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(lines("mta.conf", &all(&[old]), &all(&[old])).is_empty());
    }

    #[test]
    fn a_class_is_told_by_what_it_means() {
        let line = all(&["subclass \"blocked\" 00:1a:2b:00:00:07; # CM id: 7"]);
        let told = lines("blocked.conf", &[], &line);
        assert!(told[0].starts_with("now blocked"), "{told:?}");
        let told = lines("blocked.conf", &line, &[]);
        assert!(told[0].starts_with("no longer blocked"), "{told:?}");
        let other =
            all(&["subclass \"blocked\" 00:1a:2b:00:00:09; # CM id: 7"]);
        assert_eq!(lines("blocked.conf", &line, &other).len(), 2);
    }

    #[test]
    fn secrets_are_masked() {
        let told = text(
            b"a\n",
            b"a\n/* password */\nSnmpMibObject \
            docsDevNmAccessCommunity.1 String \"hunter2\" ;\n",
        );
        assert_eq!(told.len(), 2);
        assert!(!told.concat().contains("hunter2"), "{told:?}");
    }
}
