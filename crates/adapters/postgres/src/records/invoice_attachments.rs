use async_trait::async_trait;
use plinth_domain::{Attachment, AttachmentType, InvoiceId};
use plinth_ports::{InvoiceAttachmentReader, InvoiceAttachments, Result};
use sea_orm::{Condition, QueryOrder, Value, entity::prelude::*};

use crate::{
    row::{FromRow, Row, corrupt},
    scoped::ScopedTx,
    value::name,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_attachments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub invoice_id: Uuid,
    pub position: i16,
    pub document_id: Uuid,
    pub version_id: Uuid,
    pub name: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub sha256: Option<Vec<u8>>,
    pub version: i64,
}

crate::scoped::tenant_table!();
name!(AttachmentType);

impl FromRow for Attachment {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let hash: Option<&[u8]> = row.get(Column::Sha256)?;
        let hash = hash.map(TryInto::try_into).transpose();
        Ok(Self {
            document: row.value(Column::DocumentId)?,
            version: row.value(Column::VersionId)?,
            name: row.value(Column::Name)?,
            kind: row.value(Column::MediaType)?,
            size_bytes: row.get::<i64>(Column::SizeBytes)?.cast_unsigned(),
            sha256: hash.map_err(|_| corrupt::<Entity>(Column::Sha256))?,
        })
    }
}

#[async_trait]
impl InvoiceAttachmentReader for ScopedTx {
    async fn of(&mut self, invoice: InvoiceId) -> Result<Vec<Attachment>> {
        let all = self.select::<Entity>().filter(Column::InvoiceId.eq(invoice.uuid()));
        all.order_by_asc(Column::Position).all().await
    }
}

/// The arrays are of the same length, and `unnest` walks through them together. Nothing stands for a hash
/// that is absent.
const INSERT: &str = "INSERT INTO invoice_attachments (organization_id, invoice_id, position, \
    document_id, version_id, name, media_type, size_bytes, sha256) SELECT $1::uuid, $2::uuid, \
    generate_subscripts($3::uuid[], 1), unnest($3::uuid[]), unnest($4::uuid[]), unnest($5::text[]), \
    unnest($6::text[]), unnest($7::bigint[]), nullif(unnest($8::bytea[]), ''::bytea)";

#[async_trait]
impl InvoiceAttachments for ScopedTx {
    async fn insert(&mut self, invoice: InvoiceId, all: &[Attachment]) -> Result<()> {
        if all.is_empty() {
            return Ok(());
        }
        let values = vec![
            invoice.uuid().into(),
            each(all, |one| one.document.uuid()),
            each(all, |one| one.version.uuid()),
            each(all, |one| one.name.as_str().to_owned()),
            each(all, |one| one.kind.name().to_owned()),
            each(all, |one| one.size_bytes.cast_signed()),
            each(all, |one| one.sha256.map(|hash| hash.to_vec()).unwrap_or_default()),
        ];
        self.insert_rows(INSERT, values).await
    }

    async fn replace(&mut self, invoice: InvoiceId, all: &[Attachment]) -> Result<()> {
        let of = Condition::all().add(Column::InvoiceId.eq(invoice.uuid()));
        self.remove_all::<Entity>(of).await?;
        InvoiceAttachments::insert(self, invoice, all).await
    }
}

/// One value of each document, as an array.
fn each<T>(all: &[Attachment], value: impl Fn(&Attachment) -> T) -> Value
where
    Vec<T>: Into<Value>,
{
    all.iter().map(value).collect::<Vec<_>>().into()
}
