//! Why the database cannot be read, and what can be done about it.

/// A failure to read the database.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The URL of `--db` cannot be understood.
    #[error("--db: {0}")]
    Url(String),
    /// A setting of the env files makes no database; where, which and why.
    #[error("{0}")]
    Setting(String),
    /// No node of the list could be used.
    #[error("no database node can be used: {}", .0.join("; "))]
    NoNode(Vec<String>),
    /// The SQLite file cannot be opened.
    #[error("cannot open the database file {file}: {reason}")]
    File {
        /// The file.
        file: String,
        /// SQLite's reason.
        reason: String,
    },
    /// A table that cannot be done without is not there.
    #[error("table {table} is missing in database {database}")]
    MissingTable {
        /// The table.
        table: String,
        /// The database.
        database: String,
    },
    /// A table that the user may not read.
    #[error(
        "the database user may not read table {table} in database {database}"
    )]
    DeniedTable {
        /// The table.
        table: String,
        /// The database.
        database: String,
        /// The SQL that lets the user read it.
        grant: String,
    },
    /// A column that cannot be done without is not there.
    #[error("table {table} has no column {column}")]
    MissingColumn {
        /// The table.
        table: String,
        /// The columns that were looked for.
        column: String,
    },
    /// A column that the user may not read.
    #[error(
        "the database user may not read column {column} of table {table} in \
         database {database}"
    )]
    DeniedColumn {
        /// The table.
        table: String,
        /// The columns that were looked for.
        column: String,
        /// The database.
        database: String,
        /// The SQL that lets the user read it.
        grant: String,
    },
    /// A flag that says neither yes nor no.
    #[error(
        "{table} {id} {column}: '{text}' is not a truth value (0/1, t/f, \
         true/false, yes/no)"
    )]
    Flag {
        /// The table.
        table: &'static str,
        /// The row.
        id: u32,
        /// The column.
        column: &'static str,
        /// What stands there.
        text: String,
    },
    /// The connection broke or the server refused the query.
    #[error("reading {what} from the database: {reason}")]
    Query {
        /// The table or step.
        what: String,
        /// The server's words.
        reason: String,
    },
    /// The consumer of the rows failed.
    #[error(transparent)]
    Consumer(anyhow::Error),
}

impl SourceError {
    /// What the user can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Url(_) => "use mysql://user@host[,host2][:port]/db, \
                mysql:///db?socket=PATH[&user=NAME], postgresql:// alike, or \
                sqlite:PATH"
                .into(),
            Self::Setting(_) => "see man provha.env".into(),
            Self::NoNode(reasons) => node_hint(reasons),
            Self::File { .. } => "give the path of an existing SQLite \
                database: sqlite:PATH"
                .into(),
            Self::MissingTable { table, .. } => format!(
                "check DB_DATABASE, and that the user may SELECT from {table}"
            ),
            Self::DeniedTable { grant, .. }
            | Self::DeniedColumn { grant, .. } => format!(
                "{grant} -- as an administrator: what may not be read does \
                 not count as missing"
            ),
            Self::MissingColumn { .. } => "every supported release has that \
                column: check DB_DATABASE, and GRANT SELECT on the whole \
                table to the database user, because a server hides the \
                columns that a user may not read"
                .into(),
            Self::Flag { .. } => "correct the value in the database; a flag \
                that is not understood never counts as no, so nothing is \
                published until then"
                .into(),
            Self::Query { reason, .. } if reason.contains("row-level") => {
                "a policy would hide rows, which would count as deleted: ALTER \
                 ROLE ... BYPASSRLS for the database user, or disable it on \
                 the tables that are read"
                    .into()
            }
            Self::Query { reason, .. } if is_denied(reason) => {
                "GRANT SELECT on what it names to the database user; what is \
                 live stays"
                    .into()
            }
            Self::Query { .. } => {
                "what is live stays; the next run tries again".into()
            }
            Self::Consumer(_) => String::new(),
        }
    }
}

impl From<anyhow::Error> for SourceError {
    /// What a consumer of rows failed with; a fault that it found in a row
    /// stays what it is.
    fn from(error: anyhow::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Consumer)
    }
}

/// Whether the server's words are those for a missing privilege on a table
/// or on a column (`ER_TABLEACCESS_DENIED_ERROR`,
/// `ER_COLUMNACCESS_DENIED_ERROR`, SQLSTATE 42501).
fn is_denied(reason: &str) -> bool {
    ["ERROR 1142 ", "ERROR 1143 ", "ERROR 42501:"]
        .iter()
        .any(|code| reason.starts_with(code))
}

/// The words for a server of the wrong kind.
pub const OTHER_ENGINE: &str = "answers there, not the";

/// The words for a user that the server does not let in.
pub const NO_LOGIN: &str = "login refused";
/// The words for a PostgreSQL that lets nobody in from here.
pub const NO_HBA: &str = "no pg_hba.conf entry";
/// The words for a user that may not connect to a database.
pub const NO_CONNECT: &str = "permission denied for database";
/// The words for a database that is not there.
pub const NO_DATABASE: &str = "unknown database";
/// The words for a server that is about to begin, or to end.
pub const NOT_YET: &str = "starts up or shuts down";

/// The hint for a list of nodes none of which could be used.
fn node_hint(reasons: &[String]) -> String {
    if reasons.iter().any(|r| r.contains(OTHER_ENGINE)) {
        return "check DB_CONNECTION, DB_HOST and DB_PORT: nothing is read \
                from another kind of database than the one that is meant"
            .into();
    }
    let says = |words: &str| reasons.iter().any(|r| r.contains(words));
    if says(NO_HBA) {
        return "the server takes no login from this machine: provha setup \
                grants prints the line for its pg_hba.conf"
            .into();
    }
    if says(NO_LOGIN) {
        return "check DB_USERNAME and DB_PASSWORD, the grants of that user, \
                and whether the account has expired or is locked"
            .into();
    }
    if says(NO_CONNECT) {
        return "GRANT CONNECT ON DATABASE to the database user (provha setup \
                grants prints the line)"
            .into();
    }
    if says(NO_DATABASE) {
        return "check DB_DATABASE".into();
    }
    if says(NOT_YET) {
        return "wait for the server; what is live stays".into();
    }
    if says("TLS") || says("certificate") {
        return "check PROVHA__DB_TLS and PROVHA__DB_TLS_CA against the \
                server's certificate"
            .into();
    }
    if says("standby") {
        return "wait for the standby, or name the primary in DB_HOST".into();
    }
    if says("not usable") {
        return "the Galera node has no quorum or is not synced: see \
                SHOW STATUS LIKE 'wsrep%' on it"
            .into();
    }
    if says(": refused: ") {
        return "the server answered and refused: do what its words ask for \
                (unlock the account, renew its password, allow more \
                connections)"
            .into();
    }
    "check DB_HOST and that the server runs and is reachable; what is live \
     stays"
        .into()
}
