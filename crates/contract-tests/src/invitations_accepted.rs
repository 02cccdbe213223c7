//! An invitation can be accepted once.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::time::Duration;

use futures::future::join_all;
use plinth_domain::{InvitationState, Membership, Revision};
use plinth_ports::JournalFilter;

use crate::{
    Stores,
    fixture::{at, entry, id, token, user},
    harness::{password, session},
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
    assert_eq!(unit.lock_invitation(&secret).await.unwrap(), Some(new));
    assert_eq!(unit.lock_invitation(&token()).await.unwrap(), None);
}

pub async fn a_newcomer_accepts_and_is_a_member_with_a_session(stores: &Stores) {
    let (tenant, secret) = (stores.tenant().await, token());
    let new = invitation(&tenant);
    let written =
        stores.write(&tenant, async |unit| unit.invitations().insert(&new, &secret).await);
    written.await.unwrap();

    let mut newcomer = user();
    newcomer.email = new.email.clone();
    let access = token();
    let mut unit = stores.across().await;
    let locked = unit.lock_invitation(&secret).await.unwrap().unwrap();
    let accepted = locked.accept(at(5)).unwrap();
    let membership = Membership {
        role: accepted.role,
        revision: Revision::first(at(5)),
        ..Membership::found(id(), accepted.organization, newcomer.id, at(5))
    };
    unit.insert_user(&newcomer, &password()).await.unwrap();
    unit.insert_membership(&membership).await.unwrap();
    unit.update_invitation(&accepted).await.unwrap();
    unit.insert_session(&session(&membership), &access, &token()).await.unwrap();
    unit.append(tenant.id(), &entry(at(5), "invitation.accepted")).await.unwrap();
    unit.commit().await.unwrap();

    let admission = stores.system.find_session(&access).await.unwrap().unwrap();
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
        let system = stores.system.clone();
        tokio::spawn(async move {
            let newcomer = user();
            let mut unit = system.begin().await.unwrap();
            let locked = unit.lock_invitation(&secret).await.unwrap().unwrap();
            // Gives the other unit time to read, unless a lock blocks it.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let Ok(accepted) = locked.accept(at(5)) else { return false };
            let place = Membership::found(id(), accepted.organization, newcomer.id, at(5));
            unit.insert_user(&newcomer, &password()).await.unwrap();
            unit.insert_membership(&place).await.unwrap();
            unit.update_invitation(&accepted).await.unwrap();
            unit.commit().await.is_ok()
        })
    });
    let accepted: Vec<bool> = join_all(attempts).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(accepted.iter().filter(|accepted| **accepted).count(), 1);
    let mut view = stores.read(&tenant).await;
    assert_eq!(view.members().list(None, &all()).await.unwrap().items.len(), 2);
    let found = view.invitations().find(new.id).await.unwrap().unwrap();
    assert_eq!(found.state, InvitationState::Accepted { at: at(5) });
}
