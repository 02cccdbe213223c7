use futures::future::BoxFuture;
use plinth_domain::{Id, Lines, Revision, Team};
use plinth_ports::{Records, Result, UnitOfWork};

use super::{Fixture, World};
use crate::fixture::{id, name};

impl Fixture for Team {
    fn make(team: Id<Self>, revision: Revision, n: usize, _world: &World) -> Self {
        Self {
            id: team,
            organization: id(),
            name: name(&format!("Baustelle {n}")),
            description: n.is_multiple_of(2).then(|| Lines::parse(&format!("Größe\n{n}")).unwrap()),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<()> {
        Vec::new()
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Records::insert(unit.teams(), record).await })
    }
}
