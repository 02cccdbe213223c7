use async_trait::async_trait;
use plinth_domain::{Email, Id, Timestamp, UserId};

use crate::{Result, TokenHash, records::Constraint};

/// Another user, or this one, has the identity.
pub const IDENTITY_TAKEN: Constraint = Constraint("user_identities_issuer_subject_key");

/// The most identities that are read of one user.
pub const MAX_USER_IDENTITIES: usize = 20;

/// The id of a user's identity.
pub type UserIdentityId = Id<UserIdentity>;

/// An identity at a provider (OpenID Connect) by which a user logs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserIdentity {
    /// The id here.
    pub id: UserIdentityId,
    /// The user.
    pub user: UserId,
    /// The provider's issuer.
    pub issuer: String,
    /// The user at the provider.
    pub subject: String,
    /// The address that the provider told when the identity was linked. It may be another one than
    /// that of the account.
    pub email: Option<Email>,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When the user last logged in by it.
    pub last_used_at: Timestamp,
}

/// The identities of users at providers, in a transaction across organizations. A unit that changes
/// those of a user has locked the user.
#[async_trait]
pub trait UserIdentities: Send {
    /// Finds an identity by issuer and subject, which are compared exactly.
    async fn find_identity(&mut self, issuer: &str, subject: &str) -> Result<Option<UserIdentity>>;
    /// The identities of a user, the oldest first; at most [`MAX_USER_IDENTITIES`].
    async fn identities(&mut self, user: UserId) -> Result<Vec<UserIdentity>>;
    /// Stores a new identity; a conflict on [`IDENTITY_TAKEN`] when it is linked already.
    async fn insert_identity(&mut self, identity: &UserIdentity) -> Result<()>;
    /// Stores the time of a login.
    async fn touch_identity(&mut self, identity: UserIdentityId, at: Timestamp) -> Result<()>;
    /// Removes an identity of a user. Returns whether the user had it.
    async fn remove_identity(&mut self, user: UserId, identity: UserIdentityId) -> Result<bool>;
    /// Removes all identities of a user.
    async fn remove_identities(&mut self, user: UserId) -> Result<()>;
    /// Marks the state of a login at a provider as used, until it expires. Returns whether this is
    /// its first use. It holds also against units that run at the same time.
    async fn use_oidc_state(&mut self, state: &TokenHash, expires_at: Timestamp) -> Result<bool>;
}
