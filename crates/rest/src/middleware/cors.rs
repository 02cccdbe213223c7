//! CORS: which pages of other origins may call, and what they may read.

use actix_cors::Cors;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web::Data,
};

use crate::config::Config;

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// The headers that a page may send.
const SENT: &str = "authorization, baggage, content-type, idempotency-key, if-match, \
                    if-none-match, if-range, last-event-id, range, sentry-trace, traceparent, \
                    tracestate, tus-resumable, upload-checksum, upload-length, upload-metadata, \
                    upload-offset, x-request-id";

/// The headers of a response that a page may read.
const EXPOSED: &str = "accept-ranges, content-disposition, content-range, etag, \
                       idempotent-replayed, link, location, plinth-document, ratelimit, \
                       ratelimit-policy, retry-after, tus-checksum-algorithm, tus-extension, \
                       tus-max-size, tus-resumable, tus-version, upload-expires, upload-length, \
                       upload-offset, x-request-id";

/// A response depends on the origin, also by not allowing one (Fetch, "CORS protocol and HTTP
/// caches").
const VARY: &str = "Origin";
const VARY_PREFLIGHT: &str =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// Answers preflights, and allows known origins.
pub(crate) fn cors(config: &Data<Config>) -> Cors {
    let known = config.clone();
    Cors::default()
        .allowed_origin_fn(move |origin, _| {
            let origin = origin.to_str().unwrap_or_default();
            (known.allows_origin)(origin)
        })
        .allowed_methods(METHODS.split(", "))
        .allowed_headers(SENT.split(", "))
        .block_on_origin_mismatch(false)
        .disable_vary_header()
        .max_age(3600)
}

/// The middleware around [`cors`]: the lists of its headers in a fixed order, and only where a page
/// reads them. `actix_cors` writes them in the order of a hash set, and on every response.
pub(crate) async fn complete(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_preflight = *request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = next.call(request).await?;
    list(response.headers_mut(), is_preflight);
    Ok(response)
}

fn list(headers: &mut HeaderMap, is_preflight: bool) {
    let vary = if is_preflight { VARY_PREFLIGHT } else { VARY };
    headers.append(header::VARY, HeaderValue::from_static(vary));
    if !headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        return;
    }
    if is_preflight {
        let methods = HeaderValue::from_static(METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(SENT));
    } else {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
}
