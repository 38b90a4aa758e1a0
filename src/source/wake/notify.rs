//! PostgreSQL's notifications, which a trigger sends (`setup grants` prints
//! it). A standby sends none, and neither does a pool of connections between.

use std::time::Duration;

use postgres::Client;
use postgres::fallible_iterator::FallibleIterator as _;

use crate::config::Settings;
use crate::source::postgres::words::{short, text};
use crate::source::postgres::{STANDBY, notifier};
use crate::source::url::Target;
use crate::source::wake::ear::{Ear, End};
use crate::source::wake::trigger::{CHANNEL, NAME};
use crate::source::{schema, stream};

/// So long nothing may come before the server is asked whether it lives: a
/// connection that a firewall forgot looks like a quiet one.
const QUIET: Duration = Duration::from_secs(10);

/// Listens until the connection ends.
pub fn stream(target: &Target, settings: &Settings, ear: &Ear<'_>) -> End {
    let limit = Duration::from_secs(settings.number("PROVHA__DB_READ_TIMEOUT"));
    let client = match notifier(target, settings) {
        Ok(client) => client,
        Err(error) => {
            let why = error.to_string();
            return match why.contains(STANDBY) {
                true => End::Refused(why),
                false => End::Lost(why),
            };
        }
    };
    let begun = stream::in_time(limit, move || begin(client));
    let (mut client, bare) = match begun {
        Ok(Ok(begun)) => begun,
        Ok(Err(why)) => return End::Refused(why),
        Err(why) => return End::Lost(why),
    };
    if !bare.is_empty() {
        ear.detail(format!(
            "no trigger {NAME} on {}: their changes wait for the next poll",
            bare.join(", ")
        ));
    }
    ear.begin();
    loop {
        let heard = {
            let mut words = client.notifications();
            let mut words = words.timeout_iter(QUIET);
            words.next().map_err(|error| short(&error))
        };
        match heard {
            Ok(Some(_)) => ear.wake(),
            Ok(None) => {
                if let Err(error) = client.is_valid(limit.min(QUIET)) {
                    return End::Lost(short(&error));
                }
            }
            Err(why) => return End::Lost(why),
        }
    }
}

/// A client that listens, and the tables that have no trigger.
type Begun = Result<(Client, Vec<String>), String>;

/// Begins to listen, where a trigger calls the function; the inner error is a
/// refusal.
fn begin(mut client: Client) -> Result<Begun, String> {
    let tables: Vec<String> =
        schema::TABLES.iter().map(|table| format!("'{table}'")).collect();
    // The list of catalogues is readable for everybody.
    let sql = format!(
        "SELECT string_agg(c.relname, ',' ORDER BY c.relname) FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = \
         COALESCE(to_regnamespace('nmsprime')::text, current_schema()) AND \
         c.relkind IN ('r', 'p') AND c.relname IN ({}) AND {{}} EXISTS (SELECT \
         FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid \
         = c.oid AND p.proname = '{NAME}' AND t.tgenabled IN ('O', 'A'))",
        tables.join(", ")
    );
    let mut ask = |sql: &str| text(&mut client, sql).map_err(|e| short(&e));
    if ask(&sql.replace("{}", ""))?.is_none() {
        return Ok(Err(format!(
            "no table has the trigger {NAME} (provha setup grants prints it)"
        )));
    }
    let bare = ask(&sql.replace("{}", "NOT"))?.unwrap_or_default();
    let bare = bare.split(',').filter(|name| !name.is_empty());
    let bare: Vec<String> = bare.map(str::to_string).collect();
    let listen = format!("LISTEN {CHANNEL}");
    client.batch_execute(&listen).map_err(|e| short(&e))?;
    Ok(Ok((client, bare)))
}
