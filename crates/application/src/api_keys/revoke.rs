use plinth_domain::{ApiKeyId, Permission};
use plinth_ports::Invalidation;

use crate::{AuditRecord, Command, Context, Error, Expected, Recorded};

/// Ends an API key for good.
#[derive(Debug, Clone, Copy)]
pub struct RevokeApiKey {
    /// Which.
    pub id: ApiKeyId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RevokeApiKey {
    const NAME: &'static str = "api_key.revoke";
    const PERMISSION: Permission = Permission::ApiKeyRevoke;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let stored = ctx.unit.api_keys().find(self.id).await?;
        let before = stored.ok_or(Error::NotFound("api_key"))?;
        self.expected.check(&before.revision)?;
        let after = before.clone().revoke(ctx.now)?;
        ctx.unit.api_keys().update(&after).await?;
        ctx.forget(Invalidation::Member(after.organization, after.created_by));
        Ok(Recorded::new((), AuditRecord::changed("api_key.revoked", &before, &after)?))
    }
}
