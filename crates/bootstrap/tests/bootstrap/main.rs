//! The dependencies between the crates, and the telemetry of the assembled program.
//!
//! The tests of telemetry install the process's one subscriber, so each needs a process of its
//! own: nextest gives it one, `cargo test` does not.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod architecture;
mod otlp;
mod otlp_jobs;
mod otlp_models;
mod pooler;
mod security;
