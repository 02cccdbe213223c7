//! The worker as a process: as a supervisor sees it, killed in the middle of jobs, and on real files.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod documents;
mod processes;
mod program;
