//! The contracts of the ports, and tests of this adapter only: cancelled futures, outages of the
//! database, and concurrent units of work.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod archived;
mod cells;
mod clock;
mod contract;
mod errors;
mod groups;
mod guard;
mod journal;
mod leadership;
mod outage;
mod owners;
mod pool_of_one;
mod pooler;
mod recorder;
mod role;
mod session;
mod sessions;
mod single;
mod spans;
mod statements;
mod support;
mod tenant_archive;
mod turns;
mod vectors;
