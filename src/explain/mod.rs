//! What `explain` tells of one device: what it gets from this node and from
//! the peer, and where each value comes from. Only that device's rows are
//! read; without a database the live files say what they can.

pub mod about;
pub mod device;
pub mod find;
pub mod identify;
pub mod lines;
pub mod options;
pub mod result;
pub mod show;

mod file;
mod history;
pub mod lease;
pub mod past;
mod rows;
pub mod site;
mod version6;
mod words;

use crate::context::Context;
use crate::explain::about::{About, Question, set_line};
use crate::explain::device::Device;
use crate::explain::find::{describe, find, one_of, unreadable};
use crate::explain::result::{Explained, Named};
use crate::explain::site::Rows;
use crate::isc_dhcp::last::Last;

/// Explains a device.
///
/// # Errors
/// It is not known, or several have the name: exit 1, with the names.
pub fn explain(context: &Context<'_>, text: &str) -> anyhow::Result<Explained> {
    let question = Question::new(context, text);
    if question.wanted == device::Wanted::Unreadable {
        return Err(unreadable(text).into());
    }
    let mut rows = match Rows::open(context) {
        Ok(rows) => Some(rows),
        Err(error) => {
            let why = crate::report::error::text(&error);
            context.console.warning(&format!(
                "the database cannot be read ({why}): from the last good \
                 state, which are the live files, the lease file and the kept \
                 generations"
            ));
            None
        }
    };
    let found = find(&question, rows.as_mut())?;
    let (device, others) = one_of(&question, found)?;
    let also = others.iter().map(describe).collect();
    let mut out = Explained {
        command: "explain",
        source: if rows.is_some() { "database" } else { "live files" },
        also,
        ..Explained::default()
    };
    if let (true, Some(rows)) = (device.version6, rows.as_mut()) {
        version6::tell(rows, &device, &mut out)?;
        return Ok(out);
    }
    tell(&question, rows.as_mut(), device, &mut out)?;
    Ok(out)
}

/// Fills in all that is known of a device.
fn tell(
    question: &Question<'_>,
    rows: Option<&mut Rows<'_>>,
    device: Device,
    out: &mut Explained,
) -> anyhow::Result<()> {
    let leases = lease::all(question, &device)?;
    let held = leases.iter().find(|last| lease::is_active(last));
    let address = held.map(|last| last.entry.address);
    let behind = held.and_then(Last::behind);
    let mut about = About { question, device, address, behind };
    if let Some(rows) = rows {
        rows::tell(rows, &mut about, out)?;
    } else {
        without_rows(&about, out);
    }
    let (device, keys) = (&about.device, about.keys());
    let lines = question.set.about(&keys);
    out.lines = lines.iter().map(set_line).collect();
    let node = about.node(
        "this node",
        "live files",
        &|name| question.live(name),
        &question.set,
    );
    out.nodes.insert(0, node);
    out.leases = leases.iter().map(lease::text).collect();
    out.names.extend(about.names());
    out.generations = history::of(&about);
    out.device = Some(Named {
        name: device.to_string(),
        kind: device.kind.table(),
        id: device.id,
        mac: device.mac.map(|mac| mac.to_string()),
        host_name: Some(device.name.clone()).filter(|n| !n.is_empty()),
        found_by: match device.by {
            "host" | "lease" => device.by.to_string(),
            column if column.contains('.') => column.to_string(),
            column => format!("{}.{column}", device.kind.table()),
        },
    });
    Ok(())
}

/// What the live files say where there is no database.
fn without_rows(about: &About<'_>, out: &mut Explained) {
    let device = &about.device;
    if let Some((kind, id)) = device.kind.file().zip(device.id) {
        let context = about.question.context;
        out.file = Some(file::live(context, kind, id, None));
        file::remembered(context, kind, id, out);
    }
}
