use super::{
    Invoice, InvoiceChanges, InvoiceContent, InvoiceError, InvoiceId, InvoiceLine, InvoiceStatus,
    Place, Review, Settlement, stated::contradiction,
};
use crate::{DocumentId, Invalid, OrganizationId, Revision, Text, Timestamp, pricing::Totals};

crate::codes! {
    TOTALS_CONTRADICT = "e_invoice.totals",
        "The totals that a received e-invoice states do not add up (EN 16931, BR-CO-10 to BR-CO-18).";
}

/// How many warnings about a received document are kept.
pub const MAX_RECEIVED_WARNINGS: usize = 20;
/// How many names of files in a received document are kept.
pub const MAX_RECEIVED_FILES: usize = 20;

/// An invoice that was made from a received document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The document.
    pub document: DocumentId,
    /// Whether its amounts are those that the document states. A change of what they follow from
    /// calculates them anew.
    pub is_stated: bool,
    /// What was found in it.
    pub findings: ReceivedFindings,
}

/// What an accountant has to know about a received document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceivedFindings {
    /// The buyer that it names.
    pub buyer_name: Option<Text<200>>,
    /// The VAT id of the buyer, as it is stated.
    pub buyer_vat_id: Option<Text<50>>,
    /// What may be wrong with it: at most [`MAX_RECEIVED_WARNINGS`].
    pub warnings: Vec<ReceivedWarning>,
    /// The names of the files in it (BG-24): at most [`MAX_RECEIVED_FILES`].
    pub files: Vec<Text<200>>,
}

/// What may be wrong with a received document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedWarning {
    /// The rule that is broken (`BR-CO-15`), or the kind of fault (`buyer.vat_id`).
    pub code: Text<100>,
    /// An explanation for the accountant.
    pub text: Text<300>,
}

/// What a received document states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedDraft {
    /// What it says.
    pub content: InvoiceContent,
    /// Its lines, with the amounts that it states.
    pub lines: Vec<InvoiceLine>,
    /// The totals that it states.
    pub totals: Totals,
    /// The document.
    pub document: DocumentId,
    /// What was found in it.
    pub findings: ReceivedFindings,
    /// The invoice that a credit note corrects.
    pub corrects: Option<InvoiceId>,
}

impl Invoice {
    /// The draft of an invoice that was received, with its lines. Its amounts are stated, and none is
    /// calculated.
    pub fn received(
        id: InvoiceId,
        organization: OrganizationId,
        draft: ReceivedDraft,
        at: Timestamp,
    ) -> Result<(Self, Vec<InvoiceLine>), InvoiceError> {
        let ReceivedDraft { content, lines, totals, document, findings, corrects } = draft;
        let drafts: Vec<_> = lines.iter().map(|line| line.draft.clone()).collect();
        content.check(&drafts)?;
        if let Some(detail) = contradiction(&content, &lines, &totals) {
            return Err(Place::Field("totals").error(Invalid::new(TOTALS_CONTRADICT, detail)));
        }
        let invoice = Self {
            id,
            organization,
            status: InvoiceStatus::Draft,
            number: None,
            corrects,
            content,
            deductions: Vec::new(),
            totals,
            settlement: Settlement::default(),
            parties: None,
            received: Some(Received { document, is_stated: true, findings }),
            review: Review::default(),
            dunning_blocked: false,
            revision: Revision::first(at),
        };
        Ok((invoice, lines))
    }

    /// Whether its amounts are those that a document states.
    #[must_use]
    pub fn has_stated_totals(&self) -> bool {
        self.received.as_ref().is_some_and(|received| received.is_stated)
    }

    /// Whether a change leaves the amounts as a document states them.
    pub(super) fn keeps_stated(&self, changes: &InvoiceChanges) -> bool {
        let follows = changes.lines.is_some()
            || changes.adjustments.is_some()
            || changes.currency.is_some()
            || changes.price_mode.is_some()
            || changes.cash_unit.is_some()
            || changes.retention.is_some();
        self.has_stated_totals() && !follows
    }
}
