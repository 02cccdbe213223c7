//! How much an organization has of what is limited.

use async_trait::async_trait;
use plinth_domain::Timestamp;

use crate::Result;

/// What a limit counts, other than the records of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Members, and the open invitations that may become members.
    Members,
    /// Open invitations.
    OpenInvitations,
    /// API keys that are neither revoked nor expired.
    LiveApiKeys,
    /// Open uploads.
    OpenUploads,
    /// The bytes of all versions, and those of open uploads: as declared, and as many as the storage
    /// may hold of one whose length is not known.
    StoredBytes,
}

impl Counted {
    /// Everything that is counted.
    pub const ALL: [Self; 5] = [
        Self::Members,
        Self::OpenInvitations,
        Self::LiveApiKeys,
        Self::OpenUploads,
        Self::StoredBytes,
    ];

    /// The name in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::OpenInvitations => "open invitations",
            Self::LiveApiKeys => "API keys",
            Self::OpenUploads => "open uploads",
            Self::StoredBytes => "stored bytes",
        }
    }
}

/// Counts what the organization has.
#[async_trait]
pub trait Usage: Send {
    /// Waits for other units of work that hold the lock of this name, and holds it until this one
    /// ends. What is counted after it includes what they have written.
    async fn lock(&mut self, name: &'static str) -> Result<()>;
    /// Counts what the organization has at `now`.
    async fn count(&mut self, counted: Counted, now: Timestamp) -> Result<u64>;
}
