//! `/auth` and `/me`

mod dto;
mod handlers;
mod me;

pub(crate) use dto::SignedInView;
pub(crate) use handlers::*;
pub(crate) use me::*;
