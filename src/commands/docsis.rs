//! `provha docsis`: the configfile codec alone.

use std::io::{self, Write};

use crate::cli::{DocsisCommand, DocsisDecode, Global};
use crate::codec::inputs::{Mibs, binary, key};
use crate::codec::{check, compare, describe, encode, rules, verify};
use crate::console::Console;
use crate::docsis::{decode, json};
use crate::env::Env;
use crate::exit::Exit;
use crate::system::streams::write;

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
            encode::run(args, allow, global.strict, console)
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
            let mibs = Mibs::open(mib_dir)?;
            let ended = describe::run(what, &mibs.mib, console);
            mibs.tell(console);
            ended
        }
        DocsisCommand::Diff { mib_dir, old, new } => {
            let mibs = Mibs::open(mib_dir)?;
            let files = (old.as_path(), new.as_path());
            let ended =
                compare::run(files, &mibs.mib, global.exit_code, console);
            mibs.tell(console);
            ended
        }
    }
}

/// Binary to text.
fn decode(args: &DocsisDecode, console: &Console) -> anyhow::Result<Exit> {
    let bytes = binary(&args.input)?;
    let mibs = Mibs::open(&args.mib_dir)?;
    let mib = &mibs.mib;
    let digit_map = args.digit_map.as_ref().map(|p| p.display().to_string());
    let options = decode::Options {
        numeric_oids: args.numeric_oids,
        digit_map: digit_map.as_deref(),
        comment_hash: false,
        explain: args.explain,
    };
    let decoded = decode::decode(&bytes, mib, &options);
    let mut out = io::stdout().lock();
    if console.is_json() {
        console.streams();
        json::write(&bytes, mib, &mut out)?;
    } else {
        out.write_all(&decoded.text)?;
    }
    if let (Some(path), Some(map)) =
        (&args.digit_map, decoded.digit_maps.last())
    {
        write(path, map)?;
    }
    mibs.tell(console);
    for note in &decoded.notes {
        console.warning(&note.to_string());
    }
    let damaged = decoded.is_damaged();
    Ok(if damaged { Exit::Refused } else { Exit::Done })
}
