use std::sync::Arc;

use plinth_application::{Application, Caller, Command, Error, Rendered, documents::VersionRef};
use plinth_domain::{Access, BlobKey, BlobLocation, Job};
use plinth_ports::{IdempotencyKey, Origin, StoredReply};
use tokio_util::sync::CancellationToken;

use crate::{Progress, trace};

/// The context of a handler.
#[derive(Clone)]
pub struct JobContext {
    pub(crate) application: Application,
    pub(crate) caller: Caller,
    pub(crate) job: Arc<Job>,
    pub(crate) progress: Progress,
    pub(crate) cancelled: CancellationToken,
}

impl JobContext {
    /// The context of a leased job inside the current span. `None` if the job is not running, which
    /// is a fault of the store.
    pub(crate) fn new(
        application: Application,
        job: Arc<Job>,
        progress: Progress,
        cancelled: CancellationToken,
    ) -> Option<Self> {
        let access = Access::of_job(&job)?;
        let request_id = job.request_id.clone();
        let origin = Origin { request_id, trace_parent: trace::current(), ..Origin::default() };
        // A worker has no credential: its lease gives the access.
        let caller = Caller { access, credential: [0; 32], origin };
        Some(Self { application, caller, job, progress, cancelled })
    }

    /// The application, to run use cases.
    #[must_use]
    pub const fn application(&self) -> &Application {
        &self.application
    }

    /// The worker on behalf of the job, with a member's permissions.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The access of the worker.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.caller.access
    }

    /// The job.
    #[must_use]
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// Where the content of a version is stored.
    pub(crate) fn content_key(&self, of: VersionRef) -> BlobKey {
        BlobKey::new(self.job.organization, BlobLocation::Content(of.document, of.version))
    }

    /// Reports the progress of the job.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Cancelled when the job must stop. The handler may clean up for a few seconds; then it is
    /// aborted.
    #[must_use]
    pub const fn cancelled(&self) -> &CancellationToken {
        &self.cancelled
    }

    /// Runs a command.
    pub async fn execute<C: Command>(&self, command: C) -> Result<C::Output, Error> {
        self.application.execute(&self.caller, command).await
    }

    /// Runs a command once for this job: a command that an earlier attempt has committed is not run
    /// again. `step` identifies the command within the job, 1 to 255 visible ASCII characters.
    /// Returns `None` if an earlier attempt ran it.
    pub async fn once<C: Command>(&self, step: &str, command: C) -> Result<Option<C::Output>, Error>
    where
        C::Output: Clone,
    {
        let key = IdempotencyKey { key: step.to_owned(), fingerprint: [0; 32] };
        let (done, output) = tokio::sync::oneshot::channel();
        let note = move |output: &C::Output| {
            // The receiver is dropped when the attempt is cancelled.
            let _ = done.send(output.clone());
            let reply = StoredReply { status: 204, etag: None, location: None, body: Vec::new() };
            Ok(Rendered { reply, redacted: None })
        };
        self.application.execute_once(&self.caller, Some(key), command, note).await?;
        Ok(output.await.ok())
    }
}
