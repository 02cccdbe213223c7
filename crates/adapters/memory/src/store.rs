//! The store in memory, with the constraints of PostgreSQL's schema.

mod accounting;
mod agent_runs;
mod answer_lengths;
mod api_keys;
mod bank_transactions;
mod budgets;
mod comments;
mod contracts;
mod datasets;
mod document_chunks;
mod documents;
mod draft;
mod dunning_notices;
mod evaluations;
mod execution_lease;
mod execution_scores;
mod execution_usage;
mod executions;
mod feature_flags;
mod idempotency;
mod invitations;
mod invoice_attachments;
mod invoice_pdfs;
mod invoices;
mod jobs;
mod journal;
mod lists;
mod members;
mod models;
mod notifications;
mod number_series;
mod operators;
mod organizations;
mod overdue_notices;
mod party_keys;
mod payments;
mod project_grants;
mod prompts;
mod queue;
mod record_tables;
mod records;
mod reports;
mod roles;
mod rows;
mod search;
mod secret_keys;
mod sequence;
mod sso;
mod sso_logins;
mod storage_ledger;
mod system;
mod system_unit;
mod table;
mod tables;
mod teams;
mod unit;
mod uploads;
mod usage;
mod user_avatars;
mod user_identities;
mod webhooks;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use async_trait::async_trait;
use plinth_domain::{FlagKey, OrganizationId, TenantScope};
use plinth_in_process::SystemClock;
use plinth_ports::{Clock, IdempotencyKey, ReadUnit, Result, Store, UnitOfWork};

use draft::Turn;
use rows::FlagRow;
use tables::Tables;
use unit::Unit;

/// All records in memory. Clones share them.
///
/// Units of work run one after another: each changes a draft, which the commit makes the current
/// state. A read unit keeps the state at its start, and never waits.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Shared>);

/// The state that the clones of a store share.
#[derive(Debug, Default)]
struct Shared {
    /// The last committed state.
    committed: RwLock<Arc<Tables>>,
    /// Locked by the current unit of work.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// The organization whose job was leased last; it is served last by the next claim.
    last_served: Mutex<Option<OrganizationId>>,
    clock: StoreClock,
}

/// The clock that gives each unit its time.
struct StoreClock(Arc<dyn Clock>);

impl Default for StoreClock {
    fn default() -> Self {
        Self(Arc::new(SystemClock))
    }
}

impl fmt::Debug for StoreClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StoreClock").field(&self.0.now()).finish()
    }
}

impl MemoryStore {
    /// An empty store with the feature flags that the migrations insert.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store whose units take their time from this clock.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared { clock: StoreClock(clock), ..Shared::default() }))
    }

    /// Adds or replaces a feature flag. `rollout_percent` is 0 to 100.
    #[must_use]
    pub fn with_flag(self, key: &FlagKey, enabled: bool, rollout_percent: u8) -> Self {
        let description = String::new();
        let mut tables = self.snapshot();
        tables.flags.insert(key.clone(), FlagRow { description, enabled, rollout_percent });
        self.0.replace(tables);
        self
    }

    /// The last committed state, which shares its rows with the store.
    fn snapshot(&self) -> Tables {
        self.0.committed.read().unwrap_or_else(PoisonError::into_inner).as_ref().clone()
    }

    async fn turn(&self) -> Result<Turn> {
        Turn::take(Arc::clone(&self.0)).await
    }
}

impl Shared {
    fn replace(&self, tables: Tables) {
        *self.committed.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tables);
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin(&self, scope: TenantScope) -> Result<Box<dyn UnitOfWork>> {
        let turn = self.turn().await?;
        Ok(Box::new(Unit::writing(self.snapshot(), turn, scope)))
    }

    async fn begin_deferred(&self, scope: TenantScope) -> Result<Box<dyn UnitOfWork>> {
        self.begin(scope).await
    }

    async fn begin_once(
        &self,
        scope: TenantScope,
        _: &'static str,
        _: &IdempotencyKey,
    ) -> Result<Box<dyn UnitOfWork>> {
        Store::begin(self, scope).await
    }

    async fn read(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>> {
        Ok(Box::new(Unit::reading(self.snapshot(), scope)))
    }

    async fn read_apart(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>> {
        self.read(scope).await
    }

    async fn read_briefly(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>> {
        self.read(scope).await
    }

    async fn read_at_length(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>> {
        self.read(scope).await
    }
}
