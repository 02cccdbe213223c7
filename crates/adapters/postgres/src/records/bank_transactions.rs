use std::collections::HashSet;

use async_trait::async_trait;
use plinth_domain::{
    BankTransaction, BankTransactionStatus, Currency, Id, InvoiceId, OpenInvoice, OrganizationId,
    PaymentDirection, PaymentId,
};
use plinth_ports::{
    BankTransactions, Result, StoreError,
    records::bank_transactions::{
        BankTransactionFilter, BankTransactionSort, DAYS_APART, MAX_ENTERED, Paid,
    },
};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row, corrupt, named},
    scoped::{Places, ScopedTx, places},
    value::{each, name, set},
};

/// A row, without the columns of the search.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_transactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub status: String,
    pub fingerprint: Vec<u8>,
    pub account: Option<String>,
    pub amount_minor: i64,
    pub currency: String,
    pub booked_on: Date,
    pub is_reversal: bool,
    pub counterparty: Option<String>,
    pub counterparty_account: Option<String>,
    pub end_to_end_id: Option<String>,
    pub remittance: Option<String>,
    pub candidates: Vec<Uuid>,
    pub candidate_payment_id: Option<Uuid>,
    pub payment_id: Option<Uuid>,
    pub is_linked: bool,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(BankTransactionStatus);

impl FromRow for BankTransaction {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let fingerprint: Vec<u8> = row.get(Column::Fingerprint)?;
        let candidates: Vec<Uuid> = row.get(Column::Candidates)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            status: row.value(Column::Status)?,
            fingerprint: fingerprint
                .try_into()
                .map_err(|_| corrupt::<Entity>(Column::Fingerprint))?,
            account: row.value(Column::Account)?,
            amount: row.get(Column::AmountMinor)?,
            currency: row.value(Column::Currency)?,
            booked_on: row.get(Column::BookedOn)?,
            is_reversal: row.get(Column::IsReversal)?,
            counterparty: row.value(Column::Counterparty)?,
            counterparty_account: row.value(Column::CounterpartyAccount)?,
            end_to_end_id: row.value(Column::EndToEndId)?,
            remittance: row.value(Column::Remittance)?,
            candidates: candidates.into_iter().map(InvoiceId::from_uuid).collect(),
            candidate_payment: row.value(Column::CandidatePaymentId)?,
            payment: row.value(Column::PaymentId)?,
            is_linked: row.get(Column::IsLinked)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for BankTransaction {
    type Row = ActiveModel;
    const PLACES: Option<Places> = Some(places!("bank_transactions"));

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            status: set(&self.status),
            fingerprint: Set(self.fingerprint.to_vec()),
            account: set(&self.account),
            amount_minor: Set(self.amount),
            currency: set(&self.currency),
            booked_on: Set(self.booked_on),
            is_reversal: Set(self.is_reversal),
            counterparty: set(&self.counterparty),
            counterparty_account: set(&self.counterparty_account),
            end_to_end_id: set(&self.end_to_end_id),
            remittance: set(&self.remittance),
            candidates: Set(self.candidates.iter().map(|id| id.uuid()).collect()),
            candidate_payment_id: Set(self.candidate_payment.map(Id::uuid)),
            payment_id: Set(self.payment.map(Id::uuid)),
            is_linked: Set(self.is_linked),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &BankTransactionFilter) -> Condition {
        let direction = |direction| match direction {
            PaymentDirection::Received => Column::AmountMinor.gte(0),
            PaymentDirection::Sent => Column::AmountMinor.lt(0),
        };
        Condition::all()
            .add_option(list::one_of(Column::Status, &filter.status, BankTransactionStatus::name))
            .add_option(filter.direction.map(direction))
            .add_option(filter.account.as_ref().map(|text| Column::Account.eq(text.as_str())))
    }

    fn column(sort: BankTransactionSort) -> Column {
        match sort {
            BankTransactionSort::CreatedAt => Column::CreatedAt,
        }
    }
}

const KNOWN: &str = "SELECT fingerprint FROM bank_transactions \
    WHERE organization_id = $1 AND fingerprint = ANY($2)";

/// The arrays are of the same length. `$7` stands for an unknown party, and `$8` is in days.
const ENTERED: &str = "SELECT w.n, p.id \
    FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::date[]) \
        WITH ORDINALITY AS w (party, direction, amount, currency, day, n) \
    CROSS JOIN LATERAL (SELECT p.id, abs(p.received_on - w.day) AS days FROM payments p \
        WHERE p.organization_id = $1 AND p.received_on BETWEEN w.day - $8 AND w.day + $8 \
        AND p.amount_minor = w.amount AND p.currency = w.currency AND p.direction = w.direction \
        AND (w.party = $7 OR p.party_id = w.party) AND p.method <> 'cash' AND NOT EXISTS ( \
            SELECT FROM bank_transactions b WHERE b.organization_id = $1 AND b.payment_id = p.id) \
        ORDER BY abs(p.received_on - w.day), p.id LIMIT $9) p \
    ORDER BY w.n, p.days, p.id";

/// A payer names an incoming invoice by its supplier's number. The condition is that of the index of
/// open invoices.
const OPEN: &str = "SELECT id, party_id, coalesce(supplier_number, number) AS number, currency, \
    (direction = 'receivable') = (kind <> 'credit_note') AS is_received, \
    due_minor - settled_minor - written_off_minor AS open FROM invoices \
    WHERE organization_id = $1 AND status IN ('issued', 'partially_paid') \
    ORDER BY due_on DESC, id DESC LIMIT $2";

#[async_trait]
impl BankTransactions for ScopedTx {
    async fn insert(&mut self, transaction: &BankTransaction) -> Result<()> {
        self.add(transaction.to_row(self.organization())).await
    }

    async fn known(&mut self, fingerprints: &[[u8; 32]]) -> Result<HashSet<[u8; 32]>> {
        let asked: Vec<Vec<u8>> = fingerprints.iter().map(|one| one.to_vec()).collect();
        let found = self.ask_within(KNOWN, vec![asked.into()], usize::MAX, |row| {
            let fingerprint: Vec<u8> = named(row, "fingerprint")?;
            fingerprint.try_into().map_err(|_| corrupt::<Entity>(Column::Fingerprint))
        });
        Ok(found.await?.items.into_iter().collect())
    }

    async fn entered(&mut self, paid: &[Paid]) -> Result<Vec<Vec<PaymentId>>> {
        let mut entered = vec![Vec::new(); paid.len()];
        if paid.is_empty() {
            return Ok(entered);
        }
        let party = |one: &Paid| one.party.map_or(Uuid::nil(), Id::uuid);
        let values = vec![
            each(paid, party),
            each(paid, |one| one.direction.name().to_owned()),
            each(paid, |one| one.amount),
            each(paid, |one| one.currency.as_str().to_owned()),
            each(paid, |one| one.on),
            Uuid::nil().into(),
            i32::try_from(DAYS_APART).unwrap_or(i32::MAX).into(),
            i64::try_from(MAX_ENTERED).unwrap_or(i64::MAX).into(),
        ];
        let found: Vec<(usize, PaymentId)> = self
            .ask_within(ENTERED, values, usize::MAX, |row| {
                let place: i64 = named(row, "n")?;
                let place = usize::try_from(place - 1).map_err(|e| StoreError::Other(e.into()))?;
                Ok((place, Id::from_uuid(named(row, "id")?)))
            })
            .await?
            .items;
        for (place, payment) in found {
            if let Some(payments) = entered.get_mut(place) {
                payments.push(payment);
            }
        }
        Ok(entered)
    }

    async fn open_invoices(&mut self, limit: u32) -> Result<Vec<OpenInvoice>> {
        let found = self.ask_within(OPEN, vec![i64::from(limit).into()], usize::MAX, |row| {
            let currency: &str = named(row, "currency")?;
            let is_received: bool = named(row, "is_received")?;
            Ok(OpenInvoice {
                id: Id::from_uuid(named(row, "id")?),
                party: Id::from_uuid(named(row, "party_id")?),
                paid_by: PaymentDirection::ALL[usize::from(!is_received)],
                number: named::<&str>(row, "number")?.to_owned(),
                currency: Currency::parse(currency).map_err(|e| StoreError::Other(e.into()))?,
                open: named(row, "open")?,
            })
        });
        Ok(found.await?.items)
    }
}
