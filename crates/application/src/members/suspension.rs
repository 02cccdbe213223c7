use plinth_domain::{Membership, MembershipError, Permission, UserId};
use plinth_ports::{Invalidation, Member};

use super::NOT_FOUND;
use crate::{Command, Context, Error, Expected, Recorded, sso::LastBreakGlass};

/// Takes all access to the organization from a member: sessions and API keys stop at once, and work
/// again once the member is reactivated.
#[derive(Debug, Clone)]
pub struct SuspendMember {
    /// The member.
    pub user: UserId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// Whether the member is the last way in.
    pub last: LastBreakGlass,
}

impl Command for SuspendMember {
    const NAME: &'static str = "member.suspend";
    const PERMISSION: Permission = Permission::MemberUpdate;
    type Output = Member;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Member>, Error> {
        let owners = ctx.lock_rights(Self::PERMISSION).await?;
        let (access, now) = (ctx.access, ctx.now);
        change(ctx, (self.user, Some(self.last)), self.expected, "member.suspended", |member| {
            access.suspend(member, owners, now)
        })
        .await
    }
}

/// Gives a suspended member the access back.
#[derive(Debug, Clone)]
pub struct ReactivateMember {
    /// The member.
    pub user: UserId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for ReactivateMember {
    const NAME: &'static str = "member.reactivate";
    const PERMISSION: Permission = Permission::MemberUpdate;
    type Output = Member;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Member>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let (access, now) = (ctx.access, ctx.now);
        change(ctx, (self.user, None), self.expected, "member.reactivated", |member| {
            access.reactivate(member, now)
        })
        .await
    }
}

async fn change(
    ctx: &mut Context<'_>,
    (user, last): (UserId, Option<LastBreakGlass>),
    expected: Expected,
    action: &'static str,
    change: impl FnOnce(Membership) -> Result<Membership, MembershipError> + Send,
) -> Result<Recorded<Member>, Error> {
    let before = ctx.unit.members().find(user).await?.ok_or(NOT_FOUND)?;
    expected.check(&before.membership.revision)?;
    let membership = change(before.membership)?;
    if let Some(last) = last {
        ctx.keep_break_glass(&before.membership, last).await?;
    }
    ctx.check_proof_for(&[membership.role])?;
    ctx.unit.members().update(&membership).await?;
    ctx.forget(Invalidation::Member(membership.organization, user));
    let after = Member { membership, ..before.clone() };
    Recorded::changed(action, &before, after)
}
