use std::time::Duration;

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram, UpDownCounter},
};

use super::{busiest::Busiest, request_context::RequestContext};

/// The metrics of an HTTP server (OpenTelemetry semantic conventions). A client chooses no label: each
/// has as many values as there are routes, known methods, status codes and codes of problems.
#[derive(Clone)]
pub(crate) struct Metrics {
    duration: Histogram<f64>,
    active: UpDownCounter<i64>,
    refused: Counter<u64>,
    busiest: Busiest,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let meter = global::meter("plinth-rest");
        // The boundaries that the conventions recommend, in seconds.
        let boundaries =
            vec![0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
        Self {
            duration: meter
                .f64_histogram("http.server.request.duration")
                .with_unit("s")
                .with_description("Duration of HTTP server requests.")
                .with_boundaries(boundaries)
                .build(),
            active: meter
                .i64_up_down_counter("http.server.active_requests")
                .with_unit("{request}")
                .with_description("Number of active HTTP server requests.")
                .build(),
            refused: meter
                .u64_counter("plinth.http.refused")
                .with_unit("{request}")
                .with_description("Requests that were answered by a problem, by its code.")
                .build(),
            busiest: Busiest::observed(&meter),
        }
    }

    /// Counts a request as active until the guard is dropped, also when its client hangs up.
    pub(super) fn begin(&self, method: &'static str) -> Active {
        self.active.add(1, &attributes(method));
        Active { metrics: self.clone(), method }
    }
}

/// A request that is active.
pub(super) struct Active {
    metrics: Metrics,
    method: &'static str,
}

impl Active {
    /// Records the duration of a request that was answered.
    pub(super) fn answered(self, context: &RequestContext, status: u16, took: Duration) {
        let (metrics, route) = (&self.metrics, context.route.as_deref());
        if let Some(organization) = context.organization.get() {
            metrics.busiest.add(organization, took);
        }
        if let Some(code) = context.refused.get() {
            let status = KeyValue::new("http.response.status_code", i64::from(status));
            metrics.refused.add(1, &[KeyValue::new("plinth.problem.code", code), status]);
        }
        let mut all = Vec::with_capacity(4);
        all.extend(attributes(self.method));
        all.push(KeyValue::new("http.response.status_code", i64::from(status)));
        all.extend(route.map(|route| KeyValue::new("http.route", route.to_owned())));
        metrics.duration.record(took.as_secs_f64(), &all);
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.metrics.active.add(-1, &attributes(self.method));
    }
}

fn attributes(method: &'static str) -> [KeyValue; 2] {
    [KeyValue::new("http.request.method", method), KeyValue::new("url.scheme", "http")]
}
