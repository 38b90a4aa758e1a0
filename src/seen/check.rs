//! The check before a run, and what is kept after it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::exit::Stop;
use crate::seen::digest::{Columns, Digests};
use crate::seen::judge::{Verdict, judge};
use crate::seen::rows::{How, RowChange, Rows};
use crate::seen::store::{Index, Store};
use crate::seen::words;
use crate::source::url::Engine;
use crate::source::{
    Course, Database, Link, Position, SourceError, Standing, Url,
};
use crate::system::lock::Lock;

/// A node of a cluster applies the last commits a little later than others;
/// one that stays behind for longer has lost them.
const LAG: Duration = Duration::from_secs(2);
/// Between two questions meanwhile.
const PAUSE: Duration = Duration::from_millis(100);
/// Rows that are looked at one by one; more are only counted.
const MOST: usize = 20_000;
/// Chunks that are read at once, at most.
const MOST_AT_ONCE: u32 = 16;
/// Where nothing changed, the index is written again after this, seconds.
const OFTEN: i64 = 60;

/// What a run has read: kept when what was made of it is live.
#[derive(Debug)]
pub struct Reading {
    store: Store,
    index: Index,
    /// Whether something is to be written.
    news: bool,
}

impl Reading {
    /// Keeps it; `lock`: the run writes at all.
    pub fn keep(self, context: &Context<'_>, lock: Option<&Lock>) {
        if lock.is_none() || !self.news {
            return;
        }
        let kept = self.store.take_in(&self.index);
        if let Err(error) = kept.and_then(|()| self.store.allow()) {
            context.console.warning(&format!(
                "{error}: what this run read is not kept, so that a later one \
                 cannot tell whether the database has forgotten it"
            ));
        }
    }
}

/// Opens the database for a run that writes, after the check; None: an engine
/// that has no positions.
///
/// # Errors
/// The database cannot be read; exit 3: it is older than what is live.
pub fn open(
    context: &Context<'_>,
) -> anyhow::Result<(Box<dyn Database>, Option<Reading>)> {
    let url = Url::resolve(context.options.db.as_deref(), &context.settings)?;
    let Url::Server(target) = url else {
        return Ok((context.database()?, None));
    };
    let mut said = |text: &str| context.console.warning(text);
    let link = Link::open(&target, &context.settings, &mut said)?;
    let (link, _, standing) = standing(context, link)?;
    let mut db = link.snapshot()?;
    context.console.detail("the database snapshot is open");
    // Asked for as the last time: other columns make other digests.
    let old = Store::of(&context.settings).load();
    let all = old.is_some_and(|old| old.digests.has_all());
    let read = Digests::read(&mut *db, all)?;
    let seen = check(context, &mut *db, standing, &read)?;
    Ok((db, Some(seen)))
}

/// Where a server stands; one that is behind gets a moment to catch up.
///
/// # Errors
/// The connection broke, or the node is not usable any more.
pub fn standing(
    context: &Context<'_>,
    link: Link,
) -> Result<(Link, Position, Standing), SourceError> {
    let old = Store::of(&context.settings).load();
    let end = Instant::now() + LAG;
    let (mut link, mut position, mut standing) = link.standing()?;
    while let Some(old) = &old
        && standing.course(&old.standing) == Course::Behind
        && Instant::now() < end
    {
        std::thread::sleep(PAUSE);
        (link, position, standing) = link.standing()?;
    }
    Ok((link, position, standing))
}

/// Refuses a run whose database is older than what is live.
///
/// # Errors
/// The database cannot be read; exit 3: it is older, and nobody said that it
/// may be.
pub fn check(
    context: &Context<'_>,
    db: &mut dyn Database,
    standing: Standing,
    (digests, columns): &(Digests, Columns),
) -> anyhow::Result<Reading> {
    let store = Store::of(&context.settings);
    let old = store.load();
    let writes = !context.only_looks();
    let made = made(db)?;
    let course = old.as_ref().map(|old| standing.course(&old.standing));
    let course = course.unwrap_or(Course::Onward);
    let look = Look { store: &store, old: old.as_ref(), course, writes };
    let found = look.compare(db, digests, columns)?;
    let news = old.as_ref().is_none_or(|old| {
        found.differ
            || !standing.is_same_run(&old.standing)
            || standing.at - old.standing.at >= OFTEN
            || store.refusal().is_some()
    });
    let index = Index::new(standing, digests.clone(), made);
    if let Some(old) = &old {
        decide(context, &store, (old, &index), &found, course)?;
    }
    Ok(Reading { store, index, news })
}

/// What was found.
#[derive(Default)]
struct Found {
    changes: Vec<RowChange>,
    /// Rows beyond the first [`MOST`].
    more: usize,
    /// Chunks of which the rows were not kept.
    unknown: Vec<String>,
    /// Whether any chunk differs.
    differ: bool,
}

/// How it is looked for.
struct Look<'a> {
    store: &'a Store,
    old: Option<&'a Index>,
    course: Course,
    writes: bool,
}

impl Look<'_> {
    /// Compares with what was kept, where something was.
    fn compare(
        &self,
        db: &mut dyn Database,
        digests: &Digests,
        columns: &Columns,
    ) -> anyhow::Result<Found> {
        let none = Digests::default();
        let before = self.old.map_or(&none, |old| &old.digests);
        let mut found = Found::default();
        let chunks = digests.differing(before);
        // Aside until the run has made live what it read: one that fails must
        // not count as seen.
        if self.writes {
            self.store.begin()?;
        }
        for (table, numbers) in &chunks {
            let columns = columns.get(&**table).map_or(&[][..], Vec::as_slice);
            for (first, many) in spans(numbers) {
                let all = match columns.is_empty() {
                    true => vec!["\n".to_string(); many as usize],
                    false => Rows::read_texts(db, table, columns, first, many)?,
                };
                for (number, now) in (first..).zip(all) {
                    if self.old.is_some() {
                        self.add(&mut found, table, number, &now, before);
                    }
                    if self.writes {
                        self.store.aside(table, number, &now)?;
                    }
                }
            }
        }
        found.differ = !chunks.is_empty();
        Ok(found)
    }

    /// Adds what differs in a chunk.
    fn add(
        &self,
        found: &mut Found,
        table: &str,
        number: u32,
        now: &str,
        before: &Digests,
    ) {
        let Some(was) = self.store.rows(table, number) else {
            if before.has(table, number) {
                found.unknown.push(words::chunk(table, number));
            }
            return;
        };
        let now = Rows::parse(now).unwrap_or_default();
        for change in now.since(&was, table) {
            // A usual change of a usual run, of which there may be many.
            let usual = self.course == Course::Onward
                && matches!(change.how, How::Newer | How::Untouched);
            if change.how == How::New || usual {
                continue;
            }
            match found.changes.len() < MOST {
                true => found.changes.push(change),
                false => found.more += 1,
            }
        }
    }
}

/// Judges, tells, and refuses.
fn decide(
    context: &Context<'_>,
    store: &Store,
    (old, new): (&Index, &Index),
    found: &Found,
    course: Course,
) -> anyhow::Result<()> {
    let same = new.standing.is_same_run(&old.standing);
    let renewed = |table: &str| {
        let times = (old.made.get(table), new.made.get(table));
        same && matches!(times, (Some(old), Some(new)) if old != new)
    };
    let Verdict { forgotten, doubtful } =
        judge(course, &renewed, found.changes.clone());
    let unknown = course > Course::Restarted && !found.unknown.is_empty();
    let head = words::head(course, &old.standing, &new.standing);
    if !doubtful.is_empty() {
        context.console.warning(&words::doubtful(&head, &doubtful));
    }
    if forgotten.is_empty() && !unknown {
        if course > Course::Restarted {
            // What is live is not newer: to refuse would only keep later
            // changes away.
            context.console.warning(&format!(
                "{head}; no row that is live is newer, so this run goes on"
            ));
        }
        return Ok(());
    }
    let told = words::Told {
        head,
        rows: &forgotten,
        more: found.more,
        unknown: &found.unknown,
        modems: &store.all("modem"),
        mtas: &store.all("mta"),
    };
    let text = told.text(&store.list());
    if context.options.accept_older_database {
        context.console.warning(&format!("{text}\nit goes on as told"));
        return Ok(());
    }
    if !context.only_looks() {
        store.leave();
        store.refuse(text.lines().next().unwrap_or_default(), &told.list())?;
    }
    Err(Stop::refused(text).hint(words::HINT).into())
}

/// When each table was made, as far as the server tells.
fn made(db: &mut dyn Database) -> anyhow::Result<BTreeMap<String, String>> {
    let sql = match db.schema().engine {
        Engine::Postgres => {
            "SELECT relname, oid FROM pg_class WHERE relkind IN ('r', 'p') \
             AND pg_table_is_visible(oid)"
        }
        Engine::Mysql => {
            "SELECT table_name, create_time FROM information_schema.tables \
             WHERE table_schema = DATABASE()"
        }
    };
    let mut made = BTreeMap::new();
    db.query("the list of tables", sql, &mut |row| {
        let _ = made.insert(row.text(0).into_owned(), row.text(1).into_owned());
        Ok(())
    })?;
    Ok(made)
}

/// Numbers that follow each other, as the first one and how many; few enough
/// that their rows are little.
fn spans(numbers: &BTreeSet<u32>) -> Vec<(u32, u32)> {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match spans.last_mut() {
            Some((first, many))
                if *many < MOST_AT_ONCE && *first + *many == *number =>
            {
                *many += 1;
            }
            _ => spans.push((*number, 1)),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_that_follow_each_other_are_read_together() {
        let of = |list: &[u32]| spans(&list.iter().copied().collect());
        assert_eq!(of(&[]), []);
        assert_eq!(of(&[3]), [(3, 1)]);
        assert_eq!(of(&[3, 4, 6, 7, 8]), [(3, 2), (6, 3)]);
        let many: Vec<u32> = (0..20).collect();
        assert_eq!(of(&many), [(0, 16), (16, 4)]);
    }
}
