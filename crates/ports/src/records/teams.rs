//! Teams and their members.

use async_trait::async_trait;
use plinth_domain::{Id, OrganizationId, Revision, Team, TeamId, TeamMember, UserId};

use super::{Constraint, Record, Unique};
use crate::{Page, PageRequest, Result, SortValue, page::sort_keys};

plinth_domain::codes! {
    TEAM_NAME_TAKEN = "team.name_taken", "Another team has this name.";
}

/// Another team of the organization has the name.
pub const NAME_TAKEN: Constraint = Constraint("teams_organization_id_name_key");
/// The team of a new member does not exist.
pub const TEAM: Constraint = Constraint("team_members_organization_id_team_id_fkey");
/// The user is no member of the organization.
pub const MEMBER: Constraint = Constraint("team_members_organization_id_user_id_fkey");

sort_keys! {
    /// The orders of a list of teams.
    TeamSort of Team, by |t| t.id.uuid();
    CreatedAt = "created_at" => |t| SortValue::Time(t.revision.created_at),
    Name = "name" => |t| SortValue::Text(t.name.as_str().to_owned()),
}

sort_keys! {
    /// The orders of a list of a team's members.
    TeamMemberSort of TeamMember, unchanged, by |m| m.user.uuid();
    CreatedAt = "created_at" => |m| SortValue::Time(m.added_at),
}

impl Record for Team {
    const TABLE: &'static str = "teams";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: NAME_TAKEN,
        code: TEAM_NAME_TAKEN,
        detail: "another team has this name",
        value: |t| Some(t.name.as_str().to_owned()),
    }];
    type Filter = ();
    type Sort = TeamSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, (): &()) -> bool {
        true
    }
}

/// Reads the members of teams.
#[async_trait]
pub trait TeamMemberReader: Send {
    /// One page of the members of a team.
    async fn members(
        &mut self,
        team: TeamId,
        page: &PageRequest<TeamMemberSort>,
    ) -> Result<Page<TeamMember>>;
}

/// Reads and writes the members of teams. They leave their teams with the organization, and a team goes
/// with its members.
#[async_trait]
pub trait TeamMembers: TeamMemberReader {
    /// The number of members of a team.
    async fn count(&mut self, team: TeamId) -> Result<u64>;
    /// The teams of a member, the oldest identity first.
    async fn teams_of(&mut self, user: UserId) -> Result<Vec<TeamId>>;
    /// Adds a member. Returns whether the user was none before.
    async fn add(&mut self, member: &TeamMember) -> Result<bool>;
    /// Takes a member out. Returns whether the user was one.
    async fn take_out(&mut self, team: TeamId, user: UserId) -> Result<bool>;
}
