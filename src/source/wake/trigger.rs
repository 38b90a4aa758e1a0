//! The trigger by which a PostgreSQL notifies of changes: as SQL, for its
//! administrator. Nothing here is ever written to a database by a run.

use crate::source::schema;

/// The channel of the notifications.
pub const CHANNEL: &str = "provha";
/// The name of the trigger, and of the function that it calls.
pub const NAME: &str = "provha_notify";
/// The existing system's schema.
const SCHEMA: &str = "nmsprime";

/// SQL that makes the trigger on all tables that are read, as often as it is
/// run. One statement sends one notification, and one transaction the same
/// one only once (PostgreSQL manual, NOTIFY).
pub fn sql() -> String {
    let tables: Vec<String> =
        schema::TABLES.iter().map(|table| format!("'{table}'")).collect();
    let tables = tables.join(", ");
    format!(
        "CREATE OR REPLACE FUNCTION {SCHEMA}.{NAME}() RETURNS trigger\n\
         LANGUAGE plpgsql AS $$ BEGIN\n  \
         PERFORM pg_notify('{CHANNEL}', TG_TABLE_NAME); RETURN NULL;\n\
         END $$;\n\
         DO $$ DECLARE t text; BEGIN\n  \
         FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = \
         '{SCHEMA}'\n    \
         AND tablename IN ({tables})\n  \
         LOOP\n    \
         EXECUTE format('DROP TRIGGER IF EXISTS {NAME} ON {SCHEMA}.%I', t);\n    \
         EXECUTE format('CREATE TRIGGER {NAME} AFTER INSERT OR UPDATE OR \
         DELETE OR TRUNCATE\n      \
         ON {SCHEMA}.%I FOR EACH STATEMENT EXECUTE FUNCTION \
         {SCHEMA}.{NAME}()', t);\n  \
         END LOOP;\n\
         END $$;\n"
    )
}
