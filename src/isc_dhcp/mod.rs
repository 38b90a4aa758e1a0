//! The readers of the syntax of ISC's DHCP servers, dhcpd and Kea.

pub mod hosts;
pub mod kea_leases;
pub mod kea_text;
pub mod last;
pub mod lease_file;
pub mod leases;
pub mod live;
pub mod syntax;
