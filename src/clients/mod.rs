//! The room clients.

pub mod dhcp;
pub mod dns;
mod dns_message;
pub mod nsupdate;
pub mod omapi;
pub mod relay;
pub mod tftp;
pub mod time;

pub mod axfr;
