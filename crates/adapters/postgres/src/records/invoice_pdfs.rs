use async_trait::async_trait;
use plinth_domain::{DocumentId, InvoiceId, InvoicePdf, Timestamp, Verdict};
use plinth_ports::{InvoicePdfReader, InvoicePdfs, Result};
use sea_orm::{Condition, NotSet, Set, entity::prelude::*, sea_query::OnConflict};

use crate::{
    row::{FromRow, Row, corrupt},
    scoped::ScopedTx,
    value::set,
};

/// A row. Its identity is that of the invoice.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_pdfs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub document_id: Option<Uuid>,
    pub verdict_code: Option<String>,
    pub verdict_detail: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for InvoicePdf {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        if let Some(document) = row.value(Column::DocumentId)? {
            return Ok(Self::Rendered(document));
        }
        let code: Option<String> = row.get(Column::VerdictCode)?;
        match (code, row.get(Column::VerdictDetail)?) {
            (Some(code), Some(detail)) => Ok(Self::Unprintable(Verdict { code, detail })),
            _ => Err(corrupt::<Entity>(Column::VerdictCode)),
        }
    }
}

#[async_trait]
impl InvoicePdfReader for ScopedTx {
    async fn of(&mut self, invoice: InvoiceId) -> Result<Option<InvoicePdf>> {
        Self::find(self, invoice.uuid()).await
    }
}

#[async_trait]
impl InvoicePdfs for ScopedTx {
    async fn has(&mut self, document: DocumentId) -> Result<bool> {
        let pdfs = self.select::<Entity>().filter(Column::DocumentId.eq(document.uuid()));
        let found: Option<InvoicePdf> = pdfs.one().await?;
        Ok(found.is_some())
    }

    async fn put(&mut self, invoice: InvoiceId, pdf: &InvoicePdf, at: Timestamp) -> Result<()> {
        let (document, verdict) = match pdf {
            InvoicePdf::Rendered(document) => (Some(document.uuid()), None),
            InvoicePdf::Unprintable(verdict) => (None, Some(verdict)),
        };
        let row = ActiveModel {
            organization_id: NotSet,
            id: set(&invoice),
            document_id: Set(document),
            verdict_code: Set(verdict.map(|verdict| verdict.code.clone())),
            verdict_detail: Set(verdict.map(|verdict| verdict.detail.clone())),
            version: Set(1),
            created_at: Set(at),
            updated_at: Set(at),
        };
        let values =
            [Column::DocumentId, Column::VerdictCode, Column::VerdictDetail, Column::UpdatedAt];
        let replace = OnConflict::columns([Column::OrganizationId, Column::Id])
            .update_columns(values)
            .to_owned();
        self.add_or(row, replace).await.map(drop)
    }

    async fn forget(&mut self, invoice: InvoiceId) -> Result<()> {
        let verdict =
            Condition::all().add(Column::Id.eq(invoice.uuid())).add(Column::DocumentId.is_null());
        self.remove_all::<Entity>(verdict).await
    }
}
