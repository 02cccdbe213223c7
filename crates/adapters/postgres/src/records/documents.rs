use plinth_domain::{Document, DocumentKind, DocumentVersion, OrganizationId, ProjectId};
use plinth_ports::{DocumentFilter, DocumentSort, Result, Search};
use sea_orm::{Condition, JoinType, Set, entity::prelude::*, sea_query::Expr};

use super::{Stored, document_versions};
use crate::{
    list::{self, Join},
    row::{FromRow, Row},
    scoped::{Places, Scoped, places},
    search,
    value::set,
};

/// A row, without the columns of the search.
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
        belongs_to = "super::document_versions::Entity",
        from = "Column::CurrentVersionId",
        to = "super::document_versions::Column::Id"
    )]
    Current,
}

crate::scoped::tenant_table!(related);

impl FromRow for Document {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            project: row.value(Column::ProjectId)?,
            name: row.value(Column::Name)?,
            metadata: row.value(Column::Metadata)?,
            current: DocumentVersion::from_row(&row.joined())?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

/// What roles on these projects open: not the PDFs of invoices.
fn opened(projects: &[ProjectId]) -> Condition {
    let is_no_pdf = "NOT EXISTS (SELECT FROM invoice_pdfs p \
        WHERE p.organization_id = documents.organization_id AND p.document_id = documents.id)";
    Condition::all().add(list::among(Column::ProjectId, projects)).add(Expr::cust(is_no_pdf))
}

impl Stored for Document {
    type Row = ActiveModel;

    const PLACES: Option<Places> = Some(places!("documents", "document_texts"));
    /// Joins the newest version.
    const JOIN: Option<Join<Entity>> = Some(|rows: Scoped<'_, Entity>| {
        rows.with_own::<document_versions::Entity>(JoinType::InnerJoin, Relation::Current.def())
    });

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            project_id: set(&self.project),
            name: set(&self.name),
            // Copied from the newest version, for the filters.
            kind: Set(self.kind().name().to_owned()),
            status: Set(self.current.processing.name().to_owned()),
            metadata: set(&self.metadata),
            current_version_id: set(&self.current.id),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &DocumentFilter) -> Condition {
        Condition::all()
            .add_option(filter.project.map(|project| Column::ProjectId.eq(project.uuid())))
            .add_option(filter.among.as_deref().map(opened))
            .add_option(list::one_of(Column::Kind, &filter.kind, DocumentKind::name))
            .add_option(list::one_of(Column::Status, &filter.status, |status| status))
    }

    /// `EXISTS` would be planned as a hash of all texts with the words.
    fn in_texts(search: &Search) -> Condition {
        let text = "(SELECT t.search @@ $1::tsquery FROM document_texts t \
            WHERE t.organization_id = documents.organization_id AND t.id = documents.id)";
        Condition::any().add(Expr::cust_with_values(text, [search::tsquery(search)]))
    }

    fn column(sort: DocumentSort) -> Column {
        match sort {
            DocumentSort::CreatedAt => Column::CreatedAt,
            DocumentSort::UpdatedAt => Column::UpdatedAt,
            DocumentSort::Name => Column::Name,
        }
    }
}
