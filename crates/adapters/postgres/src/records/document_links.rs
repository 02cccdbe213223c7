use plinth_domain::{DocumentLink, LinkPassword, MaxDownloads, OrganizationId};
use plinth_ports::{
    Result,
    records::document_links::{DocumentLinkFilter, DocumentLinkSort},
};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    row::{FromRow, Row, corrupt},
    value::set,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub document_id: Uuid,
    pub label: Option<String>,
    pub expires_at: DateTimeUtc,
    pub max_downloads: Option<i64>,
    pub downloads: i64,
    pub password_hash: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for DocumentLink {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let max_downloads: Option<i64> = row.get(Column::MaxDownloads)?;
        let downloads: i64 = row.get(Column::Downloads)?;
        let password: Option<String> = row.get(Column::PasswordHash)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            document: row.value(Column::DocumentId)?,
            label: row.value(Column::Label)?,
            expires_at: row.get(Column::ExpiresAt)?,
            max_downloads: max_downloads
                .map(MaxDownloads::parse)
                .transpose()
                .map_err(|_| corrupt::<Entity>(Column::MaxDownloads))?,
            downloads: u32::try_from(downloads)
                .map_err(|_| corrupt::<Entity>(Column::Downloads))?,
            password: password.map(LinkPassword),
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for DocumentLink {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            document_id: set(&self.document),
            label: set(&self.label),
            expires_at: Set(self.expires_at),
            max_downloads: Set(self.max_downloads.map(|max| max.number().into())),
            downloads: Set(self.downloads.into()),
            password_hash: Set(self.password.as_ref().map(|hash| hash.0.clone())),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &DocumentLinkFilter) -> Condition {
        Condition::all()
            .add_option(filter.document.map(|value| Column::DocumentId.eq(value.uuid())))
    }

    fn column(sort: DocumentLinkSort) -> Column {
        match sort {
            DocumentLinkSort::CreatedAt => Column::CreatedAt,
        }
    }
}
