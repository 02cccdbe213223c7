use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::{JobContext, JobFailure};

/// Does the jobs of one kind.
///
/// A job may be run more than once: its worker may end between the work and
/// the note that it is done. So a handler either does what can be done twice,
/// or does it by [`JobContext::once`].
#[async_trait]
pub trait Handler: Send + Sync {
    /// The kind of job: `document.process`.
    fn kind(&self) -> &'static str;

    /// How long one attempt may take.
    fn timeout(&self) -> Duration;

    /// Does one job.
    async fn run(&self, job: JobContext) -> Result<(), JobFailure>;

    /// Tells whoever waits for the job that it is dead: its last attempt has
    /// failed, was stopped, or lost its worker. It may be told more than once.
    /// As long as [`JobFailure::Retry`] is answered, the job is not dead yet,
    /// and this is called again.
    async fn give_up(&self, _job: JobContext) -> Result<(), JobFailure> {
        Ok(())
    }
}

/// The handlers of a worker, by their kinds.
#[derive(Clone, Default)]
pub struct Handlers(BTreeMap<&'static str, Arc<dyn Handler>>);

impl Handlers {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one; it takes the place of another of its kind.
    #[must_use]
    pub fn with(mut self, handler: impl Handler + 'static) -> Self {
        self.0.insert(handler.kind(), Arc::new(handler));
        self
    }

    /// The one for this kind.
    pub(crate) fn find(&self, kind: &str) -> Option<(&'static str, Arc<dyn Handler>)> {
        self.0.get_key_value(kind).map(|(kind, handler)| (*kind, Arc::clone(handler)))
    }
}
