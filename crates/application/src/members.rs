//! The members of an organization.

use plinth_domain::{MembershipError, Permission, Principal, Role, UserId};
use plinth_ports::{Invalidation, Member, MemberSort, OneOf, Page, PageRequest};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, Query, Reading, Recorded, View,
    resource::Resource,
};

plinth_domain::codes! {
    MEMBER_OWNERS_ONLY = "member.owners_only", "Only an owner makes, changes and removes owners.";
    ROLE_EXCEEDS_CALLER = "role.exceeds_caller",
        "A role with permissions that the caller lacks can be neither given nor taken away.";
    MEMBER_LAST_OWNER = "member.last_owner", "The last owner can neither leave nor step down.";
    MEMBER_EXISTS = "member.exists", "The account is a member already.";
}

const NOT_FOUND: Error = Error::NotFound("member");

impl From<MembershipError> for Error {
    fn from(error: MembershipError) -> Self {
        match error {
            MembershipError::OwnersOnly => {
                Self::Refused { code: MEMBER_OWNERS_ONLY, detail: error.to_string().into() }
            }
            MembershipError::ExceedsActor => {
                Self::Refused { code: ROLE_EXCEEDS_CALLER, detail: error.to_string().into() }
            }
            MembershipError::LastOwner => {
                Self::Conflict { code: MEMBER_LAST_OWNER, detail: error.to_string().into() }
            }
        }
    }
}

impl Resource for Member {
    const KIND: &'static str = "member";
    const TOPIC: &'static str = "members";
    const READ: Permission = Permission::MemberRead;
    fn id(&self) -> Uuid {
        self.membership.user.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
        json!({
            "email": self.email.as_str(),
            "name": self.name.as_str(),
            "role": self.membership.role.name(),
            "version": self.membership.revision.version.number(),
        })
    }
}

/// Reads one member.
#[derive(Debug, Clone, Copy)]
pub struct GetMember {
    /// The member.
    pub user: UserId,
}

impl Query for GetMember {
    const NAME: &'static str = "member.get";
    const PERMISSION: Permission = Permission::MemberRead;
    type Output = Member;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Member, Error> {
        view.unit.members().find(self.user).await?.ok_or(NOT_FOUND)
    }
}

/// Lists the members.
#[derive(Debug, Clone)]
pub struct ListMembers {
    /// Only members of one of these roles.
    pub roles: OneOf<Role>,
    /// The order and the position.
    pub page: PageRequest<MemberSort>,
}

impl Query for ListMembers {
    const NAME: &'static str = "member.list";
    const PERMISSION: Permission = Permission::MemberRead;
    type Output = Page<Member>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, false)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Member>, Error> {
        Ok(view.unit.members().list(&self.roles, &self.page).await?)
    }
}

/// Changes the role of a member.
#[derive(Debug, Clone)]
pub struct ChangeRole {
    /// The member.
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
        let owners = ctx.lock_rights(Self::PERMISSION).await?;
        let before = ctx.unit.members().find(self.user).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.membership.revision)?;
        let membership = ctx.access.change_role(before.membership, self.role, owners, ctx.now)?;
        ctx.unit.members().update(&membership).await?;
        let ended = ctx.end_excess_of(&membership).await?;
        ctx.forget(Invalidation::Member(membership.organization, membership.user));
        let after = Member { membership, ..before.clone() };
        Ok(Recorded::changed("member.role_changed", &before, after)?.along_with(ended))
    }
}

/// Removes a member from the organization.
#[derive(Debug, Clone)]
pub struct RemoveMember {
    /// The member.
    pub user: UserId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveMember {
    const NAME: &'static str = "member.remove";
    const PERMISSION: Permission = Permission::MemberRemove;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let owners = ctx.lock_rights(Self::PERMISSION).await?;
        let by = ctx.access;
        part_with(ctx, self.user, self.expected, "member.removed", |member| {
            by.check_removal(&member.membership, owners)
        })
        .await
    }
}

/// The caller leaves the organization: any member but the last owner may.
#[derive(Debug, Clone)]
pub struct LeaveOrganization {
    /// The version of the membership that the caller saw.
    pub expected: Expected,
}

impl Command for LeaveOrganization {
    const NAME: &'static str = "member.leave";
    const PERMISSION: Permission = Permission::OrganizationRead;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let Principal::User(user) = ctx.access.principal() else { return Err(Error::USERS_ONLY) };
        let owners = ctx.lock_rights(Self::PERMISSION).await?;
        part_with(ctx, user, self.expected, "member.left", |member| {
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
    check: impl FnOnce(&Member) -> Result<(), MembershipError> + Send,
) -> Result<Recorded<()>, Error> {
    let member = ctx.unit.members().find(user).await?.ok_or(NOT_FOUND)?;
    expected.check(&member.membership.revision)?;
    check(&member)?;
    ctx.unit.members().remove(&member.membership).await?;
    let ended = ctx.end_works_of_user(user).await?;
    ctx.forget(Invalidation::Member(ctx.organization(), user));
    Ok(Recorded::new((), AuditRecord::removed(action, &member)?).along_with(ended))
}
