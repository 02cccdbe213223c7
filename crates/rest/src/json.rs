//! Bodies: bounded, strict JSON, and all of its faults at once.

mod body;
mod faults;
mod form;
mod merge;
mod named;
mod shape;
mod strict;

pub(crate) use body::Body;
pub(crate) use faults::Faults;
pub(crate) use form::Form;
pub(crate) use merge::Merge;
