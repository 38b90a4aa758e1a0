//! The room isc_dhcp.

pub mod leases;

pub mod live;
