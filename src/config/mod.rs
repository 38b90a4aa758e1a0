//! The configuration: env files and environment, checked, with defaults.

pub mod dotenv;
pub mod keys;
pub mod leases;
pub mod root;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::env::Env;
use dotenv::Definition;
use keys::{Fallback, Kind};
use leases::Found;
pub use root::Root;

/// Where the env files are unless `--env-dir` says otherwise.
pub const ENV_DIR: &str = "/etc/nmsprime/env";

/// A failure to make settings of what was configured.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The env files cannot be read.
    #[error(transparent)]
    Files(#[from] dotenv::EnvFileError),
    /// Which lease file dhcpd uses cannot be told.
    #[error("{0}: which lease file dhcpd uses is not known")]
    Leases(#[from] leases::Unread),
    /// A value does not fit its key.
    #[error("{place}: {key} is '{value}', but {expected} is expected")]
    Value {
        /// `FILE:LINE`.
        place: String,
        /// The key.
        key: &'static str,
        /// What is there; empty for secrets.
        value: String,
        /// What should be there.
        expected: String,
    },
}

/// The checked configuration of a run.
#[derive(Debug, Clone)]
pub struct Settings {
    root: Root,
    rhel: bool,
    values: BTreeMap<String, Definition>,
    /// The lease file that dhcpd's unit names.
    leases: Option<Found>,
    /// What is odd but no error: unknown keys.
    pub warnings: Vec<String>,
}

impl Settings {
    /// Reads the env files and checks every known key.
    ///
    /// # Errors
    /// An env file that cannot be read, or a value that does not fit.
    pub fn load(
        env: &Env,
        env_dir: Option<&Path>,
        root: Root,
    ) -> Result<Self, ConfigError> {
        let default_dir = root.at(ENV_DIR);
        let mut values = match env_dir {
            Some(dir) => dotenv::read_dir(dir)?,
            // One that cannot be looked at is no reason to go without.
            None if default_dir.try_exists().unwrap_or(true) => {
                dotenv::read_dir(&default_dir)?
            }
            None => BTreeMap::new(),
        };
        for (name, value) in &env.vars {
            if keys::find(name).is_some() || name.starts_with("PROVHA__") {
                let definition = Definition {
                    value: value.clone(),
                    file: PathBuf::new(),
                    line: 0,
                };
                values.insert(name.clone(), definition);
            }
        }
        let rhel = root.at("/etc/redhat-release").exists();
        let (leases, mut warnings) = (None, Vec::new());
        if env_dir.is_none() && !default_dir.exists() {
            warnings.push(format!(
                "{} is missing: only defaults and the environment count",
                default_dir.display()
            ));
        }
        let mut settings = Self { root, rhel, values, leases, warnings };
        settings.check()?;
        let unit = settings.text("PROVHA__DHCPD_UNIT");
        let found = leases::find(&settings.root, unit);
        let key = "PROVHA__DHCPD_LEASES";
        settings.leases = match settings.set(key, Kind::Path) {
            // What the operator says counts, whatever the unit says.
            Some(_) => found.unwrap_or_default(),
            None => found?,
        };
        Ok(settings)
    }

    /// Checks all known keys and notes unknown `PROVHA__` ones.
    fn check(&mut self) -> Result<(), ConfigError> {
        for (name, definition) in &self.values {
            let Some(key) = keys::find(name) else {
                if name.starts_with("PROVHA__") {
                    self.warnings.push(unknown_key(name, definition));
                }
                continue;
            };
            let Err(expected) = fits(key.kind, &definition.value) else {
                continue;
            };
            let secret = key.kind == Kind::Secret;
            return Err(ConfigError::Value {
                place: definition.place(),
                key: key.name,
                value: if secret {
                    String::new()
                } else {
                    definition.value.clone()
                },
                expected,
            });
        }
        Ok(())
    }

    /// The value of a key, or its default.
    pub fn text(&self, name: &str) -> &str {
        let key = keys::find(name).expect("keys come from the table");
        let set = self
            .set(name, key.kind)
            .or_else(|| self.found(name).map(|found| found.path.as_str()));
        match (set, key.fallback) {
            (Some(value), _) | (None, Fallback::Is(value)) => value,
            (None, Fallback::Distro(debian, rhel)) => {
                if self.rhel {
                    rhel
                } else {
                    debian
                }
            }
        }
    }

    /// The value that the operator gave to a key.
    fn set(&self, name: &str, kind: Kind) -> Option<&str> {
        let set = self.values.get(name).map(|d| d.value.trim());
        set.filter(|value| Self::counts(kind, value))
    }

    /// What the machine itself says about a key that is not set.
    fn found(&self, name: &str) -> Option<&Found> {
        self.leases.as_ref().filter(|_| name == "PROVHA__DHCPD_LEASES")
    }

    /// Whether a set value replaces the default: empty ones do so only where
    /// empty means something.
    fn counts(kind: Kind, value: &str) -> bool {
        !value.is_empty() || matches!(kind, Kind::Command)
    }

    /// Where the key is set, for messages.
    pub fn place(&self, name: &str) -> String {
        match (self.values.get(name), self.found(name)) {
            (Some(set), _) => set.place(),
            (None, Some(found)) => found.place.display().to_string(),
            (None, None) => "the default".into(),
        }
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> u64 {
        self.text(name).parse().expect("checked when loaded")
    }

    /// The path as it stands in texts, without the root.
    pub fn plain_path(&self, name: &str) -> &Path {
        Path::new(self.text(name))
    }

    /// The path below the root.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.at(self.text(name))
    }

    /// The elements of a comma list, trimmed, without empty ones.
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.text(name)
            .split(',')
            .map(str::trim)
            .filter(|e| !e.is_empty())
            .collect()
    }

    /// A comma list of paths, below the root.
    #[must_use]
    pub fn paths(&self, name: &str) -> Vec<PathBuf> {
        let names = self.list(name).into_iter();
        names.map(|name| self.root().at(name)).collect()
    }

    /// The addresses of a list of them; none for the word 'none'.
    pub fn addresses(&self, name: &str) -> Vec<std::net::IpAddr> {
        let list = self.list(name).into_iter();
        list.filter_map(|address| address.parse().ok()).collect()
    }

    /// A share in percent and a number; None where the value is empty.
    pub fn limit(&self, name: &str) -> Option<(u64, usize)> {
        limit(self.text(name))
    }

    /// A command with its unit filled in; None when it is set to nothing.
    pub fn command(&self, name: &str, unit: &str) -> Option<String> {
        let command = self.text(name);
        (!command.is_empty()).then(|| command.replace("%u", self.text(unit)))
    }

    /// A hash of all that is set, apart from how the database is reached;
    /// only to be compared with others of this program.
    pub fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let reaches = |name: &str| {
            name.strip_prefix("PROVHA__").unwrap_or(name).starts_with("DB_")
        };
        for (name, definition) in &self.values {
            if !reaches(name) {
                (name, definition.value.trim()).hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// What stands for `/`.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Whether the machine is a RHEL-like.
    pub fn is_rhel(&self) -> bool {
        self.rhel
    }
}

/// Reads a share and a number, such as `5% 10`.
fn limit(text: &str) -> Option<(u64, usize)> {
    let (share, number) = text.split_once('%')?;
    let share = share.trim().parse().ok().filter(|share| *share <= 100)?;
    Some((share, number.trim().parse().ok()?))
}

/// The words about a key that nothing reads.
fn unknown_key(name: &str, definition: &Definition) -> String {
    let near = keys::nearest(name)
        .map(|near| format!("; did you mean {near}?"))
        .unwrap_or_default();
    format!("{}: nothing reads {name}{near}", definition.place())
}

/// Whether a value fits, else what was expected.
fn fits(kind: Kind, value: &str) -> Result<(), String> {
    let value = value.trim();
    let ok = match kind {
        _ if value.is_empty() => true,
        Kind::Text | Kind::Secret | Kind::Command | Kind::List => true,
        Kind::Path => value.starts_with('/'),
        Kind::Program => !value.contains(char::is_whitespace),
        Kind::Number(low, high) => {
            value.parse().is_ok_and(|n: u64| (low..=high).contains(&n))
        }
        Kind::Choice(words) => words.contains(&value),
        Kind::Words(words) => value.split(',').map(str::trim).all(|word| {
            word.is_empty()
                || words.iter().any(|known| known.eq_ignore_ascii_case(word))
        }),
        Kind::Addresses => value == "none" || all_addresses(value),
        Kind::Limit => limit(value).is_some(),
    };
    if ok {
        return Ok(());
    }
    Err(match kind {
        Kind::Path => "an absolute path".into(),
        Kind::Program => "a program name or its absolute path".into(),
        Kind::Number(low, high) => {
            format!("a whole number from {low} to {high}")
        }
        Kind::Choice(words) => format!("one of {}", words.join(", ")),
        Kind::Words(words) => {
            format!("a comma list of {}", words.join(", "))
        }
        Kind::Addresses => "IP addresses with commas, or none".into(),
        Kind::Limit => "a share and a number, such as '5% 10'".into(),
        _ => "another value".into(),
    })
}

/// Whether each element of a comma list is an IP address.
fn all_addresses(list: &str) -> bool {
    list.split(',').all(|e| e.trim().parse::<std::net::IpAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(vars: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let vars = vars
            .iter()
            .map(|(k, v)| ((*k).to_string(), (*v).to_string()))
            .collect();
        let env = Env { args: Vec::new(), vars, terminal: false };
        let empty = tempfile::tempdir().unwrap();
        Settings::load(&env, Some(empty.path()), Root::default())
    }

    #[test]
    fn defaults_hold_until_something_is_set() {
        let settings = settings(&[("PROVHA__MCLT", "1800")]).unwrap();
        assert_eq!(settings.number("PROVHA__MCLT"), 1800);
        assert_eq!(settings.text("DB_DATABASE"), "nmsprime");
        let restart =
            settings.command("PROVHA__DHCPD_RESTART", "PROVHA__DHCPD_UNIT");
        assert_eq!(
            restart.as_deref(),
            Some("systemctl restart isc-dhcp-server")
        );
    }

    #[test]
    fn a_wrong_value_says_what_is_expected() {
        let error = settings(&[("PROVHA__MCLT", "soon")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the environment: PROVHA__MCLT is 'soon', but a whole number \
             from 1 to 604800 is expected"
        );
    }

    #[test]
    fn a_module_that_does_not_exist_is_no_module() {
        let key = "PROVHA__MODULES";
        for good in ["", "provbase", "ProvBase, PROVVOIP,ProvHA,"] {
            assert!(settings(&[(key, good)]).is_ok(), "{good}");
        }
        let error = settings(&[(key, "ProvBase,ProHA")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the environment: PROVHA__MODULES is 'ProvBase,ProHA', but a \
             comma list of ProvBase, ProvVoip, ProvHA is expected"
        );
    }

    #[test]
    fn an_unknown_key_is_a_warning_with_its_neighbour() {
        let settings = settings(&[("PROVHA__MCTL", "1800")]).unwrap();
        assert_eq!(
            settings.warnings,
            [
                "the environment: nothing reads PROVHA__MCTL; did you mean PROVHA__MCLT?"
            ]
        );
    }

    #[test]
    fn the_lease_file_of_the_unit_holds_until_one_is_set() {
        let key = "PROVHA__DHCPD_LEASES";
        let mut settings = settings(&[]).unwrap();
        let (path, place) = ("/srv/leases".into(), "/etc/unit".into());
        settings.leases = Some(Found { path, place });
        assert_eq!(settings.text(key), "/srv/leases");
        assert_eq!(settings.place(key), "/etc/unit");
        let value = "/own".into();
        let set = Definition { value, file: PathBuf::new(), line: 0 };
        let _ = settings.values.insert(key.into(), set);
        assert_eq!(settings.text(key), "/own");
        assert_eq!(settings.place(key), "the environment");
    }

    #[test]
    fn a_root_moves_absolute_paths() {
        let root = Root::new(Some("/r".into()));
        assert_eq!(root.at("/etc/x"), Path::new("/r/etc/x"));
    }
}
