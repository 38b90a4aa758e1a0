//! Tests of the lease file parser.

use crate::isc_dhcp::leases::*;

/// 2026/11/21 00:00:00 UTC.
const NOW: i64 = 1_795_219_200;

/// The active leases as `ADDRESS=MAC@SECONDS-BEFORE-NOW`.
fn held(text: &str) -> String {
    let leases = collect(text.as_bytes(), NOW).unwrap();
    let words: Vec<String> = leases.active.iter().map(word).collect();
    words.join(" ")
}

fn word(lease: &Lease) -> String {
    let mac = lease.hardware.map_or("-".into(), |mac| {
        let octets: Vec<String> =
            mac.iter().map(|octet| format!("{octet:02x}")).collect();
        octets.join(":")
    });
    format!("{}={mac}@{}", lease.address, NOW - lease.since)
}

/// An entry as dhcpd 4.4.3 with failover writes it.
fn entry(address: &str, state: &str, mac: u8) -> String {
    format!(
        "lease {address} {{\n  starts 5 2026/11/20 23:00:00;\n  \
         ends 6 2026/11/21 23:00:00;\n  tstp 6 2026/11/21 11:00:00;\n  \
         tsfp 6 2026/11/21 11:00:00;\n  cltt 5 2026/11/20 23:30:00;\n  \
         binding state {state};\n  next binding state expired;\n  \
         hardware ethernet 00:1a:2b:10:00:{mac:02x};\n  \
         uid \"\\001\\000\\032+\\\"}};{{#\";\n  \
         set hw_mac = \"00:1a:2b:10:00:{mac:02x}\";\n  \
         option agent.remote-id 0:1a:2b:10:0:1;\n  \
         client-hostname \"a;b\";\n  on expiry or release {{\n    \
         execute (\"/etc/named-ddns.sh\", \"x\");\n    if a {{ set b = 1; }}\n  \
         }}\n}}\n"
    )
}

const HEAD: &str = "# The format of this file is documented in the \
    dhcpd.leases(5) manual page.\n\nauthoring-byte-order little-endian;\n\n\
    failover peer \"dhcpd-failover\" state {\n  my state normal at 5 \
    2026/11/20 12:00:00;\n  partner state normal at 5 2026/11/20 12:00:00;\n\
    \x20 mclt 3600;\n}\nserver-duid \"\\000\\001\\000\\001\";\n\n";

const ONE: &str = "10.0.0.5=00:1a:2b:10:00:07@1800";

#[test]
fn the_last_entry_of_an_address_wins() {
    let mut text = HEAD.to_string();
    text += &entry("10.0.0.5", "active", 6);
    text += &entry("10.0.0.6", "active", 8);
    text += &entry("10.0.0.7", "free", 9);
    text += &entry("10.0.0.5", "active", 7);
    text += &entry("10.0.0.6", "expired", 8);
    assert_eq!(held(&text), ONE);
    assert_eq!(held(&text.replace('\n', "\r\n")), ONE);
    text += &entry("10.0.0.5", "released", 7);
    assert_eq!(held(&text), "");
}

#[test]
fn only_active_and_bootp_bind_and_only_until_they_end() {
    for state in ["free", "backup", "expired", "released", "abandoned", "reset"]
    {
        assert_eq!(held(&entry("10.0.0.5", state, 7)), "", "{state}");
    }
    let over = entry("10.0.0.5", "active", 7)
        .replace("ends 6 2026/11/21 23", "ends 5 2026/11/20 23");
    assert_eq!(held(&over), "");
    let forever = "lease 10.0.0.5 { starts epoch 1795217400; # x\n ends \
                   never; binding state bootp; hardware ethernet \
                   00:1a:2b:10:00:07; }";
    assert_eq!(held(forever), ONE);
    assert_eq!(held("lease 10.0.0.5 { ends never; abandoned; }"), "");
    assert_eq!(held("lease 10.0.0.5{ends epoch 1795219201;}"), {
        "10.0.0.5=-@1795219200"
    });
    assert_eq!(held("lease 10.0.0.5 { binding state active; }"), "");
}

#[test]
fn cut_entries_and_garbage_leave_the_others_alone() {
    let (good, cut) =
        (entry("10.0.0.5", "active", 7), entry("10.0.0.5", "free", 7));
    // The last entry is cut anywhere: the one before it holds.
    for end in 0..cut.len() - 2 {
        assert_eq!(held(&format!("{good}{}", &cut[..end])), ONE, "{end}");
        // dhcpd went on after the crash.
        let mended = format!("{}\n{good}", &cut[..end]);
        assert_eq!(held(&mended), ONE, "{end}");
    }
    assert_eq!(held(&format!("}} }} ; {{\n{good}")), ONE);
    assert_eq!(held(&format!("{}{good}", "\0".repeat(4096))), ONE);
    assert_eq!(held(&format!("lease x {{\n}}\n{good}")), ONE);
    assert_eq!(held(&format!("lease 10.0.0.5 x{good}")), ONE);
    let huge = "9".repeat(3 << 20);
    assert_eq!(held(&format!("{huge}\n{good}")), ONE);
    let long = good.replace("client-hostname \"", &format!("x{huge} \"{huge}"));
    assert_eq!(held(&long), ONE);
    // A host that OMAPI made is no lease, nor is a lease of DHCPv6.
    let host = "host a {\n  dynamic;\n  hardware ethernet 00:1a:2b:10:00:07;\n\
                \x20 fixed-address 10.0.0.9;\n}\nia-na \"x\" { lease 10.0.0.8 \
                { ends never; } }\n";
    assert_eq!(held(&format!("{host}{good}")), ONE);
}

#[test]
fn statements_need_no_indentation() {
    let flat = entry("10.0.0.5", "active", 7).replace("\n  ", "\n");
    assert_eq!(held(&flat), ONE);
}

#[test]
fn days_are_those_of_the_calendar() {
    let check = |text: &str, expected: Option<i64>| {
        assert_eq!(time(text.split(' ')), expected, "{text}");
    };
    check("4 1970/01/01 00:00:00", Some(0));
    check("6 2026/11/21 00:00:00", Some(NOW));
    check("4 2024/02/29 23:59:59", Some(1_709_251_199));
    check("2 2000/03/01 00:00:00", Some(951_868_800));
    check("epoch 17", Some(17));
    check("4 2026/13/01 00:00:00", None);
    check("4 2026/11", None);
    check("", None);
    check("4 99999999999999999999/1/1 0:0:0", None);
}

/// A small generator of pseudo-random numbers (xorshift), always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn nothing_makes_it_panic_and_a_good_end_is_always_found() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let good = entry("10.0.0.5", "active", 7);
    let base = format!("{HEAD}{}{good}", entry("10.0.0.6", "active", 8));
    for _ in 0..3000 {
        let mut bytes = base.clone().into_bytes();
        for _ in 0..=random.below(12) {
            let at = random.below(bytes.len());
            match random.below(4) {
                0 => bytes[at] = random.below(256) as u8,
                1 => bytes[at] = b"{};\"\\#\n\r \0"[random.below(10)],
                2 => drop(bytes.drain(at..(at + 40).min(bytes.len()))),
                _ => bytes.insert(at, b"{};\"\\#\n"[random.below(7)]),
            }
            if bytes.is_empty() {
                bytes.push(b'x');
            }
        }
        bytes.push(b'\n');
        bytes.extend(good.as_bytes());
        let leases = collect(bytes.as_slice(), NOW).unwrap().active;
        let found = leases.iter().any(|lease| word(lease) == ONE);
        assert!(found, "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn a_long_journal_keeps_only_what_is_held() {
    let count = 20_000_u32;
    let mut text = String::new();
    for round in 0..2 {
        for i in 0..count {
            let address = Ipv4Addr::from_bits(0x0a00_0000 + i);
            let state = if (i + round) % 2 == 0 { "active" } else { "free" };
            let entry = format!(
                "lease {address} {{\n  ends 6 2026/11/21 23:00:00;\n  binding \
                 state {state};\n  hardware ethernet 00:1a:{:02x}:{:02x}:\
                 {:02x}:00;\n}}\n",
                i >> 16,
                i >> 8 & 255,
                i & 255
            );
            text += &entry;
        }
    }
    let leases = collect(text.as_bytes(), NOW).unwrap().active;
    assert_eq!(leases.len(), count as usize / 2);
    assert_eq!(leases[0].address, Ipv4Addr::from_bits(0x0a00_0001));
    assert!(std::mem::size_of::<Lease>() <= 24);
}

#[test]
fn a_file_counts_once_it_holds_a_whole_entry() {
    let counts = |text: &str| collect(text.as_bytes(), NOW).unwrap().counts;
    let whole = entry("10.0.0.1", "free", 1);
    assert!(counts(&whole));
    for text in ["", "# The format of this file is …\n", &whole[..200]] {
        assert!(!counts(text), "{text}");
    }
    let gone = Path::new("/nonexistent/dhcpd.leases");
    assert_eq!(
        crate::isc_dhcp::leases::held(gone, NOW).unwrap(),
        Held::default()
    );
}
