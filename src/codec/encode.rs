//! `provha docsis encode`: texts, or the JSON of `decode`, to binaries.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::{DocsisEncode, HashWord};
use crate::codec::inputs::{Here, Mibs, key};
use crate::console::{Console, count};
use crate::docsis::check::rules::Allow;
use crate::docsis::check::told;
use crate::docsis::kind_of::{Other, other};
use crate::docsis::{self, Fault, Hash, Mode, Options, from_json};
use crate::exit::{Exit, Stop};
use crate::model::plain::plain;
use crate::report::json as out;
use crate::system::files;
use crate::system::files::Doing;
use crate::system::streams::{read, write};

/// Ends of the names of texts that are taken from a directory.
const TEXTS: [&str; 3] = ["conf", "txt", "json"];

/// Encodes one file to another, or several into a directory.
pub fn run(
    args: &DocsisEncode,
    allow: Allow,
    strict: bool,
    console: &Console,
) -> anyhow::Result<Exit> {
    let inputs = args.out_dir.as_ref().map(|dir| several(args, dir));
    let Some(inputs) = inputs.transpose()? else {
        return one(args, (allow, strict), console);
    };
    let job = Job::new(args, (allow, strict), console)?;
    let mut files = Vec::new();
    for (output, input) in inputs {
        files.push(job.file(&input, &output)?);
    }
    job.mibs.tell(console);
    let refused = files.iter().filter(|f| f.output.is_none()).count();
    let (all, good) = (files.len(), files.len() - refused);
    let note = format!("{good} of {all} files encoded");
    console.note(&note);
    let (input, octets) = (None, None);
    let (output, faults, notes) = (None, Vec::new(), Vec::new());
    let command = "docsis encode";
    console.result(&out::Encoded {
        command,
        input,
        output,
        octets,
        faults,
        notes,
        files,
    });
    Ok(if refused == 0 { Exit::Done } else { Exit::Refused })
}

/// Inputs by their outputs in `dir`.
fn several(
    args: &DocsisEncode,
    dir: &Path,
) -> anyhow::Result<BTreeMap<PathBuf, PathBuf>> {
    let mut inputs = Vec::new();
    let named = [Some(&args.input), args.output.as_ref()];
    for path in named.into_iter().flatten().chain(&args.more) {
        if !path.is_dir() {
            inputs.push(path.clone());
            continue;
        }
        let text = |path: &PathBuf| {
            let end = path.extension().and_then(OsStr::to_str);
            path.is_file() && end.is_some_and(|end| TEXTS.contains(&end))
        };
        let entries = std::fs::read_dir(path).doing("read", path)?;
        for entry in entries {
            inputs.push(entry.doing("read", path)?.path());
        }
        inputs.retain(|input| input.parent() != Some(path) || text(input));
    }
    let mut outputs = BTreeMap::new();
    for input in inputs {
        let Some(stem) = input.file_stem() else {
            let text = format!("{} is not a file", input.display());
            return Err(Stop::usage(text).into());
        };
        let output = dir.join(stem).with_extension("cfg");
        if let Some(first) = outputs.insert(output.clone(), input.clone()) {
            let text = format!(
                "{} and {} would both be written to {}",
                first.display(),
                input.display(),
                output.display()
            );
            return Err(Stop::usage(text).into());
        }
    }
    if outputs.is_empty() {
        let text = "no text: a directory has none that ends in .conf, .txt \
                    or .json";
        return Err(Stop::usage(text).into());
    }
    files::make_dirs(dir)?;
    Ok(outputs)
}

/// Encodes one file.
fn one(
    args: &DocsisEncode,
    (allow, strict): (Allow, bool),
    console: &Console,
) -> anyhow::Result<Exit> {
    let Some(output) = args.output.as_deref().filter(|_| args.more.is_empty())
    else {
        let text = "one INPUT and one OUTPUT are expected; several inputs \
                    need --out-dir DIR";
        return Err(Stop::usage(text).into());
    };
    if console.is_json() && output == Path::new("-") {
        let text = "--json and the binary cannot both be on standard output";
        return Err(Stop::usage(text).into());
    }
    let job = Job::new(args, (allow, strict), console)?;
    let file = job.file(&args.input, output)?;
    job.mibs.tell(console);
    let out::EncodedFile { input, output, octets, faults, notes } = file;
    let refused = output.is_none().then(|| refused(&input, faults.len()));
    console.result(&out::Encoded {
        command: "docsis encode",
        input: Some(input),
        output,
        octets,
        faults,
        notes,
        files: Vec::new(),
    });
    match refused {
        Some(text) => Err(Stop::refused(text).into()),
        None => Ok(Exit::Done),
    }
}

/// The words for a text that is refused.
fn refused(label: &str, faults: usize) -> String {
    let count = count(faults, "fault");
    format!("{label}: {count}, nothing was written")
}

/// What all files of a run share.
struct Job<'a> {
    args: &'a DocsisEncode,
    allow: Allow,
    strict: bool,
    console: &'a Console,
    key: Option<Vec<u8>>,
    plan: Option<Vec<u8>>,
    mibs: Mibs,
}

impl<'a> Job<'a> {
    /// Reads what the options name.
    fn new(
        args: &'a DocsisEncode,
        (allow, strict): (Allow, bool),
        console: &'a Console,
    ) -> anyhow::Result<Self> {
        let plan = args.dialplan.as_deref().map(read).transpose()?;
        let key = key(args.keyfile.as_deref())?;
        let mibs = Mibs::open(&args.mib_dir)?;
        Ok(Self { args, allow, strict, console, key, plan, mibs })
    }

    /// Encodes one file; faults are printed.
    fn file(
        &self,
        input: &Path,
        output: &Path,
    ) -> anyhow::Result<out::EncodedFile> {
        let text = read(input)?;
        let label = input.display().to_string();
        let mut file = out::EncodedFile {
            input: label.clone(),
            output: None,
            octets: None,
            faults: Vec::new(),
            notes: Vec::new(),
        };
        match self.octets(&text, &label, &mut file.notes)? {
            Ok(bytes) => {
                write(output, &bytes)?;
                file.output = Some(output.display().to_string());
                file.octets = Some(bytes.len());
            }
            Err(faults) => {
                let mut err = io::stderr().lock();
                for fault in &faults {
                    let _ = writeln!(err, "{}", plain(fault));
                }
                file.faults = faults;
            }
        }
        Ok(file)
    }

    /// The octets of a text or tree, or its faults.
    fn octets(
        &self,
        text: &[u8],
        label: &str,
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Result<Vec<u8>, Vec<String>>> {
        match other(text) {
            Some(Other::Json) => return self.tree(text, label),
            None | Some(Other::Text | Other::Words) => {}
            Some(other) => {
                return Ok(Err(vec![format!("{label}: {}", other.advice())]));
            }
        }
        let key = self.key.as_deref().unwrap_or_default();
        let args = self.args;
        let options = Options {
            mode: if args.mta { Mode::Mta } else { Mode::Modem { key } },
            hash: match args.hash {
                HashWord::Eu => Hash::Eu,
                HashWord::Na => Hash::Na,
                HashWord::None => Hash::None,
            },
            dial_plan: self.plan.as_deref(),
            lenient: args.lenient,
            allow: self.allow,
            files: &Here,
            mib: &self.mibs.mib,
        };
        let encoded = match docsis::encode(text, &options) {
            Ok(encoded) => encoded,
            Err(faults) => {
                let unknown = |fault: &docsis::Diagnostic| {
                    matches!(fault.fault, Fault::UnknownObject { .. })
                };
                if faults.iter().any(unknown) {
                    self.mibs.tell_count(self.console);
                }
                let faults = faults.iter();
                let faults = faults.map(|f| f.render(label).to_string());
                return Ok(Err(faults.collect()));
            }
        };
        let comments = docsis::comment_warnings(text);
        let told = told(text, &encoded, &options, None);
        for warning in comments.iter().chain(&told) {
            let text = warning.render(label).to_string();
            self.console.note(&text);
            notes.push(text);
        }
        if self.strict && !notes.is_empty() {
            let count = count(notes.len(), "warning");
            let why =
                format!("{label}: {count} under --strict, nothing was written");
            return Ok(Err(vec![why]));
        }
        Ok(Ok(encoded.bytes))
    }

    /// The octets of the JSON that `decode` printed.
    fn tree(
        &self,
        text: &[u8],
        label: &str,
    ) -> anyhow::Result<Result<Vec<u8>, Vec<String>>> {
        let args = self.args;
        let idle = [
            (args.mta, "--mta"),
            (args.hash != HashWord::None, "--hash"),
            (args.dialplan.is_some(), "--dialplan"),
        ];
        if let Some((_, option)) = idle.iter().find(|(given, _)| *given) {
            let text = format!(
                "{label}: {option} has no effect on JSON: the tree is the \
                 whole file"
            );
            return Err(Stop::usage(text).into());
        }
        let key = self.key.as_deref();
        let made = from_json::encode(text, key, &self.mibs.mib);
        Ok(made.map_err(|fault| vec![format!("{label}: {fault}")]))
    }
}
