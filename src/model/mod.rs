//! Plain values: what the database means once it has been understood.
//!
//! Parse, don't validate: a value of these types is good by construction, and
//! what could not be understood became a [`Finding`]. No IO here.

pub mod device;
pub mod finding;
pub mod label;
pub mod mac;
pub mod network;
pub mod plain;
pub mod pool;
pub mod ranges;
pub mod row;
pub mod site;
pub mod texts;
pub mod version6;

pub use device::{Endpoint, Modem, Mta};
pub use finding::{Finding, Findings};
pub use label::Label;
pub use mac::Mac;
pub use network::Network;
pub use pool::{Cmts, Pool, PoolType};
pub use row::Row;
pub use site::{Role, Site};
pub use version6::Version6;
