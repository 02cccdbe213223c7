//! A sweep removes expired rows and nothing else.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Session, SessionState};
use plinth_ports::{IdempotencyClaim, IdempotencyKey, JournalFilter, SessionTokens, StoredReply};

use crate::{
    Stores, api_keys,
    fixture::{at, entry, id, named, project, token},
    harness::{client, session, tokens},
    invitations::invitation,
    walk::all,
};

pub async fn expired_sessions_are_removed_and_the_others_are_kept(stores: &Stores) {
    let tenant = stores.tenant().await;
    let mut refreshes = Vec::new();
    for expires_at in [at(10), at(20), at(20) + chrono::Duration::microseconds(1)] {
        let session = Session { expires_at, ..session(&tenant.membership) };
        let tokens = tokens();
        refreshes.push(named(tenant.id(), tokens.refresh));
        let mut unit = stores.across().await;
        unit.insert_session(&session, &tokens, &client()).await.unwrap();
        unit.commit().await.unwrap();
    }
    assert_eq!(stores.system.sweep(at(20)).await.unwrap(), 2);
    assert_eq!(stores.system.sweep(at(20)).await.unwrap(), 0);
    let mut unit = stores.across().await;
    for (refresh, stays) in refreshes.iter().zip([false, false, true]) {
        assert_eq!(unit.lock_session(refresh).await.unwrap().is_some(), stays);
    }
}

pub async fn a_rotated_session_is_removed_with_its_access_token_and_its_chain_is_known(
    stores: &Stores,
) {
    let tenant = stores.tenant().await;
    let (old, young) = (tokens(), tokens());
    let young = SessionTokens { root: old.root, ..young };
    let access_ends = |seconds| Session {
        family: id(),
        access_expires_at: at(seconds),
        ..session(&tenant.membership)
    };
    let rotated = |session| Session { state: SessionState::Rotated { at: at(1) }, ..session };
    let (live, early, late) = (access_ends(10), access_ends(10), access_ends(11));
    let (late_tokens, here) = (tokens(), |hash| named(tenant.id(), hash));
    let mut unit = stores.across().await;
    unit.insert_session(&rotated(early), &old, &client()).await.unwrap();
    unit.insert_session(&rotated(late), &late_tokens, &client()).await.unwrap();
    unit.insert_session(&live, &young, &client()).await.unwrap();
    unit.commit().await.unwrap();

    assert_eq!(stores.system.sweep(at(10)).await.unwrap(), 1);
    let mut unit = stores.across().await;
    assert_eq!(unit.lock_session(&here(old.refresh)).await.unwrap(), None);
    assert!(unit.lock_session(&here(late_tokens.refresh)).await.unwrap().is_some());
    assert_eq!(unit.live_session(&here(old.root)).await.unwrap(), Some(live));
    assert_eq!(unit.live_session(&here(late_tokens.root)).await.unwrap(), None, "it was rotated");
}

pub async fn expired_replies_are_removed_in_every_organization_and_the_others_are_kept(
    stores: &Stores,
) {
    const OPERATION: &str = "project.create";
    let tenants = [stores.tenant().await, stores.tenant().await];
    let key = |text: &str| IdempotencyKey { key: text.to_owned(), fingerprint: [7; 32] };
    let reply = StoredReply { status: 204, etag: None, location: None, body: Vec::new() };
    for tenant in &tenants {
        let written = stores.write(tenant, async |unit| {
            unit.idempotency().complete(OPERATION, &key("old"), &reply, at(10)).await?;
            unit.idempotency().complete(OPERATION, &key("young"), &reply, at(30)).await
        });
        written.await.unwrap();
    }
    assert_eq!(stores.system.sweep(at(20)).await.unwrap(), 2);
    for tenant in &tenants {
        let mut unit = stores.begin(tenant).await;
        // At this time both would still be valid.
        let old = unit.idempotency().claim(OPERATION, &key("old"), at(0)).await.unwrap();
        assert_eq!(old, IdempotencyClaim::Fresh);
        let young = unit.idempotency().claim(OPERATION, &key("young"), at(0)).await.unwrap();
        assert!(matches!(young, IdempotencyClaim::Done { .. }));
    }
}

pub async fn business_records_are_kept_by_every_sweep(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (project, key, invitation) = (project("P-1"), api_keys::key(&tenant), invitation(&tenant));
    let written = stores.write(&tenant, async |unit| {
        unit.projects().insert(&project).await?;
        unit.api_keys().insert(&key, &token()).await?;
        unit.invitations().insert(&invitation, &token()).await?;
        unit.journal().append(&entry(at(0), "project.created")).await
    });
    written.await.unwrap();
    stores.system.sweep(at(400 * 86_400)).await.unwrap();
    let mut view = stores.read(&tenant).await;
    assert!(view.projects().find(project.id).await.unwrap().is_some());
    assert!(view.api_keys().find(key.id).await.unwrap().is_some());
    assert!(view.invitations().find(invitation.id).await.unwrap().is_some());
    let journal = view.journal().list(&JournalFilter::default(), &all()).await.unwrap();
    assert_eq!(journal.items.len(), 1);
}
