//! The rules, as data: what each is called, how severe it is, why it is
//! there, and what it rests on. `docs/docsis-rules.md` says more.

/// What becomes of a file that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A modem or CMTS takes the file, but it may not do what was meant.
    Note,
    /// A modem or CMTS does not take the file as it is.
    Bad,
    /// It cannot be written as it was meant: nothing is encoded.
    Refused,
}

impl Severity {
    /// The word in messages and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Bad => "BAD",
            Self::Refused => "refused",
        }
    }
}

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, which stays.
    pub name: &'static str,
    /// What it leads to.
    pub severity: Severity,
    /// What is wrong, and what it does.
    pub reason: &'static str,
    /// What the rule rests on.
    pub source: &'static str,
    /// Its place in [`RULES`].
    id: u8,
}

/// Makes a rule.
const fn rule(
    id: u8,
    name: &'static str,
    severity: Severity,
    reason: &'static str,
    source: &'static str,
) -> Rule {
    Rule { name, severity, reason, source, id }
}

macro_rules! rules {
    ($($id:literal $ident:ident $name:literal $severity:ident
       $reason:literal $source:literal;)*) => {
        $(
            #[doc = $reason]
            pub static $ident: Rule =
                rule($id, $name, Severity::$severity, $reason, $source);
        )*
        /// All rules, by name within their severity.
        pub static RULES: &[&Rule] = &[$(&$ident),*];
    };
}

rules! {
    0 NUMBER_WIDTH "number-width" Refused
        "a number does not fit its octets; cut to them it is another number"
        "MULPI Annex C (lengths), RFC 2578 7.1 (SNMP values)";
    1 LONG_OBJECT "long-object" Refused
        "code 64 with a 16-bit length in a modem's file: every length there is one octet, what follows is read out of step"
        "MULPI D.1.1; code 64 is CMTS Static Multicast Session Encoding (MULPI C.1.1.27)";
    2 FILE_TOO_LARGE "file-too-large" Refused
        "over 256 KiB: no device takes it, and this program decodes no more"
        "limit of this program";
    3 TOO_LONG "over-255-octets" Refused
        "a block or setting over 255 octets does not fit its length"
        "MULPI D.1.1";
    4 NETWORK_ACCESS "network-access" Bad
        "NetworkAccess is missing or set twice: a modem must not register without it"
        "MULPI D.1.2";
    5 NO_SERVICE "no-service" Bad
        "neither a class of service nor service flows: a modem must not register"
        "MULPI D.1.2";
    6 CLASS_AND_FLOWS "class-and-flows" Bad
        "ClassOfService beside service flows: the CMTS rejects the registration"
        "MULPI C.1.1.4, C.2.2";
    7 FLOW_REFERENCE "flow-reference" Bad
        "a service flow without reference, or with that of another one of its direction: the CMTS rejects the registration"
        "MULPI C.2.2.5.1 (unique in a file)";
    8 CLASSIFIER_FLOW "classifier-flow" Bad
        "a classifier for a service flow that is not in the file: the CMTS rejects the registration"
        "MULPI C.2.1.3.3";
    9 DUPLICATE_OBJECT "duplicate-object" Bad
        "one SNMP object set twice: a modem sets all in one request and fails with event I403.0"
        "OSSI event list (TLV-11 - Failed to set duplicate elements)";
    10 STALE_HASH "stale-hash" Bad
        "a configuration hash in an MTA's text that does not fit the file: the MTA refuses it"
        "PKT-SP-PROV1.5 9.1, pktcMtaDevProvConfigHash";
    11 WRONG_BLOCK "wrong-block" Note
        "a setting in a block that does not have it: its code means something else there"
        "encoders find settings by name alone; MULPI Annex C";
    12 SET_TWICE "set-twice" Note
        "a setting that may stand once stands twice: which one counts is up to the device"
        "MULPI Annex C";
    13 PRIMARY_FLOW "primary-flow" Note
        "the first flow of a direction is the primary one and carries what no classifier takes: it has a classifier, a later one has none and is never used"
        "MULPI 7.5, RFIv1.1 8.1 (primary service flow)";
    14 SHARED_REFERENCE "shared-reference" Note
        "an upstream and a downstream flow have the same reference: it is to be unique in a file"
        "MULPI C.2.2.5.1";
    15 UNLIMITED "unlimited-rate" Note
        "a rate of 0 is no limit"
        "MULPI C.2.2.7.2; RFC 4546 (docsIfQosProf)";
    16 MODEM_SIZE "modem-file-size" Note
        "over 8192 octets: a modem need not take more"
        "MULPI D.1.1";
    17 NEWER_VALUE "newer-value" Note
        "a value that older modems do not know"
        "PHYv3.1 7.2.1, PHYv4.0; DOCS-QOS3-MIB";
    18 NEWER_SETTING "newer-setting" Note
        "a setting that the modem's DOCSIS version does not know: it is ignored"
        "CL-SP-CANN 11.1, MULPIv4.0 Annex C";
    19 EXTENDED_MIC "extended-mic" Note
        "the block of the extended CMTS MIC (43.6) is incomplete, of an unknown type, or not alone in its 43: its digest is not computed"
        "MULPI C.1.1.18.1.6, D.2.1";
    20 ONE_DIRECTION "one-direction" Note
        "service flows of one direction only: a file is to have both"
        "MULPI D.1.2";
    21 EXTENDED_MIC_BITMAP "extended-mic-bitmap" Note
        "the bitmap of the extended CMTS MIC leaves settings out: the CMTS ignores those"
        "MULPI D.2.1";
    22 OBJECT_FORM "object-form" Bad
        "an SNMP object that is not a SEQUENCE of name and value: the modem rejects the file"
        "MULPI C.1.1.9, RFC 3416 3 (VarBind)";
    23 CLASSIFIER_REFERENCE "classifier-reference" Note
        "two classifiers of one sort have the same reference: it is to be unique in a file"
        "MULPI C.2.1.3.1";
    24 RESERVED_RATE "reserved-rate" Note
        "a flow reserves more than its greatest rate lets through: the difference is never used"
        "MULPI C.2.2.7.2, C.2.2.7.4 (both rates in one unit)";
}

impl Rule {
    /// The rule of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Rule> {
        RULES.iter().find(|rule| rule.name == name).copied()
    }
}

/// Rules that are silenced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Allow(u32);

impl Allow {
    /// The rules of a list of names, separated by commas or blanks.
    ///
    /// # Errors
    /// The first name that is not that of a rule.
    pub fn parse(names: &str) -> Result<Self, String> {
        let mut allow = Self::default();
        let names = names.split([',', ' ', '\t']).filter(|n| !n.is_empty());
        for name in names {
            let rule = Rule::by_name(name).ok_or_else(|| name.to_owned())?;
            allow = allow.and(rule);
        }
        Ok(allow)
    }

    /// With one more rule.
    #[must_use]
    pub fn and(self, rule: &Rule) -> Self {
        Self(self.0 | 1 << rule.id)
    }

    /// With the rules of another list.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the rule is silenced.
    #[must_use]
    pub fn has(self, rule: &Rule) -> bool {
        self.0 & 1 << rule.id != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_numbered_and_have_a_name_of_their_own() {
        for (at, rule) in RULES.iter().enumerate() {
            assert_eq!(usize::from(rule.id), at);
            assert_eq!(Rule::by_name(rule.name), Some(*rule));
            assert!(!rule.reason.is_empty() && !rule.source.is_empty());
        }
    }

    #[test]
    fn lists_of_names_are_read() {
        let allow = Allow::parse("set-twice, wrong-block,").expect("names");
        assert!(allow.has(&SET_TWICE) && allow.has(&WRONG_BLOCK));
        assert!(!allow.has(&UNLIMITED));
        assert_eq!(Allow::parse("set-twice,nothing"), Err("nothing".into()));
        assert_eq!(Allow::parse(""), Ok(Allow::default()));
    }
}
