//! Invoices rendered like by the worker: each in a process of its own.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod coverage;
mod hostile;
mod pages;
mod pdf;
mod pdf_a;
mod process;
mod samples;
mod support;
mod templates;
