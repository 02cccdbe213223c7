//! Exchange structures (ISO 10303-21), read as a stream: memory holds one statement at a time,
//! independent of the length of the file.

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
