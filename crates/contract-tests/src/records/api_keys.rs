use futures::future::BoxFuture;
use plinth_domain::{ApiKey, BoundPrompts, Grant, Id, Permission, Prompt, Revision, Role};
use plinth_ports::{Result, UnitOfWork};

use super::{Fixture, World};
use crate::fixture::{at, name, token};

impl Fixture for ApiKey {
    fn make(id: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let full = n.is_multiple_of(2);
        Self {
            id,
            organization: world.tenant.id(),
            name: name(["Nightly import", "ä"][n % 2]),
            last_four: format!("{:04}", n % 10_000),
            grant: if full {
                Grant::Role(Role::ALL[n % 5])
            } else {
                Grant::Permissions(Permission::ALL.iter().copied().take(n).collect())
            },
            prompts: n.is_multiple_of(5).then(|| {
                let ids = (0..=n % 2).map(|n| world.id::<Prompt>(n)).collect();
                BoundPrompts::new(ids).unwrap()
            }),
            created_by: world.tenant.owner.id,
            parent: None,
            expires_at: full.then(|| at(77)),
            agent_run: None,
            // Each use of the key writes it; updates do not.
            last_used_at: None,
            revoked_at: n.is_multiple_of(3).then(|| at(9)),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<()> {
        Vec::new()
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { unit.api_keys().insert(record, &token()).await })
    }
}
