use plinth_domain::{MembershipError, Permission, UserId};
use plinth_ports::{Invalidation, Member};

use super::NOT_FOUND;
use crate::{AuditRecord, Command, Context, Error, Expected, Recorded};

/// Takes a member out of the organization.
#[derive(Debug, Clone, Copy)]
pub struct RemoveMember {
    /// Who.
    pub user: UserId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveMember {
    const NAME: &'static str = "member.remove";
    const PERMISSION: Permission = Permission::MemberRemove;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let by = ctx.access.acting_role();
        part_with(ctx, self.user, self.expected, "member.removed", |member, owners| {
            member.membership.check_removal(by, owners)
        })
        .await
    }
}

/// The caller leaves the organization: everybody may, but the last owner.
#[derive(Debug, Clone, Copy)]
pub struct LeaveOrganization {
    /// The version of the caller's membership that they saw.
    pub expected: Expected,
}

impl Command for LeaveOrganization {
    const NAME: &'static str = "member.leave";
    const PERMISSION: Permission = Permission::OrganizationRead;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let user = ctx.person()?;
        part_with(ctx, user, self.expected, "member.left", |member, owners| {
            member.membership.check_leaving(owners)
        })
        .await
    }
}

async fn part_with(
    ctx: &mut Context<'_>,
    user: UserId,
    expected: Expected,
    action: &'static str,
    check: impl FnOnce(&Member, u64) -> Result<(), MembershipError> + Send,
) -> Result<Recorded<()>, Error> {
    let owners = ctx.unit.members().lock_owners().await?;
    let member = ctx.unit.members().find(user).await?.ok_or(NOT_FOUND)?;
    expected.check(&member.membership.revision)?;
    check(&member, owners)?;
    ctx.unit.members().remove(&member.membership).await?;
    ctx.forget(Invalidation::Member(ctx.organization(), user));
    Ok(Recorded::new((), AuditRecord::removed(action, &member)?))
}
