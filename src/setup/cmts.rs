//! Lines for the CMTS: two helper addresses, two time servers.

use std::net::Ipv4Addr;

use crate::cli::setup::CmtsForm;
use crate::source::{Database, SourceError};

/// A CMTS as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cmts {
    /// netgw.id.
    pub id: u32,
    /// Its host name.
    pub name: String,
    /// Who made it.
    pub company: String,
    /// What it is.
    pub series: String,
    /// Its address.
    pub ip: String,
}

impl Cmts {
    /// The form by the maker; None: it is not known.
    fn form(&self) -> Option<CmtsForm> {
        let words = format!("{} {}", self.company, self.series).to_lowercase();
        let any = |known: &[&str]| known.iter().any(|k| words.contains(k));
        match () {
            () if any(&["cisco", "ubr", "cbr"]) => Some(CmtsForm::Cisco),
            () if any(&["arris", "commscope", "e6000", "motorola", "bsr"]) => {
                Some(CmtsForm::Arris)
            }
            () if any(&["casa"]) => Some(CmtsForm::Casa),
            () if any(&["huawei", "ma56", "ma58"]) => Some(CmtsForm::Huawei),
            () => None,
        }
    }
}

/// All alive CMTS, by id.
pub fn all(db: &mut dyn Database) -> Result<Vec<Cmts>, SourceError> {
    let schema = db.schema();
    let table = schema.first(&["netgw", "cmts"])?;
    let column = |name, fallback| schema.column(table, "n", &[name], fallback);
    let kind = match table {
        "netgw" => column("type", Some("'cmts'"))?,
        _ => "'cmts'".into(),
    };
    let series = match table {
        "netgw" => column("series", Some("''"))?,
        _ => column("type", Some("''"))?,
    };
    let sql = format!(
        "SELECT n.id, {}, {}, {series}, {}, {kind} FROM {table} n WHERE {} \
         ORDER BY n.id",
        column("hostname", None)?,
        column("company", Some("''"))?,
        column("ip", Some("''"))?,
        schema.alive(table, "n")?,
    );
    let mut all = Vec::new();
    db.query(table, &sql, &mut |row| {
        if row.text(5).trim() == "cmts" {
            let text = |cell| plain(&row.text(cell));
            all.push(Cmts {
                id: row.number(0).unwrap_or_default(),
                name: text(1),
                company: text(2),
                series: text(3),
                ip: text(4),
            });
        }
        Ok(())
    })?;
    Ok(all)
}

/// A text of the database for a comment of one line.
fn plain(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).collect()
}

/// The lines of one CMTS; `servers`: the master first.
pub fn lines(
    cmts: &Cmts,
    servers: &[Ipv4Addr],
    form: Option<CmtsForm>,
) -> String {
    let forms = match form.or_else(|| cmts.form()) {
        Some(form) => vec![form],
        None => vec![
            CmtsForm::Cisco,
            CmtsForm::Arris,
            CmtsForm::Casa,
            CmtsForm::Huawei,
        ],
    };
    let parts = [&cmts.company, &cmts.series, &cmts.ip];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    let parts = parts.join(" ");
    let mut text =
        format!("! {} (id {}): {}\n", cmts.name, cmts.id, parts.trim());
    for form in &forms {
        if forms.len() > 1 {
            text += &format!("! if it is a {}:\n", maker(*form));
        }
        text += &of_form(*form, servers);
    }
    text
}

/// The maker's name.
fn maker(form: CmtsForm) -> &'static str {
    match form {
        CmtsForm::Cisco => "Cisco",
        CmtsForm::Arris => "Arris",
        CmtsForm::Casa => "Casa",
        CmtsForm::Huawei => "Huawei",
    }
}

/// The lines of a form. Interfaces are the usual first ones.
fn of_form(form: CmtsForm, servers: &[Ipv4Addr]) -> String {
    let each = |before: &str| -> String {
        let line = |ip: &Ipv4Addr| format!("{before}{ip}\n");
        servers.iter().map(line).collect::<Vec<_>>().concat()
    };
    match form {
        CmtsForm::Cisco => format!(
            "interface Bundle1\n{} exit\n{}",
            each(" cable helper-address "),
            each("ntp server ")
        ),
        CmtsForm::Arris => format!(
            "{}{}",
            each("configure interface cable-mac 1 cable helper-address "),
            each("configure ntp server ")
        ),
        CmtsForm::Casa => format!(
            "interface ip-bundle 1\n{} exit\n{}",
            each("  cable helper-address "),
            each("ntp server ")
        ),
        CmtsForm::Huawei => {
            let all: Vec<_> = servers.iter().map(ToString::to_string).collect();
            format!(
                "dhcp-server 1 ip {}\ninterface vlanif 1\n  dhcp-server 1\n  \
                 quit\n{}",
                all.join(" "),
                each("ntp-service unicast-server ")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cmts(company: &str) -> Cmts {
        let text = |text: &str| text.to_string();
        let (name, series, ip) = (text("north"), text("x"), text("10.0.0.9"));
        Cmts { id: 7, name, company: text(company), series, ip }
    }

    #[test]
    fn each_maker_has_its_own_lines_with_both_servers() {
        let servers = [Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2)];
        for (company, helper, ntp) in [
            (
                "Cisco",
                " cable helper-address 10.0.0.2\n",
                "\nntp server 10.0.0.1\n",
            ),
            (
                "ARRIS",
                "cable-mac 1 cable helper-address 10.0.0.1\n",
                "\nconfigure ntp server 10.0.0.2\n",
            ),
            (
                "Casa",
                "  cable helper-address 10.0.0.1\n",
                "\nntp server 10.0.0.2\n",
            ),
            (
                "Huawei",
                "dhcp-server 1 ip 10.0.0.1 10.0.0.2\n",
                "\nntp-service unicast-server 10.0.0.2\n",
            ),
        ] {
            let text = lines(&cmts(company), &servers, None);
            assert!(text.contains(helper) && text.contains(ntp), "{text}");
            assert!(!text.contains("if it is"), "{text}");
        }
        let text = lines(&cmts("Other"), &servers, None);
        assert_eq!(text.matches("if it is a").count(), 4, "{text}");
        let text = lines(&cmts("Other"), &servers, Some(CmtsForm::Casa));
        assert!(
            text.contains("ip-bundle") && !text.contains("Bundle1"),
            "{text}"
        );
    }
}
