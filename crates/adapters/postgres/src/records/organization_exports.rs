use plinth_domain::{ExportFile, ExportState, ExportStatus, OrganizationExport, OrganizationId};
use plinth_ports::{
    Result,
    records::organization_exports::{OrganizationExportFilter, OrganizationExportSort},
};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row, corrupt},
    value::{name, set},
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization_exports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub requested_by: Uuid,
    pub status: String,
    pub upload: Option<String>,
    pub size_bytes: Option<i64>,
    pub sha256: Option<Vec<u8>>,
    pub row_count: Option<i64>,
    pub file_count: Option<i64>,
    pub expires_at: Option<DateTimeUtc>,
    pub failure: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(ExportStatus);

fn state(row: &Row<'_, Entity>) -> Result<ExportState> {
    let count = |column| row.known(column, |count: i64| u64::try_from(count).ok());
    Ok(match row.value(Column::Status)? {
        ExportStatus::Pending => ExportState::Pending(row.get(Column::Upload)?),
        ExportStatus::Failed => ExportState::Failed(row.get(Column::Failure)?),
        ExportStatus::Succeeded => {
            let sha256: Vec<u8> = row.get(Column::Sha256)?;
            ExportState::Succeeded(ExportFile {
                size_bytes: count(Column::SizeBytes)?,
                sha256: sha256.try_into().map_err(|_| corrupt::<Entity>(Column::Sha256))?,
                rows: count(Column::RowCount)?,
                files: count(Column::FileCount)?,
                expires_at: row.get(Column::ExpiresAt)?,
            })
        }
    })
}

impl FromRow for OrganizationExport {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            requested_by: row.value(Column::RequestedBy)?,
            state: state(row)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for OrganizationExport {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let most = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let (mut upload, mut file, mut failure) = (None, None, None);
        match &self.state {
            ExportState::Pending(of_attempt) => upload.clone_from(of_attempt),
            ExportState::Succeeded(made) => file = Some(made),
            ExportState::Failed(code) => failure = Some(code.clone()),
        }
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            requested_by: set(&self.requested_by),
            status: set(&self.state.status()),
            upload: Set(upload),
            size_bytes: Set(file.map(|file| most(file.size_bytes))),
            sha256: Set(file.map(|file| file.sha256.to_vec())),
            row_count: Set(file.map(|file| most(file.rows))),
            file_count: Set(file.map(|file| most(file.files))),
            expires_at: Set(file.map(|file| file.expires_at)),
            failure: Set(failure),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &OrganizationExportFilter) -> Condition {
        Condition::all().add_option(list::one_of(
            Column::Status,
            &filter.status,
            ExportStatus::name,
        ))
    }

    fn column(sort: OrganizationExportSort) -> Column {
        match sort {
            OrganizationExportSort::CreatedAt => Column::CreatedAt,
        }
    }
}
