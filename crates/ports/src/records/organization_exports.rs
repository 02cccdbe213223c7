//! Exports of an organization.

use plinth_domain::{ExportStatus, Id, OrganizationExport, OrganizationId, Revision};

use super::{Constraint, Record, Unique};
use crate::{OneOf, SortValue, page::sort_keys};

plinth_domain::codes! {
    ORGANIZATION_EXPORT_OPEN = "organization_export.open",
        "Another export of the organization is being made: wait for its end.";
}

/// The organization has an export that is being made.
pub const OPEN: Constraint = Constraint("organization_exports_open_key");

sort_keys! {
    /// The order of a list of exports.
    OrganizationExportSort of OrganizationExport, by |record| record.id.uuid();
    CreatedAt = "created_at" => |record| SortValue::Time(record.revision.created_at),
}

/// Selects the exports of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganizationExportFilter {
    /// Only exports with one of these statuses.
    pub status: OneOf<ExportStatus>,
}

impl Record for OrganizationExport {
    const TABLE: &'static str = "organization_exports";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: OPEN,
        code: ORGANIZATION_EXPORT_OPEN,
        detail: "another export of the organization is being made",
        value: |record| {
            (record.state.status() == ExportStatus::Pending).then(|| "pending".to_owned())
        },
    }];
    type Filter = OrganizationExportFilter;
    type Sort = OrganizationExportSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &OrganizationExportFilter) -> bool {
        filter.status.allows(&self.state.status())
    }
}
