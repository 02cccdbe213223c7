use super::{
    CashUnit, Invoice, InvoiceChanges, InvoiceContent, InvoiceDraft, InvoiceError, InvoiceId,
    InvoiceKind, InvoiceLine, LineDraft, Place, Taxation, UnitCode,
};
use crate::{
    BasisPoints, Currency, Invalid, InvalidTransition, Lines, Patch, Quantity, Schedule, Text,
    Timestamp, UnitPrice, money,
    pricing::{PriceMode, Totals, VatRow},
};

crate::codes! {
    CREDIT_EXCEEDED = "invoice.credit_exceeded",
        "A credit note is more than what is left of the invoice, in all or in one of its VAT rates.";
    CREDIT_FIXED = "invoice.credit_fixed",
        "A credit note has the party, the currency and the price mode of its invoice, and neither \
         retention nor cash rounding of its own.";
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
        content.booked_on = None;
        content.due_on = None;
        content.service = Schedule::default();
        content.supplier_number = None;
        content.discounts = Vec::new();
        content.retention = BasisPoints::default();
        content.cash_unit = CashUnit::NONE;
        if lines.is_some() {
            content.adjustments = Vec::new();
        }
        content.allow_over_billing = false;
        let lines = match lines {
            Some(lines) => lines,
            None if self.deductions.is_empty() => own.into_iter().map(|line| line.draft).collect(),
            None => {
                content.adjustments = Vec::new();
                self.rest(&own)?
            }
        };
        let draft = InvoiceDraft { content, lines, stated_in };
        let (note, lines) = Self::draft(id, self.organization, draft, at)?;
        Ok((Self { corrects: Some(self.id), ..note }, lines))
    }

    /// Checks that a change leaves to a credit note what it has in common with its invoice.
    pub(super) fn check_common(&self, changes: &InvoiceChanges) -> Result<(), InvoiceError> {
        let InvoiceContent {
            kind,
            contract,
            party,
            currency,
            price_mode,
            retention,
            cash_unit,
            ..
        } = &self.content;
        let differs = [
            ("kind", changes.kind.is_some_and(|new| new != *kind)),
            ("contract_id", differs(&changes.contract, contract.as_ref())),
            ("party_id", changes.party.is_some_and(|new| new != *party)),
            ("currency", changes.currency.is_some_and(|new| new != *currency)),
            ("price_mode", changes.price_mode.is_some_and(|new| new != *price_mode)),
            ("retention_basis_points", changes.retention.is_some_and(|new| new != *retention)),
            ("cash_unit_minor", changes.cash_unit.is_some_and(|new| new != *cash_unit)),
        ];
        match differs.into_iter().find(|(_, differs)| *differs && self.corrects.is_some()) {
            Some((field, _)) => {
                let detail = "follows from the invoice that it corrects";
                Err(Place::Field(field).error(Invalid::new(CREDIT_FIXED, detail)))
            }
            None => Ok(()),
        }
    }

    /// Checks that this credit note is at most what `earlier` ones have left of `original`, in each
    /// VAT rate and in all. The one that takes the last of a rate takes exactly the rest, in spite of
    /// rounding, and the one that takes the last of the invoice takes what was rounded to cash, too.
    /// What a received document states is checked and stays as it is.
    pub fn fit_into(
        mut self,
        lines: &mut [InvoiceLine],
        original: &Self,
        earlier: &[Self],
    ) -> Result<Self, InvoiceError> {
        original.expect_creditable()?;
        if self.has_stated_totals() {
            for row in &self.totals.vat {
                let left = left_of(*row, original, earlier)?;
                let taxes = 0.min(left.tax)..=0.max(left.tax);
                if !taxes.contains(&row.tax) {
                    return Err(too_much(*row, left));
                }
                within(*row, left)?;
            }
            Self::check_gross(self.totals.gross, original, earlier)?;
            return Ok(self);
        }
        for row in &mut self.totals.vat {
            let fitted = fit(*row, left_of(*row, original, earlier)?, self.content.price_mode)?;
            let last = lines.iter_mut().rev().find(|line| line.draft.tax.vat() == row.vat);
            if let Some(line) = last {
                line.net += fitted.net - row.net;
            }
            *row = fitted;
        }
        self.add_up(original, earlier)?;
        Ok(self)
    }

    /// Adds up the rows of the VAT breakdown again.
    fn add_up(&mut self, original: &Self, earlier: &[Self]) -> Result<(), InvoiceError> {
        let rows = &self.totals.vat;
        let sum = |of: fn(&VatRow) -> i64| amount(rows.iter().map(|row| i128::from(of(row))).sum());
        let (net, tax) = (sum(|row| row.net)?, sum(|row| row.tax)?);
        let gross = amount(i128::from(net) + i128::from(tax))?;
        let left = Self::check_gross(gross, original, earlier)?;
        let rounding = if gross == left { original.totals.rounding } else { 0 };
        let prepaid = i128::from(self.totals.prepaid);
        let due = amount(i128::from(gross) - prepaid + i128::from(rounding))?;
        let lines = self.totals.lines + (net - self.totals.net);
        self.totals = Totals { lines, net, tax, gross, rounding, due, ..self.totals.clone() };
        Ok(())
    }

    /// What is left of the original with VAT, which `gross` does not exceed.
    fn check_gross(gross: i64, original: &Self, earlier: &[Self]) -> Result<i64, InvoiceError> {
        let taken: i128 = earlier.iter().map(|note| i128::from(note.totals.gross)).sum();
        let deducted: i128 = original.deductions.iter().map(|one| i128::from(one.gross())).sum();
        let left = amount(i128::from(original.totals.gross) - deducted - taken)?;
        if gross > left {
            return Err(exceeded(format!("at most {left} minor units are left of the invoice")));
        }
        Ok(left)
    }

    /// A line for what each VAT rate has left of a final invoice after its deductions.
    fn rest(&self, own: &[InvoiceLine]) -> Result<Vec<LineDraft>, InvoiceError> {
        let mut lines = Vec::new();
        let own_rows = self.totals.vat.iter();
        let is_other = |row: &&VatRow| self.totals.vat.iter().all(|own| own.vat != row.vat);
        let others = self.deductions.iter().flat_map(|one| &one.vat).filter(is_other);
        let mut rows: Vec<VatRow> = Vec::new();
        for row in own_rows.chain(others) {
            if rows.iter().all(|known| known.vat != row.vat) {
                rows.push(*row);
            }
        }
        for row in &rows {
            let left = left_of(*row, self, &[])?;
            let minor = match self.content.price_mode {
                PriceMode::Net => left.net,
                PriceMode::Gross => left.net + left.tax,
            };
            let line = own.iter().find(|line| line.draft.tax.vat() == row.vat);
            let tax = line.map_or_else(
                || Taxation::new(row.vat, None).map_err(|invalid| Place::Lines.error(invalid)),
                |line| Ok(line.draft.tax.clone()),
            )?;
            if minor == 0 {
                continue;
            }
            let text = self.number.as_ref().map_or("-", Text::as_str);
            let text = Lines::parse(text).map_err(|invalid| Place::Lines.error(invalid))?;
            let quantity = if minor < 0 { Quantity::MINUS_ONE } else { Quantity::ONE };
            let price = UnitPrice::of_minor(minor.unsigned_abs(), self.content.currency)
                .map_err(|invalid| Place::Lines.error(invalid))?;
            lines.push(LineDraft {
                text,
                quantity,
                unit: UnitCode::PIECE,
                price,
                discount: None,
                tax,
                contract_position: None,
            });
        }
        Ok(lines)
    }

    fn expect_creditable(&self) -> Result<(), InvalidTransition> {
        let is_note = self.content.kind == InvoiceKind::CreditNote;
        if is_note || !self.status.is_booked() { Err(self.refuses("credit it")) } else { Ok(()) }
    }
}

fn differs<T: PartialEq>(patch: &Patch<T>, value: Option<&T>) -> bool {
    match patch {
        Patch::Keep => false,
        Patch::Clear => value.is_some(),
        Patch::Set(new) => Some(new) != value,
    }
}

/// A row within what is left of its rate. A row of deductions is below 0, and so is what is left of it.
fn fit(row: VatRow, left: VatRow, mode: PriceMode) -> Result<VatRow, InvoiceError> {
    let sign = if left.net + left.tax < 0 { -1 } else { 1 };
    let (taken, most) = (sign * (row.net + row.tax), sign * (left.net + left.tax));
    let mut fitted = row;
    if mode == PriceMode::Gross && taken == most {
        fitted = left;
    }
    if fitted.net == left.net || sign * fitted.tax > sign * left.tax {
        fitted.tax = left.tax;
        if mode == PriceMode::Gross {
            // A gross price stays what it is.
            fitted.net = row.net + row.tax - fitted.tax;
        }
    }
    within(fitted, left)
}

/// The row, where it is at most what is left of its rate.
fn within(row: VatRow, left: VatRow) -> Result<VatRow, InvoiceError> {
    let sign = if left.net + left.tax < 0 { -1 } else { 1 };
    let (gross, most) = (sign * (row.net + row.tax), sign * (left.net + left.tax));
    let is_within =
        (0..=sign * left.net).contains(&(sign * row.net)) && (0..=most).contains(&gross);
    if is_within { Ok(row) } else { Err(too_much(row, left)) }
}

fn too_much(row: VatRow, left: VatRow) -> InvoiceError {
    let rate = row.vat.rate().points();
    exceeded(format!("at {rate} basis points {} net and {} VAT are left", left.net, left.tax))
}

fn exceeded(detail: String) -> InvoiceError {
    Place::Lines.error(Invalid::new(CREDIT_EXCEEDED, detail))
}

fn amount(minor: i128) -> Result<i64, InvoiceError> {
    money::amount(minor).map_err(|invalid| Place::Lines.error(invalid))
}

/// What is left of the same rate of the original: nothing of a rate that it has not.
fn left_of(row: VatRow, original: &Invoice, earlier: &[Invoice]) -> Result<VatRow, InvoiceError> {
    let of = |invoice: &Invoice| {
        let same = invoice.totals.vat.iter().find(|other| other.vat == row.vat);
        same.map_or((0, 0), |same| (i128::from(same.net), i128::from(same.tax)))
    };
    let (mut net, mut tax) = of(original);
    for deduction in &original.deductions {
        let same = deduction.vat.iter().find(|other| other.vat == row.vat);
        let (deducted, its_tax) = same.map_or((0, 0), |same| (same.net, same.tax));
        (net, tax) = (net - i128::from(deducted), tax - i128::from(its_tax));
    }
    for note in earlier {
        let (credited, credited_tax) = of(note);
        (net, tax) = (net - credited, tax - credited_tax);
    }
    Ok(VatRow { vat: row.vat, net: amount(net)?, tax: amount(tax)? })
}
