use futures::future::BoxFuture;
use plinth_domain::{Id, OperatorReason, Revision, SupportAccess};
use plinth_ports::{Records, Result, UnitOfWork};

use super::{Fixture, World};
use crate::fixture::{at, id};

impl Fixture for SupportAccess {
    fn make(consent: Id<Self>, revision: Revision, n: usize, _world: &World) -> Self {
        Self {
            id: consent,
            organization: id(),
            expires_at: at(i64::try_from(n).unwrap()),
            read_only: n.is_multiple_of(2),
            reason: OperatorReason::parse(&format!("Grund {n}: ä")).unwrap(),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<()> {
        Vec::new()
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Records::insert(unit.support_access(), record).await })
    }
}
