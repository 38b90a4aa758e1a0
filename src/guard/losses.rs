//! What a run would take away, in words, and whether that is too much.

use crate::cli::Guard;
use crate::context::Context;
use crate::exit::Stop;

/// Lines that a refusal may take, apart from the error and its hint.
const LINES: usize = 18;
/// Names on one line.
const ON_A_LINE: usize = 6;
/// Where nothing else is set, this many are never too many.
const FEW: usize = 10;

/// How one kind is counted and told.
struct Words {
    /// The kind.
    guard: Guard,
    /// The key of its limit.
    key: &'static str,
    /// What is counted, and what happens to it.
    what: &'static str,
}

/// A row of the table below.
const fn words(guard: Guard, key: &'static str, what: &'static str) -> Words {
    Words { guard, key, what }
}

/// The kinds that have a limit of their own.
const WORDS: [Words; 17] = [
    words(
        Guard::Hosts,
        "PROVHA__GUARD_MAX_REMOVED_PERCENT",
        "live hosts would be dropped",
    ),
    words(
        Guard::Modems,
        "PROVHA__GUARD_MODEMS",
        "live modem hosts would be dropped",
    ),
    words(Guard::Mtas, "PROVHA__GUARD_MTAS", "live MTA hosts would be dropped"),
    words(
        Guard::Endpoints,
        "PROVHA__GUARD_ENDPOINTS",
        "live endpoint hosts would be dropped",
    ),
    words(
        Guard::Blocked,
        "PROVHA__GUARD_BLOCKED",
        "modems would be blocked: their devices get no address",
    ),
    words(Guard::Cmts, "PROVHA__GUARD_CMTS", "CMTS would vanish"),
    words(
        Guard::Pools,
        "PROVHA__GUARD_POOLS",
        "pools would vanish or answer nobody",
    ),
    words(
        Guard::Routers,
        "PROVHA__GUARD_ROUTERS",
        "pools would get another router",
    ),
    words(
        Guard::Leases,
        "PROVHA__GUARD_LEASES",
        "would lose their active leases",
    ),
    words(
        Guard::AccessLists,
        "PROVHA__GUARD_ACCESS_LISTS",
        "access lists would become empty",
    ),
    words(
        Guard::Names,
        "PROVHA__GUARD_NAMES",
        "names of devices would be removed",
    ),
    words(Guard::Files, "PROVHA__GUARD_FILES", "would be dropped"),
    words(
        Guard::NoFile,
        "PROVHA__GUARD_NO_FILE",
        "devices would have no valid boot file",
    ),
    words(
        Guard::NetworkAccess,
        "PROVHA__GUARD_NETWORK_ACCESS",
        "boot files would turn NetworkAccess to 0",
    ),
    words(
        Guard::Flows,
        "PROVHA__GUARD_FLOWS",
        "boot files would lose service flows or rates",
    ),
    words(
        Guard::Settings,
        "PROVHA__GUARD_SETTINGS",
        "boot files would lose the settings of a configfile",
    ),
    words(
        Guard::KeyFile,
        "PROVHA__GUARD_KEY_FILE",
        "boot files would be signed with another secret",
    ),
];

/// The words of a kind.
fn find(guard: Guard) -> &'static Words {
    let mut all = WORDS.iter();
    all.find(|words| words.guard == guard).expect("every kind has a row")
}

/// The word of a kind for `--allow`.
fn word(guard: Guard) -> String {
    use clap::ValueEnum;
    let value = guard.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_string())
}

/// Something of one kind that a run would take away.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Loss {
    guard: Guard,
    /// What is lost, for a list.
    names: Vec<String>,
    /// How many are lost.
    count: usize,
    /// Of how many.
    of: usize,
    /// Instead of the usual words: those of the error.
    text: Option<String>,
}

/// All that a run would take away beyond the limits.
#[derive(Debug, Default)]
pub struct Losses(Vec<Loss>);

impl Losses {
    /// Adds what is lost of a kind, if it is more than the limit and not
    /// allowed.
    pub fn add(
        &mut self,
        context: &Context<'_>,
        guard: Guard,
        names: Vec<String>,
        of: usize,
    ) {
        if is_over(context, guard, names.len(), of) {
            let count = names.len();
            self.0.push(Loss { guard, names, count, of, text: None });
        }
    }

    /// The same in words of its own: `what` of the live ones.
    pub fn add_as(
        &mut self,
        context: &Context<'_>,
        guard: Guard,
        names: Vec<String>,
        (of, what): (usize, &str),
    ) {
        let before = self.0.len();
        let text = format!("{} of {of} {what}", names.len());
        self.add(context, guard, names, of);
        for loss in &mut self.0[before..] {
            loss.text = Some(text.clone());
        }
    }

    /// Adds what was found to be too much already; `text` says it in the
    /// error, `lines` name it.
    pub fn add_found(
        &mut self,
        context: &Context<'_>,
        guard: Guard,
        lines: Vec<String>,
        text: String,
    ) {
        if !lines.is_empty() && !is_allowed(context, guard) {
            let count = lines.len();
            let text = Some(text);
            self.0.push(Loss { guard, names: lines, count, of: count, text });
        }
    }

    /// Whether a kind is among them.
    pub fn has(&self, guard: Guard) -> bool {
        self.0.iter().any(|loss| loss.guard == guard)
    }

    /// Refuses the run if anything is among them: the error, then the list.
    ///
    /// # Errors
    /// Exit 3.
    pub fn judge(self, context: &Context<'_>) -> anyhow::Result<()> {
        match self.refusal(context) {
            Some(stop) => Err(stop.into()),
            None => Ok(()),
        }
    }

    /// As [`Losses::judge`], the refusal as a value.
    pub fn refusal(self, context: &Context<'_>) -> Option<Stop> {
        if self.0.is_empty() {
            return None;
        }
        let told: Vec<String> = self.0.iter().map(Loss::text).collect();
        let limit = |loss: &Loss| limit_of(context, loss.guard);
        let limits: Vec<String> = self
            .0
            .iter()
            .map(|loss| {
                let (share, count) = limit(loss);
                format!("{share} % (and {count})")
            })
            .collect();
        let mut text = format!("guard rail: {}", told.join("; "));
        if let [limit] = &limits[..] {
            text += &format!(", more than {limit}");
        }
        for line in self.lines() {
            text += &format!("\n  {line}");
        }
        Some(Stop::refused(text).hint(self.hint()))
    }

    /// What to do about it.
    fn hint(&self) -> String {
        let words: Vec<String> =
            self.0.iter().map(|loss| word(loss.guard)).collect();
        let mut hint = format!(
            "correct the rows, or if that is right, allow it for this run: \
             --allow {}",
            words.join(",")
        );
        let guards = || self.0.iter().map(|loss| loss.guard);
        if guards().all(is_removal) {
            hint += " or --max-removed-percent 100";
        }
        if self.has(Guard::Leases) {
            hint += " (leases: also --allow-empty-pools); with --drain the \
                     leases go on, and new ones are not given";
        }
        let keys: Vec<&str> = guards().map(|guard| find(guard).key).collect();
        hint + &format!("; the limits: {}", keys.join(", "))
    }

    /// The list: all kinds share its lines.
    fn lines(&self) -> Vec<String> {
        let share = (LINES / self.0.len()).max(1);
        self.0.iter().flat_map(|loss| loss.lines(share)).collect()
    }
}

impl Loss {
    /// How many of what.
    fn text(&self) -> String {
        self.text.clone().unwrap_or_else(|| {
            format!("{} of {} {}", self.count, self.of, find(self.guard).what)
        })
    }

    /// The names on at most this many lines, the total last.
    fn lines(&self, most: usize) -> Vec<String> {
        let on_a_line = match self.guard {
            Guard::Leases => 1,
            _ => ON_A_LINE,
        };
        let head = match self.guard {
            Guard::Leases => String::new(),
            _ => format!("{}: ", word(self.guard)),
        };
        let chunks = self.names.chunks(on_a_line).take(most);
        let mut lines: Vec<String> =
            chunks.map(|chunk| format!("{head}{}", chunk.join(", "))).collect();
        let left = self.names.len().saturating_sub(most * on_a_line);
        if left > 0
            && let Some(last) = lines.last_mut()
        {
            *last += &format!(" and {left} more, {} in all", self.count);
        }
        lines
    }
}

/// Whether a kind is about hosts and files that go.
fn is_removal(guard: Guard) -> bool {
    matches!(
        guard,
        Guard::Hosts
            | Guard::Modems
            | Guard::Mtas
            | Guard::Endpoints
            | Guard::Files
    )
}

/// Whether the run may take away this kind, however much.
pub fn is_allowed(context: &Context<'_>, guard: Guard) -> bool {
    let options = context.options;
    let host = matches!(guard, Guard::Modems | Guard::Mtas | Guard::Endpoints);
    options.allows(guard)
        || options.allows(Guard::All)
        || host && options.allows(Guard::Hosts)
        || guard == Guard::Leases && options.allow_empty_pools
}

/// The share in percent and the number of a kind that both must be exceeded.
pub fn limit_of(context: &Context<'_>, guard: Guard) -> (u64, usize) {
    let settings = &context.settings;
    let own = match guard {
        Guard::Hosts => None,
        _ => settings.limit(find(guard).key),
    };
    let of_removal = || settings.number("PROVHA__GUARD_MAX_REMOVED_PERCENT");
    let (share, count) = own.unwrap_or_else(|| (of_removal(), FEW));
    match context.options.max_removed_percent {
        Some(share) if is_removal(guard) => (share, count),
        _ => (share, count),
    }
}

/// Whether this many of a kind are too many.
pub fn is_over(
    context: &Context<'_>,
    guard: Guard,
    count: usize,
    of: usize,
) -> bool {
    let (share, few) = limit_of(context, guard);
    // Both: in a small network one device is a large share, in a large one a
    // hundred devices are an ordinary day.
    count > few && exceeds(count, of, share) && !is_allowed(context, guard)
}

/// Whether `part` is more than `limit` percent of `whole`.
pub fn exceeds(part: usize, whole: usize, limit: u64) -> bool {
    // Without a division, so that a limit of 5 % lets just 5 % pass.
    part as u128 * 100 > whole as u128 * u128::from(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(guard: Guard, count: usize) -> Loss {
        let names = (0..count).map(|i| format!("n{i}")).collect();
        Loss { guard, names, count, of: count, text: None }
    }

    #[test]
    fn percent_limits_are_exact() {
        assert!(!exceeds(5, 100, 5));
        assert!(exceeds(6, 100, 5));
        assert!(exceeds(1, 0, 5));
        assert!(!exceeds(100, 100, 100));
    }

    #[test]
    fn a_refusal_is_short_however_much_is_lost() {
        let kinds = [Guard::Modems, Guard::Leases, Guard::Names];
        for guard in kinds {
            let losses = Losses(vec![loss(guard, 1207)]);
            let lines = losses.lines();
            assert!(lines.len() <= LINES, "{}", lines.len());
            assert!(lines.last().unwrap().ends_with("more, 1207 in all"));
        }
        let all = Losses(WORDS.iter().map(|w| loss(w.guard, 500)).collect());
        assert!(all.lines().len() <= LINES, "{}", all.lines().len());
        assert!(all.hint().contains("--allow hosts,modems,mtas,endpoints,"));
        let few = Losses(vec![loss(Guard::Modems, 2)]);
        assert_eq!(few.lines(), ["modems: n0, n1"]);
    }

    #[test]
    fn every_limit_is_in_the_table_of_keys() {
        for words in &WORDS {
            let key = crate::config::keys::find(words.key);
            assert!(key.is_some(), "{}", words.key);
        }
    }
}
