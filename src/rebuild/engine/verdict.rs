//! What making a part came to: told, kept for reports, noted in the state.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::context::Context;
use crate::exit::Exit;
use crate::rebuild::Part;
use crate::rebuild::decide::Why;
use crate::rebuild::engine::done::{Done, Made};
use crate::rebuild::engine::failure;
use crate::rebuild::engine::lanes::{Ended, Lanes};
use crate::rebuild::outside::Outside;
use crate::rebuild::state::{PartState, State, Store};
use crate::rebuild::survey;
use crate::report::{Outcome, error};

/// Tells what making a part came to.
pub(super) fn of(
    context: &Context<'_>,
    (part, why): (Part, Why),
    outcome: anyhow::Result<Outcome>,
    begin: Instant,
    told: Option<&String>,
) -> Made {
    let (mut refused, mut error) = (None, String::new());
    let result = outcome.map_err(|fault| {
        let (exit, why) = tell(context, part, &fault, told);
        refused = why;
        error = failure::first_line(&fault);
        exit
    });
    let (seconds, ended) = (begin.elapsed().as_secs_f64(), Instant::now());
    Made { part, why, result, refused, error, seconds, ended }
}

/// The same of a part that was made beside the others.
pub(super) fn of_ended(
    context: &Context<'_>,
    ended: Ended,
    told: &BTreeMap<Part, String>,
) -> Made {
    let Ended { part, why, result, begun, .. } = ended;
    of(context, (part, why), result, begun, told.get(&part))
}

/// Looks at what was made beside the others and has ended, and notes it.
///
/// # Errors
/// The state cannot be written.
pub fn collect(
    context: &Context<'_>,
    lanes: &mut Lanes,
) -> anyhow::Result<Vec<Made>> {
    let ended = lanes.ended();
    let Some(begin) = ended.iter().map(|ended| ended.begun).min() else {
        return Ok(Vec::new());
    };
    let store = Store::new(context.settings.path("PROVHA__STATE_DIR"));
    let mut state = store.load().unwrap_or_default();
    let outside = Outside::look(&context.settings, &context.machine);
    let outside = outside.with_made_keys(&context.settings);
    let mut done = Done::nothing(&state, false);
    for ended in ended {
        let (part, again) = (ended.part, ended.again);
        let mut signatures = [(part, ended.signature.clone())].into();
        survey::with_keys(&mut signatures, &outside);
        let made = of_ended(context, ended, &state.told);
        note_refusal(&mut state, &made);
        state.owed.retain(|owed| *owed != part);
        if again || !made.is_live() {
            state.owed.push(part);
        }
        if made.is_live()
            && let Some(signature) = signatures.remove(&part)
        {
            let at = crate::env::now();
            let _ = state.parts.insert(part, PartState { signature, at });
        }
        done.made.push(made);
    }
    note_last(context, &mut state, &done, begin);
    store.save_beside(&mut state)?;
    Ok(done.made)
}

/// Keeps what was told of a refusal.
pub(super) fn note_refusal(state: &mut State, made: &Made) {
    let _ = match &made.refused {
        Some(why) => state.told.insert(made.part, why.clone()),
        None => state.told.remove(&made.part),
    };
}

/// Keeps how it went. What failed before and is owed still is not hidden by
/// what went well.
pub(super) fn note_last(
    context: &Context<'_>,
    state: &mut State,
    done: &Done,
    begin: Instant,
) {
    let mut last = done.last(begin, context);
    let failed = |part: &Part| state.last.ran.contains_key(part.word());
    let stays = last.exit == 0
        && state.last.exit != 0
        && state.owed.iter().any(failed)
        && !done.made.iter().any(|made| state.owed.contains(&made.part));
    if stays {
        (last.exit, last.why) = (state.last.exit, state.last.why.clone());
        last.ran.extend(std::mem::take(&mut state.last.ran));
    }
    if last.exit == 0 {
        state.good_at = last.at;
    }
    state.last = last;
}

/// Tells why a part failed; its exit code, and what a refusal is about.
///
/// A refusal that stays, such as while a restore fills one table after
/// the other, is told in full once: then `rebuild` says a line, and
/// `watch`, which tries again soon, nothing.
fn tell(
    context: &Context<'_>,
    part: Part,
    error: &anyhow::Error,
    told: Option<&String>,
) -> (Exit, Option<String>) {
    let console = context.console;
    let (exit, hint) = error::classify(error);
    let why = error::text(error);
    let first = why.lines().next().unwrap_or_default();
    let about = (exit == Exit::Refused).then(|| {
        first.chars().filter(|c| !c.is_ascii_digit()).collect::<String>()
    });
    let word = part.word();
    let again = about.is_some() && about.as_ref() == told;
    let watches = context.lives_on;
    let short = format!("{word}: {first} (as told before)");
    match (again, watches) {
        (true, true) => console.detail(&short),
        (true, false) => console.error(&short),
        (false, _) => console.error(&format!("{word}: {why}")),
    }
    if !(again && watches)
        && let Some(hint) = hint.filter(|hint| !hint.is_empty())
    {
        console.hint(&hint);
    }
    (exit, about)
}
