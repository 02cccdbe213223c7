use std::ops::Range;

use plinth_domain::{
    BlobKey, BlobLocation, ExportFile, ExportState, OrganizationExportId, Permission,
};
use plinth_ports::ByteStream;

use super::ORGANIZATION_EXPORT_UNFINISHED;
use crate::{Application, Error, Query, Reading, View, resource::Found};

/// An export whose file the caller may read.
#[derive(Debug, Clone)]
pub struct ExportDownload {
    /// The export.
    pub id: OrganizationExportId,
    /// The file.
    pub file: ExportFile,
    key: BlobKey,
}

/// Opens the file of an export.
#[derive(Debug, Clone, Copy)]
pub struct OpenExport {
    /// The export.
    pub id: OrganizationExportId,
}

impl Query for OpenExport {
    const NAME: &'static str = "organization_export.open";
    const PERMISSION: Permission = Permission::OrganizationExport;
    type Output = ExportDownload;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<ExportDownload, Error> {
        let export = view.unit.organization_exports().get(self.id).await?;
        match export.state {
            ExportState::Succeeded(file) => {
                let key = BlobKey::new(export.organization, BlobLocation::Export(export.id));
                Ok(ExportDownload { id: export.id, file, key })
            }
            ExportState::Pending(_) | ExportState::Failed(_) => {
                let detail = "the export has no file";
                Err(Error::conflict(ORGANIZATION_EXPORT_UNFINISHED, detail))
            }
        }
    }
}

impl Application {
    /// Reads the file of an export, or the bytes in `range`, at the rate of the organization.
    pub async fn read_export(
        &self,
        download: &ExportDownload,
        range: Option<Range<u64>>,
    ) -> Result<ByteStream, Error> {
        self.read_paced(&download.key, range).await
    }
}
