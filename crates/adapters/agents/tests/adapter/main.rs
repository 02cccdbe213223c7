//! The client against the real sidecar, a process of its own, and a fake of Plinth.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic in a test is a failure with a line number"
)]

mod calls;
mod failures;
mod runs;
mod support;
