//! The room isc_dhcp.

pub mod last;
pub mod leases;

pub mod live;
