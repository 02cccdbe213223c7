use async_trait::async_trait;
use plinth_domain::{
    BasisPoints, ContractId, Id, Invoice, InvoiceId, InvoiceLine, LineDraft, Quantity, Taxation,
    Text, UnitPrice, Vat, billing::BilledPosition, pricing::Discount,
};
use plinth_ports::{
    Result,
    records::invoices::{InvoiceLineReader, InvoiceLines},
};
use sea_orm::{
    Condition, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, extension::postgres::PgFunc},
};

use crate::{
    row::{FromRow, Row, corrupt, named},
    scoped::ScopedTx,
    value::each,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub invoice_id: Uuid,
    pub position: i16,
    pub text: String,
    #[sea_orm(select_as = "text", save_as = "numeric")]
    pub quantity: String,
    pub unit: String,
    #[sea_orm(select_as = "text", save_as = "numeric")]
    pub unit_price: String,
    pub discount_rate: Option<i16>,
    pub discount_stated_minor: Option<i64>,
    pub vat_category: String,
    pub vat_rate: i16,
    pub exemption_reason: Option<String>,
    pub amount_minor: i64,
    pub discount_minor: i64,
    pub net_minor: i64,
    pub contract_position: Option<i16>,
    pub version: i64,
}

crate::scoped::tenant_table!();

/// A line with its position.
struct Placed(i16, InvoiceLine);

impl FromRow for Placed {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let vat = Vat::new(row.value(Column::VatCategory)?, row.value(Column::VatRate)?)
            .map_err(|_| corrupt::<Entity>(Column::VatRate))?;
        let reason: Option<Text<300>> = row.value(Column::ExemptionReason)?;
        let stated: Option<i64> = row.get(Column::DiscountStatedMinor)?;
        let rate: Option<BasisPoints> = row.value(Column::DiscountRate)?;
        let draft = LineDraft {
            text: row.value(Column::Text)?,
            quantity: row.parse(Column::Quantity, Quantity::parse)?,
            unit: row.value(Column::Unit)?,
            price: row.parse(Column::UnitPrice, UnitPrice::parse)?,
            discount: rate.map(Discount::Part).or_else(|| stated.map(Discount::Amount)),
            tax: Taxation::new(vat, reason)
                .map_err(|_| corrupt::<Entity>(Column::ExemptionReason))?,
            contract_position: row
                .get::<Option<i16>>(Column::ContractPosition)?
                .and_then(|number| u16::try_from(number).ok()),
        };
        let line = InvoiceLine {
            draft,
            amount: row.get(Column::AmountMinor)?,
            discount: row.get(Column::DiscountMinor)?,
            net: row.get(Column::NetMinor)?,
        };
        Ok(Self(row.get(Column::Position)?, line))
    }
}

#[async_trait]
impl InvoiceLineReader for ScopedTx {
    async fn of(&mut self, invoice: InvoiceId) -> Result<Vec<InvoiceLine>> {
        let lines = self.select::<Entity>().filter(Column::InvoiceId.eq(invoice.uuid()));
        let mut lines: Vec<Placed> = lines.all().await?;
        lines.sort_unstable_by_key(|line| line.0);
        Ok(lines.into_iter().map(|line| line.1).collect())
    }

    async fn billed(&mut self, contract: ContractId) -> Result<Vec<BilledPosition>> {
        let found = self.ask_within(BILLED, vec![contract.uuid().into()], usize::MAX, |row| {
            let position: i16 = named(row, "contract_position")?;
            Ok(BilledPosition {
                invoice: Id::from_uuid(named(row, "id")?),
                position: position.cast_unsigned(),
                net: named(row, "net")?,
            })
        });
        Ok(found.await?.items)
    }
}

/// The lines of booked documents that name a position of the contract.
const BILLED: &str = "SELECT i.id, l.contract_position, sum(l.net_minor)::bigint AS net \
    FROM invoices i JOIN invoice_lines l ON l.organization_id = i.organization_id AND l.invoice_id = i.id \
    WHERE i.organization_id = $1 AND i.contract_id = $2 AND i.status NOT IN ('draft', 'void') \
    AND l.contract_position IS NOT NULL GROUP BY i.id, l.contract_position";

/// The arrays are of the same length, and `unnest` walks through them together. -1 and `''` stand for
/// what is absent.
const INSERT: &str = "INSERT INTO invoice_lines (organization_id, invoice_id, position, text, \
    quantity, unit, unit_price, discount_rate, discount_stated_minor, vat_category, vat_rate, \
    exemption_reason, amount_minor, discount_minor, net_minor, contract_position) SELECT $1::uuid, $2::uuid, \
    generate_subscripts($3::text[], 1), unnest($3::text[]), unnest($4::text[])::numeric, \
    unnest($5::text[]), unnest($6::text[])::numeric, nullif(unnest($7::smallint[]), -1), \
    nullif(unnest($8::bigint[]), -1), unnest($9::text[]), unnest($10::smallint[]), nullif(unnest($11::text[]), ''), \
    unnest($12::bigint[]), unnest($13::bigint[]), unnest($14::bigint[]), \
    nullif(unnest($15::smallint[]), 0)";

#[async_trait]
impl InvoiceLines for ScopedTx {
    async fn insert(&mut self, invoice: InvoiceId, lines: &[InvoiceLine]) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let discount = |line: &InvoiceLine| match line.draft.discount {
            None => (-1, -1),
            Some(Discount::Part(rate)) => (rate.points().cast_signed(), -1),
            Some(Discount::Amount(minor)) => (-1, minor),
        };
        let vat = |line: &InvoiceLine| line.draft.tax.vat();
        let reason =
            |line: &InvoiceLine| line.draft.tax.reason().map_or("", Text::as_str).to_owned();
        let values = vec![
            invoice.uuid().into(),
            each(lines, |line| line.draft.text.as_str().to_owned()),
            each(lines, |line| line.draft.quantity.to_string()),
            each(lines, |line| line.draft.unit.as_str().to_owned()),
            each(lines, |line| line.draft.price.to_string()),
            each(lines, |line| discount(line).0),
            each(lines, |line| discount(line).1),
            each(lines, |line| vat(line).category().name().to_owned()),
            each(lines, |line| vat(line).rate().points().cast_signed()),
            each(lines, reason),
            each(lines, |line| line.amount),
            each(lines, |line| line.discount),
            each(lines, |line| line.net),
            each(lines, |line| line.draft.contract_position.unwrap_or(0).cast_signed()),
        ];
        self.insert_rows(INSERT, values).await
    }

    async fn replace(&mut self, invoice: InvoiceId, lines: &[InvoiceLine]) -> Result<()> {
        let of = Condition::all().add(Column::InvoiceId.eq(invoice.uuid()));
        self.remove_all::<Entity>(of).await?;
        InvoiceLines::insert(self, invoice, lines).await
    }

    async fn lock(&mut self, invoices: &[InvoiceId]) -> Result<Vec<Invoice>> {
        let ids: Vec<Uuid> = invoices.iter().map(|id| id.uuid()).collect();
        let one_of = ExprTrait::eq(Expr::col(super::Column::Id), PgFunc::any(ids));
        let found = self.select::<super::Entity>().filter(one_of);
        found.order_by_asc(super::Column::Id).lock_exclusive().all().await
    }
}
