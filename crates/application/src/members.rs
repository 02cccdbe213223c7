//! The members of an organization.

mod service;
mod suspension;

use plinth_domain::{
    AssignedRole, Id, MembershipError, Permission, Principal, Role, RoleRef, UserId,
};
use plinth_ports::{Invalidation, Member, MemberSort, OneOf, Page, PageRequest};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, Query, Reading, Recorded, View,
    resource::Resource, sso::LastBreakGlass,
};

pub use service::AddServiceAccount;
pub use suspension::{ReactivateMember, SuspendMember};

plinth_domain::codes! {
    MEMBER_OWNERS_ONLY = "member.owners_only", "Only an owner makes, changes and removes owners.";
    ROLE_EXCEEDS_CALLER = "role.exceeds_caller",
        "A role with permissions that the caller lacks can be neither given nor taken away.";
    MEMBER_LAST_OWNER = "member.last_owner",
        "The last active owner can neither leave, step down nor be suspended.";
    MEMBER_SERVICE_OWNER = "member.service_owner", "A service account cannot be an owner.";
    MEMBER_EXISTS = "member.exists", "The account is a member already.";
}

pub(crate) const NOT_FOUND: Error = Error::NotFound("member");

impl From<MembershipError> for Error {
    fn from(error: MembershipError) -> Self {
        match error {
            MembershipError::OwnersOnly => {
                Self::Refused { code: MEMBER_OWNERS_ONLY, detail: error.to_string().into() }
            }
            MembershipError::ExceedsActor => {
                Self::Refused { code: ROLE_EXCEEDS_CALLER, detail: error.to_string().into() }
            }
            MembershipError::Transition(refused) => refused.into(),
            MembershipError::ServiceOwner => {
                Self::Conflict { code: MEMBER_SERVICE_OWNER, detail: error.to_string().into() }
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
        let role = self.membership.role.reference();
        json!({
            "email": self.email.as_str(),
            "name": self.name.as_str(),
            "kind": self.membership.kind.name(),
            "role": role.built_in().map(Role::name),
            "role_id": role.custom().map(Id::uuid),
            "suspended_at": self.membership.suspended_at,
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
    pub roles: OneOf<RoleRef>,
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
    pub role: RoleRef,
    /// Whether the member is the last way in.
    pub last: LastBreakGlass,
}

impl Command for ChangeRole {
    const NAME: &'static str = "member.change_role";
    const PERMISSION: Permission = Permission::MemberUpdate;
    type Output = Member;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Member>, Error> {
        let owners = ctx.lock_rights(Self::PERMISSION).await?;
        let before = ctx.unit.members().find(self.user).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.membership.revision)?;
        let role = ctx.named_role(self.role).await?;
        let membership = ctx.access.change_role(before.membership, role, owners, ctx.now)?;
        if !role.is_owner() {
            ctx.keep_break_glass(&before.membership, self.last).await?;
        }
        ctx.check_proof_for(&[before.membership.role, role])?;
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
    /// Whether the member is the last way in.
    pub last: LastBreakGlass,
}

impl Command for RemoveMember {
    const NAME: &'static str = "member.remove";
    const PERMISSION: Permission = Permission::MemberRemove;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let owners = ctx.lock_rights(Self::PERMISSION).await?;
        let by = ctx.access;
        let proof = ctx.check_proof_for(&[AssignedRole::BuiltIn(Role::Owner)]);
        part_with(ctx, (self.user, self.last), self.expected, "member.removed", |member| {
            by.check_removal(&member.membership, owners)?;
            if member.membership.role.is_owner() { proof } else { Ok(()) }
        })
        .await
    }
}

/// The caller leaves the organization: any member but the last owner may.
#[derive(Debug, Clone)]
pub struct LeaveOrganization {
    /// The version of the membership that the caller saw.
    pub expected: Expected,
    /// Whether the caller is the last way in.
    pub last: LastBreakGlass,
}

impl Command for LeaveOrganization {
    const NAME: &'static str = "member.leave";
    const PERMISSION: Permission = Permission::OrganizationRead;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let Principal::User(user) = ctx.access.principal() else { return Err(Error::USERS_ONLY) };
        let owners = ctx.lock_rights(Self::PERMISSION).await?;
        part_with(ctx, (user, self.last), self.expected, "member.left", |member| {
            Ok(member.membership.check_leaving(owners)?)
        })
        .await
    }
}

async fn part_with(
    ctx: &mut Context<'_>,
    (user, last): (UserId, LastBreakGlass),
    expected: Expected,
    action: &'static str,
    check: impl FnOnce(&Member) -> Result<(), Error> + Send,
) -> Result<Recorded<()>, Error> {
    let member = ctx.unit.members().find(user).await?.ok_or(NOT_FOUND)?;
    expected.check(&member.membership.revision)?;
    check(&member)?;
    ctx.keep_break_glass(&member.membership, last).await?;
    let left = ctx.leave_teams(user).await?;
    ctx.unit.members().remove(&member.membership).await?;
    let ended = ctx.end_works_of_user(user).await?;
    ctx.forget(Invalidation::Member(ctx.organization(), user));
    let audit = AuditRecord::removed(action, &member)?;
    Ok(Recorded::new((), audit).along_with(left).along_with(ended))
}
