//! The device's boot file: what lies there, what it gives, where its lines
//! come from, and what the next run would make of it.

use crate::context::Context;
use crate::devices::cache::DeviceCache;
use crate::devices::one::{Look, Source};
use crate::docsis::verify::{self, Outcome};
use crate::docsis::{self, Mib, decode, service};
use crate::explain::result::{
    BootFile, Explained, FoundAt, Level, Pending, TextLine,
};
use crate::explain::words;
use crate::model::device::DeviceKind;
use crate::publish::device_files;
use crate::publish::device_files::{DeviceDir, Part};
use crate::report;
use crate::system::files;
use crate::system::files::Owner;

/// Lines of a text that differ and are shown.
const MOST_CHANGES: usize = 100;

/// The directory of a kind's files, for reading.
fn dir(context: &Context<'_>, kind: DeviceKind) -> DeviceDir {
    let prefix = kind.prefix();
    let dir = context.settings.path("PROVHA__TFTP_DIR").join(prefix);
    DeviceDir::new(dir, prefix, Owner::default(), true)
}

/// The live file of a device; `text` is the one that it should be made of.
pub fn live(
    context: &Context<'_>,
    kind: DeviceKind,
    id: u32,
    look: Option<&Look>,
) -> BootFile {
    let loose = dir(context, kind);
    let plain = context.settings.plain_path("PROVHA__TFTP_DIR");
    let name = loose.name((id, Part::Cfg));
    let path = plain.join(kind.prefix()).join(&name);
    let mut out =
        BootFile { path: path.display().to_string(), ..BootFile::default() };
    match loose.read((id, Part::Cfg), device_files::MOST) {
        Ok(bytes) => describe(context, &bytes, &mut out),
        Err(error) if files::is_missing(&error) => {
            out.missing = Some("it is not there".into());
        }
        Err(error) => out.missing = Some(error.to_string()),
    }
    let stat = files::stat(&context.settings.root().at(&path));
    out.time = stat.ok().flatten().map(|stat| stat.st_mtime);
    match look {
        Some(look) => origins(look, &mut out),
        None => out.text = plain_text(&loose, id),
    }
    out
}

/// What a file holds.
fn describe(context: &Context<'_>, bytes: &[u8], out: &mut BootFile) {
    out.octets = Some(bytes.len() as u64);
    out.service = service::service(bytes);
    let key = context.settings.path("PROVHA__TFTP_DIR").join("keyfile");
    let key = files::read_at_most(&key, 1 << 20).ok();
    let key = key.as_deref().map(docsis::key_of_file);
    let report = verify::verify(bytes, key);
    out.faults = report
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Bad)
        .map(ToString::to_string)
        .collect();
    let options =
        decode::Options { explain: true, ..decode::Options::default() };
    let decoded = decode::decode(bytes, Mib::embedded(), &options);
    let text = String::from_utf8_lossy(&decoded.text).into_owned();
    out.settings = masked(&text);
    out.faults.extend(decoded.notes.iter().map(ToString::to_string));
}

/// The lines of a text without secrets.
fn masked(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    (0..lines.len())
        .map(|i| {
            let before = &lines[i.saturating_sub(3)..i];
            report::mask::mask_after(before, lines[i])
        })
        .collect()
}

/// The live text without where its lines come from.
fn plain_text(loose: &DeviceDir, id: u32) -> Vec<TextLine> {
    let bytes = loose.read((id, Part::Conf), device_files::MOST);
    let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
    let line = |(i, text): (usize, String)| TextLine {
        line: i + 1,
        text,
        configfile: None,
        row: None,
        columns: Vec::new(),
    };
    masked(&text).into_iter().enumerate().map(line).collect()
}

/// The chain, and where each line comes from.
fn origins(look: &Look, out: &mut BootFile) {
    out.chain = look
        .levels
        .iter()
        .map(|level| Level {
            id: level.id,
            name: level.name.clone(),
            parent: level.parent,
            firmware: Some(level.firmware.clone()).filter(|f| !f.is_empty()),
            rows: Some(level.rows),
        })
        .collect();
    let text = look.text.as_deref().unwrap_or_default();
    let text = String::from_utf8_lossy(text);
    let frame = Source::default();
    for (i, text) in masked(&text).into_iter().enumerate() {
        let source = look.lines.get(i).unwrap_or(&frame);
        let columns = match source.configfile {
            Some(_) => source.columns.clone(),
            None => header_columns(&text),
        };
        out.text.push(TextLine {
            line: i + 1,
            text,
            configfile: source.configfile,
            row: source.row,
            columns,
        });
    }
}

/// The columns that a line of the header is made of.
fn header_columns(line: &str) -> Vec<String> {
    let columns: &[&str] = match line.split_whitespace().next() {
        Some("NetworkAccess") => &[
            "modem.internet_access",
            "contract.internet_access",
            "contract.has_telephony",
            "provbase.max_cpe",
        ],
        Some("MaxCPE") => &["provbase.max_cpe", "mta.mac"],
        Some("CpeMacAddress") => &["mta.mac"],
        _ => &[],
    };
    columns.iter().map(ToString::to_string).collect()
}

/// What the next run would change in the device's files.
pub fn pending(
    context: &Context<'_>,
    (kind, id): (DeviceKind, u32),
    look: &Look,
    out: &mut Vec<Pending>,
) {
    let loose = dir(context, kind);
    let plain = context.settings.plain_path("PROVHA__TFTP_DIR");
    let path = |part| {
        let name = loose.name((id, part));
        plain.join(kind.prefix()).join(name).display().to_string()
    };
    let read = |part| match loose.read((id, part), device_files::MOST) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if files::is_missing(&error) => Ok(None),
        Err(error) => Err(error.to_string()),
    };
    let mut add = |part, changes: Vec<String>| {
        if !changes.is_empty() {
            out.push(Pending { file: path(part), changes });
        }
    };
    let unread = |why: &str| vec![format!("cannot be compared: {why}")];
    match (read(Part::Conf), &look.text) {
        (Err(why), _) => add(Part::Conf, unread(&why)),
        (Ok(old), Some(new)) => {
            let old = old.unwrap_or_default();
            add(Part::Conf, words::text(&old, new));
        }
        (Ok(_), None) => (),
    }
    match (read(Part::Cfg), &look.binary) {
        (Err(why), _) => add(Part::Cfg, unread(&why)),
        (Ok(None), Some(_)) => add(Part::Cfg, vec!["made new".into()]),
        (Ok(Some(old)), Some(new)) if old != *new => {
            let changes = docsis::diff::diff(&old, new, Mib::embedded());
            let unsigned = look.unsigned.is_some();
            let changes = changes
                .iter()
                // Without the secret the MIC that was made here is not one.
                .filter(|change| !(unsigned && change.path.contains("Mic")))
                .take(MOST_CHANGES)
                .map(|change| report::mask(&change.to_string()));
            add(Part::Cfg, changes.collect());
        }
        _ => (),
    }
}

/// What the last run remembers of a device, where there is no database.
pub fn remembered(
    context: &Context<'_>,
    kind: DeviceKind,
    id: u32,
    out: &mut Explained,
) {
    let path = device_files::index_path(&context.settings, kind.prefix());
    let Some(cache) = DeviceCache::look(&path) else {
        let path = path.display();
        context.console.warning(&format!(
            "which configfiles its file is made of is not known: {path} is not \
             there, damaged, or may not be read"
        ));
        return;
    };
    let Some(entry) = cache.find(id) else { return };
    let verdict = &cache.verdicts.list()[usize::from(entry.verdict)];
    if let Some(file) = &mut out.file {
        let mut ids = verdict.texts.clone();
        ids.dedup();
        file.chain = ids
            .into_iter()
            .map(|id| Level {
                id,
                name: String::new(),
                parent: None,
                firmware: None,
                rows: None,
            })
            .collect();
    }
    out.findings.extend(verdict.told.iter().map(|told| FoundAt {
        table: "configfile".into(),
        id: told.id,
        column: told.column.clone(),
        reason: told.reason.clone(),
        quarantined: false,
    }));
}
