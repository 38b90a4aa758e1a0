//! Speed of the codec, in files a second on one core, in one run.
//!
//! The text is one of 1.7 kB for DOCSIS 3.0 with ten SNMP objects, encoded
//! for a modem with both MICs. The floor is the MD5 digest of the file's octets
//! alone: a figure says how many of them one file costs.

#![allow(clippy::unwrap_used)]

use std::{
    fmt::Write,
    hint::black_box,
    time::{Duration, Instant},
};

use md5::{Digest, Md5};
use provha::docsis::decode::Decoder;
use provha::docsis::{
    self, Mib, Options, SharedEncoder, check, decode, encode,
};

/// How long each figure is measured.
const SPAN: Duration = Duration::from_millis(800);

/// A modem's text, about 1.7 kB.
fn text(modem: u32) -> Result<String, std::fmt::Error> {
    let mut text = String::from("Main\n{\n\tNetworkAccess 1;\n");
    let [_, a, b, c] = modem.to_be_bytes();
    writeln!(text, "\tCpeMacAddress 00:11:22:{a:02x}:{b:02x}:{c:02x};")?;
    for line in SNMP {
        writeln!(text, "\tSnmpMibObject {line};")?;
    }
    let name = format!("modem-{modem}.example.net");
    writeln!(text, "\tSnmpMibObject sysName.0 String \"{name}\";")?;
    text.push_str(CLASSES);
    let rate = 100_000_000 + modem % 7;
    writeln!(text, "\t\tMaxRateSustained {rate};")?;
    text.push_str(END);
    Ok(text)
}

/// Nine SNMP objects.
const SNMP: [&str; 9] = [
    "docsDevNmAccessIp.1 IPAddress 10.0.0.0",
    "docsDevNmAccessIpMask.1 IPAddress 255.0.0.0",
    "docsDevNmAccessCommunity.1 String \"public\"",
    "docsDevNmAccessControl.1 Integer 2",
    "docsDevNmAccessInterfaces.1 HexString 0x40",
    "docsDevNmAccessStatus.1 Integer 4",
    "docsDevFilterIpDefault.0 Integer 2",
    "sysContact.0 String \"noc@example.net\"",
    ".1.3.6.1.2.1.69.1.6.4.1.2.1 Integer 4",
];

/// What follows the objects, up to the rate.
const CLASSES: &str = "\tGlobalPrivacyEnable 1;
\tMaxClassifiers 20;
\tMaxCPE 16;
\tSwUpgradeFilename \"fw/modem-3.0-release-12.bin\";
\tSwUpgradeServer 10.20.0.2;
\tBaselinePrivacy
\t{
\t\tAuthTimeout 10;
\t\tReAuthTimeout 10;
\t\tAuthGraceTime 600;
\t\tOperTimeout 1;
\t\tReKeyTimeout 1;
\t\tTEKGraceTime 600;
\t\tAuthRejectTimeout 60;
\t\tSAMapWaitTimeout 1;
\t\tSAMapMaxRetries 4;
\t}
\tUsPacketClass
\t{
\t\tClassifierRef 1;
\t\tServiceFlowRef 1;
\t\tRulePriority 64;
\t\tIpPacketClassifier
\t\t{
\t\t\tIpProto 17;
\t\t\tDstPortStart 5060;
\t\t\tDstPortEnd 5061;
\t\t}
\t}
\tDsPacketClass
\t{
\t\tClassifierRef 2;
\t\tServiceFlowRef 3;
\t\tIpPacketClassifier
\t\t{
\t\t\tIpProto 17;
\t\t\tSrcPortStart 5060;
\t\t\tSrcPortEnd 5061;
\t\t}
\t}
\tVendorSpecific
\t{
\t\tVendorIdentifier 0xffffff;
\t\tCMLoadBalancingGroupID 7;
\t}
\tDsChannelList
\t{
\t\tSingleDsChannel
\t\t{
\t\t\tSingleDsFrequency 602000000;
\t\t}
\t\tDefaultScanTimeout 0;
\t}
\tUsServiceFlow
\t{
\t\tUsServiceFlowRef 1;
\t\tQosParamSetType 7;
\t\tTrafficPriority 1;
\t\tMaxRateSustained 10000000;
\t\tMaxTrafficBurst 3044;
\t}
\tDsServiceFlow
\t{
\t\tDsServiceFlowRef 3;
\t\tQosParamSetType 7;
\t\tTrafficPriority 1;
";

/// What follows the rate.
const END: &str = "\t\tMaxTrafficBurst 3044;\n\t}\n}\n";

/// Files handled in one slice of time.
const SLICE: u32 = 64;

/// Seconds that a slice takes.
fn slice(one: &mut dyn FnMut(u32), from: u32) -> f64 {
    let start = Instant::now();
    (from..from + SLICE).for_each(one);
    start.elapsed().as_secs_f64()
}

/// Measures a function that handles one file a call, in turns with the floor:
/// the quickest slice of each counts, so that other programs of the machine
/// matter little, and the ratio to the floor compares machines.
fn measure(
    name: &str,
    goal: u32,
    floor: &mut dyn FnMut(u32),
    one: &mut dyn FnMut(u32),
) {
    (0..200).for_each(&mut *one);
    let start = Instant::now();
    let (mut best, mut least, mut files) = (f64::MAX, f64::MAX, 0_u32);
    while start.elapsed() < SPAN {
        least = least.min(slice(floor, files));
        best = best.min(slice(one, files));
        files = files.wrapping_add(SLICE) % (1 << 20);
    }
    let rate = f64::from(SLICE) / best;
    let goal_is = if rate >= f64::from(goal) { "met" } else { "MISSED" };
    println!(
        "{name:<20} {rate:>9.0} files/s {:>7.2} us each, {:>5.1} floors; \
         goal {goal}: {goal_is}",
        1e6 / rate,
        best / least,
    );
}

fn main() {
    let options = Options::modem(b"DOCSIS");
    let texts: Vec<String> =
        (0..1024).map(|n| text(n).expect("memory")).collect();
    let of = |file: u32| texts[file as usize % texts.len()].as_bytes();
    let first = encode(of(0), &options).expect("it is valid");
    println!("text {} octets, file {}", of(0).len(), first.bytes.len());
    let mut floor = |_: u32| {
        let _digest = black_box(Md5::digest(black_box(&first.bytes)));
    };
    let clean = |file: u32, encoded: &docsis::Encoded| {
        let told = check::told(of(file), encoded, &options, None);
        assert!(black_box(told).is_empty(), "the text means what it says");
    };
    measure("encode with check", 20_000, &mut floor, &mut |file| {
        clean(file, &encode(of(file), &options).expect("it is valid"));
    });
    let mut shared = SharedEncoder::new(options);
    measure("shared with check", 60_000, &mut floor, &mut |file| {
        clean(file, &shared.encode(of(file)).expect("it is valid"));
    });
    let files: Vec<Vec<u8>> = (0..texts.len() as u32)
        .map(|n| encode(of(n), &options).expect("it is valid").bytes)
        .collect();
    let mut decoder = Decoder::new(Mib::embedded(), decode::Options::default());
    measure("decode", 50_000, &mut floor, &mut |file| {
        let decoded = decoder.decode(&files[file as usize % files.len()]);
        let _size = black_box(decoded.text.len());
    });
    measure("check alone", 200_000, &mut floor, &mut |file| {
        clean(file, &first);
    });
}
