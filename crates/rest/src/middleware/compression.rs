//! Which responses are compressed.

use actix_web::{
    Error,
    body::{BodySize, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
};

use super::request_context::RequestContext;

/// Bodies below this length, in bytes, would hardly become smaller.
const MIN_BYTES: u64 = 1024;

/// The mark of a response that stays as it is: actix compresses none that has an encoding.
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// The middleware within actix's `Compress`: lists, and what describes the API. An answer to POST
/// stays as it is: it may contain a token beside what the client has sent (BREACH). So does one with
/// a strong `ETag`, which names its bytes, what is compressed already, and a stream, which would wait
/// for a full block.
pub(crate) async fn select(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_get = request.method() == actix_web::http::Method::GET;
    let mut response = next.call(request).await?;
    let is_head = RequestContext::of(response.request()).is_ok_and(|context| context.is_head);
    let is_large =
        matches!(response.response().body().size(), BodySize::Sized(n) if n >= MIN_BYTES);
    let is_ok = response.status() == StatusCode::OK;
    let is_asked = response.request().headers().contains_key(header::ACCEPT_ENCODING);
    let headers = response.headers_mut();
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Ok(response);
    }
    if is_get && !is_head && is_ok && is_large && is_text(headers) && !is_tagged(headers) {
        if !is_asked {
            headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
    } else {
        headers.insert(header::CONTENT_ENCODING, IDENTITY);
    }
    Ok(response)
}

/// Takes the mark away.
pub(super) fn unmark(headers: &mut HeaderMap) {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding == IDENTITY) {
        headers.remove(header::CONTENT_ENCODING);
    }
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default();
    (kind.starts_with("text/") && !kind.starts_with("text/event-stream"))
        || ["application/json", "application/javascript"].iter().any(|text| kind.starts_with(text))
}

fn is_tagged(headers: &HeaderMap) -> bool {
    headers.get(header::ETAG).is_some_and(|tag| !tag.as_bytes().starts_with(b"W/"))
}
