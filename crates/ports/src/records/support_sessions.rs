//! The sessions in which operators work in an organization.

use plinth_domain::{Id, OrganizationId, Revision, SupportSession, Timestamp};

use super::Record;
use crate::{SortValue, page::sort_keys};

sort_keys! {
    /// The orders of a list of support sessions.
    SupportSessionSort of SupportSession, by |record| record.id.uuid();
    CreatedAt = "created_at" => |record| SortValue::Time(record.revision.created_at),
}

/// Selects the support sessions of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SupportSessionFilter {
    /// Only those whose token is valid at this time.
    pub live_at: Option<Timestamp>,
}

impl Record for SupportSession {
    const TABLE: &'static str = "support_sessions";
    type Filter = SupportSessionFilter;
    type Sort = SupportSessionSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &SupportSessionFilter) -> bool {
        filter.live_at.is_none_or(|at| self.is_live(at))
    }
}
