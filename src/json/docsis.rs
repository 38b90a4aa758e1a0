//! The objects of the commands of `docsis`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// The result of `docsis encode`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Encoded {
    /// The command.
    pub command: &'static str,
    /// The text that was read; null with --out-dir.
    pub input: Option<String>,
    /// The binary that was written; null where the text was refused.
    pub output: Option<String>,
    /// Its length; null where the text was refused.
    pub octets: Option<usize>,
    /// What is wrong with the text, a line each.
    pub faults: Vec<String>,
    /// What is odd about it, a line each.
    pub notes: Vec<String>,
    /// With --out-dir: every text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<EncodedFile>,
}

/// One text of `docsis encode --out-dir`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EncodedFile {
    /// The text that was read.
    pub input: String,
    /// The binary that was written; null where the text was refused.
    pub output: Option<String>,
    /// Its length; null where the text was refused.
    pub octets: Option<usize>,
    /// What is wrong with the text, a line each.
    pub faults: Vec<String>,
    /// What is odd about it, a line each.
    pub notes: Vec<String>,
}

/// The result of `docsis verify`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verified {
    /// The command.
    pub command: &'static str,
    /// The binary.
    pub file: String,
    /// modem, mta or plain.
    pub kind: &'static str,
    /// Whether nothing is BAD; under --strict, nor odd.
    pub good: bool,
    /// The checks in their order.
    pub checks: Vec<VerifiedCheck>,
}

/// One check of a binary.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VerifiedCheck {
    /// What was checked, or the name of a rule.
    pub subject: &'static str,
    /// ok, odd, not checked or bad.
    pub outcome: String,
    /// In words.
    pub text: String,
}

/// The result of `docsis check`.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Checked {
    /// The command.
    pub command: &'static str,
    /// The files in the order of the command line.
    pub files: Vec<CheckedFile>,
    /// With --rules: the rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<CheckRule>,
}

/// One file that was checked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckedFile {
    /// Its name.
    pub file: String,
    /// text, binary, json (the tree of decode) or other (a web page, an
    /// archive); null where it cannot be read.
    pub form: Option<&'static str>,
    /// Whether nothing is BAD or refused; under --strict, nor a note.
    pub good: bool,
    /// What was found.
    pub findings: Vec<CheckFinding>,
    /// Why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckFinding {
    /// The rule; null for a fault of the language.
    pub rule: Option<&'static str>,
    /// note, bad or refused.
    pub severity: String,
    /// Line of a text, from 1.
    pub line: Option<usize>,
    /// Column, from 1.
    pub column: Option<usize>,
    /// Place in a binary, octets.
    pub offset: Option<usize>,
    /// In words.
    pub text: String,
}

/// One rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckRule {
    /// Its name.
    pub name: &'static str,
    /// note, bad or refused.
    pub severity: String,
    /// Why it is there.
    pub reason: &'static str,
    /// What it rests on.
    pub source: &'static str,
}

/// The result of `docsis describe`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Described {
    /// The command.
    pub command: &'static str,
    /// What was asked for.
    pub what: String,
    /// What is known; empty if nothing is.
    pub found: Vec<DescribedOne>,
}

/// One setting or object.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DescribedOne {
    /// Codes from the top, or an object identifier.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The block that it stands in.
    pub block: Option<String>,
    /// What it takes.
    #[serde(rename = "type")]
    pub kind: String,
    /// The limits of its value.
    pub limits: Option<String>,
    /// Names of values.
    pub values: Option<String>,
    /// The version of DOCSIS in which it appears.
    pub since: Option<String>,
    /// What it means.
    pub meaning: Option<String>,
}

/// The result of `docsis diff`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Compared {
    /// The command.
    pub command: &'static str,
    /// Whether the files differ.
    pub differ: bool,
    /// The changes.
    pub changes: Vec<ComparedChange>,
}

/// One change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ComparedChange {
    /// The setting.
    pub path: String,
    /// Its value before; null where it was not there.
    pub old: Option<String>,
    /// Its value after; null where it is gone.
    pub new: Option<String>,
}

/// What `docsis decode` prints as it reads: this type is only its schema.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Decoded {
    /// Octets of the file.
    pub octets: usize,
    /// modem, mta or plain.
    pub kind: &'static str,
    /// The settings in their order.
    pub settings: Vec<Tlv>,
    /// How the file ends.
    pub end: Value,
    /// What is odd about it.
    pub notes: Vec<DecodedNote>,
}

/// A remark on a place of the file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DecodedNote {
    /// Octets before the place.
    pub offset: usize,
    /// Whether the file is damaged there.
    pub damage: bool,
    /// The remark.
    pub text: String,
}

/// One setting.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tlv {
    /// Octets before it.
    pub offset: usize,
    /// Its code; absent in octets that are no setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u8>,
    /// Its name; null if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Option<String>>,
    /// leaf, block, wide, raw or cut.
    pub form: &'static str,
    /// Octets of its value.
    pub length: usize,
    /// The octets that it announces, where fewer are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announced: Option<usize>,
    /// The settings in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Vec<Tlv>>,
    /// Its value in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hex: Option<String>,
    /// Its value as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The OID of a variable binding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid: Option<String>,
    /// The name of its object; null if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Option<String>>,
    /// The SNMP type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The value's name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The setting's name in newer versions of the specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// The version that has this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The value in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Settings inside the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<Vec<Inside>>,
}

/// A setting inside a value.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Inside {
    /// Its code.
    pub code: u8,
    /// Its name; null if unknown.
    pub name: Option<String>,
    /// Its value in hex.
    pub hex: String,
    /// Its value as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The value in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Settings inside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<Vec<Inside>>,
}
