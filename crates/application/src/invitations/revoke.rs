use plinth_domain::{InvitationId, Permission};

use crate::{AuditRecord, Command, Context, Error, Expected, Recorded};

/// Takes an invitation back.
#[derive(Debug, Clone, Copy)]
pub struct RevokeInvitation {
    /// Which.
    pub id: InvitationId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RevokeInvitation {
    const NAME: &'static str = "invitation.revoke";
    const PERMISSION: Permission = Permission::InvitationRevoke;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let stored = ctx.unit.invitations().find(self.id).await?;
        let before = stored.ok_or(Error::NotFound("invitation"))?;
        self.expected.check(&before.revision)?;
        let after = before.clone().revoke(ctx.now)?;
        ctx.unit.invitations().update(&after).await?;
        Ok(Recorded::new((), AuditRecord::changed("invitation.revoked", &before, &after)?))
    }
}
