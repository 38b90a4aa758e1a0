//! `provha docsis`: the configfile codec alone.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::cli::{DocsisCommand, DocsisDecode, DocsisEncode, HashWord};
use crate::console::Console;
use crate::docsis::mib::dirs::MibDirs;
use crate::docsis::{
    self, Files, Hash, Mib, Mode, Options, decode, diff, json, key_of_file,
    verify,
};
use crate::exit::{Exit, Stop};
use crate::model::plain::plain;
use crate::report::json as out;
use crate::system::streams::{read, write};

/// Runs one of the codec's commands.
pub fn run(
    command: &DocsisCommand,
    exit_code: bool,
    console: &Console,
) -> anyhow::Result<Exit> {
    match command {
        DocsisCommand::Encode(args) => encode(args, console),
        DocsisCommand::Decode(args) => decode(args, console),
        DocsisCommand::Verify { keyfile, file } => {
            let key = key(keyfile.as_deref())?;
            let report = verify::verify(&read(file)?, key.as_deref());
            let good = report.is_good();
            let checks = lines(console, &report.checks)?;
            let command = "docsis verify";
            console.result(&out::Verified { command, good, checks });
            Ok(if good { Exit::Done } else { Exit::Refused })
        }
        DocsisCommand::Diff { mib_dir, old, new } => {
            let (old, new) = (read(old)?, read(new)?);
            let changes = diff::diff(&old, &new, &mib(mib_dir));
            let changes = lines(console, &changes)?;
            let pending = exit_code && !changes.is_empty();
            let command = "docsis diff";
            console.result(&out::Compared { command, changes });
            Ok(if pending { Exit::Pending } else { Exit::Done })
        }
    }
}

/// Prints each as a line on stdout; the lines.
fn lines<T: ToString>(
    console: &Console,
    all: &[T],
) -> anyhow::Result<Vec<String>> {
    let lines: Vec<String> = all.iter().map(T::to_string).collect();
    for line in &lines {
        console.data(&format!("{line}\n"))?;
    }
    Ok(lines)
}

/// Names of SNMP objects: embedded, then the directories.
fn mib(directories: &[PathBuf]) -> Mib {
    Mib::with_loader(Box::new(MibDirs {
        directories: directories.to_vec(),
        system: true,
    }))
}

/// The secret of a key file.
fn key(path: Option<&Path>) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(path) = path else { return Ok(None) };
    Ok(Some(key_of_file(&read(path)?).to_vec()))
}

/// Files that a text names, as the reference finds them: from the working
/// directory.
struct Here;

impl Files for Here {
    fn read(&self, name: &[u8], most: usize) -> io::Result<Vec<u8>> {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(name));
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path)?;
        let _ = file.take(most as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Text to binary.
fn encode(args: &DocsisEncode, console: &Console) -> anyhow::Result<Exit> {
    if console.is_json() && args.output == Path::new("-") {
        let text = "--json and the binary cannot both be on standard output";
        return Err(Stop::usage(text).into());
    }
    let text = read(&args.input)?;
    let key = key(args.keyfile.as_deref())?.unwrap_or_default();
    let plan = match &args.dialplan {
        Some(path) => Some(read(path)?),
        None => None,
    };
    let mib = mib(&args.mib_dir);
    let options = Options {
        mode: if args.mta { Mode::Mta } else { Mode::Modem { key: &key } },
        hash: match args.hash {
            HashWord::Eu => Hash::Eu,
            HashWord::Na => Hash::Na,
            HashWord::None => Hash::None,
        },
        dial_plan: plan.as_deref(),
        lenient: args.lenient,
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
    for warning in &encoded.warnings {
        let text = warning.render(&label).to_string();
        console.note(&text);
        result.notes.push(text);
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
