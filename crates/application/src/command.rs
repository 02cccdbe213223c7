use std::future::Future;

use plinth_domain::{
    Access, ExecutionStatus, Id, Job, JobDraft, JobId, OrganizationId, Permission, Principal,
    Timestamp, UserId,
};
use plinth_ports::{
    GlyphCoverage, Ids, Invalidation, Jobs, Origin, OutgoingAddresses, PromptTemplates,
    SecretVault, Secrets, StoreError, UnitOfWork,
};

use crate::{
    AuditRecord, ByProject, Error, JobKind, MailOptions, Policy, Recorded, SigningKey, Token,
    job_kind::cause, limits::Allowances, plans::Plans,
};

/// A use case that changes something. It declares its permission;
/// [`crate::Application::execute`] checks it, opens the transaction, audits and
/// commits.
pub trait Command: Send + 'static {
    /// `resource.action`: the operation's name in spans, idempotency keys and
    /// denials.
    const NAME: &'static str;
    /// The permission that the caller needs.
    const PERMISSION: Permission;
    /// What the caller receives.
    type Output: Send + 'static;

    /// How it writes.
    fn writing(&self) -> Writing {
        Writing::Together
    }

    /// Where a role on a single project admits a caller who lacks the permission in the organization.
    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::Never
    }

    /// Decides and stores, inside the transaction of `ctx`.
    fn run(
        self,
        ctx: &mut Context<'_>,
    ) -> impl Future<Output = Result<Recorded<Self::Output>, Error>> + Send;
}

/// How a command writes.
#[derive(Debug, Clone, Copy)]
pub enum Writing {
    /// Statements of a transaction, each with its own answer.
    Together,
    /// A new record, with nothing that depends on its answer: it may wait for the commit, whose error
    /// this translates. That is one message to the store, and not four.
    Deferred(fn(StoreError) -> Error),
}

impl Writing {
    /// The error of the commit.
    pub(crate) fn refused(self, error: StoreError) -> Error {
        match self {
            Self::Together => error.into(),
            Self::Deferred(refused) => refused(error),
        }
    }
}

/// The context of a command. Apart from the store, nothing in it waits for the network inside the
/// transaction.
pub struct Context<'a> {
    /// The transaction.
    pub unit: &'a mut dyn UnitOfWork,
    /// The access of the caller.
    pub access: Access,
    /// The time on the store's clock, for all that the command stores.
    pub now: Timestamp,
    /// Lifetimes and limits.
    pub policy: Policy,
    pub(crate) allowances: &'a Allowances,
    pub(crate) plans: &'a Plans,
    pub(crate) ids: &'a dyn Ids,
    pub(crate) secrets: &'a dyn Secrets,
    pub(crate) key: &'a SigningKey,
    pub(crate) mail: Option<&'a MailOptions>,
    pub(crate) glyphs: &'a dyn GlyphCoverage,
    pub(crate) vault: &'a dyn SecretVault,
    pub(crate) addresses: &'a dyn OutgoingAddresses,
    pub(crate) templates: &'a dyn PromptTemplates,
    pub(crate) origin: &'a Origin,
    pub(crate) stale: Vec<Invalidation>,
    /// The warnings that most of what the plan allows is used.
    pub(crate) warnings: Vec<AuditRecord>,
    /// Whether the command has enqueued jobs.
    pub(crate) wake_workers: bool,
    /// Whether the command has asked running executions to end.
    pub(crate) wake_executions: bool,
    /// How an execution ends by the command.
    pub(crate) ended: Option<ExecutionStatus>,
}

impl Context<'_> {
    /// The organization in scope, to be written into new records.
    #[must_use]
    pub const fn organization(&self) -> OrganizationId {
        self.access.organization()
    }

    /// The user behind the caller.
    ///
    /// # Errors
    /// [`Error::Refused`] for an operator. A fault in the program for a worker: commands that a worker
    /// may run do not call this.
    pub fn person(&self) -> Result<UserId, Error> {
        person(self.access.principal())
    }

    /// A new identity.
    #[must_use]
    pub fn id<T>(&self) -> Id<T> {
        Id::from_uuid(self.ids.at(self.now))
    }

    /// A new secret token with this prefix.
    #[must_use]
    pub fn token(&self, prefix: &'static str) -> Token {
        Token::mint(prefix, self.organization(), self.secrets)
    }

    /// Enqueues a job in this command's transaction. Returns the open job with the same
    /// deduplication key if there is one.
    pub async fn enqueue<J: JobKind>(&mut self, job: J) -> Result<JobId, Error> {
        self.enqueue_draft(job.draft()?).await
    }

    /// Enqueues a job that is due at a later time.
    pub(crate) async fn enqueue_at<J: JobKind>(
        &mut self,
        job: J,
        run_at: Timestamp,
    ) -> Result<JobId, Error> {
        self.enqueue_draft(JobDraft { run_at: Some(run_at), ..job.draft()? }).await
    }

    async fn enqueue_draft(&mut self, draft: JobDraft) -> Result<JobId, Error> {
        let cause = cause(self.access.principal().user(), self.origin);
        let job = Job::queue(self.id(), self.organization(), draft, cause, self.now);
        let jobs: &mut dyn Jobs = self.unit.jobs();
        let id = jobs.enqueue(&job).await?;
        self.wake_workers = true;
        Ok(id)
    }

    /// Invalidates cached admissions once the command is committed.
    pub fn forget(&mut self, stale: Invalidation) {
        self.stale.push(stale);
    }
}

/// The user behind a principal; an internal error for a worker.
pub(crate) fn person(principal: Principal) -> Result<UserId, Error> {
    principal.user().ok_or_else(|| match principal {
        Principal::Operator { .. } => Error::MEMBERS_ONLY,
        _ => Error::internal("there is no person behind a worker"),
    })
}
