//! The rules of the check: which there are, and which are silenced.

use crate::console::Console;
use crate::docsis::check::rules::{Allow, RULES};
use crate::env::Env;
use crate::exit::{Exit, Stop};
use crate::report::json::{CheckRule, Checked};

/// Lists the rules.
pub fn list(console: &Console) -> anyhow::Result<Exit> {
    for rule in RULES {
        let (name, word) = (rule.name, rule.severity.word());
        let (reason, source) = (rule.reason, rule.source);
        console.data(&format!("{name:<20} {word:<8} {reason}\n"))?;
        console.data(&format!("{:<29} [{source}]\n", ""))?;
    }
    let rules = RULES.iter().map(|rule| CheckRule {
        name: rule.name,
        severity: rule.severity.word().to_ascii_lowercase(),
        reason: rule.reason,
        source: rule.source,
    });
    let (command, rules) = ("docsis check", rules.collect());
    console.result(&Checked { command, files: Vec::new(), rules });
    Ok(Exit::Done)
}

/// Rules that are silenced: by the option, and for a fleet by
/// `PROVHA__CODEC_ALLOW` of the environment.
pub fn allow(env: &Env, names: &[String]) -> anyhow::Result<Allow> {
    let unknown = |name: String| {
        Stop::usage(format!("'{name}' is not the name of a rule"))
            .hint("provha docsis check --rules lists them")
    };
    let fleet = env.var("PROVHA__CODEC_ALLOW").unwrap_or_default();
    let mut allow = Allow::parse(fleet).map_err(unknown)?;
    for names in names {
        allow = allow.or(Allow::parse(names).map_err(unknown)?);
    }
    Ok(allow)
}
