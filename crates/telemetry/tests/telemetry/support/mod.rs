//! A request's worth of telemetry, and what must arrive of it.

pub mod arrival;

use std::collections::HashMap;

use opentelemetry::{KeyValue, global, trace::TraceContextExt};
use plinth_settings::{Settings, Sources};
use plinth_telemetry::{Guard, SQL, USE_CASE, init};
use tracing::{debug_span, info, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
pub const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// Telemetry with a collector at `endpoint`.
pub fn start(endpoint: &str, protocol: &str) -> Guard {
    let sources = Sources::none()
        .with_variable("DATABASE_URL", "postgres://localhost/plinth")
        .with_variable("PLINTH_TELEMETRY__OTLP_ENDPOINT", endpoint)
        .with_variable("PLINTH_TELEMETRY__OTLP_PROTOCOL", protocol)
        .with_variable("PLINTH_TELEMETRY__OTLP_HEADERS", "x-api-key=hunter%202")
        .with_variable("PLINTH_TELEMETRY__SERVICE_NAME", "renamed");
    let settings = Settings::load(&sources).unwrap();
    init(&settings.telemetry, settings.environment, "plinth-test", "1.2.3").unwrap()
}

/// What a request does.
pub fn work() {
    let headers = HashMap::from([("traceparent".to_owned(), PARENT.to_owned())]);
    let parent = global::get_text_map_propagator(|propagator| propagator.extract(&headers));
    let request = info_span!(
        "request",
        otel.name = "GET /things/{id}",
        otel.kind = "server",
        http.route = "/things/{id}",
        request_id = "r-1"
    );
    request.set_parent(parent).unwrap();
    let _request = request.enter();
    let _use_case = debug_span!(target: USE_CASE, "thing.get").entered();
    let _sql = debug_span!(target: SQL, "SELECT things").entered();
    info!(count = 2, "found");
    tracing::warn!(target: "h2::client", "of the exporter");

    let mut injected = HashMap::new();
    let here = tracing::Span::current().context();
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&here, &mut injected);
    });
    let span = here.span().span_context().span_id();
    assert_eq!(injected["traceparent"], format!("00-{TRACE}-{span}-01"));

    measure();
}

/// The metric of a request.
pub fn measure() {
    let meter = global::meter("test");
    let histogram = meter.f64_histogram("http.server.request.duration");
    let route = [KeyValue::new("http.route", "/things/{id}")];
    histogram.with_unit("s").build().record(0.5, &route);
}
