//! Who had an address when: a journal of what dhcpd noted in its lease file,
//! which it rewrites every hour and then forgets.
//!
//! `rebuild` and `watch` take over what is new (`record`); `leases` reads the
//! journal and the part of the lease file that is not in it yet (`query`).

pub mod event;
pub mod journal;
pub mod query;
pub mod record;
pub mod result;
pub mod source;
pub mod when;
