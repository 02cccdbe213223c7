use plinth_domain::{
    BlobKey, BlobLocation, ContentType, DocumentVersion, OrganizationId, Processing, Verdict,
};
use plinth_ports::{DocumentVersionFilter, DocumentVersionSort, Result};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    row::{FromRow, Row, corrupt},
    value::set,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub document_id: Uuid,
    pub number: i32,
    pub content_type: String,
    pub size_bytes: i64,
    pub sha256: Option<Vec<u8>>,
    pub storage_key: String,
    pub status: String,
    pub verdict_code: Option<String>,
    pub verdict_detail: Option<String>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub properties: String,
    pub has_thumbnails: bool,
    pub job_id: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for DocumentVersion {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let sha256: Option<Vec<u8>> = row.get(Column::Sha256)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            document: row.value(Column::DocumentId)?,
            number: row.known(Column::Number, |number: i32| u32::try_from(number).ok())?,
            content_type: row.known(Column::ContentType, ContentType::from_media_type)?,
            size_bytes: row.known(Column::SizeBytes, |size: i64| u64::try_from(size).ok())?,
            sha256: sha256
                .map(TryInto::try_into)
                .transpose()
                .map_err(|_| corrupt::<Entity>(Column::Sha256))?,
            processing: processing(row)?,
            properties: row.value(Column::Properties)?,
            has_thumbnails: row.get(Column::HasThumbnails)?,
            job: row.value(Column::JobId)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn processing(row: &Row<'_, Entity>) -> Result<Processing> {
    let verdict = || -> Result<Verdict> {
        Ok(Verdict { code: row.get(Column::VerdictCode)?, detail: row.get(Column::VerdictDetail)? })
    };
    Ok(match row.get(Column::Status)? {
        "pending" => Processing::Pending,
        "processing" => Processing::Processing,
        "ready" => Processing::Ready,
        "unreadable" => Processing::Unreadable(verdict()?),
        "rejected" => Processing::Rejected(verdict()?),
        "failed" => Processing::Failed(verdict()?),
        _ => return Err(corrupt::<Entity>(Column::Status)),
    })
}

impl Stored for DocumentVersion {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let location = BlobLocation::Content(self.document, self.id);
        let verdict = self.processing.verdict();
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            document_id: set(&self.document),
            number: Set(i32::try_from(self.number).unwrap_or(i32::MAX)),
            content_type: Set(self.content_type.media_type().to_owned()),
            size_bytes: Set(i64::try_from(self.size_bytes).unwrap_or(i64::MAX)),
            sha256: Set(self.sha256.map(Vec::from)),
            storage_key: Set(BlobKey::new(organization, location).to_string()),
            status: Set(self.processing.name().to_owned()),
            verdict_code: Set(verdict.map(|verdict| verdict.code.clone())),
            verdict_detail: Set(verdict.map(|verdict| verdict.detail.clone())),
            properties: set(&self.properties),
            has_thumbnails: Set(self.has_thumbnails),
            job_id: set(&self.job),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &DocumentVersionFilter) -> Condition {
        Condition::all()
            .add_option(filter.document.map(|document| Column::DocumentId.eq(document.uuid())))
            .add_option(filter.job.map(|job| Column::JobId.eq(job.uuid())))
    }

    fn column(sort: DocumentVersionSort) -> Column {
        match sort {
            DocumentVersionSort::CreatedAt => Column::Id,
        }
    }
}
