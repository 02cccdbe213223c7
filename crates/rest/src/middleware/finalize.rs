use std::time::Duration;

use actix_web::{
    HttpResponse,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
};

use super::{
    codes::{REQUEST_MALFORMED, ROUTE_UNKNOWN},
    compression, prefix,
    request_context::RequestContext,
};
use crate::{
    gateway::{self, Dialect},
    problem::ApiError,
};

/// Headers of every response (OWASP's list for APIs). HTML pages set their own
/// content security policy.
const FIXED: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
    (
        header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=31536000; includeSubDomains"),
    ),
];

const CLOSED: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const CROSS_ORIGIN: HeaderValue = HeaderValue::from_static("cross-origin");
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");
const NEVER: HeaderValue = HeaderValue::from_static("no-store");

/// Turns an [`ApiError`] into its problem body, and adds the request id, the path prefix and the
/// fixed headers.
pub(super) fn finalize_response(
    mut response: HttpResponse,
    context: &RequestContext,
) -> HttpResponse {
    let RequestContext { request_id, prefix, .. } = context;
    let refusal = response.extensions_mut().remove::<ApiError>();
    if let Some(refusal) = refusal.or_else(|| from_actix(&response)) {
        context.refused.set(Some(refusal.code.name()));
        response = match context.dialect {
            Some(dialect) => with_gateway_error(response, &refusal, dialect, request_id),
            None => with_problem(response, &refusal, context),
        };
    }
    // 304 has the headers of the 200 that it stands for (RFC 9110, 15.4.5).
    let status = response.status();
    let ok = status.is_success() || status == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    compression::unmark(headers);
    if let Ok(id) = HeaderValue::from_str(request_id) {
        if context.dialect == Some(Dialect::Anthropic) {
            // Anthropic's libraries show this one.
            headers.insert(HeaderName::from_static("request-id"), id.clone());
        }
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    if !prefix.is_empty() {
        prefix::put(prefix, headers);
    }
    put_fixed(headers);
    if context.by_ticket.get() {
        headers.insert(header::CROSS_ORIGIN_RESOURCE_POLICY, CROSS_ORIGIN);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, if ok { PRIVATE } else { NEVER });
    }
    response
}

/// Puts in the headers that every response has.
pub(crate) fn put_fixed(headers: &mut HeaderMap) {
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, CLOSED);
    }
}

/// The problem for an error response of actix itself.
fn from_actix(response: &HttpResponse) -> Option<ApiError> {
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    let json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
    if !refused || json {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => ApiError::new(status, ROUTE_UNKNOWN, "there is nothing here"),
        status if status.is_server_error() => ApiError::internal(),
        status => ApiError::new(status, REQUEST_MALFORMED, "the request cannot be read"),
    })
}

fn with_problem(
    response: HttpResponse,
    refusal: &ApiError,
    context: &RequestContext,
) -> HttpResponse {
    let mut problem = refusal.problem(&context.request_id);
    problem.kind.insert_str(0, &context.prefix);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    response.map_body(|head, _| {
        head.headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        head.headers_mut().remove(header::CONTENT_LENGTH);
        BoxBody::new(body)
    })
}

/// The same in the form of an API of the gateway.
fn with_gateway_error(
    mut response: HttpResponse,
    refusal: &ApiError,
    dialect: Dialect,
    request_id: &str,
) -> HttpResponse {
    *response.status_mut() = gateway::status_of(refusal);
    let is_final = gateway::is_final(refusal);
    response.map_body(|head, _| {
        let headers = head.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.remove(header::CONTENT_LENGTH);
        if is_final {
            let name = HeaderName::from_static("x-should-retry");
            headers.insert(name, HeaderValue::from_static("false"));
        }
        BoxBody::new(gateway::error_text(dialect, refusal, request_id))
    })
}

/// What orchestrators ask every few seconds. Its success is logged at `debug` only.
const CHECKS: [&str; 3] = ["/health", "/healthz", "/ready"];

/// Records the outcome on the request's span and writes the request's log line.
pub(super) fn log(context: &RequestContext, method: &str, status: u16, took: Duration) {
    let span = &context.span;
    if context.traced {
        span.record("http.response.status_code", status);
        if status >= 500 {
            span.record("otel.status_code", "ERROR");
        }
    }
    let _entered = span.enter();
    let route = context.route.as_deref();
    let duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if status < 400 && route.is_some_and(|route| CHECKS.contains(&route)) {
        tracing::debug!(target: "plinth::request", method, route, status, duration_us, "request");
    } else {
        tracing::info!(target: "plinth::request", method, route, status, duration_us, "request");
    }
}
