//! Test twins of the adapters that need a server in production: the store, the
//! lock of the leader, leaderboards, and a clock that a test moves. No
//! production binary links this crate.

mod health;
mod leaderboards;
mod leadership;
mod manual_clock;
mod store;
mod trigram;

pub use health::AlwaysHealthy;
pub use leaderboards::MemoryLeaderboards;
pub use leadership::MemoryLeadership;
pub use manual_clock::ManualClock;
pub use store::MemoryStore;
