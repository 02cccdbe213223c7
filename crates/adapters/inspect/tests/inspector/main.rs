//! Files of every kind, from friends and from strangers, read as the worker
//! reads them: by a process of their own.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod confinement;
mod hostile;
mod models;
mod pdfs;
mod pictures;
mod process;
mod support;
