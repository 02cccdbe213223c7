//! Adapters that share state between processes by Redis: rate limits, signals, leaderboards.
//!
//! Redis is not the system of record. It may be down, stall or lose its data: a request then
//! takes slightly longer, and everything can be read again from the database. So every command
//! has a short timeout (`connection`), the rate limiter falls back to one inside the process, and
//! the bus publishes [`plinth_ports::Signal::Missed`] when signals may have been lost.

mod backoff;
mod breaker;
mod bus;
mod connection;
mod fault;
mod health;
mod leaderboards;
mod probe;
mod rate_limiter;
mod slices;

pub use bus::RedisBus;
pub use connection::{InvalidUrl, RedisConnection, RedisOptions};
pub use leaderboards::RedisLeaderboards;
pub use probe::{ProbeError, probe};
pub use rate_limiter::RedisRateLimiter;
