//! Loading, checking and documenting the settings.
//!
//! `process` changes the working directory of its process: nextest runs each test in a process
//! of its own, and no other test here depends on the working directory under `cargo test`.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod containers;
mod faults;
mod loading;
mod origins;
mod outgoing;
mod process;
mod reference;
