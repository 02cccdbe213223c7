//! `/jobs`

mod dto;
mod handlers;

pub(crate) use handlers::*;
