//! Lines of files without the secrets that they may hold.

use crate::docsis::mib::Tree;

/// What the names of secrets have in them.
const WORDS: [&str; 6] =
    ["secret", "password", "credential", "community", "privkey", "authkey"];
/// What ends a name.
const ENDS: [char; 12] =
    [' ', '\t', '=', '"', '\'', ';', ':', ',', '{', '}', '(', ')'];
/// First words of lines whose second one is a name.
const BEFORE_NAMES: [&str; 4] = ["SnmpMibObject", "export", "#", "//"];

/// A line without the secret that it may hold: all after the name of one, and
/// all from a word on that may be one itself.
pub fn mask(line: &str) -> String {
    let cuts = [named(line), option(line), statement(line), numeric(line)];
    let Some(cut) = cuts.into_iter().flatten().min() else {
        return line.to_string();
    };
    let head = &line[..cut];
    if head.trim().is_empty() {
        return format!("{head}(masked)");
    }
    format!("{} (masked)", head.trim_end())
}

/// The same for a line that comes after others: the value of a secret may
/// stand on the line below its name.
pub fn mask_after(before: &[&str], line: &str) -> String {
    let last = before.iter().rev().find(|line| !line.trim().is_empty());
    let begun = last.is_some_and(|last| ends_in_name(last));
    if begun && !line.trim().is_empty() {
        return "(masked)".into();
    }
    mask(line)
}

/// Whether the last word of a line names a secret.
fn ends_in_name(line: &str) -> bool {
    let line = line.trim_end_matches(|c| ENDS.contains(&c) || c == '\n');
    let line = line.to_ascii_lowercase();
    WORDS.iter().any(|word| line.ends_with(word))
}

/// Where to cut by the first name of a secret: after the name, or before it
/// where it may be part of the secret itself.
fn named(line: &str) -> Option<usize> {
    let lower = line.to_ascii_lowercase();
    let at = WORDS.iter().filter_map(|word| lower.find(word)).min()?;
    let begin = line[..at].rfind(ENDS).map_or(0, |end| end + 1);
    let end = line[at..].find(ENDS).map_or(line.len(), |length| at + length);
    let exact = WORDS.contains(&&lower[begin..end]);
    let value = line[end..].chars().any(|c| !ENDS.contains(&c));
    if exact {
        return value.then_some(end);
    }
    let name = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let is_name = line[begin..end].chars().all(name);
    let first = line[..begin].trim();
    let placed = first.is_empty()
        || BEFORE_NAMES.contains(&first)
        || line[end..].starts_with([':', '=']);
    let shown = value && is_name && placed && !line[end..].starts_with(';');
    Some(if shown { end } else { begin })
}

/// Words after the number of an object that are no text of its value.
const NO_TEXT: [&str; 8] = [
    "Integer",
    "Unsigned32",
    "Gauge32",
    "Counter32",
    "TimeTicks",
    "IPAddress",
    "added",
    "removed",
];

/// Where to cut after the number of an SNMP object: one whose name is that of
/// a secret, or an unknown one (makers' SIP settings) with a text as its value.
fn numeric(line: &str) -> Option<usize> {
    let mut begin = 0;
    for word in line.split(ENDS) {
        let end = begin + word.len();
        if let Some(oid) = arcs(word) {
            let rest = &line[end..];
            let secret = match Tree::embedded().nearest(&oid) {
                Some((node, _)) if node.object().is_some() => {
                    let label = node.label().to_ascii_lowercase();
                    WORDS.iter().any(|word| label.contains(word))
                        && rest.chars().any(|c| !ENDS.contains(&c))
                }
                _ => has_text(rest),
            };
            return secret.then_some(end);
        }
        begin = end + 1;
    }
    None
}

/// The arcs of an object's number, however it begins.
fn arcs(word: &str) -> Option<Vec<u32>> {
    let word = word.trim_start_matches('.');
    let whole = if let Some(rest) = word.strip_prefix("enterprises.") {
        format!("1.3.6.1.4.1.{rest}")
    } else if let Some(rest) = word.strip_prefix("iso.") {
        format!("1.{rest}")
    } else {
        word.to_string()
    };
    let arcs: Option<Vec<u32>> =
        whole.split('.').map(|arc| arc.parse().ok()).collect();
    arcs.filter(|arcs| arcs.len() > 6 && arcs.starts_with(&[1, 3, 6, 1]))
}

/// Whether a value holds letters.
fn has_text(rest: &str) -> bool {
    rest.split(ENDS).any(|word| {
        !NO_TEXT.contains(&word) && word.contains(|c: char| c.is_alphabetic())
    })
}

/// Where to cut a call of nsupdate: after its option `-y`, whose value is a
/// key with its secret (nsupdate(1)).
fn option(line: &str) -> Option<usize> {
    let call = line.find("nsupdate")?;
    let at = line[call..].find(" -y")?;
    Some(call + at + " -y".len())
}

/// Where to cut nsupdate's statement `key [ALGORITHM:]NAME SECRET`.
fn statement(line: &str) -> Option<usize> {
    let rest = line.trim_start().strip_prefix("key")?;
    let mut words = rest.split_whitespace();
    let name = words.next().filter(|_| rest.starts_with([' ', '\t']))?;
    let _ = words.next().filter(|secret| !secret.starts_with('{'))?;
    let offset = line.len() - rest.len();
    rest.find(name).map(|at| offset + at + name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_reach_a_diff() {
        for (line, expected) in [
            ("\tsecret c2Vj;", "\tsecret (masked)"),
            ("\tsecret \"c2Vj\";", "\tsecret (masked)"),
            (
                "algorithm hmac-md5; secret x;",
                "algorithm hmac-md5; secret (masked)",
            ),
            (
                "SnmpMibObject pktcEUEUsrIMPUCredentials.1 String \"x\";",
                "SnmpMibObject pktcEUEUsrIMPUCredentials.1 (masked)",
            ),
            (
                "docsDevNmAccessCommunity.1: a -> b",
                "docsDevNmAccessCommunity.1 (masked)",
            ),
            ("DB_PASSWORD=hunter2", "DB_PASSWORD (masked)"),
            ("password: hunter2", "password (masked)"),
            (
                "SnmpMibObject 1.3.6.1.2.1.69.1.2.1.4.1 String \"public\" ;",
                "SnmpMibObject 1.3.6.1.2.1.69.1.2.1.4.1 (masked)",
            ),
            (
                "SnmpMibObject .1.3.6.1.4.1.872.1.4.2.1.10.1 String \"x\";",
                "SnmpMibObject .1.3.6.1.4.1.872.1.4.2.1.10.1 (masked)",
            ),
            (
                "enterprises.872.1.4.2.1.10.1: a1 -> b2",
                "enterprises.872.1.4.2.1.10.1 (masked)",
            ),
            // The value has a secret's word in it.
            ("\tc2VsecretXY;", "\t(masked)"),
            ("omapi-value c2VsecretXY; # x", "omapi-value (masked)"),
            ("secret c2Vsecret;", "secret (masked)"),
            ("nsupdate -v -y a:c2Vj <<END", "nsupdate -v -y (masked)"),
            ("x | nsupdate -y hmac-md5:a:c2Vj", "x | nsupdate -y (masked)"),
            (
                "key hmac-md5:dhcpupdate c2Vj",
                "key hmac-md5:dhcpupdate (masked)",
            ),
        ] {
            assert_eq!(mask(line), expected, "{line}");
        }
        for line in [
            "option routers 1.2.3.4;",
            "SnmpMibObject 1.3.6.1.4.1.872.1.4.2.1.10.1 Integer 5 ;",
            "SnmpMibObject 1.3.6.1.2.1.69.1.2.1.7.1 Integer 4; /* 1 */",
            "key \"dhcpupdate\" {",
            "\tkey dhcpupdate;",
            "omapi-key omapi;",
            "keyfile a b",
            "\tsecret",
            "nsupdate -k /etc/x",
        ] {
            assert_eq!(mask(line), line);
        }
    }

    #[test]
    fn a_value_below_its_name_is_masked() {
        let lines = ["key a {\n", "\tsecret\n", "\n", "\"c2Vj\";\n", "};\n"];
        let masked: Vec<String> = (0..lines.len())
            .map(|i| mask_after(&lines[..i], lines[i].trim_end()))
            .collect();
        assert_eq!(masked, ["key a {", "\tsecret", "", "(masked)", "};"]);
    }
}
