//! Where values come from, and the rules that sit between a stored value
//! and the template: facts/nms-templates.md section 2.

/// The tables that a placeholder can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// The modem's alive options; written `{modem.KEY.0}` like its columns.
    ModemOption,
    /// The one row of `provbase`.
    Provbase,
    /// The modem (modem texts only).
    Modem,
    /// The modem's alive qos row (modem texts only).
    Qos,
    /// The MTA (MTA texts only).
    Mta,
    /// The MTA's alive numbers; the index is the port (MTA texts only).
    Phonenumber,
    /// Our own additions: `own_ip`, `peer_ip`.
    Provha,
}

impl Table {
    /// The table of the database that its values are in.
    #[must_use]
    pub fn in_database(self) -> &'static str {
        match self {
            Table::ModemOption => "modem_option",
            Table::Provbase => "provbase",
            Table::Modem => "modem",
            Table::Qos => "qos",
            Table::Mta => "mta",
            Table::Phonenumber => "phonenumber",
            Table::Provha => "provha",
        }
    }
}

/// What kind of device a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Cable modem.
    Modem,
    /// Telephone adapter.
    Mta,
}

impl Kind {
    /// The tables in the order in which they are replaced.
    pub(super) fn order(self) -> &'static [Table] {
        match self {
            Kind::Modem => &[
                Table::ModemOption,
                Table::Provbase,
                Table::Modem,
                Table::Qos,
                Table::Provha,
            ],
            Kind::Mta => &[
                Table::Provbase,
                Table::Mta,
                Table::Phonenumber,
                Table::Provha,
            ],
        }
    }
}

/// One stored value, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// No such row or column.
    Unresolved,
    /// SQL NULL: resolved, and empty.
    Null,
    /// Bytes as they are stored; doubles as [`crate::template::php_double`] prints
    /// them, booleans as 1 and 0, times as `YYYY-MM-DD HH:MM:SS`.
    Text(&'a [u8]),
}

impl<'a> Value<'a> {
    /// The bytes to insert, unless unresolved.
    pub(super) fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Value::Unresolved => None,
            Value::Null => Some(b""),
            Value::Text(bytes) => Some(bytes),
        }
    }
}

/// The rows of one device, raw: no rule of the language is applied by it.
pub trait Values {
    /// One value. `index` is the port for [`Table::Phonenumber`] (of two
    /// numbers on one port, the one that is wanted) and 0 for every other
    /// table. Of two options with one key the lower id wins.
    fn get(&self, table: Table, column: &str, index: u32) -> Value<'_>;

    /// All values of a table, columns in their order, ports ascending.
    /// Only called for rows in which a value brings braces of its own.
    fn each(&self, table: Table, visit: &mut dyn FnMut(&str, u32, Value<'_>));

    /// The modem has an alive qos row.
    fn has_qos(&self) -> bool;

    /// The columns of the qos table in their order, row or not.
    fn qos_columns(&self) -> &[String];
}

/// A placeholder's parts: `{table.column.index}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    /// The table; an option is [`Table::Modem`] here.
    pub(super) table: Table,
    /// Column or option key.
    pub(super) column: String,
    /// Port or 0.
    pub(super) index: u32,
}

/// The written names of the tables.
const NAMES: &[(&str, Table)] = &[
    ("modem", Table::Modem),
    ("qos", Table::Qos),
    ("provbase", Table::Provbase),
    ("mta", Table::Mta),
    ("phonenumber", Table::Phonenumber),
    ("provha", Table::Provha),
];

impl Table {
    /// The name that placeholders use.
    pub(super) fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(_, table)| *table == self);
        found.map_or("modem", |(name, _)| name)
    }
}

/// Reads what stands between a placeholder's braces, for any device kind.
pub(super) fn parse_variable(text: &[u8]) -> Option<Variable> {
    let text = std::str::from_utf8(text).ok()?;
    let (table, rest) = text.split_once('.')?;
    let (column, index) = rest.rsplit_once('.')?;
    let table = NAMES.iter().find(|(name, _)| *name == table)?.1;
    let index = parse_index(index)?;
    let usable =
        !column.is_empty() && (table == Table::Phonenumber || index == 0);
    usable.then(|| Variable { table, column: column.to_owned(), index })
}

/// A port as the old system writes it: no sign, no leading zero.
fn parse_index(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|b| b.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

/// The values of one device as one level of the chain sees them.
pub(super) struct Lookup<'a, V: Values + ?Sized> {
    /// The device's rows.
    pub(super) values: &'a V,
    /// Its kind.
    pub(super) kind: Kind,
    /// The level has no parent id, so a missing qos has a substitute.
    pub(super) root: bool,
    /// The level's text is for AVM boxes: hide inactive passwords.
    pub(super) avm: bool,
}

/// Rate of the substitute for a missing qos, bit/s.
const TEST_RATE: &[u8] = b"250000";

impl<'a, V: Values + ?Sized> Lookup<'a, V> {
    /// The value of a placeholder, every rule applied.
    pub(super) fn get(&self, variable: &Variable) -> Value<'a> {
        let Variable { table, column, index } = variable;
        if !self.kind.order().contains(table) {
            return Value::Unresolved;
        }
        if *table == Table::Modem {
            let option = self.values.get(Table::ModemOption, column, 0);
            if option != Value::Unresolved {
                return option;
            }
        }
        if *table == Table::Qos && !self.values.has_qos() {
            return self.substitute(column);
        }
        let value = self.values.get(*table, column, *index);
        if *table == Table::Phonenumber {
            return self.number(column, *index, value);
        }
        value
    }

    /// All values of a table in order, every rule applied.
    pub(super) fn each(
        &self,
        table: Table,
        visit: &mut dyn FnMut(&str, u32, Value<'_>),
    ) {
        if table == Table::Qos && !self.values.has_qos() {
            if self.root {
                for column in self.values.qos_columns() {
                    visit(column, 0, self.substitute(column));
                }
            }
            return;
        }
        self.values.each(table, &mut |column, index, value| {
            if table == Table::Phonenumber {
                let value = self.number(column, index, value);
                visit(column, index, value);
            } else {
                visit(column, index, value);
            }
        });
    }

    /// What stands for a missing qos in a root configfile.
    fn substitute(&self, column: &str) -> Value<'static> {
        let known = || self.values.qos_columns().iter().any(|c| c == column);
        match column {
            _ if !self.root => Value::Unresolved,
            "id" => Value::Text(b"0"),
            "ds_rate_max_help" | "us_rate_max_help" => Value::Text(TEST_RATE),
            _ if known() => Value::Null,
            _ => Value::Unresolved,
        }
    }

    /// The rules for phone numbers: `active` 0 prints 2, and an AVM box
    /// does not get the password of an inactive number.
    fn number<'v>(
        &self,
        column: &str,
        index: u32,
        value: Value<'v>,
    ) -> Value<'v> {
        match column {
            "active" if is_off(value) => Value::Text(b"2"),
            "password" if self.avm && value != Value::Unresolved => {
                let active =
                    self.values.get(Table::Phonenumber, "active", index);
                if is_off(active) {
                    Value::Text(b"deactivated number")
                } else {
                    value
                }
            }
            _ => value,
        }
    }
}

/// A flag that is not set.
fn is_off(value: Value<'_>) -> bool {
    matches!(value, Value::Null | Value::Text(b"0" | b""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_have_three_parts() {
        let variable = parse_variable(b"phonenumber.active.12").unwrap();
        assert_eq!(variable.table, Table::Phonenumber);
        assert_eq!(variable.index, 12);
        let variable = parse_variable(b"modem.a.b.0").unwrap();
        assert_eq!(variable.column, "a.b");
        for text in [
            "modem.mac.1",
            "modem.mac",
            "modem..0",
            "Modem.mac.0",
            "modem.mac.00",
            "phonenumber.number.01",
            "phonenumber.number.+1",
            "gone.x.0",
            "modem.mac.",
            "",
        ] {
            assert_eq!(parse_variable(text.as_bytes()), None, "{text}");
        }
    }
}
