//! Valid and hostile files of every type, read like by the worker: each in a separate process.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod confinement;
mod hostile;
mod models;
mod pdfs;
mod pictures;
mod process;
mod support;
