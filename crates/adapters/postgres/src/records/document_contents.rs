use async_trait::async_trait;
use plinth_domain::{
    DocumentId, DocumentVersion, DocumentVersionId, Timestamp, search::SearchableText,
};
use plinth_ports::{DocumentContents, Result};
use sea_orm::{Condition, NotSet, Set, entity::prelude::*, sea_query::OnConflict};

use super::document_versions;
use crate::{scoped::ScopedTx, value::set};

/// A row of `document_texts`, without what an earlier version has stored and the generated column of
/// the search.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_texts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub words: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

#[async_trait]
impl DocumentContents for ScopedTx {
    async fn index(
        &mut self,
        document: DocumentId,
        text: &SearchableText,
        at: Timestamp,
    ) -> Result<()> {
        let replace = OnConflict::columns([Column::OrganizationId, Column::Id])
            .update_columns([Column::Words, Column::UpdatedAt])
            .to_owned();
        let row = ActiveModel {
            organization_id: NotSet,
            id: set(&document),
            words: Set(Some(text.as_str().to_owned())),
            version: Set(1),
            created_at: Set(at),
            updated_at: Set(at),
        };
        self.add_or(row, replace).await.map(drop)
    }

    async fn remove(&mut self, document: DocumentId) -> Result<()> {
        let of = Condition::all().add(Column::Id.eq(document.uuid()));
        self.remove_all::<Entity>(of).await
    }

    async fn version_ids(&mut self, document: DocumentId) -> Result<Vec<DocumentVersionId>> {
        let versions = self.select::<document_versions::Entity>();
        let versions = versions.filter(document_versions::Column::DocumentId.eq(document.uuid()));
        let versions: Vec<DocumentVersion> = versions.all().await?;
        Ok(versions.into_iter().map(|version| version.id).collect())
    }
}
