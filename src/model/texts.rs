//! The rows that device texts are made of, held compactly.

use std::collections::HashMap;

use crate::model::Row;

/// What kind of device a configfile is for (configfile.device).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// Cable modems.
    Cm,
    /// Telephone adapters.
    Mta,
    /// Devices that another system provisions: by TR-069, or optical network
    /// terminals.
    Elsewhere,
    /// Anything else.
    Other,
}

impl Device {
    /// Reads the column's text.
    pub fn read(text: &str) -> Self {
        match text {
            "cm" => Self::Cm,
            "mta" => Self::Mta,
            "tr069" | "ont" => Self::Elsewhere,
            _ => Self::Other,
        }
    }
}

/// A row of configfile that is alive.
#[derive(Debug, Clone)]
pub struct ConfigfileRow {
    /// Its id.
    pub id: u32,
    /// Its name, for messages.
    pub name: String,
    /// Its parent; NULL and 0 are a root.
    pub parent_id: Option<u32>,
    /// Its text.
    pub text: Option<Vec<u8>>,
    /// Firmware image below fw/, or dial plan below dialplan/; '' is none.
    pub firmware: String,
    /// What it is for.
    pub device: Device,
}

/// One row with the names of its columns.
#[derive(Debug, Default)]
pub struct Record {
    /// The columns.
    pub columns: Columns,
    /// The cells.
    pub row: Row,
}

/// The columns of a table, and where they stand in the rows of devices.
///
/// A row is short or whole: first come the cells of columns that a text
/// names, which a short row ends with, then all others.
#[derive(Debug, Default)]
pub struct Columns {
    /// The names, in physical order.
    pub names: Vec<String>,
    /// The cell of each.
    cells: Vec<usize>,
    places: HashMap<String, usize>,
}

impl Columns {
    /// Columns that stand in their order from the first cell on.
    pub fn plain(names: Vec<String>) -> Self {
        let named = names.into_iter().map(|name| (name, true)).collect();
        let (mut columns, _) = Self::lay_out(0, vec![named]);
        columns.remove(0)
    }

    /// Lays out the columns of tables whose rows are read together, after
    /// `before` other cells; the columns, and the cells of a short row. Each
    /// column comes with whether a text names it.
    pub fn lay_out(
        before: usize,
        tables: Vec<Vec<(String, bool)>>,
    ) -> (Vec<Self>, usize) {
        let all = tables.iter().flatten();
        let short = before + all.filter(|(_, named)| *named).count();
        let (mut first, mut rest) = (before..short, short..);
        let mut cell = |named| match named {
            true => first.next(),
            false => rest.next(),
        };
        let columns = tables.into_iter().map(|table| {
            let cells: Vec<usize> =
                table.iter().filter_map(|(_, named)| cell(*named)).collect();
            let names: Vec<String> =
                table.into_iter().map(|(name, _)| name).collect();
            let places = names.iter().cloned().zip(cells.iter().copied());
            Self { places: places.collect(), names, cells }
        });
        (columns.collect(), short)
    }

    /// The cell of a column.
    pub fn cell(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The names, in physical order, each with its cell.
    pub fn each(&self) -> impl Iterator<Item = (&str, usize)> {
        self.names.iter().map(String::as_str).zip(self.cells.iter().copied())
    }
}

/// What all devices share.
#[derive(Debug, Default)]
pub struct Shared {
    /// `{provha.own_ip.0}`.
    pub own_ip: String,
    /// `{provha.peer_ip.0}`.
    pub peer_ip: Option<String>,
    /// provbase.max_cpe.
    pub max_cpe: i64,
    /// The row of provbase.
    pub provbase: Record,
    /// Columns of modem, after [`CONTRACT_CELLS`].
    pub modem: Columns,
    /// Cells of a modem's short row.
    pub short_modem: usize,
    /// Columns of mta.
    pub mta: Columns,
    /// Columns of phonenumber; empty when there is no such table.
    pub number: Columns,
    /// Cells of the short row of an adapter or a number.
    pub short_mta: usize,
    /// Columns of qos.
    pub qos_columns: Columns,
    /// Alive qos rows by id.
    pub qos: HashMap<u32, Row>,
    /// Alive configfiles.
    pub configfiles: Vec<ConfigfileRow>,
    /// Options of modems.
    pub options: OptionRows,
    /// MACs of telephone adapters by modem.
    pub mta_macs: MtaMacs,
}

impl Shared {
    /// A digest of everything here that is not about single devices.
    pub fn digest(&self, hash: &mut sha2::Sha256) {
        use sha2::Digest;
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        part(&self.own_ip);
        part(self.peer_ip.as_deref().unwrap_or("-"));
        part(&self.max_cpe.to_string());
        for columns in [
            &self.provbase.columns,
            &self.modem,
            &self.mta,
            &self.number,
            &self.qos_columns,
        ] {
            part(&columns.names.join(","));
        }
        for file in &self.configfiles {
            part(&format!("{file:?}"));
        }
        self.provbase.row.digest(hash);
        let mut qos: Vec<_> = self.qos.iter().collect();
        qos.sort_unstable_by_key(|(id, _)| **id);
        for (id, row) in qos {
            hash.update(id.to_le_bytes());
            row.digest(hash);
        }
    }
}

/// Cells before a modem's columns: contract.id (NULL: no alive contract),
/// has_telephony, internet_access.
pub const CONTRACT_CELLS: usize = 3;

/// A modem or telephone adapter whose text is to be made.
#[derive(Debug)]
pub struct TextDevice {
    /// Its id.
    pub id: u32,
    /// Its configfile.
    pub configfile: u32,
    /// Its row, short or whole.
    pub row: Row,
    /// An adapter's alive numbers: cells of mta and of phonenumber.
    pub numbers: Vec<Row>,
}

impl TextDevice {
    /// Brings the numbers into the order of their ports, ids ascending.
    pub fn sort_numbers(&mut self, shared: &Shared) {
        if self.numbers.len() < 2 {
            return;
        }
        let cell = |name| shared.number.cell(name).unwrap_or(usize::MAX);
        let (port, id) = (cell("port"), cell("id"));
        self.numbers.sort_by_key(|row| {
            (row.number::<u32>(port), row.number::<u32>(id))
        });
    }
}

/// Start and end of a value in its buffer.
type Range = (u32, u32);

/// Values that belong to modems, in one buffer, found by modem.
#[derive(Debug, Default)]
pub struct OptionRows {
    keys: Vec<String>,
    bytes: Vec<u8>,
    /// Modem, key, and where the value lies; None: NULL.
    rows: Vec<(u32, u32, Option<Range>)>,
}

impl OptionRows {
    /// Adds an option; ascending id within a modem.
    pub fn add(&mut self, modem: u32, key: &str, value: Option<&[u8]>) {
        let known = self.keys.iter().position(|k| k == key);
        let key = known.unwrap_or_else(|| {
            self.keys.push(key.to_string());
            self.keys.len() - 1
        });
        let value = value.map(|value| store(&mut self.bytes, value));
        self.rows.push((modem, key as u32, value));
    }

    /// Ends the adding: rows can now be found.
    pub fn seal(&mut self) {
        self.rows.sort_by_key(|row| row.0);
        self.rows.shrink_to_fit();
    }

    /// The options of a modem: key and value, ascending id.
    pub fn of(
        &self,
        modem: u32,
    ) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        slice_of(&self.rows, |row| row.0, modem).iter().map(|row| {
            (self.keys[row.1 as usize].as_str(), load(&self.bytes, row.2))
        })
    }
}

/// The MACs of the alive telephone adapters of each modem, as stored.
#[derive(Debug, Default)]
pub struct MtaMacs {
    bytes: Vec<u8>,
    rows: Vec<(u32, Option<Range>)>,
}

impl MtaMacs {
    /// Adds an adapter; ascending id within a modem.
    pub fn add(&mut self, modem: u32, mac: Option<&[u8]>) {
        let mac = mac.map(|mac| store(&mut self.bytes, mac));
        self.rows.push((modem, mac));
    }

    /// Ends the adding: rows can now be found.
    pub fn seal(&mut self) {
        self.rows.sort_by_key(|row| row.0);
        self.rows.shrink_to_fit();
    }

    /// The MACs of a modem's adapters, ascending id; None: NULL.
    pub fn of(&self, modem: u32) -> impl Iterator<Item = Option<&[u8]>> {
        slice_of(&self.rows, |row| row.0, modem)
            .iter()
            .map(|row| load(&self.bytes, row.1))
    }
}

/// Puts a value into the buffer.
fn store(bytes: &mut Vec<u8>, value: &[u8]) -> (u32, u32) {
    let start = bytes.len() as u32;
    bytes.extend_from_slice(value);
    (start, bytes.len() as u32)
}

/// Takes a value out of the buffer.
fn load(bytes: &[u8], at: Option<(u32, u32)>) -> Option<&[u8]> {
    at.map(|(start, end)| &bytes[start as usize..end as usize])
}

/// The rows of a key in a list that is sorted by it.
fn slice_of<T>(rows: &[T], key: impl Fn(&T) -> u32, wanted: u32) -> &[T] {
    let start = rows.partition_point(|row| key(row) < wanted);
    let end = rows.partition_point(|row| key(row) <= wanted);
    &rows[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_texts_name_stands_first() {
        let table = |list: &[(&str, bool)]| {
            let owned = |(name, named): &(&str, _)| (name.to_string(), *named);
            list.iter().map(owned).collect()
        };
        let tables = vec![
            table(&[("id", true), ("a", false), ("b", true)]),
            table(&[("id", false), ("c", true)]),
        ];
        let (columns, short) = Columns::lay_out(3, tables);
        let cells: Vec<Vec<_>> =
            columns.iter().map(|c| c.each().collect()).collect();
        assert_eq!(cells[0], [("id", 3), ("a", 6), ("b", 4)]);
        assert_eq!(cells[1], [("id", 7), ("c", 5)]);
        assert_eq!(short, 6);
        assert_eq!(columns[1].cell("c"), Some(5));
        assert_eq!(columns[1].cell("a"), None);
    }

    #[test]
    fn options_are_found_by_modem_in_the_order_of_their_ids() {
        let mut options = OptionRows::default();
        options.add(7, "b", Some(b"1"));
        options.add(3, "a", None);
        options.add(7, "a", Some(b"2"));
        options.seal();
        let of = |id| options.of(id).collect::<Vec<_>>();
        assert_eq!(of(7), [("b", Some(&b"1"[..])), ("a", Some(b"2"))]);
        assert_eq!(of(3), [("a", None)]);
        assert!(of(5).is_empty());
    }
}
