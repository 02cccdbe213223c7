//! `document_texts`: what the search finds documents by.

use plinth_domain::{DocumentId, Timestamp};
use sea_orm::{NotSet, Set, entity::prelude::*};

/// A row. The generated column `search` is only ever asked about.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_texts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub content: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl ActiveModel {
    /// The text of a document's newest version.
    pub fn new(document: DocumentId, content: &str, at: Timestamp) -> Self {
        Self {
            organization_id: NotSet,
            id: Set(document.uuid()),
            content: Set(content.to_owned()),
            version: Set(1),
            created_at: Set(at),
            updated_at: Set(at),
        }
    }
}
