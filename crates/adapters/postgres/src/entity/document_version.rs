//! `document_versions`: what was uploaded, and what was found in it.

use plinth_domain::{
    BlobKey, ContentType, DocumentVersion, JsonObject, OrganizationId, Place, Processing, Verdict,
};
use plinth_ports::Result;
use sea_orm::{NotSet, Set, entity::prelude::*};

use crate::row::{FromRow, Row, corrupt};

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

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl FromRow for DocumentVersion {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let sha256: Option<Vec<u8>> = row.get(Column::Sha256)?;
        Ok(Self {
            id: row.id(Column::Id)?,
            document: row.id(Column::DocumentId)?,
            number: row.known(Column::Number, |number: i32| u32::try_from(number).ok())?,
            content_type: row.known(Column::ContentType, ContentType::from_media_type)?,
            size_bytes: row.known(Column::SizeBytes, |size: i64| u64::try_from(size).ok())?,
            sha256: sha256
                .map(TryInto::try_into)
                .transpose()
                .map_err(|_| corrupt::<Entity>(Column::Sha256))?,
            processing: processing(row)?,
            properties: JsonObject::from_parsed(row.get(Column::Properties)?),
            has_thumbnails: row.get(Column::HasThumbnails)?,
            job: row.id(Column::JobId)?,
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
        "rejected" => Processing::Rejected(verdict()?),
        "failed" => Processing::Failed(verdict()?),
        _ => return Err(corrupt::<Entity>(Column::Status)),
    })
}

impl ActiveModel {
    /// The row of one organization's version.
    pub fn new(organization: OrganizationId, version: &DocumentVersion) -> Self {
        let place = Place::Content(version.document, version.id);
        let verdict = version.processing.verdict();
        Self {
            organization_id: NotSet,
            id: Set(version.id.uuid()),
            document_id: Set(version.document.uuid()),
            number: Set(i32::try_from(version.number).unwrap_or(i32::MAX)),
            content_type: Set(version.content_type.media_type().to_owned()),
            size_bytes: Set(i64::try_from(version.size_bytes).unwrap_or(i64::MAX)),
            sha256: Set(version.sha256.map(Vec::from)),
            storage_key: Set(BlobKey::new(organization, place).to_string()),
            status: Set(version.processing.name().to_owned()),
            verdict_code: Set(verdict.map(|verdict| verdict.code.clone())),
            verdict_detail: Set(verdict.map(|verdict| verdict.detail.clone())),
            properties: Set(version.properties.as_str().to_owned()),
            has_thumbnails: Set(version.has_thumbnails),
            job_id: Set(version.job.uuid()),
            version: Set(version.revision.version.number()),
            created_at: Set(version.revision.created_at),
            updated_at: Set(version.revision.updated_at),
        }
    }
}
