//! Teams and their members.

use async_trait::async_trait;
use plinth_domain::{OrganizationId, Team, TeamId, TeamMember, UserId};
use plinth_ports::{
    Page, PageRequest, Result, TeamMemberReader, TeamMemberSort, TeamMembers,
    records::teams::{MEMBER, TEAM},
};

use super::{
    lists,
    record_tables::{RecordTables, Stored},
    unit::Unit,
};

impl Stored for Team {
    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables
            .team_members
            .retain(|(owner, (team, _)), _| *owner != organization || *team != self.id);
        tables.project_grants.retain(|(owner, _), grant| {
            *owner != organization || grant.grantee.team() != Some(self.id)
        });
    }
}

impl RecordTables {
    /// Takes a user who is no member any more out of all teams, and takes the user's roles on projects.
    pub(super) fn leave_teams(&mut self, key: &(OrganizationId, UserId)) {
        self.team_members.retain(|(owner, (_, user)), _| *owner != key.0 || *user != key.1);
        self.project_grants
            .retain(|(owner, _), grant| *owner != key.0 || grant.grantee.member() != Some(key.1));
    }
}

#[async_trait]
impl TeamMemberReader for Unit {
    async fn members(
        &mut self,
        team: TeamId,
        page: &PageRequest<TeamMemberSort>,
    ) -> Result<Page<TeamMember>> {
        let rows = self.tables().records.team_members.of(self.organization_id());
        let shown = rows.filter(|member| {
            member.team == team
                && page.times.created.includes(member.added_at)
                && page.times.updated.includes(member.added_at)
        });
        Ok(lists::page(shown.copied(), page))
    }
}

#[async_trait]
impl TeamMembers for Unit {
    async fn count(&mut self, team: TeamId) -> Result<u64> {
        let rows = self.tables().records.team_members.of(self.organization_id());
        Ok(rows.filter(|member| member.team == team).map(|_| 1).sum())
    }

    async fn teams_of(&mut self, user: UserId) -> Result<Vec<TeamId>> {
        let rows = self.tables().records.team_members.of(self.organization_id());
        // In the order of the key.
        Ok(rows.filter(|member| member.user == user).map(|member| member.team).collect())
    }

    async fn add(&mut self, member: &TeamMember) -> Result<bool> {
        let organization = self.organization_id();
        let no_team = !self.tables().records.teams.contains(&(organization, member.team));
        let no_member = !self.tables().memberships.contains(&(organization, member.user));
        self.draft.forbid(no_team, TEAM.0)?;
        self.draft.forbid(no_member, MEMBER.0)?;
        let key = (organization, (member.team, member.user));
        let members = &mut self.draft.tables.records.team_members;
        if members.contains(&key) {
            return Ok(false);
        }
        members.insert(key, *member);
        Ok(true)
    }

    async fn take_out(&mut self, team: TeamId, user: UserId) -> Result<bool> {
        let key = (self.organization_id(), (team, user));
        let members = &mut self.draft.tables.records.team_members;
        let was_there = members.contains(&key);
        members.remove(&key);
        Ok(was_there)
    }
}
