//! Findings that are known for a while: `mutes.json` in PROVHA__STATE_DIR.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::exit::Stop;
use crate::status::codes::{self, Code};
use crate::system::files;
use crate::system::files::Doing;

/// The word for all codes.
pub const ALL: &str = "all";

/// One mute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// The code, or `all`.
    pub code: String,
    /// When it began, seconds since 1970.
    pub since: i64,
    /// When it ends.
    pub until: i64,
    /// Why.
    pub reason: String,
}

impl Mute {
    /// Whether it holds for a code at a time.
    pub fn is_for(&self, code: &Code, now: i64) -> bool {
        self.holds(now) && (self.code == ALL || self.code == code.id)
    }

    /// Whether it has not ended.
    pub fn holds(&self, now: i64) -> bool {
        now < self.until
    }
}

/// All mutes of this machine.
#[derive(Debug, Clone)]
pub struct Mutes {
    path: PathBuf,
    list: Vec<Mute>,
}

impl Mutes {
    /// Those that hold now; what cannot be read mutes nothing.
    pub fn read(settings: &Settings, now: i64) -> Self {
        Self::below(&settings.path("PROVHA__STATE_DIR"), now)
    }

    /// The same below a state directory.
    fn below(dir: &Path, now: i64) -> Self {
        let path = dir.join("mutes.json");
        let bytes = files::read(&path).unwrap_or_default();
        let list: Vec<Mute> =
            serde_json::from_slice(&bytes).unwrap_or_default();
        let list = list.into_iter().filter(|mute| mute.holds(now)).collect();
        Self { path, list }
    }

    /// The list.
    pub fn list(&self) -> &[Mute] {
        &self.list
    }

    /// Adds one, in the place of an older one for the same code.
    pub fn add(&mut self, mute: Mute) {
        self.list.retain(|other| other.code != mute.code);
        self.list.push(mute);
        self.list.sort_by(|a, b| a.code.cmp(&b.code));
    }

    /// Takes one away; false: there was none.
    pub fn remove(&mut self, code: &str) -> bool {
        let before = self.list.len();
        self.list.retain(|mute| mute.code != code);
        self.list.len() < before
    }

    /// Writes them.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self) -> files::Result<()> {
        if let Some(dir) = self.path.parent() {
            files::make_dirs(dir)?;
        }
        let text = serde_json::to_vec_pretty(&self.list)
            .map_err(std::io::Error::other)
            .doing("write", &self.path)?;
        files::replace(&self.path, &text, 0o644)
    }
}

/// Mutes a code for so many seconds from now.
///
/// # Errors
/// It is not a code (exit 2), or the file cannot be written.
pub fn mute(
    settings: &Settings,
    code: &str,
    seconds: i64,
    reason: &str,
) -> anyhow::Result<Mutes> {
    let (code, since) = (name_of(code)?, crate::env::now());
    let mut mutes = Mutes::read(settings, since);
    let (code, reason) = (code.to_string(), reason.to_string());
    mutes.add(Mute { code, since, until: since + seconds, reason });
    mutes.save()?;
    Ok(mutes)
}

/// Ends the mute of a code.
///
/// # Errors
/// It is not a code (exit 2), it is not muted, or the file cannot be written.
pub fn unmute(settings: &Settings, code: &str) -> anyhow::Result<Mutes> {
    let code = name_of(code)?;
    let mut mutes = Mutes::read(settings, crate::env::now());
    if !mutes.remove(code) {
        return Err(Stop::failed(format!("{code} is not muted"))
            .hint("provha status lists what is muted")
            .into());
    }
    mutes.save()?;
    Ok(mutes)
}

/// The name of a code as the table has it.
fn name_of(code: &str) -> anyhow::Result<&'static str> {
    if code.eq_ignore_ascii_case(ALL) {
        return Ok(ALL);
    }
    match codes::find(code) {
        Some(code) => Ok(code.id),
        None => Err(Stop::usage(format!("'{code}' is not a code of status"))
            .hint("man 7 provha-codes lists them, provha status those found")
            .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutes_are_kept_and_end_by_themselves() {
        let dir = tempfile::tempdir().unwrap();
        let mute = |code: &str, until| Mute {
            code: code.into(),
            since: 1,
            until,
            reason: "work".into(),
        };
        let mut mutes = Mutes::below(dir.path(), 0);
        mutes.add(mute("PH-201", 10));
        mutes.add(mute("PH-111", 30));
        mutes.add(mute("PH-201", 20));
        mutes.save().unwrap();
        let codes = |now| {
            let mutes = Mutes::below(dir.path(), now);
            let codes = mutes.list().iter().map(|m| m.code.clone());
            codes.collect::<Vec<_>>()
        };
        assert_eq!(codes(15), ["PH-111", "PH-201"]);
        assert_eq!(codes(20), ["PH-111"]);
        assert!(codes(30).is_empty());
        assert!(mutes.remove("PH-111") && !mutes.remove("PH-111"));
    }
}
