use std::{collections::BTreeMap, future::ready, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::future::BoxFuture;
use plinth_application::JobKind;

use crate::{JobContext, JobFailure};

/// Runs the jobs of one kind.
///
/// A job may be run more than once: its worker may crash after the work and before the outcome is
/// stored. So a handler must be idempotent, or use [`JobContext::once`].
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// The kind of job with its payload. A job whose payload cannot be decoded becomes a dead
    /// letter at the first attempt.
    type Job: JobKind;

    /// The timeout of one attempt.
    fn timeout(&self) -> Duration;

    /// How many jobs of the kind a worker has in hand at most; `None` for as many as it has slots.
    /// The others stay in the queue, where each organization has its turn, and leave the slots to
    /// other kinds.
    fn at_once(&self) -> Option<usize> {
        None
    }

    /// Runs one job.
    async fn run(&self, job: Self::Job, ctx: JobContext) -> Result<(), JobFailure>;

    /// Called before a job becomes a dead letter: its last attempt has failed, was stopped, or lost
    /// its worker. It may be called more than once: after [`JobFailure::Retry`] the job is not dead
    /// yet, and it is called again. `job` is `None` if the payload cannot be decoded; `ctx` has the
    /// identity.
    async fn dead_letter(
        &self,
        _job: Option<Self::Job>,
        _ctx: JobContext,
    ) -> Result<(), JobFailure> {
        Ok(())
    }
}

/// A [`Handler`] without its type: it decodes the payload.
pub(crate) trait AnyHandler: Send + Sync {
    fn timeout(&self) -> Duration;
    fn at_once(&self) -> Option<usize>;
    fn run(&self, ctx: JobContext) -> BoxFuture<'_, Result<(), JobFailure>>;
    fn dead_letter(&self, ctx: JobContext) -> BoxFuture<'_, Result<(), JobFailure>>;
}

struct Typed<H>(H);

impl<H: Handler> AnyHandler for Typed<H> {
    fn timeout(&self) -> Duration {
        self.0.timeout()
    }

    fn at_once(&self) -> Option<usize> {
        self.0.at_once()
    }

    fn run(&self, ctx: JobContext) -> BoxFuture<'_, Result<(), JobFailure>> {
        match decoded(&ctx) {
            Ok(job) => self.0.run(job, ctx),
            Err(error) => Box::pin(ready(Err(JobFailure::permanent(UnreadablePayload(error))))),
        }
    }

    fn dead_letter(&self, ctx: JobContext) -> BoxFuture<'_, Result<(), JobFailure>> {
        self.0.dead_letter(decoded(&ctx).ok(), ctx)
    }
}

fn decoded<J: JobKind>(ctx: &JobContext) -> Result<J, serde_json::Error> {
    serde_json::from_str(ctx.job().payload.as_str())
}

/// The payload cannot be decoded.
#[derive(Debug, thiserror::Error)]
#[error("the payload cannot be read")]
struct UnreadablePayload(#[source] serde_json::Error);

/// The handlers of a worker, by the kinds of their jobs.
#[derive(Clone, Default)]
pub struct Handlers(BTreeMap<&'static str, Arc<dyn AnyHandler>>);

impl Handlers {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a handler; it replaces another one of its kind.
    #[must_use]
    pub fn with<H: Handler>(mut self, handler: H) -> Self {
        self.0.insert(H::Job::KIND, Arc::new(Typed(handler)));
        self
    }

    /// The kinds that a worker with these handlers claims.
    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }

    /// The kinds, each with the number of jobs that a worker has in hand at most.
    pub(crate) fn limits(&self) -> Vec<(&'static str, Option<usize>)> {
        self.0.iter().map(|(kind, handler)| (*kind, handler.at_once())).collect()
    }

    pub(crate) fn find(&self, kind: &str) -> Option<(&'static str, Arc<dyn AnyHandler>)> {
        self.0.get_key_value(kind).map(|(kind, handler)| (*kind, Arc::clone(handler)))
    }
}
