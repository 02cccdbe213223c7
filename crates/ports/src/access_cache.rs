use async_trait::async_trait;
use plinth_domain::{Access, OrganizationId, Timestamp, UserId};

use crate::TokenHash;

/// A cached admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CachedAccess {
    /// The access that the credential gives.
    pub access: Access,
    /// The time at which the credential expires.
    pub until: Timestamp,
}

/// What is cached about a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cached {
    /// It was admitted.
    Admitted(CachedAccess),
    /// It was refused a few seconds ago.
    Refused,
}

impl Cached {
    /// The admission, if it is one.
    #[must_use]
    pub const fn admitted(self) -> Option<CachedAccess> {
        match self {
            Self::Admitted(access) => Some(access),
            Self::Refused => None,
        }
    }
}

/// Which cached admissions are no longer valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invalidation {
    /// The admissions by one user's membership of one organization: the sessions
    /// there and the API keys that the user created.
    Member(OrganizationId, UserId),
    /// All admissions of one user, in every organization.
    User(UserId),
    /// All admissions to one organization.
    Organization(OrganizationId),
}

impl Invalidation {
    /// Whether it covers this admission.
    #[must_use]
    pub fn covers(self, access: &Access) -> bool {
        let user = access.principal().user();
        match self {
            Self::Member(organization, member) => {
                user == Some(member) && access.organization() == organization
            }
            Self::User(person) => user == Some(person),
            Self::Organization(organization) => access.organization() == organization,
        }
    }
}

/// Caches the access of credentials, so that a request needs no query. Every change of permissions
/// invalidates what it affects.
#[async_trait]
pub trait AccessCache: Send + Sync {
    /// Finds what is cached about a token.
    fn find(&self, token: &TokenHash) -> Option<Cached>;

    /// The number of invalidations so far. Read it before looking a credential up,
    /// and pass it to [`AccessCache::put`].
    fn epoch(&self) -> u64;

    /// Caches an admission, unless something was invalidated since `epoch`: what
    /// was read before a revocation must not be cached after it.
    fn put(&self, token: TokenHash, access: CachedAccess, epoch: u64);

    /// Caches for a few seconds that a token is unknown. A token is random and is shown after it was
    /// stored, so none that is created later has this hash.
    fn put_refused(&self, token: TokenHash);

    /// Records that a token was created.
    fn put_known(&self, token: TokenHash);

    /// Whether a token was created or admitted in this process in the last hour. It may have ended
    /// since.
    fn is_known(&self, token: &TokenHash) -> bool;

    /// Removes the admissions that are no longer valid.
    fn forget(&self, stale: Invalidation);

    /// Removes all admissions, when it is unknown which are still valid.
    fn forget_all(&self);

    /// Waits until the other processes have removed what was removed here before, or until that
    /// takes too long: a quarter of a second. It never fails.
    async fn forgotten_everywhere(&self);
}
