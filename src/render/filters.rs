//! Quoting, one function a grammar.

/// A dhcpd string with its quotes: `"` and `\` escaped, controls as octal
/// (dhcpd.conf(5), 'quoted strings').
pub fn dhcp_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                for byte in c.to_string().bytes() {
                    out += &format!("\\{byte:03o}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A domain name as DNS sends it (RFC 1035 section 3.1), written as the
/// inside of a dhcpd string: lengths as octal escapes.
pub fn wire_name(domain: &str) -> String {
    let mut out = String::new();
    for label in domain.split('.') {
        out += &format!("\\{:03o}{label}", label.len());
    }
    out += "\\000";
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_cannot_end_early() {
        assert_eq!(dhcp_string("a\"; }\\"), r#""a\"; }\\""#);
        assert_eq!(dhcp_string("a\nb"), r#""a\012b""#);
    }

    #[test]
    fn names_on_the_wire() {
        assert_eq!(
            wire_name("nms01.prov.example.net"),
            r"\005nms01\004prov\007example\003net\000"
        );
        assert_eq!(wire_name("abcdefghij"), r"\012abcdefghij\000");
    }
}
