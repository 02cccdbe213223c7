//! `documents`, each read together with its newest version.

use plinth_domain::{Document, JsonObject, Name};
use plinth_ports::Result;
use sea_orm::{NotSet, Set, entity::prelude::*};

use crate::row::{FromRow, Row};

/// A row. The generated column `search` is only ever asked about.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "documents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Option<Uuid>,
    pub name: String,
    pub kind: String,
    pub status: String,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub metadata: String,
    pub current_version_id: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::document_version::Entity",
        from = "Column::CurrentVersionId",
        to = "super::document_version::Column::Id"
    )]
    Current,
}

impl ActiveModelBehavior for ActiveModel {}

impl FromRow for Document {
    type Entity = Entity;

    /// Joined with `document_version`.
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.id(Column::Id)?,
            organization: row.id(Column::OrganizationId)?,
            project: row.optional_id(Column::ProjectId)?,
            name: row.parse(Column::Name, Name::parse)?,
            metadata: JsonObject::from_parsed(row.get(Column::Metadata)?),
            current: plinth_domain::DocumentVersion::from_row(&row.joined())?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl From<&Document> for ActiveModel {
    /// Kind and status are the newest version's, kept here for the filters.
    fn from(document: &Document) -> Self {
        Self {
            organization_id: NotSet,
            id: Set(document.id.uuid()),
            project_id: Set(document.project.map(plinth_domain::Id::uuid)),
            name: Set(document.name.as_str().to_owned()),
            kind: Set(document.kind().name().to_owned()),
            status: Set(document.current.processing.name().to_owned()),
            metadata: Set(document.metadata.as_str().to_owned()),
            current_version_id: Set(document.current.id.uuid()),
            version: Set(document.revision.version.number()),
            created_at: Set(document.revision.created_at),
            updated_at: Set(document.revision.updated_at),
        }
    }
}
