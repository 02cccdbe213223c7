//! Each storage backend fulfils the contract of `Blobs`, and has specific tests.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod local;
mod memory;
mod owner;
mod s3;
