//! The support bundle: what somebody else needs to see a problem, and to have
//! it again in an empty lab. Secrets are not in it; MAC addresses, names and
//! numbers have stand-ins, the same in all its files.

mod archive;
pub mod json;
mod lab;
mod parts;
mod scrub;

use std::path::Path;

use serde_json::json;

use crate::alias::Aliases;
use crate::console::count;
use crate::context::Context;
use crate::exit::Stop;
use crate::model::{Findings, Role};
use crate::sample::{self, Form, Sample, Wanted, found, place};
use crate::source::Url;
use crate::source::load;
use crate::support::archive::Archive;
use crate::support::json::Support;
use crate::support::lab::{Lab, Replayed};

/// Makes the bundle at `out`.
///
/// # Errors
/// It cannot be written, or a wanted device is not there. What else cannot be
/// told is a warning, and stands in the bundle.
pub fn make(
    context: &Context<'_>,
    wanted: &Wanted,
    out: &Path,
) -> anyhow::Result<Support> {
    place::check(out)?;
    let mut bundle = Bundle {
        context,
        aliases: Aliases::random()?,
        archive: Archive::begin()?,
        missing: Vec::new(),
    };
    let _ = bundle.aliases.name(&context.machine.host_name);
    for key in ["DB_HOST", "DB_USERNAME"] {
        let _ = bundle.aliases.name(context.settings.text(key));
    }
    let findings = found::findings(context, wanted);
    let (sample, role) = bundle.rows(wanted, &findings)?;
    bundle.facts(&findings)?;
    let replayed = match &sample {
        Some(sample) => bundle.replay(sample, role)?,
        None => None,
    };
    bundle.compare(&findings, replayed.as_ref())?;
    bundle.archive.file("README.txt", lab::README.as_bytes())?;
    let Bundle { archive, missing, .. } = bundle;
    let (files, bytes) = archive.end()?;
    place::write(out, &bytes)?;
    Ok(Support {
        command: "support",
        file: out.display().to_string(),
        bytes: bytes.len(),
        files,
        rows: sample.map_or(0, |sample| sample.rows()),
        findings: findings.len(),
        replayed: replayed.map(|replayed| replayed.files()),
        missing,
    })
}

/// A bundle in the making.
struct Bundle<'a> {
    context: &'a Context<'a>,
    aliases: Aliases,
    archive: Archive,
    /// What is not in it, and why.
    missing: Vec<String>,
}

impl Bundle<'_> {
    /// Notes that a part is not there.
    fn lacks(&mut self, what: &str, why: &str) {
        let why = self.aliases.text(why, true);
        self.context.console.warning(&format!("{what} is not in it: {why}"));
        self.missing.push(format!("{what}: {why}"));
    }

    /// Takes the sample; the names of all rows are known after that.
    fn rows(
        &mut self,
        wanted: &Wanted,
        findings: &Findings,
    ) -> anyhow::Result<(Option<Sample>, Role)> {
        let context = self.context;
        let settings = &context.settings;
        let role = context.machine.role;
        let role = role
            .or_else(|| Role::read(settings.text("PROVHA__OWN_STATE")))
            .unwrap_or(Role::Standalone);
        let mut db = match context.database() {
            Ok(db) => db,
            Err(error) => {
                self.lacks("the sample", &format!("{error:#}"));
                return Ok((None, role));
            }
        };
        let url = Url::resolve(context.options.db.as_deref(), settings)?;
        let is_sqlite = matches!(url, Url::Sqlite(_));
        let aliases = &mut self.aliases;
        // The site's role counts: without a pair a master is standalone.
        let site =
            load::site(&mut *db, settings, &context.machine, &mut Vec::new());
        let role = site.map_or(role, |site| site.role);
        let taken =
            sample::take(&mut *db, is_sqlite, wanted, findings, aliases);
        let sample = match taken {
            Ok(sample) => sample,
            // No such device: a bundle about another one is of no use.
            Err(error) if error.is::<Stop>() => return Err(error),
            Err(error) => {
                self.lacks("the sample", &format!("{error:#}"));
                return Ok((None, role));
            }
        };
        let bytes = sample::bytes(&sample, Form::Sqlite)?;
        self.archive.file("sample.sqlite", &bytes)?;
        Ok((Some(sample), role))
    }

    /// Everything but the rows.
    fn facts(&mut self, findings: &Findings) -> anyhow::Result<()> {
        let context = self.context;
        for (name, value) in [
            ("versions.json", Ok(parts::versions(context))),
            ("config.json", Ok(parts::config(context))),
            ("status.json", parts::status(context)),
            ("generations.json", parts::generations(context)),
            ("last-rebuild.json", parts::last_rebuild(context)),
            ("findings.json", parts::findings(findings)),
        ] {
            match value {
                Ok(value) => {
                    let value = scrub::json(&self.aliases, &value);
                    self.archive
                        .file(name, format!("{value:#}\n").as_bytes())?;
                }
                Err(error) => self.lacks(name, &format!("{error:#}")),
            }
        }
        Ok(())
    }

    /// Makes the files of the sample as the lab will.
    fn replay(
        &mut self,
        sample: &Sample,
        role: Role,
    ) -> anyhow::Result<Option<Replayed>> {
        let lab = Lab::build(self.context, sample, role, &mut self.aliases)?;
        for (name, bytes) in lab.files() {
            self.archive.file(name, bytes)?;
        }
        match lab.run(self.context) {
            Ok(replayed) => {
                let sums = replayed.sums();
                self.archive.file("expected.sha256", sums.as_bytes())?;
                Ok(Some(replayed))
            }
            Err(error) => {
                self.lacks("expected.sha256", &format!("{error:#}"));
                Ok(None)
            }
        }
    }

    /// What the lab finds and what was found here.
    fn compare(
        &mut self,
        findings: &Findings,
        replayed: Option<&Replayed>,
    ) -> anyhow::Result<()> {
        let Some(replayed) = replayed else { return Ok(()) };
        let here = parts::places(findings);
        let only = |one: &[String], other: &[String]| -> Vec<String> {
            one.iter().filter(|place| !other.contains(place)).cloned().collect()
        };
        let value = json!({
            "in_the_sample": replayed.found,
            "only_here": only(&here, &replayed.places),
            "only_in_the_sample": only(&replayed.places, &here),
            "runs": replayed.runs,
        });
        let value = scrub::json(&self.aliases, &value);
        let text = format!("{value:#}\n");
        self.archive.file("expected-findings.json", text.as_bytes())
    }
}

/// What the command says at the end.
pub fn line(made: &Support) -> String {
    let replayed = match made.replayed {
        Some(files) => format!("; {} come again", count(files, "file")),
        None => String::new(),
    };
    format!(
        "{}: {} octets; {}; {}{replayed}",
        made.file,
        made.bytes,
        count(made.findings, "finding"),
        count(made.rows, "masked row"),
    )
}
