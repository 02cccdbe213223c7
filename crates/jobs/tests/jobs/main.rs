//! The job runner and the scheduler on the memory store.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod dead;
mod digests;
mod documents;
mod inspections;
mod invoices;
mod limited;
mod overdue;
mod recognition;
mod retention;
mod scheduler;
mod support;
mod worker;
