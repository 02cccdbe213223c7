//! Invoices and credit notes.

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use plinth_domain::{
    ContractId, Id, Invoice, InvoiceDirection, InvoiceId, InvoiceKind, InvoiceLine, InvoiceStatus,
    OrganizationId, PartyId, ProjectId, Revision, Text, billing::BilledPosition,
};

use super::{Constraint, OnRemoval, Record, Reference, Unique};
use crate::{OneOf, Result, Search, SortValue, page::sort_keys};

plinth_domain::codes! {
    INVOICE_NUMBER_TAKEN = "invoice.number_taken",
        "Another document has this number: two series share a pattern.";
    SUPPLIER_NUMBER_TAKEN = "invoice.supplier_number_taken",
        "Another invoice of the supplier has this number in the same year.";
}

/// Another document of the organization has the number.
pub const NUMBER_TAKEN: Constraint = Constraint("invoices_organization_id_number_key");
/// Another invoice of the supplier has the number in the same year.
pub const SUPPLIER_NUMBER: Constraint = Constraint("invoices_supplier_number_key");
/// The party does not exist.
pub const PARTY: Constraint = Constraint("invoices_organization_id_party_id_fkey");
/// The project does not exist.
pub const PROJECT: Constraint = Constraint("invoices_organization_id_project_id_fkey");
/// The contract does not exist.
pub const CONTRACT: Constraint = Constraint("invoices_organization_id_contract_id_fkey");
/// The document that it was made from does not exist.
pub const DOCUMENT: Constraint = Constraint("invoices_organization_id_document_id_fkey");
/// The corrected invoice does not exist.
pub const CORRECTED: Constraint = Constraint("invoices_organization_id_corrects_id_fkey");

sort_keys! {
    /// The orders of a list of invoices.
    InvoiceSort of Invoice, by |i| i.id.uuid();
    CreatedAt = "created_at" => |i| SortValue::Time(i.revision.created_at),
    UpdatedAt = "updated_at" => |i| SortValue::Time(i.revision.updated_at),
}

/// Selects the invoices of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceFilter {
    /// Only invoices with one of these statuses.
    pub status: OneOf<InvoiceStatus>,
    /// Only invoices of one of these kinds.
    pub kind: OneOf<InvoiceKind>,
    /// Only outgoing or only incoming invoices.
    pub direction: Option<InvoiceDirection>,
    /// Only invoices of this party.
    pub party: Option<PartyId>,
    /// Only invoices of this project.
    pub project: Option<ProjectId>,
    /// Only the invoices on this contract.
    pub contract: Option<ContractId>,
    /// Only the credit notes on this invoice.
    pub corrects: Option<InvoiceId>,
    /// Only the invoice with this number.
    pub number: Option<Text<40>>,
    /// Only invoices with this number of their supplier.
    pub supplier_number: Option<Text<100>>,
    /// Only invoices that were open after their due date, on this day.
    pub overdue_on: Option<NaiveDate>,
    /// Only invoices with these words in numbers, the party's name, the order or the note.
    pub search: Option<Search>,
}

impl Record for Invoice {
    const TABLE: &'static str = "invoices";
    const UNIQUE: &'static [Unique<Self>] = &[
        Unique {
            constraint: NUMBER_TAKEN,
            code: INVOICE_NUMBER_TAKEN,
            detail: "another document has this number",
            value: |i| i.number.as_ref().map(|number| number.as_str().to_owned()),
        },
        Unique {
            constraint: SUPPLIER_NUMBER,
            code: SUPPLIER_NUMBER_TAKEN,
            detail: "another invoice of the supplier has this number",
            value: |i| {
                let number = i.content.supplier_number.as_ref()?.as_str();
                let is_void = i.status == InvoiceStatus::Void;
                let year = i.content.issued_on.filter(|_| !is_void)?.year();
                Some(format!("{} {year} {number}", i.content.party.uuid()))
            },
        },
    ];
    const REFERENCES: &'static [Reference<Self>] = &[
        Reference {
            constraint: PARTY,
            field: "party_id",
            to: "parties",
            id: |i| Some(i.content.party.uuid()),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: PROJECT,
            field: "project_id",
            to: "projects",
            id: |i| i.content.project.map(Id::uuid),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: CONTRACT,
            field: "contract_id",
            to: "contracts",
            id: |i| i.content.contract.map(Id::uuid),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: DOCUMENT,
            field: "document_id",
            to: "documents",
            id: |i| i.received.as_ref().map(|received| received.document.uuid()),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: CORRECTED,
            field: "corrects_id",
            to: "invoices",
            id: |i| i.corrects.map(Id::uuid),
            on_removal: OnRemoval::Restrict,
        },
    ];
    const SEARCHED: bool = true;
    type Filter = InvoiceFilter;
    type Sort = InvoiceSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &InvoiceFilter) -> bool {
        filter.status.allows(&self.status)
            && filter.kind.allows(&self.content.kind)
            && filter.direction.is_none_or(|direction| self.content.direction == direction)
            && filter.party.is_none_or(|party| self.content.party == party)
            && filter.project.is_none_or(|project| self.content.project == Some(project))
            && filter.contract.is_none_or(|contract| self.content.contract == Some(contract))
            && filter.corrects.is_none_or(|corrected| self.corrects == Some(corrected))
            && filter.number.as_ref().is_none_or(|number| self.number.as_ref() == Some(number))
            && (filter.supplier_number.is_none()
                || filter.supplier_number == self.content.supplier_number)
            && filter.overdue_on.is_none_or(|day| self.is_overdue(day))
    }
    fn search(filter: &InvoiceFilter) -> Option<&Search> {
        filter.search.as_ref()
    }
    fn searched(&self) -> String {
        let content = &self.content;
        let note = content.note.as_ref().map_or("", |note| note.as_str());
        [
            self.number.as_ref().map_or("", Text::as_str),
            content.supplier_number.as_ref().map_or("", Text::as_str),
            self.counterparty().unwrap_or_default(),
            content.purchase_order.as_ref().map_or("", Text::as_str),
            note,
        ]
        .join(" ")
    }
}

/// Reads the lines of invoices.
#[async_trait]
pub trait InvoiceLineReader: Send {
    /// The lines of an invoice, in their order.
    async fn of(&mut self, invoice: InvoiceId) -> Result<Vec<InvoiceLine>>;
    /// What all booked invoices and credit notes state of the positions of a contract.
    async fn billed(&mut self, contract: ContractId) -> Result<Vec<BilledPosition>>;
}

/// The lines of invoices.
#[async_trait]
pub trait InvoiceLines: InvoiceLineReader {
    /// Stores the lines of a new invoice.
    async fn insert(&mut self, invoice: InvoiceId, lines: &[InvoiceLine]) -> Result<()>;
    /// Replaces the lines of a draft.
    async fn replace(&mut self, invoice: InvoiceId, lines: &[InvoiceLine]) -> Result<()>;
    /// Reads invoices in the order of their identities, and locks them in that order until the
    /// transaction ends: two that settle one of them run one after the other, and never wait for each
    /// other. Those that do not exist are left out.
    async fn lock(&mut self, invoices: &[InvoiceId]) -> Result<Vec<Invoice>>;
}
