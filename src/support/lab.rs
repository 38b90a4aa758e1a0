//! The empty lab: a root with the sample and the settings, in which the same
//! files come out and the same is found.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::alias::Aliases;
use crate::config::keys::{KEYS, Kind};
use crate::context::Context;
use crate::model::Role;
use crate::report::mask::mask;
use crate::sample::{self, Form, Sample};
use crate::system::scratch::Scratch;
use crate::system::{files, process};

/// What stands in the bundle for people.
pub const README: &str = "\
A bundle of 'provha support'. MAC addresses (their second half), names and
numbers are stand-ins, the same in every file; secrets are replaced. The ids of
rows and the addresses of nets are true.

  config.json, versions.json      settings, programs
  status.json, last-rebuild.json  how the machine was
  generations.json                what was live, and when
  findings.json                   what was wrong with the rows
  sample.sqlite                   rows with what they lead to
  env/, root/                     settings and files of a lab
  expected.sha256                 what comes out of the sample
  expected-findings.json          what is found there, and what differs from
                                  findings.json: other rows, and files that are
                                  not in the bundle (firmware, dial plans, MIBs,
                                  templates)

To have it again, with the same version of provha:

  cd provha-support
  sh replay.sh
  sha256sum -c expected.sha256
";

/// The outputs in the order in which they are made.
const OUTPUTS: [&str; 4] = ["dhcp", "dns", "time", "configfile"];

/// Files of the lab that stand for those with secrets, and their contents:
/// nobody's.
const SECRETS: &[(&str, &str)] = &[
    ("root/tftpboot/keyfile", "DOCSIS\n"),
    (
        "root/etc/dhcp-nmsprime/omapi.key",
        "omapi_key hmac-sha256 bGFiLW9tYXBpLXNlY3JldA==\n",
    ),
    (
        "root/etc/named-ddns-cpe.key",
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
    ),
];

/// What keys begin with, after `PROVHA__`, that say where this machine's
/// database and state are, or what its fleet may lose: in the lab they mean
/// nothing.
const NOT_THERE: &[&str] = &[
    "DB_",
    "GUARD_",
    "LOCK_FILE",
    "LOG_MASK",
    "OWN_STATE",
    "QUEUE_",
    "STATE_DIR",
    "TEMPLATE_DIR",
];
/// How long one output may take.
const PATIENCE: u64 = 600;

/// A lab in a private directory.
pub struct Lab {
    dir: Scratch,
    role: Role,
    /// Its files but the sample.
    files: BTreeMap<String, Vec<u8>>,
}

/// What came out of it.
pub struct Replayed {
    /// The sums of all files, by their paths in the bundle.
    sums: BTreeMap<String, String>,
    /// The findings as `--json` tells them.
    pub found: Vec<Value>,
    /// Table, id and column of each.
    pub places: Vec<String>,
    /// The exit code of each output, and the error where there is one.
    pub runs: BTreeMap<&'static str, Value>,
}

impl Replayed {
    /// The sums as `sha256sum -c` reads them.
    pub fn sums(&self) -> String {
        let line = |(path, sum): (&String, &String)| format!("{sum}  {path}\n");
        self.sums.iter().map(line).collect()
    }

    /// How many files came out.
    pub fn files(&self) -> usize {
        self.sums.len()
    }
}

impl Lab {
    /// Writes the files of the lab.
    pub fn build(
        context: &Context<'_>,
        sample: &Sample,
        role: Role,
        aliases: &mut Aliases,
    ) -> anyhow::Result<Self> {
        let mut all = BTreeMap::new();
        let mut put = |name: &str, text: &str| {
            let _ = all.insert(name.to_string(), text.as_bytes().to_vec());
        };
        put("env/provha.env", &env(context, aliases));
        let host = aliases.name(&context.machine.host_name);
        put("root/etc/hostname", &format!("{host}\n"));
        for (name, text) in SECRETS {
            put(name, text);
        }
        put("replay.sh", &script(role));
        let dir = Scratch::make(&context.settings, "support", true)?;
        for (name, bytes) in &all {
            write(&dir.path().join(name), bytes)?;
        }
        let bytes = sample::bytes(sample, Form::Sqlite)?;
        write(&dir.path().join("sample.sqlite"), &bytes)?;
        Ok(Self { dir, role, files: all })
    }

    /// Its files as they stand in the bundle.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// Makes everything, as the lab will.
    ///
    /// # Errors
    /// The program cannot be started once more.
    pub fn run(&self, context: &Context<'_>) -> anyhow::Result<Replayed> {
        let mut replayed = Replayed {
            sums: BTreeMap::new(),
            found: Vec::new(),
            places: Vec::new(),
            runs: BTreeMap::new(),
        };
        let program = std::env::current_exe().context("finding provha")?;
        for output in OUTPUTS {
            let mut command = Command::new(&program);
            command.args(arguments(self.role)).arg("--json").arg(output);
            command.current_dir(self.dir.path());
            let patience = std::time::Duration::from_secs(PATIENCE);
            let ran = process::run_apart(&mut command, patience)
                .with_context(|| format!("making {output} of the sample"))?;
            let told: Value =
                serde_json::from_str(&ran.stdout).unwrap_or_default();
            replayed.take(output, &told);
            context.console.detail(&format!("{output} of the sample is made"));
        }
        let root = self.dir.path().join("root");
        for name in files::walk(&root)? {
            let path = format!("root/{name}");
            let state = ["var/lib/provha/", "run/"];
            if self.files.contains_key(&path)
                || state.iter().any(|dir| name.starts_with(dir))
            {
                continue;
            }
            let bytes = files::read(&root.join(&name))?;
            let _ = replayed.sums.insert(path, hex(&Sha256::digest(&bytes)));
        }
        Ok(replayed)
    }
}

impl Replayed {
    /// Takes what an output told.
    fn take(&mut self, output: &'static str, told: &Value) {
        let run = serde_json::json!({
            "exit": told["exit"],
            "error": told["error"]["message"],
        });
        let _ = self.runs.insert(output, run);
        for finding in told["findings"].as_array().into_iter().flatten() {
            let place = format!(
                "{} {} {}",
                finding["table"].as_str().unwrap_or_default(),
                finding["id"],
                finding["column"].as_str().unwrap_or_default()
            );
            if !self.places.contains(&place) {
                self.places.push(place);
            }
            if !self.found.contains(finding) {
                self.found.push(finding.clone());
            }
        }
        self.places.sort();
    }
}

/// What the program is called with in the lab.
fn arguments(role: Role) -> [&'static str; 9] {
    [
        "--root",
        "root",
        "--env-dir",
        "env",
        "--db",
        "sqlite:sample.sqlite",
        "--role",
        role.word(),
        "--no-activate",
    ]
}

/// The same as a script.
fn script(role: Role) -> String {
    format!(
        "#!/bin/sh\n# Makes the files of the sample below root/.\n\
         for output in {}; do\n  provha {} \"$output\"\ndone\n",
        OUTPUTS.join(" "),
        arguments(role).join(" ")
    )
}

/// The settings of the lab: those that are set here and mean something there.
fn env(context: &Context<'_>, aliases: &Aliases) -> String {
    let settings = &context.settings;
    // A few rows are no fleet: what is missing of it is no reason to refuse.
    let mut out = String::from(
        "PROVHA__GUARD_NO_FILE='100% 0'\n\
        PROVHA__GUARD_MAX_QUARANTINED_PERCENT=100\n",
    );
    for key in KEYS {
        let set = settings.place(key.name) != "the default";
        let name = key.name.trim_start_matches("PROVHA__");
        let means = !NOT_THERE.iter().any(|begin| name.starts_with(begin))
            && !matches!(key.kind, Kind::Secret | Kind::Command);
        if !set || !means {
            continue;
        }
        let value = aliases.text(&mask(settings.text(key.name)), false);
        // Single quotes take everything but themselves.
        if !value.contains('\'') {
            out += &format!("{}='{value}'\n", key.name);
        }
    }
    out
}

/// Writes a file with its directories.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let parent: PathBuf = path.parent().unwrap_or(Path::new("/")).into();
    files::make_dirs(&parent)?;
    Ok(files::replace(path, bytes, 0o600)?)
}

/// Octets as hex digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
