use async_trait::async_trait;
use plinth_domain::{Invitation, InvitationState, Timestamp};
use plinth_ports::{Invitations, Records, Result, TokenHash};

use super::unit::Unit;

#[async_trait]
impl Invitations for Unit {
    async fn insert(&mut self, invitation: &Invitation, token: &TokenHash) -> Result<()> {
        let unknown = !self.tables().users.contains(&invitation.invited_by);
        Records::insert(self, invitation).await?;
        self.draft.forbid(unknown, "invitations_invited_by_fkey")?;
        let key = (self.organization_id(), invitation.id);
        self.draft.tables.invitation_tokens.insert(key, *token);
        Ok(())
    }

    async fn close_expired(&mut self, now: Timestamp) -> Result<()> {
        let organization = self.organization_id();
        for invitation in self.draft.tables.records.invitations.values_mut() {
            let expired =
                invitation.state == InvitationState::Pending && invitation.expires_at <= now;
            if expired && invitation.organization == organization {
                invitation.state = InvitationState::Revoked { at: now };
                invitation.revision = invitation.revision.next(now);
            }
        }
        Ok(())
    }
}
