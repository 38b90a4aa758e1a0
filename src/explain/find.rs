//! Which device is meant: by its row, its host line or its lease.

use crate::context::Context;
use crate::exit::Stop;
use crate::explain::about::Question;
use crate::explain::device::{Device, Kind, Wanted};
use crate::explain::site::Rows;
use crate::explain::{identify, lease};

/// The refusal of an argument that is nothing.
pub fn unreadable(text: &str) -> Stop {
    Stop::failed(format!("'{}' is not a device", text.escape_debug())).hint(
        "give an id (cm-7, mta-7, endpoint-7, 7), a MAC, an address, a host \
         name or a phone number",
    )
}

/// A device with what led to it.
pub fn describe(device: &Device) -> String {
    let name = match device.name.is_empty() {
        true => String::new(),
        false => format!(" '{}'", device.name.escape_debug()),
    };
    let mac = device.mac.map_or(String::new(), |mac| format!(", {mac}"));
    format!("{device} ({}{name}{mac})", device.kind.words())
}

/// The devices that are meant: by their rows, their lines, their leases.
///
/// # Errors
/// The database or the lease file cannot be read.
pub fn find(
    question: &Question<'_>,
    rows: Option<&mut Rows<'_>>,
) -> anyhow::Result<Vec<Device>> {
    let by_wanted = |wanted: &Wanted, rows: Option<&mut Rows<'_>>| {
        let found = match rows {
            Some(rows) => identify::by_rows(&mut *rows.db, &rows.site, wanted)?,
            None => Vec::new(),
        };
        // A host that is live although its row is gone.
        Ok::<_, anyhow::Error>(match found.is_empty() {
            true => identify::by_lines(&question.set, wanted),
            false => found,
        })
    };
    let mut rows = rows;
    let found = by_wanted(&question.wanted, rows.as_deref_mut())?;
    if !found.is_empty() {
        return Ok(found);
    }
    let lease = lease::of(question, &question.wanted)?;
    let Some(last) = lease else { return Ok(found) };
    let Some(mac) = lease::client(&last) else { return Ok(found) };
    let known = by_wanted(&Wanted::Mac(mac), rows)?;
    let by = "lease";
    Ok(match known.is_empty() {
        false => known.into_iter().map(|d| Device { by, ..d }).collect(),
        true => vec![Device {
            kind: Kind::Customer,
            id: None,
            name: String::new(),
            mac: Some(mac),
            by,
            version6: false,
        }],
    })
}

/// The device that is meant, and the others that the word could mean.
///
/// # Errors
/// There is none, or it cannot be told which.
pub fn one_of(
    question: &Question<'_>,
    mut found: Vec<Device>,
) -> Result<(Device, Vec<Device>), Stop> {
    let text = question.text.escape_debug();
    if found.is_empty() {
        let near = identify::near(&question.set, question.text);
        let hint = match near.is_empty() {
            true => "no device has a name, MAC or id close to it".to_string(),
            false => format!("close to it: {}", near.join(", ")),
        };
        let stop = Stop::failed(format!(
            "no device '{text}': no row, no host line and no lease has it"
        ));
        return Err(stop.hint(hint));
    }
    // A number is first of all the id of a modem.
    let by_id = matches!(question.wanted, Wanted::Id(None, _));
    // An id that was given with its kind is that device's; the name of
    // another comes after it.
    let own_id = matches!(question.wanted, Wanted::Id(Some(_), _));
    if found.len() == 1 || by_id || (own_id && found[0].by == "id") {
        let first = found.remove(0);
        return Ok((first, found));
    }
    let list: Vec<String> = found.iter().map(describe).collect();
    let stop =
        Stop::failed(format!("'{text}' is ambiguous: {}", list.join("; ")));
    Err(stop.hint("give one of these by its id"))
}

/// The device that is meant, for a question about the past: by its live line
/// where it has one, so that no database is needed; else by its row or lease;
/// else by what was given alone, for it may be gone.
///
/// # Errors
/// It cannot be told which.
pub fn of_the_past(
    context: &Context<'_>,
    text: &str,
) -> anyhow::Result<Device> {
    let question = Question::new(context, text);
    let mut found = identify::by_lines(&question.set, &question.wanted);
    if found.is_empty() && question.wanted != Wanted::Unreadable {
        let mut rows = Rows::open(context);
        if let Err(error) = &rows {
            let why = crate::report::error::text(error);
            context.console.warning(&format!(
                "the database cannot be read ({why}): the device is looked \
                 for in the live files, the leases and the kept generations"
            ));
        }
        found = find(&question, rows.as_mut().ok())?;
    }
    if found.is_empty() {
        found.extend(alone(&question.wanted));
    }
    match question.wanted {
        Wanted::Unreadable => Err(unreadable(text).into()),
        _ => Ok(one_of(&question, found)?.0),
    }
}

/// What led to a device that nothing says is there.
pub const ALONE: &str = "the argument alone";

/// A device of which only this is known.
fn alone(wanted: &Wanted) -> Option<Device> {
    let none = Device {
        kind: Kind::Customer,
        id: None,
        name: String::new(),
        mac: None,
        by: ALONE,
        version6: false,
    };
    Some(match wanted {
        Wanted::Id(kind, id) => {
            Device { kind: kind.unwrap_or(Kind::Modem), id: Some(*id), ..none }
        }
        Wanted::Mac(mac) => Device { mac: Some(*mac), ..none },
        Wanted::Name(name) => Device { name: name.clone(), ..none },
        Wanted::Address(_)
        | Wanted::Address6(_)
        | Wanted::Number(_)
        | Wanted::Unreadable => {
            return None;
        }
    })
}
