//! The dhcpd set: `/etc/dhcp-nmsprime`.
//!
//! Statements, files and their order are those of the existing system
//! (facts/nms-formats.md sections 1 to 9); what is added stands in dhcpd.conf.

mod cmts;
pub mod options;
mod views;

pub use cmts::DRAIN;
pub use options::{OmapiKey, Options, vivso};

use std::io::Write;
use std::net::Ipv4Addr;

use crate::model::device::Identity;
use crate::model::{Modem, Network};
use crate::render::records::Records;
use crate::render::sink::Sink;
use crate::render::templates::Templates;

/// Where the set lives, as the files themselves name it.
pub const DIR: &str = "/etc/dhcp-nmsprime";

/// The file names of a set that are ours; other files in the directory
/// survive.
pub fn is_ours(name: &str) -> bool {
    let fixed = [
        "blocked.conf",
        "cmts_gws.conf",
        "default-network.conf",
        "dhcpd.conf",
        "endpoints-host.conf",
        "failover.conf",
        "global.conf",
        "ignore-cpe.conf",
        "log.conf",
        "modems-clients-public.conf",
        "modems-host.conf",
        "mta.conf",
    ];
    let cmts = name
        .strip_prefix("cmts_gws/")
        .and_then(|name| name.strip_suffix(".conf"))
        .is_some_and(|id| id.bytes().all(|b| b.is_ascii_digit()));
    fixed.contains(&name) || cmts
}

/// Renders the whole set into `sink`.
pub fn render(
    network: &Network,
    options: &Options,
    templates: &Templates,
    sink: &mut dyn Sink,
) -> anyhow::Result<()> {
    let render = Render { network, options, templates };
    render.head(sink)?;
    render.hosts(sink)?;
    render.classes(sink)?;
    cmts::render(network, templates, sink)?;
    render.list_of_cmts(sink)
}

/// What every file of the set is made of.
struct Render<'a> {
    network: &'a Network,
    options: &'a Options,
    templates: &'a Templates,
}

impl Render<'_> {
    /// dhcpd.conf, failover.conf, global.conf, default-network.conf, log.conf.
    fn head(&self, sink: &mut dyn Sink) -> anyhow::Result<()> {
        let Self { network, options, templates } = *self;
        let site = &network.site;
        self.dhcpd_conf(sink)?;
        if let Some(pair) = &site.pair {
            let view =
                views::FailoverConf::new(pair, options, network.has_failover());
            sink.file("failover.conf", &mut |out| {
                templates.render("dhcp/failover.conf.tera", &view, out)
            })?;
        }
        let view = views::GlobalConf::new(network, options);
        sink.file("global.conf", &mut |out| {
            templates.render("dhcp/global.conf.tera", &view, out)
        })?;
        // The management network is a /22 by definition.
        let server = site.provisioning_server.to_bits();
        let net = Ipv4Addr::from_bits(server & 0xffff_fc00);
        sink.file("default-network.conf", &mut |out| {
            let view = views::DefaultNetwork { net };
            templates.render("dhcp/default-network.conf.tera", &view, out)
        })?;
        sink.file("log.conf", &mut |out| {
            templates.render("dhcp/log.conf.tera", &views::Nothing {}, out)
        })
    }

    /// The file that includes all others.
    fn dhcpd_conf(&self, sink: &mut dyn Sink) -> anyhow::Result<()> {
        let view = views::DhcpdConf::new(self.network, self.options);
        sink.file("dhcpd.conf", &mut |out| {
            self.templates.render("dhcp/dhcpd.conf.tera", &view, out)
        })
    }

    /// The host declarations.
    fn hosts(&self, sink: &mut dyn Sink) -> anyhow::Result<()> {
        let Self { network, templates, .. } = *self;
        let pair = network.site.pair.as_ref();
        let own = network.site.own();
        sink.file("modems-host.conf", &mut |out| {
            let mut records = Records::new(templates, "dhcp/modem.tera");
            for modem in network.modems.iter().filter(|m| m.has_host()) {
                let Some(mac) = modem.mac else { continue };
                let (id, name) =
                    (modem.id.to_string(), network.modem_name(modem.id));
                let values = [id.as_str(), &name, &mac.to_string()];
                let telephony = modem.telephony;
                let context = |values: &[&str]| {
                    views::modem_host(values, telephony, own, pair)
                };
                records.write(u8::from(telephony), &values, &context, out)?;
            }
            Ok(())
        })?;
        sink.file("endpoints-host.conf", &mut |out| {
            for endpoint in &network.endpoints {
                let (Identity::Hardware(mac) | Identity::BehindModem(mac)) =
                    endpoint.identity;
                let behind =
                    matches!(endpoint.identity, Identity::BehindModem(_));
                let view = views::EndpointHost {
                    name: endpoint.name.as_str(),
                    behind_modem: behind,
                    mac: mac.to_string(),
                    fixed: endpoint.fixed.is_some(),
                    address: endpoint.fixed.unwrap_or(own),
                };
                templates.render("dhcp/endpoint.tera", &view, out)?;
            }
            Ok(())
        })?;
        if !network.site.voip {
            return Ok(());
        }
        sink.file("mta.conf", &mut |out| {
            let mut records = Records::new(templates, "dhcp/mta.tera");
            for mta in &network.mtas {
                let (id, mac) = (mta.id.to_string(), mta.mac.to_string());
                let bare = || mac.replace(':', "").to_ascii_lowercase();
                let host_name = match mta.named_by_mac {
                    true => bare(),
                    false => id.clone(),
                };
                let values = [&*id, &mac, &host_name];
                records.write(0, &values, &views::mta_host, out)?;
            }
            Ok(())
        })
    }

    /// The subclasses: public, blocked, and those at unknown modems.
    fn classes(&self, sink: &mut dyn Sink) -> anyhow::Result<()> {
        let modems = &self.network.modems;
        sink.file("modems-clients-public.conf", &mut |out| {
            let public = |m: &&Modem| m.public && m.has_host();
            self.subclasses(
                out,
                "dhcp/public.tera",
                modems.iter().filter(public),
            )
        })?;
        sink.file("blocked.conf", &mut |out| {
            writeln!(out, "# modems whose devices get no address")?;
            let blocked = |m: &&Modem| !m.internet_access && !m.doubled;
            self.subclasses(
                out,
                "dhcp/blocked.tera",
                modems.iter().filter(blocked),
            )
        })?;
        sink.file("ignore-cpe.conf", &mut |out| self.ignore_cpe(out))
    }

    /// One subclass line a modem that has a MAC.
    fn subclasses<'a>(
        &self,
        out: &mut dyn Write,
        template: &'static str,
        modems: impl Iterator<Item = &'a Modem>,
    ) -> anyhow::Result<()> {
        let mut records = Records::new(self.templates, template);
        for modem in modems {
            let Some(mac) = modem.mac else { continue };
            let values = [&*modem.id.to_string(), &mac.to_string()];
            records.write(0, &values, &views::id_and_mac, out)?;
        }
        Ok(())
    }

    /// The class of devices behind modems that another system serves.
    fn ignore_cpe(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        writeln!(out, "# devices at modems that are not ours are ignored")?;
        if !self.network.site.multiple_provisioning_systems {
            return Ok(());
        }
        let mut macs: Vec<u64> = self
            .network
            .modems
            .iter()
            .filter(|modem| modem.network_access && !modem.doubled)
            .filter_map(|modem| Some(modem.mac?.number()))
            .collect();
        macs.sort_unstable();
        macs.dedup();
        writeln!(out, "class \"ignore_cpe\" {{\n\tmatch  if")?;
        write!(
            out,
            "\t\t(substring(option vendor-class-identifier,0,6) != \"docsis\")"
        )?;
        for mac in macs {
            let octets = &mac.to_be_bytes()[2..];
            let text: Vec<String> =
                octets.iter().map(|octet| format!("{octet:02x}")).collect();
            let text = text.join(":");
            write!(out, " and\n\t\t(option agent.remote-id != {text})")?;
        }
        writeln!(out)?;
        self.templates.render("dhcp/ignore-cpe.tera", &views::Nothing {}, out)
    }

    /// The file that includes those of all CMTS.
    fn list_of_cmts(&self, sink: &mut dyn Sink) -> anyhow::Result<()> {
        list_of_cmts(self.network, &self.options.dir, sink)
    }
}

/// The files of all CMTS and the one that includes them.
pub fn cmts_files(
    network: &Network,
    templates: &Templates,
    sink: &mut dyn Sink,
) -> anyhow::Result<()> {
    cmts::render(network, templates, sink)?;
    list_of_cmts(network, DIR, sink)
}

/// cmts_gws.conf.
fn list_of_cmts(
    network: &Network,
    dir: &str,
    sink: &mut dyn Sink,
) -> anyhow::Result<()> {
    sink.file("cmts_gws.conf", &mut |out| {
        for cmts in &network.cmts {
            writeln!(out, "include \"{dir}/cmts_gws/{}.conf\";", cmts.id)?;
        }
        Ok(())
    })
}

/// The pools with all that their statements may refer to, hosts left out: a
/// configuration in one file, to try `ippool.optional` with `dhcpd -t`.
pub fn scratch(
    network: &Network,
    options: &Options,
    templates: &Templates,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (site, failover) = (&network.site, network.has_failover());
    let view = views::DhcpdConf::new(network, options);
    let mut head = Vec::new();
    templates.render("dhcp/dhcpd.conf.tera", &view, &mut head)?;
    for line in String::from_utf8_lossy(&head).lines() {
        if !line.starts_with("include ") {
            writeln!(out, "{line}")?;
        }
    }
    if let Some(pair) = &site.pair {
        let view = views::FailoverConf::new(pair, options, failover);
        templates.render("dhcp/failover.conf.tera", &view, out)?;
    }
    let view = views::GlobalConf::new(network, options);
    templates.render("dhcp/global.conf.tera", &view, out)?;
    cmts::all(network, templates, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn option_125_counts_its_addresses() {
        let check = |servers: &[&str], expected: &str| {
            let servers: Vec<Ipv4Addr> =
                servers.iter().map(|s| s.parse().unwrap()).collect();
            assert_eq!(vivso(&servers), expected);
        };
        check(
            &["172.21.4.10", "172.21.4.11"],
            "00:00:11:8b:0a:02:08:ac:15:04:0a:ac:15:04:0b",
        );
        check(&["10.0.0.1"], "00:00:11:8b:06:02:04:0a:00:00:01");
        check(
            &["255.0.16.1", "1.2.3.4", "5.6.7.8"],
            "00:00:11:8b:0e:02:0c:ff:00:10:01:01:02:03:04:05:06:07:08",
        );
    }

    #[test]
    fn only_our_own_names_are_ours() {
        for ours in ["dhcpd.conf", "cmts_gws/17.conf", "mta.conf"] {
            assert!(is_ours(ours));
        }
        for foreign in ["omapi.key", "cmts_gws/a.conf", "x/dhcpd.conf"] {
            assert!(!is_ours(foreign), "{foreign}");
        }
    }
}
