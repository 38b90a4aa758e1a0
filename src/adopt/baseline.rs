//! What the existing system's package and installer put into the files that
//! its commands do not make. A live statement that stands here is its form,
//! not a hand edit.

use crate::model::Network;

/// dhcpd.conf; includes that a module switches on stand in it.
pub fn dhcpd_conf(network: &Network) -> String {
    let secret = &network.site.secret;
    let mut text = format!(
        "authoritative; deny bootp; option ntp-servers ntp.org; \
         ping-check true; update-conflict-detection false; \
         include \"/etc/dhcp-nmsprime/failover.conf\"; \
         key dhcpupdate {{ algorithm hmac-md5; secret {secret}; }} \
         option space ccc; option ccc.dhcp-server-1 code 1 = ip-address; \
         option ccc.SecondaryDHCPServer code 2 = ip-address; \
         option ccc.provision-server code 3 = {{ unsigned integer 8, string }}; \
         option ccc.realm code 6 = string; \
         option ccc-encapsulation code 122 = encapsulate ccc; \
         option dhcp-parameter-request-list = \
         concat(option dhcp-parameter-request-list,2b); option space ACS; \
         option ACS.acs_URL code 1 = text; \
         option ACS.acs_PROVCODE code 2 = text; ddns-updates off; \
         ddns-update-style interim; update-optimization off; \
         update-static-leases on;"
    );
    for name in [
        "global",
        "default-network",
        "modems-host",
        "modems-clients-public",
        "endpoints-host",
        "mta",
        "log",
        "cmts_gws",
        "ignore-cpe",
        "blocked",
    ] {
        text += &format!("include \"/etc/dhcp-nmsprime/{name}.conf\";");
    }
    text
}

/// failover.conf, of every release; the key block is judged by itself.
pub fn failover_conf(network: &Network) -> String {
    let Some(pair) = &network.site.pair else { return String::new() };
    let role = if pair.primary { "primary" } else { "secondary" };
    let (own, peer) = (pair.own, pair.peer);
    // Both values of both seeds: which one was installed is not known.
    format!(
        "failover peer \"dhcpd-failover\" {{ {role}; address {own}; port 647; \
         peer address {peer}; peer port 647; max-response-delay 60; \
         max-unacked-updates 10; load balance max seconds 3; \
         load balance max seconds 5; mclt 1800; mclt 3600; split 128; }}"
    )
}

/// named-nmsprime.conf.
pub fn named_conf(network: &Network) -> String {
    let (secret, domain) = (&network.site.secret, &network.site.domain);
    let who = "local; cm; cpe; mta; nmsprime;";
    let zone = |name: &str, file: &str| {
        format!(
            "zone \"{name}\" IN {{ type master; \
             file \"/var/named/dynamic/{file}\"; \
             allow-update {{ key dhcpupdate; }}; \
             allow-transfer {{ local; }}; notify yes; }};"
        )
    };
    let mut text = format!(
        "acl local {{ 127.0.0.1; }}; acl cm {{ 10.0.0.0/9; }}; \
         acl cpe {{ 100.64.0.0/11; }}; acl mta {{ 100.96.0.0/11; }}; \
         acl nmsprime {{ 172.20.0.0/22; }}; \
         options {{ directory \"/var/named\"; listen-on {{ any; }}; \
         allow-query {{ {who} }}; \
         allow-recursion {{ {who} }}; forwarders {{ 8.8.8.8; 8.8.4.4; }}; \
         empty-zones-enable no; minimal-responses yes; \
         rate-limit {{ responses-per-second 10; \
         exempt-clients {{ local; }}; }}; }}; \
         key dhcpupdate {{ algorithm hmac-md5; secret \"{secret}\"; }};"
    );
    text += &zone(domain, "nmsprime.test.zone");
    text += &zone("in-addr.arpa", "in-addr.arpa.zone");
    if let Some(name) = &network.site.mta_domain {
        text += &zone(name, &format!("{name}.zone"));
    }
    text
}

/// The line of chrony's part.
pub const CHRONY: &str = "allow 172.20.0.0/22";
