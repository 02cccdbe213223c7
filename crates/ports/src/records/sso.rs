//! The connection of an organization to its provider of identities, and its domains.

use async_trait::async_trait;
use plinth_domain::{
    OrganizationDomain, OrganizationDomainId, SsoConnection, SsoConnectionId, Timestamp,
};

use super::Constraint;
use crate::{Result, TokenHash};

/// The organization has a connection already.
pub const CONNECTION_EXISTS: Constraint = Constraint("sso_connections_organization_id_key");
/// The secret of the client does not exist.
pub const SECRET: Constraint = Constraint("sso_connections_organization_id_secret_id_fkey");
/// The organization has the domain already.
pub const DOMAIN_EXISTS: Constraint = Constraint("organization_domains_organization_id_domain_key");
/// Another organization has proven the domain.
pub const DOMAIN_TAKEN: Constraint = Constraint("organization_domains_verified_key");

/// Reads the connection and the domains.
#[async_trait]
pub trait SsoReader: Send {
    /// The connection.
    async fn connection(&mut self) -> Result<Option<SsoConnection>>;
    /// All domains, in the order of their names; at most [`OrganizationDomain::MOST`].
    async fn domains(&mut self) -> Result<Vec<OrganizationDomain>>;
    /// Finds a domain.
    async fn domain(&mut self, domain: OrganizationDomainId) -> Result<Option<OrganizationDomain>>;
}

/// Reads and writes the connection and the domains, and ends the sessions that depend on them.
///
/// **The order of locks.** A unit that ends sessions has written the connection or a domain before, so
/// that a login that is under way is either seen here, or sees what was written.
#[async_trait]
pub trait Sso: SsoReader {
    /// Stores the connection; a conflict on [`CONNECTION_EXISTS`] when there is one.
    async fn insert_connection(&mut self, connection: &SsoConnection) -> Result<()>;
    /// Stores its next revision; [`Stale`](crate::StoreError::Stale) unless the one before it is
    /// stored.
    async fn update_connection(&mut self, connection: &SsoConnection) -> Result<()>;
    /// Removes the connection with its identities; [`Stale`](crate::StoreError::Stale) unless exactly
    /// this revision is stored.
    async fn remove_connection(&mut self, connection: &SsoConnection) -> Result<()>;
    /// Stores a new domain; a conflict on [`DOMAIN_EXISTS`] when the organization has it.
    async fn insert_domain(&mut self, domain: &OrganizationDomain) -> Result<()>;
    /// Stores the next revision of a domain; a conflict on [`DOMAIN_TAKEN`] when it is proven, and
    /// another organization has proven it before.
    async fn update_domain(&mut self, domain: &OrganizationDomain) -> Result<()>;
    /// Removes a domain; [`Stale`](crate::StoreError::Stale) unless exactly this revision is stored.
    async fn remove_domain(&mut self, domain: &OrganizationDomain) -> Result<()>;
    /// Revokes the sessions that were opened by this connection.
    async fn end_sessions_by(&mut self, connection: SsoConnectionId, at: Timestamp) -> Result<()>;
    /// Revokes the sessions of the organization that were opened by no connection, but the one of this
    /// access token.
    async fn end_sessions_by_none(&mut self, kept: &TokenHash, at: Timestamp) -> Result<()>;
}
