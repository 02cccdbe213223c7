use futures::future::BoxFuture;
use plinth_domain::{CustomRole, CustomRoleName, Id, Lines, Permission, Revision, RolePermissions};
use plinth_ports::{Records, Result, UnitOfWork};

use super::{Fixture, World};
use crate::fixture::id;

impl Fixture for CustomRole {
    fn make(role: Id<Self>, revision: Revision, n: usize, _world: &World) -> Self {
        let given = Permission::ALL.iter().copied().filter(|given| !given.is_for_owners_only());
        Self {
            id: role,
            organization: id(),
            name: CustomRoleName::parse(&format!("Bauleitung {n}")).unwrap(),
            description: n.is_multiple_of(2).then(|| Lines::parse(&format!("Größe\n{n}")).unwrap()),
            permissions: RolePermissions::new(given.skip(n).take(1 + n % 5).collect()).unwrap(),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<()> {
        Vec::new()
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Records::insert(unit.roles(), record).await })
    }
}
