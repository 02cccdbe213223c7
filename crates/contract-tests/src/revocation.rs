//! A unit that locks the user first sees every session that another one has opened.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::time::Duration;

use plinth_domain::{Membership, Role, Session, SessionState, UserId};
use plinth_ports::{SessionTokens, SystemUnit};

use crate::{
    Stores,
    fixture::{at, named},
    harness::{client, session, tokens},
};

/// Takes the locks of a unit that opens, rotates or revokes sessions.
async fn lock(unit: &mut dyn SystemUnit, user: UserId) {
    unit.lock_user(user).await.unwrap().unwrap();
    unit.lock_affiliations(user).await.unwrap();
}

/// Rotates a session while other units run. Returns the tokens of the new session, unless the old
/// one has been revoked or the membership has gone.
async fn rotate(
    stores: &Stores,
    membership: Membership,
    old: SessionTokens,
) -> tokio::task::JoinHandle<Option<SessionTokens>> {
    let (system, locked) = (stores.system.clone(), tokio::sync::oneshot::channel());
    let refresh = named(membership.organization, old.refresh);
    let rotation = tokio::spawn(async move {
        let mut unit = system.begin().await.unwrap();
        unit.lock_user_of_session(&refresh).await.unwrap();
        let places = unit.lock_affiliations(membership.user).await.unwrap();
        let found = unit.lock_session(&refresh).await.unwrap();
        // The other unit may begin, and has time to reach the rows that are locked here.
        let _ = locked.0.send(());
        tokio::time::sleep(Duration::from_millis(50)).await;
        let found =
            found.filter(|found| found.state == SessionState::Live && !places.is_empty())?;
        let (young, tokens) = (Session { family: found.family, ..session(&membership) }, tokens());
        unit.insert_session(&young, &tokens, &client()).await.unwrap();
        let state = SessionState::Rotated { at: at(60) };
        let rotated = Session { state, revision: found.revision.next(at(60)), ..found };
        unit.update_session(&rotated).await.unwrap();
        unit.commit().await.unwrap();
        Some(tokens)
    });
    locked.1.await.unwrap();
    rotation
}

pub async fn no_session_survives_a_revocation_beside_it(stores: &Stores) {
    for whole_account in [false, true] {
        let tenant = stores.tenant().await;
        let (old, tokens) = (session(&tenant.membership), tokens());
        let mut unit = stores.across().await;
        unit.insert_session(&old, &tokens, &client()).await.unwrap();
        unit.commit().await.unwrap();

        let rotation = rotate(stores, tenant.membership, tokens).await;
        let mut unit = stores.across().await;
        lock(&mut *unit, old.user).await;
        if whole_account {
            unit.revoke_sessions(old.user, at(61)).await.unwrap();
        } else {
            unit.revoke_family(old.user, old.family, at(61)).await.unwrap();
        }
        unit.commit().await.unwrap();

        let young = rotation.await.unwrap().unwrap();
        let revoked = SessionState::Revoked { at: at(61) };
        let mut unit = stores.across().await;
        for refresh in [tokens.refresh, young.refresh].map(|hash| named(tenant.id(), hash)) {
            assert_eq!(unit.lock_session(&refresh).await.unwrap().unwrap().state, revoked);
        }
    }
}

pub async fn a_removed_member_keeps_no_session_that_was_opened_beside_the_removal(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (_, member) = stores.member(&tenant, Role::Member).await;
    let (_, tokens) = stored(stores, &member).await;
    let rotation = rotate(stores, member, tokens).await;
    stores.write(&tenant, async |unit| unit.members().remove(&member).await).await.unwrap();
    let young = rotation.await.unwrap().unwrap();
    let mut unit = stores.across().await;
    for refresh in [tokens.refresh, young.refresh].map(|hash| named(tenant.id(), hash)) {
        assert_eq!(unit.lock_session(&refresh).await.unwrap(), None);
    }
}

pub async fn a_session_that_is_opened_beside_a_removal_waits_for_no_lock_in_a_circle(
    stores: &Stores,
) {
    for _ in 0..10 {
        let tenant = stores.tenant().await;
        let (_, member) = stores.member(&tenant, Role::Member).await;
        let (_, tokens) = stored(stores, &member).await;
        let removal = async {
            stores.write(&tenant, async |unit| unit.members().remove(&member).await).await
        };
        let (rotation, removed) = tokio::join!(rotate(stores, member, tokens), removal);
        removed.unwrap();
        if let Some(young) = rotation.await.unwrap() {
            let refresh = named(tenant.id(), young.refresh);
            assert_eq!(stores.across().await.lock_session(&refresh).await.unwrap(), None);
        }
    }
}

async fn stored(stores: &Stores, member: &Membership) -> (Session, SessionTokens) {
    let (session, tokens) = (session(member), tokens());
    let mut unit = stores.across().await;
    unit.insert_session(&session, &tokens, &client()).await.unwrap();
    unit.commit().await.unwrap();
    (session, tokens)
}
