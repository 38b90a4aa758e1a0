//! Which kept generations touched the device: its boot file, and its lines in
//! the dhcpd set.

use std::collections::{BTreeMap, BTreeSet};

use crate::explain::about::About;
use crate::explain::lines::{self, FILES, Line};
use crate::explain::past::own_paths;
use crate::explain::result::Touch;
use crate::publish::generations::Generations;
use crate::publish::generations::touched::Touched;
use crate::render::dhcp::DIR;

/// Generations of the dhcpd set whose lines are compared; each costs the
/// reading of a file with all hosts. More with -v.
const MOST_SETS: usize = 3;

/// The generations, newest first.
pub fn of(about: &About<'_>) -> Vec<Touch> {
    let context = about.question.context;
    let store = Generations::look(&context.settings);
    let own = own_paths(context, &about.device);
    let sets: BTreeSet<String> =
        FILES.iter().map(|name| format!("{DIR}/{name}")).collect();
    let wanted = own.union(&sets).cloned().collect();
    let touched = match store.touched(&wanted) {
        Ok(touched) => touched,
        Err(error) => {
            let why = crate::report::error::text(&error);
            context.console.warning(&format!(
                "which generations touched it is not known: {why}"
            ));
            return Vec::new();
        }
    };
    let most = match context.console.is_verbose() {
        true => usize::MAX,
        false => MOST_SETS,
    };
    let (mut looked, mut left) = (0, 0);
    let mut now = by_file(&about.question.set.about(&about.keys()));
    let mut out = Vec::new();
    for generation in touched {
        let (mut files, set): (Vec<String>, Vec<String>) = {
            let paths = generation.paths.iter().cloned();
            paths.partition(|path| own.contains(path))
        };
        if !set.is_empty() && looked < most {
            looked += 1;
            files.extend(changed(about, &store, &generation, &set, &mut now));
        } else if !set.is_empty() {
            left += 1;
        }
        if !files.is_empty() {
            out.push(touch(generation, files));
        }
    }
    if left > 0 {
        context.console.note(&format!(
            "its lines in {left} older generations of the dhcpd set were not \
             compared: -v does it"
        ));
    }
    out
}

/// A generation as the result has it.
fn touch(generation: Touched, files: Vec<String>) -> Touch {
    let meta = generation.meta;
    Touch {
        number: meta.number,
        time: meta.time,
        command: meta.command,
        reason: None,
        files,
    }
}

/// Texts of lines by the path of their file.
type Texts = BTreeMap<String, Vec<String>>;

/// Lines by their file.
fn by_file(lines: &[Line]) -> Texts {
    let mut texts = Texts::new();
    for line in lines {
        let path = format!("{DIR}/{}", line.file);
        texts.entry(path).or_default().push(line.text.clone());
    }
    texts
}

/// What its lines are found by in texts of ours as they are: a copy of all
/// hosts in lower case for each generation would take the time.
fn exact_keys(about: &About<'_>) -> Vec<String> {
    let device = &about.device;
    let mut keys = about.keys();
    for key in &mut keys {
        if let Some(id) = key.strip_prefix("# cm id:") {
            *key = format!("# CM id:{id}");
        }
    }
    keys.extend(device.mac.map(|mac| mac.to_string()));
    if !device.name.is_empty() {
        keys.push(format!("host {} ", device.name));
    }
    keys
}

/// The files of the set in which the generation changed the device's lines.
/// `now` holds the lines after it, and then those before it.
fn changed(
    about: &About<'_>,
    store: &Generations,
    generation: &Touched,
    paths: &[String],
    now: &mut Texts,
) -> Vec<String> {
    let wanted: BTreeSet<String> = paths.iter().cloned().collect();
    let Ok(before) = store.before(generation.meta.number, &wanted) else {
        let console = about.question.context.console;
        let number = generation.meta.number;
        console.warning(&format!("generation {number} cannot be read"));
        return Vec::new();
    };
    let keys = exact_keys(about);
    let mut old = Texts::new();
    for (path, bytes) in before {
        let bytes = bytes.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let name = path.rsplit('/').next().unwrap_or_default();
        let found = lines::find(&text, &keys).into_iter();
        let found: Vec<String> =
            found.map(|line| lines::bare(name, line)).collect();
        if !found.is_empty() {
            let _ = old.insert(path, found);
        }
    }
    let mut changed = Vec::new();
    for path in paths {
        let (was, is) = (old.get(path), now.get(path));
        if was == is {
            continue;
        }
        changed.push(path.clone());
        let _ = match was {
            Some(texts) => now.insert(path.clone(), texts.clone()),
            None => now.remove(path),
        };
    }
    changed
}
