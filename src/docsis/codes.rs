//! TLV codes that the codec itself knows by number (MULPI Annex C). What all
//! other codes are called stands in the symbol [`table`].
//!
//! [`table`]: crate::docsis::table

/// Padding, an octet without length (C.1.2.2).
pub const PAD: u8 = 0;
/// `DownstreamFrequency` (C.1.1.1).
pub const DOWN_FREQUENCY: u8 = 1;
/// `NetworkAccess` (C.1.1.3).
pub const NETWORK_ACCESS: u8 = 3;
/// `ClassOfService` of DOCSIS 1.0 (C.1.1.4).
pub const CLASS: u8 = 4;
/// CM MIC (C.1.1.5).
pub const CM_MIC: u8 = 6;
/// CMTS MIC (C.1.1.6).
pub const CMTS_MIC: u8 = 7;
/// The vendor that a block is for (C.1.1.17).
pub const VENDOR: u8 = 8;
/// File name of the software (C.1.1.7).
pub const SOFTWARE: u8 = 9;
/// SNMP object: a variable binding (C.1.1.9).
pub const OBJECT: u8 = 11;
/// MAC address of a device behind the modem (C.1.1.10).
pub const CPE_MAC: u8 = 14;
/// Most devices behind the modem (C.1.1.12).
pub const MAX_CPE: u8 = 18;
/// Upstream classifier (C.1.1.11).
pub const UP_CLASSIFIER: u8 = 22;
/// Downstream classifier (C.1.1.11).
pub const DOWN_CLASSIFIER: u8 = 23;
/// Upstream service flow (C.1.1.8).
pub const UP_FLOW: u8 = 24;
/// Downstream service flow (C.1.1.8).
pub const DOWN_FLOW: u8 = 25;
/// Whether baseline privacy is on (C.1.1.16).
pub const PRIVACY: u8 = 29;
/// Settings of a vendor, or of all (C.1.1.18).
pub const VENDOR_BLOCK: u8 = 43;
/// Upstream classifier that drops (C.2.1).
pub const DROP_CLASSIFIER: u8 = 60;
/// SNMP object with a length of 16 bits, in an MTA's file (PKT-SP-PROV1.5
/// 9.1); in a modem's the static multicast session of the CMTS (C.1.1.27).
pub const WIDE: u8 = 64;
/// Aggregate flows, upstream and downstream, and those with hierarchical
/// queues; their flows need not be in the file.
pub const AGGREGATES: [u8; 4] = [70, 71, 93, 94];
/// Settings of the embedded router (CM-SP-eRouter Annex B).
pub const EROUTER: u8 = 202;
/// Opens and closes an MTA's file (PKT-SP-PROV1.5 9.1).
pub const DELIMITER: u8 = 254;
/// End marker (C.1.2.1).
pub const END: u8 = 255;

/// Codes in a service flow (C.2.2).
pub mod flow {
    /// Its reference.
    pub const REFERENCE: u8 = 1;
    /// Its service class.
    pub const NAME: u8 = 4;
    /// Its parameter sets.
    pub const SETS: u8 = 6;
    /// Its priority.
    pub const PRIORITY: u8 = 7;
    /// Its greatest rate.
    pub const RATE: u8 = 8;
    /// Its greatest burst.
    pub const BURST: u8 = 9;
    /// Its reserved rate.
    pub const RESERVED: u8 = 10;
    /// How an upstream flow is scheduled.
    pub const SCHEDULING: u8 = 15;
    /// Its peak rate.
    pub const PEAK: u8 = 27;
    /// The unit of its rates.
    pub const UNIT: u8 = 41;
}

/// The classifier's own reference (C.2.1.3.1).
pub const CLASSIFIER: u8 = 1;
/// The flow's reference in a classifier (C.2.1.3.3).
pub const CLASSIFIED: u8 = 3;
