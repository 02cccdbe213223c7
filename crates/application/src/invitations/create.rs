use plinth_domain::{
    Email, Invitation, InvitationState, MembershipError, Permission, Revision, Role,
};
use plinth_ports::records::invitations::EMAIL_INVITED;

use crate::{AuditRecord, Command, Context, Error, Recorded, Token, invitations::INVITATION_OPEN};

/// Invites somebody.
#[derive(Debug, Clone)]
pub struct CreateInvitation {
    /// Whom.
    pub email: Email,
    /// The role offered.
    pub role: Role,
}

/// A new invitation, with the token that accepts it. It is shown this once.
#[derive(Debug)]
pub struct CreatedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The token.
    pub token: Token,
}

impl Command for CreateInvitation {
    const NAME: &'static str = "invitation.create";
    const PERMISSION: Permission = Permission::InvitationCreate;
    type Output = CreatedInvitation;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<CreatedInvitation>, Error> {
        if !ctx.access.acting_role().may_assign(self.role) {
            return Err(MembershipError::OwnersOnly.into());
        }
        let invitation = Invitation {
            id: ctx.id(),
            organization: ctx.organization(),
            email: self.email,
            role: self.role,
            invited_by: ctx.person()?,
            expires_at: ctx.now + ctx.policy.invitation,
            state: InvitationState::Pending,
            revision: Revision::first(ctx.now),
        };
        let token = ctx.token(Token::INVITATION);
        let invitations = ctx.unit.invitations();
        invitations.close_expired(ctx.now).await?;
        invitations.insert(&invitation, &token.hash()).await.map_err(Error::on_conflict(
            EMAIL_INVITED,
            INVITATION_OPEN,
            "an invitation for this address is open",
        ))?;
        let audit = AuditRecord::created("invitation.created", &invitation)?;
        Ok(Recorded::new(CreatedInvitation { invitation, token }, audit))
    }
}
