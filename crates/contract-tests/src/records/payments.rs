use futures::future::BoxFuture;
use plinth_domain::{
    Currency, Description, Id, JsonObject, Payment, PaymentDirection, PaymentMethod, PaymentStatus,
    Revision, Text,
};
use plinth_ports::{Payments, Result, UnitOfWork, records::payments::PaymentFilter};

use super::{Fixture, World};
use crate::fixture::{at, id};

impl Fixture for Payment {
    /// What a payment is never changes: the first four have it in common.
    fn make(payment: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let (full, group) = (n.is_multiple_of(2), n / 4);
        let status = PaymentStatus::ALL[usize::from(n > 4 && n % 4 == 3)];
        let amount = 9_000_000_000_000_000 - i64::try_from(group).unwrap();
        let part = if full { amount } else { i64::try_from(n).unwrap() };
        Self {
            id: payment,
            organization: id(),
            party: world.id(group),
            direction: PaymentDirection::ALL[group % 2],
            status,
            amount,
            currency: Currency::parse(["EUR", "JPY", "KWD"][group % 3]).unwrap(),
            allocated: if status == PaymentStatus::Recorded { part } else { 0 },
            method: PaymentMethod::ALL[group % 6],
            reference: Text::parse(&format!("E2E-{n}")).ok(),
            received_on: at(0).date_naive() + chrono::Days::new(group as u64),
            note: full.then(|| Description::parse(format!("Line {n},\nand one more")).unwrap()),
            reverses: None,
            refunds: None,
            metadata: JsonObject::from_parsed(format!("{{\"n\": {n}}}")),
            revision,
        }
    }

    fn filters(world: &World) -> Vec<PaymentFilter> {
        let any = PaymentFilter::default;
        let day = |n| Some(at(0).date_naive() + chrono::Days::new(n));
        vec![
            PaymentFilter { party: Some(world.id(0)), ..any() },
            PaymentFilter { direction: Some(PaymentDirection::Sent), ..any() },
            PaymentFilter { status: PaymentStatus::Reversed.into(), ..any() },
            PaymentFilter { reference: Text::parse("E2E-3").ok(), ..any() },
            PaymentFilter { from: day(2), ..any() },
            PaymentFilter { until: day(2), ..any() },
            PaymentFilter { from: day(1), until: day(3), ..any() },
            PaymentFilter { unallocated: Some(true), ..any() },
            PaymentFilter { unallocated: Some(false), ..any() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Payments::insert(unit.payments(), record).await })
    }
}
