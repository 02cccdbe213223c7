use chrono::{DateTime, NaiveDate, Utc};
use plinth_application::{
    bank_statements::{Imported, ImportedStatement},
    payments::FullPayment,
};
use plinth_domain::{BankTransaction, Id, Money, Text};
use plinth_ports::e_documents::{Balance, Warning};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::payments::{PaymentDirectionName, PaymentView};
use crate::{money::MoneyBody, values::names};

names! {
    /// What became of a transaction. A person decides about one that is `proposed`.
    BankTransactionStatusName = Proposed, Booked, Ignored
}

/// One booked transaction of a bank account, as the bank states it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankTransaction)]
pub(crate) struct BankTransactionView {
    id: Uuid,
    #[schema(value_type = BankTransactionStatusName)]
    status: &'static str,
    /// The IBAN of the organization's account, or its other identification.
    account: Option<String>,
    #[schema(value_type = PaymentDirectionName)]
    direction: &'static str,
    /// Never negative.
    amount: MoneyBody,
    booked_on: NaiveDate,
    /// Whether it takes an earlier transaction back, such as a direct debit that was returned.
    is_reversal: bool,
    counterparty: Option<String>,
    counterparty_account: Option<String>,
    end_to_end_id: Option<String>,
    /// What the payer wrote.
    remittance: Option<String>,
    /// The invoices that it names, or whose open amount is its amount: at most 10.
    candidate_ids: Vec<Uuid>,
    /// A payment that was entered by hand, and may be this transaction.
    candidate_payment_id: Option<Uuid>,
    /// The payment that it is.
    payment_id: Option<Uuid>,
    /// Whether the payment was there before, and was linked to the transaction.
    is_linked: bool,
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<BankTransaction> for BankTransactionView {
    fn from(one: BankTransaction) -> Self {
        let text = |text: Option<Text<140>>| text.map(|text| text.as_str().to_owned());
        let account = |text: Option<Text<40>>| text.map(|text| text.as_str().to_owned());
        Self {
            id: one.id.uuid(),
            status: one.status.name(),
            direction: one.direction().name(),
            amount: Money { amount_minor: one.amount.saturating_abs(), currency: one.currency }
                .into(),
            booked_on: one.booked_on,
            is_reversal: one.is_reversal,
            account: account(one.account),
            counterparty: text(one.counterparty),
            counterparty_account: account(one.counterparty_account),
            end_to_end_id: text(one.end_to_end_id),
            remittance: one.remittance.map(|text| text.as_str().to_owned()),
            candidate_ids: one.candidates.iter().map(|id| id.uuid()).collect(),
            candidate_payment_id: one.candidate_payment.map(Id::uuid),
            payment_id: one.payment.map(Id::uuid),
            is_linked: one.is_linked,
            version: one.revision.version.number(),
            created_at: one.revision.created_at,
            updated_at: one.revision.updated_at,
        }
    }
}

/// A transaction with the payment that was recorded for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BookedBankTransaction)]
pub(crate) struct BookedTransactionView {
    #[serde(flatten)]
    transaction: BankTransactionView,
    payment: PaymentView,
}

impl BookedTransactionView {
    pub(super) fn new(transaction: BankTransaction, payment: FullPayment) -> Self {
        Self { transaction: transaction.into(), payment: payment.into() }
    }
}

/// What became of the transactions of an imported file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportedBankStatements)]
pub(crate) struct ImportedStatementsView {
    statements: Vec<StatementView>,
    /// How many transactions were imported before.
    known: usize,
    /// How many payments were recorded.
    booked: usize,
    /// How many transactions wait for a decision: `GET /bank-transactions?status=proposed`.
    proposed: usize,
}

/// One statement of a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankStatement)]
struct StatementView {
    /// The bank's identification. Banks use one again.
    id: String,
    account: Option<String>,
    transactions: usize,
    /// Entries that are not booked yet, which are left out.
    not_booked: usize,
    opening: Option<BalanceView>,
    closing: Option<BalanceView>,
    /// Whether the opening balance and the entries make the closing balance; absent where one of them
    /// is not stated.
    adds_up: Option<bool>,
    warnings: Vec<WarningView>,
}

/// A balance at the end of a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankBalance)]
struct BalanceView {
    amount: MoneyBody,
    on: NaiveDate,
}

/// What is wrong with a statement that was imported all the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankStatementWarning)]
struct WarningView {
    code: String,
    text: String,
}

impl From<Balance> for BalanceView {
    fn from(balance: Balance) -> Self {
        Self { amount: balance.amount.into(), on: balance.on }
    }
}

impl From<Warning> for WarningView {
    fn from(warning: Warning) -> Self {
        Self { code: warning.code, text: warning.text }
    }
}

impl ImportedStatementsView {
    pub(super) fn new(statements: Vec<ImportedStatement>, imported: Imported) -> Self {
        let view = |one: ImportedStatement| StatementView {
            id: one.statement.id,
            account: one.statement.account.iban.or(one.statement.account.other),
            transactions: one.transactions,
            not_booked: one.statement.not_booked,
            opening: one.statement.opening.map(BalanceView::from),
            closing: one.statement.closing.map(BalanceView::from),
            adds_up: one.statement.adds_up,
            warnings: one.statement.warnings.into_iter().map(WarningView::from).collect(),
        };
        let Imported { known, booked, proposed } = imported;
        Self { statements: statements.into_iter().map(view).collect(), known, booked, proposed }
    }
}
