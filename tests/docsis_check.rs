//! The check of meaning: each fault of a kind is found where it is, and what
//! is right is not.

use crate::docsis_vectors;

use docsis_vectors::{all, shared};
use provha::config::keys::CODEC_RULES;
use provha::docsis::check::rules::{Allow, RULES};
use provha::docsis::check::versions::Docsis;
use provha::docsis::check::{About, check, told};
use provha::docsis::{
    Hash, Mib, Options, SharedEncoder, Warning, encode, verify,
};

/// Flows of both directions, on lines of their own.
const FLOWS: &str = "UsServiceFlow { UsServiceFlowRef 1; QosParamSetType 7; }\n\
     DsServiceFlow { DsServiceFlowRef 2; QosParamSetType 7; }\n";

/// Rules that are told of a text, with their lines.
fn rules(text: &str, options: &Options<'_>) -> Vec<(&'static str, usize)> {
    let encoded = encode(text.as_bytes(), options).expect("it is valid");
    let told = told(text.as_bytes(), &encoded, options, Some(Docsis::V30));
    let of = |w: &Warning| (w.rule().expect("a rule"), w.0.span.line);
    told.iter().map(of).collect()
}

/// Checks what is told of a modem's text, line 1 being `Main {`.
#[track_caller]
fn modem(settings: &str, expected: &[(&str, usize)]) {
    let text = format!("Main {{\n{settings}}}");
    assert_eq!(rules(&text, &Options::modem(b"key")), expected, "{text}");
}

/// Checks that a setting is refused, or not.
#[track_caller]
fn refused(setting: &str, is: bool) {
    let text = format!("Main {{ {setting} }}");
    let strict = encode(text.as_bytes(), &Options::modem(b"key"));
    let Err(faults) = strict else {
        return assert!(!is, "{setting} passes");
    };
    assert!(is, "{setting}: {}", faults[0]);
    assert!(faults[0].expected().is_some(), "{setting}: {}", faults[0]);
    // Where there are limits as well, the cut number is outside of them.
    if !setting.starts_with("MaxCPE") {
        let lenient = Options { lenient: true, ..Options::modem(b"key") };
        assert!(encode(text.as_bytes(), &lenient).is_ok(), "{setting}");
    }
}

#[test]
fn the_key_names_the_rules() {
    let names: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names, CODEC_RULES);
}

#[test]
fn numbers_that_do_not_fit_are_refused_everywhere() {
    for setting in [
        "MaxCPE 256;",
        "MaxCPE -1;",
        "MaxClassifiers 65536;",
        "UsServiceFlow { MaxTrafficBurst 4294967296; }",
        "VendorSpecific { L2VPNEncoding { L2VPNDSID 16777216; } }",
        "SnmpMibObject sysServices.0 Integer 2147483648;",
        "SnmpMibObject sysServices.0 Gauge32 4294967296;",
        "SnmpMibObject sysServices.0 TimeTicks -1;",
        "SnmpMibObject enterprises.4294967296 Integer 1;",
        "SnmpMibObject sysObjectID.0 ObjectID .1.3.4294967296;",
        "SnmpWriteControl .1.3.6.1 256;",
        "GenericTLV TlvCode 256 TlvLength 1 TlvValue 0x01;",
        "GenericTLV TlvCode 200 TlvType Short TlvValue 65536;",
        "GenericTLV TlvCode 200 TlvType Char TlvValue 256;",
        "GenericTLV TlvCode 200 TlvType Integer TlvValue 4294967296;",
    ] {
        refused(setting, true);
    }
    for setting in [
        "SnmpMibObject sysServices.0 Integer -2147483648;",
        "SnmpMibObject sysServices.0 Gauge32 4294967295;",
        "GenericTLV TlvCode 200 TlvType Char TlvValue -1;",
        "UsServiceFlow { MaxTrafficBurst 4294967295; }",
    ] {
        refused(setting, false);
    }
}

#[test]
fn a_modem_s_file_has_no_16_bit_length_whatever_the_size() {
    for size in [236, 256, 1000, 1100, 1300, 2000] {
        let value = "v".repeat(size);
        let object = format!(
            "SnmpMibObject enterprises.4115.11.1.1.0 String \"{value}\";"
        );
        let text = format!("Main {{\n{object} }}");
        let fault = encode(text.as_bytes(), &Options::modem(b"key"));
        let fault = fault.expect_err("it is refused").remove(0);
        assert_eq!(fault.fault.rule().map(|r| r.name), Some("long-object"));
        assert_eq!(fault.span.line, 2);
        let mta = format!("Main {{ MtaConfigDelimiter 1; {object} }}");
        assert!(encode(mta.as_bytes(), &Options::modem(b"key")).is_ok());
    }
}

#[test]
fn mandatory_and_contradicting_settings_are_told() {
    modem(&format!("NetworkAccess 1;\n{FLOWS}"), &[]);
    modem(FLOWS, &[("network-access", 1)]);
    modem("NetworkAccess 1;\nMaxCPE 2;\n", &[("no-service", 1)]);
    modem("NetworkAccess 1;\nClassOfService { ClassID 1; }\n", &[]);
    let both = "NetworkAccess 1;\nClassOfService { ClassID 1; }\n";
    modem(&format!("{both}{FLOWS}"), &[("class-and-flows", 4)]);
    let twice = format!("NetworkAccess 1;\nNetworkAccess 0;\n{FLOWS}");
    modem(&twice, &[("network-access", 3)]);
    let more = |more: &str| format!("NetworkAccess 1;\n{FLOWS}{more}\n");
    let again = "DsServiceFlow { DsServiceFlowRef 2; QosParamSetType 7; }";
    modem(&more(again), &[("flow-reference", 5)]);
    let none = "DsServiceFlow { QosParamSetType 1; }";
    modem(&more(none), &[("flow-reference", 5)]);
    let lost = "DsPacketClass { ClassifierRef 1; ServiceFlowRef 1; }";
    modem(&more(lost), &[("classifier-flow", 5)]);
    let shared = "DsServiceFlow { DsServiceFlowRef 1; QosParamSetType 1; }";
    modem(&more(shared), &[("shared-reference", 5)]);
    modem(&more("MaxCPE 1;\nMaxCPE 2;"), &[("set-twice", 6)]);
    let zero = "UsServiceFlow { UsServiceFlowRef 9; QosParamSetType 1;\n\
                MaxRateSustained 0; }";
    modem(&more(zero), &[("unlimited-rate", 6)]);
}

#[test]
fn an_object_set_twice_is_told_by_name_and_by_number() {
    for again in ["sysContact.0", ".1.3.6.1.2.1.1.4.0", "system.sysContact.0"] {
        let text = format!(
            "NetworkAccess 1;\n{FLOWS}\
             SnmpMibObject sysContact.0 String \"a\";\n\
             SnmpMibObject sysName.0 String \"n\";\n\
             SnmpMibObject {again} String \"b\";\n"
        );
        modem(&text, &[("duplicate-object", 7)]);
    }
}

#[test]
fn the_first_flow_is_the_primary_one() {
    let up = |number: u8| {
        let rest = "QosParamSetType 7; }\n";
        format!("UsServiceFlow {{ UsServiceFlowRef {number}; {rest}")
    };
    let down = "DsServiceFlow { DsServiceFlowRef 101; QosParamSetType 7; }\n";
    let class = "UsPacketClass { ClassifierRef 1; ServiceFlowRef 2; }\n";
    let text = |a: u8, b: u8| {
        format!("NetworkAccess 1;\n{}{}{down}{class}", up(a), up(b))
    };
    modem(&text(1, 2), &[]);
    modem(&text(2, 1), &[("primary-flow", 4)]);
}

#[test]
fn what_is_newer_than_the_modem_is_told() {
    let start = format!("NetworkAccess 1;\n{FLOWS}");
    modem(&format!("{start}DownstreamFrequency 1002000000;\n"), &[]);
    for frequency in [1_215_000_000_u32, 1_794_000_000] {
        let text = format!("{start}DownstreamFrequency {frequency};\n");
        modem(&text, &[("newer-value", 5)]);
    }
    refused("DownstreamFrequency 1794000000;", false);
    let beyond = b"Main { DownstreamFrequency 1794000001; }";
    assert!(encode(beyond, &Options::modem(b"")).is_err());
    let unit = "DsServiceFlow { DsServiceFlowRef 9; QosParamSetType 1;\n\
                DataRateUnitSetting 1; }\n";
    modem(&format!("{start}{unit}"), &[("newer-setting", 6)]);
    let pgs = "UsServiceFlow { UsServiceFlowRef 9; QosParamSetType 1;\n\
               SchedulingType 7; }\n";
    modem(&format!("{start}{pgs}"), &[("newer-value", 6)]);
}

#[test]
fn a_hash_that_does_not_fit_is_told_or_replaced() {
    let hash = "SnmpMibObject pktcMtaDevProvConfigHash.0 HexString \
                0x0123456789abcdef0123456789abcdef01234567;";
    let end = "MtaConfigDelimiter 255;";
    let text = format!("Main {{\nMtaConfigDelimiter 1;\n{hash}\n{end}\n}}");
    for kind in [Hash::None, Hash::Na, Hash::Eu] {
        let options = Options::mta(kind);
        assert_eq!(rules(&text, &options), [("stale-hash", 3)], "{kind:?}");
        let bytes = encode(text.as_bytes(), &options).expect("valid").bytes;
        let good = verify::verify(&bytes, None).is_good();
        assert_eq!(good, kind != Hash::None, "{kind:?}");
    }
}

#[test]
fn rules_can_be_silenced() {
    let text = "Main {\nMaxCPE 1;\nMaxCPE 2;\n}";
    let names = "set-twice,network-access,no-service";
    let allow = Allow::parse(names).expect("rules");
    let options = Options { allow, ..Options::modem(b"key") };
    assert_eq!(rules(text, &options), []);
}

#[test]
fn classifiers_of_one_reference_and_reserves_beyond_the_rate_are_told() {
    let classes = |first: &str, second: &str| {
        format!(
            "NetworkAccess 1;\n{FLOWS}\n\
             {first} {{ ClassifierRef 4; ServiceFlowRef 1; }}\n\
             {second} {{ ClassifierRef 4; ServiceFlowRef 1; }}"
        )
    };
    let up = "UsPacketClass";
    let last = classes(up, up).lines().count() + 1;
    modem(&classes(up, up), &[("classifier-reference", last)]);
    // The other direction has numbers of its own.
    let down = classes(up, "DsPacketClass").replace(
        "DsPacketClass { ClassifierRef 4; ServiceFlowRef 1; }",
        "DsPacketClass { ClassifierRef 4; ServiceFlowRef 2; }",
    );
    modem(&down, &[]);
    for (most, least, unit, told) in [
        ("1000", "1001", "", true),
        ("1000", "1000", "", false),
        ("0", "1000", "", false),
        ("5000", "6000", "DataRateUnitSetting 1;", true),
    ] {
        let text = format!(
            "NetworkAccess 1;\nUsServiceFlow {{ UsServiceFlowRef 1; \
             QosParamSetType 7;\nMaxRateSustained {most}; \
             MinReservedRate {least}; {unit} }}\nDsServiceFlow {{ \
             DsServiceFlowRef 2; QosParamSetType 7; }}"
        );
        let mut expected = Vec::new();
        if told {
            expected.push(("reserved-rate", 4));
        }
        if most == "0" {
            expected.push(("unlimited-rate", 4));
        }
        if !unit.is_empty() {
            // The unit is of DOCSIS 3.1.
            expected.push(("newer-setting", 4));
        }
        modem(&text, &expected);
    }
}

#[test]
fn a_cut_number_is_told() {
    let text = "Main { MaxClassifiers 70000; GenericTLV TlvCode 300 \
                TlvLength 1 TlvValue 0x01; SnmpMibObject sysServices.0 \
                Integer 4294967296; }";
    let lenient = Options { lenient: true, ..Options::modem(b"key") };
    let told = encode(text.as_bytes(), &lenient).expect("it is cut").warnings;
    let words: Vec<_> = told.iter().map(ToString::to_string).collect();
    let rules: Vec<_> = told.iter().map(Warning::rule).collect();
    assert_eq!(rules, [Some("number-width"); 3], "{words:?}");
    assert!(words[0].contains("70000 does not fit its octets and is cut"));
    let allow = Allow::parse("number-width").expect("a rule");
    let silent = Options { allow, ..Options::modem(b"key") };
    let told = encode(text.as_bytes(), &silent).expect("it is cut").warnings;
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn files_that_are_large_for_a_modem_or_too_large_for_all() {
    let object = |n: usize| {
        format!("SnmpMibObject ifAlias.{n} String \"abcdefghij\";\n")
    };
    let objects: String = (1..800).map(object).collect();
    let text = format!("NetworkAccess 1;\n{FLOWS}{objects}");
    modem(&text, &[("modem-file-size", 1)]);
    let long = "0".repeat(250);
    let object = |n: usize| {
        format!("SnmpMibObject enterprises.4115.1.{n}.0 String \"{long}\";")
    };
    let objects: String = (1..1100).map(object).collect();
    let text = format!("Main {{ MtaConfigDelimiter 1; {objects} }}");
    let faults = encode(text.as_bytes(), &Options::mta(Hash::None));
    let fault = faults.expect_err("it is refused").remove(0);
    assert_eq!(fault.fault.rule().map(|r| r.name), Some("file-too-large"));
}

#[test]
fn the_extended_cmts_mic_is_computed_in_both_forms() {
    let text = |digest: &str| {
        format!(
            "Main {{ NetworkAccess 1; {FLOWS} VendorSpecific {{ \
             VendorIdentifier 0xffffff; ExtendedCMTSMICConfiguration {{ \
             ExtendedCMTSMICHMACDigestType 1; \
             ExtendedCMTSMICHMACBitmap 0x100000c0; {digest} }} }} }}"
        )
    };
    let right = [
        0x22, 0x70, 0xdf, 0x66, 0xcb, 0xf5, 0x57, 0x4f, 0x09, 0x34, 0x84, 0xd8,
        0x31, 0xe5, 0xe6, 0x7f,
    ];
    let zeros = format!("ExtendedCMTSMICHMACDigest 0x{};", "00".repeat(16));
    let options = Options::modem(b"SECRET");
    for (digest, at) in [("", 59), (&*zeros, 41)] {
        let text = text(digest);
        assert_eq!(rules(&text, &options), [], "{digest}");
        let file = encode(text.as_bytes(), &options).expect("valid").bytes;
        assert_eq!(file[at..at + 16], right, "{digest}");
        assert!(verify::verify(&file, Some(b"SECRET")).is_good());
        assert!(!verify::verify(&file, Some(b"OTHER")).is_good());
        let lenient = Options { lenient: true, ..options };
        let plain = encode(text.as_bytes(), &lenient).expect("valid").bytes;
        assert_ne!(plain[at..at + 16], right, "{digest}");
    }
    let given = zeros.replace("00", "07");
    let given = rules(&text(&given), &options);
    assert_eq!(given, [("extended-mic", 3)]);
}

#[test]
fn every_vector_is_checked_and_encoded_alike_alone_and_shared() {
    let mib = Mib::embedded();
    let about = About { mib, allow: Allow::default(), docsis: None };
    for vector in all() {
        let Some(file) = vector.file("expected.bin") else { continue };
        for finding in check(file, &about) {
            assert!(finding.offset.is_none_or(|at| at < file.len()));
        }
        let text = vector.file("input.conf").expect("a text");
        let options = Options::modem(b"DOCSIS");
        let mut shared = SharedEncoder::new(options);
        let one = encode(text, &options);
        assert_eq!(shared.encode(text), one, "{}", vector.name);
    }
}

#[test]
fn golden_files_break_no_rule() {
    let Some(shared) = shared() else { return };
    let mib = Mib::embedded();
    let about = About { mib, allow: Allow::default(), docsis: None };
    for kind in ["cm", "mta"] {
        let dir = shared.join("golden/master/tftpboot").join(kind);
        for entry in std::fs::read_dir(dir).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|e| e != "cfg") {
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            let found = check(&bytes, &about);
            let found: Vec<_> = found.iter().map(|f| f.rule.name).collect();
            // One configfile has neither classes nor flows.
            let bare = path.ends_with("cm-100016.cfg");
            let expected: &[&str] = if bare { &["no-service"] } else { &[] };
            assert_eq!(found, expected, "{}", path.display());
        }
    }
}

#[test]
fn what_stands_twice_inside_blocks_is_told() {
    let more = |more: &str| format!("NetworkAccess 1;\n{FLOWS}{more}\n");
    for block in [
        "eRouter { InitializationMode 1;\nInitializationMode 3; }",
        "EstbSettings { IpModeControl 1;\nIpModeControl 2; }",
        "UsPacketClass { ClassifierRef 1; ServiceFlowRef 1; \
         IpPacketClassifier { IpProto 6;\nIpProto 17; } }",
        "UsPacketClass { ClassifierRef 1; ServiceFlowRef 1; \
         LLCPacketClassifier { EtherType 0x030f16;\nEtherType 0x030f16; } }",
        "DsChannelList { DefaultScanTimeout 1;\nDefaultScanTimeout 2; }",
    ] {
        modem(&more(block), &[("set-twice", 6)]);
    }
    // Whole blocks and a vendor's settings may.
    modem(
        &more(
            "UsPacketClass { ClassifierRef 1; ServiceFlowRef 1; } \
             UsPacketClass { ClassifierRef 2; ServiceFlowRef 1; } \
             VendorSpecific { VendorIdentifier 0x0000ca; \
             GenericTLV TlvCode 1 TlvLength 1 TlvValue 0x01; \
             GenericTLV TlvCode 1 TlvLength 1 TlvValue 0x01; }",
        ),
        &[],
    );
}

#[test]
fn an_object_that_is_no_sequence_is_told() {
    for value in ["0x06082b0601020101060004036c6162", "0x0400", "0x0201"] {
        let len = (value.len() - 2) / 2;
        let object = format!(
            "NetworkAccess 1;\n{FLOWS}\
             GenericTLV TlvCode 11 TlvLength {len} TlvValue {value};\n"
        );
        modem(&object, &[("object-form", 5)]);
    }
}
