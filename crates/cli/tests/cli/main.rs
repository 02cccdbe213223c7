//! The program itself, as a person or a script runs it.

#![expect(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

mod audit;
mod dev;
mod doctor;
mod migrate;
mod openapi;
mod running;
mod seed;
mod storage;
mod support;
mod usage;
