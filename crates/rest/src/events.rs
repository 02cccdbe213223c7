//! `/events` and `/ws`: what happens, as a page, as a stream and over a socket.

mod asking;
mod list;
mod places;
mod socket;
mod stream;
mod vigil;

pub(crate) use list::*;
pub(crate) use places::Streams;
pub(crate) use socket::*;
pub(crate) use stream::*;
