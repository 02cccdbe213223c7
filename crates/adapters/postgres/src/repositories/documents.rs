use async_trait::async_trait;
use plinth_domain::{Document, DocumentId, DocumentVersion, DocumentVersionId, Timestamp};
use plinth_ports::{
    DocumentFilter, DocumentReader, DocumentSort, DocumentVersionSort, Documents, Page,
    PageRequest, Result, Search,
};
use sea_orm::{
    ColumnTrait, JoinType, QueryFilter, RelationTrait,
    sea_query::{Condition, Expr, OnConflict},
};

use super::search;
use crate::{
    entity::{
        document::{ActiveModel, Column, Entity, Relation},
        document_text, document_version,
    },
    list::{self, Listed},
    scoped::{Scoped, ScopedTx},
};

impl Listed for DocumentSort {
    type Entity = Entity;
    const ID: Column = Column::Id;

    fn column(self) -> Option<Column> {
        Some(match self {
            Self::CreatedAt => Column::CreatedAt,
            Self::UpdatedAt => Column::UpdatedAt,
            Self::Name => Column::Name,
        })
    }
}

impl Listed for DocumentVersionSort {
    type Entity = document_version::Entity;
    const ID: document_version::Column = document_version::Column::Id;

    fn column(self) -> Option<document_version::Column> {
        match self {
            Self::CreatedAt => None,
        }
    }
}

/// The organization's documents, each with its newest version.
fn documents(tx: &mut ScopedTx) -> Scoped<'_, Entity> {
    tx.select().with_own::<document_version::Entity>(JoinType::InnerJoin, Relation::Current.def())
}

/// Documents that have the words in their name, or all of them in their text.
fn finds(words: &Search) -> Condition {
    let text = "EXISTS (SELECT FROM document_texts t \
        WHERE t.organization_id = documents.organization_id AND t.id = documents.id \
        AND t.search @@ plainto_tsquery('simple', $1))";
    search::condition(words, (Entity, search::COLUMN))
        .add(Expr::cust_with_values(text, [words.text.as_str()]))
}

#[async_trait]
impl DocumentReader for ScopedTx {
    async fn find(&mut self, id: DocumentId) -> Result<Option<Document>> {
        documents(self).filter(Column::Id.eq(id.uuid())).one().await
    }

    async fn list(
        &mut self,
        filter: &DocumentFilter,
        page: &PageRequest<DocumentSort>,
    ) -> Result<Page<Document>> {
        let conditions = [
            filter.project.map(|project| Column::ProjectId.eq(project.uuid())),
            filter.kind.map(|kind| Column::Kind.eq(kind.name())),
            filter.status.map(|status| Column::Status.eq(status)),
        ];
        let mut rows = conditions.into_iter().flatten().fold(documents(self), Scoped::filter);
        if let Some(words) = &filter.search {
            rows = rows.filter(finds(words));
        }
        Ok(page.page(list::page(rows, page).all().await?))
    }

    async fn find_version(&mut self, id: DocumentVersionId) -> Result<Option<DocumentVersion>> {
        ScopedTx::find(self, id.uuid()).await
    }

    async fn versions(
        &mut self,
        document: DocumentId,
        page: &PageRequest<DocumentVersionSort>,
    ) -> Result<Page<DocumentVersion>> {
        let rows = self.select::<document_version::Entity>();
        let rows = rows.filter(document_version::Column::DocumentId.eq(document.uuid()));
        Ok(page.page(list::page(rows, page).all().await?))
    }
}

#[async_trait]
impl Documents for ScopedTx {
    async fn insert(&mut self, document: &Document) -> Result<()> {
        self.add(ActiveModel::from(document)).await?;
        self.insert_version(&document.current).await
    }

    async fn update(&mut self, document: &Document) -> Result<()> {
        let previous = document.revision.previous();
        self.save(ActiveModel::from(document), document.id.uuid(), previous).await
    }

    async fn insert_version(&mut self, version: &DocumentVersion) -> Result<()> {
        self.add(document_version::ActiveModel::new(self.organization(), version)).await
    }

    async fn update_version(&mut self, version: &DocumentVersion) -> Result<()> {
        let row = document_version::ActiveModel::new(self.organization(), version);
        self.save(row, version.id.uuid(), version.revision.previous()).await
    }

    async fn index(&mut self, document: DocumentId, text: &str, at: Timestamp) -> Result<()> {
        use document_text::Column;
        let replace = OnConflict::columns([Column::OrganizationId, Column::Id])
            .update_columns([Column::Content, Column::UpdatedAt])
            .to_owned();
        let row = document_text::ActiveModel::new(document, text, at);
        self.add_or(row, replace).await.map(drop)
    }

    async fn remove(&mut self, document: &Document) -> Result<Vec<DocumentVersionId>> {
        let versions = self.select::<document_version::Entity>();
        let versions = versions.filter(document_version::Column::DocumentId.eq(document.id.uuid()));
        let versions: Vec<DocumentVersion> = versions.all().await?;
        // Versions and text go with it, by cascades.
        ScopedTx::remove::<Entity>(self, document.id.uuid(), document.revision.version).await?;
        Ok(versions.into_iter().map(|version| version.id).collect())
    }
}
