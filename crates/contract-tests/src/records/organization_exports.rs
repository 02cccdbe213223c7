use futures::future::BoxFuture;
use plinth_domain::{ExportFile, ExportState, ExportStatus, Id, OrganizationExport, Revision};
use plinth_ports::{
    OneOf, Result, UnitOfWork, records::organization_exports::OrganizationExportFilter,
};

use super::{Fixture, World};
use crate::fixture::{at, id};

impl Fixture for OrganizationExport {
    /// One is being made: there are never two.
    fn make(export: Id<Self>, revision: Revision, n: usize, _world: &World) -> Self {
        let number = u64::try_from(n).unwrap();
        let state = match n {
            1 => ExportState::Pending(Some("upload".to_owned())),
            _ if n.is_multiple_of(2) => ExportState::Succeeded(ExportFile {
                size_bytes: i64::MAX.unsigned_abs() - number,
                sha256: [u8::try_from(n).unwrap(); 32],
                rows: number,
                files: number + 1,
                expires_at: at(i64::try_from(n).unwrap()),
            }),
            _ => ExportState::Failed(format!("export.fault_{n}")),
        };
        Self { id: export, organization: id(), requested_by: id(), state, revision }
    }

    fn filters(_world: &World) -> Vec<OrganizationExportFilter> {
        let two = OneOf::new(vec![ExportStatus::Pending, ExportStatus::Failed]).unwrap();
        vec![
            OrganizationExportFilter { status: ExportStatus::Succeeded.into() },
            OrganizationExportFilter { status: two },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.organization_exports().insert(record)
    }
}
