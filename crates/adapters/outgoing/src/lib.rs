//! Calls to other servers, guarded: none reaches an address inside the operator's network by the
//! wish of a user.

mod addresses;
mod client;
mod public;
mod rules;

pub use addresses::HostPort;
pub use client::{Answer, BodyError, Outgoing, OutgoingError, Request, UnsendableHeader};
pub use public::is_public;
pub use rules::AddressRules;
