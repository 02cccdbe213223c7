//! Every port in memory: for tests, and for the ports that need no server when
//! Plinth runs on one machine.

mod access_cache;
mod clock;
mod health;
mod ids;
mod leadership;
mod password_hasher;
mod rate_limiter;
mod rate_state;
mod secrets;
mod store;
mod trigram;

pub use access_cache::InProcessAccessCache;
pub use clock::{ManualClock, SystemClock};
pub use health::{AlwaysThere, InProcess};
pub use ids::UuidV7;
pub use leadership::InProcessLeadership;
pub use password_hasher::{Argon2Cost, Argon2Hasher};
pub use rate_limiter::{Allowance, InProcessRateLimiter, Unlimited};
pub use secrets::OsSecrets;
pub use store::MemoryStore;
