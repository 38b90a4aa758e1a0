//! Objects of `--json` against the schemas of docs/json, which
//! tests/transcripts.rs keeps equal to those of the program.

use std::path::Path;

use serde_json::Value;

/// The object that a run printed on stdout, valid for its command, with the
/// exit code of the run.
#[track_caller]
pub fn object(command: &str, code: i32, out: &str) -> Value {
    let object: Value = serde_json::from_str(out)
        .unwrap_or_else(|error| panic!("{command}: {error} in {out}"));
    let name = format!("docs/json/{}.json", command.replace(' ', "-"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&object)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{command}: {wrong:?} in {object:#}");
    assert_eq!(object["command"], command, "{object:#}");
    assert_eq!(object["exit"], code, "{object:#}");
    object
}

/// The same for what any run of a test printed, if it is such an object:
/// successes, refusals and failures of all tests are checked on the way.
#[track_caller]
pub fn if_object(code: i32, out: &str) {
    if !out.starts_with("{\n") {
        return;
    }
    let Ok(value) = serde_json::from_str::<Value>(out) else { return };
    if let Some(command) = value["command"].as_str()
        && value["exit"].is_number()
    {
        let _ = object(command, code, out);
    }
}
