use plinth_domain::{Organization, OrganizationChanges, Permission};

use crate::{AuditRecord, Command, Context, Error, Expected, Recorded};

/// Changes the caller's organization.
#[derive(Debug, Clone)]
pub struct UpdateOrganization {
    /// The version that the caller saw.
    pub expected: Expected,
    /// What changes.
    pub changes: OrganizationChanges,
}

impl Command for UpdateOrganization {
    const NAME: &'static str = "organization.update";
    const PERMISSION: Permission = Permission::OrganizationUpdate;
    type Output = Organization;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Organization>, Error> {
        let stored = ctx.unit.organization().find().await?;
        let before = stored.ok_or(Error::NotFound("organization"))?;
        self.expected.check(&before.revision)?;
        let after = before.clone().change(self.changes, ctx.now);
        ctx.unit.organization().update(&after).await?;
        let audit = AuditRecord::changed("organization.updated", &before, &after)?;
        Ok(Recorded::new(after, audit))
    }
}
