//! The users that a cluster needs: one that copies all data to nodes that
//! join, and one that only reads, for the slave.

use crate::config::Settings;
use crate::galera::script::Paths;
use crate::galera::steps::Hand;

/// What mariabackup needs on the node that gives (mariadb.com/kb/en/
/// mariabackup-overview, 'Authentication and Privileges').
const SST: &str = "RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR";

/// Makes the users that the settings name, on a node that takes part.
///
/// # Errors
/// SQL that failed.
pub fn make(
    settings: &Settings,
    hand: &Hand<'_>,
    own: usize,
) -> Result<(), String> {
    let text = statements(settings);
    if text.is_empty() {
        return Ok(());
    }
    let client = Paths::find(settings, true).client;
    // By stdin: passwords stand in no command line.
    let script = format!("{client} -N -B <<'PROVHA_END'\n{text}PROVHA_END\n");
    // The server repeats what it does not understand.
    hand.run(own, &script).map_err(|why| {
        ["PROVHA__GALERA_SST_PASSWORD", "PROVHA__GALERA_READER_PASSWORD"]
            .into_iter()
            .map(|key| settings.text(key))
            .filter(|password| !password.is_empty())
            .fold(why, |why, password| why.replace(password, "***"))
    })
}

/// The SQL.
fn statements(settings: &Settings) -> String {
    let mut out = String::new();
    let get = |key| settings.text(key);
    if get("PROVHA__GALERA_SST") == "mariabackup" {
        let user = get("PROVHA__GALERA_SST_USER");
        let password = get("PROVHA__GALERA_SST_PASSWORD");
        out += &user_sql(user, "localhost", password);
        out +=
            &format!("GRANT {SST} ON *.* TO {}@'localhost';\n", text_sql(user));
    }
    let reader = get("PROVHA__GALERA_READER");
    if !reader.is_empty() {
        let password = get("PROVHA__GALERA_READER_PASSWORD");
        let database = get("DB_DATABASE").replace('`', "``");
        out += &user_sql(reader, "%", password);
        out += &format!("CREATE DATABASE IF NOT EXISTS `{database}`;\n");
        out += &format!(
            "GRANT SELECT ON `{database}`.* TO {}@'%';\n",
            text_sql(reader)
        );
    }
    out
}

/// Makes a user, or sets the password of one.
fn user_sql(user: &str, host: &str, password: &str) -> String {
    let who = format!("{}@'{host}'", text_sql(user));
    format!(
        "CREATE USER IF NOT EXISTS {who};\nALTER USER {who} IDENTIFIED BY {};\n",
        text_sql(password)
    )
}

/// A text for SQL, in one line.
fn text_sql(text: &str) -> String {
    let text = text.replace(['\n', '\r', '\0'], "");
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts() {
        assert_eq!(text_sql("a'b\\c\nd"), "'a''b\\\\cd'");
        let made = user_sql("r", "%", "x'; DROP");
        assert!(made.ends_with("IDENTIFIED BY 'x''; DROP';\n"), "{made}");
    }
}
