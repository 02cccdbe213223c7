//! The API on a real socket, on the memory adapters or on PostgreSQL.

#![allow(dead_code, reason = "each suite uses its own part")]

mod app;
mod client;
mod suites;

pub use app::TestApp;
pub use client::Client;
