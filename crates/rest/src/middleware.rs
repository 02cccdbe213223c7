//! The middleware of every request: ids, spans, metrics, the timeout, authentication, rate limits
//! and the headers of each response.

mod address;
mod admission;
pub(crate) mod codes;
mod extractors;
mod finalize;
mod forwarded;
mod metrics;
mod request_context;
mod request_id;
mod span;
mod tracking;

pub(crate) use admission::admit;
pub(crate) use extractors::{App, Authenticated, MaybeAuthenticated, RequestOrigin};
pub(crate) use metrics::Metrics;
pub(crate) use tracking::track;
