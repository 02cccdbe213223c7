use async_trait::async_trait;
use plinth_domain::{
    ContentType, DocumentDraft, JsonObject, Name, Upload, UploadId, UploadMethod, UploadProgress,
    UploadState, UploadTail, UploadTarget,
};
use plinth_ports::{Result, Uploads};
use sea_orm::{
    NotSet, QueryOrder, QuerySelect, Set,
    entity::prelude::*,
    sea_query::{ExprTrait, extension::postgres::PgFunc},
};

use crate::{
    row::{FromRow, Row, corrupt},
    scoped::ScopedTx,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub created_by: Uuid,
    pub document_id: Uuid,
    pub document_version_id: Uuid,
    pub method: String,
    pub state: String,
    pub is_new: bool,
    pub is_partial: bool,
    pub joins: Vec<Uuid>,
    pub joined_by: Option<Uuid>,
    pub name: Option<String>,
    pub project_id: Option<Uuid>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub metadata: Option<String>,
    pub length: Option<i64>,
    pub claimed_type: Option<String>,
    pub content_type: Option<String>,
    pub received: i64,
    pub reserved: i64,
    pub multipart_id: Option<String>,
    pub parts: Vec<String>,
    /// The number of bytes in all tails.
    pub tail: i32,
    pub tail_numbers: Vec<i64>,
    pub tail_lengths: Vec<i32>,
    pub digest: Vec<u8>,
    pub expires_at: DateTimeUtc,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for Upload {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.id(Column::Id)?,
            organization: row.id(Column::OrganizationId)?,
            created_by: row.id(Column::CreatedBy)?,
            document: row.id(Column::DocumentId)?,
            document_version: row.id(Column::DocumentVersionId)?,
            target: target(row)?,
            method: row.known(Column::Method, UploadMethod::from_name)?,
            joins: joins(row)?,
            joined_by: row.optional_id(Column::JoinedBy)?,
            length: size(row, Column::Length)?,
            claimed_type: row.get(Column::ClaimedType)?,
            progress: progress(row)?,
            state: row.known(Column::State, UploadState::from_name)?,
            expires_at: row.get(Column::ExpiresAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn target(row: &Row<'_, Entity>) -> Result<UploadTarget> {
    if row.get(Column::IsPartial)? {
        return Ok(UploadTarget::Partial);
    }
    if !row.get::<bool>(Column::IsNew)? {
        return Ok(UploadTarget::NewVersion);
    }
    Ok(UploadTarget::NewDocument(DocumentDraft {
        name: row.parse(Column::Name, Name::stored)?,
        project: row.optional_id(Column::ProjectId)?,
        metadata: JsonObject::from_parsed(row.get(Column::Metadata)?),
    }))
}

fn joins(row: &Row<'_, Entity>) -> Result<Vec<UploadId>> {
    let joins: Vec<Uuid> = row.get(Column::Joins)?;
    Ok(joins.into_iter().map(UploadId::from_uuid).collect())
}

fn progress(row: &Row<'_, Entity>) -> Result<UploadProgress> {
    let content_type: Option<&str> = row.get(Column::ContentType)?;
    Ok(UploadProgress {
        offset: size(row, Column::Received)?.unwrap_or_default(),
        multipart: row.get(Column::MultipartId)?,
        parts: row.get(Column::Parts)?,
        tails: tails(row)?,
        digest: row.get(Column::Digest)?,
        content_type: content_type
            .map(|name| ContentType::from_media_type(name).ok_or(Column::ContentType))
            .transpose()
            .map_err(corrupt::<Entity>)?,
        reserved: size(row, Column::Reserved)?.unwrap_or_default(),
    })
}

fn tails(row: &Row<'_, Entity>) -> Result<Vec<UploadTail>> {
    let numbers: Vec<i64> = row.get(Column::TailNumbers)?;
    let lengths: Vec<i32> = row.get(Column::TailLengths)?;
    let tail = |(number, length): (i64, i32)| {
        Some(UploadTail {
            number: u64::try_from(number).ok()?,
            length: u32::try_from(length).ok()?,
        })
    };
    let tails: Option<_> = numbers.into_iter().zip(lengths).map(tail).collect();
    tails.ok_or(Column::TailNumbers).map_err(corrupt::<Entity>)
}

fn size(row: &Row<'_, Entity>, column: Column) -> Result<Option<u64>> {
    let size: Option<i64> = row.get(column)?;
    size.map(u64::try_from).transpose().map_err(|_| corrupt::<Entity>(column))
}

impl From<&Upload> for ActiveModel {
    fn from(upload: &Upload) -> Self {
        let draft = match &upload.target {
            UploadTarget::NewDocument(draft) => Some(draft),
            UploadTarget::NewVersion | UploadTarget::Partial => None,
        };
        let progress = &upload.progress;
        let stored = |size: u64| i64::try_from(size).unwrap_or(i64::MAX);
        let short = |size: u64| i32::try_from(size).unwrap_or(i32::MAX);
        let tails = || progress.tails.iter();
        Self {
            organization_id: NotSet,
            id: Set(upload.id.uuid()),
            created_by: Set(upload.created_by.uuid()),
            document_id: Set(upload.document.uuid()),
            document_version_id: Set(upload.document_version.uuid()),
            method: Set(upload.method.name().to_owned()),
            state: Set(upload.state.name().to_owned()),
            is_new: Set(draft.is_some()),
            is_partial: Set(upload.target == UploadTarget::Partial),
            joins: Set(upload.joins.iter().map(|part| part.uuid()).collect()),
            joined_by: Set(upload.joined_by.map(plinth_domain::Id::uuid)),
            name: Set(draft.map(|draft| draft.name.as_str().to_owned())),
            project_id: Set(draft.and_then(|draft| draft.project).map(plinth_domain::Id::uuid)),
            metadata: Set(draft.map(|draft| draft.metadata.as_str().to_owned())),
            length: Set(upload.length.map(stored)),
            claimed_type: Set(upload.claimed_type.clone()),
            content_type: Set(progress.content_type.map(|known| known.media_type().to_owned())),
            received: Set(stored(progress.offset)),
            reserved: Set(stored(progress.reserved)),
            multipart_id: Set(progress.multipart.clone()),
            parts: Set(progress.parts.clone()),
            tail: Set(short(progress.tail_bytes())),
            tail_numbers: Set(tails().map(|tail| stored(tail.number)).collect()),
            tail_lengths: Set(tails().map(|tail| short(tail.length.into())).collect()),
            digest: Set(progress.digest.clone()),
            expires_at: Set(upload.expires_at),
            version: Set(upload.revision.version.number()),
            created_at: Set(upload.revision.created_at),
            updated_at: Set(upload.revision.updated_at),
        }
    }
}

#[async_trait]
impl Uploads for ScopedTx {
    async fn find(&mut self, id: UploadId) -> Result<Option<Upload>> {
        ScopedTx::find(self, id.uuid()).await
    }

    async fn lock(&mut self, id: UploadId) -> Result<Option<Upload>> {
        let found = self.select::<Entity>().filter(ColumnTrait::eq(&Column::Id, id.uuid()));
        found.lock_exclusive().one().await
    }

    async fn lock_all(&mut self, ids: &[UploadId]) -> Result<Vec<Upload>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        let one_of = ExprTrait::eq(Expr::col(Column::Id), PgFunc::any(ids));
        let found = self.select::<Entity>().filter(one_of);
        found.order_by_asc(Column::Id).lock_exclusive().all().await
    }

    async fn insert(&mut self, upload: &Upload) -> Result<()> {
        self.add(ActiveModel::from(upload)).await
    }

    async fn update(&mut self, upload: &Upload) -> Result<()> {
        let previous = upload.revision.previous();
        self.save(ActiveModel::from(upload), upload.id.uuid(), previous).await
    }

    async fn remove(&mut self, upload: &Upload) -> Result<()> {
        ScopedTx::remove::<Entity>(self, upload.id.uuid(), upload.revision.version).await
    }
}
