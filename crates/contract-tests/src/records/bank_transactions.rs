use futures::future::BoxFuture;
use plinth_domain::{
    BankTransaction, BankTransactionStatus, Currency, Description, Id, PaymentDirection, Revision,
    Text,
};
use plinth_ports::{
    BankTransactions, OneOf, Result, UnitOfWork, records::bank_transactions::BankTransactionFilter,
};

use super::{Fixture, World};
use crate::fixture::{at, id};

impl Fixture for BankTransaction {
    fn make(transaction: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let full = n.is_multiple_of(2);
        let mut fingerprint = [0; 32];
        fingerprint[31] = u8::try_from(n).unwrap();
        let amount = i64::try_from(n).unwrap();
        let status = [BankTransactionStatus::Proposed, BankTransactionStatus::Ignored][n % 3 % 2];
        Self {
            id: transaction,
            organization: id(),
            status,
            fingerprint,
            account: Text::parse(["DE89370400440532013000", "CH93"][n % 2]).ok(),
            amount: if full { amount } else { -amount },
            currency: Currency::parse(["EUR", "JPY", "KWD"][n % 3]).unwrap(),
            booked_on: at(0).date_naive() + chrono::Days::new(n as u64),
            is_reversal: full,
            counterparty: full.then(|| Text::parse(&format!("Payer {n}")).unwrap()),
            counterparty_account: full.then(|| Text::parse("AT61").unwrap()),
            end_to_end_id: full.then(|| Text::parse(&format!("E2E-{n}")).unwrap()),
            remittance: full.then(|| Description::parse(format!("RE-{n},\nthank you")).unwrap()),
            candidates: (0..n % 3).map(|n| world.id(n)).collect(),
            candidate_payment: None,
            payment: None,
            is_linked: false,
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<BankTransactionFilter> {
        let any = BankTransactionFilter::default;
        let both = vec![BankTransactionStatus::Ignored, BankTransactionStatus::Booked];
        vec![
            BankTransactionFilter { status: BankTransactionStatus::Proposed.into(), ..any() },
            BankTransactionFilter { status: OneOf::new(both).unwrap(), ..any() },
            BankTransactionFilter { direction: Some(PaymentDirection::Sent), ..any() },
            BankTransactionFilter { account: Text::parse("CH93").ok(), ..any() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { BankTransactions::insert(unit.bank_transactions(), record).await })
    }
}
