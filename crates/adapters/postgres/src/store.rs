use async_trait::async_trait;
use plinth_domain::TenantScope;
use plinth_ports::{Down, Health, ReadUnit, Result, Store, UnitOfWork};

use crate::{
    InvalidUrl, PoolOptions, RoleError,
    connection::{Begin, Connections},
    error::store_error,
    role,
    scoped::ScopedTx,
};

/// The store on PostgreSQL. Cheap to clone: the connections are shared.
#[derive(Debug, Clone)]
pub struct PgStore {
    connections: Connections,
}

/// How many connections there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// How many are open, in use or not.
    pub size: u32,
    /// How many of them lie idle.
    pub idle: u32,
    /// How many there may be.
    pub max: u32,
}

impl PgStore {
    /// A store that connects when it is first used, so that a process starts
    /// while the database is away, and recovers when it comes back. Must be
    /// called inside a Tokio runtime.
    pub fn connect(options: PoolOptions<'_>) -> Result<Self, InvalidUrl> {
        Ok(Self { connections: Connections::new(&options)? })
    }

    /// Checks that row level security binds the role that the connections
    /// work as: at start, and for the doctor.
    pub async fn verify_role(&self) -> Result<(), RoleError> {
        role::verify(self.connections.pool()).await
    }

    /// How many connections there are now.
    #[must_use]
    pub fn pool_status(&self) -> PoolStatus {
        let pool = self.connections.pool();
        PoolStatus {
            size: pool.size(),
            idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
            max: pool.options().get_max_connections(),
        }
    }

    /// Closes every connection, waiting for those in use.
    pub async fn close(&self) {
        self.connections.pool().close().await;
    }

    pub(crate) const fn connections(&self) -> &Connections {
        &self.connections
    }
}

#[async_trait]
impl Store for PgStore {
    async fn begin(&self, scope: TenantScope) -> Result<Box<dyn UnitOfWork>> {
        let begin = Begin::Tenant(scope.organization());
        let tx = self.connections.begin(begin).await.map_err(store_error)?;
        Ok(Box::new(ScopedTx::new(tx, scope)))
    }

    async fn read(&self, scope: TenantScope) -> Result<Box<dyn ReadUnit>> {
        let begin = Begin::TenantRead(scope.organization());
        let tx = self.connections.begin(begin).await.map_err(store_error)?;
        Ok(Box::new(ScopedTx::new(tx, scope)))
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
