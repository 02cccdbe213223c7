use futures::future::BoxFuture;
use plinth_domain::{Email, Id, Invitation, InvitationState, Revision, Role, RoleRef};
use plinth_ports::{Result, UnitOfWork};
use uuid::Uuid;

use super::{Fixture, World};
use crate::fixture::{at, token};

impl Fixture for Invitation {
    fn make(id: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        Self {
            id,
            organization: world.tenant.id(),
            email: Email::parse(&format!("guest{n}@example.com")).unwrap(),
            role: if n % 6 == 5 {
                RoleRef::Custom(Id::from_uuid(Uuid::from_u128(n as u128)))
            } else {
                Role::ALL[n % 6].into()
            },
            invited_by: world.tenant.owner.id,
            api_key: None,
            proves_address: n.is_multiple_of(2),
            expires_at: at(900 + i64::try_from(n).unwrap()),
            state: match n % 3 {
                0 => InvitationState::Revoked { at: at(4) },
                1 => InvitationState::Pending,
                _ => InvitationState::Accepted { at: at(3) },
            },
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<()> {
        Vec::new()
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { unit.invitations().insert(record, &token()).await })
    }
}
