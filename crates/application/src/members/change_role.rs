use plinth_domain::{Permission, Role, UserId};
use plinth_ports::{Invalidation, Member};

use super::NOT_FOUND;
use crate::{AuditRecord, Command, Context, Error, Expected, Recorded};

/// Gives a member another role.
#[derive(Debug, Clone, Copy)]
pub struct ChangeRole {
    /// Who.
    pub user: UserId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new role.
    pub role: Role,
}

impl Command for ChangeRole {
    const NAME: &'static str = "member.change_role";
    const PERMISSION: Permission = Permission::MemberUpdate;
    type Output = Member;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Member>, Error> {
        let owners = ctx.unit.members().lock_owners().await?;
        let before = ctx.unit.members().find(self.user).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.membership.revision)?;
        let by = ctx.access.acting_role();
        let membership = before.membership.change_role(by, self.role, owners, ctx.now)?;
        ctx.unit.members().update(&membership).await?;
        ctx.forget(Invalidation::Member(membership.organization, membership.user));
        let after = Member { membership, ..before.clone() };
        let audit = AuditRecord::changed("member.role_changed", &before, &after)?;
        Ok(Recorded::new(after, audit))
    }
}
