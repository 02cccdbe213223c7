//! One open invitation for each address.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Invitation, InvitationState, Revision, Role};

use crate::{
    Stores,
    fixture::{at, email, id, token},
    harness::Tenant,
    outcome::{assert_conflict, assert_stale},
    walk::all,
};

/// A pending invitation that is not stored yet.
pub(crate) fn invitation(tenant: &Tenant) -> Invitation {
    Invitation {
        id: id(),
        organization: tenant.id(),
        email: email(),
        role: Role::Member,
        invited_by: tenant.owner.id,
        expires_at: at(900),
        state: InvitationState::Pending,
        revision: Revision::first(at(0)),
    }
}

pub async fn an_invitation_comes_back_in_every_state(stores: &Stores) {
    let tenant = stores.tenant().await;
    let states = [
        InvitationState::Pending,
        InvitationState::Accepted { at: at(3) },
        InvitationState::Revoked { at: at(4) },
    ];
    for (state, role) in states.into_iter().zip(Role::ALL) {
        let new = Invitation { role, ..invitation(&tenant) };
        let written =
            stores.write(&tenant, async |unit| unit.invitations().insert(&new, &token()).await);
        written.await.unwrap();
        let found = stores.read(&tenant).await.invitations().find(new.id).await.unwrap();
        assert_eq!(found, Some(new.clone()));

        let changed = Invitation { state, revision: new.revision.next(at(5)), ..new };
        let written = stores.write(&tenant, async |unit| unit.invitations().update(&changed).await);
        written.await.unwrap();
        let found = stores.read(&tenant).await.invitations().find(changed.id).await.unwrap();
        assert_eq!(found, Some(changed));
    }
    let page = stores.read(&tenant).await.invitations().list(&all()).await.unwrap();
    assert_eq!(page.items.len(), 3);
}

pub async fn an_address_has_one_open_invitation(stores: &Stores) {
    let tenant = stores.tenant().await;
    let first = invitation(&tenant);
    let second = Invitation { email: first.email.clone(), ..invitation(&tenant) };
    let insert = async |invitation: &Invitation| {
        stores
            .write(&tenant, async |unit| unit.invitations().insert(invitation, &token()).await)
            .await
    };
    insert(&first).await.unwrap();
    assert_conflict(insert(&second).await, "invitations_open_email_key");

    let revoked = first.revoke(at(1)).unwrap();
    stores.write(&tenant, async |unit| unit.invitations().update(&revoked).await).await.unwrap();
    insert(&second).await.unwrap();
    let accepted = second.clone().accept(at(2)).unwrap();
    stores.write(&tenant, async |unit| unit.invitations().update(&accepted).await).await.unwrap();
    insert(&Invitation { id: id(), ..second }).await.unwrap();
}

pub async fn an_expired_invitation_gives_its_address_free_once_it_is_closed(stores: &Stores) {
    let tenant = stores.tenant().await;
    let expired = Invitation { expires_at: at(10), ..invitation(&tenant) };
    let in_time = Invitation { expires_at: at(30), ..invitation(&tenant) };
    let done = Invitation { expires_at: at(10), ..invitation(&tenant) };
    let written = stores.write(&tenant, async |unit| {
        for invitation in [&expired, &in_time, &done] {
            unit.invitations().insert(invitation, &token()).await?;
        }
        let accepted = done.clone().accept(at(1)).unwrap();
        unit.invitations().update(&accepted).await
    });
    written.await.unwrap();
    let again = Invitation { email: expired.email.clone(), ..invitation(&tenant) };
    let insert = async || {
        stores.write(&tenant, async |unit| unit.invitations().insert(&again, &token()).await).await
    };
    assert_conflict(insert().await, "invitations_open_email_key");

    let now = at(20);
    let closed = stores.write(&tenant, async |unit| unit.invitations().close_expired(now).await);
    closed.await.unwrap();
    insert().await.unwrap();

    let mut view = stores.read(&tenant).await;
    let found = view.invitations().find(expired.id).await.unwrap().unwrap();
    assert_eq!(found.state, InvitationState::Revoked { at: now });
    assert_eq!(found.revision, expired.revision.next(now));
    assert_eq!(view.invitations().find(in_time.id).await.unwrap(), Some(in_time));
    let found = view.invitations().find(done.id).await.unwrap().unwrap();
    assert_eq!(found.state, InvitationState::Accepted { at: at(1) });
}

pub async fn of_two_updates_of_one_invitation_the_second_is_stale(stores: &Stores) {
    let tenant = stores.tenant().await;
    let new = invitation(&tenant);
    let written =
        stores.write(&tenant, async |unit| unit.invitations().insert(&new, &token()).await);
    written.await.unwrap();
    let accepted = new.clone().accept(at(1)).unwrap();
    let revoked = new.revoke(at(1)).unwrap();
    stores.write(&tenant, async |unit| unit.invitations().update(&accepted).await).await.unwrap();
    let second = stores.write(&tenant, async |unit| unit.invitations().update(&revoked).await);
    assert_stale(second.await);
}
