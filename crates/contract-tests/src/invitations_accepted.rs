//! An invitation can be accepted once.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::time::Duration;

use futures::future::join_all;
use plinth_domain::{Access, ApiKey, Invitation, InvitationState, Membership, Revision, Role};
use plinth_ports::{Inviter, JournalFilter, Member, OneOf};

use crate::{
    Stores, api_keys,
    fixture::{at, entry, id, named, token, user},
    harness::{client, password, session, tokens},
    invitations::invitation,
    walk::all,
};

pub async fn an_invitation_is_locked_by_its_token_alone(stores: &Stores) {
    let (tenant, secret) = (stores.tenant().await, token());
    let new = invitation(&tenant);
    let written =
        stores.write(&tenant, async |unit| unit.invitations().insert(&new, &secret).await);
    written.await.unwrap();
    let mut unit = stores.across().await;
    assert_eq!(unit.lock_invitation(&named(tenant.id(), secret)).await.unwrap(), Some(new));
    assert_eq!(unit.lock_invitation(&named(tenant.id(), token())).await.unwrap(), None);
}

pub async fn a_newcomer_accepts_and_is_a_member_with_a_session(stores: &Stores) {
    let (tenant, secret) = (stores.tenant().await, token());
    let new = invitation(&tenant);
    let written =
        stores.write(&tenant, async |unit| unit.invitations().insert(&new, &secret).await);
    written.await.unwrap();

    let mut newcomer = user();
    newcomer.email = new.email.clone();
    let tokens = tokens();
    let mut unit = stores.across().await;
    let locked = unit.lock_invitation(&named(tenant.id(), secret)).await.unwrap().unwrap();
    let accepted = locked.accept(at(5)).unwrap();
    let membership = Membership {
        role: Role::Member.into(),
        revision: Revision::first(at(5)),
        ..Membership::found(id(), accepted.organization, newcomer.id, at(5))
    };
    unit.insert_user(&newcomer, Some(&password())).await.unwrap();
    unit.insert_membership(&Member::of(membership, &newcomer)).await.unwrap();
    unit.update_invitation(&accepted).await.unwrap();
    unit.insert_session(&session(&membership), &tokens, &client()).await.unwrap();
    unit.append(tenant.id(), &entry(at(5), "invitation.accepted")).await.unwrap();
    unit.commit().await.unwrap();

    let admission =
        stores.system.find_session(&named(tenant.id(), tokens.access)).await.unwrap().unwrap();
    assert_eq!(admission.membership, membership);
    let mut view = stores.read(&tenant).await;
    let member = view.members().find(newcomer.id).await.unwrap().unwrap();
    assert_eq!((member.membership, member.email), (membership, newcomer.email));
    let found = view.invitations().find(new.id).await.unwrap();
    assert_eq!(found, Some(accepted));
    let journal = view.journal().list(&JournalFilter::default(), &all()).await.unwrap();
    assert_eq!(journal.items.len(), 1);
}

pub async fn of_two_concurrent_acceptances_exactly_one_succeeds(stores: &Stores) {
    let (tenant, secret) = (stores.tenant().await, token());
    let new = invitation(&tenant);
    let written =
        stores.write(&tenant, async |unit| unit.invitations().insert(&new, &secret).await);
    written.await.unwrap();
    let attempts = (0..2).map(|_| {
        let (system, key) = (stores.system.clone(), named(tenant.id(), secret));
        tokio::spawn(async move {
            let newcomer = user();
            let mut unit = system.begin().await.unwrap();
            let locked = unit.lock_invitation(&key).await.unwrap().unwrap();
            // Gives the other unit time to read, unless a lock blocks it.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let Ok(accepted) = locked.accept(at(5)) else { return false };
            let place = Membership::found(id(), accepted.organization, newcomer.id, at(5));
            unit.insert_user(&newcomer, Some(&password())).await.unwrap();
            unit.insert_membership(&Member::of(place, &newcomer)).await.unwrap();
            unit.update_invitation(&accepted).await.unwrap();
            unit.commit().await.is_ok()
        })
    });
    let accepted: Vec<bool> = join_all(attempts).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(accepted.iter().filter(|accepted| **accepted).count(), 1);
    let mut view = stores.read(&tenant).await;
    assert_eq!(view.members().list(&OneOf::default(), &all()).await.unwrap().items.len(), 2);
    let found = view.invitations().find(new.id).await.unwrap().unwrap();
    assert_eq!(found.state, InvitationState::Accepted { at: at(5) });
}

pub async fn the_inviter_is_found_as_they_are_now(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (admin, membership) = stores.member(&tenant, Role::Admin).await;
    let key = ApiKey { created_by: admin.id, ..api_keys::key(&tenant) };
    let written = stores.write(&tenant, async |unit| unit.api_keys().insert(&key, &token()).await);
    written.await.unwrap();
    let in_person = Invitation { invited_by: admin.id, ..invitation(&tenant) };
    let by_key = Invitation { api_key: Some(key.id), ..in_person.clone() };
    let find = async |invitation| stores.across().await.find_inviter(invitation).await.unwrap();
    assert_eq!(find(&in_person).await, Some(Inviter { membership, key: None }));
    assert_eq!(find(&by_key).await, Some(Inviter { membership, key: Some(key.clone()) }));

    let by = Access::of_member(&tenant.membership);
    let demoted = by.change_role(membership, Role::Viewer.into(), 1, at(3)).unwrap();
    let revoked = key.revoke(at(3)).unwrap();
    let written = stores.write(&tenant, async |unit| {
        unit.members().update(&demoted).await?;
        unit.api_keys().update(&revoked).await
    });
    written.await.unwrap();
    let now = Inviter { membership: demoted, key: Some(revoked) };
    assert_eq!(find(&by_key).await, Some(now));

    stores.write(&tenant, async |unit| unit.members().remove(&demoted).await).await.unwrap();
    assert_eq!(find(&in_person).await, None);
    assert_eq!(find(&by_key).await, None);
}
