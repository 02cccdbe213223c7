//! Roles on single projects.

use async_trait::async_trait;
use plinth_domain::{
    AssignedRole, Contract, CustomRole, Document, Grantee, OrganizationId, Project, ProjectGrant,
    ProjectId, RoleRef, UserId,
};
use plinth_ports::{
    InProject, ProjectGrantReader, ProjectGrants, Result, TeamMembers,
    records::project_grants::{MEMBER, MEMBER_TAKEN, PROJECT, ROLE, TEAM, TEAM_TAKEN},
};

use super::{
    documents::is_pdf,
    record_tables::{RecordTables, Stored},
    table::expect,
    unit::Unit,
};

impl Stored for Project {
    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables
            .project_grants
            .retain(|(owner, _), grant| *owner != organization || grant.project != self.id);
    }
}

#[async_trait]
impl ProjectGrantReader for Unit {
    async fn of_project(&mut self, project: ProjectId) -> Result<Vec<ProjectGrant>> {
        Ok(self.grants(|grant| grant.project == project))
    }

    async fn grant(
        &mut self,
        project: ProjectId,
        grantee: Grantee,
    ) -> Result<Option<ProjectGrant>> {
        let found = self.grants(|grant| grant.project == project && grant.grantee == grantee);
        Ok(found.into_iter().next())
    }

    async fn roles_of(&mut self, user: UserId) -> Result<Vec<(ProjectId, AssignedRole)>> {
        let teams = self.teams_of(user).await?;
        let found = self.grants(|grant| match grant.grantee {
            Grantee::Member(member) => member == user,
            Grantee::Team(team) => teams.contains(&team),
        });
        let role = |grant: ProjectGrant| {
            let role = match grant.role {
                RoleRef::BuiltIn(role) => Some(role.into()),
                RoleRef::Custom(id) => self.record(id).map(CustomRole::assigned),
            };
            role.map(|role| (grant.project, role))
        };
        Ok(found.into_iter().filter_map(role).collect())
    }

    async fn project_of(&mut self, record: InProject) -> Result<Option<ProjectId>> {
        Ok(match record {
            InProject::Project(project) => Some(project),
            InProject::Document(id) => {
                let is_pdf = is_pdf(&self.tables().records, self.organization_id(), id);
                self.record::<Document>(id).filter(|_| !is_pdf).and_then(|found| found.project)
            }
            InProject::Contract(id) => self.record::<Contract>(id).and_then(|found| found.project),
        })
    }
}

#[async_trait]
impl ProjectGrants for Unit {
    async fn of_grantee(&mut self, grantee: Grantee) -> Result<Vec<ProjectGrant>> {
        Ok(self.grants(|grant| grant.grantee == grantee))
    }

    /// Units of work run one after another, so there is nothing to lock.
    async fn hold_project_of(&mut self, record: InProject) -> Result<Option<ProjectId>> {
        self.project_of(record).await
    }

    async fn give(&mut self, grant: &ProjectGrant) -> Result<()> {
        let given =
            self.grants(|known| known.project == grant.project && known.grantee == grant.grantee);
        let taken = match grant.grantee {
            Grantee::Member(_) => MEMBER_TAKEN,
            Grantee::Team(_) => TEAM_TAKEN,
        };
        self.draft.forbid(!given.is_empty(), taken.0)?;
        self.put_grant(grant)
    }

    async fn change(&mut self, grant: &ProjectGrant) -> Result<()> {
        let key = (self.organization_id(), grant.id);
        let stored = self.tables().records.project_grants.get(&key);
        expect(stored.map(|grant| grant.revision.version), grant.revision.previous())?;
        self.put_grant(grant)
    }

    async fn withdraw(&mut self, grant: &ProjectGrant) -> Result<()> {
        let key = (self.organization_id(), grant.id);
        let stored = self.tables().records.project_grants.get(&key);
        expect(stored.map(|grant| grant.revision.version), grant.revision.version)?;
        self.draft.tables.records.project_grants.remove(&key);
        Ok(())
    }
}

impl Unit {
    /// The grants of the organization that are `wanted`, the oldest first.
    fn grants(&self, wanted: impl Fn(&ProjectGrant) -> bool) -> Vec<ProjectGrant> {
        let grants = self.tables().records.project_grants.of(self.organization_id());
        let mut found: Vec<_> = grants.filter(|grant| wanted(grant)).copied().collect();
        found.sort_by_key(|grant| (grant.revision.created_at, grant.id));
        found
    }

    fn put_grant(&mut self, grant: &ProjectGrant) -> Result<()> {
        let organization = self.organization_id();
        let no_project = self.record::<Project>(grant.project).is_none();
        let (tables, grantee) = (self.tables(), grant.grantee);
        let no_member = grantee
            .member()
            .is_some_and(|user| !tables.memberships.contains(&(organization, user)));
        let no_team = grantee
            .team()
            .is_some_and(|team| !tables.records.teams.contains(&(organization, team)));
        let no_role = grant
            .role
            .custom()
            .is_some_and(|role| !tables.records.roles.contains(&(organization, role)));
        self.draft.forbid(no_project, PROJECT.0)?;
        self.draft.forbid(no_member, MEMBER.0)?;
        self.draft.forbid(no_team, TEAM.0)?;
        self.draft.forbid(no_role, ROLE.0)?;
        let row = ProjectGrant { organization, ..*grant };
        self.draft.tables.records.project_grants.insert((organization, row.id), row);
        Ok(())
    }
}
