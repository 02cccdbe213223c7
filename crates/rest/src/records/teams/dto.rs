use chrono::{DateTime, Utc};
use plinth_domain::{Lines, Name, Team, TeamChanges, TeamDraft, TeamMember};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::json::{Faults, Form, Merge};

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamView {
    id: Uuid,
    /// Unique within the organization.
    #[schema(example = "Site north")]
    name: String,
    description: Option<String>,
    /// Increases by one with each change, and not with the members; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Team> for TeamView {
    fn from(team: Team) -> Self {
        Self {
            id: team.id.uuid(),
            name: team.name.as_str().to_owned(),
            description: team.description.map(|text| text.as_str().to_owned()),
            version: team.revision.version.number(),
            created_at: team.revision.created_at,
            updated_at: team.revision.updated_at,
        }
    }
}

/// A new team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTeam {
    /// Unique within the organization.
    #[schema(min_length = 1, max_length = 200, example = "Site north")]
    name: String,
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"
    )]
    description: Option<String>,
}

impl Form for NewTeam {
    type Value = TeamDraft;

    fn check(self, f: &mut Faults) -> Option<TeamDraft> {
        let name = f.check("/name", Name::parse(&self.name));
        let description =
            f.check_some("/description", self.description, |text| Lines::parse(&text));
        Some(TeamDraft { name: name?, description: description? })
    }
}

/// A change to a team: a merge patch (RFC 7396).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Site north")]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$")]
    description: Merge<String>,
}

impl Form for TeamPatch {
    type Value = TeamChanges;

    fn check(self, f: &mut Faults) -> Option<TeamChanges> {
        let name = self.name.required(f, "/name", |text| Name::parse(&text));
        let description = self.description.optional(f, "/description", |text| Lines::parse(&text));
        Some(TeamChanges { name: name?, description: description? })
    }
}

/// A member of a team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamMemberView {
    /// The member: `/members/{id}`.
    user_id: Uuid,
    /// Since when.
    created_at: DateTime<Utc>,
}

impl From<TeamMember> for TeamMemberView {
    fn from(member: TeamMember) -> Self {
        Self { user_id: member.user.uuid(), created_at: member.added_at }
    }
}
