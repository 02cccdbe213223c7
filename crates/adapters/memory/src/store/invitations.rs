use async_trait::async_trait;
use plinth_domain::{Invitation, InvitationId, InvitationState, Timestamp};
use plinth_ports::{
    InvitationReader, InvitationSort, Invitations, Page, PageRequest, Result, TokenHash,
};

use super::{lists, rows::InvitationRow, tables::expect, unit::Unit};

#[async_trait]
impl InvitationReader for Unit {
    async fn find(&mut self, id: InvitationId) -> Result<Option<Invitation>> {
        let row = self.tables().invitations.get(&(self.organization_id(), id));
        Ok(row.map(|row| row.invitation.clone()))
    }

    async fn list(&mut self, page: &PageRequest<InvitationSort>) -> Result<Page<Invitation>> {
        let rows = self.tables().invitations.of(self.organization_id());
        Ok(lists::page(rows.map(|row| row.invitation.clone()), page))
    }
}

#[async_trait]
impl Invitations for Unit {
    async fn insert(&mut self, invitation: &Invitation, token: &TokenHash) -> Result<()> {
        let organization = self.organization_id();
        let key = (organization, invitation.id);
        let tables = self.tables();
        let exists = tables.invitations.contains(&key);
        let rival = |row: &InvitationRow| {
            is_open(&row.invitation) && row.invitation.email == invitation.email
        };
        let open = is_open(invitation) && tables.invitations.of(organization).any(rival);
        let nobody = !tables.users.contains(&invitation.invited_by);
        self.draft.forbid(exists, "invitations_pkey")?;
        self.draft.forbid(open, "invitations_open_email_key")?;
        self.draft.forbid(nobody, "invitations_invited_by_fkey")?;
        let invitation = Invitation { organization, ..invitation.clone() };
        self.draft.tables.invitations.insert(key, InvitationRow { invitation, token: *token });
        Ok(())
    }

    async fn update(&mut self, invitation: &Invitation) -> Result<()> {
        self.draft.update_invitation(self.scope.organization(), invitation)
    }

    async fn close_expired(&mut self, now: Timestamp) -> Result<()> {
        let organization = self.organization_id();
        for row in self.draft.tables.invitations.values_mut() {
            let invitation = &mut row.invitation;
            let over = is_open(invitation) && invitation.expires_at <= now;
            if over && invitation.organization == organization {
                invitation.state = InvitationState::Revoked { at: now };
                invitation.revision = invitation.revision.next(now);
            }
        }
        Ok(())
    }
}

impl super::draft::Draft {
    /// Stores the next revision of one organization's invitation.
    pub(super) fn update_invitation(
        &mut self,
        organization: plinth_domain::OrganizationId,
        invitation: &Invitation,
    ) -> Result<()> {
        let row = self.tables.invitations.get_mut(&(organization, invitation.id));
        let stored = row.as_ref().map(|row| row.invitation.revision.version);
        expect(stored, invitation.revision.previous())?;
        if let Some(row) = row {
            row.invitation = Invitation { organization, ..invitation.clone() };
        }
        Ok(())
    }
}

/// Whether it keeps its address from being invited again.
fn is_open(invitation: &Invitation) -> bool {
    invitation.state == InvitationState::Pending
}
