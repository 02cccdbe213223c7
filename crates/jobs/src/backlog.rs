//! How much waits: jobs by kind, and entries of the audit log without a number.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use opentelemetry::{KeyValue, global};
use plinth_application::Error;
use plinth_ports::{Backlog, Lag};

use crate::{Dependencies, Handlers, ScheduledTask, metrics::KIND};

/// How long a measurement is reported. The leader measures more often; another process may lead since.
const VALID: Duration = Duration::from_mins(1);

/// The name of the kinds that this worker does not know.
const OTHER: &str = "_OTHER";

/// Measures how much waits, for gauges that are read when metrics are collected.
pub struct MeasureBacklog {
    needs: Dependencies,
    kinds: Vec<&'static str>,
    last: Arc<Mutex<Option<Measured>>>,
}

#[derive(Clone)]
struct Measured {
    at: Instant,
    jobs: BTreeMap<&'static str, (u64, Duration)>,
    lag: Lag,
}

impl MeasureBacklog {
    /// The kinds of the handlers are reported by their names, also when no job waits.
    #[must_use]
    pub fn new(needs: Dependencies, handlers: &Handlers) -> Self {
        let last = Arc::default();
        observe(&last);
        Self { needs, kinds: handlers.kinds(), last }
    }

    fn by_kind(&self, backlog: Vec<Backlog>) -> BTreeMap<&'static str, (u64, Duration)> {
        let mut jobs: BTreeMap<_, _> =
            self.kinds.iter().map(|kind| (*kind, (0, Duration::ZERO))).collect();
        for waiting in backlog {
            let kind = self.kinds.iter().find(|kind| ***kind == *waiting.kind).unwrap_or(&OTHER);
            let (count, age) = jobs.entry(*kind).or_insert((0, Duration::ZERO));
            *count += waiting.jobs;
            *age = waiting.age.max(*age);
        }
        jobs
    }
}

#[async_trait]
impl ScheduledTask for MeasureBacklog {
    async fn run(&self) -> Result<(), Error> {
        let jobs = self.by_kind(self.needs.queue.backlog().await?);
        let lag = self.needs.application.sequencer_lag().await?;
        let measured = Measured { at: Instant::now(), jobs, lag };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(measured);
        Ok(())
    }
}

fn observe(last: &Arc<Mutex<Option<Measured>>>) {
    let meter = global::meter("plinth-jobs");
    let read = |last: &Arc<Mutex<Option<Measured>>>| {
        let last = Arc::clone(last);
        move || {
            let last = last.lock().unwrap_or_else(PoisonError::into_inner).clone();
            last.filter(|last| last.at.elapsed() < VALID)
        }
    };
    let measured = read(last);
    meter
        .u64_observable_gauge("plinth.job.queue.size")
        .with_unit("{job}")
        .with_description("Jobs that are due and wait, by kind. The leading worker reports it.")
        .with_callback(move |observer| {
            for (kind, (count, _)) in measured().into_iter().flat_map(|last| last.jobs) {
                observer.observe(count, &[KeyValue::new(KIND, kind)]);
            }
        })
        .build();
    let measured = read(last);
    meter
        .f64_observable_gauge("plinth.job.queue.age")
        .with_unit("s")
        .with_description("How long the first job that waits has been due, by kind.")
        .with_callback(move |observer| {
            for (kind, (_, age)) in measured().into_iter().flat_map(|last| last.jobs) {
                observer.observe(age.as_secs_f64(), &[KeyValue::new(KIND, kind)]);
            }
        })
        .build();
    let measured = read(last);
    meter
        .u64_observable_gauge("plinth.audit_log.waiting")
        .with_unit("{entry}")
        .with_description("Entries of the audit log that wait for their number.")
        .with_callback(move |observer| {
            if let Some(last) = measured() {
                observer.observe(last.lag.entries, &[]);
            }
        })
        .build();
    let measured = read(last);
    meter
        .f64_observable_gauge("plinth.audit_log.lag")
        .with_unit("s")
        .with_description("How long the first entry without a number has waited.")
        .with_callback(move |observer| {
            if let Some(last) = measured() {
                observer.observe(last.lag.age.as_secs_f64(), &[]);
            }
        })
        .build();
}
