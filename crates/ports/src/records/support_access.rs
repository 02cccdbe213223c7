//! The consent that operators work in an organization. Its identity is that of the organization.

use plinth_domain::{Id, OrganizationId, Revision, SupportAccess};

use super::Record;
use crate::{SortValue, page::sort_keys};

sort_keys! {
    /// The orders of a list of consents.
    SupportAccessSort of SupportAccess, by |record| record.id.uuid();
    CreatedAt = "created_at" => |record| SortValue::Time(record.revision.created_at),
}

impl Record for SupportAccess {
    const TABLE: &'static str = "support_access";
    type Filter = ();
    type Sort = SupportAccessSort;

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
