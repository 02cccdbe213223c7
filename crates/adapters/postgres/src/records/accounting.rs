use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    AllocationKind, DocumentNumber, DocumentParty, Id, InvoiceDirection, PaymentDirection,
    PaymentMethod,
    accounting::{
        AccountNumber, Booked, BookedAllocation, BookedParty, BookedPayment, Region, Source,
    },
};
use plinth_ports::{AccountingReader, Batch, BookedWindow, PAGE_BYTES, Result, StoreError};
use sea_orm::{Value, prelude::Uuid};
use sqlx::postgres::PgRow;

use super::invoices::parts;
use crate::{
    row::{named, stored},
    scoped::ScopedTx,
    value::text,
};

text!(AccountNumber: AccountNumber::parse);

const INVOICES: &str = "SELECT i.id, i.booked_on, i.direction, i.kind, i.number, \
        i.supplier_number, i.due_on, i.currency, i.vat::text AS vat, \
        i.deductions::text AS deductions, i.prepaid_minor, i.due_minor, \
        i.parties::text AS parties, i.party_id, p.debtor_account, p.creditor_account \
    FROM invoices i JOIN parties p ON p.organization_id = $1 AND p.id = i.party_id \
    WHERE i.organization_id = $1 AND i.status NOT IN ('draft', 'void') \
        AND i.booked_on BETWEEN $2 AND $4 AND (i.booked_on, i.id) >= ($2, $3) \
        AND ($5::text IS NULL OR i.currency = $5) ORDER BY i.booked_on, i.id LIMIT $6";

/// What a payment does not settle on its day. The one that takes a refund back goes the way of the
/// first payment again.
const PAYMENTS: &str = "SELECT y.id, y.received_on, y.direction, y.method, y.reference, y.currency, \
        y.party_id, p.name, p.vat_id, p.debtor_account, p.creditor_account, \
        y.amount_minor - coalesce(s.amount, 0) AS rest, \
        CASE WHEN coalesce(y.reverses_id, y.refunds_id) IS NULL OR r.refunds_id IS NOT NULL \
            THEN y.direction WHEN y.direction = 'received' THEN 'sent' ELSE 'received' END AS origin \
    FROM payments y JOIN parties p ON p.organization_id = $1 AND p.id = y.party_id \
    LEFT JOIN payments r ON r.organization_id = $1 AND r.id = y.reverses_id \
    LEFT JOIN LATERAL ( \
        SELECT sum(abs(a.amount_minor))::bigint AS amount FROM allocations a \
        WHERE a.organization_id = $1 AND a.payment_id = y.id AND a.kind = 'payment' \
            AND a.allocated_on = y.received_on \
    ) s ON true \
    WHERE y.organization_id = $1 \
        AND y.received_on BETWEEN $2 AND $4 AND (y.received_on, y.id) >= ($2, $3) \
        AND ($5::text IS NULL OR y.currency = $5) ORDER BY y.received_on, y.id LIMIT $6";

const ALLOCATIONS: &str = "SELECT a.id AS allocation_id, a.allocated_on, \
        a.kind AS allocation_kind, a.amount_minor, \
        y.method, y.received_on = a.allocated_on AS same_day, \
        CASE WHEN coalesce(y.reverses_id, y.refunds_id) IS NULL OR r.refunds_id IS NOT NULL \
            THEN y.direction WHEN y.direction = 'received' THEN 'sent' ELSE 'received' END AS origin, \
        i.id, i.booked_on, i.direction, i.kind, i.number, \
        i.supplier_number, i.due_on, i.currency, i.vat::text AS vat, \
        i.deductions::text AS deductions, i.prepaid_minor, i.due_minor, \
        i.parties::text AS parties, i.party_id, p.debtor_account, p.creditor_account \
    FROM allocations a JOIN invoices i ON i.organization_id = $1 AND i.id = a.invoice_id \
    JOIN parties p ON p.organization_id = $1 AND p.id = i.party_id \
    LEFT JOIN payments y ON y.organization_id = $1 AND y.id = a.payment_id \
    LEFT JOIN payments r ON r.organization_id = $1 AND r.id = y.reverses_id \
    WHERE a.organization_id = $1 AND a.kind <> 'credit_note' \
        AND a.allocated_on BETWEEN $2 AND $4 AND (a.allocated_on, a.id) >= ($2, $3) \
        AND ($5::text IS NULL OR i.currency = $5) ORDER BY a.allocated_on, a.id LIMIT $6";

/// Numbers of as many digits are in the order of their texts.
const LAST_ACCOUNTS: &str = "SELECT \
        max(debtor_account) FILTER (WHERE debtor_account ~ '^[1-6][0-9]+$' \
            AND char_length(debtor_account) = $2) AS debtor, \
        max(creditor_account) FILTER (WHERE creditor_account ~ '^[7-9][0-9]+$' \
            AND char_length(creditor_account) = $2) AS creditor \
    FROM parties WHERE organization_id = $1";

#[async_trait]
impl AccountingReader for ScopedTx {
    async fn booked(&mut self, window: &BookedWindow) -> Result<Batch<Source>> {
        let invoices = self.part(INVOICES, window, |row| Ok(Source::Invoice(booked(row)?))).await?;
        let payments = self.part(PAYMENTS, window, payment).await?;
        let allocations = self.part(ALLOCATIONS, window, allocation).await?;
        Ok(window.merged(vec![invoices, payments, allocations]))
    }

    async fn last_accounts(&mut self, digits: u32) -> Result<[Option<u32>; 2]> {
        let read = |row: &PgRow| {
            let number = |column| {
                let text: Option<&str> = named(row, column)?;
                Ok::<_, StoreError>(text.and_then(|text| text.parse().ok()))
            };
            Ok([number("debtor")?, number("creditor")?])
        };
        let values = vec![i64::from(digits).into()];
        let found = self.ask_within(LAST_ACCOUNTS, values, usize::MAX, read).await?.items;
        Ok(found.into_iter().next().unwrap_or_default())
    }
}

impl ScopedTx {
    /// The first sources of one kind.
    async fn part(
        &mut self,
        sql: &'static str,
        window: &BookedWindow,
        read: impl Fn(&PgRow) -> Result<Source> + Send + Sync,
    ) -> Result<Batch<Source>> {
        let (day, id) = window.from;
        let currency = window.currency.map(|currency| currency.as_str().to_owned());
        let values: Vec<Value> = vec![
            day.into(),
            id.into(),
            window.until.into(),
            currency.into(),
            (i64::from(window.limit) + 1).into(),
        ];
        let Batch { mut items, has_more } = self.ask_within(sql, values, PAGE_BYTES, read).await?;
        let has_more = has_more || items.len() > window.limit as usize;
        items.truncate(window.limit as usize);
        Ok(Batch { items, has_more })
    }
}

fn booked(row: &PgRow) -> Result<Booked> {
    let direction: InvoiceDirection = stored(row, "direction")?;
    let parties = json(row, "parties", parts::parties)?;
    let (own, other): (&DocumentParty, &DocumentParty) = match direction {
        InvoiceDirection::Receivable => (&parties.seller, &parties.buyer),
        InvoiceDirection::Payable => (&parties.buyer, &parties.seller),
    };
    let number: DocumentNumber = stored(row, "number")?;
    let deductions = json(row, "deductions", parts::deductions)?;
    Ok(Booked {
        id: Id::from_uuid(named(row, "id")?),
        on: named(row, "booked_on")?,
        direction,
        kind: stored(row, "kind")?,
        number: number.as_str().to_owned(),
        supplier_number: stored(row, "supplier_number")?,
        due_on: named(row, "due_on")?,
        currency: stored(row, "currency")?,
        vat: json(row, "vat", parts::vat_rows)?,
        deducted: deductions.into_iter().flat_map(|one| one.vat).collect(),
        prepaid: named(row, "prepaid_minor")?,
        due: named(row, "due_minor")?,
        region: Region::between(own, other),
        party: BookedParty {
            id: Id::from_uuid(named(row, "party_id")?),
            name: other.name.clone(),
            vat_id: other.vat_id.clone(),
            debtor_account: stored(row, "debtor_account")?,
            creditor_account: stored(row, "creditor_account")?,
        },
    })
}

fn payment(row: &PgRow) -> Result<Source> {
    Ok(Source::Payment(BookedPayment {
        id: Id::from_uuid(named(row, "id")?),
        on: named(row, "received_on")?,
        direction: stored(row, "direction")?,
        origin: stored(row, "origin")?,
        method: stored(row, "method")?,
        reference: stored(row, "reference")?,
        currency: stored(row, "currency")?,
        rest: named(row, "rest")?,
        party: BookedParty {
            id: Id::from_uuid(named(row, "party_id")?),
            name: stored(row, "name")?,
            vat_id: stored(row, "vat_id")?,
            debtor_account: stored(row, "debtor_account")?,
            creditor_account: stored(row, "creditor_account")?,
        },
    }))
}

fn allocation(row: &PgRow) -> Result<Source> {
    let method: Option<PaymentMethod> = stored(row, "method")?;
    let payment = match method {
        Some(method) => {
            let origin: PaymentDirection = stored(row, "origin")?;
            Some((origin, method, named::<bool>(row, "same_day")?))
        }
        None => None,
    };
    let kind: AllocationKind = stored(row, "allocation_kind")?;
    let on: NaiveDate = named(row, "allocated_on")?;
    Ok(Source::Allocation(BookedAllocation {
        id: Id::from_uuid(named::<Uuid>(row, "allocation_id")?),
        on,
        kind,
        amount: named(row, "amount_minor")?,
        payment,
        invoice: booked(row)?,
    }))
}

/// A value that is stored as JSON.
fn json<T>(row: &PgRow, column: &str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
    let text: &str = named(row, column)?;
    read(text).ok_or_else(|| StoreError::Other(format!("{column} cannot be read").into()))
}
