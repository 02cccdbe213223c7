//! The ticket in the query of a request.

use actix_web::{
    dev::ServiceRequest,
    http::{Method, Uri, header},
};

/// The path whose tickets have one use: a stream.
pub(super) const STREAM: &str = "/api/v1/events/stream";

const PARAMETER: &str = "ticket=";

/// A ticket, and the path with the query that it is shown for.
pub(super) struct Presented {
    pub(super) text: String,
    pub(super) target: String,
}

/// Takes the ticket out of the query of a GET without a credential: no handler knows the parameter.
pub(super) fn take(request: &mut ServiceRequest) -> Option<Presented> {
    if *request.method() != Method::GET || request.headers().contains_key(header::AUTHORIZATION) {
        return None;
    }
    let query = request.query_string();
    let text = query.split('&').find_map(|pair| pair.strip_prefix(PARAMETER))?.to_owned();
    let rest = query.split('&').filter(|pair| !pair.starts_with(PARAMETER)).collect::<Vec<_>>();
    let mut target = request.path().to_owned();
    if !rest.is_empty() {
        target.push('?');
        target.push_str(&rest.join("&"));
    }
    let uri = target.parse::<Uri>().ok()?;
    request.head_mut().uri = uri;
    Some(Presented { text, target })
}
