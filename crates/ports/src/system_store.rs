use async_trait::async_trait;
use plinth_domain::{
    ApiKey, ApiKeyId, Email, FamilyId, Invitation, Membership, Organization, OrganizationId,
    Session, Timestamp, User, UserId,
};

use crate::{JournalEntry, PasswordHash, Result, TokenHash};

/// A user with the password's hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: User,
    /// The password's hash; `None` for a user without a password.
    pub password: Option<PasswordHash>,
}

/// A membership with its organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affiliation {
    /// The membership.
    pub membership: Membership,
    /// The organization.
    pub organization: Organization,
}

/// A credential with the membership that it depends on. The user and the organization are active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission<C> {
    /// The session or API key.
    pub credential: C,
    /// The membership of the session's user or the key's creator.
    pub membership: Membership,
}

/// Who created an invitation: an active member, and the API key by which that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inviter {
    /// The member.
    pub membership: Membership,
    /// The key; `None` without a key.
    pub key: Option<ApiKey>,
}

/// Operations across organizations: logging in, finding credentials, removing expired rows. They do
/// not reach business records.
#[async_trait]
pub trait SystemStore: Send + Sync {
    /// Opens a transaction across organizations.
    async fn begin(&self) -> Result<Box<dyn SystemUnit>>;

    /// Finds the session of an access token without locking it.
    async fn find_session(&self, access: &TokenHash) -> Result<Option<Admission<Session>>>;

    /// Finds an API key by its secret's hash without locking it.
    async fn find_api_key(&self, secret: &TokenHash) -> Result<Option<Admission<ApiKey>>>;

    /// Stores the time of an API key's last use.
    async fn touch_api_key(
        &self,
        organization: OrganizationId,
        key: ApiKeyId,
        at: Timestamp,
    ) -> Result<()>;

    /// Removes rows that have expired at `now`, and creates the next partitions of the audit log.
    /// Returns the number of removed rows.
    async fn sweep(&self, now: Timestamp) -> Result<u64>;
}

/// A transaction across organizations.
#[async_trait]
pub trait SystemUnit: Send {
    /// Finds a user by the e-mail address.
    async fn find_login(&mut self, email: &Email) -> Result<Option<Login>>;
    /// Finds a user.
    async fn find_user(&mut self, user: UserId) -> Result<Option<Login>>;
    /// A user's memberships of active organizations, the oldest first.
    async fn affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>>;
    /// Finds the session of a refresh token and locks it until commit.
    async fn lock_session(&mut self, refresh: &TokenHash) -> Result<Option<Session>>;
    /// Finds the invitation of a token and locks it until commit.
    async fn lock_invitation(&mut self, token: &TokenHash) -> Result<Option<Invitation>>;
    /// Finds who created an invitation, as they are now; `None` when the user is disabled or no
    /// longer a member.
    async fn find_inviter(&mut self, invitation: &Invitation) -> Result<Option<Inviter>>;

    /// Stores a new user.
    async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<()>;
    /// Stores a new password of a user.
    async fn update_password(
        &mut self,
        user: UserId,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<()>;
    /// Stores a new organization.
    async fn insert_organization(&mut self, organization: &Organization) -> Result<()>;
    /// Stores a new membership.
    async fn insert_membership(&mut self, membership: &Membership) -> Result<()>;
    /// Stores a new session with its tokens' hashes.
    async fn insert_session(
        &mut self,
        session: &Session,
        access: &TokenHash,
        refresh: &TokenHash,
    ) -> Result<()>;
    /// Stores the next revision of a session.
    async fn update_session(&mut self, session: &Session) -> Result<()>;
    /// Revokes every session of a family that is not revoked yet.
    async fn revoke_family(
        &mut self,
        organization: OrganizationId,
        family: FamilyId,
        at: Timestamp,
    ) -> Result<()>;
    /// Revokes every session of a user that is not revoked yet, in all
    /// organizations.
    async fn revoke_sessions(&mut self, user: UserId, at: Timestamp) -> Result<()>;
    /// Stores the next revision of an invitation.
    async fn update_invitation(&mut self, invitation: &Invitation) -> Result<()>;
    /// Appends to the audit log of an organization.
    async fn append(&mut self, organization: OrganizationId, entry: &JournalEntry) -> Result<()>;
    /// Commits all writes.
    async fn commit(self: Box<Self>) -> Result<()>;
}
