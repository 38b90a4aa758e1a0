//! `provha docsis verify`: whether a binary is what it should be.

use std::path::Path;

use crate::codec::inputs::binary;
use crate::console::Console;
use crate::docsis::check::About;
use crate::docsis::check::rules::Allow;
use crate::docsis::decode::File;
use crate::docsis::{Mib, verify};
use crate::exit::Exit;
use crate::report::json::{Verified, VerifiedCheck};

/// Checks MICs, structure, hash and meaning of a binary.
pub fn run(
    path: &Path,
    key: Option<&[u8]>,
    allow: Allow,
    strict: bool,
    console: &Console,
) -> anyhow::Result<Exit> {
    let bytes = binary(path)?;
    let mut report = verify::verify(&bytes, key);
    let mib = Mib::embedded();
    report.add_meaning(&bytes, &About { mib, allow, docsis: None });
    let odd = |c: &verify::Check| c.outcome == verify::Outcome::Odd;
    let good = report.is_good() && !(strict && report.checks.iter().any(odd));
    for check in &report.checks {
        console.data(&format!("{check}\n"))?;
    }
    let checks = report.checks.into_iter().map(|check| VerifiedCheck {
        subject: check.subject,
        outcome: check.outcome.word().to_ascii_lowercase(),
        text: check.text,
    });
    console.result(&Verified {
        command: "docsis verify",
        file: path.display().to_string(),
        kind: File::parse(&bytes).kind().word(),
        good,
        checks: checks.collect(),
    });
    Ok(if good { Exit::Done } else { Exit::Refused })
}
