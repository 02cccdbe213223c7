//! A user, the organization and the membership are stored in one commit.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use futures::future::join_all;
use plinth_domain::{Membership, User};
use plinth_ports::records::users::EMAIL_TAKEN;
use plinth_ports::{Affiliation, JournalFilter, Member, SessionTokens, StoreError};

use crate::{
    Stores,
    fixture::{at, entry, id, named, organization, token, user},
    harness::{Tenant, client, password, session, tokens},
    outcome::assert_conflict,
    walk::all,
};

/// A registration without its commit.
async fn register(unit: &mut dyn plinth_ports::SystemUnit, tenant: &Tenant, access: &[u8; 32]) {
    unit.insert_user(&tenant.owner, Some(&password())).await.unwrap();
    unit.insert_organization(&tenant.organization).await.unwrap();
    unit.insert_membership(&Member::of(tenant.membership, &tenant.owner)).await.unwrap();
    let tokens = SessionTokens { access: *access, ..tokens() };
    unit.insert_session(&session(&tenant.membership), &tokens, &client()).await.unwrap();
    unit.append(tenant.id(), &entry(at(0), "organization.founded")).await.unwrap();
}

/// A user who is not registered yet.
fn newcomer() -> Tenant {
    let (organization, owner) = (organization(), user());
    let membership = Membership::found(id(), organization.id, owner.id, at(0));
    Tenant { organization, owner, membership }
}

pub async fn a_registration_is_stored_as_a_whole(stores: &Stores) {
    let (tenant, access) = (newcomer(), token());
    let mut unit = stores.across().await;
    register(unit.as_mut(), &tenant, &access).await;
    assert_eq!(
        stores.system.find_session(&named(tenant.id(), access)).await.unwrap(),
        None,
        "not before the commit"
    );
    unit.commit().await.unwrap();

    let admission = stores.system.find_session(&named(tenant.id(), access)).await.unwrap().unwrap();
    assert_eq!(admission.membership, tenant.membership);
    let affiliations = stores.across().await.affiliations(tenant.owner.id).await.unwrap();
    let (membership, organization) = (tenant.membership, tenant.organization.clone());
    assert_eq!(affiliations, [Affiliation { membership, organization }]);
    let mut view = stores.read(&tenant).await;
    let journal = view.journal().list(&JournalFilter::default(), &all()).await.unwrap();
    assert_eq!(journal.items.len(), 1);
    assert!(view.members().find(tenant.owner.id).await.unwrap().is_some());
}

pub async fn a_registration_that_is_dropped_leaves_no_trace(stores: &Stores) {
    let (tenant, access) = (newcomer(), token());
    let mut unit = stores.across().await;
    register(unit.as_mut(), &tenant, &access).await;
    drop(unit);
    assert_eq!(stores.system.find_session(&named(tenant.id(), access)).await.unwrap(), None);
    assert_eq!(stores.across().await.find_login(&tenant.owner.email).await.unwrap(), None);
    // Email address and slug are still free.
    let mut unit = stores.across().await;
    register(unit.as_mut(), &tenant, &access).await;
    unit.commit().await.unwrap();
}

pub async fn of_many_registrations_of_one_address_exactly_one_succeeds(stores: &Stores) {
    let email = user().email;
    let attempts = (0..4).map(|_| {
        let (system, person) = (stores.system.clone(), User { email: email.clone(), ..user() });
        tokio::spawn(async move {
            let mut unit = system.begin().await?;
            unit.insert_user(&person, Some(&password())).await?;
            unit.insert_organization(&organization()).await?;
            unit.commit().await
        })
    });
    let results: Vec<_> = join_all(attempts).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    for refused in results.into_iter().filter(Result::is_err) {
        assert_conflict(refused, EMAIL_TAKEN.0);
    }
}

pub async fn a_membership_needs_its_user_and_its_organization(stores: &Stores) {
    let tenant = stores.tenant().await;
    let without_user = Membership::found(id(), tenant.id(), id(), at(0));
    let nowhere = Membership::found(id(), id(), tenant.owner.id, at(0));
    for (membership, constraint) in
        [(without_user, "memberships_user_id_fkey"), (nowhere, "memberships_organization_id_fkey")]
    {
        let refused =
            stores.across().await.insert_membership(&Member::of(membership, &user())).await;
        assert_conflict(refused, constraint);
    }
}

pub async fn a_session_needs_its_membership(stores: &Stores) {
    let tenant = stores.tenant().await;
    let stranger = Membership::found(id(), tenant.id(), stores.tenant().await.owner.id, at(0));
    let refused =
        stores.across().await.insert_session(&session(&stranger), &tokens(), &client()).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
}
