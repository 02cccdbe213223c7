//! In-memory adapters for tests, in place of those that need a server: the store, leadership,
//! leaderboards; and a clock that a test sets. No production binary links this crate.

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
