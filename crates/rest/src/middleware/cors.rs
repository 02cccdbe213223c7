//! CORS: which pages of other origins may call, and what they may read.

use actix_cors::Cors;
use actix_web::{
    Error, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web::Data,
};

use super::{
    codes::{CORS_HEADER, CORS_ORIGIN},
    request_context::state,
};
use crate::{config::Config, problem::ApiError};

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// The headers that a page may send.
const SENT: &str = "authorization, baggage, content-type, idempotency-key, if-match, \
                    if-none-match, if-range, last-event-id, range, sentry-trace, traceparent, \
                    tracestate, tus-resumable, upload-checksum, upload-concat, \
                    upload-defer-length, upload-length, upload-metadata, upload-offset, \
                    x-http-method-override, x-request-id";

/// The headers of a response that a page may read.
const EXPOSED: &str = "accept-ranges, content-disposition, content-range, etag, \
                       idempotent-replayed, link, location, plinth-document, \
                       plinth-execution-id, ratelimit, ratelimit-policy, retry-after, tus-checksum-algorithm, tus-extension, \
                       tus-max-size, tus-resumable, tus-version, upload-concat, \
                       upload-defer-length, upload-expires, upload-length, upload-offset, \
                       x-request-id, x-should-retry";

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
    let refusal = if is_preflight { refusal(&request)? } else { None };
    let mut response = match refusal {
        Some(refusal) => request.into_response(refusal.error_response()).map_into_right_body(),
        None => next.call(request).await?.map_into_left_body(),
    };
    list(response.headers_mut(), is_preflight);
    Ok(response)
}

/// Why a preflight is refused. Browsers tell a page only that it is, so the body names the setting
/// for the developer who looks at the request.
fn refusal(request: &ServiceRequest) -> Result<Option<ApiError>, Error> {
    let config = state::<Config>(request)?;
    let text =
        |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let origin = text(header::ORIGIN).unwrap_or_default();
    if !(config.allows_origin)(origin) {
        let origin = origin.chars().take(200).collect::<String>();
        let detail = format!(
            "pages of the origin {origin:?} may not call this API: name it in the setting \
             server.cors_origins (PLINTH_SERVER__CORS_ORIGINS)"
        );
        return Ok(Some(ApiError::new(StatusCode::FORBIDDEN, CORS_ORIGIN, detail)));
    }
    let asked = text(header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
    let is_known = |name: &str| name.is_empty() || SENT.split(", ").any(|known| known == name);
    let asked = asked.split(',').map(|name| name.trim().to_ascii_lowercase());
    Ok(asked.into_iter().find(|name| !is_known(name)).map(|name| {
        let name = name.chars().take(100).collect::<String>();
        let detail = format!("pages of other origins may not send the header {name:?}");
        ApiError::new(StatusCode::FORBIDDEN, CORS_HEADER, detail)
    }))
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
