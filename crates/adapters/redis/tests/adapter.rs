//! What only the adapter itself can be asked: what it does when Redis stands
//! still, is restarted or loses everything, and what processes hear of each
//! other. What every adapter must do is in `contract.rs`.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]
#![allow(clippy::expect_used, reason = "likewise")]

#[cfg(test)]
mod adapter {
    mod access;
    mod bus;
    mod connection;
    mod health;
    mod leaderboards;
    mod limiter;
    mod support;
}
