//! The removal of an organization with all that it has.

use plinth_domain::{Invalid, Organization, Permission, Slug};
use plinth_ports::Invalidation;

use super::{ORGANIZATION_HELD, ORGANIZATION_SLUG_DIFFERS};
use crate::{Command, Context, Error, Recorded};

/// Asks for the removal of the organization. Its access ends at once; until the days of grace are over, an
/// operator can give it back.
#[derive(Debug, Clone)]
pub struct RequestErasure {
    /// The organization's slug, as a confirmation.
    pub slug: Slug,
}

impl Command for RequestErasure {
    const NAME: &'static str = "organization.erase";
    const PERMISSION: Permission = Permission::OrganizationErase;
    type Output = Organization;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Organization>, Error> {
        let before = ctx.unit.organization().find().await?;
        let before = before.ok_or(Error::NotFound("organization"))?;
        if self.slug != before.slug {
            let detail = "must be the slug of the organization";
            return Err(Error::field("/slug", Invalid::new(ORGANIZATION_SLUG_DIFFERS, detail)));
        }
        if before.legal_hold {
            let detail = "a legal hold keeps the organization";
            return Err(Error::conflict(ORGANIZATION_HELD, detail));
        }
        let after = before.clone().request_erasure(ctx.now + ctx.policy.erasure_grace, ctx.now);
        ctx.unit.organization().update(&after).await?;
        ctx.forget(Invalidation::Organization(before.id));
        Recorded::changed("organization.erasure_requested", &before, after)
    }
}
