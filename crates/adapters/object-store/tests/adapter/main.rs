//! Each storage backend keeps the contract of `Blobs`, and has properties of its own.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod local;
mod memory;
mod s3;
