//! Which row a statement of the dhcpd set is about.

use crate::adopt::rows::Rows;
use crate::adopt::tree::Delta;

/// A row, as a table and an id.
pub type RowId = (&'static str, u32);

/// The row that a difference is about, if it is about one.
pub fn row(file: &str, delta: &Delta, rows: &Rows) -> Option<RowId> {
    let head = delta.path.first().unwrap_or(&delta.name);
    let whole = || {
        let sides = [&delta.live, &delta.ours].into_iter().flatten();
        sides.cloned().collect::<Vec<_>>().join(" ")
    };
    match file {
        "modems-host.conf" => {
            let id = number_after(&whole(), "cm/cm-");
            let id = id.or_else(|| number_after(head, "host cm-"));
            id.or_else(|| rows.modem_of(mac(&whole())?)).map(|id| ("modem", id))
        }
        "mta.conf" => number_after(head, "host mta-").map(|id| ("mta", id)),
        "endpoints-host.conf" => {
            let id = rows.endpoint_of(head.strip_prefix("host ")?)?;
            Some(("endpoint", id))
        }
        "modems-clients-public.conf" | "blocked.conf" => {
            let id = rows.modem_of(mac(&whole())?)?;
            Some(("modem", id))
        }
        "cmts_gws.conf" => {
            number_after(&whole(), "cmts_gws/").map(|id| ("netgw", id))
        }
        _ => number_after(file, "cmts_gws/").map(|id| ("netgw", id)),
    }
}

/// The number behind the first place of a text.
fn number_after(text: &str, before: &str) -> Option<u32> {
    let rest = &text[text.find(before)? + before.len()..];
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// The first MAC in a text.
fn mac(text: &str) -> Option<&str> {
    let mut words = text.split([' ', ';']);
    words.find(|word| {
        let is_hex = |c: u8| c.is_ascii_hexdigit() || c == b':';
        word.len() == 17 && word.bytes().all(is_hex)
    })
}

/// What it is about, in words.
pub fn words(file: &str, delta: &Delta, row: Option<RowId>) -> String {
    let mut heads: Vec<String> = delta.path.clone();
    if delta.is_block {
        heads.push(delta.name.clone());
    }
    let place = heads.join(", ");
    let row = row.map(|(table, id)| format!("{table} {id}"));
    match (place.is_empty(), row) {
        (true, None) => match file {
            "global.conf" | "dhcpd.conf" => "all clients".into(),
            _ => file.to_string(),
        },
        (true, Some(row)) => row,
        (false, None) => place,
        (false, Some(row)) => format!("{row}: {place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_statements() {
        let delta = |path: &[&str], name: &str, live: &str| Delta {
            path: path.iter().map(ToString::to_string).collect(),
            name: name.into(),
            live: Some(live.into()),
            ours: None,
            is_block: path.is_empty(),
        };
        let rows = Rows::default();
        let of = |file: &str, delta: &Delta| row(file, delta, &rows);
        let host = delta(&["host cm-7"], "filename", "filename cm/cm-9.cfg");
        assert_eq!(of("modems-host.conf", &host), Some(("modem", 9)));
        let host = delta(&["host mta-3"], "option x", "option x 1");
        assert_eq!(of("mta.conf", &host), Some(("mta", 3)));
        let pool = delta(&["shared-network x"], "subnet", "");
        assert_eq!(of("cmts_gws/12.conf", &pool), Some(("netgw", 12)));
        assert_eq!(of("global.conf", &pool), None);
        assert_eq!(mac("x 00:1a:2b:10:00:25;"), Some("00:1a:2b:10:00:25"));
    }
}
