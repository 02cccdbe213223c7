//! The API on a real socket, on the memory adapters or on PostgreSQL.

#![allow(dead_code, unused_imports, reason = "each suite uses its own part")]

mod app;
mod client;
pub mod sample;
mod suites;

pub use app::TestApp;
pub use client::{Client, Reply};
