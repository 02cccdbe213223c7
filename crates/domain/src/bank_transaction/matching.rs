use std::collections::{BTreeSet, HashMap};

use crate::{Currency, InvoiceId, PartyId, PaymentDirection, remittance::Remittance};

/// The most invoices that a proposal names.
pub const MAX_CANDIDATES: usize = 10;

/// The most letters and digits of a number that is looked for.
const MAX_NUMBER: usize = 40;
/// The letters and digits of a transaction's text that are looked at. A credit transfer has 140.
const MAX_TEXT: usize = 1_000;
/// The most open invoices with one number that are looked at: suppliers may use the same.
const MAX_ALIKE: usize = 20;

/// An invoice of which something is open, as matching needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvoice {
    /// The identity.
    pub id: InvoiceId,
    /// The other side.
    pub party: PartyId,
    /// Which way the money goes that pays it.
    pub paid_by: PaymentDirection,
    /// The number by which a payer names it: for an incoming invoice, that of the supplier.
    pub number: String,
    /// The currency.
    pub currency: Currency,
    /// What is open, in minor units.
    pub open: i64,
}

/// All open invoices, prepared to be looked up by what payers write.
#[derive(Debug, Default)]
pub struct OpenInvoices {
    invoices: Vec<OpenInvoice>,
    by_number: HashMap<Vec<char>, Vec<usize>>,
    lengths: BTreeSet<usize>,
}

/// What a transaction pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// Exactly these invoices of one party, as a whole.
    Exact(Vec<OpenInvoice>),
    /// Perhaps some of these.
    Proposal(Vec<InvoiceId>),
}

impl OpenInvoices {
    /// Prepares the invoices.
    #[must_use]
    pub fn new(invoices: Vec<OpenInvoice>) -> Self {
        let mut by_number: HashMap<Vec<char>, Vec<usize>> = HashMap::new();
        let mut lengths = BTreeSet::new();
        for (index, invoice) in invoices.iter().enumerate() {
            let number = letters(&invoice.number);
            if (1..=MAX_NUMBER).contains(&number.len()) {
                lengths.insert(number.len());
                by_number.entry(number).or_default().push(index);
            }
        }
        Self { invoices, by_number, lengths }
    }

    /// What a transaction with this amount pays, by the lines that the payer wrote. It is exact where
    /// the lines name open invoices of one party and of this currency, whose open amounts are the
    /// amount together; everything else is a proposal: first the named invoices, then those with
    /// exactly this amount.
    #[must_use]
    pub fn find(
        &self,
        paid_by: PaymentDirection,
        (amount, currency): (i64, Currency),
        lines: &[String],
    ) -> Match {
        let fits =
            |invoice: &&OpenInvoice| invoice.paid_by == paid_by && invoice.currency == currency;
        let named: Vec<&OpenInvoice> = self.named(lines).into_iter().filter(fits).collect();
        let sum: i128 = named.iter().map(|invoice| i128::from(invoice.open)).sum();
        let is_one_party = named.windows(2).all(|pair| pair[0].party == pair[1].party);
        if !named.is_empty() && is_one_party && sum == i128::from(amount) {
            return Match::Exact(named.into_iter().cloned().collect());
        }
        let same = self.invoices.iter().filter(|invoice| invoice.open == amount).filter(fits);
        let mut candidates: Vec<InvoiceId> = Vec::new();
        for invoice in named.into_iter().chain(same) {
            if candidates.len() < MAX_CANDIDATES && !candidates.contains(&invoice.id) {
                candidates.push(invoice.id);
            }
        }
        Match::Proposal(candidates)
    }

    /// Takes what was paid off the open amounts, so that the next transaction does not pay it again.
    pub fn paid(&mut self, invoices: &[OpenInvoice]) {
        for paid in invoices {
            if let Some(invoice) = self.invoices.iter_mut().find(|one| one.id == paid.id) {
                invoice.open -= paid.open;
            }
        }
    }

    /// The invoices that the lines name, each once.
    fn named(&self, lines: &[String]) -> Vec<&OpenInvoice> {
        let remittance = Remittance::new(lines);
        let written = lines.iter().flat_map(|line| letters(line)).take(MAX_TEXT);
        let written: Vec<char> = written.collect();
        let windows = self.lengths.iter().flat_map(|length| written.windows(*length));
        let alike = windows.filter_map(|window| self.by_number.get(window));
        let mut found: Vec<usize> =
            alike.flat_map(|alike| alike.iter().take(MAX_ALIKE)).copied().collect();
        found.sort_unstable();
        found.dedup();
        let invoices = found.into_iter().map(|index| &self.invoices[index]);
        let is_open = |invoice: &&OpenInvoice| invoice.open > 0;
        invoices.filter(is_open).filter(|one| remittance.mentions(&one.number)).collect()
    }
}

/// The letters and digits of a text in capitals.
fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::Id;

    fn invoice(n: u128, party: u128, number: &str, open: i64) -> OpenInvoice {
        OpenInvoice {
            id: Id::from_uuid(Uuid::from_u128(n)),
            party: Id::from_uuid(Uuid::from_u128(party)),
            paid_by: PaymentDirection::Received,
            number: number.to_owned(),
            currency: Currency::EUR,
            open,
        }
    }

    fn open() -> OpenInvoices {
        OpenInvoices::new(vec![
            invoice(1, 1, "RE-2026-0001", 100),
            invoice(2, 1, "RE-2026-0002", 250),
            invoice(3, 2, "RE-2026-0003", 100),
            OpenInvoice { paid_by: PaymentDirection::Sent, ..invoice(4, 3, "2026/118", 100) },
        ])
    }

    fn find(open: &OpenInvoices, amount: i64, lines: &[&str]) -> Result<Vec<u128>, Vec<u128>> {
        let lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        let numbers = |ids: Vec<InvoiceId>| ids.into_iter().map(|id| id.uuid().as_u128()).collect();
        match open.find(PaymentDirection::Received, (amount, Currency::EUR), &lines) {
            Match::Exact(found) => Ok(numbers(found.into_iter().map(|one| one.id).collect())),
            Match::Proposal(found) => Err(numbers(found)),
        }
    }

    #[test]
    fn named_invoices_of_one_party_are_paid_when_their_open_amounts_are_the_amount() {
        let open = open();
        assert_eq!(find(&open, 100, &["Rg. re 2026/0", "001 vielen Dank"]), Ok(vec![1]));
        assert_eq!(find(&open, 350, &["RE-2026-0001 RE-2026-0002"]), Ok(vec![1, 2]));
        assert_eq!(find(&open, 99, &["RE-2026-0001"]), Err(vec![1]));
        assert_eq!(find(&open, 200, &["RE-2026-0001, RE-2026-0003"]), Err(vec![1, 3]));
    }

    #[test]
    fn what_is_not_named_is_proposed_by_its_amount() {
        let open = open();
        assert_eq!(find(&open, 100, &["thank you"]), Err(vec![1, 3]));
        assert_eq!(find(&open, 7, &[]), Err(vec![]));
        // Money that was received pays no incoming invoice, and no other currency.
        assert_eq!(find(&open, 100, &["2026/118"]), Err(vec![1, 3]));
        let usd = Currency::parse("USD").unwrap();
        let none = open.find(PaymentDirection::Received, (100, usd), &["RE-2026-0001".to_owned()]);
        assert_eq!(none, Match::Proposal(Vec::new()));
    }

    #[test]
    fn what_was_paid_is_not_paid_again() {
        let mut open = open();
        open.paid(&[invoice(1, 1, "RE-2026-0001", 100)]);
        assert_eq!(find(&open, 100, &["RE-2026-0001"]), Err(vec![3]));
    }

    #[test]
    fn many_open_invoices_are_looked_up_without_reading_them_all() {
        let many = (0..20_000).map(|n| invoice(n, 1, &format!("RE-2026-{n:06}"), 100)).collect();
        let open = OpenInvoices::new(many);
        for n in 0..2_000 {
            assert_eq!(find(&open, 100, &[&format!("RE-2026-{n:06}")]), Ok(vec![n]));
        }
    }
}
