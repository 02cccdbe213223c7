use std::{cmp::Reverse, collections::HashSet};

use async_trait::async_trait;
use plinth_domain::{
    BankTransaction, Invoice, OpenInvoice, Payment, PaymentDirection, PaymentId, PaymentMethod,
    Text,
};
use plinth_ports::{
    BankTransactions, Records, Result,
    records::bank_transactions::{DAYS_APART, MAX_ENTERED, Paid},
};

use super::unit::Unit;

#[async_trait]
impl BankTransactions for Unit {
    async fn insert(&mut self, transaction: &BankTransaction) -> Result<()> {
        let orphan = transaction.payment.is_some_and(|payment| self.record(payment).is_none());
        self.draft.forbid(orphan, "bank_transactions_organization_id_payment_id_fkey")?;
        Records::insert(self, transaction).await
    }

    async fn known(&mut self, fingerprints: &[[u8; 32]]) -> Result<HashSet<[u8; 32]>> {
        let stored = self.records::<BankTransaction>().map(|one| one.fingerprint);
        Ok(stored.filter(|one| fingerprints.contains(one)).collect())
    }

    async fn entered(&mut self, paid: &[Paid]) -> Result<Vec<Vec<PaymentId>>> {
        let linked: HashSet<PaymentId> =
            self.records::<BankTransaction>().filter_map(|one| one.payment).collect();
        let days = |payment: &Payment, one: &Paid| {
            (payment.received_on - one.on).num_days().unsigned_abs()
        };
        let is_meant = |payment: &&Payment, one: &Paid| {
            one.party.is_none_or(|party| payment.party == party)
                && (payment.direction, payment.currency) == (one.direction, one.currency)
                && payment.amount == one.amount
                && payment.method != PaymentMethod::Cash
                && days(payment, one) <= DAYS_APART
                && !linked.contains(&payment.id)
        };
        let nearest = |one: &Paid| {
            let meant = self.records::<Payment>().filter(|payment| is_meant(payment, one));
            let mut meant: Vec<_> = meant.map(|one_of| (days(one_of, one), one_of.id)).collect();
            meant.sort_unstable();
            meant.into_iter().map(|(_, id)| id).take(MAX_ENTERED).collect()
        };
        Ok(paid.iter().map(nearest).collect())
    }

    async fn open_invoices(&mut self, limit: u32) -> Result<Vec<OpenInvoice>> {
        let mut open: Vec<&Invoice> =
            self.records::<Invoice>().filter(|one| one.status.is_open()).collect();
        open.sort_by_key(|one| Reverse((one.content.due_on, one.id)));
        Ok(open.into_iter().take(limit as usize).filter_map(open_invoice).collect())
    }
}

fn open_invoice(invoice: &Invoice) -> Option<OpenInvoice> {
    let content = &invoice.content;
    let named_by = content.supplier_number.as_ref().map(Text::as_str);
    let number = named_by.or(invoice.number.as_ref().map(Text::as_str))?.to_owned();
    Some(OpenInvoice {
        id: invoice.id,
        party: content.party,
        paid_by: PaymentDirection::that_settles(invoice),
        number,
        currency: content.currency,
        open: invoice.open(),
    })
}
