//! MIB files from directories, read with the `mib-rs` parser: the one place
//! of the codec that touches the file system.

use std::path::PathBuf;

use mib_rs::{BaseType, Loader, mib as resolved, source};

use crate::docsis::mib::{ExtraNode, ExtraObject, MibLoader};

/// Directories of MIB files.
#[derive(Clone, Debug, Default)]
pub struct MibDirs {
    /// Searched first, in this order; those that cannot be read are passed.
    pub directories: Vec<PathBuf>,
    /// Whether `MIBDIRS` and the usual directories of net-snmp follow.
    pub system: bool,
}

impl MibLoader for MibDirs {
    fn load(&self) -> Vec<ExtraNode> {
        let readable =
            self.directories.iter().filter_map(|path| source::dir(path).ok());
        let mut loader =
            Loader::new().sources(readable.collect()).parallelism(1);
        if self.system {
            loader = loader.system_paths();
        }
        let Ok(mib) = loader.load() else { return Vec::new() };
        mib.nodes().filter(|node| !node.name().is_empty()).map(extra).collect()
    }
}

/// A node as the tree takes it.
fn extra(node: resolved::Node<'_>) -> ExtraNode {
    ExtraNode {
        oid: node.oid().to_vec(),
        label: node.name().into(),
        object: node.object().and_then(columns),
    }
}

/// The columns of an object; `None` for tables and rows.
fn columns(object: resolved::Object<'_>) -> Option<ExtraObject> {
    let index = object.row().map(index).unwrap_or_default();
    Some(ExtraObject {
        syntax: syntax(object)?.into(),
        hint: object.effective_display_hint().into(),
        ranges: ranges(object),
        enums: enums(object),
        index: if object.is_column() { index } else { String::new() },
        convention: convention(object),
    })
}

/// Base syntax.
fn syntax(object: resolved::Object<'_>) -> Option<&'static str> {
    Some(match object.ty()?.effective_base() {
        BaseType::Integer32 if object.effective_enums().is_empty() => {
            "Integer32"
        }
        BaseType::Integer32 => "INTEGER",
        BaseType::Unsigned32 => "Unsigned32",
        BaseType::Counter32 => "Counter32",
        BaseType::Counter64 => "Counter64",
        BaseType::Gauge32 => "Gauge32",
        BaseType::TimeTicks => "TimeTicks",
        BaseType::IpAddress => "IpAddress",
        BaseType::OctetString => "OCTET STRING",
        BaseType::ObjectIdentifier => "OBJECT IDENTIFIER",
        BaseType::Bits => "BITS",
        BaseType::Opaque => "Opaque",
        _ => return None,
    })
}

/// Sizes, or ranges where there are none; as `lo..hi|lo..hi`.
fn ranges(object: resolved::Object<'_>) -> String {
    let sizes = object.effective_sizes();
    let all = if sizes.is_empty() { object.effective_ranges() } else { sizes };
    let both = |range: &resolved::Range| {
        let (lo, hi) = (range.min.as_i64()?, range.max.as_i64()?);
        Some(format!("{lo}..{hi}"))
    };
    all.iter().filter_map(both).collect::<Vec<_>>().join("|")
}

/// Names of values or bits, as `up=1,down=2`.
fn enums(object: resolved::Object<'_>) -> String {
    let named = object.effective_enums().iter().chain(object.effective_bits());
    let pairs = named.map(|n| format!("{}={}", n.label, n.value));
    pairs.collect::<Vec<_>>().join(",")
}

/// The INDEX clause of a row, as `name:SYNTAX(ranges),…`.
fn index(row: resolved::Object<'_>) -> String {
    let part = |index: resolved::Index<'_>| {
        let object = index.object()?;
        let implied = if index.implied() { "IMPLIED " } else { "" };
        let (name, syntax) = (object.name(), syntax(object)?);
        let ranges = ranges(object);
        Some(if !object.effective_enums().is_empty() {
            format!("{implied}{name}:{syntax}{{enum}}")
        } else if ranges.is_empty() {
            format!("{implied}{name}:{syntax}")
        } else {
            format!("{implied}{name}:{syntax}({ranges})")
        })
    };
    row.effective_indexes().filter_map(part).collect::<Vec<_>>().join(",")
}

/// Textual conventions that change how an index is printed.
fn convention(object: resolved::Object<'_>) -> String {
    let name = object.ty().map(resolved::Type::name).unwrap_or_default();
    if name.starts_with("InetAddress") { name.into() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docsis::{Mib, Options, encode};

    /// A MIB of our own with a scalar and a table.
    const MIB: &str = r#"ACME-BOX-MIB DEFINITIONS ::= BEGIN
IMPORTS
    MODULE-IDENTITY, OBJECT-TYPE, Unsigned32, enterprises
        FROM SNMPv2-SMI;
acmeBoxMib MODULE-IDENTITY
    LAST-UPDATED "202601010000Z"
    ORGANIZATION "Acme"
    CONTACT-INFO "Acme"
    DESCRIPTION "A box."
    ::= { enterprises 99999 77 }
acmeBoxMode OBJECT-TYPE
    SYNTAX INTEGER { bridge(1), router(2) }
    MAX-ACCESS read-write
    STATUS current
    DESCRIPTION "How it forwards."
    ::= { acmeBoxMib 1 }
acmeBoxTable OBJECT-TYPE
    SYNTAX SEQUENCE OF AcmeBoxEntry
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "Ports."
    ::= { acmeBoxMib 2 }
acmeBoxEntry OBJECT-TYPE
    SYNTAX AcmeBoxEntry
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "A port."
    INDEX { acmeBoxPort }
    ::= { acmeBoxTable 1 }
AcmeBoxEntry ::= SEQUENCE {
    acmeBoxPort Unsigned32,
    acmeBoxName OCTET STRING
}
acmeBoxPort OBJECT-TYPE
    SYNTAX Unsigned32 (1..4)
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "Its number."
    ::= { acmeBoxEntry 1 }
acmeBoxName OBJECT-TYPE
    SYNTAX OCTET STRING (SIZE (0..8))
    MAX-ACCESS read-write
    STATUS current
    DESCRIPTION "Its name."
    ::= { acmeBoxEntry 2 }
END
"#;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a new file of a test")]
    fn names_of_a_directory_are_loaded_when_they_are_needed() {
        let name = format!("provha-mib-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).expect("a directory");
        std::fs::write(directory.join("ACME-BOX-MIB.txt"), MIB)
            .expect("a file");
        let directories = vec!["does-not-exist".into(), directory.clone()];
        let dirs = MibDirs { directories, system: false };
        let mib = Mib::with_loader(Box::new(dirs));
        let options = Options { mib: &mib, ..Options::modem(b"") };
        let known = b"Main { SnmpMibObject sysContact.0 String \"x\"; }";
        assert!(encode(known, &options).is_ok());
        assert!(mib.may_load(), "nothing was needed yet");
        let text = b"Main { SnmpMibObject acmeBoxMode.0 Integer 1;
            SnmpMibObject acmeBoxName.4 String \"12345678\"; }";
        assert!(encode(text, &options).is_ok());
        for bad in ["acmeBoxName.5", "acmeBoxName.1", "acmeBoxNone.0"] {
            let text =
                format!("Main {{ SnmpMibObject {bad} String \"123456789\"; }}");
            assert!(encode(text.as_bytes(), &options).is_err(), "{bad}");
        }
        std::fs::remove_dir_all(&directory).expect("it was made above");
    }
}
