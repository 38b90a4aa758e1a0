//! `provha docsis`: the configfile codec alone.

use std::io::{self, Write};
use std::path::Path;

use crate::cli::{DocsisCommand, DocsisDecode, DocsisEncode, Global, HashWord};
use crate::codec::inputs::{Here, mib};
use crate::codec::{check, compare, describe, rules, verify};
use crate::console::{Console, count};
use crate::docsis::check::rules::Allow;
use crate::docsis::check::told;
use crate::docsis::{self, Hash, Mode, Options, decode, json, key_of_file};
use crate::env::Env;
use crate::exit::{Exit, Stop};
use crate::model::plain::plain;
use crate::report::json as out;
use crate::system::streams::{read, write};

/// Runs one of the codec's commands.
pub fn run(
    env: &Env,
    global: &Global,
    command: &DocsisCommand,
    console: &Console,
) -> anyhow::Result<Exit> {
    match command {
        DocsisCommand::Encode(args) => {
            let allow = rules::allow(env, &args.allow)?;
            encode(args, allow, global.strict, console)
        }
        DocsisCommand::Decode(args) => decode(args, console),
        DocsisCommand::Verify { keyfile, allow: names, file } => {
            let key = key(keyfile.as_deref())?;
            let allow = rules::allow(env, names)?;
            verify::run(file, key.as_deref(), allow, global.strict, console)
        }
        DocsisCommand::Check(args) => {
            let allow = rules::allow(env, &args.allow)?;
            check::run(args, allow, global.strict, console)
        }
        DocsisCommand::Describe { mib_dir, what } => {
            describe::run(what, &mib(mib_dir), console)
        }
        DocsisCommand::Diff { mib_dir, old, new } => {
            let mib = mib(mib_dir);
            compare::run((old, new), &mib, global.exit_code, console)
        }
    }
}

/// The secret of a key file.
fn key(path: Option<&Path>) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(path) = path else { return Ok(None) };
    Ok(Some(key_of_file(&read(path)?).to_vec()))
}

/// The hash that is asked for.
fn hash(word: HashWord) -> Hash {
    match word {
        HashWord::Eu => Hash::Eu,
        HashWord::Na => Hash::Na,
        HashWord::None => Hash::None,
    }
}

/// Text to binary.
fn encode(
    args: &DocsisEncode,
    allow: Allow,
    strict: bool,
    console: &Console,
) -> anyhow::Result<Exit> {
    if console.is_json() && args.output == Path::new("-") {
        let text = "--json and the binary cannot both be on standard output";
        return Err(Stop::usage(text).into());
    }
    let text = read(&args.input)?;
    let key = key(args.keyfile.as_deref())?.unwrap_or_default();
    let plan = args.dialplan.as_deref().map(read).transpose()?;
    let mib = mib(&args.mib_dir);
    let options = Options {
        mode: if args.mta { Mode::Mta } else { Mode::Modem { key: &key } },
        hash: hash(args.hash),
        dial_plan: plan.as_deref(),
        lenient: args.lenient,
        allow,
        files: &Here,
        mib: &mib,
    };
    let label = args.input.display().to_string();
    let mut result = out::Encoded {
        command: "docsis encode",
        input: label.clone(),
        output: None,
        octets: None,
        faults: Vec::new(),
        notes: Vec::new(),
    };
    let encoded = match docsis::encode(&text, &options) {
        Ok(encoded) => encoded,
        Err(faults) => {
            let faults = faults.iter().map(|f| f.render(&label).to_string());
            result.faults = faults.collect();
            console.result(&result);
            return Err(refused(&result.faults, &label).into());
        }
    };
    for warning in &told(&text, &encoded, &options, None) {
        let text = warning.render(&label).to_string();
        console.note(&text);
        result.notes.push(text);
    }
    if strict && !result.notes.is_empty() {
        let count = count(result.notes.len(), "warning");
        console.result(&result);
        let why =
            format!("{label}: {count} under --strict, nothing was written");
        return Err(Stop::refused(why).into());
    }
    write(&args.output, &encoded.bytes)?;
    result.output = Some(args.output.display().to_string());
    result.octets = Some(encoded.bytes.len());
    console.result(&result);
    Ok(Exit::Done)
}

/// The error for a text that does not encode; its faults are printed.
fn refused(faults: &[String], label: &str) -> Stop {
    let mut err = io::stderr().lock();
    for fault in faults {
        let _ = writeln!(err, "{}", plain(fault));
    }
    let count = match faults.len() {
        1 => "1 fault".to_string(),
        n => format!("{n} faults"),
    };
    Stop::refused(format!("{label}: {count}, nothing was written"))
}

/// Binary to text.
fn decode(args: &DocsisDecode, console: &Console) -> anyhow::Result<Exit> {
    let bytes = read(&args.input)?;
    let mib = mib(&args.mib_dir);
    let digit_map = args.digit_map.as_ref().map(|p| p.display().to_string());
    let options = decode::Options {
        numeric_oids: args.numeric_oids,
        digit_map: digit_map.as_deref(),
        comment_hash: false,
    };
    let decoded = decode::decode(&bytes, &mib, &options);
    let mut out = io::stdout().lock();
    if console.is_json() {
        console.streams();
        json::write(&bytes, &mib, &mut out)?;
    } else {
        out.write_all(&decoded.text)?;
    }
    if let (Some(path), Some(map)) =
        (&args.digit_map, decoded.digit_maps.last())
    {
        write(path, map)?;
    }
    for note in &decoded.notes {
        console.warning(&note.to_string());
    }
    let damaged = decoded.is_damaged();
    Ok(if damaged { Exit::Refused } else { Exit::Done })
}
