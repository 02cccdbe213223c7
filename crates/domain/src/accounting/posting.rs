use super::{
    AccountNumber, AccountPlan, AccountRule, AccountUse, Booked, BookedAllocation, BookedParty,
    BookedPayment, Entry, EntryKind, MissingAccount, Posted, Region, Source, shares::Share,
};
use crate::{AllocationKind, InvoiceDirection, InvoiceKind, PaymentDirection, PaymentMethod, Text};

type Found = Result<Vec<Entry>, MissingAccount>;

impl Source {
    /// Its entries, in a fixed order, or the first account that they lack.
    pub fn entries(&self, plan: &AccountPlan) -> Found {
        let entries = match self {
            Self::Invoice(invoice) => invoice.entries(plan)?,
            Self::Payment(payment) => payment.entries(plan)?,
            Self::Allocation(allocation) => allocation.entries(plan)?,
        };
        let numbered = |(part, entry): (u16, Entry)| Entry { part, ..entry };
        Ok((0..).zip(entries).map(numbered).collect())
    }
}

impl Booked {
    fn entries(&self, plan: &AccountPlan) -> Found {
        let (of_content, of_deposits) = match self.direction {
            InvoiceDirection::Receivable => (AccountUse::Revenue, AccountUse::DepositsReceived),
            InvoiceDirection::Payable => (AccountUse::Expense, AccountUse::DepositsPaid),
        };
        let kind = match self.kind {
            InvoiceKind::CreditNote => EntryKind::CreditNote,
            InvoiceKind::Standard | InvoiceKind::Partial | InvoiceKind::Final => EntryKind::Invoice,
        };
        let own = self.own();
        let deducted: i64 = self.deducted.iter().map(|row| row.net + row.tax).sum();
        // A received invoice may state what was paid before, without the invoices of it.
        let paid_before = self.prepaid - deducted;
        let rounding = self.due + paid_before - own.iter().map(|share| share.gross).sum::<i64>();
        let mut entries = Vec::with_capacity(own.len() + 2);
        for share in own {
            entries.extend(self.moved(plan, (kind, of_content), share.gross, Some(share))?);
        }
        entries.extend(self.moved(plan, (kind, of_deposits), -paid_before, None)?);
        entries.extend(self.moved(plan, (kind, AccountUse::Rounding), rounding, None)?);
        Ok(entries)
    }

    /// An amount by which what is due grows; nothing for 0.
    fn moved(
        &self,
        plan: &AccountPlan,
        (kind, purpose): (EntryKind, AccountUse),
        amount: i64,
        share: Option<Share>,
    ) -> Result<Option<Entry>, MissingAccount> {
        if amount == 0 {
            return Ok(None);
        }
        let vat = share.map(|share| share.vat);
        let rule = plan.find(purpose, vat, self.region)?;
        let supplier_number = self.supplier_number.as_ref().map(Text::as_str);
        Ok(Some(Entry {
            source: self.id.uuid(),
            part: 0,
            kind,
            on: self.on,
            document: Some(self.number.clone()),
            supplier_number: supplier_number.map(str::to_owned),
            due_on: self.due_on,
            account: self.collective(plan)?,
            contra: posted(rule, None),
            is_debit: (amount > 0) == (self.sign() > 0),
            amount: amount.abs(),
            currency: self.currency,
            vat,
            tax: share.map_or(0, |share| share.tax.abs()),
            tax_key: rule.tax_key.clone(),
            party: self.party.clone(),
            region: Some(self.region),
        }))
    }

    fn collective(&self, plan: &AccountPlan) -> Result<Posted, MissingAccount> {
        let purpose = match self.direction {
            InvoiceDirection::Receivable => AccountUse::Receivables,
            InvoiceDirection::Payable => AccountUse::Payables,
        };
        let rule = plan.find(purpose, None, self.region)?;
        Ok(posted(rule, self.party.account(self.direction)))
    }
}

impl BookedAllocation {
    fn entries(&self, plan: &AccountPlan) -> Found {
        let is_ours = self.invoice.direction == InvoiceDirection::Receivable;
        let (kind, purpose) = match (self.kind, self.payment) {
            // Both sides are on the account of the party.
            (AllocationKind::CreditNote, _) | (AllocationKind::Payment, None) => {
                return Ok(Vec::new());
            }
            (AllocationKind::Payment, Some((_, method, true))) => {
                (EntryKind::Payment, of_method(method))
            }
            (AllocationKind::Payment, Some((origin, _, false))) => {
                (EntryKind::Settlement, of_deposits(origin))
            }
            (AllocationKind::CashDiscount, _) if is_ours => {
                (EntryKind::CashDiscount, AccountUse::CashDiscountGranted)
            }
            (AllocationKind::CashDiscount, _) => {
                (EntryKind::CashDiscount, AccountUse::CashDiscountReceived)
            }
            (AllocationKind::WriteOff, _) if is_ours => (EntryKind::WriteOff, AccountUse::BadDebt),
            (AllocationKind::WriteOff, _) => (EntryKind::WriteOff, AccountUse::DebtWaived),
        };
        let mut entries = Vec::new();
        let parts = if purpose.is_taxed() { self.invoice.parts(self.amount) } else { Vec::new() };
        if parts.is_empty() {
            entries.extend(self.invoice.moved(plan, (kind, purpose), -self.amount, None)?);
        }
        for part in parts {
            entries.extend(self.invoice.moved(plan, (kind, purpose), -part.gross, Some(part))?);
        }
        let (source, on) = (self.id.uuid(), self.on);
        let dated = |entry| Entry { source, on, due_on: None, ..entry };
        Ok(entries.into_iter().map(dated).collect())
    }
}

impl BookedPayment {
    fn entries(&self, plan: &AccountPlan) -> Found {
        if self.rest == 0 {
            return Ok(Vec::new());
        }
        let rule = |purpose| plan.find(purpose, None, Region::Domestic);
        let reference = self.reference.as_ref().map(Text::as_str);
        Ok(vec![Entry {
            source: self.id.uuid(),
            part: 0,
            kind: EntryKind::Deposit,
            on: self.on,
            document: reference.map(str::to_owned),
            supplier_number: None,
            due_on: None,
            account: posted(rule(of_method(self.method))?, None),
            contra: posted(rule(of_deposits(self.origin))?, None),
            is_debit: (self.rest > 0) == (self.direction == PaymentDirection::Received),
            amount: self.rest.abs(),
            currency: self.currency,
            vat: None,
            tax: 0,
            tax_key: None,
            party: self.party.clone(),
            region: None,
        }])
    }
}

impl BookedParty {
    /// Its account on this side.
    fn account(&self, direction: InvoiceDirection) -> Option<AccountNumber> {
        match direction {
            InvoiceDirection::Receivable => self.debtor_account.clone(),
            InvoiceDirection::Payable => self.creditor_account.clone(),
        }
    }
}

fn posted(rule: &AccountRule, party_account: Option<AccountNumber>) -> Posted {
    Posted { purpose: rule.purpose, account: rule.account.clone(), party_account }
}

const fn of_method(method: PaymentMethod) -> AccountUse {
    match method {
        PaymentMethod::Cash => AccountUse::Cash,
        _ => AccountUse::Bank,
    }
}

const fn of_deposits(origin: PaymentDirection) -> AccountUse {
    match origin {
        PaymentDirection::Received => AccountUse::DepositsReceived,
        PaymentDirection::Sent => AccountUse::DepositsPaid,
    }
}
