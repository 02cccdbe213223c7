use std::sync::Arc;

use plinth_domain::{Access, Membership, MembershipError, Role};
use plinth_ports::Store;
use tokio::sync::Barrier;

use crate::support::{Tenant, World, now};

/// Two owners act concurrently: each changes the other's role to member.
async fn demote(
    world: &World,
    tenant: &Tenant,
    owner: Membership,
    together: &Barrier,
) -> Result<(), MembershipError> {
    let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    let member = unit.members().find(owner.user).await.unwrap().unwrap().membership;
    together.wait().await;
    let owners = unit.members().lock_owners().await.unwrap();
    let changed =
        Access::of_member(&member).change_role(member, Role::Member.into(), owners.count, now())?;
    unit.members().update(&changed).await.unwrap();
    unit.commit().await.unwrap();
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_owners_who_demote_each_other_at_once_leave_one_owner() {
    let world = Arc::new(World::new().await);
    for _ in 0..20 {
        let tenant = world.tenant().await;
        let second = world.member(tenant.scope.organization(), Role::Owner).await;
        let together = Arc::new(Barrier::new(2));
        let tasks = [tenant.membership, second].map(|owner| {
            let (world, tenant, together) =
                (Arc::clone(&world), tenant.clone(), Arc::clone(&together));
            tokio::spawn(async move { demote(&world, &tenant, owner, &together).await })
        });
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        outcomes.sort_by_key(Result::is_err);
        assert_eq!(outcomes, [Ok(()), Err(MembershipError::LastOwner)]);

        let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
        assert_eq!(unit.members().lock_owners().await.unwrap().count, 1);
    }
}

#[tokio::test]
async fn records_can_be_added_while_the_owners_are_locked() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    unit.members().lock_owners().await.unwrap();
    let project = crate::support::project(&tenant, "P-1");
    world.insert(&tenant, &project).await.unwrap();
}
