//! Custom roles.

use plinth_domain::{CustomRole, Id, OrganizationId, Revision};

use super::{Constraint, Record, Unique};
use crate::{SortValue, page::sort_keys};

plinth_domain::codes! {
    ROLE_NAME_TAKEN = "role.name_taken", "Another role has this name.";
}

/// Another custom role of the organization has the name.
pub const NAME_TAKEN: Constraint = Constraint("roles_organization_id_name_key");

sort_keys! {
    /// The orders of a list of roles.
    CustomRoleSort of CustomRole, by |r| r.id.uuid();
    Name = "name" => |r| SortValue::Text(r.name.as_str().to_owned()),
}

impl Record for CustomRole {
    const TABLE: &'static str = "roles";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: NAME_TAKEN,
        code: ROLE_NAME_TAKEN,
        detail: "another role has this name",
        value: |r| Some(r.name.as_str().to_owned()),
    }];
    type Filter = ();
    type Sort = CustomRoleSort;

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
