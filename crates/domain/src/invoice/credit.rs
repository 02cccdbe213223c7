use super::{
    Invoice, InvoiceChanges, InvoiceContent, InvoiceDraft, InvoiceError, InvoiceId, InvoiceKind,
    InvoiceLine, LineDraft, Place,
};
use crate::{
    Currency, Invalid, InvalidTransition, Schedule, Timestamp, money,
    pricing::{self, PriceMode, Totals, VatRow},
};

crate::codes! {
    CREDIT_EXCEEDED = "invoice.credit_exceeded",
        "A credit note is more than what is left of the invoice, in one of its VAT rates.";
    CREDIT_FIXED = "invoice.credit_fixed",
        "A credit note has the party, the currency and the price mode of its invoice.";
}

impl Invoice {
    /// The draft of a credit note on this invoice: of all its lines, where `lines` is absent.
    pub fn credit(
        &self,
        id: InvoiceId,
        own: Vec<InvoiceLine>,
        lines: Option<Vec<LineDraft>>,
        stated_in: Option<Currency>,
        at: Timestamp,
    ) -> Result<(Self, Vec<InvoiceLine>), InvoiceError> {
        self.expect_creditable()?;
        let mut content = self.content.clone();
        content.kind = InvoiceKind::CreditNote;
        content.issued_on = None;
        content.due_on = None;
        content.service = Schedule::default();
        content.supplier_number = None;
        content.discounts = Vec::new();
        content.retention = crate::BasisPoints::default();
        if lines.is_some() {
            content.adjustments = Vec::new();
        }
        let lines = lines.unwrap_or_else(|| own.into_iter().map(|line| line.draft).collect());
        let draft = InvoiceDraft { content, lines, stated_in };
        let (note, lines) = Self::draft(id, self.organization, draft, at)?;
        Ok((Self { corrects: Some(self.id), ..note }, lines))
    }

    /// Checks that a change leaves to a credit note what it has in common with its invoice.
    pub(super) fn check_common(&self, changes: &InvoiceChanges) -> Result<(), InvoiceError> {
        let InvoiceContent { party, currency, price_mode, .. } = &self.content;
        let differs = [
            ("party_id", changes.party.is_some_and(|new| new != *party)),
            ("currency", changes.currency.is_some_and(|new| new != *currency)),
            ("price_mode", changes.price_mode.is_some_and(|new| new != *price_mode)),
        ];
        match differs.into_iter().find(|(_, differs)| *differs && self.corrects.is_some()) {
            Some((field, _)) => {
                let detail = "that of the invoice that it corrects";
                Err(Place::Field(field).error(Invalid::new(CREDIT_FIXED, detail)))
            }
            None => Ok(()),
        }
    }

    /// Checks that this credit note is at most what `earlier` ones have left of `original`. The one
    /// that takes the last of a VAT rate takes exactly the rest, in spite of rounding.
    pub fn fit_into(
        mut self,
        lines: &mut [InvoiceLine],
        original: &Self,
        earlier: &[Self],
    ) -> Result<Self, InvoiceError> {
        original.expect_creditable()?;
        for row in &mut self.totals.vat {
            let left = left_of(row, original, earlier)?;
            if row.net + row.tax == left.net + left.tax
                && self.content.price_mode == PriceMode::Gross
            {
                let last = lines.iter_mut().rev().find(|line| line.draft.tax.vat() == row.vat);
                if let Some(line) = last {
                    line.net += left.net - row.net;
                }
                *row = left;
            }
            if row.net == left.net || row.tax > left.tax {
                row.tax = left.tax;
            }
            if row.net > left.net || row.net + row.tax > left.net + left.tax {
                let rate = row.vat.rate().points();
                let detail = format!("at {rate} basis points at most {} net are left", left.net);
                return Err(Place::Lines.error(Invalid::new(CREDIT_EXCEEDED, detail)));
            }
        }
        self.add_up()?;
        Ok(self)
    }

    /// Adds up the rows of the VAT breakdown again.
    fn add_up(&mut self) -> Result<(), InvoiceError> {
        let rows = &self.totals.vat;
        let sum = |of: fn(&VatRow) -> i64| amount(rows.iter().map(|row| i128::from(of(row))).sum());
        let (net, tax) = (sum(|row| row.net)?, sum(|row| row.tax)?);
        let gross = amount(i128::from(net) + i128::from(tax))?;
        let open = amount(i128::from(gross) - i128::from(self.totals.prepaid))?;
        let (rounding, due) = pricing::in_cash(open, self.content.cash_unit.minor())
            .map_err(|invalid| Place::Lines.error(invalid))?;
        let lines = self.totals.lines + (net - self.totals.net);
        self.totals = Totals { lines, net, tax, gross, rounding, due, ..self.totals.clone() };
        Ok(())
    }

    fn expect_creditable(&self) -> Result<(), InvalidTransition> {
        let is_note = self.content.kind == InvoiceKind::CreditNote;
        if is_note || !self.status.is_booked() { Err(self.refuses("credit it")) } else { Ok(()) }
    }
}

fn amount(minor: i128) -> Result<i64, InvoiceError> {
    money::amount(minor).map_err(|invalid| Place::Lines.error(invalid))
}

/// What is left of the same rate of the original.
fn left_of(row: &VatRow, original: &Invoice, earlier: &[Invoice]) -> Result<VatRow, InvoiceError> {
    let of = |invoice: &Invoice| {
        let same = invoice.totals.vat.iter().find(|other| other.vat == row.vat);
        same.map_or((0, 0), |same| (i128::from(same.net), i128::from(same.tax)))
    };
    let (mut net, mut tax) = of(original);
    for note in earlier {
        let (credited, credited_tax) = of(note);
        (net, tax) = (net - credited, tax - credited_tax);
    }
    Ok(VatRow { vat: row.vat, net: amount(net)?, tax: amount(tax)? })
}
