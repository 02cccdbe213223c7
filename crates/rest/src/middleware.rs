//! The middleware of every request: ids, spans, metrics, the timeout, authentication, rate limits
//! and the headers of each response.

mod address;
mod admission;
mod busiest;
pub(crate) mod codes;
pub(crate) mod compression;
mod cors;
mod extractors;
mod finalize;
mod forwarded;
mod method;
mod metrics;
mod operators;
mod prefix;
mod request_context;
mod request_id;
mod span;
mod target;
mod ticket;
mod tracking;

pub(crate) use admission::admit;
pub(crate) use cors::{complete as complete_cors, cors};
pub(crate) use extractors::{App, Authenticated, ByOperator, MaybeAuthenticated, RequestOrigin};
pub(crate) use finalize::put_fixed;
pub(crate) use metrics::Metrics;
pub(crate) use operators::admit_operator;
pub(crate) use request_context::{RequestContext, receiving};
pub(crate) use target::MAX_TARGET_BYTES;
pub(crate) use tracking::track;
