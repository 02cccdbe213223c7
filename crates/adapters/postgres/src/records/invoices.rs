mod findings;
mod lines;
pub(super) mod parts;

use plinth_domain::{
    Approval, DocumentId, Invoice, InvoiceContent, InvoiceDirection, InvoiceKind, InvoiceStatus,
    OrganizationId, Received, ReceivedFindings, Review, Schedule, Settlement, pricing::PriceMode,
    pricing::Totals,
};
use plinth_ports::{
    Result,
    records::invoices::{InvoiceFilter, InvoiceSort},
};
use sea_orm::{Condition, Set, entity::prelude::*, sea_query::Expr};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row, corrupt},
    scoped::{Places, places},
    value::{name, set},
};

/// A row, without the columns of the search.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invoices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub direction: String,
    pub kind: String,
    pub status: String,
    pub number: Option<String>,
    pub corrects_id: Option<Uuid>,
    pub party_id: Uuid,
    pub project_id: Option<Uuid>,
    pub contract_id: Option<Uuid>,
    pub allow_over_billing: bool,
    pub supplier_number: Option<String>,
    pub counterparty: Option<String>,
    pub currency: String,
    pub price_mode: String,
    pub issued_on: Option<Date>,
    pub booked_on: Option<Date>,
    pub due_on: Option<Date>,
    pub service_from: Option<Date>,
    pub service_until: Option<Date>,
    pub payment_terms_days: Option<i16>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub discounts: String,
    pub buyer_reference: Option<String>,
    pub purchase_order: Option<String>,
    pub note: Option<String>,
    pub language: Option<String>,
    pub retention: i16,
    pub cash_unit: i16,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub adjustments: String,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub deductions: String,
    pub lines_minor: i64,
    pub allowances_minor: i64,
    pub charges_minor: i64,
    pub net_minor: i64,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub vat: String,
    pub tax_minor: i64,
    pub gross_minor: i64,
    pub prepaid_minor: i64,
    pub rounding_minor: i64,
    pub due_minor: i64,
    pub retained_minor: i64,
    pub settled_minor: i64,
    pub written_off_minor: i64,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub parties: Option<String>,
    pub document_id: Option<Uuid>,
    pub totals_stated: bool,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub findings: Option<String>,
    pub created_by: Option<Uuid>,
    pub edited_by: Option<Uuid>,
    pub approved_by: Option<Uuid>,
    pub approved_at: Option<DateTimeUtc>,
    pub dunning_blocked: bool,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub metadata: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(InvoiceDirection, InvoiceKind, InvoiceStatus, PriceMode);

impl FromRow for Invoice {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            status: row.value(Column::Status)?,
            number: row.value(Column::Number)?,
            corrects: row.value(Column::CorrectsId)?,
            content: content(row)?,
            deductions: parsed(row, Column::Deductions, parts::deductions)?,
            totals: totals(row)?,
            settlement: Settlement {
                settled: row.get(Column::SettledMinor)?,
                written_off: row.get(Column::WrittenOffMinor)?,
            },
            parties: match row.get::<Option<&str>>(Column::Parties)? {
                Some(text) => Some(parsed(row, Column::Parties, |_| parts::parties(text))?),
                None => None,
            },
            received: received(row)?,
            review: review(row)?,
            dunning_blocked: row.get(Column::DunningBlocked)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn received(row: &Row<'_, Entity>) -> Result<Option<Received>> {
    let document: Option<DocumentId> = row.value(Column::DocumentId)?;
    let is_stated = row.get(Column::TotalsStated)?;
    let findings = match row.get::<Option<&str>>(Column::Findings)? {
        Some(text) => parsed(row, Column::Findings, |_| findings::read(text))?,
        None => ReceivedFindings::default(),
    };
    Ok(document.map(|document| Received { document, is_stated, findings }))
}

fn review(row: &Row<'_, Entity>) -> Result<Review> {
    let approval = match (row.value(Column::ApprovedBy)?, row.get(Column::ApprovedAt)?) {
        (Some(by), Some(at)) => Some(Approval { by, at }),
        _ => None,
    };
    Ok(Review {
        created_by: row.value(Column::CreatedBy)?,
        edited_by: row.value(Column::EditedBy)?,
        approval,
    })
}

fn content(row: &Row<'_, Entity>) -> Result<InvoiceContent> {
    let (from, until) = (row.get(Column::ServiceFrom)?, row.get(Column::ServiceUntil)?);
    Ok(InvoiceContent {
        direction: row.value(Column::Direction)?,
        kind: row.value(Column::Kind)?,
        party: row.value(Column::PartyId)?,
        project: row.value(Column::ProjectId)?,
        contract: row.value(Column::ContractId)?,
        allow_over_billing: row.get(Column::AllowOverBilling)?,
        supplier_number: row.value(Column::SupplierNumber)?,
        currency: row.value(Column::Currency)?,
        price_mode: row.value(Column::PriceMode)?,
        issued_on: row.get(Column::IssuedOn)?,
        booked_on: row.get(Column::BookedOn)?,
        due_on: row.get(Column::DueOn)?,
        service: Schedule::new(from, until).map_err(|_| corrupt::<Entity>(Column::ServiceUntil))?,
        payment_terms: row.value(Column::PaymentTermsDays)?,
        discounts: parsed(row, Column::Discounts, parts::discounts)?,
        buyer_reference: row.value(Column::BuyerReference)?,
        purchase_order: row.value(Column::PurchaseOrder)?,
        note: row.value(Column::Note)?,
        language: row.value(Column::Language)?,
        retention: row.value(Column::Retention)?,
        cash_unit: row.value(Column::CashUnit)?,
        adjustments: parsed(row, Column::Adjustments, parts::adjustments)?,
        metadata: row.value(Column::Metadata)?,
    })
}

fn totals(row: &Row<'_, Entity>) -> Result<Totals> {
    Ok(Totals {
        lines: row.get(Column::LinesMinor)?,
        allowances: row.get(Column::AllowancesMinor)?,
        charges: row.get(Column::ChargesMinor)?,
        net: row.get(Column::NetMinor)?,
        vat: parsed(row, Column::Vat, parts::vat_rows)?,
        tax: row.get(Column::TaxMinor)?,
        gross: row.get(Column::GrossMinor)?,
        prepaid: row.get(Column::PrepaidMinor)?,
        rounding: row.get(Column::RoundingMinor)?,
        due: row.get(Column::DueMinor)?,
        retained: row.get(Column::RetainedMinor)?,
    })
}

/// A part that is stored as JSON.
fn parsed<T>(
    row: &Row<'_, Entity>,
    column: Column,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T> {
    parse(row.get::<&str>(column)?).ok_or_else(|| corrupt::<Entity>(column))
}

impl Stored for Invoice {
    type Row = ActiveModel;
    const PLACES: Option<Places> = Some(places!("invoices"));

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let (content, totals) = (&self.content, &self.totals);
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            direction: set(&content.direction),
            kind: set(&content.kind),
            status: set(&self.status),
            number: set(&self.number),
            corrects_id: set(&self.corrects),
            party_id: set(&content.party),
            project_id: set(&content.project),
            contract_id: set(&content.contract),
            allow_over_billing: Set(content.allow_over_billing),
            supplier_number: set(&content.supplier_number),
            counterparty: Set(self.counterparty().map(str::to_owned)),
            currency: set(&content.currency),
            price_mode: set(&content.price_mode),
            issued_on: Set(content.issued_on),
            booked_on: Set(content.booked_on),
            due_on: Set(content.due_on),
            service_from: Set(content.service.starts_on()),
            service_until: Set(content.service.ends_on()),
            payment_terms_days: set(&content.payment_terms),
            discounts: Set(parts::discounts_text(&content.discounts)),
            buyer_reference: set(&content.buyer_reference),
            purchase_order: set(&content.purchase_order),
            note: set(&content.note),
            language: set(&content.language),
            retention: set(&content.retention),
            cash_unit: set(&content.cash_unit),
            adjustments: Set(parts::adjustments_text(&content.adjustments)),
            deductions: Set(parts::deductions_text(&self.deductions)),
            lines_minor: Set(totals.lines),
            allowances_minor: Set(totals.allowances),
            charges_minor: Set(totals.charges),
            net_minor: Set(totals.net),
            vat: Set(parts::vat_rows_text(&totals.vat)),
            tax_minor: Set(totals.tax),
            gross_minor: Set(totals.gross),
            prepaid_minor: Set(totals.prepaid),
            rounding_minor: Set(totals.rounding),
            due_minor: Set(totals.due),
            retained_minor: Set(totals.retained),
            settled_minor: Set(self.settlement.settled),
            written_off_minor: Set(self.settlement.written_off),
            parties: Set(self.parties.as_ref().map(parts::parties_text)),
            document_id: Set(self.received.as_ref().map(|received| received.document.uuid())),
            totals_stated: Set(self.has_stated_totals()),
            // An invoice that was issued before there were any has none, and never changes.
            findings: Set(self
                .received
                .as_ref()
                .map(|one| &one.findings)
                .filter(|one| **one != ReceivedFindings::default())
                .map(findings::text)),
            created_by: set(&self.review.created_by),
            edited_by: set(&self.review.edited_by),
            approved_by: Set(self.review.approval.map(|approval| approval.by.uuid())),
            approved_at: Set(self.review.approval.map(|approval| approval.at)),
            dunning_blocked: Set(self.dunning_blocked),
            metadata: set(&content.metadata),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &InvoiceFilter) -> Condition {
        let id = |column: Column, id: Uuid| column.eq(id);
        Condition::all()
            .add_option(list::one_of(Column::Status, &filter.status, InvoiceStatus::name))
            .add_option(list::one_of(Column::Kind, &filter.kind, InvoiceKind::name))
            .add_option(filter.direction.map(|value| Column::Direction.eq(value.name())))
            .add_option(filter.party.map(|party| id(Column::PartyId, party.uuid())))
            .add_option(filter.project.map(|project| id(Column::ProjectId, project.uuid())))
            .add_option(filter.contract.map(|contract| id(Column::ContractId, contract.uuid())))
            .add_option(filter.corrects.map(|invoice| id(Column::CorrectsId, invoice.uuid())))
            .add_option(filter.number.as_ref().map(|number| Column::Number.eq(number.as_str())))
            .add_option(
                filter.supplier_number.as_ref().map(|n| Column::SupplierNumber.eq(n.as_str())),
            )
            .add_option(filter.overdue_on.map(|day| {
                // A literal, as in the index of open invoices.
                let open = Expr::cust("invoices.status IN ('issued', 'partially_paid')");
                let more = Expr::cust(
                    "invoices.due_minor - invoices.settled_minor - invoices.written_off_minor \
                     > invoices.retained_minor",
                );
                Condition::all().add(open).add(Column::DueOn.lt(day)).add(more)
            }))
    }

    fn column(sort: InvoiceSort) -> Column {
        match sort {
            InvoiceSort::CreatedAt => Column::CreatedAt,
            InvoiceSort::UpdatedAt => Column::UpdatedAt,
        }
    }
}
