use plinth_domain::Role;
use plinth_ports::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Faults, Form},
    values::{RoleName, role},
};

/// A member of the organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberView {
    user_id: Uuid,
    #[schema(format = Email)]
    email: String,
    name: String,
    #[schema(value_type = RoleName)]
    role: &'static str,
    version: i64,
    created_at: chrono::DateTime<chrono::Utc>,
    updated_at: chrono::DateTime<chrono::Utc>,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        let membership = member.membership;
        Self {
            user_id: membership.user.uuid(),
            email: member.email.as_str().to_owned(),
            name: member.name.as_str().to_owned(),
            role: membership.role.name(),
            version: membership.revision.version.number(),
            created_at: membership.revision.created_at,
            updated_at: membership.revision.updated_at,
        }
    }
}

/// A change to a member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberPatch {
    #[schema(value_type = RoleName)]
    role: String,
}

impl Form for MemberPatch {
    type Value = Role;

    fn check(self, faults: &mut Faults) -> Option<Role> {
        faults.check("/role", role(&self.role))
    }
}
