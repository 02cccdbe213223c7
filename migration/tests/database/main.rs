//! The schema on a real PostgreSQL: its rules, row level security, and the migrations up and down.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a test's way to fail")]

mod backup;
mod bad;
mod catalogue;
mod found;
mod journal;
mod online;
mod plans;
mod rls;
mod roles;
mod rules;
mod schema;
mod seed;
mod session;
mod updown;
