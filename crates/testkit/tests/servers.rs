//! The private servers and the tests' databases, tried for real.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics has failed, with a line number"
)]

#[path = "servers/killed.rs"]
mod killed;
#[path = "servers/postgres.rs"]
mod postgres;
#[path = "servers/redis.rs"]
mod redis;
#[path = "servers/s3.rs"]
mod s3;
#[path = "servers/scratch.rs"]
mod scratch;
#[path = "servers/test_database.rs"]
mod test_database;
#[path = "servers/with_servers.rs"]
mod with_servers;
