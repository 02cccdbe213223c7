//! Exports: all records and files of an organization as one file.

mod download;
mod making;
mod request;

use data_encoding::HEXLOWER;
use plinth_domain::{ExportState, OrganizationExport, OrganizationExportId, Permission};
use plinth_ports::{
    Page, PageRequest,
    records::organization_exports::{OrganizationExportFilter, OrganizationExportSort},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Query, Reading, View,
    resource::{Found, Resource},
};

pub use download::{ExportDownload, OpenExport};
pub use making::{BeginExport, BegunExport, FailExport, StoreExport};
pub use request::{MakeExport, RemoveExport, RemoveOldExport, RequestExport};

plinth_domain::codes! {
    ORGANIZATION_EXPORT_UNFINISHED = "organization_export.unfinished",
        "The export has no file: it is being made, or could not be made.";
    ORGANIZATION_EXPORT_TOO_LARGE = "organization_export.too_large",
        "The organization has more files than an export may have.";
}

impl Resource for OrganizationExport {
    const KIND: &'static str = "organization_export";
    const TOPIC: &'static str = "organization_exports";
    const READ: Permission = Permission::OrganizationExport;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        let file = match &self.state {
            ExportState::Succeeded(file) => Some(file),
            ExportState::Pending(_) | ExportState::Failed(_) => None,
        };
        json!({
            "status": self.state.status().name(),
            "requested_by": self.requested_by.uuid(),
            "size_bytes": file.map(|file| file.size_bytes),
            "sha256": file.map(|file| HEXLOWER.encode(&file.sha256)),
            "expires_at": file.map(|file| file.expires_at),
            "version": self.revision.version.number(),
        })
    }
}

/// Reads one export.
#[derive(Debug, Clone, Copy)]
pub struct GetExport {
    /// The export.
    pub id: OrganizationExportId,
}

impl Query for GetExport {
    const NAME: &'static str = "organization_export.get";
    const PERMISSION: Permission = Permission::OrganizationExport;
    type Output = OrganizationExport;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<OrganizationExport, Error> {
        view.unit.organization_exports().get(self.id).await
    }
}

/// Lists exports.
#[derive(Debug)]
pub struct ListExports {
    /// Selects the exports.
    pub filter: OrganizationExportFilter,
    /// The order and the position.
    pub page: PageRequest<OrganizationExportSort>,
}

impl Query for ListExports {
    const NAME: &'static str = "organization_export.list";
    const PERMISSION: Permission = Permission::OrganizationExport;
    type Output = Page<OrganizationExport>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, self.filter != OrganizationExportFilter::default())
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<OrganizationExport>, Error> {
        Ok(view.unit.organization_exports().list(&self.filter, &self.page).await?)
    }
}

/// The error of an export with more files than a file may have.
#[must_use]
pub fn too_large() -> Error {
    Error::conflict(ORGANIZATION_EXPORT_TOO_LARGE, "an export has at most 500,000 files")
}
