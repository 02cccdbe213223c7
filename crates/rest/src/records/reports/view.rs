use chrono::NaiveDate;
use plinth_domain::{Currency, Money};
use plinth_ports::records::reports::{Aged, Finances, Named, Revenue, RevenueBy, VatSum};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::invoices::InvoiceDirectionName;
use crate::{money::MoneyBody, priced::VatCategoryName, values::names};

names! {
    /// How revenue is grouped.
    RevenueByName = Month, Party, Project
}

/// A record that a row is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedRecord)]
pub(crate) struct NamedView {
    id: Uuid,
    /// The number of a party, the code of a project.
    #[schema(example = "K-1007")]
    code: Option<String>,
    /// The name, as it is now.
    name: String,
}

impl From<Named> for NamedView {
    fn from(named: Named) -> Self {
        Self { id: named.id, code: named.code, name: named.name }
    }
}

/// What is open of a party, in one currency. Credit notes that are not used up count below zero;
/// payments that settle nothing yet do not count.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenItems)]
pub(crate) struct OpenView {
    /// At the end of this day.
    as_of: NaiveDate,
    party: NamedView,
    /// The number of open documents.
    documents: u64,
    #[schema(example = "EUR")]
    currency: &'static str,
    /// All of it.
    open: MoneyBody,
    /// The part that is retained as a security. It has no age: a payment counts against the rest first.
    retained: MoneyBody,
    /// The rest that is not due before this day.
    not_due: MoneyBody,
    /// Overdue by up to 30 days.
    days_1_to_30: MoneyBody,
    /// Overdue by 31 to 60 days.
    days_31_to_60: MoneyBody,
    /// Overdue by 61 to 90 days.
    days_61_to_90: MoneyBody,
    /// Overdue by more than 90 days.
    days_over_90: MoneyBody,
}

impl OpenView {
    pub(super) fn new(as_of: NaiveDate, row: Aged<i64>) -> Self {
        let money = in_currency(row.currency);
        let [retained, not_due, until_30, until_60, until_90, older] = row.sums;
        Self {
            as_of,
            party: row.key.into(),
            documents: row.documents,
            currency: row.currency.as_str(),
            open: money(retained + not_due + until_30 + until_60 + until_90 + older),
            retained: money(retained),
            not_due: money(not_due),
            days_1_to_30: money(until_30),
            days_31_to_60: money(until_60),
            days_61_to_90: money(until_90),
            days_over_90: money(older),
        }
    }
}

/// What a month, a party or a project has earned, in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revenue)]
pub(crate) struct RevenueView {
    #[schema(value_type = RevenueByName)]
    by: &'static str,
    #[schema(example = "2026-11")]
    month: Option<String>,
    /// The party or the project; nothing for what belongs to no project.
    #[schema(value_type = Option<NamedView>)]
    record: Option<NamedView>,
    /// The number of invoices and credit notes.
    documents: u64,
    #[schema(example = "EUR")]
    currency: &'static str,
    /// Without VAT.
    net: MoneyBody,
    tax: MoneyBody,
    /// With VAT.
    gross: MoneyBody,
}

impl RevenueView {
    pub(super) fn new(by: RevenueBy, row: Revenue<i64>) -> Self {
        let money = in_currency(row.currency);
        let [net, tax, gross] = row.sums;
        Self {
            by: by.name(),
            month: row.key.month,
            record: row.key.record.map(NamedView::from),
            documents: row.documents,
            currency: row.currency.as_str(),
            net: money(net),
            tax: money(tax),
            gross: money(gross),
        }
    }
}

/// The VAT of one direction, category and rate, in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VatSum)]
pub(crate) struct VatSumView {
    #[schema(value_type = InvoiceDirectionName)]
    direction: &'static str,
    #[schema(value_type = VatCategoryName)]
    category: &'static str,
    rate_basis_points: u16,
    /// The number of invoices and credit notes.
    documents: u64,
    #[schema(example = "EUR")]
    currency: &'static str,
    /// The taxed amount.
    net: MoneyBody,
    tax: MoneyBody,
}

impl From<VatSum<i64>> for VatSumView {
    fn from(row: VatSum<i64>) -> Self {
        let money = in_currency(row.currency);
        let [net, tax] = row.sums;
        Self {
            direction: row.key.direction.name(),
            category: row.key.category.name(),
            rate_basis_points: row.key.rate.points(),
            documents: row.documents,
            currency: row.currency.as_str(),
            net: money(net),
            tax: money(tax),
        }
    }
}

/// The finances of a project in one currency, as they are now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProjectFinances)]
pub(crate) struct FinancesView {
    #[schema(example = "EUR")]
    currency: &'static str,
    /// The number of invoices and credit notes, outgoing and incoming.
    documents: u64,
    /// The value of contracts with customers, without VAT. Drafts do not count.
    agreed: MoneyBody,
    /// The value of contracts with suppliers, without VAT.
    ordered: MoneyBody,
    /// Outgoing invoices, without VAT.
    invoiced: MoneyBody,
    /// Outgoing credit notes, without VAT.
    credited: MoneyBody,
    /// The amounts due of outgoing invoices less those of credit notes, with VAT.
    due: MoneyBody,
    /// The money that customers have paid.
    paid: MoneyBody,
    /// What is open of outgoing invoices less what is open of credit notes, with VAT.
    open: MoneyBody,
    /// Incoming invoices less credit notes, without VAT.
    costs: MoneyBody,
    /// What is open of incoming invoices less what is open of credit notes, with VAT.
    costs_open: MoneyBody,
}

impl From<Finances<i64>> for FinancesView {
    fn from(row: Finances<i64>) -> Self {
        let sums = row.sums.map(in_currency(row.currency));
        let [agreed, ordered, invoiced, credited, due, paid, open, costs, costs_open] = sums;
        Self {
            currency: row.currency.as_str(),
            documents: row.documents,
            agreed,
            ordered,
            invoiced,
            credited,
            due,
            paid,
            open,
            costs,
            costs_open,
        }
    }
}

fn in_currency(currency: Currency) -> impl Fn(i64) -> MoneyBody {
    move |amount_minor| Money { amount_minor, currency }.into()
}
