//! What is kept of a step that could not even look: `status` tells of it.

use std::time::Instant;

use crate::context::Context;
use crate::rebuild::state::{Last, Store};
use crate::report::error;

/// The longest reason that is kept, characters.
const LONGEST: usize = 200;
/// The same failure again within these seconds is not written again.
const SAME: i64 = 30;

/// Keeps that a step failed with an error; what was made before stays.
pub(super) fn note(
    context: &Context<'_>,
    error: &anyhow::Error,
    begin: Instant,
) {
    let store = Store::new(context.settings.path("PROVHA__STATE_DIR"));
    let mut state = store.load().unwrap_or_default();
    let (exit, _) = error::classify(error);
    let last = Last {
        at: crate::env::now(),
        seconds: begin.elapsed().as_secs_f64(),
        exit: exit as u8,
        why: first_line(error),
        ..Last::default()
    };
    let old = &state.last;
    let same = (old.exit, &old.why) == (last.exit, &last.why);
    if same && (0..SAME).contains(&(last.at - old.at)) {
        return;
    }
    state.last = last;
    if let Err(why) = store.save(&mut state) {
        let text = format!("that this run failed is not noted: {why}");
        context.console.warning(&text);
    }
}

/// The first line of an error, cut where it is long.
pub(super) fn first_line(error: &anyhow::Error) -> String {
    let text = error::text(error);
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_string(),
    }
}
