//! A refresh token is exchanged once; its reuse revokes every session of the same login.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::time::Duration;

use futures::future::join_all;
use plinth_domain::{Role, Session, SessionState};
use plinth_ports::TokenKey;

use crate::{
    Stores,
    fixture::{at, id, named, token},
    harness::{client, session, tokens},
};

pub async fn a_session_is_locked_by_its_refresh_token_alone(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (session, access, refresh) = stores.session(&tenant.membership).await;
    let mut unit = stores.across().await;
    assert_eq!(unit.lock_session(&refresh).await.unwrap(), Some(session));
    assert_eq!(unit.lock_session(&access).await.unwrap(), None);
    assert_eq!(unit.lock_session(&named(tenant.id(), token())).await.unwrap(), None);
}

pub async fn a_rotation_keeps_both_the_old_session_and_the_new_one(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (old, _, refresh) = stores.session(&tenant.membership).await;
    let young =
        Session { family: old.family, rotated_from: Some(old.id), ..session(&tenant.membership) };
    let young_tokens = tokens();
    let rotated = Session {
        state: SessionState::Rotated { at: at(60) },
        revision: old.revision.next(at(60)),
        ..old
    };
    let mut unit = stores.across().await;
    unit.lock_session(&refresh).await.unwrap();
    unit.update_session(&rotated).await.unwrap();
    unit.insert_session(&young, &young_tokens, &client()).await.unwrap();
    unit.commit().await.unwrap();

    let mut unit = stores.across().await;
    assert_eq!(unit.lock_session(&refresh).await.unwrap(), Some(rotated));
    assert_eq!(
        unit.lock_session(&named(tenant.id(), young_tokens.refresh)).await.unwrap(),
        Some(young)
    );
}

pub async fn of_two_concurrent_rotations_the_second_sees_the_first(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (old, _, refresh) = stores.session(&tenant.membership).await;
    let rotations = (0..2).map(|_| {
        let (system, membership) = (stores.system.clone(), tenant.membership);
        tokio::spawn(async move {
            let mut unit = system.begin().await.unwrap();
            let found = unit.lock_session(&refresh).await.unwrap().unwrap();
            // Gives the other unit time to read, unless a lock blocks it.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let fresh = found.state == SessionState::Live;
            if fresh {
                let state = SessionState::Rotated { at: at(60) };
                let rotated = Session { state, revision: found.revision.next(at(60)), ..found };
                let young = Session { family: found.family, ..session(&membership) };
                unit.update_session(&rotated).await.unwrap();
                unit.insert_session(&young, &tokens(), &client()).await.unwrap();
            } else {
                unit.revoke_family(found.user, found.family, at(61)).await.unwrap();
            }
            unit.commit().await.unwrap();
            fresh
        })
    });
    let fresh: Vec<bool> = join_all(rotations).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(fresh.iter().filter(|fresh| **fresh).count(), 1);
    let end = stores.across().await.lock_session(&refresh).await.unwrap().unwrap();
    assert_eq!((end.id, end.state), (old.id, SessionState::Revoked { at: at(61) }));
}

/// The current state of each session.
async fn states(stores: &Stores, refreshes: &[TokenKey]) -> Vec<SessionState> {
    let mut unit = stores.across().await;
    let mut states = Vec::new();
    for refresh in refreshes {
        states.push(unit.lock_session(refresh).await.unwrap().unwrap().state);
    }
    states
}

pub async fn a_family_is_revoked_as_a_whole_and_alone(stores: &Stores) {
    let tenant = stores.tenant().await;
    let family = id();
    let revoked_before = SessionState::Revoked { at: at(1) };
    let mut refreshes = Vec::new();
    for state in [SessionState::Live, SessionState::Rotated { at: at(1) }, revoked_before] {
        let member = Session { family, state, ..session(&tenant.membership) };
        let tokens = tokens();
        refreshes.push(named(member.organization, tokens.refresh));
        let mut unit = stores.across().await;
        unit.insert_session(&member, &tokens, &client()).await.unwrap();
        unit.commit().await.unwrap();
    }
    refreshes.push(stores.session(&tenant.membership).await.2);

    let mut unit = stores.across().await;
    unit.revoke_family(tenant.owner.id, family, at(9)).await.unwrap();
    unit.commit().await.unwrap();

    let revoked = SessionState::Revoked { at: at(9) };
    let expected = [revoked, revoked, revoked_before, SessionState::Live];
    assert_eq!(states(stores, &refreshes).await, expected);
}

pub async fn a_family_is_revoked_in_every_organization_of_its_user(stores: &Stores) {
    let (here, elsewhere) = (stores.tenant().await, stores.tenant().await);
    let there = stores.admit(&elsewhere, &here.owner, Role::Member, at(0)).await;
    let family = id();
    let mut refreshes = Vec::new();
    for membership in [here.membership, there, elsewhere.membership] {
        let (member, tokens) = (Session { family, ..session(&membership) }, tokens());
        refreshes.push(named(member.organization, tokens.refresh));
        let mut unit = stores.across().await;
        unit.insert_session(&member, &tokens, &client()).await.unwrap();
        unit.commit().await.unwrap();
    }
    let mut unit = stores.across().await;
    unit.revoke_family(here.owner.id, family, at(9)).await.unwrap();
    unit.commit().await.unwrap();
    let revoked = SessionState::Revoked { at: at(9) };
    assert_eq!(states(stores, &refreshes).await, [revoked, revoked, SessionState::Live]);
}

pub async fn the_sessions_of_a_user_alone_are_revoked_in_every_organization(stores: &Stores) {
    let (here, elsewhere) = (stores.tenant().await, stores.tenant().await);
    let (_, colleague) = stores.member(&here, Role::Member).await;
    let there = stores.admit(&elsewhere, &here.owner, Role::Member, at(0)).await;
    let mut refreshes = Vec::new();
    for membership in [here.membership, there, colleague] {
        refreshes.push(stores.session(&membership).await.2);
    }
    let mut unit = stores.across().await;
    unit.revoke_sessions(here.owner.id, at(9)).await.unwrap();
    unit.commit().await.unwrap();
    let revoked = SessionState::Revoked { at: at(9) };
    assert_eq!(states(stores, &refreshes).await, [revoked, revoked, SessionState::Live]);
}
