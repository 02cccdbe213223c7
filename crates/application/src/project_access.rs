//! Roles on single projects: who gives them, and to whom. [`ByProject`](crate::ByProject) says where they
//! count.

use plinth_domain::{
    Grantee, Id, Permission, ProjectGrant, ProjectId, Role, RoleRef, check_project_role,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, Query, Recorded, View,
    limits::LIMIT_REACHED,
    members,
    resource::{Action, Found, Resource},
};

const NOT_FOUND: Error = Error::NotFound("project access");

impl Resource for ProjectGrant {
    const KIND: &'static str = "project_access";
    const TOPIC: &'static str = "project_access";
    const READ: Permission = Permission::ProjectAccessRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn project(&self) -> Option<Uuid> {
        Some(self.project.uuid())
    }
    fn audit_view(&self) -> impl Serialize {
        json!({
            "project_id": self.project.uuid(),
            "user_id": self.grantee.member().map(Id::uuid),
            "team_id": self.grantee.team().map(Id::uuid),
            "role": self.role.built_in().map(Role::name),
            "role_id": self.role.custom().map(Id::uuid),
            "version": self.revision.version.number(),
        })
    }
}

/// Lists all grants on a project, the oldest first.
#[derive(Debug, Clone, Copy)]
pub struct ListProjectAccess {
    /// The project.
    pub project: ProjectId,
}

impl Query for ListProjectAccess {
    const NAME: &'static str = "project_access.list";
    const PERMISSION: Permission = Permission::ProjectAccessRead;
    type Output = Vec<ProjectGrant>;

    async fn run(self, view: &mut View<'_>) -> Result<Vec<ProjectGrant>, Error> {
        view.unit.projects().get(self.project).await?;
        Ok(view.unit.project_grants().of_project(self.project).await?)
    }
}

/// Gives a member or a team a role on a project, in place of the one that it has there. The caller needs
/// every permission of both roles.
#[derive(Debug, Clone)]
pub struct GiveProjectAccess {
    /// The project.
    pub project: ProjectId,
    /// To whom.
    pub grantee: Grantee,
    /// The version of the grant that the caller saw.
    pub expected: Expected,
    /// The role.
    pub role: RoleRef,
}

impl Command for GiveProjectAccess {
    const NAME: &'static str = "project_access.give";
    const PERMISSION: Permission = Permission::ProjectAccessUpdate;
    type Output = ProjectGrant;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<ProjectGrant>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        ctx.unit.projects().get(self.project).await?;
        match self.grantee {
            Grantee::Member(user) => {
                ctx.unit.members().find(user).await?.ok_or(members::NOT_FOUND)?;
            }
            Grantee::Team(team) => {
                ctx.unit.teams().get(team).await?;
            }
        }
        check_project_role(self.role).map_err(|invalid| Error::field("/role", invalid))?;
        let role = ctx.named_role(self.role).await?;
        ctx.access.check_role(role)?;
        let known = ctx.unit.project_grants().grant(self.project, self.grantee).await?;
        if let Some(before) = known {
            self.expected.check(&before.revision)?;
            ctx.check_grant(&before).await?;
            let after = before.change(self.role, ctx.now);
            ctx.unit.project_grants().change(&after).await?;
            return Recorded::changed(Action::<ProjectGrant>::UPDATED, &before, after);
        }
        self.expected.check_absent()?;
        check_room(ctx, self.project, self.grantee).await?;
        let subject = (self.project, self.grantee);
        let grant = ProjectGrant::give(ctx.id(), ctx.organization(), subject, self.role, ctx.now);
        ctx.unit.project_grants().give(&grant).await?;
        Recorded::created(grant)
    }
}

/// Refuses one more grant beyond the limits of its project and its grantee. Rights are locked.
async fn check_room(
    ctx: &mut Context<'_>,
    project: ProjectId,
    grantee: Grantee,
) -> Result<(), Error> {
    let refused = |detail: String| Error::Refused { code: LIMIT_REACHED, detail: detail.into() };
    let (most, of_grantee) = (ProjectGrant::MOST_OF_PROJECT, ProjectGrant::MOST_OF_GRANTEE);
    if ctx.unit.project_grants().of_project(project).await?.len() >= most {
        return Err(refused(format!("at most {most} members and teams have a role on a project")));
    }
    if ctx.unit.project_grants().of_grantee(grantee).await?.len() >= of_grantee {
        let detail = format!("a member or a team has a role on at most {of_grantee} projects");
        return Err(refused(detail));
    }
    Ok(())
}

/// Takes the role on a project from a member or a team. The caller needs every permission of it.
#[derive(Debug, Clone)]
pub struct WithdrawProjectAccess {
    /// The project.
    pub project: ProjectId,
    /// From whom.
    pub grantee: Grantee,
    /// The version of the grant that the caller saw.
    pub expected: Expected,
}

impl Command for WithdrawProjectAccess {
    const NAME: &'static str = "project_access.withdraw";
    const PERMISSION: Permission = Permission::ProjectAccessUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let grant = ctx.unit.project_grants().grant(self.project, self.grantee).await?;
        let grant = grant.ok_or(NOT_FOUND)?;
        self.expected.check(&grant.revision)?;
        ctx.check_grant(&grant).await?;
        ctx.unit.project_grants().withdraw(&grant).await?;
        Ok(Recorded::new((), AuditRecord::removed(Action::<ProjectGrant>::REMOVED, &grant)?))
    }
}

impl Context<'_> {
    /// Checks that the caller may give the role of a grant, and take it.
    async fn check_grant(&mut self, grant: &ProjectGrant) -> Result<(), Error> {
        let role = self.named_role(grant.role).await?;
        Ok(self.access.check_role(role)?)
    }

    /// Checks this for every role that a member or a team has on projects.
    pub(crate) async fn check_roles_of(&mut self, grantee: Grantee) -> Result<(), Error> {
        let grants = self.unit.project_grants().of_grantee(grantee).await?;
        let mut roles: Vec<RoleRef> = Vec::new();
        for grant in grants {
            if !roles.contains(&grant.role) {
                self.check_grant(&grant).await?;
                roles.push(grant.role);
            }
        }
        Ok(())
    }

    /// Takes all roles on projects from a member or a team.
    pub(crate) async fn end_access_of(
        &mut self,
        grantee: Grantee,
    ) -> Result<Vec<AuditRecord>, Error> {
        let grants = self.unit.project_grants().of_grantee(grantee).await?;
        let mut audits = Vec::with_capacity(grants.len());
        for grant in grants {
            self.unit.project_grants().withdraw(&grant).await?;
            audits.push(AuditRecord::removed(Action::<ProjectGrant>::REMOVED, &grant)?);
        }
        Ok(audits)
    }
}
