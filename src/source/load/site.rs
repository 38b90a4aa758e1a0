//! The settings: provbase, provha, provvoip.

use std::net::Ipv4Addr;

use base64::Engine as _;

use crate::config::Settings;
use crate::model::label::is_domain;
use crate::model::site::Pair;
use crate::model::{Role, Site};
use crate::source::Database;
use crate::source::load::flags::flag;
use crate::source::load::role;
use crate::source::load::role::Addresses;
use crate::source::load::{LoadError, Machine, Modules};

/// The columns of provbase that are read.
struct Provbase {
    id: u32,
    server: String,
    domain: String,
    secret: String,
    default_lease_time: Option<u32>,
    max_lease_time: Option<u32>,
    max_cpe: u32,
    multiple: bool,
}

/// The columns of provha that are read.
struct Provha {
    id: u32,
    addresses: Addresses,
    master_secret: String,
    slave_secret: String,
    ratio: f64,
    interval: u32,
}

/// Reads the settings and makes the site of them.
pub fn load(
    db: &mut dyn Database,
    settings: &Settings,
    machine: &Machine,
    warnings: &mut Vec<String>,
) -> Result<Site, LoadError> {
    let modules = Modules::find(db, settings)?;
    let base = provbase(db, settings)?;
    let ha = if modules.ha { provha(db)? } else { None };
    let role = role::resolve(
        machine,
        ha.as_ref().map(|ha| &ha.addresses),
        settings.text("PROVHA__OWN_STATE"),
        &settings.place("PROVHA__OWN_STATE"),
        warnings,
    )?;
    let ha = ha.filter(|_| role != Role::Standalone);
    let pair = match &ha {
        Some(ha) => pair(ha, role, machine, warnings)?,
        None => None,
    };
    let domain = domain(&base)?;
    let mta_domain = mta_domain(db, modules)?;
    let is_option = db.schema().release().mta_domain_is_option();
    apart(&domain, mta_domain.as_deref().filter(|_| !is_option))?;
    let secret = secret(&base, ha.as_ref(), role)?;
    let lease_time = |value: Option<u32>, column| {
        value.filter(|seconds| *seconds > 0).ok_or_else(|| {
            let id = base.id;
            unusable(format!("provbase {id} {column}: not a time in seconds"))
        })
    };
    Ok(Site {
        role,
        provisioning_server: address(
            &base.server,
            &format!("provbase {} provisioning_server", base.id),
        )?,
        slaves: ha.as_ref().map_or(vec![], |h| h.addresses.slaves.clone()),
        master: ha.as_ref().map(|h| h.addresses.master),
        fqdn: fqdn(&machine.host_name, &domain)?,
        domain,
        default_lease_time: lease_time(
            base.default_lease_time,
            "dhcp_def_lease_time",
        )?,
        max_lease_time: lease_time(base.max_lease_time, "dhcp_max_lease_time")?,
        max_cpe: base.max_cpe,
        multiple_provisioning_systems: base.multiple,
        time_offset: time_offset(settings)?,
        secret,
        voip: modules.voip,
        mta_domain: mta_domain.clone().filter(|_| !is_option),
        mta_option: mta_domain.filter(|_| is_option),
        rebuild_interval: ha.as_ref().map_or(3600, |ha| ha.interval),
        pair,
    })
}

/// Settings that cannot be used, with the usual advice.
fn unusable(what: String) -> LoadError {
    LoadError::unusable(
        what,
        "correct it in the GUI's settings; nothing is published until then",
    )
}

/// The one row of provbase.
fn provbase(
    db: &mut dyn Database,
    settings: &Settings,
) -> Result<Provbase, LoadError> {
    let schema = db.schema();
    let table = schema.first(&["provbase"])?;
    let column = |name, fallback| schema.column(table, "b", &[name], fallback);
    let sql = format!(
        "SELECT {}, {}, {}, {}, {}, {}, {}, b.id FROM provbase b WHERE {} \
         ORDER BY b.id LIMIT 1",
        column("provisioning_server", None)?,
        column("domain_name", None)?,
        column("dns_password", Some("NULL"))?,
        column("dhcp_def_lease_time", None)?,
        column("dhcp_max_lease_time", None)?,
        column("max_cpe", Some("0"))?,
        column("multiple_provisioning_systems", Some("0"))?,
        schema.alive(table, "b")?,
    );
    let mut found = None;
    db.query("provbase", &sql, &mut |row| {
        let secret = row.text(2).trim().to_string();
        let id = row.number(7).unwrap_or(0);
        let multiple = "multiple_provisioning_systems";
        found = Some(Provbase {
            id,
            server: row.text(0).trim().to_string(),
            domain: row.text(1).trim().to_string(),
            secret: if secret.is_empty() {
                settings.text("DNS_PASSWORD").to_string()
            } else {
                secret
            },
            default_lease_time: row.number(3),
            max_lease_time: row.number(4),
            max_cpe: row.number::<i64>(5).unwrap_or(0).max(0) as u32,
            multiple: flag(row, 6, ("provbase", id, multiple))?,
        });
        Ok(())
    })?;
    found.ok_or_else(|| unusable("table provbase has no row".into()))
}

/// The one row of provha; None when there is none.
fn provha(db: &mut dyn Database) -> Result<Option<Provha>, LoadError> {
    let schema = db.schema();
    let _ = schema.first(&["provha"])?;
    let column =
        |name, fallback| schema.column("provha", "h", &[name], fallback);
    let sql = format!(
        "SELECT {}, {}, {}, {}, {}, {}, h.id FROM provha h WHERE {} \
         ORDER BY h.id LIMIT 1",
        column("master", None)?,
        column("slaves", None)?,
        column("master_dns_password", None)?,
        column("slave_dns_password", None)?,
        column("load_ratio_master", Some("0.5"))?,
        column("slave_config_rebuild_interval", Some("3600"))?,
        schema.alive("provha", "h")?,
    );
    let mut cells: Option<Vec<String>> = None;
    db.query("provha", &sql, &mut |row| {
        cells = Some((0..7).map(|i| row.text(i).trim().to_string()).collect());
        Ok(())
    })?;
    let Some(cells) = cells else { return Ok(None) };
    let place = |column: &str| format!("provha {} {column}", cells[6]);
    let slaves = cells[1]
        .split(',')
        .map(str::trim)
        .filter(|slave| !slave.is_empty())
        .map(|slave| address(slave, &place("slaves")))
        .collect::<Result<Vec<_>, _>>()?;
    let master = address(&cells[0], &place("master"))?;
    if slaves.contains(&master) {
        return Err(unusable(format!(
            "{}: {master} is the master's own address",
            place("slaves")
        )));
    }
    Ok(Some(Provha {
        id: cells[6].parse().unwrap_or(0),
        addresses: Addresses { master, slaves },
        master_secret: cells[2].clone(),
        slave_secret: cells[3].clone(),
        ratio: cells[4].parse().unwrap_or(f64::NAN),
        interval: cells[5].parse().unwrap_or(3600),
    }))
}

/// The failover pair from this machine's side; None without slaves.
fn pair(
    ha: &Provha,
    role: Role,
    machine: &Machine,
    warnings: &mut Vec<String>,
) -> Result<Option<Pair>, LoadError> {
    let slaves = &ha.addresses.slaves;
    let own_slave = slaves.iter().find(|slave| {
        machine.addresses.contains(&std::net::IpAddr::V4(**slave))
    });
    let Some(slave) = own_slave.or(slaves.first()).copied() else {
        if role == Role::Slave {
            let text = format!("provha {} slaves: no slave is set", ha.id);
            return Err(unusable(text));
        }
        warnings.push(
            "provha.slaves is empty: no failover, no peer addresses".into(),
        );
        return Ok(None);
    };
    let primary = role == Role::Master;
    let slave = if primary { slaves[0] } else { slave };
    let master = ha.addresses.master;
    let (own, peer) = if primary { (master, slave) } else { (slave, master) };
    let (peer_secret, column) = match primary {
        true => (&ha.slave_secret, "slave_dns_password"),
        false => (&ha.master_secret, "master_dns_password"),
    };
    let peer_secret = is_secret(peer_secret).then(|| peer_secret.clone());
    if peer_secret.is_none() {
        warnings.push(format!(
            "provha {} {column}: the secret is empty or not base64: public \
             customer devices get no names on the peer ({peer}) from here; \
             correct it in the GUI's settings",
            ha.id
        ));
    }
    if !(0.0..=1.0).contains(&ha.ratio) {
        return Err(unusable(format!(
            "provha {} load_ratio_master: not a number from 0 to 1",
            ha.id
        )));
    }
    Ok(Some(Pair {
        own,
        peer,
        primary,
        split: (ha.ratio * 256.0).round() as u16,
        peer_secret,
    }))
}

/// An IPv4 address of the settings.
fn address(text: &str, place: &str) -> Result<Ipv4Addr, LoadError> {
    let parsed: Result<Ipv4Addr, _> = text.trim().parse();
    match parsed {
        Ok(ip) if !ip.is_unspecified() && !ip.is_broadcast() => Ok(ip),
        _ => Err(unusable(format!("{place}: '{text}' is not an IPv4 address"))),
    }
}

/// The provisioning domain.
fn domain(base: &Provbase) -> Result<String, LoadError> {
    let text = &base.domain;
    let domain = text.strip_suffix('.').unwrap_or(text);
    if is_domain(domain) {
        return Ok(domain.to_string());
    }
    let id = base.id;
    let text =
        format!("provbase {id} domain_name: '{text}' is not a domain name");
    Err(unusable(text))
}

/// Whether the domains leave the zones of the reverse names and of customer
/// devices alone: a zone of its own there would hide their names.
fn apart(domain: &str, mta: Option<&str>) -> Result<(), LoadError> {
    let reverse = "in-addr.arpa";
    let below = |name: &str, zone: &str| {
        let name = format!(".{}", name.to_ascii_lowercase());
        name.ends_with(&format!(".{}", zone.to_ascii_lowercase()))
    };
    if below(domain, reverse) {
        return Err(unusable(format!(
            "provbase 1 domain_name: '{domain}' lies in {reverse}, the zone \
             of the reverse names"
        )));
    }
    let devices = format!("cpe.{domain}");
    for (zone, what) in [(reverse, "addresses"), (&devices, "customer devices")]
    {
        if let Some(mta) = mta.filter(|mta| below(mta, zone)) {
            return Err(unusable(format!(
                "provvoip 1 mta_domain: '{mta}' lies in {zone}, where the \
                 names of {what} are"
            )));
        }
    }
    Ok(())
}

/// The machine's full name: the host name if it contains the domain, else its
/// first label with the domain (facts/nms-formats.md section 3).
fn fqdn(host: &str, domain: &str) -> Result<String, LoadError> {
    let hint = "set the host name of this machine";
    let lower = host.to_ascii_lowercase();
    let suffix = domain.to_ascii_lowercase();
    if lower.starts_with(&suffix) {
        return Err(LoadError::unusable(
            format!("the host name '{host}' begins with the domain {domain}"),
            hint,
        ));
    }
    let name = if lower.contains(&suffix) {
        host.trim_end_matches('.').to_string()
    } else {
        format!("{}.{domain}", host.split('.').next().unwrap_or_default())
    };
    if is_domain(&name) {
        return Ok(name);
    }
    Err(LoadError::unusable(
        format!("the host name '{host}' makes no domain name"),
        hint,
    ))
}

/// The zone's UTC offset now, in seconds.
fn time_offset(settings: &Settings) -> Result<i32, LoadError> {
    let name = settings.text("APP_TIMEZONE");
    let zone = jiff::tz::TimeZone::get(name).map_err(|_| {
        LoadError::unusable(
            format!(
                "{}: unknown time zone '{name}'",
                settings.place("APP_TIMEZONE")
            ),
            "use an IANA name such as Europe/Berlin",
        )
    })?;
    Ok(zone.to_offset(jiff::Timestamp::now()).seconds())
}

/// Whether a text is a TSIG secret: base64 of at least one octet, without
/// blanks and line ends.
fn is_secret(text: &str) -> bool {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text);
    bytes.is_ok_and(|bytes| !bytes.is_empty())
}

/// This machine's TSIG secret.
fn secret(
    base: &Provbase,
    ha: Option<&Provha>,
    role: Role,
) -> Result<String, LoadError> {
    let (table, id, column, secret) = match (ha, role) {
        (Some(ha), Role::Master) => {
            ("provha", ha.id, "master_dns_password", &ha.master_secret)
        }
        (Some(ha), Role::Slave) => {
            ("provha", ha.id, "slave_dns_password", &ha.slave_secret)
        }
        _ => ("provbase", base.id, "dns_password", &base.secret),
    };
    checked_secret(secret, &format!("{table} {id} {column}"))
}

/// A TSIG secret, base64 of at least one octet; `place`: where it stands.
fn checked_secret(secret: &str, place: &str) -> Result<String, LoadError> {
    if is_secret(secret) {
        return Ok(secret.to_string());
    }
    Err(unusable(format!("{place}: the secret is empty or not base64")))
}

/// provvoip.mta_domain, if the module is there and the column is filled.
fn mta_domain(
    db: &mut dyn Database,
    modules: Modules,
) -> Result<Option<String>, LoadError> {
    let schema = db.schema();
    if !modules.voip || !schema.optional("provvoip")? {
        return Ok(None);
    }
    let sql = format!(
        "SELECT {}, v.id FROM provvoip v WHERE {} ORDER BY v.id LIMIT 1",
        schema.column("provvoip", "v", &["mta_domain"], Some("NULL"))?,
        schema.alive("provvoip", "v")?,
    );
    let (mut domain, mut id) = (String::new(), 0_u32);
    db.query("provvoip", &sql, &mut |row| {
        id = row.number(1).unwrap_or(0);
        domain = row.text(0).trim().to_string();
        Ok(())
    })?;
    let domain = domain.strip_suffix('.').unwrap_or(&domain).to_string();
    if domain.is_empty() {
        return Ok(None);
    }
    if is_domain(&domain) {
        return Ok(Some(domain));
    }
    Err(unusable(format!(
        "provvoip {id} mta_domain: '{domain}' is not a domain name"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_name_contains_the_domain_once() {
        let check = |host: &str, expected: Option<&str>| {
            let got = fqdn(host, "prov.example.net").ok();
            assert_eq!(got.as_deref(), expected, "{host}");
        };
        check("nms01", Some("nms01.prov.example.net"));
        check("nms01.prov.example.net", Some("nms01.prov.example.net"));
        check("nms01.other.org", Some("nms01.prov.example.net"));
        check("prov.example.net", None);
        check("", None);
        check("a b", None);
    }

    #[test]
    fn the_peers_secret_is_a_secret_or_none() {
        let at = |last| Ipv4Addr::new(10, 0, 0, last);
        let check = |role, good: bool, text: &str| {
            let own = "c2VjcmV0".to_string();
            let secrets = (own.clone(), text.to_string());
            let (master_secret, slave_secret) = match role {
                Role::Master => secrets,
                _ => (secrets.1, secrets.0),
            };
            let ha = Provha {
                id: 1,
                addresses: Addresses { master: at(1), slaves: vec![at(2)] },
                master_secret,
                slave_secret,
                ratio: 0.5,
                interval: 3600,
            };
            let machine = Machine {
                host_name: String::new(),
                addresses: Vec::new(),
                role: None,
            };
            let mut warnings = Vec::new();
            let pair = pair(&ha, role, &machine, &mut warnings).unwrap();
            let secret = pair.unwrap().peer_secret;
            assert_eq!(secret, good.then(|| text.to_string()), "{text}");
            let column = match role {
                Role::Master => "provha 1 slave_dns_password",
                _ => "provha 1 master_dns_password",
            };
            assert_eq!(warnings.len(), usize::from(!good));
            assert!(good || warnings[0].starts_with(column), "{warnings:?}");
            assert!(good || text.is_empty() || !warnings[0].contains(text));
        };
        for role in [Role::Master, Role::Slave] {
            check(role, true, "cGVlcg==");
            check(role, false, "");
            check(role, false, "x\"; }; key \"evil\" { algorithm hmac-md5");
        }
    }

    #[test]
    fn domains_leave_other_names_alone() {
        let check = |domain: &str, mta: &str, expected: Option<&str>| {
            let mta = Some(mta).filter(|mta| !mta.is_empty());
            let got = apart(domain, mta).map_err(|e| e.to_string());
            match expected {
                None => assert!(got.is_ok(), "{domain} {mta:?}: {got:?}"),
                Some(word) => assert!(got.unwrap_err().contains(word)),
            }
        };
        check("x.org", "", None);
        for mta in ["x.org", "mta.x.org", "cpe.y.org", "acpe.x.org", "org"] {
            check("x.org", mta, None);
        }
        for mta in
            ["CPE.x.org", "a.cpe.X.org", "in-addr.arpa", "10.In-addr.arpa"]
        {
            check("x.org", mta, Some("mta_domain"));
        }
        for domain in ["in-addr.arpa", "10.in-addr.ARPA"] {
            check(domain, "", Some("domain_name"));
        }
        check("xin-addr.arpa", "", None);
    }

    #[test]
    fn a_secret_is_base64() {
        assert!(checked_secret("c2VjcmV0", "here").is_ok());
        for bad in ["", "x", "c2Vj;cmV0", "\"; }", "c2Vj\ncmV0", "c2Vj cmV0"] {
            assert!(checked_secret(bad, "here").is_err(), "{bad}");
        }
    }
}
