use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    AddressBlock, ApiKey, ApiKeyId, CustomRole, CustomRoleId, Email, FamilyId, Invitation, Job,
    Membership, Organization, OrganizationId, PlanLimit, PlanName, RetentionDays, Session,
    Timestamp, User, UserId,
};

use crate::{
    ApiCalls, CountedCalls, JournalEntry, Member, OperatorLog, Operators, PasswordHash, Result,
    SecondFactor, SessionClient, SsoLogins, SupportSessions, TokenHash, TokenKey, UserAvatars,
    UserIdentities,
};

/// A user with what they prove who they are by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: User,
    /// The password's hash; `None` for a user without a password.
    pub password: Option<PasswordHash>,
    /// The number of passwords so far. It grows with each new password, and stays when the same
    /// password is hashed again.
    pub password_version: i64,
    /// The second factor, turned on or only begun.
    pub factor: Option<SecondFactor>,
}

impl Login {
    /// A new user, perhaps with their first password.
    #[must_use]
    pub const fn new(user: User, password: Option<PasswordHash>) -> Self {
        Self { user, password, password_version: 1, factor: None }
    }

    /// The next revision, with a new password.
    #[must_use]
    pub fn with_password(self, hash: PasswordHash, at: Timestamp) -> Self {
        let password_version = self.password_version + 1;
        Self { password_version, ..self.with_hash(hash, at) }
    }

    /// Whether a login needs the second factor.
    #[must_use]
    pub fn needs_factor(&self) -> bool {
        self.factor.as_ref().is_some_and(SecondFactor::is_on)
    }

    /// The next revision, with another second factor, or without one.
    #[must_use]
    pub fn with_factor(self, factor: Option<SecondFactor>, at: Timestamp) -> Self {
        let revision = self.user.revision.next(at);
        Self { user: User { revision, ..self.user }, factor, ..self }
    }

    /// The next revision, with another hash of the same password.
    #[must_use]
    pub fn with_hash(self, hash: PasswordHash, at: Timestamp) -> Self {
        let revision = self.user.revision.next(at);
        Self { user: User { revision, ..self.user }, password: Some(hash), ..self }
    }
}

/// The hashes of a session's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTokens {
    /// The access token.
    pub access: TokenHash,
    /// The refresh token.
    pub refresh: TokenHash,
    /// The part that all refresh tokens of one chain of rotations have in common.
    pub root: TokenHash,
}

/// A session with its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSession {
    /// The session.
    pub session: Session,
    /// The client, as far as it is stored.
    pub client: SessionClient,
}

/// A membership with its organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affiliation {
    /// The membership.
    pub membership: Membership,
    /// The organization.
    pub organization: Organization,
}

/// A credential with the membership that it depends on. The user is active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission<C> {
    /// The session or API key.
    pub credential: C,
    /// The membership of the session's user or the key's creator.
    pub membership: Membership,
    /// Whether the user has a second factor.
    pub has_factor: bool,
    /// Whether the organization requires one of its members.
    pub requires_factor: bool,
    /// Whether the organization is suspended.
    pub is_suspended: bool,
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

    /// Opens a transaction across organizations for a request of one of them, to whose share it
    /// counts: see [`Store::begin`](crate::Store::begin).
    async fn begin_for(&self, organization: OrganizationId) -> Result<Box<dyn SystemUnit>>;

    /// Finds the session of an access token without locking it.
    async fn find_session(&self, access: &TokenKey) -> Result<Option<Admission<Session>>>;

    /// Finds an API key by its secret's hash without locking it.
    async fn find_api_key(&self, secret: &TokenKey) -> Result<Option<Admission<ApiKey>>>;

    /// Whether the account of this address has a session, in any state, that was opened from this
    /// address block. `false` for the block of unknown addresses.
    async fn is_known_client(&self, email: &Email, client: AddressBlock) -> Result<bool>;

    /// Finds the sessions of many access tokens at once, each with its token's hash. The organizations
    /// are those of the sessions, also for tokens that name none.
    async fn find_sessions(
        &self,
        access: &[(OrganizationId, TokenHash)],
    ) -> Result<Vec<(TokenHash, Admission<Session>)>>;

    /// Finds many API keys at once, each with its secret's hash.
    async fn find_api_keys(
        &self,
        secrets: &[(OrganizationId, TokenHash)],
    ) -> Result<Vec<(TokenHash, Admission<ApiKey>)>>;

    /// Stores the time of an API key's last use.
    async fn touch_api_key(
        &self,
        organization: OrganizationId,
        key: ApiKeyId,
        at: Timestamp,
    ) -> Result<()>;

    /// Removes rows that have expired at `now`, and creates the next partitions of the audit log. A
    /// rotated session goes with its access token, unless its refresh token has no root by which a
    /// replay can be detected without it. Returns the number of removed rows.
    async fn sweep(&self, now: Timestamp) -> Result<u64>;

    /// Up to `limit` organizations after `after`, in the order of their identities, and how long
    /// each keeps its audit records.
    async fn retentions(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<(OrganizationId, RetentionDays)>>;

    /// Removes up to `limit` numbers, with their audit records, from the start of an organization's
    /// chain: those that are older than `kept` on the store's clock, up to the first that is not.
    /// Returns how many.
    async fn remove_old_entries(
        &self,
        organization: OrganizationId,
        kept: RetentionDays,
        limit: u32,
    ) -> Result<u64>;

    /// Frees the partitions of the audit log in which nothing is left, and returns their number.
    async fn drop_empty_partitions(&self) -> Result<u64>;
}

/// A transaction across organizations.
///
/// **The order of locks.** A unit that opens, rotates or revokes sessions of a user locks first the
/// user, then the memberships ([`lock_affiliations`](Self::lock_affiliations)), then the connection of
/// the organization ([`lock_sso`](SsoLogins::lock_sso)), then an invitation or a session. So two such
/// units of one user run one after the other, and each sees every session that the other has opened.
#[async_trait]
pub trait SystemUnit:
    UserAvatars + UserIdentities + SsoLogins + Operators + OperatorLog + SupportSessions + Send
{
    /// The time of everything that this unit stores: when it began, on the store's clock, which all
    /// processes share.
    fn now(&self) -> Timestamp;
    /// Finds a user by the e-mail address.
    async fn find_login(&mut self, email: &Email) -> Result<Option<Login>>;
    /// Finds a user.
    async fn find_user(&mut self, user: UserId) -> Result<Option<Login>>;
    /// Finds a user and locks them until commit.
    async fn lock_user(&mut self, user: UserId) -> Result<Option<Login>>;
    /// Finds the user of the session with this refresh token and locks them until commit.
    async fn lock_user_of_session(&mut self, refresh: &TokenKey) -> Result<Option<Login>>;
    /// A user's active memberships of active organizations, the oldest first.
    async fn affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>>;
    /// A user's memberships of suspended organizations, the oldest first.
    async fn suspended_affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>>;
    /// Like [`affiliations`](Self::affiliations); until commit, none of the memberships is removed.
    async fn lock_affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>>;
    /// Whether the user is a member of any organization, active or not.
    async fn is_member(&mut self, user: UserId) -> Result<bool>;
    /// A user's memberships of all organizations, active or not, in the order of these.
    async fn memberships(&mut self, user: UserId) -> Result<Vec<Membership>>;
    /// The number of an organization's owners. The unit has locked the organization.
    async fn count_owners(&mut self, organization: OrganizationId) -> Result<u64>;
    /// Up to `limit` sessions of a user that can still be refreshed at `now`, the newest first.
    async fn live_sessions(
        &mut self,
        user: UserId,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<ClientSession>>;
    /// Whether a user has a session, in any state, that was opened by a client of this name from this
    /// address block.
    async fn knows_device(&mut self, user: UserId, client: &SessionClient) -> Result<bool>;
    /// Finds the session of an access token in its organization, in every state.
    async fn session_of_access_token(
        &mut self,
        organization: OrganizationId,
        access: &TokenHash,
    ) -> Result<Option<Session>>;
    /// Finds the session of a refresh token and locks it until commit.
    async fn lock_session(&mut self, refresh: &TokenKey) -> Result<Option<Session>>;
    /// Finds the session of a chain of rotations that was neither rotated nor revoked. A root without an
    /// organization is that of a token of an earlier version; its chain may have gone on with others.
    async fn live_session(&mut self, root: &TokenKey) -> Result<Option<Session>>;
    /// Finds the invitation of a token and locks it until commit.
    async fn lock_invitation(&mut self, token: &TokenKey) -> Result<Option<Invitation>>;
    /// Finds who created an invitation, as they are now; `None` when the user is disabled,
    /// suspended or no longer a member.
    async fn find_inviter(&mut self, invitation: &Invitation) -> Result<Option<Inviter>>;
    /// Finds a custom role of an organization.
    async fn find_role(
        &mut self,
        organization: OrganizationId,
        role: CustomRoleId,
    ) -> Result<Option<CustomRole>>;

    /// Stores a new user; without a password, they cannot log in yet.
    async fn insert_user(&mut self, user: &User, password: Option<&PasswordHash>) -> Result<()>;
    /// Stores the next revision of a user, with the password. When the address or the name is another
    /// one, the copies in the user's memberships change, too, and each has its next revision.
    async fn update_login(&mut self, login: &Login) -> Result<()>;
    /// Stores a new organization.
    async fn insert_organization(&mut self, organization: &Organization) -> Result<()>;
    /// Finds an organization in any state, and locks it until commit.
    async fn lock_organization(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<Organization>>;
    /// Stores the next revision of an organization.
    async fn update_organization(&mut self, organization: &Organization) -> Result<()>;
    /// Adds requests of the API to the days of organizations, which are in the order of the organizations
    /// and days, and answers the sums in this order. An organization that does not exist, or moves
    /// to another cell, is left out. Where no requests are added, the sum is only read.
    async fn count_api_calls(&mut self, calls: &[ApiCalls]) -> Result<Vec<CountedCalls>>;
    /// Marks that an organization was warned of a limit in the period that begins on this day. Returns
    /// whether it was not before.
    async fn mark_warned(
        &mut self,
        organization: OrganizationId,
        limit: PlanLimit,
        starts_on: NaiveDate,
    ) -> Result<bool>;
    /// Locks the number of an organization's members as [`Usage::lock_with_plan`](crate::Usage) does,
    /// until commit. Answers the organization's plan, and how many members and open invitations it has
    /// at `now`.
    async fn lock_members(
        &mut self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<(Option<PlanName>, u64)>;
    /// Stores a new membership, with a copy of the user's address and name. The unit has locked the
    /// user, or has created them.
    async fn insert_membership(&mut self, member: &Member) -> Result<()>;
    /// Removes a membership and its sessions; [`Stale`](crate::StoreError::Stale) unless exactly this
    /// revision is stored.
    async fn remove_membership(&mut self, membership: &Membership) -> Result<()>;
    /// Stores a new session with the hashes of its tokens, which name the organization, and its client.
    async fn insert_session(
        &mut self,
        session: &Session,
        tokens: &SessionTokens,
        client: &SessionClient,
    ) -> Result<()>;
    /// Stores the next revision of a session.
    async fn update_session(&mut self, session: &Session) -> Result<()>;
    /// Revokes every session of a user's family that is not revoked yet, in all organizations.
    async fn revoke_family(&mut self, user: UserId, family: FamilyId, at: Timestamp) -> Result<()>;
    /// Revokes every session of a user's other families that is not revoked yet, in all organizations.
    async fn revoke_other_families(
        &mut self,
        user: UserId,
        kept: FamilyId,
        at: Timestamp,
    ) -> Result<()>;
    /// Revokes every session of a user that is not revoked yet, in all
    /// organizations.
    async fn revoke_sessions(&mut self, user: UserId, at: Timestamp) -> Result<()>;
    /// Revokes every API key of a user that is not revoked yet, in all organizations. Returns the
    /// keys as they were.
    async fn revoke_api_keys(&mut self, user: UserId, at: Timestamp) -> Result<Vec<ApiKey>>;
    /// Stores the next revision of an invitation.
    async fn update_invitation(&mut self, invitation: &Invitation) -> Result<()>;
    /// Enqueues a job of its organization, unless an open one has the same deduplication key.
    async fn enqueue(&mut self, job: &Job) -> Result<()>;
    /// Appends to the audit log of an organization.
    async fn append(&mut self, organization: OrganizationId, entry: &JournalEntry) -> Result<()>;
    /// Commits all writes.
    async fn commit(self: Box<Self>) -> Result<()>;
}
