//! Bank statements, and what their transactions pay.

mod booking;
mod import;

use plinth_domain::{BankTransaction, BankTransactionId, Description, Id, Permission, Text};
use plinth_ports::{BankTransactionFilter, BankTransactionSort, Page, PageRequest};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Query, Reading, View,
    resource::{Found, Resource},
};

pub(crate) use booking::CODES as BOOKING_CODES;
pub use booking::{BookTransaction, IgnoreTransaction, LinkTransaction, ReopenTransaction};
pub(crate) use import::CODES;
pub use import::{Imported, ImportedStatement};

impl Resource for BankTransaction {
    const KIND: &'static str = "bank_transaction";
    const TOPIC: &'static str = "bank_transactions";
    const READ: Permission = Permission::BankTransactionRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        json!({
            "status": self.status.name(),
            "account": self.account.as_ref().map(Text::as_str),
            "amount_minor": self.amount,
            "currency": self.currency.as_str(),
            "booked_on": self.booked_on,
            "is_reversal": self.is_reversal,
            "counterparty": self.counterparty.as_ref().map(Text::as_str),
            "counterparty_account": self.counterparty_account.as_ref().map(Text::as_str),
            "end_to_end_id": self.end_to_end_id.as_ref().map(Text::as_str),
            "remittance": self.remittance.as_ref().map(Description::as_str),
            "candidate_ids": self.candidates.iter().map(|id| id.uuid()).collect::<Vec<_>>(),
            "candidate_payment_id": self.candidate_payment.map(Id::uuid),
            "is_linked": self.is_linked,
            "payment_id": self.payment.map(Id::uuid),
            "version": self.revision.version.number(),
        })
    }
}

/// Reads one transaction.
#[derive(Debug, Clone, Copy)]
pub struct GetBankTransaction {
    /// The transaction.
    pub id: BankTransactionId,
}

impl Query for GetBankTransaction {
    const NAME: &'static str = "bank_transaction.get";
    const PERMISSION: Permission = Permission::BankTransactionRead;
    type Output = BankTransaction;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<BankTransaction, Error> {
        view.unit.bank_transactions().get(self.id).await
    }
}

/// Lists transactions.
#[derive(Debug)]
pub struct ListBankTransactions {
    /// Selects the transactions.
    pub filter: BankTransactionFilter,
    /// The order and the position.
    pub page: PageRequest<BankTransactionSort>,
}

impl Query for ListBankTransactions {
    const NAME: &'static str = "bank_transaction.list";
    const PERMISSION: Permission = Permission::BankTransactionRead;
    type Output = Page<BankTransaction>;

    fn reading(&self) -> Reading {
        // An index has the order of one status.
        let BankTransactionFilter { status, direction, account, search } = &self.filter;
        let is_slow =
            status.has_several() || direction.is_some() || account.is_some() || search.is_some();
        Reading::page(&self.page, is_slow)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<BankTransaction>, Error> {
        Ok(view.unit.bank_transactions().list(&self.filter, &self.page).await?)
    }
}
