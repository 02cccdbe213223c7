use async_trait::async_trait;
use plinth_domain::{
    Id, OrganizationId, Payment, PaymentDirection, PaymentId, PaymentMethod, PaymentStatus,
};
use plinth_ports::{
    Payments, Result,
    records::payments::{PaymentFilter, PaymentSort},
};
use sea_orm::{
    Condition, QuerySelect, Set,
    entity::prelude::*,
    sea_query::{Expr, LockType},
};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row},
    scoped::{Places, ScopedTx, places},
    value::{name, set},
};

/// A row, without the columns of the search.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub party_id: Uuid,
    pub direction: String,
    pub status: String,
    pub amount_minor: i64,
    pub currency: String,
    pub allocated_minor: i64,
    pub method: String,
    pub reference: Option<String>,
    pub received_on: Date,
    pub note: Option<String>,
    pub reverses_id: Option<Uuid>,
    pub refunds_id: Option<Uuid>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub metadata: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(PaymentDirection, PaymentStatus, PaymentMethod);

impl FromRow for Payment {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            party: row.value(Column::PartyId)?,
            direction: row.value(Column::Direction)?,
            status: row.value(Column::Status)?,
            amount: row.get(Column::AmountMinor)?,
            currency: row.value(Column::Currency)?,
            allocated: row.get(Column::AllocatedMinor)?,
            method: row.value(Column::Method)?,
            reference: row.value(Column::Reference)?,
            received_on: row.get(Column::ReceivedOn)?,
            note: row.value(Column::Note)?,
            reverses: row.value(Column::ReversesId)?,
            refunds: row.value(Column::RefundsId)?,
            metadata: row.value(Column::Metadata)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Payment {
    type Row = ActiveModel;
    const PLACES: Option<Places> = Some(places!("payments"));

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            party_id: set(&self.party),
            direction: set(&self.direction),
            status: set(&self.status),
            amount_minor: Set(self.amount),
            currency: set(&self.currency),
            allocated_minor: Set(self.allocated),
            method: set(&self.method),
            reference: set(&self.reference),
            received_on: Set(self.received_on),
            note: set(&self.note),
            reverses_id: Set(self.reverses.map(Id::uuid)),
            refunds_id: Set(self.refunds.map(Id::uuid)),
            metadata: set(&self.metadata),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &PaymentFilter) -> Condition {
        Condition::all()
            .add_option(filter.party.map(|party| Column::PartyId.eq(party.uuid())))
            .add_option(filter.direction.map(|value| Column::Direction.eq(value.name())))
            .add_option(list::one_of(Column::Status, &filter.status, PaymentStatus::name))
            .add_option(filter.reference.as_ref().map(|text| Column::Reference.eq(text.as_str())))
            .add_option(filter.from.map(|day| Column::ReceivedOn.gte(day)))
            .add_option(filter.until.map(|day| Column::ReceivedOn.lte(day)))
            .add_option(filter.unallocated.map(has_credit))
    }

    fn column(sort: PaymentSort) -> Column {
        match sort {
            PaymentSort::CreatedAt => Column::CreatedAt,
            PaymentSort::UpdatedAt => Column::UpdatedAt,
        }
    }
}

fn has_credit(has: bool) -> Expr {
    Expr::cust(if has {
        "(payments.status = 'recorded' AND payments.allocated_minor < payments.amount_minor)"
    } else {
        "NOT (payments.status = 'recorded' AND payments.allocated_minor < payments.amount_minor)"
    })
}

#[async_trait]
impl Payments for ScopedTx {
    async fn insert(&mut self, payment: &Payment) -> Result<()> {
        self.add(payment.to_row(self.organization())).await
    }

    async fn lock(&mut self, payment: PaymentId) -> Result<Option<Payment>> {
        let own = self.select::<Entity>().filter(Column::Id.eq(payment.uuid()));
        // What refers to it waits for no one.
        own.lock(LockType::NoKeyUpdate).one().await
    }
}
