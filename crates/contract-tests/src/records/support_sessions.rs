use futures::future::BoxFuture;
use plinth_domain::{Id, OperatorName, OperatorReason, Revision, SupportSession, SupportToken};
use plinth_ports::{Records, Result, SupportSessionFilter, UnitOfWork};

use super::{Fixture, World};
use crate::fixture::{at, id};

impl Fixture for SupportSession {
    fn make(session: Id<Self>, revision: Revision, n: usize, _world: &World) -> Self {
        let seconds = i64::try_from(n).unwrap();
        Self {
            id: session,
            organization: id(),
            operator: OperatorName::parse(&format!("anna-{n}")).unwrap(),
            reason: OperatorReason::parse(&format!("Ticket {n}")).unwrap(),
            read_only: n.is_multiple_of(2),
            token: SupportToken([u8::try_from(n % 256).unwrap(); 32]),
            expires_at: at(seconds),
            ended_at: n.is_multiple_of(3).then(|| at(seconds)),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<SupportSessionFilter> {
        vec![SupportSessionFilter { live_at: Some(at(10)) }]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Records::insert(unit.support_sessions(), record).await })
    }
}
