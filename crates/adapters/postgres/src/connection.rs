//! Connections and the transactions on them.
//!
//! A future can be dropped at any `await`: a client disconnects, a deadline is
//! reached. [`link::Link`] tracks what was sent to the server, so that a
//! connection returns to the pool only without an open transaction.

mod begin;
mod deferred;
mod entered;
mod groups;
mod inspection;
mod key_use;
mod link;
mod pool;
mod queue;
mod reads;
mod session;
mod shares;
mod statements;
mod transaction;
mod watched;
mod work;

pub use begin::Begin;
pub use deferred::Deferred;
pub use key_use::KeyUse;
pub use pool::Connections;
pub use queue::{Limits, Queue};
pub use reads::Reads;
pub use session::{Session, SessionFault};
pub use statements::Statements;
pub use transaction::Transaction;
pub use work::Work;

#[cfg(test)]
mod tests;
