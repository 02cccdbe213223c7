//! Every record in memory, with the rules that PostgreSQL's schema enforces.

mod api_keys;
mod documents;
mod draft;
mod feature_flags;
mod idempotency;
mod invitations;
mod jobs;
mod journal;
mod lists;
mod members;
mod organizations;
mod queue;
mod records;
mod rows;
mod search;
mod sequence;
mod storage_ledger;
mod system;
mod system_unit;
mod table;
mod tables;
mod unit;
mod uploads;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use async_trait::async_trait;
use plinth_domain::{FlagKey, OrganizationId, TenantScope};
use plinth_ports::{ReadUnit, Result, Store, UnitOfWork};

use draft::Turn;
use rows::FlagRow;
use tables::Tables;
use unit::Unit;

/// Every record in memory. Clones share the same records.
///
/// Units of work take turns: each works on a draft of its own, which its
/// commit puts in the place of what was there. Readers keep the tables that
/// they began with, and wait for nobody.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Shared>);

/// What the clones of a store have in common.
#[derive(Debug, Default)]
struct Shared {
    /// The last state that was committed.
    committed: RwLock<Arc<Tables>>,
    /// Held by the unit of work whose turn it is.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Whose job was leased last: its organization has its next turn last.
    last_served: Mutex<Option<OrganizationId>>,
}

impl MemoryStore {
    /// An empty store with the feature flags that the migrations bring.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a feature flag or sets it anew. `rollout_percent` is 0 to 100.
    #[must_use]
    pub fn with_flag(self, key: &FlagKey, enabled: bool, rollout_percent: u8) -> Self {
        let description = String::new();
        let mut tables = self.snapshot();
        tables.flags.insert(key.clone(), FlagRow { description, enabled, rollout_percent });
        self.0.replace(tables);
        self
    }

    /// The last state that was committed. It shares its rows with the store.
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

    async fn read(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>> {
        Ok(Box::new(Unit::reading(self.snapshot(), scope)))
    }
}
