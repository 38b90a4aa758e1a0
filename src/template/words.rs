//! Words of a text that decide over generated rows.

/// Leaves out the list of `CpeMacAddress`; normally in a comment.
pub(super) const SKIP: &[u8] = b"CpeMacAddress skip";

/// Sets a firmware already.
pub(super) const FIRMWARE: &[u8] = b"SwUpgradeFilename \"fw/";

/// The words stand in the text.
pub(super) fn contains(text: &[u8], words: &[u8]) -> bool {
    find(text, words).is_some()
}

/// How often the words stand in the text.
pub(super) fn count(text: &[u8], words: &[u8]) -> usize {
    let (mut rest, mut count) = (text, 0);
    while let Some(start) = find(rest, words) {
        rest = &rest[start + words.len()..];
        count += 1;
    }
    count
}

/// The first place of `words`, which are not empty.
pub(super) fn find(text: &[u8], words: &[u8]) -> Option<usize> {
    let mut start = 0;
    loop {
        start += text[start..].iter().position(|byte| *byte == words[0])?;
        if text[start..].starts_with(words) {
            return Some(start);
        }
        start += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{
        CmHeader, Configfile, Contract, Kind, Library, Renderer, Table, Value,
        Values,
    };

    /// A modem with one column, `a`.
    struct Device(&'static str);

    impl Values for Device {
        fn get(&self, table: Table, column: &str, _: u32) -> Value<'_> {
            match (table, column) {
                (Table::Modem, "a") => Value::Text(self.0.as_bytes()),
                _ => Value::Unresolved,
            }
        }

        fn each(
            &self,
            table: Table,
            visit: &mut dyn FnMut(&str, u32, Value<'_>),
        ) {
            visit("a", 0, self.get(table, "a", 0));
        }

        fn has_qos(&self) -> bool {
            false
        }

        fn qos_columns(&self) -> &[String] {
            &[]
        }
    }

    /// The text of a modem with an adapter, whose configfile `child` stands
    /// on a parent with a firmware.
    fn render(child: &str, value: &'static str) -> String {
        let level = |id, parent_id, text: &str, firmware| Configfile {
            id,
            name: String::new(),
            parent_id,
            text: Some(text.as_bytes().to_vec()),
            firmware,
            kind: Kind::Modem,
        };
        let parent = level(1, None, "", Some("b.bin".to_owned()));
        let files = [parent, level(2, Some(1), child, None)];
        let library = Library::new(files, |_| None);
        let contract = Contract { has_telephony: true, internet_access: true };
        let header = CmHeader {
            max_cpe: Some(3),
            internet_access: true,
            contract: Some(contract),
            mta_macs: &[Some(b"00:1b:3c:20:00:00")],
        };
        let chain = library.chain(2).unwrap();
        let (mut out, mut notes) = (Vec::new(), Vec::new());
        let device = Device(value);
        Renderer::new().cm(chain, &device, &header, &mut out, &mut notes);
        String::from_utf8(out).unwrap()
    }

    /// Which generated rows are there: MaxCPE, CpeMacAddress, firmware.
    fn generated(child: &str, value: &'static str) -> [bool; 3] {
        let text = render(child, value);
        let row = |row: &str| text.lines().any(|line| line.trim() == row);
        [
            row("MaxCPE 4;"),
            row("CpeMacAddress 00:1b:3c:20:00:00;"),
            row("SwUpgradeFilename \"fw/b.bin\";"),
        ]
    }

    #[test]
    fn a_value_decides_over_no_generated_row() {
        let all = [true; 3];
        for text in [
            "X \"{modem.a.0}\";",
            "/* {modem.a.0} */",
            "/*\n{modem.a.0}\n*/",
            "X \"{{modem.a.0},?,no}\";",
            "X {}\n/* {{modem.a.0},?,no} {modem.a.0} */",
            "Y {modem.a.0};",
        ] {
            assert_eq!(
                generated(text, "MaxCPE"),
                match text {
                    // Here it really is a word of a statement.
                    "Y {modem.a.0};" => [false, true, true],
                    _ => all,
                },
                "{text}"
            );
            assert_eq!(generated(text, "CpeMacAddress skip"), all, "{text}");
            let firmware = "SwUpgradeFilename \"fw/";
            assert_eq!(generated(text, firmware), all, "{text}");
        }
    }

    #[test]
    fn a_text_decides_over_generated_rows() {
        let skip = [true, false, true];
        assert_eq!(generated("MaxCPE 5;", "x"), [false, true, true]);
        assert_eq!(generated("/* CpeMacAddress skip */", "x"), skip);
        assert_eq!(generated("/* CpeMacAddress {modem.a.0} */", "skip"), skip);
        let both = "/* {modem.a.0} CpeMacAddress skip {modem.a.0} */";
        assert_eq!(generated(both, "CpeMacAddress skip"), skip);
        let own = "SwUpgradeFilename \"fw/{modem.a.0}\";";
        assert_eq!(generated(own, "x"), [true, true, false]);
    }

    #[test]
    fn words_are_counted() {
        assert_eq!(find(b"aab", b"ab"), Some(1));
        assert_eq!(find(b"aa", b"ab"), None);
        assert_eq!(count(b"ab ab xab", b"ab"), 3);
        assert_eq!(count(b"", b"ab"), 0);
    }
}
