//! Ranges of IPv4 addresses as numbers: the first and the last address.

use std::net::Ipv4Addr;

/// The first and the last address of a range.
pub type Range = (u32, u32);

/// The range between two addresses that are written; None: one is none.
pub fn read(first: &str, last: &str) -> Option<Range> {
    let bits = |text: &str| Some(text.parse::<Ipv4Addr>().ok()?.to_bits());
    Some((bits(first)?, bits(last)?))
}

/// Ranges, ascending, those that touch made one.
pub fn merged(ranges: impl Iterator<Item = Range>) -> Vec<Range> {
    let mut all: Vec<Range> = ranges.collect();
    all.sort_unstable();
    let mut out: Vec<Range> = Vec::new();
    for (first, last) in all {
        match out.last_mut() {
            Some(previous) if first <= previous.1.saturating_add(1) => {
                previous.1 = previous.1.max(last);
            }
            _ => out.push((first, last)),
        }
    }
    out
}

/// Whether a range lies whole in one of `merged`.
pub fn covers(merged: &[Range], range: Range) -> bool {
    let after = merged.partition_point(|(first, _)| *first <= range.0);
    let before = after.checked_sub(1).and_then(|i| merged.get(i));
    before.is_some_and(|(_, last)| range.1 <= *last)
}

/// What of a range lies in none of `merged`, ascending.
pub fn outside(merged: &[Range], range: Range) -> Vec<Range> {
    let (mut out, mut next) = (Vec::new(), u64::from(range.0));
    let last = u64::from(range.1);
    for (first, end) in merged.iter().copied() {
        let (first, end) = (u64::from(first), u64::from(end));
        if end < next || first > last {
            continue;
        }
        if first > next {
            out.push((next as u32, (first - 1) as u32));
        }
        next = end + 1;
    }
    if next <= last {
        out.push((next as u32, last as u32));
    }
    out
}

/// What two ranges have in common.
pub fn common(one: Range, other: Range) -> Option<Range> {
    let (first, last) = (one.0.max(other.0), one.1.min(other.1));
    (first <= last).then_some((first, last))
}

/// Whether an address lies in one of some ranges, which are ascending and do
/// not overlap.
pub fn is_in(ranges: &[Range], address: Ipv4Addr) -> bool {
    let address = address.to_bits();
    covers(ranges, (address, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_are_one() {
        let one = merged([(1, 5), (6, 6)].into_iter());
        assert_eq!(one, [(1, 6)]);
        assert!(covers(&one, (1, 6)) && !covers(&one, (0, 6)));
        assert!(!covers(&one, (6, 7)) && !covers(&[], (0, 0)));
    }

    #[test]
    fn what_lies_outside_of_ranges() {
        let check = |merged: &[Range], range, expected: &[Range]| {
            assert_eq!(outside(merged, range), expected);
        };
        check(&[], (1, 9), &[(1, 9)]);
        check(&[(0, 9)], (1, 9), &[]);
        check(&[(3, 4), (7, 7)], (1, 9), &[(1, 2), (5, 6), (8, 9)]);
        check(&[(0, 4), (20, 30)], (1, 9), &[(5, 9)]);
        check(&[(5, u32::MAX)], (1, u32::MAX), &[(1, 4)]);
    }
}
