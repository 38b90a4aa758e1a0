//! What each daemon has loaded: the notes of runs, the kept generations, and
//! when the processes were started.

use std::path::PathBuf;

use crate::context::Context;
use crate::publish::Service;
use crate::publish::generations::Generations;
use crate::publish::loaded::Loaded;
use crate::services::{chronyd, dhcpd, inetd, kea, named};
use crate::status::gather::ask::Question;
use crate::status::runs::Runs;
use crate::system::listener::Listeners;

/// A daemon that loads files of ours.
struct Loader {
    name: &'static str,
    /// The UDP port that it listens on.
    port: Option<u16>,
    loads: Vec<PathBuf>,
}

/// Begins to find out what they run.
pub fn ask(context: &Context<'_>) -> Question<Vec<Runs>> {
    let mut services = vec![dhcpd::service(context), named::service(context)];
    services.push(chronyd::service(context, Vec::new()));
    let time = inetd::chosen(context).flatten();
    services.extend(time.map(|service| service.service(context)));
    services.extend(kea::service(context));
    let loaders: Vec<Loader> = services.into_iter().map(of).collect();
    let settings = context.settings.clone();
    Question::ask(move || {
        let store = Generations::look(&settings);
        let loaded = Loaded::look(&settings);
        loaders
            .iter()
            .map(|loader| Runs {
                name: loader.name,
                newest: store
                    .newest_below(&loader.loads)
                    .map(|meta| (meta.number, meta.time)),
                loaded: loaded.of(loader.name),
                started: loader.started(),
            })
            .collect()
    })
}

/// What a service loads.
fn of(service: Service) -> Loader {
    let Service { daemon, loads } = service;
    Loader { name: daemon.name, port: daemon.port, loads }
}

impl Loader {
    /// When its process was started; of several, the one that was last.
    fn started(&self) -> Option<i64> {
        let all = Listeners::of(self.port?);
        let own = all.iter().filter(|listener| {
            let program = listener.program();
            program.is_some_and(|program| program.contains(self.name))
        });
        own.filter_map(crate::system::listener::Listener::started).max()
    }
}
