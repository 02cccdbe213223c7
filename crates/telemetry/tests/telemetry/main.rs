//! Logs, traces and metrics as they leave a process.
//!
//! Each test installs the process's one subscriber, so each needs a separate process. nextest gives
//! it one; `cargo test` runs all tests in one process, where only the first would pass.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod off;
mod otlp_absent;
mod otlp_away;
mod otlp_grpc;
mod otlp_http;
mod prometheus;
mod stdout;
mod support;
