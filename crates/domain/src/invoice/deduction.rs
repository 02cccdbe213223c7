use chrono::NaiveDate;

use super::{DocumentNumber, Invoice, InvoiceError, InvoiceId, InvoiceKind, InvoiceLine, Place};
use crate::{
    BasisPoints, money,
    pricing::{VatRow, part},
};

/// The most partial invoices that a final invoice deducts.
pub const MAX_DEDUCTIONS: usize = 100;

/// A partial invoice that a final one deducts, less its credit notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deduction {
    /// The partial invoice.
    pub invoice: InvoiceId,
    /// Its number.
    pub number: DocumentNumber,
    /// Its date.
    pub issued_on: NaiveDate,
    /// What is deducted in each VAT rate.
    pub vat: Vec<VatRow>,
}

impl Deduction {
    /// The sum without VAT, in minor units.
    #[must_use]
    pub fn net(&self) -> i64 {
        self.vat.iter().map(|row| row.net).sum()
    }

    /// The sum with VAT, in minor units.
    #[must_use]
    pub fn gross(&self) -> i64 {
        self.vat.iter().map(|row| row.net + row.tax).sum()
    }
}

impl Invoice {
    /// A final invoice with what it deducts; every other one deducts nothing. `lines` are its own.
    pub fn deduct(
        self,
        lines: &[InvoiceLine],
        deductions: Vec<Deduction>,
    ) -> Result<Self, InvoiceError> {
        if self.content.kind != InvoiceKind::Final || self.deductions == deductions {
            return Ok(self);
        }
        let prepaid = deductions.iter().map(|one| i128::from(one.gross())).sum();
        let prepaid = money::amount(prepaid).map_err(|invalid| Place::Lines.error(invalid))?;
        let drafts = lines.iter().map(|line| line.draft.clone()).collect();
        let (_, totals) = self.content.total(drafts, prepaid)?;
        Ok(Self { deductions, totals, ..self })
    }

    /// The draft with another retention of the amount due.
    #[must_use]
    pub fn retain(mut self, retention: BasisPoints) -> Self {
        self.content.retention = retention;
        self.totals.retained = part(self.totals.due.max(0), retention);
        self
    }

    /// What it adds to what was invoiced, without VAT: a final invoice adds what it does not deduct, a
    /// credit note takes away.
    #[must_use]
    pub fn added_net(&self) -> i64 {
        let own = self.totals.net - self.deductions.iter().map(Deduction::net).sum::<i64>();
        if self.content.kind == InvoiceKind::CreditNote { -own } else { own }
    }
}
