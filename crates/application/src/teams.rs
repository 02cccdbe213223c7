//! Teams and their members.

use plinth_domain::{
    Grantee, OrganizationId, Permission, Team, TeamChanges, TeamDraft, TeamId, TeamMember,
    Timestamp, UserId,
};
use plinth_ports::{Page, PageRequest, TeamMemberSort};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, Query, Reading, Recorded, View,
    crud::Crud,
    limits::LIMIT_REACHED,
    members,
    resource::{Action, Found, Resource},
};

impl Resource for Team {
    const KIND: &'static str = "team";
    const TOPIC: &'static str = "teams";
    const READ: Permission = Permission::TeamRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
        json!({
            "name": self.name.as_str(),
            "description": self.description.as_ref().map(plinth_domain::Lines::as_str),
            "version": self.revision.version.number(),
        })
    }
}

impl Crud for Team {
    type Draft = TeamDraft;
    type Changes = TeamChanges;
    const CREATE: Permission = Permission::TeamCreate;
    const UPDATE: Permission = Permission::TeamUpdate;
    const DELETE: Permission = Permission::TeamDelete;

    fn create(id: TeamId, owner: OrganizationId, draft: TeamDraft, at: Timestamp) -> Self {
        Self::create(id, owner, draft, at)
    }

    fn change(self, changes: TeamChanges, at: Timestamp) -> Result<Self, Error> {
        Ok(self.change(changes, at))
    }
}

/// Removes a team. Its members lose the roles on projects that it has.
#[derive(Debug, Clone)]
pub struct RemoveTeam {
    /// The team.
    pub id: TeamId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveTeam {
    const NAME: &'static str = Action::<Team>::REMOVE;
    const PERMISSION: Permission = Permission::TeamDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let team = ctx.unit.teams().expect(self.id, &self.expected).await?;
        ctx.check_roles_of(Grantee::Team(team.id)).await?;
        let ended = ctx.end_access_of(Grantee::Team(team.id)).await?;
        ctx.unit.teams().remove(&team).await.map_err(Error::in_use)?;
        let audit = AuditRecord::removed(Action::<Team>::REMOVED, &team)?;
        Ok(Recorded::new((), audit).along_with(ended))
    }
}

/// Lists the members of a team.
#[derive(Debug, Clone)]
pub struct ListTeamMembers {
    /// The team.
    pub id: TeamId,
    /// The order and the position.
    pub page: PageRequest<TeamMemberSort>,
}

impl Query for ListTeamMembers {
    const NAME: &'static str = "team.members";
    const PERMISSION: Permission = Permission::TeamRead;
    type Output = Page<TeamMember>;

    fn reading(&self) -> Reading {
        if self.page.is_special() { Reading::Slowly } else { Reading::Together }
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<TeamMember>, Error> {
        view.unit.teams().get(self.id).await?;
        Ok(view.unit.team_members().members(self.id, &self.page).await?)
    }
}

/// Adds a member of the organization to a team. The caller needs every permission of the roles that the
/// team has on projects, because the member gets them.
#[derive(Debug, Clone, Copy)]
pub struct AddTeamMember {
    /// The team.
    pub id: TeamId,
    /// The member.
    pub user: UserId,
}

impl Command for AddTeamMember {
    const NAME: &'static str = "team.add_member";
    const PERMISSION: Permission = Permission::TeamUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let team = ctx.unit.teams().get(self.id).await?;
        ctx.unit.members().find(self.user).await?.ok_or(members::NOT_FOUND)?;
        ctx.check_roles_of(Grantee::Team(team.id)).await?;
        let teams = ctx.unit.team_members().teams_of(self.user).await?;
        if teams.contains(&team.id) {
            return Ok(Recorded::without_audit(()));
        }
        if teams.len() >= Team::MOST_OF_MEMBER {
            let detail = format!("a member is in at most {} teams", Team::MOST_OF_MEMBER);
            return Err(Error::Refused { code: LIMIT_REACHED, detail: detail.into() });
        }
        if ctx.unit.team_members().count(team.id).await? >= Team::MOST_MEMBERS {
            let detail = format!("a team has at most {} members", Team::MOST_MEMBERS);
            return Err(Error::Refused { code: LIMIT_REACHED, detail: detail.into() });
        }
        let member = TeamMember { team: team.id, user: self.user, added_at: ctx.now };
        ctx.unit.team_members().add(&member).await?;
        Ok(Recorded::new((), about(&team, "team.member_added", self.user)?))
    }
}

/// Takes a member out of a team. The caller needs every permission of the roles that the team has on
/// projects.
#[derive(Debug, Clone, Copy)]
pub struct RemoveTeamMember {
    /// The team.
    pub id: TeamId,
    /// The member.
    pub user: UserId,
}

impl Command for RemoveTeamMember {
    const NAME: &'static str = "team.remove_member";
    const PERMISSION: Permission = Permission::TeamUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.lock_rights(Self::PERMISSION).await?;
        let team = ctx.unit.teams().get(self.id).await?;
        ctx.check_roles_of(Grantee::Team(team.id)).await?;
        if !ctx.unit.team_members().take_out(team.id, self.user).await? {
            return Err(Error::NotFound("team member"));
        }
        Ok(Recorded::new((), about(&team, "team.member_removed", self.user)?))
    }
}

/// What became of a member of the team.
fn about(team: &Team, action: &'static str, user: UserId) -> Result<AuditRecord, Error> {
    AuditRecord::about(action, team).beside("user_id", json!(user.uuid()))
}

impl Context<'_> {
    /// Takes a member who leaves the organization out of all teams, and takes the roles on projects back.
    pub(crate) async fn leave_teams(&mut self, user: UserId) -> Result<Vec<AuditRecord>, Error> {
        let mut ended = self.end_access_of(Grantee::Member(user)).await?;
        for id in self.unit.team_members().teams_of(user).await? {
            let team = self.unit.teams().get(id).await?;
            self.unit.team_members().take_out(id, user).await?;
            ended.push(about(&team, "team.member_removed", user)?);
        }
        Ok(ended)
    }
}
