//! Tests of the private servers and the tests' databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics has failed, with a line number"
)]

mod killed;
mod pgbouncer;
mod postgres;
mod redis;
mod s3;
mod scratch;
mod test_database;
mod with_servers;
