use async_trait::async_trait;
use plinth_domain::{Invitation, InvitationId, Timestamp};

use crate::{Page, PageRequest, Result, SortValue, TokenHash};

super::sort_keys! {
    /// The orders of a list of invitations.
    InvitationSort of Invitation, by |i| i.id.uuid();
    CreatedAt = "created_at" => |i| SortValue::Time(i.revision.created_at),
}

/// Reads invitations.
#[async_trait]
pub trait InvitationReader: Send {
    /// Finds one.
    async fn find(&mut self, id: InvitationId) -> Result<Option<Invitation>>;
    /// Lists them.
    async fn list(&mut self, page: &PageRequest<InvitationSort>) -> Result<Page<Invitation>>;
}

/// Reads and writes invitations.
#[async_trait]
pub trait Invitations: InvitationReader {
    /// Stores a new one with its token's hash. One that is still open for the
    /// same address stands against it (`invitations_open_email_key`).
    async fn insert(&mut self, invitation: &Invitation, token: &TokenHash) -> Result<()>;
    /// Stores the next revision; `Stale` unless the one before it is stored.
    async fn update(&mut self, invitation: &Invitation) -> Result<()>;
    /// Revokes open ones whose time is over, so that they can be made again.
    async fn close_expired(&mut self, now: Timestamp) -> Result<()>;
}
