//! Models behind HTTP APIs, on a provider over real sockets: every way in which one call can go.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod answers;
mod bench;
mod cuts;
mod embeddings;
mod faults;
mod limits;
mod requests;
mod secrets;
mod splits;
mod timeouts;
mod tools;
mod translation;
