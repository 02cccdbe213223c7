use std::collections::HashMap;

use async_trait::async_trait;
use plinth_domain::{Allocation, AllocationKind, Earlier, Id, InvoiceId, PaymentId};
use plinth_ports::{AllocationReader, Allocations, Result};
use sea_orm::{Condition, QueryOrder, entity::prelude::*};

use crate::{
    row::{FromRow, Row, named},
    scoped::ScopedTx,
    value::{each, name},
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "allocations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub invoice_id: Uuid,
    pub payment_id: Option<Uuid>,
    pub credit_note_id: Option<Uuid>,
    pub kind: String,
    pub amount_minor: i64,
    pub allocated_on: Date,
    pub version: i64,
    pub created_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(AllocationKind);

impl FromRow for Allocation {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            invoice: row.value(Column::InvoiceId)?,
            payment: row.value(Column::PaymentId)?,
            credit_note: row.value(Column::CreditNoteId)?,
            kind: row.value(Column::Kind)?,
            amount: row.get(Column::AmountMinor)?,
            on: row.get(Column::AllocatedOn)?,
            created_at: row.get(Column::CreatedAt)?,
        })
    }
}

/// One row for each invoice with allocations. Discounts that were taken back count no more.
const EARLIER: &str = "SELECT invoice_id, count(*) AS allocations, \
    coalesce(sum(amount_minor) FILTER (WHERE kind = 'cash_discount'), 0)::bigint AS discounts, \
    coalesce(sum(amount_minor) FILTER (WHERE kind = 'credit_note'), 0)::bigint AS credited \
    FROM allocations WHERE organization_id = $1 AND invoice_id = ANY($2) GROUP BY invoice_id";

#[async_trait]
impl AllocationReader for ScopedTx {
    async fn of_invoice(&mut self, invoice: InvoiceId) -> Result<Vec<Allocation>> {
        let either = Condition::any()
            .add(Column::InvoiceId.eq(invoice.uuid()))
            .add(Column::CreditNoteId.eq(invoice.uuid()));
        self.select::<Entity>()
            .filter(either)
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .all()
            .await
    }

    async fn of_payment(&mut self, payment: PaymentId) -> Result<Vec<Allocation>> {
        let own = self.select::<Entity>().filter(Column::PaymentId.eq(payment.uuid()));
        own.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all().await
    }

    async fn earlier(&mut self, invoices: &[InvoiceId]) -> Result<HashMap<InvoiceId, Earlier>> {
        let ids: Vec<Uuid> = invoices.iter().map(|id| id.uuid()).collect();
        let found = self.ask_within(EARLIER, vec![ids.into()], usize::MAX, |row| {
            let (invoice, count): (Uuid, i64) =
                (named(row, "invoice_id")?, named(row, "allocations")?);
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            let (cash_discounts, credited) = (named(row, "discounts")?, named(row, "credited")?);
            Ok((Id::from_uuid(invoice), Earlier { cash_discounts, credited, count }))
        });
        Ok(found.await?.items.into_iter().collect())
    }
}

/// The arrays are of the same length. `$10` stands for what is absent.
const ADD: &str = "INSERT INTO allocations (organization_id, id, invoice_id, payment_id, \
    credit_note_id, kind, amount_minor, allocated_on, created_at) SELECT $1::uuid, \
    unnest($2::uuid[]), unnest($3::uuid[]), nullif(unnest($4::uuid[]), $10), \
    nullif(unnest($5::uuid[]), $10), unnest($6::text[]), unnest($7::bigint[]), unnest($8::date[]), unnest($9::timestamptz[])";

#[async_trait]
impl Allocations for ScopedTx {
    async fn add(&mut self, allocations: &[Allocation]) -> Result<()> {
        if allocations.is_empty() {
            return Ok(());
        }
        let values = vec![
            each(allocations, |a| a.id.uuid()),
            each(allocations, |a| a.invoice.uuid()),
            each(allocations, |a| a.payment.map_or(Uuid::nil(), Id::uuid)),
            each(allocations, |a| a.credit_note.map_or(Uuid::nil(), Id::uuid)),
            each(allocations, |a| a.kind.name().to_owned()),
            each(allocations, |a| a.amount),
            each(allocations, |a| a.on),
            each(allocations, |a| a.created_at),
            Uuid::nil().into(),
        ];
        self.insert_rows(ADD, values).await
    }
}
