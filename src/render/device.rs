//! The text of one device, from its rows.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::Row;
use crate::model::texts::{Columns, Device, Shared, TextDevice};
use crate::template;
use crate::template::{
    Chain, ChainError, CmHeader, Configfile, Contract, Kind, Library, Origin,
    Renderer, Table, TextNote, Value, Values,
};

/// All configfiles, ready to render devices.
pub struct Texts<'a> {
    shared: &'a Shared,
    library: Library,
    devices: HashMap<u32, Device>,
    /// Configfiles whose texts cannot be made now, each with the one whose
    /// image cannot be read.
    stalled: HashMap<u32, u32>,
    /// Where modem.internet_access, modem.qos_id and phonenumber.port stand.
    access: usize,
    qos_id: usize,
    port: usize,
}

/// A cell as the template language sees it.
fn cell(row: &Row, at: usize) -> Value<'_> {
    row.get(at).map_or(Value::Null, Value::Text)
}

/// The value of a column.
fn value<'a>(columns: &Columns, row: &'a Row, name: &str) -> Value<'a> {
    columns.cell(name).map_or(Value::Unresolved, |at| cell(row, at))
}

/// Why a device has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoText {
    /// Its configfile is for devices that another system provisions.
    Elsewhere,
    /// Its configfile is missing, deleted or of another device type.
    Unusable(String),
    /// The parents of its configfile form a cycle.
    Cycle,
    /// The firmware image of this configfile, which the text is made with,
    /// cannot be read now.
    Unreadable(u32),
    /// Its rows are short, and a value brings a placeholder: they must be
    /// whole.
    Short,
}

impl<'a> Texts<'a> {
    /// Compiles the configfiles. `cvc` gives the rows of a firmware image,
    /// by its name.
    pub fn new(
        shared: &'a Shared,
        cvc: impl FnMut(&str) -> Option<Vec<String>>,
    ) -> Self {
        let files = shared.configfiles.iter().map(|row| Configfile {
            id: u64::from(row.id),
            name: row.name.clone(),
            parent_id: row.parent_id.map(u64::from),
            text: row.text.clone(),
            firmware: Some(row.firmware.clone()),
            kind: match row.device {
                Device::Mta => Kind::Mta,
                _ => Kind::Modem,
            },
        });
        let devices = shared.configfiles.iter().map(|row| (row.id, row.device));
        let cell = |columns: &Columns, names: &[&str]| {
            let found = names.iter().find_map(|name| columns.cell(name));
            found.unwrap_or(usize::MAX)
        };
        let access = ["internet_access", "network_access"];
        Self {
            library: Library::new(files, cvc),
            devices: devices.collect(),
            stalled: HashMap::new(),
            access: cell(&shared.modem, &access),
            qos_id: cell(&shared.modem, &["qos_id"]),
            port: cell(&shared.number, &["port"]),
            shared,
        }
    }

    /// Keeps back the texts that would hold something of these firmware
    /// images: what cannot be read is not the same as what is not there.
    pub fn stall(&mut self, images: &BTreeSet<String>) {
        let rows: HashMap<u32, _> =
            self.shared.configfiles.iter().map(|row| (row.id, row)).collect();
        for row in &self.shared.configfiles {
            let chain = std::iter::successors(Some(row), |row| {
                rows.get(&row.parent_id?).copied()
            });
            // No longer than all of them together: parents may be a cycle.
            let mut chain = chain.take(rows.len());
            if let Some(level) = chain.find(|r| images.contains(&r.firmware)) {
                let _ = self.stalled.insert(row.id, level.id);
            }
        }
    }

    /// A hash of everything that one device's files are made of and others'
    /// are not; for comparison with those of the same program only. A change
    /// goes unseen once in 10^19.
    pub fn digest(&self, device: &TextDevice) -> u64 {
        let mut hash = DefaultHasher::new();
        device.row.hash(&mut hash);
        device.numbers.hash(&mut hash);
        for option in self.shared.options.of(device.id) {
            option.hash(&mut hash);
        }
        // What follows is not told from an option by its length alone.
        hash.write_u8(0xff);
        for mac in self.shared.mta_macs.of(device.id) {
            mac.hash(&mut hash);
        }
        hash.finish()
    }

    /// The name of a configfile.
    pub fn name(&self, configfile: u64) -> &str {
        let row = self
            .shared
            .configfiles
            .iter()
            .find(|row| u64::from(row.id) == configfile);
        row.map_or("", |row| &row.name)
    }

    /// The chain of a device, if it has a text.
    fn chain(&self, id: u32, device: Device) -> Result<Chain<'_>, NoText> {
        let unusable = |why: &str| {
            NoText::Unusable(format!("configfile {id} {why}: no file made"))
        };
        match self.devices.get(&id) {
            None => return Err(unusable("is missing or deleted")),
            Some(Device::Elsewhere) if device == Device::Cm => {
                return Err(NoText::Elsewhere);
            }
            Some(other) if *other != device => {
                return Err(unusable("is for another type of device"));
            }
            Some(_) => {}
        }
        if let Some(level) = self.stalled.get(&id) {
            return Err(NoText::Unreadable(*level));
        }
        self.library.chain(u64::from(id)).map_err(|error| match error {
            ChainError::Cycle(_) => NoText::Cycle,
            ChainError::Missing(_) => unusable("is missing or deleted"),
        })
    }

    /// Appends a modem's text to `out`.
    pub fn cm(
        &self,
        device: &TextDevice,
        renderer: &mut Renderer,
        out: &mut Vec<u8>,
        notes: &mut Vec<TextNote>,
    ) -> Result<(), NoText> {
        let chain = self.chain(device.configfile, Device::Cm)?;
        self.with_modem(device, |values, head| {
            renderer.cm(chain, values, head, out, notes);
            values.were_enough()
        })
    }

    /// Appends an adapter's text to `out`.
    pub fn mta(
        &self,
        device: &TextDevice,
        renderer: &mut Renderer,
        out: &mut Vec<u8>,
        notes: &mut Vec<TextNote>,
    ) -> Result<(), NoText> {
        let chain = self.chain(device.configfile, Device::Mta)?;
        let values = DeviceValues::new(self, device, None);
        renderer.mta(chain, &values, out, notes);
        values.were_enough()
    }

    /// Where each line of the device's text comes from.
    pub fn origins(
        &self,
        device: &TextDevice,
        kind: Kind,
        renderer: &mut Renderer,
    ) -> Vec<Origin> {
        let wanted = match kind {
            Kind::Modem => Device::Cm,
            Kind::Mta => Device::Mta,
        };
        let Ok(chain) = self.chain(device.configfile, wanted) else {
            return Vec::new();
        };
        match kind {
            Kind::Modem => self.with_modem(device, |values, head| {
                renderer.cm_origins(chain, values, head)
            }),
            Kind::Mta => {
                let values = DeviceValues::new(self, device, None);
                renderer.mta_origins(chain, &values)
            }
        }
    }

    /// Hands a modem's values and header to `work`.
    fn with_modem<T>(
        &self,
        device: &TextDevice,
        work: impl FnOnce(&DeviceValues<'_>, &CmHeader<'_>) -> T,
    ) -> T {
        let row = &device.row;
        let qos = row
            .number(self.qos_id)
            .and_then(|id: u32| self.shared.qos.get(&id));
        let values = DeviceValues::new(self, device, qos);
        let macs: Vec<Option<&[u8]>> =
            self.shared.mta_macs.of(device.id).collect();
        let head = CmHeader {
            max_cpe: Some(self.shared.max_cpe),
            internet_access: row.flag(self.access) == Some(true),
            contract: Self::contract(row),
            mta_macs: &macs,
        };
        work(&values, &head)
    }

    /// Whether a modem that has a text of ours has no alive contract.
    pub fn lacks_contract(&self, modem: &TextDevice) -> bool {
        self.chain(modem.configfile, Device::Cm).is_ok()
            && Self::contract(&modem.row).is_none()
    }

    /// Model and software version of a modem; empty where there are none.
    pub fn modem_version<'d>(
        &self,
        modem: &'d TextDevice,
    ) -> (Cow<'d, str>, Cow<'d, str>) {
        let text = |name: &str| match self.shared.modem.cell(name) {
            Some(cell) => modem.row.text(cell),
            None => Cow::Borrowed(""),
        };
        (text("model"), text("sw_rev"))
    }

    /// The contract in a modem's row ([`CONTRACT_CELLS`]); None when there is
    /// no alive one.
    ///
    /// [`CONTRACT_CELLS`]: crate::model::texts::CONTRACT_CELLS
    fn contract(row: &Row) -> Option<Contract> {
        row.get(0).map(|_| Contract {
            has_telephony: row.flag(1) == Some(true),
            internet_access: row.flag(2) == Some(true),
        })
    }
}

/// One device's rows as the template language asks for them.
struct DeviceValues<'a> {
    texts: &'a Texts<'a>,
    device: &'a TextDevice,
    qos: Option<&'a Row>,
    /// A cell was asked for that a short row has not.
    missed: Cell<bool>,
}

impl<'a> DeviceValues<'a> {
    fn new(
        texts: &'a Texts<'a>,
        device: &'a TextDevice,
        qos: Option<&'a Row>,
    ) -> Self {
        Self { texts, device, qos, missed: Cell::new(false) }
    }

    /// Whether the rows had everything that was asked for.
    fn were_enough(&self) -> Result<(), NoText> {
        if self.missed.get() { Err(NoText::Short) } else { Ok(()) }
    }

    /// The number on a port; of several the last.
    fn number(&self, port: u32) -> Option<&Row> {
        let at = self.texts.port;
        let mut numbers = self.device.numbers.iter().rev();
        numbers.find(|row| row.number(at) == Some(port))
    }

    /// A column of the device.
    fn own<'r>(
        &self,
        columns: &Columns,
        row: &'r Row,
        name: &str,
    ) -> Value<'r> {
        let Some(at) = columns.cell(name) else { return Value::Unresolved };
        self.miss(row, at);
        cell(row, at)
    }

    /// Notes that a short row was asked for what it has not.
    fn miss(&self, row: &Row, at: usize) {
        if at >= row.len() {
            self.missed.set(true);
        }
    }
}

impl Values for DeviceValues<'_> {
    fn get(&self, table: Table, column: &str, index: u32) -> Value<'_> {
        let shared = self.texts.shared;
        match table {
            Table::ModemOption => shared
                .options
                .of(self.device.id)
                .find(|(key, _)| *key == column)
                .map_or(Value::Unresolved, |(_, value)| {
                    value.map_or(Value::Null, Value::Text)
                }),
            Table::Provbase => {
                let provbase = &shared.provbase;
                value(&provbase.columns, &provbase.row, column)
            }
            Table::Modem => self.own(&shared.modem, &self.device.row, column),
            Table::Mta => self.own(&shared.mta, &self.device.row, column),
            Table::Qos => self.qos.map_or(Value::Unresolved, |row| {
                value(&shared.qos_columns, row, column)
            }),
            Table::Phonenumber => {
                self.number(index).map_or(Value::Unresolved, |row| {
                    self.own(&shared.number, row, column)
                })
            }
            Table::Provha => match column {
                "own_ip" => Value::Text(shared.own_ip.as_bytes()),
                "peer_ip" => match &shared.peer_ip {
                    Some(ip) => Value::Text(ip.as_bytes()),
                    None => Value::Unresolved,
                },
                _ => Value::Unresolved,
            },
        }
    }

    fn each(&self, table: Table, visit: &mut dyn FnMut(&str, u32, Value<'_>)) {
        let shared = self.texts.shared;
        let row = &self.device.row;
        let mut all = |columns: &Columns, row: &Row, index: u32| {
            for (column, at) in columns.each() {
                self.miss(row, at);
                visit(column, index, cell(row, at));
            }
        };
        match table {
            Table::ModemOption => {
                for (key, value) in shared.options.of(self.device.id) {
                    visit(key, 0, value.map_or(Value::Null, Value::Text));
                }
            }
            Table::Provbase => {
                all(&shared.provbase.columns, &shared.provbase.row, 0);
            }
            Table::Modem => all(&shared.modem, row, 0),
            Table::Mta => all(&shared.mta, row, 0),
            Table::Qos => {
                if let Some(row) = self.qos {
                    all(&shared.qos_columns, row, 0);
                }
            }
            Table::Phonenumber => {
                for row in &self.device.numbers {
                    let index = row.number(self.texts.port).unwrap_or(0);
                    all(&shared.number, row, index);
                }
            }
            Table::Provha => {
                visit("own_ip", 0, self.get(Table::Provha, "own_ip", 0));
                visit("peer_ip", 0, self.get(Table::Provha, "peer_ip", 0));
            }
        }
    }

    fn has_qos(&self) -> bool {
        self.qos.is_some()
    }

    fn qos_columns(&self) -> &[String] {
        &self.texts.shared.qos_columns.names
    }
}

/// Whether a name is a plain file name below its directory.
pub fn is_plain_name(name: &str) -> bool {
    template::is_plain_name(name)
}
