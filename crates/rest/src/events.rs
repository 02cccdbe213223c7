//! `/events` and `/ws`: the event stream as pages, as server-sent events and
//! over a WebSocket.

pub(crate) mod codes;
pub(crate) mod credential_monitor;
mod list;
mod parameters;
pub(crate) mod server_sent;
mod socket;
mod spread;
mod stream;
mod stream_metrics;
mod streams;

use crate::routing::Routes;
pub(crate) use stream_metrics::Transport;

pub(crate) use streams::{StreamSlot, Streams};

pub(crate) fn routes(config: &mut Routes<'_>) {
    config.service(list::get_events).service(stream::stream_events).service(socket::open_socket);
}
