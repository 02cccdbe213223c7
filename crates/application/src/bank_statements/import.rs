use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use plinth_domain::{
    BankTransaction, BankTransactionStatus, Description, Invoice, InvoiceId, Match, Money,
    OpenInvoice, OpenInvoices, OrganizationSettings, Payment, PaymentDirection, PaymentId,
    Permission, Revision, Share, Text, remittance::rf_reference,
};
use plinth_ports::{
    e_documents::{self, BankStatement},
    records::bank_transactions::Paid,
};

use super::booking::payment;
use crate::{
    Application, AuditRecord, Caller, Command, Context, Error, Recorded,
    invoices::held::hold_settings,
    payments::{ALLOCATIONS_MANY, RecordPayment, locked},
};

plinth_domain::codes! {
    TRANSACTIONS_MANY = "bank_statement.too_many_transactions",
        "A bank statement has more than 2,000 transactions: split it.";
}

/// The most transactions of one request.
const MAX_TRANSACTIONS: usize = 2_000;
/// The transactions of one commit.
const CHUNK: usize = 100;
/// The open invoices among which a transaction finds what it pays: the latest ones.
const MAX_OPEN: u32 = 20_000;

/// What became of the transactions of a statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many were stored already.
    pub known: usize,
    /// How many payments were recorded.
    pub booked: usize,
    /// How many wait for a person's decision.
    pub proposed: usize,
}

/// A statement that was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedStatement {
    /// The statement, without its transactions.
    pub statement: BankStatement,
    /// The number of its transactions.
    pub transactions: usize,
}

impl Application {
    /// Stores the transactions of bank statements, and records a payment for each that names open
    /// invoices exactly. What is stored already changes nothing, so an import that was interrupted is
    /// repeated as a whole.
    pub async fn import_statements(
        &self,
        caller: &Caller,
        statements: Vec<BankStatement>,
    ) -> Result<(Vec<ImportedStatement>, Imported), Error> {
        let count: usize = statements.iter().map(|one| one.transactions.len()).sum();
        if count > MAX_TRANSACTIONS {
            let detail = format!("at most {MAX_TRANSACTIONS} transactions, and these are {count}");
            return Err(Error::Conflict { code: TRANSACTIONS_MANY, detail: detail.into() });
        }
        let (mut imported, mut stated, mut all) = (Vec::new(), Imported::default(), Vec::new());
        for mut statement in statements {
            let transactions = std::mem::take(&mut statement.transactions);
            let account = statement.account.iban.clone().or(statement.account.other.clone());
            let account = account.as_deref().and_then(clipped);
            imported.push(ImportedStatement { transactions: transactions.len(), statement });
            all.extend(
                transactions.into_iter().map(|one| Stated { account: account.clone(), one }),
            );
        }
        while !all.is_empty() {
            let rest = all.split_off(all.len().min(CHUNK));
            let part = self.execute(caller, ImportTransactions { transactions: all }).await?;
            stated.known += part.known;
            stated.booked += part.booked;
            stated.proposed += part.proposed;
            all = rest;
        }
        Ok((imported, stated))
    }
}

/// A transaction with the account that lists it.
#[derive(Debug)]
struct Stated {
    account: Option<Text<40>>,
    one: e_documents::BankTransaction,
}

/// Stores some transactions with the payments that they are.
#[derive(Debug)]
struct ImportTransactions {
    transactions: Vec<Stated>,
}

impl Command for ImportTransactions {
    const NAME: &'static str = "bank_statement.import";
    const PERMISSION: Permission = Permission::PaymentCreate;
    type Output = Imported;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Imported>, Error> {
        let fingerprints: Vec<[u8; 32]> =
            self.transactions.iter().map(|stated| stated.one.fingerprint.0).collect();
        let known = ctx.unit.bank_transactions().known(&fingerprints).await?;
        let mut imported = Imported::default();
        let mut open =
            OpenInvoices::new(ctx.unit.bank_transactions().open_invoices(MAX_OPEN).await?);
        let (mut seen, mut new) = (known, Vec::new());
        for stated in self.transactions {
            if !seen.insert(stated.one.fingerprint.0) {
                imported.known += 1;
                continue;
            }
            let found = find(&mut open, &stated.one);
            new.push((stated, found));
        }
        let exact = new.iter().filter_map(|(_, found)| match found {
            Match::Exact(invoices) => Some(invoices),
            Match::Proposal(_) => None,
        });
        // Locked together in the order of their identities, before the first of them is settled.
        let ids: Vec<InvoiceId> = exact.flatten().map(|invoice| invoice.id).collect();
        // Before the locks of invoices, as everywhere.
        ctx.make_room_of::<Payment>(ids.len()).await?;
        let locked = locked(ctx, &ids).await?;
        let paid: Vec<Paid> = new.iter().map(|(stated, found)| paid(&stated.one, found)).collect();
        let entered = ctx.unit.bank_transactions().entered(&paid).await?;
        let mut taken = HashSet::new();
        let (settings, today) = hold_settings(ctx).await?;
        let mut audits = Vec::new();
        for ((stated, found), entered) in new.into_iter().zip(entered) {
            // Each is proposed once; an exact match waits for a person all the same.
            let free = entered.iter().find(|payment| taken.insert(**payment)).copied();
            let may_be = entered.first().filter(|_| matches!(found, Match::Exact(_)));
            let entered = free.or(may_be.copied());
            let found = Found { found: unless_settled(found, &locked), entered };
            let booked = store(ctx, stated, found, (&settings, today), &mut audits).await?;
            if booked { imported.booked += 1 } else { imported.proposed += 1 }
        }
        Ok(Recorded::without_audit(imported).along_with(audits))
    }
}

/// What a transaction pays. A reversal, and a sum of several payments, are decided by a person.
fn find(open: &mut OpenInvoices, stated: &e_documents::BankTransaction) -> Match {
    if stated.reversal || stated.batch.is_some() || stated.amount.amount_minor == 0 {
        return Match::Proposal(Vec::new());
    }
    // A creditor reference is the number behind two letters and two check digits (ISO 11649).
    let behind_rf = |text: &str| rf_reference(text).and_then(|rf| rf.get(4..).map(str::to_owned));
    let references = stated.creditor_references.iter();
    let references = references.map(|one| behind_rf(&one.text).unwrap_or_else(|| one.text.clone()));
    let mut lines: Vec<String> = references.chain(stated.document_numbers.clone()).collect();
    // What stands in different fields is no number together.
    lines = lines.into_iter().flat_map(|line| [line, ";".to_owned()]).collect();
    lines.extend(stated.remittance.iter().cloned());
    lines.push(";".to_owned());
    lines.extend(stated.end_to_end_id.clone());
    let Money { amount_minor, currency } = stated.amount;
    let paid_by = PaymentDirection::of(amount_minor);
    let found = open.find(paid_by, (amount_minor.saturating_abs(), currency), &lines);
    if let Match::Exact(invoices) = &found {
        open.paid(invoices);
    }
    found
}

/// A match is a proposal where an invoice was settled between the question and its lock.
fn unless_settled(found: Match, locked: &HashMap<InvoiceId, Invoice>) -> Match {
    let is_open = |one: &OpenInvoice| {
        locked.get(&one.id).is_some_and(|now| now.status.is_open() && now.open() == one.open)
    };
    match found {
        Match::Exact(invoices) if !invoices.iter().all(is_open) => {
            Match::Proposal(candidates(&invoices))
        }
        other => other,
    }
}

/// What a transaction pays, and the payment that a person may have entered for it already.
struct Found {
    found: Match,
    entered: Option<PaymentId>,
}

/// The payment of an exact match would be one of the party.
fn paid(stated: &e_documents::BankTransaction, found: &Match) -> Paid {
    let party = match found {
        Match::Exact(invoices) => invoices.first().map(|invoice| invoice.party),
        Match::Proposal(_) => None,
    };
    let Money { amount_minor, currency } = stated.amount;
    let (direction, amount) = (PaymentDirection::of(amount_minor), amount_minor.saturating_abs());
    Paid { party, direction, amount, currency, on: stated.booked_on }
}

/// Stores a transaction, and whether a payment was recorded for it.
async fn store(
    ctx: &mut Context<'_>,
    stated: Stated,
    Found { found, entered }: Found,
    (settings, today): (&OrganizationSettings, NaiveDate),
    audits: &mut Vec<AuditRecord>,
) -> Result<bool, Error> {
    let mut transaction = transaction(ctx, &stated);
    transaction.candidate_payment = entered;
    let on = stated.one.booked_on;
    let can_be_booked = entered.is_none() && on <= today && !settings.is_closed(on);
    match found {
        Match::Exact(invoices) if can_be_booked => {
            transaction.candidates = candidates(&invoices);
            match exact_payment(&transaction, &invoices)?.run(ctx).await {
                Ok(recorded) => {
                    audits.extend(recorded.audits);
                    transaction.status = BankTransactionStatus::Booked;
                    transaction.payment = Some(recorded.output.payment.id);
                }
                // Nothing was written yet.
                Err(Error::Conflict { code: ALLOCATIONS_MANY, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Match::Exact(invoices) => transaction.candidates = candidates(&invoices),
        Match::Proposal(invoices) => transaction.candidates = invoices,
    }
    let stored = ctx.unit.bank_transactions().insert(&transaction).await;
    stored.map_err(Error::write::<BankTransaction>)?;
    audits.push(AuditRecord::created("bank_transaction.recorded", &transaction)?);
    Ok(transaction.payment.is_some())
}

fn candidates(invoices: &[OpenInvoice]) -> Vec<InvoiceId> {
    invoices.iter().map(|one| one.id).take(plinth_domain::MAX_CANDIDATES).collect()
}

/// The payment of exactly these invoices, of which there is one at least, and which are of one party.
fn exact_payment(
    transaction: &BankTransaction,
    invoices: &[OpenInvoice],
) -> Result<RecordPayment, Error> {
    let currency = transaction.currency;
    let share =
        |one: &OpenInvoice| Share { invoice: one.id, amount: one.open, cash_discount: 0, currency };
    let shares = invoices.iter().map(share).collect();
    payment(transaction, (invoices[0].party, None), shares)
}

/// The transaction as it is stored.
fn transaction(ctx: &Context<'_>, stated: &Stated) -> BankTransaction {
    let one = &stated.one;
    let other = &one.counterparty_account;
    BankTransaction {
        id: ctx.id(),
        organization: ctx.organization(),
        status: BankTransactionStatus::Proposed,
        fingerprint: one.fingerprint.0,
        account: stated.account.clone(),
        amount: one.amount.amount_minor,
        currency: one.amount.currency,
        booked_on: one.booked_on,
        is_reversal: one.reversal,
        counterparty: one.counterparty.as_deref().and_then(clipped),
        counterparty_account: other.iban.as_deref().or(other.other.as_deref()).and_then(clipped),
        end_to_end_id: one.end_to_end_id.as_deref().and_then(clipped),
        remittance: Some(one.remittance.join("\n"))
            .filter(|text| !text.is_empty())
            .and_then(|text| Description::parse(text.chars().take(10_000).collect()).ok()),
        candidates: Vec::new(),
        candidate_payment: None,
        payment: None,
        is_linked: false,
        revision: Revision::first(ctx.now),
    }
}

/// A text of the bank, as much of it as is kept; nothing where it cannot be shown.
fn clipped<const MAX: usize>(text: &str) -> Option<Text<MAX>> {
    let visible: String = text.chars().filter(|c| !c.is_control()).take(MAX).collect();
    Text::parse(visible.trim()).ok()
}
