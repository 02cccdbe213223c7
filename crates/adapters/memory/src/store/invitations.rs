use async_trait::async_trait;
use plinth_domain::{
    ApiKeyId, CustomRoleId, Invitation, InvitationState, RoleRef, Timestamp, UserId,
};
use plinth_ports::{Invitations, Records, Result, TokenHash};

use super::unit::Unit;

#[async_trait]
impl Invitations for Unit {
    async fn insert(&mut self, invitation: &Invitation, token: &TokenHash) -> Result<()> {
        let unknown = !self.tables().users.contains(&invitation.invited_by);
        Records::insert(self, invitation).await?;
        self.draft.forbid(unknown, "invitations_invited_by_fkey")?;
        let keyless = invitation.api_key.is_some_and(|key| self.record(key).is_none());
        self.draft.forbid(keyless, "invitations_api_key_fkey")?;
        let key = (self.organization_id(), invitation.id);
        self.draft.tables.invitation_tokens.insert(key, *token);
        Ok(())
    }

    async fn expired(&mut self, now: Timestamp) -> Result<Vec<Invitation>> {
        Ok(self.pending(|invitation| invitation.expires_at <= now))
    }

    async fn pending_of(&mut self, user: UserId) -> Result<Vec<Invitation>> {
        Ok(self.pending(|invitation| invitation.invited_by == user))
    }

    async fn pending_by(&mut self, keys: &[ApiKeyId]) -> Result<Vec<Invitation>> {
        Ok(self.pending(|invitation| invitation.api_key.is_some_and(|key| keys.contains(&key))))
    }

    async fn pending_of_role(&mut self, role: CustomRoleId) -> Result<Vec<Invitation>> {
        let organization = self.organization_id();
        let roles = &self.tables().records.member_roles;
        Ok(self
            .pending(|invitation| roles.get(&(organization, invitation.invited_by)) == Some(&role)))
    }

    async fn pending_with(&mut self, role: CustomRoleId) -> Result<Vec<Invitation>> {
        Ok(self.pending(|invitation| invitation.role == RoleRef::Custom(role)))
    }
}

impl Unit {
    fn pending(&self, whose: impl Fn(&Invitation) -> bool) -> Vec<Invitation> {
        let pending = |row: &&Invitation| row.state == InvitationState::Pending && whose(row);
        self.records().filter(pending).cloned().collect()
    }
}
