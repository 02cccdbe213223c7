//! What `PostgreSQL` keeps of the ports' contracts, and what only this adapter can be asked: what
//! it does when it is interrupted, when the database goes away, and when units of work collide.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod contract;
mod errors;
mod journal;
mod leadership;
mod outage;
mod owners;
mod pool_of_one;
mod role;
mod single;
mod spans;
mod support;
mod turns;
