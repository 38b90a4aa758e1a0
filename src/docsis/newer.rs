//! Limits that later versions of DOCSIS have widened. The reference knows
//! those of an older one; the table (`facts/docsis-symbols.tsv`) has its.

use crate::docsis::table::{SYMBOLS, Symbol, TOP};

/// Upper edge of the downstream of DOCSIS 3.0, Hz (as the reference has it).
pub(in crate::docsis) const EDGE_30: u32 = 1_008_000_000;

/// Upper edge of the downstream of DOCSIS 3.1, Hz (PHYv3.1 7.2.1).
pub(in crate::docsis) const EDGE_31: u32 = 1_218_000_000;

/// Upper edge of the downstream of DOCSIS 4.0, Hz (PHYv4.0).
pub(in crate::docsis) const EDGE_40: u32 = 1_794_000_000;

/// Greatest upstream scheduling type: proactive grant service
/// (DOCS-QOS3-MIB of 2019, DocsQosSchedulingType; MULPIv3.1 C.2.2.8.2).
pub(in crate::docsis) const PROACTIVE_GRANT: u32 = 7;

/// Wider limits: name, enclosing setting ('' at the top), greatest value.
const WIDER: [(&str, &str, u32); 3] = [
    ("DownstreamFrequency", "", EDGE_40),
    ("SchedulingType", "UsServiceFlow", PROACTIVE_GRANT),
    // 4 is DOCSIS 3.1, 5 is 4.0 (MULPIv4.0 C.1.3.1.2).
    ("ModemDocsisVersion", "ModemCapabilities", 5),
];

/// The limits of a setting, those of the newest DOCSIS where they are wider.
pub(in crate::docsis) fn limits(symbol: &Symbol) -> Option<(u32, u32)> {
    let (min, max) = symbol.limits()?;
    // Nearly no setting has another limit: ask its code before its name.
    if !matches!(symbol.code, 1 | 2 | 15) {
        return Some((min, max));
    }
    let wider = WIDER.iter().find(|(name, parent, _)| {
        *name == symbol.name && *parent == parent_name(symbol)
    });
    Some((min, wider.map_or(max, |(_, _, wider)| max.max(*wider))))
}

/// Step of downstream frequencies, Hz (MULPI C.1.1.1). The reference does not
/// ask for it, so it holds only where the reference takes nothing.
const STEP: u32 = 62_500;

/// True if a setting takes a number.
pub(in crate::docsis) fn takes(symbol: &Symbol, value: u32) -> bool {
    let Some((min, max)) = limits(symbol) else { return true };
    let off_step = symbol.code == 1
        && max == EDGE_40
        && value > EDGE_30
        && !value.is_multiple_of(STEP);
    (min..=max).contains(&value) && !off_step
}

/// Name of the enclosing setting; '' at the top.
fn parent_name(symbol: &Symbol) -> &'static str {
    if symbol.parent == TOP {
        return "";
    }
    SYMBOLS.get(usize::from(symbol.parent)).map_or("?", |s| s.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::table::by_name;

    #[test]
    fn only_what_was_widened_is_wider() {
        let max = |name: &str| {
            limits(by_name(name.as_bytes()).expect("a setting")).map(|l| l.1)
        };
        assert_eq!(max("DownstreamFrequency"), Some(1_794_000_000));
        let frequency = by_name(b"DownstreamFrequency").expect("a setting");
        assert!(takes(frequency, 1_215_000_000));
        assert!(takes(frequency, 1_794_000_000));
        assert!(takes(frequency, 100_000_001));
        assert!(!takes(frequency, 1_008_000_001));
        assert_eq!(max("SchedulingType"), Some(7));
        assert_eq!(max("MaxCPE"), Some(254));
        assert_eq!(max("NetworkAccess"), Some(1));
        for symbol in &SYMBOLS {
            let wider = limits(symbol).map(|l| l.1);
            assert!(wider >= symbol.limits().map(|l| l.1));
        }
    }
}
