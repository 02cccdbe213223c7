//! Exchange structures (ISO 10303-21), read as they come: memory holds one
//! statement at a time, however long the file is.

mod exchange;
mod quoting;
mod scanner;
mod statement;
mod string;

pub(crate) use exchange::{Exchange, Visitor};
pub(crate) use statement::ParameterPosition;
pub(crate) use string::decode;

use crate::refusal::Refusal;

/// A fault in a line of the file.
fn fault(line: u64, what: &str) -> Refusal {
    Refusal::malformed(format!("line {line}: {what}"))
}
