//! The organization in scope.

use async_trait::async_trait;
use plinth_domain::Organization;

use super::Constraint;
use crate::Result;

/// Another organization has the slug.
pub const SLUG_TAKEN: Constraint = Constraint("organizations_slug_key");

/// Reads the organization in scope.
#[async_trait]
pub trait OrganizationReader: Send {
    /// Finds the organization.
    async fn find(&mut self) -> Result<Option<Organization>>;
}

/// Reads and writes the organization in scope.
#[async_trait]
pub trait Organizations: OrganizationReader {
    /// Finds the organization, and keeps its settings as they are until the transaction ends: what is
    /// decided on them is true at the commit.
    async fn hold(&mut self) -> Result<Option<Organization>>;
    /// Stores its next revision; [`Stale`](crate::StoreError::Stale) unless the
    /// one before it is stored.
    async fn update(&mut self, organization: &Organization) -> Result<()>;
}
