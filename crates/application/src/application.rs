use std::{any::Any, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use plinth_domain::{Forbidden, Permission, TenantScope, Timestamp, UploadLimit};
use plinth_ports::{
    AccessCache, Blobs, Bus, Clock, Health, Ids, Journal, Leadership, Outcome, PasswordHasher,
    RateLimiter, Secrets, Sequencer, Signal, Stale, StorageLedger, Store, StoredReply, SystemStore,
    SystemUnit, UnitOfWork,
};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::{
    Caller, Command, Context, Error, Fact, Query, Recorded, View, events::Hub, uploads::UploadRoom,
};

/// Everything outside that the use cases work with.
pub struct Ports {
    /// The organizations' records.
    pub store: Arc<dyn Store>,
    /// What must look across organizations.
    pub system: Arc<dyn SystemStore>,
    /// Files.
    pub blobs: Arc<dyn Blobs>,
    /// What the database says about the files, across organizations.
    pub ledger: Arc<dyn StorageLedger>,
    /// Numbers for the journals' entries.
    pub sequencer: Arc<dyn Sequencer>,
    /// Who of many processes does what one must do.
    pub leadership: Arc<dyn Leadership>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New identities.
    pub ids: Arc<dyn Ids>,
    /// Randomness.
    pub secrets: Arc<dyn Secrets>,
    /// Passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Allowances.
    pub limiter: Arc<dyn RateLimiter>,
    /// What credentials admit to.
    pub cache: Arc<dyn AccessCache>,
    /// Hints that something has changed.
    pub bus: Arc<dyn Bus>,
    /// The database, for the health checks.
    pub database_health: Arc<dyn Health>,
    /// Redis, for the health checks.
    pub redis_health: Arc<dyn Health>,
    /// The object storage, for the health checks.
    pub storage_health: Arc<dyn Health>,
}

/// How long things last.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// An access token.
    pub access_token: TimeDelta,
    /// A refresh token.
    pub refresh_token: TimeDelta,
    /// An invitation.
    pub invitation: TimeDelta,
    /// The reply to an idempotent write.
    pub idempotency: TimeDelta,
    /// An upload that nothing more is heard of.
    pub upload: TimeDelta,
    /// A presigned URL.
    pub presigned_url: Duration,
    /// The largest file that this server takes, in bytes.
    pub max_upload_bytes: u64,
    /// How many uploads may go through this process at once: each holds up to
    /// two parts in memory.
    pub concurrent_uploads: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            access_token: TimeDelta::minutes(15),
            refresh_token: TimeDelta::days(30),
            invitation: TimeDelta::days(7),
            idempotency: TimeDelta::hours(24),
            upload: TimeDelta::hours(24),
            presigned_url: Duration::from_hours(1),
            max_upload_bytes: UploadLimit::MAX,
            concurrent_uploads: 32,
        }
    }
}

/// The application: every use case goes through it. Cheap to clone.
#[derive(Clone)]
pub struct Application {
    pub(crate) ports: Arc<Ports>,
    pub(crate) policy: Policy,
    pub(crate) uploads: Arc<UploadRoom>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) background: TaskTracker,
    /// Where background work runs: it outlives the thread that asked for it.
    pub(crate) runtime: Handle,
}

impl Application {
    /// Puts the application together, inside the runtime that its background
    /// work shall run on.
    #[must_use]
    pub fn new(ports: Ports, policy: Policy) -> Self {
        let (background, runtime) = (TaskTracker::new(), Handle::current());
        let uploads = Arc::new(UploadRoom::new(policy.concurrent_uploads));
        let ports = Arc::new(ports);
        let hub = Arc::new(Hub::new(Arc::clone(&ports), runtime.clone()));
        Self { ports, policy, uploads, hub, background, runtime }
    }

    /// The ports it works with.
    #[must_use]
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// The time, as the clock port tells it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// The largest file that this server takes, in bytes.
    #[must_use]
    pub const fn max_upload_bytes(&self) -> u64 {
        self.policy.max_upload_bytes
    }

    /// Runs a command: permission, transaction, journal, commit.
    ///
    /// It runs in a task of its own. A client that hangs up drops the request's
    /// future, and a half-driven transaction must not depend on that.
    pub async fn execute<C: Command>(
        &self,
        caller: &Caller,
        command: C,
    ) -> Result<C::Output, Error> {
        let scope = self.admit(caller, C::PERMISSION, C::NAME)?;
        output(self.execute_in(scope, caller, Operation::of(command)).await?)
    }

    async fn execute_in(
        &self,
        scope: TenantScope,
        caller: &Caller,
        operation: Operation,
    ) -> Result<Output, Error> {
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span(operation.name), async move {
            let unit = app.ports.store.begin(scope).await?;
            app.run(unit, &caller, operation, &mut |_| Ok(None)).await
        })
        .await
    }

    /// Runs a query: permission, view. A read that nobody waits for any more
    /// may be dropped.
    pub async fn query<Q: Query>(&self, caller: &Caller, query: Q) -> Result<Q::Output, Error> {
        let scope = self.admit(caller, Q::PERMISSION, Q::NAME)?;
        async {
            let mut unit = self.ports.store.read(scope).await?;
            let now = self.ports.clock.now();
            query.run(&mut View { unit: &mut *unit, access: caller.access, now }).await
        }
        .instrument(use_case_span(Q::NAME))
        .await
    }

    /// Runs a command in an open unit of work and ends it: the command, its
    /// line in the journal, the reply to remember, commit.
    pub(crate) async fn run(
        &self,
        mut unit: Box<dyn UnitOfWork>,
        caller: &Caller,
        operation: Operation,
        remember: Remembering<'_>,
    ) -> Result<Output, Error> {
        let (output, effects) = match self.perform(&mut *unit, caller, operation, remember).await {
            Ok(performed) => performed,
            Err(error) => {
                unit.rollback().await;
                return Err(error);
            }
        };
        let committed = unit.commit().await;
        // Also when the commit's answer got lost: it may have happened.
        self.tell(effects);
        committed?;
        Ok(output)
    }

    /// Everything that is written together.
    async fn perform(
        &self,
        unit: &mut dyn UnitOfWork,
        caller: &Caller,
        operation: Operation,
        remember: Remembering<'_>,
    ) -> Result<(Output, Effects), Error> {
        let ports = &self.ports;
        let now = ports.clock.now();
        let mut ctx = Context {
            unit,
            access: caller.access,
            now,
            policy: self.policy,
            ids: &*ports.ids,
            secrets: &*ports.secrets,
            origin: &caller.origin,
            stale: Vec::new(),
            wake_workers: false,
        };
        let Recorded { output, fact } = operation.command.run(&mut ctx).await?;
        let Context { unit, stale, wake_workers, .. } = ctx;
        let effects = Effects { stale, wake_workers, is_written: fact.is_some() };
        if let Some(fact) = fact {
            let actor = caller.access.principal().into();
            let entry = fact.entry(actor, caller.origin.clone(), &*ports.ids, now);
            append(unit.journal(), &entry).await?;
        }
        if let Some(Remember { key, reply }) = remember(&*output)? {
            let expires_at = now + self.policy.idempotency;
            unit.idempotency().complete(operation.name, &key, &reply, expires_at).await?;
        }
        Ok((output, effects))
    }

    /// Tells whoever has to hear of what was committed.
    fn tell(&self, effects: Effects) {
        for admissions in effects.stale {
            self.ports.cache.forget(admissions);
        }
        if effects.is_written {
            self.ports.bus.publish(Signal::Journal);
        }
        if effects.wake_workers {
            // They look by themselves every second: one that gets lost costs no more.
            self.ports.bus.publish(Signal::Jobs);
        }
    }

    /// Ends a transaction across organizations that has written into a journal.
    pub(crate) async fn commit(&self, unit: Box<dyn SystemUnit>) -> Result<(), Error> {
        let committed = unit.commit().await;
        // Also when the commit's answer got lost: it may have happened.
        self.ports.bus.publish(Signal::Journal);
        Ok(committed?)
    }

    /// Refuses who may not do this, and remembers that in the journal.
    pub fn permit(
        &self,
        caller: &Caller,
        permission: Permission,
        operation: &'static str,
    ) -> Result<(), Forbidden> {
        self.admit(caller, permission, operation).map(drop)
    }

    /// The scope for an operation, or a denial that the journal remembers.
    pub(crate) fn admit(
        &self,
        caller: &Caller,
        permission: Permission,
        operation: &'static str,
    ) -> Result<TenantScope, Forbidden> {
        caller.access.require(permission).inspect_err(|_| {
            let fact = Fact::of("permission.denied", operation, None).ended(Outcome::Denied);
            self.note(
                caller.access.organization(),
                caller.access.principal().into(),
                fact,
                &caller.origin,
            );
        })
    }
}

/// What a command answers, whatever its type.
pub(crate) type Output = Box<dyn Any + Send>;

/// Makes the reply to keep of an output.
pub(crate) type Remembering<'a> =
    &'a mut (dyn FnMut(&(dyn Any + Send)) -> Result<Option<Remember>, Error> + Send);

/// A command behind a pointer: what runs it is compiled once, not once for each.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    command: Box<dyn Run>,
}

impl Operation {
    pub(crate) fn of<C: Command>(command: C) -> Self {
        Self { name: C::NAME, command: Box::new(command) }
    }
}

#[async_trait]
trait Run: Send {
    async fn run(self: Box<Self>, ctx: &mut Context<'_>) -> Result<Recorded<Output>, Error>;
}

#[async_trait]
impl<C: Command> Run for C {
    async fn run(self: Box<Self>, ctx: &mut Context<'_>) -> Result<Recorded<Output>, Error> {
        let Recorded { output, fact } = Command::run(*self, ctx).await?;
        Ok(Recorded { output: Box::new(output), fact })
    }
}

/// The output as what it is.
pub(crate) fn output<T: 'static>(output: Output) -> Result<T, Error> {
    let output = output.downcast().map_err(|_| Error::internal("another command's output"))?;
    Ok(*output)
}

/// What others have to hear of once a command is committed.
struct Effects {
    /// These admissions do not hold any more.
    stale: Vec<Stale>,
    /// Jobs wait.
    wake_workers: bool,
    /// The journal has another line.
    is_written: bool,
}

/// A reply to keep under an idempotency key.
pub(crate) struct Remember {
    pub key: plinth_ports::IdempotencyKey,
    pub reply: StoredReply,
}

async fn append(
    journal: &mut dyn Journal,
    entry: &plinth_ports::JournalEntry,
) -> Result<(), Error> {
    journal.append(entry).await.map_err(Error::from)
}

/// A span for the trace of a use case; it costs nothing unless somebody traces.
pub(crate) fn use_case_span(name: &'static str) -> tracing::Span {
    tracing::debug_span!(target: "plinth::use_case", "use_case", otel.name = name)
}

/// Runs a future to its end, whatever becomes of the caller.
pub(crate) async fn detached<T: Send + 'static>(
    span: tracing::Span,
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(work.instrument(span)).await.unwrap_or_else(|gone| Err(Error::internal(gone)))
}
