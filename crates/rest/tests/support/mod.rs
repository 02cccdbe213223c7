//! The API on a real socket, on the memory adapters or on PostgreSQL.

#![allow(dead_code, unused_imports, reason = "each suite uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is a failure")]

mod app;
mod client;
pub mod document;
pub mod files;
mod hasher;
pub mod job;
mod listener;
mod presigning;
mod raw;
pub mod records;
pub mod sample;
mod suites;
mod wire;

pub use app::{Options, TestApp};
pub use client::{Client, PASSWORD, Reply};
pub use hasher::CountingHasher;
pub use listener::Listener;
pub use presigning::PresigningBlobs;
pub use raw::Socket;
pub use wire::Wire;
