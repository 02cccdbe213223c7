//! What several processes share, on Redis: allowances, signals, leaderboards.
//!
//! Nothing here is the truth. Redis may be away, stall, or lose everything it
//! knows: then a request takes a little longer, and nothing is lost that cannot
//! be read anew from the database. So every question has a short patience
//! (`connection`), the limiter falls back on one inside the process, and the
//! bus tells its listeners when they may have missed something.

mod breaker;
mod bus;
mod connection;
mod fault;
mod health;
mod leaderboards;
mod pause;
mod probe;
mod rate_limiter;

pub use bus::RedisBus;
pub use connection::{InvalidUrl, RedisConnection, RedisOptions};
pub use leaderboards::RedisLeaderboards;
pub use probe::{ProbeError, probe};
pub use rate_limiter::RedisRateLimiter;
