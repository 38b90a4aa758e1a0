//! What a database is, and what of it the user may read.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Settings;
use crate::sample::json::{DbCheck, DbTable};
use crate::source::load::Modules;
use crate::source::schema::{Schema, TABLES};
use crate::source::url::Engine;
use crate::source::{Database, SourceError};

/// Columns that are read, under all their names; those of a table that every
/// supported release has come first, and those that some lack after the bar.
const COLUMNS: &[(&str, &str)] = &[
    ("configfile", "id text device deleted_at | name parent_id firmware"),
    (
        "contract",
        "id has_telephony/telephony_only internet_access/network_access \
         deleted_at |",
    ),
    (
        "endpoint",
        "id hostname mac deleted_at | fixed_ip ip add_reverse modem_id version",
    ),
    (
        "ippool",
        "id netgw_id/cmts_id type net ip_pool_start ip_pool_end router_ip \
         deleted_at | netmask broadcast_ip dns1_ip dns2_ip dns3_ip optional \
         version active vendor_class_identifier",
    ),
    (
        "modem",
        "id mac hostname public internet_access/network_access configfile_id \
         contract_id qos_id deleted_at | model sw_rev",
    ),
    ("modem_option", "id modem_id key value deleted_at |"),
    ("mta", "id modem_id mac configfile_id deleted_at | type"),
    ("netgw", "id hostname deleted_at | type"),
    ("cmts", "id hostname deleted_at |"),
    ("phonenumber", "id mta_id port active deleted_at |"),
    (
        "provbase",
        "id provisioning_server domain_name dhcp_def_lease_time \
         dhcp_max_lease_time deleted_at | dns_password max_cpe \
         multiple_provisioning_systems",
    ),
    (
        "provha",
        "id master slaves master_dns_password slave_dns_password deleted_at | \
         load_ratio_master slave_config_rebuild_interval",
    ),
    ("provvoip", "id deleted_at | mta_domain"),
    ("qos", "id deleted_at |"),
];
/// Tables that no run can do without, whatever modules there are.
const NEEDED: &[&str] = &[
    "configfile",
    "contract",
    "endpoint",
    "ippool",
    "modem",
    "provbase",
    "qos",
];

/// Looks at the database.
///
/// # Errors
/// It does not say who it is.
pub fn check(
    db: &mut dyn Database,
    settings: &Settings,
    is_sqlite: bool,
) -> Result<DbCheck, SourceError> {
    let [version, user] = who(db, is_sqlite)?;
    let hidden = hidden(db)?;
    let schema = db.schema();
    let gateways = match schema.has("cmts") && !schema.has("netgw") {
        true => "netgw",
        false => "cmts",
    };
    let tables: Vec<DbTable> = TABLES
        .iter()
        .filter(|table| **table != gateways)
        .map(|table| look(schema, table, hidden.get(*table)))
        .collect();
    let modules = Modules::find(db, settings).ok();
    let there =
        |module: fn(&Modules) -> bool| modules.as_ref().is_some_and(module);
    let mut names = vec!["ProvBase"];
    names.extend(there(|modules| modules.voip).then_some("ProvVoip"));
    names.extend(there(|modules| modules.ha).then_some("ProvHA"));
    let good = |table: &DbTable| {
        let whole = table.missing.is_empty() && table.unreadable.is_empty();
        match table.state {
            "missing" => !table.needed,
            "denied" => false,
            _ => whole,
        }
    };
    Ok(DbCheck {
        command: "db check",
        engine: if is_sqlite { "SQLite" } else { schema.engine.name() },
        version,
        database: schema.database.clone(),
        user,
        release: schema.release().words(),
        modules: names,
        usable: tables.iter().all(good),
        tables,
        fault: None,
    })
}

/// The version, and the user as the server calls it.
fn who(
    db: &mut dyn Database,
    is_sqlite: bool,
) -> Result<[String; 2], SourceError> {
    let sql = match (is_sqlite, db.schema().engine) {
        (true, _) => "SELECT sqlite_version(), ''",
        (_, Engine::Mysql) => "SELECT VERSION(), CURRENT_USER()",
        (_, Engine::Postgres) => {
            "SELECT current_setting('server_version'), current_user::text"
        }
    };
    let mut told = [String::new(), String::new()];
    db.query("the version", sql, &mut |row| {
        told = [row.text(0).into_owned(), row.text(1).into_owned()];
        Ok(())
    })?;
    Ok(told)
}

/// The columns that the catalogue names and the user may not read: PostgreSQL
/// tells, MariaDB keeps them to itself.
fn hidden(
    db: &mut dyn Database,
) -> Result<BTreeMap<String, BTreeSet<String>>, SourceError> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if db.schema().engine != Engine::Postgres {
        return Ok(all);
    }
    let sql = "SELECT c.relname::text, a.attname::text FROM pg_class c \
        JOIN pg_namespace n ON n.oid = c.relnamespace \
        JOIN pg_attribute a ON a.attrelid = c.oid \
        WHERE n.nspname = current_schema() AND a.attnum > 0 \
        AND NOT a.attisdropped \
        AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT')";
    db.query("the catalogue", sql, &mut |row| {
        let columns = all.entry(row.text(0).into_owned()).or_default();
        let _ = columns.insert(row.text(1).into_owned());
        Ok(())
    })?;
    Ok(all)
}

/// Looks at one table.
fn look(
    schema: &Schema,
    table: &'static str,
    hidden: Option<&BTreeSet<String>>,
) -> DbTable {
    let denied = schema.optional(table).is_err();
    let partial = schema.is_partial(table);
    let state = match (denied, schema.has(table), partial) {
        (true, ..) => "denied",
        (_, false, _) => "missing",
        (_, _, true) => "partly",
        _ => "readable",
    };
    let gone = |names: &str| {
        let mut names = names.split('/');
        !names.any(|name| schema.has_column(table, name))
    };
    let (all, some) = columns(table);
    let (mut missing, mut unreadable) = (Vec::new(), Vec::new());
    if state == "partly" {
        // Of those that some releases lack, only a catalogue knows.
        let kept = |name: &&str| {
            hidden.is_none_or(|hidden| {
                name.split('/').any(|name| hidden.contains(name))
            })
        };
        let lacking = all.iter().chain(&some).filter(|names| gone(names));
        let (no, never): (Vec<&str>, Vec<&str>) =
            lacking.copied().partition(kept);
        unreadable = no.into_iter().map(str::to_string).collect();
        let needed = never.iter().filter(|names| all.contains(*names));
        missing = needed.map(|name| (*name).to_string()).collect();
    } else if state == "readable" {
        let lacking = all.iter().filter(|names| gone(names));
        missing = lacking.map(|name| (*name).to_string()).collect();
    }
    let kept_back = denied || partial;
    DbTable {
        name: table,
        state,
        needed: NEEDED.contains(&table) || table == "netgw" || table == "cmts",
        columns: schema.columns(table).len(),
        missing,
        unreadable,
        grant: kept_back.then(|| schema.grant(table)),
    }
}

/// The columns of a table that all releases have, and those that some have.
fn columns(table: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let row = COLUMNS.iter().find(|(name, _)| *name == table);
    let (all, some) =
        row.and_then(|(_, list)| list.split_once('|')).unwrap_or_default();
    (all.split_whitespace().collect(), some.split_whitespace().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_that_is_read_has_its_columns() {
        for table in TABLES {
            let (all, _) = columns(table);
            assert!(all.contains(&"id"), "{table}");
            assert!(all.contains(&"deleted_at"), "{table}");
        }
    }

    #[test]
    fn what_is_kept_back_is_not_missing() {
        let mut schema = Schema::new("nms");
        schema.user = "u@%".into();
        for column in ["id", "deleted_at"] {
            schema.add("qos", column);
            schema.add("contract", column);
        }
        let all = look(&schema, "qos", None);
        assert_eq!((all.state, all.missing.len()), ("readable", 0));
        let lacks = look(&schema, "contract", None);
        assert_eq!(lacks.missing.len(), 2);
        schema.hides("contract");
        let some = look(&schema, "contract", None);
        assert_eq!((some.state, some.missing.len()), ("partly", 0));
        assert_eq!(some.unreadable.len(), 2);
        let line = "GRANT SELECT ON `nms`.`contract` TO 'u'@'%';";
        assert_eq!(some.grant.as_deref(), Some(line));
        schema.deny("mta");
        assert_eq!(look(&schema, "mta", None).state, "denied");
        assert_eq!(look(&schema, "netgw", None).state, "missing");
    }
}
