//! Findings, and where they are written down.

use std::fmt;

use crate::docsis::check::rules::{Allow, Rule, Severity};
use crate::docsis::check::versions::Docsis;
use crate::docsis::decode::tree::Tlv;
use crate::docsis::mib::Mib;

/// Findings of one file that are kept.
const MOST: usize = 50;

/// What a check needs to know besides the file.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// Names of SNMP objects, for messages.
    pub mib: &'a Mib,
    /// Rules that are silenced.
    pub allow: Allow,
    /// Version of the modem; not checked where it is not known.
    pub docsis: Option<Docsis>,
}

/// What was found at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// How severe it is in this file.
    pub severity: Severity,
    /// Where, octets from the start; `None` for the file as a whole.
    pub offset: Option<usize>,
    /// The other place that it is about.
    pub other: Option<usize>,
    /// What is wrong there.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.severity.word();
        write!(f, "{}: {word}: {}", self.rule.name, self.text)?;
        if let Some(offset) = self.offset {
            write!(f, " (octet {offset}")?;
            if let Some(other) = self.other {
                write!(f, ", the other at {other}")?;
            }
            write!(f, ")")?;
        }
        Ok(())
    }
}

/// A place where a rule is broken, before it is put in words.
#[derive(Clone, Copy)]
pub(super) struct Found {
    /// The rule.
    pub rule: &'static Rule,
    /// How severe.
    pub severity: Severity,
    /// The place.
    offset: Option<usize>,
    /// The other place.
    other: Option<usize>,
}

impl Found {
    /// At a setting.
    pub fn new(rule: &'static Rule, tlv: &Tlv<'_>) -> Self {
        Self::at(rule, tlv.offset)
    }

    /// At an octet.
    pub fn at(rule: &'static Rule, offset: usize) -> Self {
        let offset = Some(offset);
        Self { rule, severity: rule.severity, offset, other: None }
    }

    /// In the file as a whole.
    pub fn whole(rule: &'static Rule) -> Self {
        let (offset, other) = (None, None);
        Self { rule, severity: rule.severity, offset, other }
    }

    /// With another place that comes before.
    pub fn after(self, other: usize) -> Self {
        Self { other: Some(other), ..self }
    }
}

/// Where findings are written down.
pub(super) struct Sheet<'a> {
    /// Names and what is silenced.
    pub about: &'a About<'a>,
    /// The findings.
    findings: Vec<Finding>,
}

impl<'a> Sheet<'a> {
    /// An empty one.
    pub fn new(about: &'a About<'a>) -> Self {
        Self { about, findings: Vec::new() }
    }

    /// What was written down, in the order of the file.
    pub fn finish(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|f| (f.offset.is_some(), f.offset));
        self.findings
    }

    /// Writes one down, unless it is silenced or there are enough.
    pub fn add(&mut self, found: Found, text: impl FnOnce() -> String) {
        let Found { rule, severity, offset, other } = found;
        if self.about.allow.has(rule) || self.findings.len() >= MOST {
            return;
        }
        // What can only be refused where a text is written is bad in a file.
        let severity = severity.min(Severity::Bad);
        let text = text();
        self.findings.push(Finding { rule, severity, offset, other, text });
    }
}

/// A number of up to 4 octets.
pub(super) fn number(value: &[u8]) -> Option<u32> {
    (1..=4).contains(&value.len()).then(|| {
        value.iter().fold(0, |number, octet| number << 8 | u32::from(*octet))
    })
}
