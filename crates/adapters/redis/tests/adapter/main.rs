//! What Redis keeps of the ports' contracts, and what only this adapter can be asked: what it does
//! when Redis stands still, is restarted or loses everything, and what processes hear of each
//! other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic in a test is a failure with a line number"
)]

mod access;
mod bus;
mod connection;
mod contract;
mod health;
mod leaderboards;
mod limiter;
mod probe;
mod support;
