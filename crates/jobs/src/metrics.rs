use std::time::Duration;

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram},
};

/// The duration and number of attempts, by kind of job and outcome.
#[derive(Clone)]
pub(crate) struct Metrics {
    duration: Histogram<f64>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let meter = global::meter("plinth-jobs");
        let boundaries = vec![0.005, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 60.0, 300.0];
        let duration = meter
            .f64_histogram("plinth.job.duration")
            .with_unit("s")
            .with_description("Duration of attempts at jobs.")
            .with_boundaries(boundaries)
            .build();
        Self { duration }
    }

    /// `kind` is one that the worker knows, so that the number of series is bounded.
    pub(crate) fn ran(&self, kind: &'static str, outcome: &'static str, took: Duration) {
        let attributes =
            [KeyValue::new("plinth.job.kind", kind), KeyValue::new("plinth.job.outcome", outcome)];
        self.duration.record(took.as_secs_f64(), &attributes);
    }
}

/// Counts the entries of the audit log that cannot be numbered. Alert on every increase.
pub(crate) fn quarantined() -> Counter<u64> {
    global::meter("plinth-jobs")
        .u64_counter("plinth.audit_log.quarantined")
        .with_unit("{entry}")
        .with_description("Entries of the audit log that cannot be numbered and were set aside.")
        .build()
}
