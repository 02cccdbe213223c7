//! Custom roles.

use plinth_domain::{
    AssignedRole, CustomRole, CustomRoleChanges, CustomRoleDraft, CustomRoleId, OrganizationId,
    Permission, RoleRef,
};
use plinth_ports::{CustomRoleSort, Direction, Invalidation, PageRequest, Sort, SystemUnit};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, Query, Reading, Recorded, View,
    error::RECORD_IN_USE,
    limits::LIMIT_REACHED,
    resource::{Action, Found, Resource},
    sso,
};

impl Resource for CustomRole {
    const KIND: &'static str = "role";
    const TOPIC: &'static str = "roles";
    const READ: Permission = Permission::RoleRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
        json!({
            "name": self.name.as_str(),
            "description": self.description.as_ref().map(plinth_domain::Lines::as_str),
            "permissions": self.permissions.names().collect::<Vec<_>>(),
            "version": self.revision.version.number(),
        })
    }
}

/// Reads one custom role.
#[derive(Debug, Clone, Copy)]
pub struct GetRole {
    /// The role.
    pub id: CustomRoleId,
}

impl Query for GetRole {
    const NAME: &'static str = Action::<CustomRole>::GET;
    const PERMISSION: Permission = Permission::RoleRead;
    type Output = CustomRole;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<CustomRole, Error> {
        view.unit.roles().get(self.id).await
    }
}

/// Lists all custom roles, in the order of their names.
#[derive(Debug, Clone, Copy)]
pub struct ListRoles;

impl Query for ListRoles {
    const NAME: &'static str = Action::<CustomRole>::LIST;
    const PERMISSION: Permission = Permission::RoleRead;
    type Output = Vec<CustomRole>;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Vec<CustomRole>, Error> {
        let sort = Sort { by: CustomRoleSort::Name, direction: Direction::Ascending };
        let page = PageRequest::first(CustomRole::MOST, sort);
        Ok(view.unit.roles().list(&(), &page).await?.items)
    }
}

/// Creates a custom role.
#[derive(Debug, Clone)]
pub struct CreateRole {
    /// Its values.
    pub draft: CustomRoleDraft,
}

impl Command for CreateRole {
    const NAME: &'static str = Action::<CustomRole>::CREATE;
    const PERMISSION: Permission = Permission::RoleCreate;
    type Output = CustomRole;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<CustomRole>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let role = CustomRole::create(ctx.id(), ctx.organization(), self.draft, ctx.now);
        ctx.access.check_role(role.assigned())?;
        if ctx.unit.roles().count().await? >= u64::from(CustomRole::MOST) {
            let detail = format!("the organization may have at most {} roles", CustomRole::MOST);
            return Err(Error::Refused { code: LIMIT_REACHED, detail: detail.into() });
        }
        ctx.unit.roles().insert(&role).await.map_err(Error::write::<CustomRole>)?;
        Recorded::created(role)
    }
}

/// Changes a custom role, and with it what its members may do from then on.
#[derive(Debug, Clone)]
pub struct UpdateRole {
    /// The role.
    pub id: CustomRoleId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub changes: CustomRoleChanges,
}

impl Command for UpdateRole {
    const NAME: &'static str = Action::<CustomRole>::UPDATE;
    const PERMISSION: Permission = Permission::RoleUpdate;
    type Output = CustomRole;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<CustomRole>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let before = ctx.unit.roles().expect(self.id, &self.expected).await?;
        ctx.access.check_role(before.assigned())?;
        let after = before.clone().change(self.changes, ctx.now);
        ctx.access.check_role(after.assigned())?;
        ctx.unit.roles().update(&after).await.map_err(Error::write::<CustomRole>)?;
        let mut ended = Vec::new();
        if after.permissions != before.permissions {
            ended = ctx.end_excess_of_role(after.id).await?;
            ctx.forget(Invalidation::Organization(after.organization));
        }
        Ok(Recorded::changed(Action::<CustomRole>::UPDATED, &before, after)?.along_with(ended))
    }
}

/// Removes a custom role that no member has, no open invitation offers, and no connection to a provider
/// of identities gives.
#[derive(Debug, Clone)]
pub struct RemoveRole {
    /// The role.
    pub id: CustomRoleId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveRole {
    const NAME: &'static str = Action::<CustomRole>::REMOVE;
    const PERMISSION: Permission = Permission::RoleDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let role = ctx.unit.roles().expect(self.id, &self.expected).await?;
        ctx.access.check_role(role.assigned())?;
        let expired = ctx.close_expired_invitations().await?;
        // An invitation that is being accepted is waited for, and then a member has the role.
        if !ctx.unit.invitations().pending_with(role.id).await?.is_empty() {
            return Err(Error::conflict(RECORD_IN_USE, "open invitations offer it"));
        }
        let connection = ctx.unit.sso().connection().await?;
        if connection.is_some_and(|connection| sso::gives(&connection, role.id)) {
            let detail = "the connection to the provider of identities gives it";
            return Err(Error::conflict(RECORD_IN_USE, detail));
        }
        ctx.unit.roles().remove(&role).await.map_err(Error::in_use)?;
        let audit = AuditRecord::removed(Action::<CustomRole>::REMOVED, &role)?;
        Ok(Recorded::new((), audit).along_with(expired))
    }
}

/// A role of an organization with the permissions that it has now; `None` when there is no such custom
/// role.
pub(crate) async fn find_role_of(
    organization: OrganizationId,
    role: RoleRef,
    unit: &mut dyn SystemUnit,
) -> Result<Option<AssignedRole>, Error> {
    Ok(match role {
        RoleRef::BuiltIn(role) => Some(role.into()),
        RoleRef::Custom(id) => {
            unit.find_role(organization, id).await?.as_ref().map(CustomRole::assigned)
        }
    })
}

impl Context<'_> {
    /// A role with the permissions that it has now; `None` when there is no such custom role.
    pub(crate) async fn find_role(&mut self, role: RoleRef) -> Result<Option<AssignedRole>, Error> {
        Ok(match role {
            RoleRef::BuiltIn(role) => Some(role.into()),
            RoleRef::Custom(id) => {
                self.unit.roles().find(id).await?.as_ref().map(CustomRole::assigned)
            }
        })
    }

    /// The same of a role that a request names.
    pub(crate) async fn named_role(&mut self, role: RoleRef) -> Result<AssignedRole, Error> {
        self.find_role(role).await?.ok_or_else(|| Error::unknown_reference("role_id"))
    }

    /// Withdraws the invitations that members with a role would not be allowed to create any more.
    async fn end_excess_of_role(&mut self, role: CustomRoleId) -> Result<Vec<AuditRecord>, Error> {
        let pending = self.unit.invitations().pending_of_role(role).await?;
        let mut inviters: Vec<_> = pending.iter().map(|invitation| invitation.invited_by).collect();
        inviters.sort_unstable();
        inviters.dedup();
        let mut ended = Vec::new();
        for inviter in inviters {
            if let Some(member) = self.unit.members().find(inviter).await? {
                ended.extend(self.end_excess_of(&member.membership).await?);
            }
        }
        Ok(ended)
    }
}
