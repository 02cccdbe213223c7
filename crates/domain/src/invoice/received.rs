use super::{
    Invoice, InvoiceChanges, InvoiceContent, InvoiceError, InvoiceId, InvoiceLine, InvoiceStatus,
    Place, Review, Settlement,
};
use crate::{DocumentId, Invalid, OrganizationId, Revision, Timestamp, money, pricing::Totals};

crate::codes! {
    TOTALS_CONTRADICT = "e_invoice.totals",
        "The totals that a received e-invoice states do not add up (EN 16931, BR-CO-10 to BR-CO-16).";
}

/// An invoice that was made from a received document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// The document.
    pub document: DocumentId,
    /// Whether its amounts are those that the document states. A change of what they follow from
    /// calculates them anew.
    pub is_stated: bool,
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
        let ReceivedDraft { content, lines, totals, document } = draft;
        let drafts: Vec<_> = lines.iter().map(|line| line.draft.clone()).collect();
        content.check(&drafts)?;
        if let Some(detail) = contradiction(&lines, &totals) {
            return Err(Place::Field("totals").error(Invalid::new(TOTALS_CONTRADICT, detail)));
        }
        let invoice = Self {
            id,
            organization,
            status: InvoiceStatus::Draft,
            number: None,
            corrects: None,
            content,
            deductions: Vec::new(),
            totals,
            settlement: Settlement::default(),
            parties: None,
            received: Some(Received { document, is_stated: true }),
            review: Review::default(),
            dunning_blocked: false,
            revision: Revision::first(at),
        };
        Ok((invoice, lines))
    }

    /// Whether a change leaves the amounts as a document states them.
    pub(super) fn keeps_stated(&self, changes: &InvoiceChanges) -> bool {
        let follows = changes.lines.is_some()
            || changes.adjustments.is_some()
            || changes.currency.is_some()
            || changes.price_mode.is_some()
            || changes.cash_unit.is_some()
            || changes.retention.is_some();
        self.received.is_some_and(|received| received.is_stated) && !follows
    }
}

/// What does not add up.
fn contradiction(lines: &[InvoiceLine], totals: &Totals) -> Option<String> {
    let sum = |amounts: &[i64]| amounts.iter().map(|amount| i128::from(*amount)).sum::<i128>();
    let of_lines = lines.iter().map(|line| i128::from(line.net)).sum();
    let of_rows = totals.vat.iter().map(|row| i128::from(row.tax)).sum();
    let Totals { allowances, charges, net, tax, gross, prepaid, rounding, due, .. } = *totals;
    let stated = [
        ("the lines", totals.lines, of_lines),
        ("the net total", net, sum(&[totals.lines, -allowances, charges])),
        ("the VAT", tax, of_rows),
        ("the total with VAT", gross, sum(&[net, tax])),
        ("the amount due", due, sum(&[gross, -prepaid, rounding])),
    ];
    stated.into_iter().find_map(|(name, stated, sum)| {
        let is_right = i128::from(stated) == sum && money::amount(sum).is_ok();
        (!is_right).then(|| format!("{name}: {stated} minor units are stated, {sum} add up"))
    })
}
