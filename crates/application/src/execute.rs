//! Runs commands and queries. Only a thin layer is generic; the transaction is compiled once for
//! all commands.

use async_trait::async_trait;
use plinth_domain::{Access, ExecutionStatus, OrganizationId, TenantScope};
use plinth_ports::{
    IdempotencyKey, Invalidation, ReadUnit, Signal, StoreError, SystemUnit, UnitOfWork,
};
use tokio::sync::oneshot;
use tracing::Instrument;

use crate::{
    Application, AuditRecord, ByProject, Caller, Command, Context, Error, Query, Reading, Recorded,
    Rendered, View, Writing,
    project_rights::{check, check_view},
};

impl Application {
    /// Runs a command: permission, transaction, audit record, commit.
    ///
    /// It runs in a separate task, so that the transaction is completed even if the client
    /// disconnects and the request's future is dropped.
    pub async fn execute<C: Command>(
        &self,
        caller: &Caller,
        command: C,
    ) -> Result<C::Output, Error> {
        let (_, output) = self.execute_scoped(caller, command).await?;
        Ok(output)
    }

    /// Like [`Self::execute`], with a scope for the command's permission.
    pub(crate) async fn execute_scoped<C: Command>(
        &self,
        caller: &Caller,
        mut command: C,
    ) -> Result<(TenantScope, C::Output), Error> {
        let scope = self.admit_by(caller, C::PERMISSION, C::NAME, &command.by_project())?;
        let (sender, mut output) = oneshot::channel();
        self.execute_in(scope, caller, Box::new(Plain { command, output: sender })).await?;
        Ok((scope, output.try_recv().map_err(Error::internal)?))
    }

    async fn execute_in(
        &self,
        scope: TenantScope,
        caller: &Caller,
        mut operation: Box<dyn Operation>,
    ) -> Result<(), Error> {
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span(operation.name()), async move {
            let store = &app.ports.stores.tenant;
            let unit = match operation.writing() {
                Writing::Together => store.begin(scope).await?,
                Writing::Deferred(_) => store.begin_deferred(scope).await?,
            };
            let unit = app.check_operation(unit, &caller, &mut *operation).await?;
            app.run(unit, &caller, operation, None).await.map(drop)
        })
        .await
    }

    /// Checks by the store what the scope of a unit of work may not prove, and rolls it back otherwise.
    pub(crate) async fn check_operation(
        &self,
        mut unit: Box<dyn UnitOfWork>,
        caller: &Caller,
        operation: &mut dyn Operation,
    ) -> Result<Box<dyn UnitOfWork>, Error> {
        let name = operation.name();
        let checked = operation.check(&mut *unit, &caller.access).await;
        if let Err(error) = self.noted(caller, name, checked) {
            unit.rollback().await;
            return Err(error);
        }
        Ok(unit)
    }

    /// Runs a query: permission, view. It stops when its future is dropped.
    pub async fn query<Q: Query>(&self, caller: &Caller, mut query: Q) -> Result<Q::Output, Error> {
        let scope = self.admit_by(caller, Q::PERMISSION, Q::NAME, &query.by_project())?;
        if caller.access.permissions().contains(Q::PERMISSION) {
            return self.query_within(scope, caller, query).await;
        }
        self.query_on_projects(scope, caller, query).instrument(use_case_span(Q::NAME)).await
    }

    /// Runs a query of a caller whom only a role on a project may admit. A list of several projects is a
    /// slow query: it has no index.
    async fn query_on_projects<Q: Query>(
        &self,
        scope: TenantScope,
        caller: &Caller,
        mut query: Q,
    ) -> Result<Q::Output, Error> {
        let is_list = matches!(query.by_project(), ByProject::Listing(_));
        let mut unit = if is_list {
            self.read_briefly(scope).await?
        } else {
            self.ports.stores.tenant.read(scope).await?
        };
        let by = query.by_project();
        let checked = check_view(&mut *unit, &caller.access, Q::PERMISSION, by).await;
        self.noted(caller, Q::NAME, checked)?;
        let found = query.run(&mut self.view(&mut *unit, caller)).await;
        if is_list { found.map_err(|error| too_slow(error, Q::SLOW)) } else { found }
    }

    /// Runs a query within a scope that another permission has given.
    pub(crate) async fn query_within<Q: Query>(
        &self,
        scope: TenantScope,
        caller: &Caller,
        query: Q,
    ) -> Result<Q::Output, Error> {
        async {
            let store = &self.ports.stores.tenant;
            let mut unit = match query.reading() {
                Reading::Slowly => return self.query_slowly(scope, caller, query).await,
                Reading::AtLength => store.read_at_length(scope).await?,
                Reading::Once => store.read_apart(scope).await?,
                Reading::Together => store.read(scope).await?,
            };
            query.run(&mut self.view(&mut *unit, caller)).await
        }
        .instrument(use_case_span(Q::NAME))
        .await
    }

    /// Runs a slow query: within the organization's share of them, and with a short timeout.
    async fn query_slowly<Q: Query>(
        &self,
        scope: TenantScope,
        caller: &Caller,
        query: Q,
    ) -> Result<Q::Output, Error> {
        let mut unit = self.read_briefly(scope).await?;
        let found = query.run(&mut self.view(&mut *unit, caller)).await;
        found.map_err(|error| too_slow(error, Q::SLOW))
    }

    async fn read_briefly(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>, Error> {
        let unit = self.ports.stores.tenant.read_briefly(scope).await;
        unit.map_err(|error| match error {
            StoreError::Busy => Error::SEARCH_BUSY,
            other => other.into(),
        })
    }

    fn view<'a>(&self, unit: &'a mut dyn ReadUnit, caller: &Caller) -> View<'a> {
        View { unit, access: caller.access, now: self.ports.clock.now() }
    }

    /// Runs an operation in an open unit of work, and commits it together with
    /// its audit record and the reply under `key`.
    pub(crate) async fn run(
        &self,
        mut unit: Box<dyn UnitOfWork>,
        caller: &Caller,
        operation: Box<dyn Operation>,
        key: Option<&IdempotencyKey>,
    ) -> Result<Option<Rendered>, Error> {
        let writing = operation.writing();
        let (rendered, effects) = match self.perform(&mut *unit, caller, operation, key).await {
            Ok(performed) => performed,
            Err(error) => {
                unit.rollback().await;
                return Err(error);
            }
        };
        let committed = unit.commit().await;
        let ended = effects.ended;
        // Also after an error: the commit may have succeeded although its response was lost.
        self.publish(effects).await;
        committed.map_err(|error| writing.refused(error))?;
        if let Some(status) = ended {
            self.ports.meter.ended(status);
        }
        Ok(rendered)
    }

    /// Executes the operation and writes its audit record and its reply.
    async fn perform(
        &self,
        unit: &mut dyn UnitOfWork,
        caller: &Caller,
        operation: Box<dyn Operation>,
        key: Option<&IdempotencyKey>,
    ) -> Result<(Option<Rendered>, Effects), Error> {
        let (ports, name) = (&self.ports, operation.name());
        let now = unit.now();
        let mut ctx = Context {
            unit,
            access: caller.access,
            now,
            policy: self.policy,
            allowances: &self.allowances,
            plans: &ports.plans,
            ids: &*ports.ids,
            secrets: &*ports.security.secrets,
            key: &ports.security.key,
            mail: ports.mail.as_ref(),
            glyphs: &*ports.glyphs,
            vault: &*ports.security.vault,
            addresses: &*ports.addresses,
            templates: &*ports.templates,
            origin: &caller.origin,
            stale: Vec::new(),
            warnings: Vec::new(),
            wake_workers: false,
            wake_executions: false,
            ended: None,
        };
        let Performed { mut audits, rendered } = operation.run(&mut ctx).await?;
        let Context { unit, stale, warnings, wake_workers, wake_executions, ended, now, .. } = ctx;
        audits.extend(warnings);
        let changed = audits.iter().any(AuditRecord::is_of_catalogue);
        let effects = Effects {
            stale,
            catalogue: changed.then(|| caller.access.organization()),
            wake_workers,
            wake_executions,
            ended,
            is_audited: !audits.is_empty(),
        };
        for audit in audits {
            if let Some(subject) = audit.removed_subject() {
                unit.comment_threads().remove_of(subject).await?;
            }
            let principal = caller.access.principal();
            let audit = audit.by(principal)?;
            let entry = audit.entry(principal.into(), caller.origin.clone(), &*ports.ids, now);
            unit.journal().append(&entry).await?;
        }
        if let (Some(key), Some(Rendered { reply, redacted })) = (key, &rendered) {
            let (kept, expires_at) =
                (redacted.as_ref().unwrap_or(reply), now + self.policy.idempotency);
            unit.idempotency().complete(name, key, kept, expires_at).await?;
        }
        Ok((rendered, effects))
    }

    /// Notifies caches and other processes about the commit. Returns when rights that it has taken
    /// away have ended in the other processes, too, and executions there read what it has changed; or
    /// after a quarter of a second.
    async fn publish(&self, effects: Effects) {
        for stale in &effects.stale {
            self.ports.security.cache.forget(*stale);
        }
        if let Some(organization) = effects.catalogue {
            self.ports.catalogue.forget(organization);
        }
        if effects.is_audited {
            self.ports.bus.publish(Signal::Journal);
        }
        if effects.wake_executions {
            // Processes also ask twice a second.
            self.ports.bus.publish(Signal::Executions);
        }
        if effects.wake_workers {
            // Workers also poll every second, so a lost signal delays a job by at most that.
            self.ports.bus.publish(Signal::Jobs);
        }
        if !effects.stale.is_empty() {
            self.ports.security.cache.forgotten_everywhere().await;
        }
        if effects.catalogue.is_some() {
            self.ports.catalogue.forgotten_everywhere().await;
        }
    }

    /// Invalidates cached admissions here, and waits for the other processes to do the same, at most
    /// a quarter of a second.
    pub(crate) async fn forget(&self, stale: Invalidation) {
        self.ports.security.cache.forget(stale);
        self.ports.security.cache.forgotten_everywhere().await;
    }

    /// Commits a transaction across organizations that has written audit records.
    pub(crate) async fn commit(&self, unit: Box<dyn SystemUnit>) -> Result<(), Error> {
        let committed = unit.commit().await;
        // Also after an error: the commit may have succeeded although its response was lost.
        self.ports.bus.publish(Signal::Journal);
        Ok(committed?)
    }
}

/// The error of a slow query.
fn too_slow(error: Error, detail: &'static str) -> Error {
    if let Error::TimedOut(_) = error { Error::search_timeout(detail) } else { error }
}

/// A type-erased command, with the conversion of its output.
#[async_trait]
pub(crate) trait Operation: Send {
    fn name(&self) -> &'static str;
    fn writing(&self) -> Writing;
    /// Checks what the scope of the unit may not prove: see [`project_rights`](crate::project_rights).
    async fn check(&mut self, unit: &mut dyn UnitOfWork, access: &Access) -> Result<(), Error>;
    async fn run(self: Box<Self>, ctx: &mut Context<'_>) -> Result<Performed, Error>;
}

/// What must be written in the transaction of an operation.
pub(crate) struct Performed {
    audits: Vec<AuditRecord>,
    rendered: Option<Rendered>,
}

/// A command whose output is returned to the caller.
struct Plain<C: Command> {
    command: C,
    output: oneshot::Sender<C::Output>,
}

#[async_trait]
impl<C: Command> Operation for Plain<C> {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn writing(&self) -> Writing {
        self.command.writing()
    }

    async fn check(&mut self, unit: &mut dyn UnitOfWork, access: &Access) -> Result<(), Error> {
        check(unit, access, C::PERMISSION, self.command.by_project()).await
    }

    async fn run(self: Box<Self>, ctx: &mut Context<'_>) -> Result<Performed, Error> {
        let Recorded { output, audits } = self.command.run(ctx).await?;
        // The caller may have been dropped.
        drop(self.output.send(output));
        Ok(Performed { audits, rendered: None })
    }
}

/// A command whose output is rendered as a reply.
pub(crate) struct Rendering<C, F> {
    pub(crate) command: C,
    pub(crate) render: F,
}

#[async_trait]
impl<C, F> Operation for Rendering<C, F>
where
    C: Command,
    F: FnOnce(&C::Output) -> Result<Rendered, Error> + Send,
{
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn writing(&self) -> Writing {
        self.command.writing()
    }

    async fn check(&mut self, unit: &mut dyn UnitOfWork, access: &Access) -> Result<(), Error> {
        check(unit, access, C::PERMISSION, self.command.by_project()).await
    }

    async fn run(self: Box<Self>, ctx: &mut Context<'_>) -> Result<Performed, Error> {
        let Self { command, render } = *self;
        let Recorded { output, audits } = command.run(ctx).await?;
        Ok(Performed { audits, rendered: Some(render(&output)?) })
    }
}

/// The notifications to send after the commit.
struct Effects {
    /// Cached admissions that are no longer valid.
    stale: Vec<Invalidation>,
    /// The organization whose cached prompts, models and budgets are no longer valid.
    catalogue: Option<OrganizationId>,
    /// Whether jobs were enqueued.
    wake_workers: bool,
    /// Whether running executions shall end.
    wake_executions: bool,
    /// How an execution has ended.
    ended: Option<ExecutionStatus>,
    /// Whether the audit log has another record.
    is_audited: bool,
}

/// The trace span of a use case; disabled tracing makes it free.
pub(crate) fn use_case_span(name: &'static str) -> tracing::Span {
    tracing::debug_span!(target: "plinth::use_case", "use_case", otel.name = name)
}

/// Runs a future to completion, even if the caller's future is dropped.
pub(crate) async fn detached<T: Send + 'static>(
    span: tracing::Span,
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(work.instrument(span)).await.unwrap_or_else(|gone| Err(Error::internal(gone)))
}
