//! Which members of a subnet's object a version-6 pool's `optional` text may
//! add: a list of what is allowed (Kea's manual, 'DHCPv6 Server
//! Configuration').

use serde_json::{Map, Value};

/// Members that are whole numbers.
const NUMBERS: &[&str] = &[
    "cache-max-age",
    "max-preferred-lifetime",
    "max-valid-lifetime",
    "min-preferred-lifetime",
    "min-valid-lifetime",
    "preferred-lifetime",
    "rebind-timer",
    "renew-timer",
    "valid-lifetime",
];
/// Members that are fractions.
const FRACTIONS: &[&str] = &["cache-threshold", "t1-percent", "t2-percent"];
/// Members that are true or false.
const FLAGS: &[&str] = &[
    "calculate-tee-times",
    "ddns-override-client-update",
    "ddns-override-no-update",
    "ddns-send-updates",
    "ddns-update-on-renew",
    "rapid-commit",
    "store-extended-info",
];
/// Members that are strings.
const TEXTS: &[&str] = &[
    "client-class",
    "comment",
    "ddns-generated-prefix",
    "ddns-qualifying-suffix",
];
/// Members of one option.
const OPTION: &[&str] =
    &["always-send", "code", "csv-format", "data", "name", "space"];
/// Members that the program itself writes.
const OURS: &[&str] =
    &["id", "pd-pools", "pools", "relay", "reservations", "subnet"];

/// The members of a text, such as `"valid-lifetime": 3600`; a comma may follow
/// the last one. With `safe`, only those on the list.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(text: &str, safe: bool) -> Result<Map<String, Value>, String> {
    let text = text.trim();
    let text = text.strip_suffix(',').unwrap_or(text);
    let members: Map<String, Value> =
        serde_json::from_str(&format!("{{{text}\n}}")).map_err(|_| {
            "is not a list of members of a subnet, such as \
             '\"valid-lifetime\": 3600'"
                .to_string()
        })?;
    for (name, value) in &members {
        let shown = name.escape_debug();
        if OURS.contains(&name.as_str()) {
            return Err(format!("'{shown}' is made from the pool's columns"));
        }
        if safe && !is_allowed(name, value) {
            return Err(format!("'{shown}' is not allowed with this value"));
        }
        if name == "option-data" && !value.is_array() {
            return Err("'option-data' is not a list".into());
        }
    }
    Ok(members)
}

/// Whether a member is on the list, with a value of its kind.
fn is_allowed(name: &str, value: &Value) -> bool {
    let whole = |value: &Value| {
        value.as_u64().is_some_and(|number| u32::try_from(number).is_ok())
    };
    match value {
        _ if NUMBERS.contains(&name) => whole(value),
        _ if FRACTIONS.contains(&name) => {
            value.as_f64().is_some_and(|share| (0.0..=1.0).contains(&share))
        }
        Value::Bool(_) => FLAGS.contains(&name),
        Value::String(_) => TEXTS.contains(&name),
        Value::Array(all) => name == "option-data" && all.iter().all(is_option),
        _ => false,
    }
}

/// Whether it describes an option.
fn is_option(value: &Value) -> bool {
    let Value::Object(option) = value else { return false };
    let plain = |value: &Value| !value.is_array() && !value.is_object();
    let known = |name: &String| OPTION.contains(&name.as_str());
    option.iter().all(|(name, value)| known(name) && plain(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_on_the_list_gets_through() {
        for good in [
            "",
            "\"valid-lifetime\": 3600",
            "\"valid-lifetime\": 3600,\n\"rapid-commit\": true,",
            "\"option-data\": [ { \"name\": \"sntp-servers\", \"data\": \
             \"2001:db8::1\" } ]",
        ] {
            assert!(read(good, true).is_ok(), "{good}");
        }
        for bad in [
            "option ntp-servers 1.2.3.4;",
            "\"valid-lifetime\": \"x\"",
            "\"valid-lifetime\": -1",
            "\"valid-lifetime\": 4294967296",
            "\"t1-percent\": 2",
            "\"interface\": \"eth0\"",
            "\"a\": 1 } , { \"b\": 2",
            "<?include \"/etc/shadow\"?>",
            "\"option-data\": [ { \"x\": 1 } ]",
            "\"option-data\": 1",
            "\"user-context\": {}",
        ] {
            assert!(read(bad, true).is_err(), "{bad}");
        }
        assert!(read("\"interface\": \"eth0\"", false).is_ok());
        assert!(read("\"option-data\": 1", false).is_err());
        let error = read("\"reservations\": []", false).unwrap_err();
        assert!(error.contains("columns"), "{error}");
    }
}
