//! The templates: embedded, replaceable file by file.

use std::collections::HashMap;
use std::io::Write;

use serde::Serialize;
use tera::{Context, Tera, Value};

use crate::render::filters;

/// A failure of a template.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A template does not parse, or a file replaces none.
    #[error("template {name}: {reason}")]
    Bad {
        /// The template's name, such as `dhcp/global.conf.tera`.
        name: String,
        /// Tera's words.
        reason: String,
    },
}

/// Name and text of a file below `templates/`.
macro_rules! embed {
    ($name:literal) => {
        ($name, include_str!(concat!("../../templates/", $name)))
    };
}

/// Name and text of each embedded template.
pub const EMBEDDED: &[(&str, &str)] = &[
    embed!("dhcp/blocked.tera"),
    embed!("dhcp/cmts.conf.tera"),
    embed!("dhcp/default-network.conf.tera"),
    embed!("dhcp/dhcpd.conf.tera"),
    embed!("dhcp/endpoint.tera"),
    embed!("dhcp/failover.conf.tera"),
    embed!("dhcp/global.conf.tera"),
    embed!("dhcp/ignore-cpe.tera"),
    embed!("dhcp/log.conf.tera"),
    embed!("dhcp/modem.tera"),
    embed!("dhcp/mta.tera"),
    embed!("dhcp/public.tera"),
    embed!("dns/ddns.key.tera"),
    embed!("dns/ddns.sh.tera"),
    embed!("dns/named.conf.tera"),
    embed!("dns/zone.tera"),
    embed!("galera/galera.cnf.tera"),
    embed!("galera/garb.tera"),
    embed!("kea/gateway.conf.tera"),
    embed!("kea/host.tera"),
    embed!("time/chrony.conf.tera"),
    embed!("time/inetd.tera"),
    embed!("time/xinetd.tera"),
];

/// All templates, parsed.
pub struct Templates(Tera);

impl Templates {
    /// The embedded templates, those of `overrides` (name to text) in place
    /// of theirs.
    ///
    /// # Errors
    /// A template that does not parse; an override that replaces none.
    pub fn new(
        overrides: &HashMap<String, String>,
    ) -> Result<Self, TemplateError> {
        let mut tera = Tera::default();
        tera.autoescape_on(Vec::new());
        tera.register_filter("dhcp_string", dhcp_string);
        for (name, embedded) in EMBEDDED {
            let text = overrides.get(*name).map_or(*embedded, String::as_str);
            tera.add_raw_template(name, text)
                .map_err(|error| bad(name, &error))?;
        }
        let known = |name: &str| EMBEDDED.iter().any(|(n, _)| *n == name);
        if let Some(name) = overrides.keys().find(|name| !known(name)) {
            return Err(TemplateError::Bad {
                name: name.clone(),
                reason: "no built-in template has this name".into(),
            });
        }
        Ok(Self(tera))
    }

    /// Renders a view into `out`.
    pub fn render(
        &self,
        name: &str,
        view: &impl Serialize,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let context =
            Context::from_serialize(view).map_err(|e| bad(name, &e))?;
        // Rendered into memory first: Tera writes in many small pieces, and
        // what failed halfway must not have reached a file.
        let text = self.text(name, &context)?;
        out.write_all(text.as_bytes())?;
        Ok(())
    }

    /// Renders a context.
    pub fn text(
        &self,
        name: &str,
        context: &Context,
    ) -> Result<String, TemplateError> {
        self.0.render(name, context).map_err(|e| bad(name, &e))
    }
}

/// The error with Tera's chain of reasons in one line.
fn bad(name: &str, error: &tera::Error) -> TemplateError {
    use std::error::Error;
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        reason += &format!(": {cause}");
        source = cause.source();
    }
    TemplateError::Bad { name: name.to_string(), reason }
}

/// The filter [`filters::dhcp_string`].
fn dhcp_string(
    value: &Value,
    _: &HashMap<String, Value>,
) -> tera::Result<Value> {
    let text = value.as_str().ok_or("dhcp_string needs a string")?;
    Ok(filters::dhcp_string(text).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_templates_parse() {
        Templates::new(&HashMap::new()).unwrap();
    }

    #[test]
    fn an_override_must_replace_something_and_parse() {
        let one = |name: &str, text: &str| {
            Templates::new(&HashMap::from([(name.into(), text.into())]))
        };
        assert!(one("dhcp/nothing.tera", "").is_err());
        let error = one("dhcp/mta.tera", "{{ id").err().unwrap().to_string();
        assert!(error.starts_with("template dhcp/mta.tera"), "{error}");
        assert!(one("dhcp/mta.tera", "{{ id }}").is_ok());
    }
}
