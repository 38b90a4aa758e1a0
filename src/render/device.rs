//! The text of one device, from its rows.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::text::{
    self, Chain, ChainError, CmHeader, Configfile, Contract, Kind, Library,
    Origin, Renderer, Table, TextNote, Value, Values,
};
use crate::model::Row;
use crate::model::texts::{Device, Shared, TextDevice};

/// All configfiles, ready to render devices.
pub struct Texts<'a> {
    shared: &'a Shared,
    library: Library,
    devices: HashMap<u32, Device>,
    modem: Columns,
    mta: Columns,
    number: Columns,
    qos: Columns,
    provbase: Columns,
    /// Where modem.internet_access and modem.qos_id stand.
    access: usize,
    qos_id: usize,
}

/// Places of columns by name.
struct Columns(HashMap<String, usize>);

impl Columns {
    fn new(names: &[String], offset: usize) -> Self {
        let places = names.iter().enumerate();
        Self(places.map(|(i, name)| (name.clone(), i + offset)).collect())
    }

    fn place(&self, names: &[&str]) -> usize {
        let found = names.iter().find_map(|name| self.0.get(*name));
        found.copied().unwrap_or(usize::MAX)
    }

    fn value<'a>(&self, row: &'a Row, column: &str) -> Value<'a> {
        self.0.get(column).map_or(Value::Unresolved, |at| cell(row, *at))
    }
}

/// A cell as the template language sees it.
fn cell(row: &Row, at: usize) -> Value<'_> {
    row.get(at).map_or(Value::Null, Value::Text)
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
        let modem = Columns::new(&shared.modem_columns, 0);
        let after = shared.mta_columns.len();
        Self {
            library: Library::new(files, cvc),
            devices: devices.collect(),
            access: modem.place(&["internet_access", "network_access"]),
            qos_id: modem.place(&["qos_id"]),
            modem,
            mta: Columns::new(&shared.mta_columns, 0),
            number: Columns::new(&shared.number_columns, after),
            qos: Columns::new(&shared.qos_columns, 0),
            provbase: Columns::new(&shared.provbase.columns, 0),
            shared,
        }
    }

    /// A digest of everything that one device's files are made of and others'
    /// are not.
    pub fn digest(&self, device: &TextDevice) -> [u8; 10] {
        let mut hash = Sha256::new();
        device.row.digest(&mut hash);
        for number in &device.numbers {
            number.digest(&mut hash);
        }
        let mut part = |bytes: Option<&[u8]>| {
            let length = bytes.map_or(u64::MAX, |bytes| bytes.len() as u64);
            hash.update(length.to_le_bytes());
            hash.update(bytes.unwrap_or(b""));
        };
        for (key, value) in self.shared.options.of(device.id) {
            part(Some(key.as_bytes()));
            part(value);
        }
        self.shared.mta_macs.of(device.id).for_each(part);
        let mut out = [0; 10];
        out.copy_from_slice(&hash.finalize()[..10]);
        out
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
            Some(Device::Tr069) if device == Device::Cm => {
                return Err(NoText::Elsewhere);
            }
            Some(other) if *other != device => {
                return Err(unusable("is for another type of device"));
            }
            Some(_) => {}
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
        });
        Ok(())
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
        let values = DeviceValues { texts: self, device, qos: None };
        renderer.mta(chain, &values, out, notes);
        Ok(())
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
                let values = DeviceValues { texts: self, device, qos: None };
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
        let values = DeviceValues { texts: self, device, qos };
        let macs: Vec<Option<&[u8]>> =
            self.shared.mta_macs.of(device.id).collect();
        let after = self.shared.modem_columns.len();
        let head = CmHeader {
            max_cpe: Some(self.shared.max_cpe),
            internet_access: row.flag(self.access),
            contract: Self::contract(row, after),
            mta_macs: &macs,
        };
        work(&values, &head)
    }

    /// Whether a modem that has a text of ours has no alive contract.
    pub fn lacks_contract(&self, modem: &TextDevice) -> bool {
        let after = self.shared.modem_columns.len();
        self.chain(modem.configfile, Device::Cm).is_ok()
            && Self::contract(&modem.row, after).is_none()
    }

    /// The contract behind a modem's row; None when there is no alive one.
    fn contract(row: &Row, after: usize) -> Option<Contract> {
        row.get(after).map(|_| Contract {
            has_telephony: row.flag(after + 1),
            internet_access: row.flag(after + 2),
        })
    }
}

/// One device's rows as the template language asks for them.
struct DeviceValues<'a> {
    texts: &'a Texts<'a>,
    device: &'a TextDevice,
    qos: Option<&'a Row>,
}

impl DeviceValues<'_> {
    /// The number on a port; of several the last.
    fn number(&self, port: u32) -> Option<&Row> {
        let at = self.texts.number.place(&["port"]);
        let numbers = self.device.numbers.iter().rev();
        numbers.into_iter().find(|row| row.number(at) == Some(port))
    }
}

impl Values for DeviceValues<'_> {
    fn get(&self, table: Table, column: &str, index: u32) -> Value<'_> {
        let texts = self.texts;
        let shared = texts.shared;
        match table {
            Table::ModemOption => shared
                .options
                .of(self.device.id)
                .find(|(key, _)| *key == column)
                .map_or(Value::Unresolved, |(_, value)| {
                    value.map_or(Value::Null, Value::Text)
                }),
            Table::Provbase => {
                texts.provbase.value(&shared.provbase.row, column)
            }
            Table::Modem => texts.modem.value(&self.device.row, column),
            Table::Mta => texts.mta.value(&self.device.row, column),
            Table::Qos => self
                .qos
                .map_or(Value::Unresolved, |row| texts.qos.value(row, column)),
            Table::Phonenumber => {
                self.number(index).map_or(Value::Unresolved, |row| {
                    texts.number.value(row, column)
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
        let mut all = |columns: &[String], row: &Row, at: usize, index: u32| {
            for (i, column) in columns.iter().enumerate() {
                visit(column, index, cell(row, at + i));
            }
        };
        match table {
            Table::ModemOption => {
                for (key, value) in shared.options.of(self.device.id) {
                    visit(key, 0, value.map_or(Value::Null, Value::Text));
                }
            }
            Table::Provbase => {
                all(&shared.provbase.columns, &shared.provbase.row, 0, 0);
            }
            Table::Modem => all(&shared.modem_columns, row, 0, 0),
            Table::Mta => all(&shared.mta_columns, row, 0, 0),
            Table::Qos => {
                if let Some(row) = self.qos {
                    all(&shared.qos_columns, row, 0, 0);
                }
            }
            Table::Phonenumber => {
                let port = self.texts.number.place(&["port"]);
                for row in &self.device.numbers {
                    let index = row.number(port).unwrap_or(0);
                    let after = shared.mta_columns.len();
                    all(&shared.number_columns, row, after, index);
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
        &self.texts.shared.qos_columns
    }
}

/// Whether a name is a plain file name below its directory.
pub fn is_plain_name(name: &str) -> bool {
    text::is_plain_name(name)
}
