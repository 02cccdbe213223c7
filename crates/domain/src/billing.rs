//! What was invoiced on a contract.

use std::collections::{BTreeMap, HashSet};

use crate::{
    Contract, ContractRole, ContractStatus, Deduction, Invoice, InvoiceDirection, InvoiceId,
    InvoiceKind, pricing::VatRow,
};

crate::codes! {
    CONTRACT_DIFFERS = "invoice.contract_differs",
        "An invoice has the party, the currency and the direction of its contract.";
    CONTRACT_NOT_ACTIVE = "invoice.contract_not_active",
        "The draft of a contract is not invoiced.";
    CONTRACT_POSITION_UNKNOWN = "invoice.contract_position_unknown",
        "A line names a position that the contract has not.";
    CONTRACT_OVER_BILLED = "invoice.over_billed",
        "More would be invoiced than was agreed: `allow_over_billing` says that this is meant.";
    CONTRACT_FINALIZED = "invoice.contract_finalized",
        "The final invoice of the contract is issued: withdraw it or credit it first.";
    INVOICE_DEDUCTED = "invoice.deducted",
        "The final invoice deducts this one: withdraw or credit the final invoice first.";
    CONTRACT_INVOICES_MANY = "invoice.contract_invoices_many", "A contract has too many invoices.";
}

/// The most issued invoices and credit notes on one contract.
pub const MAX_BILLS: u16 = 200;

/// The part of a position of a contract that an invoice states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BilledPosition {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The number of the position.
    pub position: u16,
    /// The sum of the lines without VAT, in minor units.
    pub net: i64,
}

/// All booked invoices and credit notes on a contract.
#[derive(Debug, Clone, Copy)]
pub struct Bills<'a>(pub &'a [Invoice]);

impl<'a> Bills<'a> {
    /// The final invoice that counts: one that was not credited as a whole.
    #[must_use]
    pub fn final_invoice(self) -> Option<&'a Invoice> {
        self.final_invoices().next()
    }

    /// All final invoices that were not credited as a whole. There is one at most.
    pub fn final_invoices(self) -> impl Iterator<Item = &'a Invoice> {
        let is_final = |invoice: &&Invoice| invoice.content.kind == InvoiceKind::Final;
        self.0.iter().filter(is_final).filter(move |invoice| !self.is_credited(invoice))
    }

    /// Whether the final invoice deducts the invoice.
    #[must_use]
    pub fn is_deducted(self, invoice: InvoiceId) -> bool {
        let deducts = |last: &Invoice| last.deductions.iter().any(|one| one.invoice == invoice);
        self.final_invoice().is_some_and(deducts)
    }

    /// What a final invoice deducts: the partial invoices, less their credit notes.
    #[must_use]
    pub fn deductions(self) -> Vec<Deduction> {
        let partial = self.0.iter().filter(|bill| bill.content.kind == InvoiceKind::Partial);
        let deductions = partial.filter_map(|invoice| {
            let vat = self.left_of(invoice);
            let (number, issued_on) = (invoice.number.clone()?, invoice.content.issued_on?);
            Some(Deduction { invoice: invoice.id, number, issued_on, vat })
        });
        let mut deductions: Vec<_> = deductions.filter(|one| one.gross() != 0).collect();
        deductions.sort_by(|a, b| (a.issued_on, &a.number).cmp(&(b.issued_on, &b.number)));
        deductions
    }

    /// What was invoiced without VAT, in minor units.
    #[must_use]
    pub fn invoiced(self) -> i64 {
        self.0.iter().map(Invoice::added_net).sum()
    }

    /// What was invoiced of each position without VAT, in minor units. The final invoice states whole
    /// positions, so the lines of what it deducts do not count beside it.
    #[must_use]
    pub fn by_position(self, stated: &[BilledPosition]) -> BTreeMap<u16, i64> {
        let left_out: HashSet<InvoiceId> =
            self.0.iter().filter(|bill| !self.counts(bill)).map(|bill| bill.id).collect();
        let mut billed = BTreeMap::new();
        for one in stated.iter().filter(|one| !left_out.contains(&one.invoice)) {
            let of = self.0.iter().find(|bill| bill.id == one.invoice);
            let is_note = of.is_some_and(|bill| bill.content.kind == InvoiceKind::CreditNote);
            *billed.entry(one.position).or_default() += if is_note { -one.net } else { one.net };
        }
        billed
    }

    /// A sum over the invoices, less the same of the credit notes, in minor units.
    #[must_use]
    pub fn sum(self, of: impl Fn(&Invoice) -> i64) -> i64 {
        let signed = |bill: &Invoice| match bill.content.kind {
            InvoiceKind::CreditNote => -of(bill),
            _ => of(bill),
        };
        self.0.iter().map(signed).sum()
    }

    /// Whether the lines of a document count for its positions.
    fn counts(self, bill: &Invoice) -> bool {
        match (bill.content.kind, bill.corrects) {
            (InvoiceKind::Final, _) => !self.is_credited(bill),
            (InvoiceKind::CreditNote, Some(original)) => {
                let of = self.0.iter().find(|other| other.id == original);
                of.is_none_or(|original| self.counts(original))
            }
            _ => !self.is_deducted(bill.id),
        }
    }

    fn is_credited(self, invoice: &Invoice) -> bool {
        let deducted: i64 = invoice.deductions.iter().map(Deduction::gross).sum();
        let notes = self.0.iter().filter(|bill| bill.corrects == Some(invoice.id));
        let credited: i64 = notes.map(|note| note.totals.gross).sum();
        credited > 0 && credited >= invoice.totals.gross - deducted
    }

    fn left_of(self, invoice: &Invoice) -> Vec<VatRow> {
        let mut rows = invoice.totals.vat.clone();
        for note in self.0.iter().filter(|bill| bill.corrects == Some(invoice.id)) {
            for row in &mut rows {
                let taken = note.totals.vat.iter().find(|taken| taken.vat == row.vat);
                let (net, tax) = taken.map_or((0, 0), |taken| (taken.net, taken.tax));
                *row = VatRow { net: row.net - net, tax: row.tax - tax, ..*row };
            }
        }
        rows
    }
}

/// Whether a contract can be invoiced.
#[must_use]
pub const fn is_billable(contract: &Contract) -> bool {
    !matches!(contract.status, ContractStatus::Draft)
}

/// The direction of the invoices on a contract.
#[must_use]
pub const fn direction_of(role: ContractRole) -> InvoiceDirection {
    match role {
        ContractRole::Sale => InvoiceDirection::Receivable,
        ContractRole::Purchase => InvoiceDirection::Payable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InvoiceStatus, Text, Timestamp, invoice::tests::issued, pricing::Totals};

    /// A booked document of this kind with a net amount, at 19 % VAT.
    fn bill(n: u128, kind: InvoiceKind, net: i64) -> Invoice {
        let base = issued();
        let tax = net * 19 / 100;
        let vat = base.totals.vat.iter().map(|row| VatRow { net, tax, ..*row }).collect();
        let gross = net + tax;
        let totals = Totals { net, tax, vat, gross, due: gross, ..base.totals.clone() };
        let mut invoice = Invoice { totals, ..base };
        invoice.id = crate::Id::from_uuid(uuid::Uuid::from_u128(n));
        invoice.number = Text::parse(&format!("RE-{n}")).ok();
        invoice.content.kind = kind;
        invoice
    }

    fn note(n: u128, corrects: &Invoice, net: i64) -> Invoice {
        Invoice { corrects: Some(corrects.id), ..bill(n, InvoiceKind::CreditNote, net) }
    }

    fn last(n: u128, net: i64, before: &[Invoice]) -> Invoice {
        Invoice { deductions: Bills(before).deductions(), ..bill(n, InvoiceKind::Final, net) }
    }

    fn stated(invoice: &Invoice, position: u16, net: i64) -> BilledPosition {
        BilledPosition { invoice: invoice.id, position, net }
    }

    #[test]
    fn a_final_invoice_adds_what_it_does_not_deduct() {
        let first = bill(1, InvoiceKind::Partial, 60_000);
        let mut bills = vec![first.clone(), note(2, &first, 10_000)];
        let [deduction] = &Bills(&bills).deductions()[..] else { panic!("one deduction") };
        assert_eq!((deduction.net(), deduction.gross()), (50_000, 59_500));
        bills.push(last(3, 100_000, &bills));
        assert_eq!(bills[2].added_net(), 50_000);
        assert_eq!(Bills(&bills).invoiced(), 100_000);
        assert!(Bills(&bills).is_deducted(first.id));
        let billed = [
            stated(&first, 1, 60_000),
            stated(&bills[1], 1, 10_000),
            stated(&bills[2], 1, 100_000),
        ];
        assert_eq!(Bills(&bills).by_position(&billed)[&1], 100_000);
        assert_eq!(Bills(&bills[..2]).by_position(&billed[..2])[&1], 50_000);
    }

    #[test]
    fn a_partial_invoice_that_was_credited_as_a_whole_is_not_deducted() {
        let first = bill(1, InvoiceKind::Partial, 60_000);
        let bills = [first.clone(), note(2, &first, 60_000)];
        assert_eq!(Bills(&bills).deductions(), []);
        assert_eq!(Bills(&bills).invoiced(), 0);
    }

    #[test]
    fn after_a_final_invoice_was_credited_its_partial_invoices_count_again() {
        let first = bill(1, InvoiceKind::Partial, 60_000);
        let mut bills = vec![first.clone()];
        bills.push(last(2, 100_000, &bills));
        assert!(Bills(&bills).final_invoice().is_some());
        bills.push(note(3, &bills[1], 40_000));
        assert!(Bills(&bills).final_invoice().is_none());
        assert_eq!(Bills(&bills).invoiced(), 60_000);
        let billed = [stated(&first, 1, 60_000), stated(&bills[1], 1, 100_000)];
        assert_eq!(Bills(&bills).by_position(&billed)[&1], 60_000);
        bills.push(last(4, 100_000, &bills));
        assert_eq!(Bills(&bills).invoiced(), 100_000);
    }

    #[test]
    fn credit_notes_are_subtracted_from_every_sum() {
        let paid = bill(1, InvoiceKind::Standard, 100_000);
        let paid = paid.settle(19_000, Timestamp::UNIX_EPOCH).unwrap();
        let open = note(2, &paid, 10_000);
        assert_eq!(open.status, InvoiceStatus::Issued);
        let bills = [paid, open];
        assert_eq!(Bills(&bills).sum(Invoice::open), 100_000 - 11_900);
        assert_eq!(Bills(&bills).sum(|bill| bill.settlement.settled), 19_000);
    }
}
