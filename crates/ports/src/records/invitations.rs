//! Invitations.

use async_trait::async_trait;
use plinth_domain::{
    ApiKeyId, CustomRoleId, Id, Invitation, InvitationState, OrganizationId, Revision, Timestamp,
    UserId,
};

use super::{Constraint, Record, RecordUpdater, Unique};
use crate::{Result, SortValue, TokenHash, page::sort_keys};

plinth_domain::codes! {
    INVITATION_OPEN = "invitation.open", "An invitation for this address is open.";
}

/// Another invitation of the address is pending.
pub const EMAIL_INVITED: Constraint = Constraint("invitations_open_email_key");

sort_keys! {
    /// The orders of a list of invitations.
    InvitationSort of Invitation, by |i| i.id.uuid();
    CreatedAt = "created_at" => |i| SortValue::Time(i.revision.created_at),
}

impl Record for Invitation {
    const TABLE: &'static str = "invitations";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: EMAIL_INVITED,
        code: INVITATION_OPEN,
        detail: "an invitation for this address is open",
        value: |i| (i.state == InvitationState::Pending).then(|| i.email.as_str().to_owned()),
    }];
    type Filter = ();
    type Sort = InvitationSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, (): &()) -> bool {
        true
    }
}

/// Reads and writes invitations. An invitation is never removed.
#[async_trait]
pub trait Invitations: RecordUpdater<Invitation> {
    /// Stores a new invitation with its token's hash.
    async fn insert(&mut self, invitation: &Invitation, token: &TokenHash) -> Result<()>;
    /// The pending invitations that have expired at `now`. Each of them still takes its address.
    async fn expired(&mut self, now: Timestamp) -> Result<Vec<Invitation>>;
    /// The pending invitations that the user created, in person or by a key.
    async fn pending_of(&mut self, user: UserId) -> Result<Vec<Invitation>>;
    /// The pending invitations that were created by one of the keys.
    async fn pending_by(&mut self, keys: &[ApiKeyId]) -> Result<Vec<Invitation>>;
    /// The pending invitations that members with the role created, in person or by a key.
    async fn pending_of_role(&mut self, role: CustomRoleId) -> Result<Vec<Invitation>>;
    /// The pending invitations that offer the role. Closed ones name it, too, and do not keep it from
    /// being removed.
    async fn pending_with(&mut self, role: CustomRoleId) -> Result<Vec<Invitation>>;
}
