//! The configuration of a data node and of the arbiter, by their templates.

use serde::Serialize;

use crate::cluster::nodes::{Node, Nodes};
use crate::config::Settings;
use crate::context::Context;
use crate::exit::Stop;

/// What a data node is told.
#[derive(Debug, Serialize)]
struct View {
    /// `innodb_flush_log_at_trx_commit`.
    flush: u64,
    /// The provider's library.
    provider: String,
    /// The cluster's name.
    cluster: String,
    /// The addresses of all members.
    members: String,
    /// This node's name.
    name: String,
    /// Its address.
    own: String,
    /// How a node gets all data.
    sst: String,
    /// True if that needs a login.
    has_auth: bool,
    /// The login.
    auth: String,
    /// Options of the provider.
    options: String,
}

/// What the arbiter is told.
#[derive(Debug, Serialize)]
struct Garb {
    /// The addresses and ports of the data nodes.
    members: String,
    /// The cluster's name.
    cluster: String,
    /// Options of the provider.
    options: String,
}

/// The configuration of a data node.
///
/// # Errors
/// Exit 3: a setting that would break the file.
pub fn node(
    context: &Context<'_>,
    nodes: &Nodes,
    own: &Node,
) -> anyhow::Result<Vec<u8>> {
    let settings = &context.settings;
    let address = own.address;
    let all = nodes.all.iter().chain(nodes.arbiter.as_ref());
    let members: Vec<String> =
        all.map(|node| node.address.to_string()).collect();
    let sst = settings.text("PROVHA__GALERA_SST").to_string();
    let has_auth = sst == "mariabackup";
    let auth = match has_auth {
        true => format!(
            "{}:{}",
            plain(settings, "PROVHA__GALERA_SST_USER")?,
            password(settings)?
        ),
        false => String::new(),
    };
    let mut options = format!(
        "gmcast.listen_addr=tcp://{address}:4567;ist.recv_addr={address}:4568;\
         ist.recv_bind={address}:4568"
    );
    let more = plain(settings, "PROVHA__GALERA_PROVIDER_OPTIONS")?;
    if !more.is_empty() {
        options = format!("{options};{more}");
    }
    let view = View {
        flush: settings.number("PROVHA__GALERA_FLUSH"),
        provider: plain(settings, "PROVHA__GALERA_PROVIDER")?,
        cluster: plain(settings, "PROVHA__GALERA_NAME")?,
        members: members.join(","),
        name: own.name.clone(),
        own: address.to_string(),
        sst,
        has_auth,
        auth,
        options,
    };
    let mut out = Vec::new();
    let templates = context.templates()?;
    templates.render("galera/galera.cnf.tera", &view, &mut out)?;
    Ok(out)
}

/// The configuration of the arbiter.
///
/// # Errors
/// Exit 3: a setting that would break the file.
pub fn arbiter(
    context: &Context<'_>,
    nodes: &Nodes,
    own: &Node,
) -> anyhow::Result<Vec<u8>> {
    let settings = &context.settings;
    let members: Vec<String> =
        nodes.all.iter().map(|node| format!("{}:4567", node.address)).collect();
    let more =
        for_arbiter(&plain(settings, "PROVHA__GALERA_PROVIDER_OPTIONS")?);
    let listen = format!("gmcast.listen_addr=tcp://{}:4567", own.address);
    let view = Garb {
        members: members.join(" "),
        cluster: plain(settings, "PROVHA__GALERA_NAME")?,
        options: match more.is_empty() {
            true => listen,
            false => format!("{listen};{more}"),
        },
    };
    let mut out = Vec::new();
    context.templates()?.render("galera/garb.tera", &view, &mut out)?;
    Ok(out)
}

/// The options that garbd knows, too: it refuses those about data.
fn for_arbiter(options: &str) -> String {
    const KNOWN: [&str; 5] = ["gmcast.", "evs.", "pc.", "gcs.", "socket."];
    let known = |one: &&str| KNOWN.iter().any(|begin| one.starts_with(begin));
    let all = options.split(';').map(str::trim).filter(known);
    all.collect::<Vec<_>>().join(";")
}

/// A setting that stands in the file: nothing that could end its line or its
/// quotes, in my.cnf or in the shell that reads the arbiter's.
fn plain(settings: &Settings, key: &'static str) -> anyhow::Result<String> {
    let text = settings.text(key);
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"._-/:;=, @+".contains(&b);
    if text.bytes().all(fits) {
        return Ok(text.into());
    }
    let place = settings.place(key);
    let text = format!("{place}: {key} has a character that is not allowed");
    let hint = "letters, digits and ._-/:;=,@+ are";
    Err(Stop::refused(text).hint(hint).into())
}

/// The password of the SST user.
///
/// # Errors
/// Exit 3: there is none, or it would break the file.
pub fn password(settings: &Settings) -> anyhow::Result<&str> {
    let key = "PROVHA__GALERA_SST_PASSWORD";
    let text = settings.text(key);
    let place = settings.place(key);
    let hint = "set the same one on all nodes, letters and digits; or \
                PROVHA__GALERA_SST=rsync";
    let fits = |b: u8| b.is_ascii_graphic() && !b"#;:'\"\\`$".contains(&b);
    if text.is_empty() {
        let text = format!("{key} is not set: mariabackup needs a login");
        return Err(Stop::refused(text).hint(hint).into());
    }
    if !text.bytes().all(fits) {
        let text =
            format!("{place}: {key} has a character that my.cnf cannot hold");
        return Err(Stop::refused(text).hint(hint).into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arbiter_has_no_options_about_data() {
        let options =
            "gcache.size=1G; evs.keepalive_period=PT1S;cert.x=1;pc.y=2";
        let kept = "evs.keepalive_period=PT1S;pc.y=2";
        assert_eq!(for_arbiter(options), kept);
        assert_eq!(for_arbiter(""), "");
    }
}
