use plinth_domain::{Access, OrganizationId, Timestamp, UserId};

use crate::TokenHash;

/// An admission that was looked up before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CachedAccess {
    /// What the credential admits to.
    pub access: Access,
    /// When the credential ends by itself.
    pub until: Timestamp,
}

/// Whose admissions do not hold any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stale {
    /// All that rest on one person's membership of one organization: their
    /// sessions there and the API keys they made.
    Member(OrganizationId, UserId),
    /// All of one person, everywhere.
    User(UserId),
}

impl Stale {
    /// Whether this admission is among them.
    #[must_use]
    pub fn covers(self, access: &Access) -> bool {
        let user = access.principal().user();
        match self {
            Self::Member(organization, member) => {
                user == Some(member) && access.organization() == organization
            }
            Self::User(person) => user == Some(person),
        }
    }
}

/// Remembers what credentials admit to, so that a request need not ask the
/// database. Every change of a right empties it of what the change touches.
pub trait AccessCache: Send + Sync {
    /// What is remembered of this token.
    fn find(&self, token: &TokenHash) -> Option<CachedAccess>;

    /// The number of forgettings so far. Read it before looking a credential
    /// up, and hand it to [`AccessCache::put`].
    fn epoch(&self) -> u64;

    /// Remembers an admission, unless something was forgotten since `epoch`:
    /// what was read before a revocation must not be stored after it.
    fn put(&self, token: TokenHash, access: CachedAccess, epoch: u64);

    /// Forgets what does not hold any more.
    fn forget(&self, stale: Stale);

    /// Forgets everything: nobody knows what still holds.
    fn forget_all(&self);
}
