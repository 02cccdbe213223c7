use std::sync::Arc;

use plinth_domain::{
    ApiKey, Forbidden, OrganizationId, Permission, Session, TenantScope, Timestamp,
};
use plinth_ports::{Admission, Down, Health, Outcome, Quota, RateDecision, TokenHash};
use tokio::runtime::Handle;

use crate::{
    AuditRecord, Caller, Error, Policy, Ports,
    api_calls::CallMeter,
    background::queue::Background,
    batches::Batch,
    events::Hub,
    executions::Keeper,
    flights::{Flights, LookUp},
    limits::Allowances,
    readings::Readings,
    transfers::Transfers,
    uploads::UploadSlots,
};

/// Runs every use case. Cheap to clone.
#[derive(Clone)]
pub struct Application {
    pub(crate) ports: Arc<Ports>,
    pub(crate) policy: Policy,
    pub(crate) uploads: Arc<UploadSlots>,
    pub(crate) transfers: Arc<Transfers>,
    pub(crate) readings: Arc<Readings>,
    pub(crate) writings: Arc<Readings>,
    pub(crate) renderings: Arc<Readings>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) allowances: Arc<Allowances>,
    pub(crate) calls: Arc<CallMeter>,
    /// The look-ups of credentials, by hash and epoch of the access cache.
    pub(crate) look_ups: Arc<Flights<(TokenHash, u64), LookUp>>,
    pub(crate) session_checks: Arc<Batch<Admission<Session>>>,
    pub(crate) api_key_checks: Arc<Batch<Admission<ApiKey>>>,
    pub(crate) background: Arc<Background>,
    pub(crate) keeper: Arc<Keeper>,
}

/// A dependency of Plinth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependency {
    /// PostgreSQL.
    Database,
    /// Redis, or its in-process replacement.
    Redis,
    /// The object storage.
    Storage,
}

impl Application {
    /// Builds the application on its adapters. Must be called inside the runtime that runs
    /// background work.
    #[must_use]
    pub fn new(ports: Ports, policy: Policy) -> Self {
        let runtime = Handle::current();
        let background = Arc::new(Background::new(runtime.clone()));
        let uploads = Arc::new(UploadSlots::new(policy.upload_slots));
        let transfers = Arc::new(Transfers::new(policy.transfer_bytes_per_second));
        let ports = Arc::new(ports);
        let keeper = Arc::new(Keeper::new(Arc::clone(&ports), runtime.clone()));
        let calls = Arc::new(CallMeter::new(Arc::clone(&ports), runtime.clone()));
        let hub = Arc::new(Hub::new(Arc::clone(&ports), runtime));
        let look_ups = Arc::new(Flights::new());
        let (sessions, keys) = (Arc::clone(&ports.stores.system), Arc::clone(&ports.stores.system));
        let session_checks = Batch::new(move |tokens| {
            let store = Arc::clone(&sessions);
            async move { store.find_sessions(&tokens).await }
        });
        let api_key_checks = Batch::new(move |tokens| {
            let store = Arc::clone(&keys);
            async move { store.find_api_keys(&tokens).await }
        });
        Self {
            ports,
            policy,
            uploads,
            transfers,
            readings: Arc::new(Readings::new()),
            writings: Arc::new(Readings::new()),
            renderings: Arc::new(Readings::new()),
            hub,
            allowances: Arc::default(),
            calls,
            look_ups,
            session_checks,
            api_key_checks,
            background,
            keeper,
        }
    }

    /// The current time of the clock port.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// A new id for a request without `X-Request-Id`.
    #[must_use]
    pub fn request_id(&self) -> String {
        self.ports.ids.next().to_string()
    }

    /// The largest file that this server accepts, in bytes.
    #[must_use]
    pub const fn max_upload_bytes(&self) -> u64 {
        self.policy.max_upload_bytes
    }

    /// Counts a request against a rate limit. `key` names the credential or the
    /// address.
    pub async fn count_request(&self, quota: Quota, key: &str) -> RateDecision {
        self.ports.security.limiter.check(quota, key).await
    }

    /// Counts a request of an organization against its plan.
    ///
    /// # Errors
    /// [`Error::PlanLimit`] where the plan allows no more on this day.
    pub async fn count_call(&self, organization: OrganizationId) -> Result<(), Error> {
        self.calls.count(organization, self.now()).await
    }

    /// Checks that a dependency responds. Returns `ok`, or `in-process` for one that this process
    /// replaces.
    ///
    /// # Errors
    /// When it does not respond.
    pub async fn health(&self, dependency: Dependency) -> Result<&'static str, Down> {
        let checks = &self.ports.health;
        let check: &dyn Health = match dependency {
            Dependency::Database => &*checks.database,
            Dependency::Redis => &*checks.redis,
            Dependency::Storage => &*checks.storage,
        };
        check.check().await
    }

    /// Refuses a caller without the permission, and audits the refusal.
    pub fn permit(
        &self,
        caller: &Caller,
        permission: Permission,
        operation: &'static str,
    ) -> Result<(), Forbidden> {
        self.admit(caller, permission, operation).map(drop)
    }

    /// The scope for an operation, or an audited refusal.
    pub(crate) fn admit(
        &self,
        caller: &Caller,
        permission: Permission,
        operation: &'static str,
    ) -> Result<TenantScope, Forbidden> {
        let scope = caller.access.require(permission);
        scope.inspect_err(|refused| self.note_refusal(caller, *refused, operation))
    }

    /// Audits a refusal.
    pub(crate) fn note_refusal(
        &self,
        caller: &Caller,
        refused: Forbidden,
        operation: &'static str,
    ) {
        if matches!(refused, Forbidden::SecondFactor | Forbidden::Suspended) {
            return;
        }
        let audit = AuditRecord::of("permission.denied", operation, None);
        self.note(
            caller.access.organization(),
            caller.access.principal().into(),
            audit.ended(Outcome::Denied),
            &caller.origin,
        );
    }
}
