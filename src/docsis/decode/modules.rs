//! Which objects the reference knows while it prints numeric OIDs: it then
//! loads net-snmp's default modules only, and names values of those alone
//! (`facts/docsis-behaviour.md` section 7).

/// Children of mib-2 (1.3.6.1.2.1) whose enumerations stand in the default
/// modules: SNMPv2-MIB, IF-MIB, IP-MIB, TCP-MIB, UDP-MIB, HOST-RESOURCES-MIB,
/// NETWORK-SERVICES-MIB, IPV6-MIB, DISMAN-SCHEDULE-MIB, DISMAN-EVENT-MIB,
/// NOTIFICATION-LOG-MIB and what they import.
const MIB_2: [u32; 14] = [2, 4, 5, 6, 7, 8, 11, 25, 27, 31, 55, 63, 88, 92];

/// Children of 1.3.6.1.4.1.2021 in UCD-SNMP-MIB.
const UCD: [u32; 9] = [2, 4, 8, 9, 10, 15, 16, 100, 101];

/// Children of snmpModules (1.3.6.1.6.3): SNMP-TARGET-MIB,
/// SNMP-NOTIFICATION-MIB, SNMP-USER-BASED-SM-MIB, SNMP-VIEW-BASED-ACM-MIB,
/// SNMP-COMMUNITY-MIB.
const SNMP_MODULES: [u32; 5] = [12, 13, 15, 16, 18];

/// Whether an object's enumeration is in one of the default modules.
pub(in crate::docsis) fn is_default(oid: &[u32]) -> bool {
    match oid {
        [1, 3, 6, 1, 2, 1, group, ..] => MIB_2.contains(group),
        [1, 3, 6, 1, 4, 1, 8072, 1, ..]
        | [1, 3, 6, 1, 4, 1, 2021, 13, 14, ..] => true,
        [1, 3, 6, 1, 4, 1, 2021, group, ..] => UCD.contains(group),
        [1, 3, 6, 1, 6, 3, module, ..] => SNMP_MODULES.contains(module),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_are_known_and_cable_devices_are_not() {
        assert!(is_default(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 7, 1]));
        assert!(is_default(&[1, 3, 6, 1, 6, 3, 16, 1, 4, 1, 9]));
        assert!(!is_default(&[1, 3, 6, 1, 2, 1, 69, 1, 2, 1, 7, 1]));
        assert!(!is_default(&[1, 3, 6, 1, 4, 1, 4491, 2]));
    }
}
