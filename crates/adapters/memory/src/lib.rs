//! Every port in memory: for tests, and for the ports that need no server when
//! Plinth runs on one machine.

mod access_cache;
mod bus;
mod clock;
mod health;
mod ids;
mod leaderboards;
mod leadership;
mod password_hasher;
mod rate_limiter;
mod rate_state;
mod secrets;
mod shared_access_cache;
mod store;
mod trigram;

pub use access_cache::InProcessAccessCache;
pub use bus::InProcessBus;
pub use clock::{ManualClock, SystemClock};
pub use health::{AlwaysThere, InProcess};
pub use ids::UuidV7;
pub use leaderboards::InProcessLeaderboards;
pub use leadership::InProcessLeadership;
pub use password_hasher::{Argon2Cost, Argon2Hasher};
pub use rate_limiter::{InProcessRateLimiter, Unlimited};
pub use secrets::OsSecrets;
pub use shared_access_cache::SharedAccessCache;
pub use store::MemoryStore;
