//! `provha config show`: the settings that hold, and where each comes from.

use crate::config::keys::{KEYS, Kind};
use crate::context::Context;
use crate::exit::Exit;
use crate::model::Role;
use crate::report::json;

/// Prints every key with the value that holds; secrets masked.
pub fn show(context: &Context<'_>, origin: bool) -> anyhow::Result<Exit> {
    let settings: Vec<json::Setting> =
        KEYS.iter().map(|key| setting(context, key.name, key.kind)).collect();
    let mut text = String::new();
    for setting in &settings {
        let value = match &setting.value {
            Some(value) => quoted(value),
            None => "(masked)".into(),
        };
        text += &format!("{}={value}", setting.key);
        if origin {
            text += &format!("  # {}", setting.origin);
        }
        text.push('\n');
    }
    context.console.data(&text)?;
    context
        .console
        .result(&json::ConfigShow { command: "config show", settings });
    Ok(Exit::Done)
}

/// One key.
fn setting(
    context: &Context<'_>,
    key: &'static str,
    kind: Kind,
) -> json::Setting {
    let value = context.settings.text(key).to_string();
    if let Some(role) = context.machine.role.filter(|_| key == ROLE) {
        return role_setting(role);
    }
    // An empty secret is not set, which may be what one looks for.
    let masked = kind == Kind::Secret && !value.is_empty();
    let origin = context.settings.place(key);
    json::Setting { key, value: (!masked).then_some(value), origin }
}

/// The key of the role, which `--role` overrides.
const ROLE: &str = "PROVHA__OWN_STATE";

/// The role of the command line.
fn role_setting(role: Role) -> json::Setting {
    json::Setting {
        key: ROLE,
        value: Some(role.word().into()),
        origin: "--role".into(),
    }
}

/// A value as it may stand in an env file.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,@%+".contains(c);
    match value.chars().all(plain) {
        true => value.to_string(),
        false => {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{}\"", value.replace('$', "\\$"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn values_are_quoted_where_an_env_file_needs_it() {
        assert_eq!(quoted("/etc/x,y"), "/etc/x,y");
        assert_eq!(quoted("a b$c\"d"), "\"a b\\$c\\\"d\"");
    }
}
