//! The contracts of the ports, and tests of this adapter only: Redis stalls, restarts or loses its
//! data, and processes receive each other's signals.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic in a test is a failure with a line number"
)]

mod access;
mod bus;
mod catalogue;
mod connection;
mod contract;
mod health;
mod leaderboards;
mod limiter;
mod probe;
mod support;
