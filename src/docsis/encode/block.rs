//! Whether a setting belongs into the block that it stands in. Settings are
//! found by name alone: one in a foreign block is written with the code that
//! it has at home.

use crate::docsis::table;
use crate::docsis::table::{Kind, SYMBOLS, Symbol, TOP};

/// Whether the block has a setting of that name and code.
pub(in crate::docsis) fn has(block: u16, symbol: &Symbol) -> bool {
    let here = table::child(block, symbol.code);
    here.is_some_and(|here| {
        here.name == symbol.name
            || SYMBOLS.iter().any(|row| {
                row.parent == block
                    && row.code == symbol.code
                    && row.name == symbol.name
            })
    })
}

/// What is wrong with a setting in that block.
pub(in crate::docsis) fn misplaced(block: u16, symbol: &Symbol) -> String {
    let Symbol { name, code, .. } = *symbol;
    let here = match table::child(block, code) {
        Some(other) if other.kind != Kind::Marker => other.name,
        _ if block == TOP => of_registration(code),
        _ => "nothing",
    };
    let block_name = name_of(block);
    let own = SYMBOLS
        .iter()
        .find(|row| row.parent == block && row.name == name)
        .map(|row| row.code);
    if let Some(own) = own {
        return format!(
            "{name} has code {own} in {block_name}, but code {code} is \
             written, which means {here} there: write it as `GenericTLV \
             TlvCode {own} …`"
        );
    }
    let mut homes: Vec<&str> = Vec::new();
    for row in SYMBOLS.iter().filter(|row| row.name == name) {
        let home = name_of(row.parent);
        if !homes.contains(&home) {
            homes.push(home);
        }
    }
    let shown = homes.len().min(4);
    let homes = homes[..shown].join(" or ");
    format!(
        "{name} belongs into {homes}; in {block_name} its code {code} means \
         {here}"
    )
}

/// What a code at the top means that is no setting of a file, but of the
/// modem's registration (MULPIv4.0 Annex C).
fn of_registration(code: u8) -> &'static str {
    match code {
        8 => "the vendor id",
        12 => "the modem's address",
        13 => "a service that is not available",
        27 => "a digest",
        30 => "an authorization block",
        31 => "a key number",
        _ => "nothing",
    }
}

/// Name of a block.
fn name_of(block: u16) -> &'static str {
    match block {
        TOP => "the top level",
        row => SYMBOLS.get(usize::from(row)).map_or("no block", |s| s.name),
    }
}

#[cfg(test)]
mod tests {
    use crate::docsis::{Options, encode};

    /// What is told of a text, with the line.
    fn told(text: &str) -> Vec<(usize, String)> {
        let encoded = encode(text.as_bytes(), &Options::modem(b"k"));
        let encoded = encoded.expect("it is valid");
        let warnings = encoded.warnings.iter();
        warnings.map(|w| (w.0.span.line, w.0.message())).collect()
    }

    #[test]
    fn a_setting_in_a_foreign_block_is_told() {
        let told = told(
            "Main {\n NetworkAccess 1;\n MaxRateSustained 1000000;\n \
             UsServiceFlow { UsServiceFlowRef 1;\n MaxRateDown 5000000; }\n}",
        );
        let lines: Vec<_> = told.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 5], "{told:?}");
        assert!(told[0].1.contains("UsServiceFlow or DsServiceFlow"));
        assert!(told[0].1.contains("code 8 means the vendor id"), "{told:?}");
        assert!(told[1].1.contains("UsServiceFlowId"), "{told:?}");
    }

    #[test]
    fn settings_at_home_are_not() {
        let none: [(usize, String); 0] = [];
        for text in [
            "Main { DsServiceFlow { DsServiceFlowRef 1; MaxRateSustained 5; } }",
            "Main { VendorSpecific { VendorIdentifier 0xffffff; \
             CMLoadBalancingGroupID 7; } }",
            "Main { VendorSpecific { VendorIdentifier 0x0000ca; \
             GenericTLV TlvCode 1 TlvLength 1 TlvValue 0x01; } }",
            "Main { GenericTLV TlvCode 200 { GenericTLV TlvCode 1 TlvLength 1 \
             TlvValue 0x01; } NetworkAccess 1; }",
        ] {
            assert_eq!(told(text), none, "{text}");
        }
    }
}
