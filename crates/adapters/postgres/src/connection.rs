//! The wire: connections, and the transactions on them.
//!
//! A future can be dropped at any `await`: a client hangs up, a deadline ends.
//! [`link::Link`] knows at each moment what the server was told, so a connection
//! goes back into the pool only when nothing is left open on it.

mod begin;
mod link;
mod pool;
mod transaction;

pub use begin::Begin;
pub use pool::Connections;
pub use transaction::Transaction;

#[cfg(test)]
mod tests;
