//! Lines of files without the secrets that they may hold.

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
    let cuts = [named(line), option(line), statement(line)];
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
