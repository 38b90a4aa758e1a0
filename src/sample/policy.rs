//! What becomes of each column: kept, given a stand-in, or emptied. What is
//! not known to be harmless gets a stand-in.

use crate::alias::Aliases;
use crate::sample::columns::{Column, Kind};
use crate::sample::table::Table;
use crate::sample::{names, secrets};

/// What becomes of the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// As they are.
    Keep,
    /// A MAC address.
    Mac,
    /// Somebody's or something's name.
    Name,
    /// A telephone number, or what else finds a person.
    Number,
    /// As many letters as it has characters.
    Secret,
    /// A text in which secrets, addresses, names and numbers may stand.
    Text,
    /// The same without statements.
    Free,
    /// NULL.
    Empty,
}

/// Text columns whose values are no person's: kinds, addresses of nets,
/// versions, names of files.
const KEPT: &[&str] = &[
    "broadcast_ip",
    "country_code",
    "dashboard",
    "default_country_code",
    "delegated_len",
    "device",
    "dns1_ip",
    "dns2_ip",
    "dns3_ip",
    "firmware",
    "id",
    "ip",
    "ip_pool_end",
    "ip_pool_start",
    "ipv4",
    "ipv6",
    "key",
    "master",
    "model",
    "net",
    "netmask",
    "prefix",
    "prefix_len",
    "provisioning_server",
    "public",
    "router_ip",
    "series",
    "slaves",
    "support_state",
    "sw_rev",
    "type",
    "vendor_class_identifier",
    "version",
];
/// Numbers by which a person or a contract is found.
const NUMBERS: &[&str] = &[
    "contract_external_id",
    "house_number",
    "inventar_num",
    "number",
    "prefix_number",
    "serial_num",
    "username",
    "ppp_username",
    "zip",
];
/// Where somebody lives, and what somebody wrote.
const EMPTY: &[&str] = &[
    "apartment_nr",
    "birthday",
    "description",
    "geocode_source",
    "lat",
    "lng",
    "x",
    "y",
];
/// Texts.
const TEXTS: &[&str] = &["text", "optional"];
/// Values and texts of others.
const FREE: &[&str] = &["value", "monitoring"];
/// What the names of secrets have in them.
const SECRETS: &[&str] = &[
    "authkey",
    "community",
    "credential",
    "key_file",
    "passw",
    "privkey",
    "secret",
];

/// What becomes of a column.
pub fn rule(column: &Column) -> Rule {
    let name = column.name.to_ascii_lowercase();
    let name = &*name;
    if is_secret(name) {
        Rule::Secret
    } else if EMPTY.contains(&name) {
        Rule::Empty
    } else if name == "mac" || name.ends_with("_mac") {
        Rule::Mac
    } else if NUMBERS.contains(&name) {
        Rule::Number
    } else if column.kind != Kind::Text
        || name.ends_with("_id")
        || KEPT.contains(&name)
    {
        Rule::Keep
    } else if TEXTS.contains(&name) {
        Rule::Text
    } else if FREE.contains(&name) {
        Rule::Free
    } else {
        Rule::Name
    }
}

/// Whether a name is that of a secret.
fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|word| name.contains(word))
}

/// Masks all rows. Names and numbers come first: then texts can be searched
/// for them.
pub fn mask(tables: &mut [Table], aliases: &mut Aliases) {
    for late in [false, true] {
        for table in &mut *tables {
            let rules: Vec<Rule> = table.columns.iter().map(rule).collect();
            let key = table.columns.iter().position(|c| c.name == "key");
            for row in &mut table.rows {
                // An option's name says what its value is.
                let secret = key
                    .and_then(|key| row[key].as_deref())
                    .is_some_and(|name| is_secret(&name.to_lowercase()));
                for (cell, rule) in row.iter_mut().zip(&rules) {
                    let waits = matches!(rule, Rule::Text | Rule::Free);
                    if late != waits {
                        continue;
                    }
                    let rule = match secret && *rule == Rule::Free {
                        true => Rule::Secret,
                        false => *rule,
                    };
                    *cell = cell.take().and_then(|c| masked(rule, &c, aliases));
                }
            }
        }
    }
}

/// What a value becomes.
fn masked(rule: Rule, value: &str, aliases: &mut Aliases) -> Option<String> {
    Some(match rule {
        Rule::Keep => value.to_string(),
        Rule::Mac => aliases.mac(value),
        Rule::Name => aliases.name(value),
        Rule::Number => aliases.number(value),
        Rule::Secret => secret(value),
        Rule::Text => names::masked(&secrets::masked(value), aliases),
        Rule::Free => aliases.text(&secrets::masked(value), false),
        Rule::Empty => return None,
    })
}

/// What stands for a secret: as long, and Base64 where it is, so that what is
/// a key stays one.
fn secret(value: &str) -> String {
    let body = value.trim_end_matches('=');
    let pad = &value[body.len()..];
    let length = body.chars().count();
    // The bits behind the last octet are 0 (RFC 4648 section 3.5).
    let last = if pad.is_empty() { "x" } else { "A" };
    match length {
        0 => pad.to_string(),
        length => format!("{}{last}{pad}", "x".repeat(length - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_gets_a_stand_in() {
        let rule = |name: &str, kind| rule(&Column { name: name.into(), kind });
        assert_eq!(rule("mac", Kind::Text), Rule::Mac);
        assert_eq!(rule("new_column", Kind::Text), Rule::Name);
        assert_eq!(rule("ro_community", Kind::Text), Rule::Secret);
        assert_eq!(rule("ppp_password", Kind::Text), Rule::Secret);
        assert_eq!(rule("number", Kind::Integer), Rule::Number);
        assert_eq!(rule("public", Kind::Integer), Rule::Keep);
        assert_eq!(rule("lat", Kind::Real), Rule::Empty);
        assert_eq!(rule("configfile_id", Kind::Integer), Rule::Keep);
        assert_eq!(rule("text", Kind::Text), Rule::Text);
    }

    #[test]
    fn texts_have_the_stand_ins_of_other_tables() {
        let column =
            |name: &str| Column { name: name.into(), kind: Kind::Text };
        let table = |name, column, value: &str| Table {
            name,
            columns: vec![column],
            rows: vec![vec![Some(value.to_string())]],
        };
        let text = "# for Mustermann\nSnmpMibObject docsDevNmAccessCommunity.1 \
                    String \"hunter2\" ;";
        let mut tables = [
            table("configfile", column("text"), text),
            table("contract", column("lastname"), "Mustermann"),
        ];
        mask(&mut tables, &mut Aliases::new([1; 32]));
        let cell = |at: usize| tables[at].rows[0][0].clone().unwrap();
        let (text, name) = (cell(0), cell(1));
        assert!(text.contains(&name) && !text.contains("Mustermann"), "{text}");
        assert!(text.contains("String \"xxxxxxx\" ;"), "{text}");
    }
}
