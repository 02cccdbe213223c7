use chrono::Days;
use plinth_domain::{AddressBlock, Revision, Session, SessionState};
use plinth_ports::{SessionTokens, SystemStore};
use sqlx::Executor;

use crate::support::{World, id, now};

/// A refresh token of an earlier version has no root by which a replay could be detected.
#[tokio::test]
async fn a_rotated_session_without_a_root_stays_until_it_expires() {
    let world = World::new().await;
    let membership = world.tenant().await.membership;
    let start = now();
    let session = Session {
        id: id(),
        family: id(),
        organization: membership.organization,
        user: membership.user,
        access_expires_at: start,
        expires_at: start + Days::new(30),
        rotated_from: None,
        state: SessionState::Rotated { at: start },
        revision: Revision::first(start),
    };
    let tokens = SessionTokens { access: [1; 32], refresh: [2; 32], root: [3; 32] };
    let mut unit = SystemStore::begin(&world.store).await.unwrap();
    unit.insert_session(&session, &tokens, AddressBlock::of(None)).await.unwrap();
    unit.commit().await.unwrap();
    world.admin().await.execute("UPDATE sessions SET root_hash = NULL").await.unwrap();

    assert_eq!(world.store.sweep(start + Days::new(1)).await.unwrap(), 0);
    let mut unit = SystemStore::begin(&world.store).await.unwrap();
    assert_eq!(unit.lock_session(&tokens.refresh).await.unwrap(), Some(session));
    assert_eq!(unit.live_session(&tokens.root).await.unwrap(), None);
    unit.commit().await.unwrap();
    assert_eq!(world.store.sweep(start + Days::new(30)).await.unwrap(), 1);
}
