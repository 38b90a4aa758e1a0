//! Objects for Icinga 2: the machines, what is checked on them, and what
//! depends on what. Their command and their variable have other names than
//! those of packaging/icinga, so that both can be loaded.

use std::net::Ipv4Addr;

use crate::cli::setup::IcingaForm;

/// A machine.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Its host name.
    pub name: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// master, slave or standalone.
    pub role: &'static str,
}

/// A string of Icinga's language.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}

/// All objects.
pub fn objects(
    machines: &[Machine],
    domain: &str,
    ssh_port: &str,
    form: IcingaForm,
) -> String {
    let mut text = String::from("// made by provha setup icinga\n");
    if form == IcingaForm::Dual {
        text += &zones(machines);
    }
    text += &command(form);
    for machine in machines {
        text += &host(machine, form);
    }
    text += &services(domain, ssh_port, form);
    text += DEPENDENCIES;
    text
}

/// Both machines as masters of one zone; for zones.conf.
fn zones(machines: &[Machine]) -> String {
    let mut text = String::from(
        "\n// For zones.conf of both machines; 'icinga2 node wizard' makes the \
         certificates.\n",
    );
    for machine in machines {
        text += &format!(
            "object Endpoint {} {{\n  host = \"{}\"\n}}\n",
            quoted(&machine.name),
            machine.address
        );
    }
    let names: Vec<_> = machines.iter().map(|m| quoted(&m.name)).collect();
    text += &format!(
        "object Zone \"master\" {{\n  endpoints = [ {} ]\n}}\n",
        names.join(", ")
    );
    text
}

/// The check of a machine by itself.
fn command(form: IcingaForm) -> String {
    let how = match form {
        IcingaForm::Single => {
            "  import \"by_ssh\"\n  vars.by_ssh_command = [ \
             \"/usr/bin/provha\", \"status\", \"--format\", \"icinga\" ]\n"
        }
        IcingaForm::Dual => {
            "  // sudoers: nagios ALL=(root) NOPASSWD: /usr/bin/provha status \
             --format icinga\n  command = [ \"/usr/bin/sudo\", \"-n\", \
             \"/usr/bin/provha\", \"status\", \"--format\", \"icinga\" ]\n"
        }
    };
    format!(
        "\nobject CheckCommand \"provha-setup\" {{\n{how}  timeout = 1m\n}}\n"
    )
}

/// A machine.
fn host(machine: &Machine, form: IcingaForm) -> String {
    let zone = match form {
        IcingaForm::Single => "",
        IcingaForm::Dual => "  zone = \"master\"\n",
    };
    format!(
        "\nobject Host {} {{\n  check_command = \"hostalive\"\n  \
         check_interval = 1m\n  retry_interval = 15s\n  address = \"{}\"\n  \
         vars.provha_role = \"{}\"\n{zone}}}\n",
        quoted(&machine.name),
        machine.address,
        machine.role
    )
}

/// The services of all machines.
fn services(domain: &str, ssh_port: &str, form: IcingaForm) -> String {
    let endpoint = match form {
        IcingaForm::Single => String::new(),
        IcingaForm::Dual => "  command_endpoint = host.name\n".to_string(),
    };
    let port = format!("  vars.by_ssh_port = {ssh_port}\n");
    let own = match form {
        IcingaForm::Single => {
            format!("{port}  vars.by_ssh_logname = \"root\"\n")
        }
        IcingaForm::Dual => endpoint,
    };
    let service = |name: &str, command: &str, more: &str| {
        format!(
            "\napply Service \"{name}\" {{\n  check_command = \"{command}\"\n  \
             check_interval = 1m\n  retry_interval = 15s\n{more}  \
             assign where host.vars.provha_role\n}}\n"
        )
    };
    let mut text = service("provha", "provha-setup", &own);
    text += &service("ssh", "ssh", &format!("  vars.ssh_port = {ssh_port}\n"));
    let lookup = format!(
        "  vars.dns_lookup = {}\n  vars.dns_server = host.address\n  \
         vars.dns_query_type = \"SOA\"\n",
        quoted(domain)
    );
    text += &service("dns", "dns", &lookup);
    let offset = "  vars.ntp_warning = \"5\"\n  vars.ntp_critical = \"30\"\n";
    text += &service("ntp", "ntp_time", offset);
    text
}

/// What depends on what: a machine that is down is one message, not five.
const DEPENDENCIES: &str = "
apply Dependency \"machine\" to Service {
  disable_checks = true
  disable_notifications = true
  ignore_soft_states = false
  assign where host.vars.provha_role
}

apply Dependency \"ssh\" to Service {
  parent_service_name = \"ssh\"
  disable_notifications = true
  assign where host.vars.provha_role && service.name == \"provha\"
}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_two_masters() {
        let machine = |name: &str, last, role| Machine {
            name: name.into(),
            address: Ipv4Addr::new(10, 0, 0, last),
            role,
        };
        let both = [machine("a", 1, "master"), machine("b", 2, "slave")];
        let single = objects(&both, "x.net", "22", IcingaForm::Single);
        assert!(single.contains("import \"by_ssh\""), "{single}");
        assert!(!single.contains("object Zone"), "{single}");
        let dual = objects(&both, "x.net", "22", IcingaForm::Dual);
        assert!(dual.contains("endpoints = [ \"a\", \"b\" ]"), "{dual}");
        assert!(dual.contains("command_endpoint = host.name"), "{dual}");
        for text in [&single, &dual] {
            assert_eq!(text.matches("object Host").count(), 2, "{text}");
            assert_eq!(text.matches('{').count(), text.matches('}').count());
        }
    }
}
