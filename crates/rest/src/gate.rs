//! What every request passes on its way in, and every reply on its way out.

mod address;
mod admission;
mod finish;
mod metrics;
mod passage;
mod request_id;
mod span;

pub(crate) use admission::{Anybody, App, Signed, Visitor, admit};
pub(crate) use metrics::Metrics;
use passage::Passage;
pub(crate) use passage::pass;
