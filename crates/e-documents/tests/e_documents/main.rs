//! Reading of electronic documents, real, odd and hostile ones, and writing of invoices.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod camt;
mod camt_facts;
mod camt_faults;
mod hostile;
mod invoices;
mod pdf;
mod support;
mod written;
