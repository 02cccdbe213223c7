use std::sync::Arc;

use async_trait::async_trait;
use plinth_domain::TenantScope;
use plinth_ports::{Clock, Down, Health, IdempotencyKey, ReadUnit, Result, Store, UnitOfWork};

use crate::{
    InvalidUrl, PgClock, PoolOptions, RoleError, SessionFault,
    connection::{Begin, Connections, Deferred, Reads, Work},
    records::idempotency,
    scoped::ScopedTx,
};

/// The store on PostgreSQL. Cheap to clone: the connections are shared.
#[derive(Debug, Clone)]
pub struct PgStore {
    connections: Connections,
}

/// The number of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// The number of open connections, idle ones included.
    pub size: u32,
    /// The number of idle connections.
    pub idle: u32,
    /// The maximum number of connections.
    pub max: u32,
    /// The number of callers that wait for one.
    pub waiting: u32,
}

impl PgStore {
    /// A store that connects at its first use, so that a process can start while
    /// the database is unavailable. Must be called inside a Tokio runtime.
    pub fn connect(options: PoolOptions<'_>) -> Result<Self, InvalidUrl> {
        Ok(Self { connections: Connections::new(options)? })
    }

    /// Checks that row level security applies to the role of the connections: at
    /// the start of a process, and for `plinth doctor`.
    pub async fn verify_role(&self) -> Result<(), RoleError> {
        self.connections.verify_role().await
    }

    /// Compares the settings of a session with those that are configured, for `plinth doctor`.
    pub async fn session_faults(&self) -> Result<Vec<SessionFault>> {
        self.connections.session_faults().await
    }

    /// The current number of connections.
    #[must_use]
    pub fn pool_status(&self) -> PoolStatus {
        let queue = self.connections.queue();
        let idle = u32::try_from(queue.num_idle()).unwrap_or(u32::MAX);
        PoolStatus { size: queue.size(), idle, max: queue.max(), waiting: queue.num_waiting() }
    }

    /// The clock of the processes on this database; `own` is that of this process.
    #[must_use]
    pub fn clock(&self, own: Arc<dyn Clock>) -> PgClock {
        PgClock::new(own, self.connections.observed().clone())
    }

    /// Closes every connection, after waiting for those in use.
    pub async fn close(&self) {
        self.connections.queue().close().await;
    }

    pub(crate) const fn connections(&self) -> &Connections {
        &self.connections
    }
}

#[async_trait]
impl Store for PgStore {
    async fn begin(&self, scope: TenantScope) -> Result<Box<dyn UnitOfWork>> {
        let begin = Begin::Tenant(scope.organization());
        let tx = self.connections.begin(begin).await?;
        Ok(Box::new(ScopedTx::new(Work::Together(tx), scope)))
    }

    async fn begin_deferred(&self, scope: TenantScope) -> Result<Box<dyn UnitOfWork>> {
        let Some(began) = self.connections.observed().recent() else {
            return Store::begin(self, scope).await;
        };
        let rows = Deferred::new(self.connections.clone(), scope.organization(), began);
        Ok(Box::new(ScopedTx::new(Work::Deferred(rows), scope)))
    }

    async fn begin_once(
        &self,
        scope: TenantScope,
        operation: &'static str,
        key: &IdempotencyKey,
    ) -> Result<Box<dyn UnitOfWork>> {
        let key = Arc::new(idempotency::key_use(scope, operation, key));
        let begin = Begin::TenantOnce(scope.organization(), Arc::clone(&key));
        let tx = self.connections.begin(begin).await?;
        let locked = tx.held().map(|held| (key, held));
        Ok(Box::new(ScopedTx::with_key(Work::Together(tx), scope, locked)))
    }

    async fn read(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>> {
        let begin = Begin::TenantRead(scope.organization());
        let tx = self.connections.begin(begin).await?;
        Ok(Box::new(ScopedTx::new(Work::Together(tx), scope)))
    }

    async fn read_apart(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>> {
        let reads = Reads::of(scope.organization(), self.connections.clone());
        Ok(Box::new(ScopedTx::new(Work::Apart(reads), scope)))
    }

    async fn read_briefly(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>> {
        let begin = Begin::TenantSearch(scope.organization());
        let tx = self.connections.begin(begin).await?;
        Ok(Box::new(ScopedTx::new(Work::Together(tx), scope)))
    }

    async fn read_at_length(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>> {
        let begin = Begin::TenantReport(scope.organization());
        let tx = self.connections.begin(begin).await?;
        Ok(Box::new(ScopedTx::new(Work::Together(tx), scope)))
    }
}

#[async_trait]
impl Health for PgStore {
    async fn check(&self) -> Result<&'static str, Down> {
        match self.connections.ping().await {
            Ok(()) => Ok("ok"),
            Err(error) => Err(Down(error.into())),
        }
    }
}
