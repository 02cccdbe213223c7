//! Invoices and credit notes, outgoing and incoming.

pub(crate) mod attachment;
mod content;
pub(crate) mod credit;
mod deduction;
mod error;
pub(crate) mod issuing;
pub(crate) mod line;
mod parties;
mod payable;
mod pdf;
pub(crate) mod received;
pub(crate) mod review;
pub(crate) mod settlement;
mod stated;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod values;

use crate::{
    CURRENCY_DIFFERS, Currency, Id, Invalid, InvalidTransition, OrganizationId, Patch, Revision,
    Text, Timestamp,
    pricing::{Discount, Totals},
};
pub use attachment::{Attachment, AttachmentType, MAX_ATTACHED_BYTES, MAX_ATTACHMENTS};
pub use content::{InvoiceContent, MAX_ADJUSTMENTS, MAX_DISCOUNTS, MAX_LINES};
pub use deduction::{Deduction, MAX_DEDUCTIONS};
pub use error::{InvoiceError, Place};
pub use issuing::Issuing;
pub use line::{Adjustment, ExemptionReason, InvoiceLine, LineDraft, Taxation};
pub use parties::{DocumentParties, DocumentParty};
pub use pdf::InvoicePdf;
pub use received::{
    MAX_RECEIVED_FILES, MAX_RECEIVED_WARNINGS, Received, ReceivedDraft, ReceivedFindings,
    ReceivedWarning,
};
pub use review::{Approval, Review};
pub use settlement::Settlement;
pub use values::{CashDiscount, CashUnit, InvoiceDirection, InvoiceKind, InvoiceStatus, UnitCode};

/// The identity of an invoice.
pub type InvoiceId = Id<Invoice>;

/// The number of an issued document: unique in the organization for what it issues itself.
pub type DocumentNumber = Text<40>;

/// An invoice or a credit note. Its lines are stored beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// The identity.
    pub id: InvoiceId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// How far it is.
    pub status: InvoiceStatus,
    /// Its number, from its issue on.
    pub number: Option<DocumentNumber>,
    /// The invoice that a credit note corrects.
    pub corrects: Option<InvoiceId>,
    /// What it says.
    pub content: InvoiceContent,
    /// The partial invoices that a final one deducts.
    pub deductions: Vec<Deduction>,
    /// What its lines add up to.
    pub totals: Totals,
    /// What became of the amount due.
    pub settlement: Settlement,
    /// Both sides as they were at its issue.
    pub parties: Option<DocumentParties>,
    /// The document that it was made from.
    pub received: Option<Received>,
    /// Who wrote and who approved it.
    pub review: Review,
    /// Whether it is not dunned.
    pub dunning_blocked: bool,
    /// The revision.
    pub revision: Revision,
}

/// The content of a new draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceDraft {
    /// What it says.
    pub content: InvoiceContent,
    /// Its lines.
    pub lines: Vec<LineDraft>,
    /// The currency of the amounts in discounts and adjustments.
    pub stated_in: Option<Currency>,
}

/// A change of a draft; absent fields keep their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of InvoiceContent, and the lines")]
pub struct InvoiceChanges {
    pub kind: Option<InvoiceKind>,
    pub contract: Patch<crate::ContractId>,
    pub allow_over_billing: Option<bool>,
    pub party: Option<crate::PartyId>,
    pub project: Patch<crate::ProjectId>,
    pub supplier_number: Patch<Text<100>>,
    pub currency: Option<Currency>,
    pub price_mode: Option<crate::pricing::PriceMode>,
    pub issued_on: Patch<chrono::NaiveDate>,
    pub booked_on: Patch<chrono::NaiveDate>,
    pub due_on: Patch<chrono::NaiveDate>,
    pub service_from: Patch<chrono::NaiveDate>,
    pub service_until: Patch<chrono::NaiveDate>,
    pub payment_terms: Patch<crate::PaymentTerms>,
    pub discounts: Option<Vec<CashDiscount>>,
    pub buyer_reference: Patch<Text<100>>,
    pub purchase_order: Patch<Text<100>>,
    pub note: Patch<crate::Description>,
    pub language: Patch<crate::Language>,
    pub retention: Option<crate::BasisPoints>,
    pub cash_unit: Option<CashUnit>,
    pub adjustments: Option<Vec<Adjustment>>,
    pub lines: Option<Vec<LineDraft>>,
    pub stated_in: Option<Currency>,
    pub metadata: Option<crate::JsonObject>,
}

impl Invoice {
    /// A new draft with its lines.
    pub fn draft(
        id: InvoiceId,
        organization: OrganizationId,
        draft: InvoiceDraft,
        at: Timestamp,
    ) -> Result<(Self, Vec<InvoiceLine>), InvoiceError> {
        draft.content.check_currency(draft.stated_in)?;
        let (lines, totals) = draft.content.total(draft.lines, 0)?;
        let invoice = Self {
            id,
            organization,
            status: InvoiceStatus::Draft,
            number: None,
            corrects: None,
            content: draft.content,
            deductions: Vec::new(),
            totals,
            settlement: Settlement::default(),
            parties: None,
            received: None,
            review: Review::default(),
            dunning_blocked: false,
            revision: Revision::first(at),
        };
        Ok((invoice, lines))
    }

    /// The draft after a change, with its lines and without its approval; `lines` are those before it. It deducts nothing yet.
    pub fn revise(
        self,
        changes: InvoiceChanges,
        lines: Vec<InvoiceLine>,
        at: Timestamp,
    ) -> Result<(Self, Vec<InvoiceLine>), InvoiceError> {
        self.expect_draft("change it")?;
        self.check_common(&changes)?;
        let stated_in = changes.stated_in;
        self.check_restated(&changes, &lines)?;
        let keeps_stated = self.keeps_stated(&changes);
        let drafts = changes.lines.clone();
        let drafts =
            drafts.unwrap_or_else(|| lines.iter().map(|line| line.draft.clone()).collect());
        let content = self.content.changed(changes)?;
        content.check_currency(stated_in)?;
        // What a final invoice deducts is added by `deduct`.
        let prepaid = if content.kind == InvoiceKind::Final { 0 } else { self.totals.prepaid };
        let (calculated, totals) = content.total(drafts, prepaid)?;
        let (lines, totals) =
            if keeps_stated { (lines, self.totals) } else { (calculated, totals) };
        let received =
            self.received.map(|received| Received { is_stated: keeps_stated, ..received });
        let review = Review { approval: None, ..self.review };
        let (revision, deductions) = (self.revision.next(at), Vec::new());
        let revised = Self { content, deductions, totals, received, review, revision, ..self };
        Ok((revised, lines))
    }

    /// A draft that repeats this invoice, with its lines but without its dates and numbers.
    pub fn duplicate(
        &self,
        id: InvoiceId,
        lines: Vec<InvoiceLine>,
        at: Timestamp,
    ) -> Result<(Self, Vec<InvoiceLine>), InvoiceError> {
        if self.content.kind == InvoiceKind::CreditNote {
            let from = "a credit note";
            return Err(InvalidTransition { from, attempted: "repeat it" }.into());
        }
        let content = InvoiceContent {
            issued_on: None,
            booked_on: None,
            due_on: None,
            service: crate::Schedule::default(),
            supplier_number: None,
            allow_over_billing: false,
            ..self.content.clone()
        };
        let lines = lines.into_iter().map(|line| line.draft).collect();
        Self::draft(id, self.organization, InvoiceDraft { content, lines, stated_in: None }, at)
    }

    /// Withdraws an issued invoice of which nothing is settled.
    pub fn void(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        // One of which nothing is due was paid by its issue.
        let is_unsettled = matches!(self.status, InvoiceStatus::Issued | InvoiceStatus::Paid);
        if !is_unsettled || self.settlement != Settlement::default() {
            return Err(self.refuses("withdraw it"));
        }
        Ok(Self { status: InvoiceStatus::Void, revision: self.revision.next(at), ..self })
    }

    /// Gives up what is still open.
    pub fn write_off(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        if !self.status.is_open() {
            return Err(self.refuses("write it off"));
        }
        let written_off = self.settlement.written_off + self.open();
        let settlement = Settlement { written_off, ..self.settlement };
        let revision = self.revision.next(at);
        Ok(Self { status: InvoiceStatus::WrittenOff, settlement, revision, ..self })
    }

    /// Blocks its dunning, in a dispute, or ends the block.
    pub fn block_dunning(self, blocked: bool, at: Timestamp) -> Result<Self, InvalidTransition> {
        let is_claim = self.content.direction == InvoiceDirection::Receivable;
        let attempted = if blocked { "block its dunning" } else { "end the block" };
        if !is_claim || !self.status.is_booked() {
            return Err(self.refuses(attempted));
        }
        if self.dunning_blocked == blocked {
            let from = if blocked { "blocked" } else { "not blocked" };
            return Err(InvalidTransition { from, attempted });
        }
        Ok(Self { dunning_blocked: blocked, revision: self.revision.next(at), ..self })
    }

    /// Settles a part of what is open, or takes one back, where `amount` is negative.
    pub fn settle(self, amount: i64, at: Timestamp) -> Result<Self, InvoiceError> {
        if !self.status.is_booked() {
            return Err(self.refuses("settle it").into());
        }
        let settlement = self.settlement.settle(self.totals.due, amount);
        self.settled(settlement, at)
    }

    /// The name of the other side, from the issue on.
    #[must_use]
    pub fn counterparty(&self) -> Option<&str> {
        let parties = self.parties.as_ref()?;
        let other = match self.content.direction {
            InvoiceDirection::Receivable => &parties.buyer,
            InvoiceDirection::Payable => &parties.seller,
        };
        Some(other.name.as_str())
    }

    /// Settles a part of what is due together with the issue.
    pub fn settled_at_issue(self, amount: i64) -> Result<Self, InvoiceError> {
        let revision = self.revision;
        let settled = self.settle(amount, revision.updated_at)?;
        Ok(Self { revision, ..settled })
    }

    /// What a credit note can settle: what is open, and what was written off.
    #[must_use]
    pub const fn creditable(&self) -> i64 {
        self.open() + self.settlement.written_off
    }

    /// Settles a part by a credit note, or by money that comes late. What was written off is taken back.
    pub fn credited(self, amount: i64, at: Timestamp) -> Result<Self, InvoiceError> {
        if !self.status.is_booked() {
            return Err(self.refuses("settle it").into());
        }
        let settlement = self.settlement.credit(self.totals.due, amount);
        self.settled(settlement, at)
    }

    /// What is still open of the amount due, in minor units.
    #[must_use]
    pub const fn open(&self) -> i64 {
        match self.status {
            InvoiceStatus::Draft | InvoiceStatus::Void => 0,
            _ => self.settlement.open(self.totals.due),
        }
    }

    /// Whether more than what is retained is open after the day on which it was due.
    #[must_use]
    pub fn is_overdue(&self, today: chrono::NaiveDate) -> bool {
        let is_late = self.content.due_on.is_some_and(|due| due < today);
        self.status.is_open() && is_late && self.open() > self.totals.retained
    }

    fn settled(
        self,
        settlement: Result<Settlement, Invalid>,
        at: Timestamp,
    ) -> Result<Self, InvoiceError> {
        let settlement = settlement.map_err(|invalid| Place::Field("amount").error(invalid))?;
        let status = Self::status_of(self.totals.due, settlement);
        Ok(Self { status, settlement, revision: self.revision.next(at), ..self })
    }

    fn status_of(due: i64, settlement: Settlement) -> InvoiceStatus {
        match settlement {
            _ if settlement.open(due) > 0 && settlement == Settlement::default() => {
                InvoiceStatus::Issued
            }
            _ if settlement.open(due) > 0 => InvoiceStatus::PartiallyPaid,
            Settlement { written_off: 1.., .. } => InvoiceStatus::WrittenOff,
            _ => InvoiceStatus::Paid,
        }
    }

    /// Checks that no amount is kept in another currency than it was stated in.
    fn check_restated(
        &self,
        changes: &InvoiceChanges,
        lines: &[InvoiceLine],
    ) -> Result<(), InvoiceError> {
        if changes.currency.is_none_or(|new| new == self.content.currency) {
            return Ok(());
        }
        let refuse = |place: Place| {
            let detail = "must be stated again in the new currency";
            Err(place.error(Invalid::new(CURRENCY_DIFFERS, detail)))
        };
        if changes.adjustments.is_none() && !self.content.adjustments.is_empty() {
            return refuse(Place::Adjustments);
        }
        let kept = lines.iter().filter(|_| changes.lines.is_none());
        let is_amount =
            |line: &InvoiceLine| matches!(line.draft.discount, Some(Discount::Amount(_)));
        match kept.into_iter().position(is_amount) {
            Some(index) => refuse(Place::Line(index)),
            None => Ok(()),
        }
    }

    fn expect_draft(&self, attempted: &'static str) -> Result<(), InvalidTransition> {
        if self.status == InvoiceStatus::Draft { Ok(()) } else { Err(self.refuses(attempted)) }
    }

    const fn refuses(&self, attempted: &'static str) -> InvalidTransition {
        InvalidTransition { from: self.status.name(), attempted }
    }
}
