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

plinth_domain::codes! {
    ROUTE_UNKNOWN = "route.unknown", "The path leads nowhere.";
    METHOD_NOT_ALLOWED = "method.not_allowed",
        "The path exists and does not know the method; see Allow.";
    REQUEST_MALFORMED = "request.malformed", "The request cannot be read as HTTP.";
    REQUEST_TIMEOUT = "request.timeout", "The request took longer than the server allows.";
}
