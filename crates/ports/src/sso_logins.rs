use async_trait::async_trait;
use plinth_domain::{
    DomainName, OrganizationId, SecretId, Slug, SsoConnection, SsoConnectionId, SsoIdentity,
    Timestamp, UserId,
};

use crate::{Member, Result, SealedSecret, records::Constraint};

/// The identity at the provider is another member's, or this one's already.
pub const SSO_IDENTITY_TAKEN: Constraint =
    Constraint("sso_identities_organization_id_connection_id_subject_key");

/// What logins by the connections of organizations need, in a transaction across organizations.
///
/// **The order of locks.** The user comes first, then the memberships, then a domain, then the
/// connection, and then a session.
#[async_trait]
pub trait SsoLogins: Send {
    /// Finds a connection.
    async fn find_sso(&mut self, connection: SsoConnectionId) -> Result<Option<SsoConnection>>;
    /// The connection of the organization that has proven a domain.
    async fn find_sso_of_domain(&mut self, domain: &DomainName) -> Result<Option<SsoConnection>>;
    /// The connection of the active organization with this slug.
    async fn find_sso_of_slug(&mut self, slug: &Slug) -> Result<Option<SsoConnection>>;
    /// The connection of an organization. Until commit, it neither changes nor is removed.
    async fn lock_sso(&mut self, organization: OrganizationId) -> Result<Option<SsoConnection>>;
    /// Whether the organization has proven a domain. Until commit, it keeps it.
    async fn lock_proven_domain(
        &mut self,
        organization: OrganizationId,
        domain: &DomainName,
    ) -> Result<bool>;
    /// Stores that a member has logged in by a connection, unless that is known.
    async fn prove_sso(&mut self, connection: &SsoConnection, at: Timestamp) -> Result<()>;
    /// Stores the next revision of a connection; [`Stale`](crate::StoreError::Stale) unless the one
    /// before it is stored. The unit has locked the organization.
    async fn update_sso(&mut self, connection: &SsoConnection) -> Result<()>;
    /// Finds a secret of an organization.
    async fn find_secret(
        &mut self,
        organization: OrganizationId,
        secret: SecretId,
    ) -> Result<Option<SealedSecret>>;
    /// The user of an identity at the provider of a connection.
    async fn find_sso_identity(
        &mut self,
        connection: &SsoConnection,
        subject: &str,
    ) -> Result<Option<UserId>>;
    /// Stores the identity of a member; a conflict on [`SSO_IDENTITY_TAKEN`] when it is known.
    async fn insert_sso_identity(&mut self, identity: &SsoIdentity) -> Result<()>;
    /// The active owners of an organization, the oldest first, at most 20.
    async fn owners(&mut self, organization: OrganizationId) -> Result<Vec<Member>>;
    /// The active owners of an organization whose account is active and has a second factor, in any
    /// order: two of them where there are more.
    async fn break_glass_owners(&mut self, organization: OrganizationId) -> Result<Vec<UserId>>;
}
