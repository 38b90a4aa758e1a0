//! Values of JSON without secrets, addresses, names and numbers.

use serde_json::Value;

use crate::alias::Aliases;
use crate::report::mask::mask;

/// The value with its texts masked; numbers stay.
pub fn json(aliases: &Aliases, value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(self::text(aliases, text)),
        Value::Array(all) => {
            all.iter().map(|value| json(aliases, value)).collect()
        }
        Value::Object(all) => all
            .iter()
            .map(|(name, value)| {
                (self::name(aliases, name), json(aliases, value))
            })
            .collect(),
        other => other.clone(),
    }
}

/// The name of a member. Names of ours have letters only; others are of
/// nodes and programs.
fn name(aliases: &Aliases, name: &str) -> String {
    let ours = |b: u8| b.is_ascii_alphabetic() || b == b'_';
    match name.bytes().all(ours) {
        true => name.to_string(),
        false => aliases.text(name, true),
    }
}

/// A text: each line may hold a secret.
fn text(aliases: &Aliases, text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(mask).collect();
    aliases.text(&lines.join("\n"), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_masked_wherever_they_stand() {
        let mut aliases = Aliases::new([3; 32]);
        let _ = aliases.name("adler");
        let value = json!({"a": ["modem 00:11:22:aa:bb:cc", 1_234_567_890],
            "adler:3306": "secret hunter2"});
        let text = json(&aliases, &value).to_string();
        for gone in ["aa:bb:cc", "adler", "hunter2"] {
            assert!(!text.contains(gone), "{text}");
        }
        assert!(text.contains("1234567890"));
    }
}
