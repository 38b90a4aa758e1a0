//! The file of one device as the next run would make it, with where each line
//! comes from; nothing is written.

use indicatif::ProgressBar;

use crate::context::Context;
use crate::devices::cache::{DeviceCache, UNKNOWN, Verdict};
use crate::devices::inputs::Shop;
use crate::devices::missing_parents;
use crate::devices::tftp_dir::Tftp;
use crate::devices::worker::{Inputs, Job, Worker};
use crate::exit::Stop;
use crate::guard::contents;
use crate::model::device::DeviceKind;
use crate::model::texts::{Shared, TextDevice};
use crate::model::{Findings, Site};
use crate::report;
use crate::services::tftpd;
use crate::source::Database;
use crate::source::load::texts::Wanted;
use crate::source::load::{self, Modules, Scope};
use crate::template::{Origin, Table, Template};

/// What a device's file is made of, and what comes of it.
#[derive(Debug, Default)]
pub struct Look {
    /// Its configfile, then its parents.
    pub levels: Vec<Level>,
    /// The text; None: there is none, for the reason in the findings.
    pub text: Option<Vec<u8>>,
    /// Where each line of the text comes from.
    pub lines: Vec<Source>,
    /// The binary; None: the text does not encode.
    pub binary: Option<Vec<u8>>,
    /// Why the CMTS MIC of the binary is not the right one.
    pub unsigned: Option<String>,
    /// Why there is no file.
    pub why_none: Option<&'static str>,
}

/// A configfile of a chain.
#[derive(Debug, Clone)]
pub struct Level {
    /// configfile.id.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Its parent.
    pub parent: Option<u32>,
    /// Its firmware image or dial plan; empty: none.
    pub firmware: String,
    /// How many rows its text has.
    pub rows: usize,
}

/// Where a line comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// configfile.id; None: the header or the frame.
    pub configfile: Option<u32>,
    /// The row of its text; None: its firmware, or no text at all.
    pub row: Option<u32>,
    /// The columns whose values stand in it, such as `modem.name`.
    pub columns: Vec<String>,
}

/// Looks at a device whose row is alive; None: it is not.
///
/// # Errors
/// The database cannot be read.
pub fn look(
    context: &Context<'_>,
    db: &mut dyn Database,
    site: &Site,
    (kind, id): (DeviceKind, u32),
    scope: &Scope,
    findings: &mut Findings,
) -> anyhow::Result<Option<Look>> {
    let modules = Modules::find(&*db, &context.settings)?;
    let shared = load::texts::shared_of(db, site, modules, Some(scope))?;
    let mut device = None;
    let wanted = Wanted { ids: &[id], whole: true };
    let mut take = |row| {
        device = Some(row);
        Ok(())
    };
    match kind {
        DeviceKind::Cm => load::texts::modems(db, &shared, wanted, &mut take)?,
        DeviceKind::Mta if modules.voip => {
            load::texts::mtas(db, &shared, wanted, &mut take)?;
        }
        DeviceKind::Mta => (),
    }
    let Some(device) = device else { return Ok(None) };
    let tftp = Tftp::open(context);
    let unreadable = tftp.unreadable_images(&shared);
    let chains = contents::chains(&shared);
    let (key, unsigned) = match kind {
        DeviceKind::Mta => (Vec::new(), None),
        DeviceKind::Cm => key(context, &tftp, site),
    };
    let shop = Shop {
        context,
        news_only: false,
        tftp: &tftp,
        shared: &shared,
        key: &key,
        unreadable: &unreadable,
        chains: &chains,
        observer: None,
    };
    let mut look = Look { unsigned, ..Look::default() };
    shop.open(&mut |inputs| {
        make(context, inputs, (kind, &device), &mut look, findings);
        Ok(())
    })?;
    look.levels = levels(&shared, device.configfile);
    let own = |id: u32| look.levels.iter().any(|level| level.id == id);
    tftp.missing_images(&shared, &own, findings);
    missing_parents(&shared, &own, findings);
    look.name_columns(&shared);
    Ok(Some(look))
}

/// The secret of the modems' files; without it, why.
fn key(
    context: &Context<'_>,
    tftp: &Tftp,
    site: &Site,
) -> (Vec<u8>, Option<String>) {
    match tftp.key(context, site.role) {
        Ok((key, _)) => (key, None),
        Err(error) => {
            let why = match error.downcast_ref::<Stop>() {
                Some(stop) => stop.to_string(),
                None => report::error::text(&error),
            };
            (Vec::new(), Some(why))
        }
    }
}

/// Renders and encodes the device.
fn make(
    context: &Context<'_>,
    inputs: &Inputs<'_>,
    (kind, device): (DeviceKind, &TextDevice),
    look: &mut Look,
    findings: &mut Findings,
) {
    let owner = tftpd::owner(context);
    let loose = tftpd::directory(context, owner, kind);
    let memory = DeviceCache::default();
    let bar = ProgressBar::hidden();
    let job =
        Job { shop: inputs, loose: &loose, kind, memory: &memory, bar: &bar };
    let mut worker = Worker::new(&job);
    let (text, binary, origins) = worker.look(device);
    look.text = text;
    look.binary = binary;
    look.lines = origins.iter().map(source).collect();
    let made = std::mem::take(&mut worker.made);
    look.why_none = made.without.first().map(|(_, why)| *why);
    findings.extend(made.findings);
}

/// Where a line comes from; its columns are found later.
fn source(origin: &Origin) -> Source {
    match *origin {
        Origin::Frame => Source::default(),
        Origin::Row { configfile, row } => Source {
            configfile: Some(configfile as u32),
            row: Some(row),
            columns: Vec::new(),
        },
        Origin::Firmware { configfile } => Source {
            configfile: Some(configfile as u32),
            row: None,
            columns: vec!["configfile.firmware".into()],
        },
    }
}

/// A configfile and its parents; a cycle ends where it begins again.
fn levels(shared: &Shared, configfile: u32) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    let mut next = Some(configfile);
    while let Some(id) = next {
        let known = levels.iter().any(|level| level.id == id);
        let row = shared.configfiles.iter().find(|row| row.id == id);
        let Some(row) = row.filter(|_| !known) else { break };
        let text = row.text.as_deref().unwrap_or_default();
        next = row.parent_id.filter(|id| *id != 0);
        levels.push(Level {
            id,
            name: row.name.clone(),
            parent: next,
            firmware: row.firmware.clone(),
            rows: match text.is_empty() {
                true => 0,
                false => text.split(|byte| *byte == b'\n').count(),
            },
        });
    }
    levels
}

/// The columns that a row of a configfile's text names.
fn named(shared: &Shared, configfile: u32, row: u32) -> Vec<String> {
    let file = shared.configfiles.iter().find(|file| file.id == configfile);
    let text = file.and_then(|file| file.text.as_deref());
    let mut rows = text.unwrap_or_default().split(|byte| *byte == b'\n');
    let Some(row) = rows.nth((row as usize).saturating_sub(1)) else {
        return Vec::new();
    };
    let template = Template::compile(row);
    let name = |(table, column): (Table, &str)| {
        // An option is written like a column of the modem.
        let known = shared.modem.cell(column).is_some();
        let table = match table {
            Table::Modem if !known => Table::ModemOption,
            other => other,
        };
        format!("{}.{column}", table.in_database())
    };
    let mut names: Vec<String> = template.named().map(name).collect();
    names.dedup();
    names
}

impl Look {
    /// Fills in which columns each line's row names.
    fn name_columns(&mut self, shared: &Shared) {
        for line in &mut self.lines {
            if let (Some(id), Some(row)) = (line.configfile, line.row) {
                line.columns = named(shared, id, row);
            }
        }
    }
}

impl Worker<'_> {
    /// The text, the binary and where each line comes from; what is wrong
    /// with them is found as in a run.
    fn look(
        &mut self,
        device: &TextDevice,
    ) -> (Option<Vec<u8>>, Option<Vec<u8>>, Vec<Origin>) {
        self.told.clear();
        if let Err(why) = self.render(device) {
            self.no_text(device, UNKNOWN, why);
            return (None, None, Vec::new());
        }
        self.tell_contract(device);
        self.tell_notes();
        let binary = self.encode(device);
        let verdict = Verdict {
            encoded: binary.is_some(),
            told: std::mem::take(&mut self.told),
            texts: Vec::new(),
        };
        self.tell(device.id, &verdict);
        let origins = self.origins(device);
        (Some(std::mem::take(&mut self.text)), binary, origins)
    }
}
