//! What operators and orchestrators ask.

mod health;

pub(crate) use health::*;
