//! One open invitation for each address.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Invitation, InvitationState, Revision, Role};
use plinth_ports::records::invitations::EMAIL_INVITED;

use crate::{
    Stores, api_keys,
    fixture::{at, email, id, token},
    harness::Tenant,
    outcome::assert_conflict,
};

/// A pending invitation that is not stored yet.
pub(crate) fn invitation(tenant: &Tenant) -> Invitation {
    Invitation {
        id: id(),
        organization: tenant.id(),
        email: email(),
        role: Role::Member.into(),
        invited_by: tenant.owner.id,
        api_key: None,
        proves_address: false,
        expires_at: at(900),
        state: InvitationState::Pending,
        revision: Revision::first(at(0)),
    }
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
    assert_conflict(insert(&second).await, EMAIL_INVITED.0);

    let revoked = first.revoke(at(1)).unwrap();
    stores.write(&tenant, async |unit| unit.invitations().update(&revoked).await).await.unwrap();
    insert(&second).await.unwrap();
    let accepted = second.clone().accept(at(2)).unwrap();
    stores.write(&tenant, async |unit| unit.invitations().update(&accepted).await).await.unwrap();
    insert(&Invitation { id: id(), ..second }).await.unwrap();
}

pub async fn closing_an_expired_invitation_frees_its_address(stores: &Stores) {
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
    assert_conflict(insert().await, EMAIL_INVITED.0);

    let now = at(20);
    let closed = stores.write(&tenant, async |unit| {
        let found = unit.invitations().expired(now).await?;
        assert_eq!(found, std::slice::from_ref(&expired));
        unit.invitations().update(&expired.clone().revoke(now).unwrap()).await
    });
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

pub async fn the_pending_invitations_of_a_user_and_of_a_key_are_found(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (user, _) = stores.member(&tenant, Role::Admin).await;
    let key = api_keys::key(&tenant);
    let by_user = Invitation { invited_by: user.id, ..invitation(&tenant) };
    let by_key = Invitation { api_key: Some(key.id), ..invitation(&tenant) };
    let over = Invitation {
        invited_by: user.id,
        api_key: Some(key.id),
        state: InvitationState::Revoked { at: at(1) },
        ..invitation(&tenant)
    };
    let mut unit = stores.begin(&tenant).await;
    unit.api_keys().insert(&key, &token()).await.unwrap();
    for invitation in [&by_user, &by_key, &over, &invitation(&tenant)] {
        unit.invitations().insert(invitation, &token()).await.unwrap();
    }
    assert_eq!(unit.invitations().pending_of(user.id).await.unwrap(), [by_user]);
    assert_eq!(unit.invitations().pending_by(&[id(), key.id]).await.unwrap(), [by_key]);
    assert_eq!(unit.invitations().pending_by(&[]).await.unwrap(), []);
    unit.commit().await.unwrap();
}
