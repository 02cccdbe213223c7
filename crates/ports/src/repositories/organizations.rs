use async_trait::async_trait;
use plinth_domain::Organization;

use crate::Result;

/// Reads the organization in scope.
#[async_trait]
pub trait OrganizationReader: Send {
    /// The organization itself.
    async fn find(&mut self) -> Result<Option<Organization>>;
}

/// Reads and writes the organization in scope.
#[async_trait]
pub trait Organizations: OrganizationReader {
    /// Stores its next revision; `Stale` unless the one before it is stored.
    async fn update(&mut self, organization: &Organization) -> Result<()>;
}
