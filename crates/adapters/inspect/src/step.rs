//! Exchange structures (ISO 10303-21), read as a stream: memory holds one statement at a time,
//! independent of the length of the file.
//!
//! Programs write many files that violate the standard in places. What can be read is read, and
//! each fault is counted as a warning.

mod exchange;
mod quoting;
mod scanner;
mod statement;
mod string;
mod value;

pub(crate) use exchange::{Exchange, Visitor};
pub(crate) use statement::ParameterPosition;
pub(crate) use string::{CodePage, Votes, decode};

use crate::refusal::Refusal;

/// A fault in a line of the file.
fn fault(line: u64, what: &str) -> Refusal {
    Refusal::malformed(format!("line {line}: {what}"))
}
