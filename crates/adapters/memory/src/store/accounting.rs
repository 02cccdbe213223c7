use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    Allocation, AllocationKind, Currency, Invoice, Party, PartyId, Payment, PaymentDirection,
    accounting::{AccountNumber, Booked, BookedAllocation, BookedParty, BookedPayment, Source},
};
use plinth_ports::{AccountingReader, Batch, BookedWindow, Result};

use super::unit::Unit;

impl Unit {
    fn allocated(&self) -> impl Iterator<Item = &Allocation> {
        self.tables().records.allocations.of(self.organization_id())
    }

    fn booked_invoice(&self, invoice: &Invoice) -> Option<Booked> {
        let party: &Party = self.record(invoice.content.party)?;
        Booked::of(invoice, [party.debtor_account.clone(), party.creditor_account.clone()])
    }

    fn booked_party(&self, id: PartyId) -> Option<BookedParty> {
        let party: &Party = self.record(id)?;
        Some(BookedParty {
            id,
            name: party.name.clone(),
            vat_id: party.vat_id.clone(),
            debtor_account: party.debtor_account.clone(),
            creditor_account: party.creditor_account.clone(),
        })
    }

    /// Which way the first payment went, which another one takes or pays back.
    fn origin(&self, payment: &Payment) -> PaymentDirection {
        let reversed: Option<&Payment> = payment.reverses.and_then(|id| self.record(id));
        let goes_back = payment.reverses.or(payment.refunds).is_some();
        let takes_refund_back = reversed.is_some_and(|payment| payment.refunds.is_some());
        if goes_back && !takes_refund_back {
            payment.direction.opposite()
        } else {
            payment.direction
        }
    }

    fn booked_payment(&self, payment: &Payment) -> Option<Source> {
        let settles = |one: &&Allocation| {
            let is_money = one.kind == AllocationKind::Payment && one.on == payment.received_on;
            is_money && one.payment == Some(payment.id)
        };
        let settled: i64 = self.allocated().filter(settles).map(|one| one.amount.abs()).sum();
        Some(Source::Payment(BookedPayment {
            id: payment.id,
            on: payment.received_on,
            direction: payment.direction,
            origin: self.origin(payment),
            method: payment.method,
            reference: payment.reference.clone(),
            currency: payment.currency,
            rest: payment.amount - settled,
            party: self.booked_party(payment.party)?,
        }))
    }

    fn booked_allocation(&self, one: &Allocation) -> Option<Source> {
        let payment: Option<&Payment> = one.payment.and_then(|id| self.record(id));
        let payment = payment.map(|by| (self.origin(by), by.method, by.received_on == one.on));
        let invoice = self.booked_invoice(self.record(one.invoice)?)?;
        let Allocation { id, on, kind, amount, .. } = *one;
        Some(Source::Allocation(BookedAllocation { id, on, kind, amount, payment, invoice }))
    }
}

fn currency(source: &Source) -> Currency {
    match source {
        Source::Invoice(one) => one.currency,
        Source::Payment(one) => one.currency,
        Source::Allocation(one) => one.invoice.currency,
    }
}

/// The highest number of so many digits that begins with one of these digits.
fn last<'a>(
    accounts: impl Iterator<Item = &'a AccountNumber>,
    digits: u32,
    first: std::ops::RangeInclusive<char>,
) -> Option<u32> {
    let own = |account: &&AccountNumber| {
        account.has_digits(digits as usize) && account.as_str().starts_with(|c| first.contains(&c))
    };
    accounts.filter(own).filter_map(|account| account.as_str().parse().ok()).max()
}

#[async_trait]
impl AccountingReader for Unit {
    async fn booked(&mut self, window: &BookedWindow) -> Result<Batch<Source>> {
        let is_within = |source: &Source| {
            let (day, _): (NaiveDate, _) = source.place();
            source.place() >= window.from
                && day <= window.until
                && window.currency.is_none_or(|own| own == currency(source))
        };
        let invoices = self.records::<Invoice>();
        let invoices = invoices.filter_map(|one| self.booked_invoice(one)).map(Source::Invoice);
        let payments = self.records::<Payment>().filter_map(|one| self.booked_payment(one));
        let allocations = self.allocated().filter(|one| one.kind != AllocationKind::CreditNote);
        let allocations = allocations.filter_map(|one| self.booked_allocation(one));
        let found = invoices.chain(payments).chain(allocations).filter(is_within);
        let all = Batch { items: found.collect(), has_more: false };
        Ok(window.merged(vec![all]))
    }

    async fn last_accounts(&mut self, digits: u32) -> Result<[Option<u32>; 2]> {
        let parties = || self.records::<Party>();
        let debtors = parties().filter_map(|party| party.debtor_account.as_ref());
        let creditors = parties().filter_map(|party| party.creditor_account.as_ref());
        Ok([last(debtors, digits, '1'..='6'), last(creditors, digits, '7'..='9')])
    }
}
