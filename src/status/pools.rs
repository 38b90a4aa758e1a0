//! The address pools: how many addresses of each are in use, what either node
//! may still give out, and when it will be full.

use crate::status::codes::{POOL_FULL, POOL_NEARLY, POOL_SOON};
use crate::status::{Check, State};

/// From this share of active addresses on a pool is nearly full, per cent.
const NEARLY: f64 = 90.0;
/// A pool that will be full within this many days is told.
const SOON: f64 = 7.0;
/// Pools that a check names.
const NAMED: usize = 3;
/// Cells of a bar.
const CELLS: usize = 20;
/// The times of samples must be apart by this much to tell of growth, days.
const LEAST_DAYS: f64 = 1.0;

/// One subnet of a CMTS with its addresses.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pool {
    /// The CMTS: the name of its shared network.
    pub cmts: String,
    /// What it serves: CM, MTA, CPEPriv, CPEPub, STB.
    pub kind: String,
    /// The subnet, such as `10.16.0.0/20`.
    pub net: String,
    /// Addresses of its ranges.
    pub size: u64,
    /// Those that a client holds.
    pub active: u64,
    /// Those that the primary, or the only server, may give out.
    pub free: u64,
    /// Those that the secondary may give out.
    pub backup: u64,
    /// Those that nobody may give out for now.
    pub other: u64,
    /// Active addresses more a day; None: not known yet.
    pub growth: Option<f64>,
}

impl Pool {
    /// Active addresses, per cent of all.
    pub fn used(&self) -> f64 {
        match self.size {
            0 => 0.0,
            size => 100.0 * self.active as f64 / size as f64,
        }
    }

    /// Addresses that one of the nodes may give out.
    fn left(&self) -> u64 {
        self.size.saturating_sub(self.active)
    }

    /// In how many days it will be full; None: not at this growth, or not
    /// known.
    pub fn days_left(&self) -> Option<f64> {
        let growth = self.growth.filter(|growth| *growth > 0.0)?;
        Some(self.left() as f64 / growth)
    }

    /// When it will be full, in words.
    pub fn outlook(&self) -> String {
        match (self.days_left(), self.growth) {
            _ if self.left() == 0 => "full".into(),
            (Some(days), _) if days < 2.0 => {
                format!("full in {:.0} h", days * 24.0)
            }
            (Some(days), _) if days < 1000.0 => format!("full in {days:.0} d"),
            (_, Some(_)) => "does not grow".into(),
            (_, None) => "growth not known yet".into(),
        }
    }

    /// CMTS, kind and net.
    pub fn name(&self) -> String {
        format!("{} {} {}", self.cmts, self.kind, self.net)
    }

    /// A bar: active ones, then those that are left.
    pub fn bar(&self) -> String {
        let cells = (self.used() / 100.0 * CELLS as f64).round() as usize;
        // One lease is more than none, and nearly full is not full.
        let cells = match self.active {
            0 => 0,
            _ if self.left() > 0 => cells.clamp(1, CELLS - 1),
            _ => CELLS,
        };
        format!("[{}{}]", "#".repeat(cells), ".".repeat(CELLS - cells))
    }
}

/// The growth of a pool, addresses a day, from samples of the last days:
/// times in seconds since 1970 and active addresses, and what is active now.
pub fn growth(samples: &[(i64, u64)], now: (i64, u64)) -> Option<f64> {
    let first = samples.iter().min_by_key(|sample| sample.0)?;
    let days = (now.0 - first.0) as f64 / 86_400.0;
    (days >= LEAST_DAYS).then(|| (now.1 as f64 - first.1 as f64) / days)
}

/// The check; None: not counted in time, or an error in words.
pub fn check(pools: Option<&Result<Vec<Pool>, String>>) -> Check {
    let name = "pools";
    let pools = match pools {
        Some(Ok(pools)) => pools,
        Some(Err(why)) => {
            return Check::new(name, State::Ok, format!("not counted: {why}"));
        }
        None => {
            let text = "not counted: the lease file was not read in time";
            return Check::new(name, State::Ok, text);
        }
    };
    let full: Vec<&Pool> = pools.iter().filter(|p| p.left() == 0).collect();
    let nearly = |p: &&Pool| p.left() > 0 && p.used() >= NEARLY;
    let nearly: Vec<&Pool> = pools.iter().filter(nearly).collect();
    let soon = |p: &&Pool| {
        p.left() > 0
            && p.used() < NEARLY
            && p.days_left().is_some_and(|days| days <= SOON)
    };
    let soon: Vec<&Pool> = pools.iter().filter(soon).collect();
    for (code, state, list, what) in [
        (&POOL_FULL, State::Critical, full, "full"),
        (&POOL_NEARLY, State::Warning, nearly, "nearly full"),
        (&POOL_SOON, State::Warning, soon, "full within a week"),
    ] {
        if !list.is_empty() {
            let text = format!(
                "{} of {} {what}: {}",
                list.len(),
                pools.len(),
                words(&list)
            );
            return Check::wrong(code, state, text).hint(
                "provha status pools shows all of them; widen the pool or \
                 add one in the GUI",
            );
        }
    }
    let text = match pools.first() {
        None => "no pool gives out addresses".to_string(),
        Some(fullest) => format!(
            "{}, the fullest {}: {:.0} % of {}, {}",
            crate::console::count(pools.len(), "pool"),
            fullest.name(),
            fullest.used(),
            fullest.size,
            fullest.outlook()
        ),
    };
    Check::new(name, State::Ok, text)
}

/// Some pools by name and use.
fn words(pools: &[&Pool]) -> String {
    let named = pools.iter().take(NAMED).map(|pool| {
        let (used, outlook) = (pool.used(), pool.outlook());
        format!("{} {used:.0} % ({outlook})", pool.name())
    });
    let more = if pools.len() > NAMED { ", …" } else { "" };
    format!("{}{more}", named.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(size: u64, active: u64, growth: Option<f64>) -> Pool {
        let (cmts, kind, net) = ("a".into(), "CM".into(), "n".into());
        let free = size - active;
        Pool { cmts, kind, net, size, active, free, growth, ..Pool::default() }
    }

    #[test]
    fn bars_and_outlooks() {
        assert_eq!(pool(100, 0, None).bar(), "[....................]");
        assert_eq!(pool(1000, 1, None).bar(), "[#...................]");
        assert_eq!(pool(100, 50, None).bar(), "[##########..........]");
        assert_eq!(pool(1000, 999, None).bar(), "[###################.]");
        assert_eq!(pool(100, 100, None).bar(), "[####################]");
        assert_eq!(pool(100, 100, None).outlook(), "full");
        assert_eq!(pool(100, 50, Some(10.0)).outlook(), "full in 5 d");
        assert_eq!(pool(100, 90, Some(10.0)).outlook(), "full in 24 h");
        assert_eq!(pool(100, 50, Some(-1.0)).outlook(), "does not grow");
        assert_eq!(pool(100, 50, None).outlook(), "growth not known yet");
    }

    #[test]
    fn growth_needs_a_day() {
        const DAY: i64 = 86_400;
        assert_eq!(growth(&[], (DAY, 5)), None);
        assert_eq!(growth(&[(0, 5)], (DAY - 1, 15)), None);
        assert_eq!(growth(&[(DAY, 9), (0, 5)], (2 * DAY, 15)), Some(5.0));
        assert_eq!(growth(&[(0, 15)], (2 * DAY, 5)), Some(-5.0));
    }

    #[test]
    fn the_worst_kind_is_told() {
        let code =
            |pools: Vec<Pool>| check(Some(&Ok(pools))).code.map(|c| c.id);
        assert_eq!(code(vec![pool(10, 5, None)]), None);
        assert_eq!(code(vec![]), None);
        assert_eq!(code(vec![pool(10, 5, Some(1.0))]), Some("PH-513"));
        let nearly = || pool(10, 9, None);
        assert_eq!(code(vec![nearly(), pool(10, 5, None)]), Some("PH-512"));
        let full = pool(10, 10, None);
        assert_eq!(code(vec![full, nearly()]), Some("PH-511"));
        assert_eq!(check(None).state, State::Ok);
        assert_eq!(check(Some(&Err("x".into()))).state, State::Ok);
    }
}
