//! The worker as a process: signals and exit codes, kills during jobs, and real files.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod documents;
mod processes;
mod program;
mod webhooks;
