//! `provha docsis describe`: what a setting or an SNMP object is.

use std::path::Path;

use crate::console::Console;
use crate::docsis::Mib;
use crate::docsis::describe::{self, Described};
use crate::exit::{Exit, Stop};
use crate::report::json;

/// Prints what is known of a name, a code or an object identifier.
pub fn run(what: &str, mib: &Mib, console: &Console) -> anyhow::Result<Exit> {
    let found = describe::describe(what, mib);
    for one in &found {
        console.data(&format!("{} {}\n", one.code, one.name))?;
        for (name, value) in members(one) {
            console.data(&format!("  {name:<8} {value}\n"))?;
        }
    }
    let known = !found.is_empty();
    console.result(&json::Described {
        command: "docsis describe",
        what: what.to_owned(),
        found: found.into_iter().map(one).collect(),
    });
    if known {
        return Ok(Exit::Done);
    }
    let near = describe::near(what, mib);
    let hint = match near.is_empty() {
        false => near,
        true if Path::new(what).is_file() => {
            format!("'{what}' is a file: provha docsis decode prints it")
        }
        true => "give the name of a setting or a MIB object, a TLV number \
                 such as 25.8, or an OID"
            .into(),
    };
    let text = format!("'{what}' is not known");
    Err(Stop::refused(text).hint(hint).into())
}

/// What is known, by name, without what is not.
fn members(one: &Described) -> Vec<(&'static str, &str)> {
    let members = [
        ("block", one.block.as_deref()),
        ("type", Some(one.kind.as_str())),
        ("limits", one.limits.as_deref()),
        ("values", one.values.as_deref()),
        ("since", one.since.as_deref()),
        ("meaning", one.meaning.as_deref()),
    ];
    members.into_iter().filter_map(|(n, v)| v.map(|v| (n, v))).collect()
}

/// The same for scripts.
fn one(one: Described) -> json::DescribedOne {
    json::DescribedOne {
        code: one.code,
        name: one.name,
        block: one.block,
        kind: one.kind,
        limits: one.limits,
        values: one.values,
        since: one.since,
        meaning: one.meaning,
    }
}
