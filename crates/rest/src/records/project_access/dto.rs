use chrono::{DateTime, Utc};
use plinth_domain::{Id, ProjectGrant, Role, RoleRef, check_project_role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Faults, Form, given},
    members::{RoleName, chosen_role},
};

/// A role that a member or a team has on a project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectAccessView {
    id: Uuid,
    project_id: Uuid,
    /// The member; `null` for a team.
    user_id: Option<Uuid>,
    /// The team; `null` for a member.
    team_id: Option<Uuid>,
    /// `null` for a custom role.
    #[schema(value_type = Option<RoleName>)]
    role: Option<&'static str>,
    /// The custom role; `null` for a built-in one.
    role_id: Option<Uuid>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<ProjectGrant> for ProjectAccessView {
    fn from(grant: ProjectGrant) -> Self {
        Self {
            id: grant.id.uuid(),
            project_id: grant.project.uuid(),
            user_id: grant.grantee.member().map(Id::uuid),
            team_id: grant.grantee.team().map(Id::uuid),
            role: grant.role.built_in().map(Role::name),
            role_id: grant.role.custom().map(Id::uuid),
            version: grant.revision.version.number(),
            created_at: grant.revision.created_at,
            updated_at: grant.revision.updated_at,
        }
    }
}

/// A role on a project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "member"}))]
pub(crate) struct ProjectRole {
    /// Either a built-in role, any but `owner` …
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = RoleName)]
    role: Option<String>,
    /// … or a custom one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Uuid)]
    role_id: Option<String>,
}

impl Form for ProjectRole {
    type Value = RoleRef;

    fn check(self, faults: &mut Faults) -> Option<RoleRef> {
        let role = chosen_role(faults, self.role, self.role_id)?;
        faults.check("/role", check_project_role(role))
    }
}
