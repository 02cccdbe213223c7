use std::{fmt, hash::Hash, marker::PhantomData};

use uuid::Uuid;

/// The identity of a `T`: a UUID (version 7 where Plinth made it, RFC 9562)
/// that cannot be taken for the identity of something else.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// Wraps a UUID that names a `T`.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

// Derives would ask `T` for each trait, and an identity needs nothing of it.
impl<T> Copy for Id<T> {}
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Marks the journal's entries.
pub enum Entry {}
/// Marks a family of rotated refresh tokens.
pub enum Family {}

/// Names an organization: the tenant.
pub type OrganizationId = Id<crate::Organization>;
/// Names a person.
pub type UserId = Id<crate::User>;
/// Names a membership.
pub type MembershipId = Id<crate::Membership>;
/// Names an invitation.
pub type InvitationId = Id<crate::Invitation>;
/// Names one pair of access and refresh token.
pub type SessionId = Id<crate::Session>;
/// Names all sessions that one login led to.
pub type FamilyId = Id<Family>;
/// Names an API key.
pub type ApiKeyId = Id<crate::ApiKey>;
/// Names an organization's own setting of a feature flag.
pub type FlagOverrideId = Id<crate::FlagOverride>;
/// Names a document.
pub type DocumentId = Id<crate::Document>;
/// Names one version of a document.
pub type DocumentVersionId = Id<crate::DocumentVersion>;
/// Names an upload session.
pub type UploadId = Id<crate::Upload>;
/// Names a job.
pub type JobId = Id<crate::Job>;
/// Names a project.
pub type ProjectId = Id<crate::Project>;
/// Names a journal entry.
pub type EntryId = Id<Entry>;
