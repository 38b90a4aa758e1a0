//! The text of Kea's configuration: JSON with comments and includes (Kea's
//! manual, 'JSON Syntax').

use serde_json::Value;

/// How deep includes are followed.
const DEPTH: usize = 8;
/// What an include begins with.
const INCLUDE: &str = "<?include";

/// The text without comments; what stands in strings is no comment.
pub fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '#', '/']) {
        out.push_str(&rest[..at]);
        let (piece, after) = rest[at..].split_at(piece(&rest[at..]));
        match piece {
            string if string.starts_with('"') => out.push_str(string),
            "/" => out.push('/'),
            // A block may part two words.
            block if block.starts_with("/*") => out.push(' '),
            _ => {}
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The length of the string or comment that a text begins with; 1: neither.
fn piece(text: &str) -> usize {
    let end = |of: &str, skip: usize| {
        text[skip..].find(of).map_or(text.len(), |at| skip + at)
    };
    if text.starts_with('"') {
        let mut escaped = false;
        for (at, c) in text.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => return at + 1,
                _ => {}
            }
        }
        return text.len();
    }
    if text.starts_with("/*") {
        return (end("*/", 2) + 2).min(text.len());
    }
    if text.starts_with('#') || text.starts_with("//") {
        return end("\n", 0);
    }
    1
}

/// Puts the files that `read` knows in the place of their includes; other
/// includes stay.
pub fn expand(text: &str, read: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    expand_into(&without_comments(text), read, DEPTH, &mut out);
    out
}

/// The same, `depth` files deep at most.
fn expand_into(
    text: &str,
    read: &dyn Fn(&str) -> Option<String>,
    depth: usize,
    out: &mut String,
) {
    let mut rest = text;
    while let Some(at) = rest.find(INCLUDE) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find("?>") else { break };
        let (include, after) = rest.split_at(end + 2);
        let path = include.split('"').nth(1).unwrap_or_default();
        match read(path).filter(|_| depth > 0) {
            Some(text) => {
                let text = without_comments(&text);
                expand_into(&text, read, depth - 1, out);
            }
            None => out.push_str(include),
        }
        rest = after;
    }
    out.push_str(rest);
}

/// Whether a configuration includes a file.
pub fn includes(text: &str, path: &str) -> bool {
    let text = without_comments(text);
    let quoted = format!("\"{path}\"");
    text.split(INCLUDE).skip(1).any(|rest| {
        let end = rest.find("?>").unwrap_or(rest.len());
        rest[..end].contains(&quoted)
    })
}

/// The control socket that a configuration names.
pub fn socket(text: &str) -> Option<String> {
    let text = without_comments(text);
    let (_, rest) = text.split_once("\"socket-name\"")?;
    let rest = rest.trim_start().strip_prefix(':')?;
    let path = rest.split('"').nth(1)?;
    path.starts_with('/').then(|| path.to_string())
}

/// A subnet as Kea has loaded it: its prefix, how many pools and pools of
/// prefixes it has, and the hardware addresses that have a reservation.
pub type Loaded = (String, usize, usize, Vec<String>);

/// The subnets of a list of shared networks, ascending; None: that is no
/// such list.
pub fn subnets(networks: &Value) -> Option<Vec<Loaded>> {
    let empty = Vec::new();
    let list = |value: &'_ Value, name: &str| -> Vec<Value> {
        value[name].as_array().unwrap_or(&empty).clone()
    };
    let text = |value: &Value, name: &str| {
        value[name].as_str().unwrap_or_default().to_ascii_lowercase()
    };
    let mut out = Vec::new();
    for network in networks.as_array()? {
        for subnet in list(network, "subnet6") {
            let mut hosts: Vec<String> = list(&subnet, "reservations")
                .iter()
                .map(|host| text(host, "hw-address"))
                .collect();
            hosts.sort_unstable();
            out.push((
                text(&subnet, "subnet"),
                list(&subnet, "pools").len(),
                list(&subnet, "pd-pools").len(),
                hosts,
            ));
        }
    }
    out.sort_unstable();
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        let text = "a # b\n\"#c\" // d \"x\n/* e\n */f \"g\\\"//h\"/i";
        let plain = "a \n\"#c\" \n f \"g\\\"//h\"/i";
        assert_eq!(without_comments(text), plain);
        assert_eq!(without_comments("a /* b"), "a  ");
        assert_eq!(without_comments("\"ä\\"), "\"ä\\");
    }

    #[test]
    fn known_includes_are_put_in() {
        let read = |path: &str| match path {
            "/a" => Some("1, <?include \"/b\"?> # end".to_string()),
            "/b" => Some("2".to_string()),
            "/loop" => Some("<?include \"/loop\"?>".to_string()),
            _ => None,
        };
        let text = "[ <?include \"/a\"?>, 3 ] // <?include \"/a\"?>";
        assert_eq!(expand(text, &read).trim(), "[ 1, 2 , 3 ]");
        let text = "<?include \"/x\"?>";
        assert_eq!(expand(text, &read), text);
        assert!(expand("<?include \"/loop\"?>", &read).contains("loop"));
        assert!(includes("[ <?include \"/a\"?> ]", "/a"));
        assert!(!includes("# <?include \"/a\"?>\n\"/a\"", "/a"));
    }

    #[test]
    fn the_control_socket() {
        let text = "\"control-socket\": { \"socket-type\": \"unix\", \
                    \"socket-name\" : \"/run/kea/s\" }";
        assert_eq!(socket(text).as_deref(), Some("/run/kea/s"));
        assert_eq!(socket("# \"socket-name\": \"/x\""), None);
    }

    #[test]
    fn what_kea_says_is_compared_with_the_files() {
        let ours = serde_json::json!([ { "name": "1" }, { "subnet6": [ {
            "subnet": "2001:db8::/64", "pools": [ {} ],
            "reservations": [ { "hw-address": "00:AA:00:00:00:01" } ],
        } ] } ]);
        let host = vec!["00:aa:00:00:00:01".to_string()];
        let subnet = ("2001:db8::/64".to_string(), 1, 0, host);
        assert_eq!(subnets(&ours), Some(vec![subnet]));
        assert_eq!(subnets(&Value::Null), None);
    }
}
