mod periods;

use async_trait::async_trait;
use plinth_domain::{
    DunningClaim, DunningLaw, DunningNotice, DunningStatus, Id, InvoiceId, OrganizationId, PartyId,
};
use plinth_ports::{
    DueForDunning, DunningNotices, DunningReader, Result,
    records::dunning_notices::{DunningNoticeFilter, DunningNoticeSort},
};
use sea_orm::{Condition, QueryOrder, Set, entity::prelude::*};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row, corrupt, named},
    scoped::ScopedTx,
    value::{name, set},
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dunning_notices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub invoice_id: Uuid,
    pub party_id: Uuid,
    pub status: String,
    pub level: i16,
    pub dated_on: Date,
    pub pay_by: Date,
    pub currency: String,
    pub overdue_minor: i64,
    pub interest_minor: i64,
    pub fee_minor: i64,
    pub fees_minor: i64,
    pub lump_sum_minor: i64,
    pub total_minor: i64,
    pub is_consumer: bool,
    pub law: String,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub periods: String,
    pub language: String,
    pub text: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(DunningStatus, DunningLaw);

impl FromRow for DunningNotice {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let level: i16 = row.get(Column::Level)?;
        let periods = periods::read(row.get::<&str>(Column::Periods)?);
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            invoice: row.value(Column::InvoiceId)?,
            party: row.value(Column::PartyId)?,
            status: row.value(Column::Status)?,
            claim: DunningClaim {
                level: u8::try_from(level).map_err(|_| corrupt::<Entity>(Column::Level))?,
                dated_on: row.get(Column::DatedOn)?,
                pay_by: row.get(Column::PayBy)?,
                currency: row.value(Column::Currency)?,
                overdue: row.get(Column::OverdueMinor)?,
                interest: row.get(Column::InterestMinor)?,
                fee: row.get(Column::FeeMinor)?,
                fees: row.get(Column::FeesMinor)?,
                lump_sum: row.get(Column::LumpSumMinor)?,
                total: row.get(Column::TotalMinor)?,
                is_consumer: row.get(Column::IsConsumer)?,
                law: row.value(Column::Law)?,
                periods: periods.ok_or_else(|| corrupt::<Entity>(Column::Periods))?,
                language: row.value(Column::Language)?,
                text: row.value(Column::Text)?,
            },
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for DunningNotice {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let claim = &self.claim;
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            invoice_id: set(&self.invoice),
            party_id: set(&self.party),
            status: set(&self.status),
            level: Set(claim.level.into()),
            dated_on: Set(claim.dated_on),
            pay_by: Set(claim.pay_by),
            currency: set(&claim.currency),
            overdue_minor: Set(claim.overdue),
            interest_minor: Set(claim.interest),
            fee_minor: Set(claim.fee),
            fees_minor: Set(claim.fees),
            lump_sum_minor: Set(claim.lump_sum),
            total_minor: Set(claim.total),
            is_consumer: Set(claim.is_consumer),
            law: set(&claim.law),
            periods: Set(periods::text(&claim.periods)),
            language: set(&claim.language),
            text: set(&claim.text),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &DunningNoticeFilter) -> Condition {
        Condition::all()
            .add_option(filter.invoice.map(|invoice| Column::InvoiceId.eq(invoice.uuid())))
            .add_option(filter.party.map(|party| Column::PartyId.eq(party.uuid())))
            .add_option(list::one_of(Column::Status, &filter.status, DunningStatus::name))
            .add_option(filter.level.map(|level| Column::Level.eq(i16::from(level))))
    }

    fn column(sort: DunningNoticeSort) -> Column {
        match sort {
            DunningNoticeSort::CreatedAt => Column::CreatedAt,
            DunningNoticeSort::UpdatedAt => Column::UpdatedAt,
        }
    }
}

/// The first condition is that of the index of open invoices. Beyond the last level the array has null,
/// so nothing is due. `$6` stands for any party.
const DUE: &str = "SELECT i.id FROM invoices i \
    JOIN parties p ON p.organization_id = $1 AND p.id = i.party_id \
    CROSS JOIN LATERAL (SELECT count(*) AS notices, \
        coalesce(max(n.level) FILTER (WHERE n.status = 'issued'), 0) AS reached, \
        max(n.pay_by) FILTER (WHERE n.status = 'issued') AS promised FROM dunning_notices n \
        WHERE n.organization_id = $1 AND n.invoice_id = i.id) sent \
    WHERE i.organization_id = $1 AND i.status IN ('issued', 'partially_paid') AND i.due_on < $2 \
        AND i.direction = 'receivable' AND i.kind <> 'credit_note' \
        AND NOT i.dunning_blocked AND NOT p.dunning_blocked \
        AND i.due_minor - i.settled_minor - i.written_off_minor > i.retained_minor \
        AND i.due_on + ($3::int[])[sent.reached + 1] <= $2 \
        AND (sent.promised IS NULL OR sent.promised < $2) \
        AND (i.currency <> $4 OR i.due_minor - i.settled_minor - i.written_off_minor \
            - i.retained_minor >= $5) \
        AND ($6 = '00000000-0000-0000-0000-000000000000'::uuid OR i.party_id = $6) \
        AND sent.notices < $7 \
    ORDER BY i.due_on, i.id LIMIT $8";

#[async_trait]
impl DunningReader for ScopedTx {
    async fn notices(&mut self, invoice: InvoiceId) -> Result<Vec<DunningNotice>> {
        let own = self.select::<Entity>().filter(Column::InvoiceId.eq(invoice.uuid()));
        own.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all().await
    }

    async fn due(&mut self, asked: &DueForDunning, limit: u32) -> Result<Vec<InvoiceId>> {
        let days: Vec<i32> = asked.after_days.iter().copied().map(i32::from).collect();
        let (currency, least) = match asked.minimum {
            Some(minimum) => (minimum.currency.as_str().to_owned(), minimum.amount_minor),
            None => (String::new(), 0),
        };
        let values = vec![
            asked.today.into(),
            days.into(),
            currency.into(),
            least.into(),
            asked.party.map_or(Uuid::nil(), PartyId::uuid).into(),
            i64::from(asked.fewer_than).into(),
            i64::from(limit).into(),
        ];
        let read = |row: &_| named::<Uuid>(row, "id").map(Id::from_uuid);
        Ok(self.ask_within(DUE, values, usize::MAX, read).await?.items)
    }
}

#[async_trait]
impl DunningNotices for ScopedTx {
    async fn insert(&mut self, notice: &DunningNotice) -> Result<()> {
        self.add(notice.to_row(self.organization())).await
    }
}
