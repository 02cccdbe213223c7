use async_trait::async_trait;
use plinth_domain::{
    ApiKey, ApiKeyId, Email, FamilyId, Invitation, Membership, Organization, OrganizationId,
    Session, Timestamp, User, UserId,
};

use crate::{JournalEntry, PasswordHash, Result, TokenHash};

/// A person and what proves that it is them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The person.
    pub user: User,
    /// Their password's hash; `None` when they have no password.
    pub password: Option<PasswordHash>,
}

/// A person's place in one organization, with the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affiliation {
    /// The place.
    pub membership: Membership,
    /// The organization.
    pub organization: Organization,
}

/// A credential that was found, with the membership that it rests on. Only
/// live ones are found: of an active user in an active organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission<C> {
    /// The session or API key.
    pub credential: C,
    /// The membership of its user or creator.
    pub membership: Membership,
}

/// What must look across organizations: who is logging in, which credential
/// this is, what has expired. Narrow on purpose; business records are out of
/// its reach.
#[async_trait]
pub trait SystemStore: Send + Sync {
    /// Opens a transaction across organizations.
    async fn begin(&self) -> Result<Box<dyn SystemUnit>>;

    /// Finds the session of an access token, without a lock.
    async fn find_session(&self, access: &TokenHash) -> Result<Option<Admission<Session>>>;

    /// Finds an API key by its secret's hash, without a lock.
    async fn find_api_key(&self, secret: &TokenHash) -> Result<Option<Admission<ApiKey>>>;

    /// Notes that an API key was seen.
    async fn touch_api_key(
        &self,
        organization: OrganizationId,
        key: ApiKeyId,
        at: Timestamp,
    ) -> Result<()>;

    /// Removes what has expired before `now`, and makes the journal's next
    /// partitions. Answers how many rows went.
    async fn sweep(&self, now: Timestamp) -> Result<u64>;
}

/// A transaction across organizations.
#[async_trait]
pub trait SystemUnit: Send {
    /// Finds a person by their address.
    async fn find_login(&mut self, email: &Email) -> Result<Option<Login>>;
    /// Finds a person.
    async fn find_user(&mut self, user: UserId) -> Result<Option<Login>>;
    /// A person's places in active organizations, the oldest first.
    async fn affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>>;
    /// Finds the session of a refresh token and locks it until commit.
    async fn lock_session(&mut self, refresh: &TokenHash) -> Result<Option<Session>>;
    /// Finds the invitation of a token and locks it until commit.
    async fn lock_invitation(&mut self, token: &TokenHash) -> Result<Option<Invitation>>;

    /// Stores a new person.
    async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<()>;
    /// Stores another password of a person.
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
    /// Stores a session's new state.
    async fn update_session(&mut self, session: &Session) -> Result<()>;
    /// Revokes every session of a family that still counts.
    async fn revoke_family(
        &mut self,
        organization: OrganizationId,
        family: FamilyId,
        at: Timestamp,
    ) -> Result<()>;
    /// Revokes every session of a person that still counts, in all organizations.
    async fn revoke_sessions(&mut self, user: UserId, at: Timestamp) -> Result<()>;
    /// Stores an invitation's new state.
    async fn update_invitation(&mut self, invitation: &Invitation) -> Result<()>;
    /// Appends to an organization's journal.
    async fn append(&mut self, organization: OrganizationId, entry: &JournalEntry) -> Result<()>;
    /// Makes all of it last.
    async fn commit(self: Box<Self>) -> Result<()>;
}
