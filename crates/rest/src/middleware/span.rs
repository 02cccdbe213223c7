use actix_web::{
    dev::ServiceRequest,
    http::header::{HeaderMap, HeaderName},
};
use opentelemetry::{global, propagation::Extractor, trace::TraceContextExt};
use tracing::{Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::{method, request_context::RequestContext};

/// The span of a request, with the fields that logs and traces share. Names
/// follow OpenTelemetry's semantic conventions for HTTP servers.
pub(super) fn open(request: &ServiceRequest, context: &RequestContext, traced: bool) -> Span {
    let method = method::name(request.method());
    // Fields for traces only; log lines have this information in other fields.
    let route = context.route.as_deref().filter(|_| traced);
    let span = tracing::info_span!(
        "request",
        otel.kind = traced.then_some("server"),
        otel.name = route.map(|route| format!("{method} {route}")),
        otel.status_code = Empty,
        http.request.method = traced.then_some(method),
        http.route = route,
        http.response.status_code = Empty,
        url.path = traced.then(|| request.path()),
        client.address = traced.then_some(context.address).flatten().map(tracing::field::display),
        request_id = context.request_id.as_str(),
        trace_id = Empty,
        organization_id = Empty,
        user_id = Empty,
        api_key_id = Empty,
    );
    if traced {
        let parent = global::get_text_map_propagator(|p| p.extract(&Headers(request.headers())));
        // Fails only for a span that is not recorded.
        let _ = span.set_parent(parent);
        let context = span.context();
        let trace = context.span().span_context().trace_id();
        span.record("trace_id", tracing::field::display(trace));
    } else if let Some(caused_by) = &context.caused_by {
        span.record("trace_id", &caused_by[3..35]);
    }
    span
}

/// The client's `traceparent`, if it is well-formed (W3C Trace Context, version
/// 00).
pub(super) fn caused_by(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("traceparent")?.to_str().ok()?;
    let parts = text.split('-').map(str::len).collect::<Vec<_>>();
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b) || b == b'-';
    let fits = parts == [2, 32, 16, 2] && text.starts_with("00-") && text.bytes().all(hex);
    fits.then(|| text.to_owned())
}

/// `traceparent` (W3C Trace Context) for work that the request causes: that of the request's span,
/// or the client's if requests are not traced.
pub(super) fn trace_parent(request: &RequestContext) -> Option<String> {
    if !request.traced {
        return request.caused_by.clone();
    }
    let context = request.span.context();
    let span = context.span();
    let context = span.span_context();
    context.is_valid().then(|| {
        let flags = context.trace_flags().to_u8();
        format!("00-{}-{}-{flags:02x}", context.trace_id(), context.span_id())
    })
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }
    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
