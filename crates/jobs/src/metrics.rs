use std::{sync::LazyLock, time::Duration};

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Histogram},
};
use plinth_domain::JobState;
use plinth_ports::JobOutcome;

use crate::Handlers;

/// The attribute with the kind of a job.
pub(crate) const KIND: &str = "plinth.job.kind";

/// The attribute with the state in which a job ended.
const STATE: &str = "plinth.job.state";

/// The attempts at jobs, and how jobs end. A kind is one that the worker knows, so that the number of
/// series is bounded.
#[derive(Clone)]
pub(crate) struct Metrics {
    duration: Histogram<f64>,
    ended: Counter<u64>,
}

impl Metrics {
    pub(crate) fn new(handlers: &Handlers) -> Self {
        let meter = global::meter("plinth-jobs");
        let boundaries = vec![0.005, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 60.0, 300.0];
        let duration = meter
            .f64_histogram("plinth.job.duration")
            .with_unit("s")
            .with_description("Duration of attempts at jobs.")
            .with_boundaries(boundaries)
            .build();
        let ended = meter
            .u64_counter("plinth.job.ended")
            .with_unit("{job}")
            .with_description("Jobs that ended, by kind and state.")
            .build();
        // So that the first dead job of a kind is an increase.
        for kind in handlers.kinds() {
            ended.add(0, &dead(kind));
        }
        Self { duration, ended }
    }

    /// An attempt has ended.
    pub(crate) fn ran(&self, kind: &'static str, outcome: &'static str, took: Duration) {
        let attributes = [KeyValue::new(KIND, kind), KeyValue::new("plinth.job.outcome", outcome)];
        self.duration.record(took.as_secs_f64(), &attributes);
    }

    /// A job has ended if its outcome says so.
    pub(crate) fn ended(&self, kind: &'static str, outcome: &JobOutcome) {
        let state = match outcome {
            JobOutcome::Succeeded => JobState::Succeeded,
            JobOutcome::Dead { .. } => JobState::Dead,
            JobOutcome::Cancelled => JobState::Cancelled,
            JobOutcome::Failed { .. } | JobOutcome::Postponed { .. } | JobOutcome::Released => {
                return;
            }
        };
        let state = KeyValue::new(STATE, state.name());
        self.ended.add(1, &[KeyValue::new(KIND, kind), state]);
    }
}

fn dead(kind: &'static str) -> [KeyValue; 2] {
    [KeyValue::new(KIND, kind), KeyValue::new(STATE, JobState::Dead.name())]
}

/// Counts the entries of the audit log that cannot be numbered. Alert on every increase.
pub(crate) fn quarantined() -> Counter<u64> {
    let counter = global::meter("plinth-jobs")
        .u64_counter("plinth.audit_log.quarantined")
        .with_unit("{entry}")
        .with_description("Entries of the audit log that cannot be numbered and were set aside.")
        .build();
    // So that the first one is an increase.
    counter.add(0, &[]);
    counter
}

/// Records an attempt to send an event to a webhook, by the status of the answer if there is one.
pub(crate) fn webhook_attempt(status: Option<u16>, took: Duration) {
    static DURATION: LazyLock<Histogram<f64>> = LazyLock::new(|| {
        global::meter("plinth-jobs")
            .f64_histogram("plinth.webhook.duration")
            .with_unit("s")
            .with_description("Duration of attempts to send events to webhooks.")
            .with_boundaries(vec![0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0])
            .build()
    });
    let outcome = match status {
        Some(200..300) => "delivered",
        Some(_) => "refused",
        None => "no_answer",
    };
    DURATION.record(took.as_secs_f64(), &[KeyValue::new("plinth.webhook.outcome", outcome)]);
}
