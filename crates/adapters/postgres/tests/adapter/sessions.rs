use chrono::Days;
use plinth_domain::{Membership, Revision, Session, SessionState, Timestamp};
use plinth_ports::{SessionClient, SessionTokens, SystemStore, TokenHash, TokenKey};
use plinth_postgres::PgStore;
use sqlx::{AssertSqlSafe, Executor};

use crate::support::{World, id, now};

const TOKENS: SessionTokens = SessionTokens { access: [1; 32], refresh: [2; 32], root: [3; 32] };

/// Stores a session whose access token ends at `start`.
async fn stored(store: &PgStore, membership: &Membership, start: Timestamp) -> Session {
    let session = Session {
        id: id(),
        family: id(),
        organization: membership.organization,
        user: membership.user,
        access_expires_at: start,
        expires_at: start + Days::new(30),
        rotated_from: None,
        proved_at: None,
        connection: None,
        state: SessionState::Rotated { at: start },
        revision: Revision::first(start),
    };
    let mut unit = SystemStore::begin(store).await.unwrap();
    unit.insert_session(&session, &TOKENS, &SessionClient::default()).await.unwrap();
    unit.commit().await.unwrap();
    session
}

/// What a token of an earlier version is looked up by.
fn nameless(hash: TokenHash) -> TokenKey {
    TokenKey { organization: None, hash }
}

/// A refresh token of an earlier version has no root by which a replay could be detected.
#[tokio::test]
async fn a_rotated_session_without_a_root_stays_until_it_expires() {
    let world = World::new().await;
    let (membership, start) = (world.tenant().await.membership, now());
    let session = stored(&world.store, &membership, start).await;
    let earlier = "UPDATE sessions SET root_hash = NULL, names_organization = false";
    world.admin().await.execute(earlier).await.unwrap();

    assert_eq!(world.store.sweep(start + Days::new(1)).await.unwrap(), 0);
    let mut unit = SystemStore::begin(&world.store).await.unwrap();
    assert_eq!(unit.lock_session(&nameless(TOKENS.refresh)).await.unwrap(), Some(session));
    assert_eq!(unit.live_session(&nameless(TOKENS.root)).await.unwrap(), None);
    unit.commit().await.unwrap();
    assert_eq!(world.store.sweep(start + Days::new(30)).await.unwrap(), 1);
}

/// Tokens of earlier versions do not name their organization. They are found without it, and also with
/// it, once it is known.
#[tokio::test]
async fn tokens_of_earlier_versions_are_found_until_they_end() {
    let world = World::new().await;
    let membership = world.tenant().await.membership;
    let session = stored(&world.store, &membership, now()).await;
    let (secret, place, user) = ([4; 32], session.organization, session.user);
    let earlier = format!(
        "UPDATE sessions SET names_organization = false;
        INSERT INTO api_keys (organization_id, created_by, secret_hash, name, prefix, last_four, role)
        VALUES ('{place}', '{user}', decode(repeat('04', 32), 'hex'), 'K', 'plk_', 'wxyz', 'viewer');
        INSERT INTO invitations (organization_id, invited_by, token_hash, email, role, expires_at)
        VALUES ('{place}', '{user}', decode(repeat('04', 32), 'hex'), 'a@b.example', 'viewer', now())"
    );
    world.admin().await.execute(AssertSqlSafe(earlier)).await.unwrap();
    for organization in [None, Some(place)] {
        let key = |hash| TokenKey { organization, hash };
        let mut unit = SystemStore::begin(&world.store).await.unwrap();
        let found = world.store.find_session(&key(TOKENS.access)).await.unwrap();
        assert_eq!(found.map(|found| found.credential), Some(session));
        assert!(world.store.find_api_key(&key(secret)).await.unwrap().is_some());
        assert!(unit.lock_user_of_session(&key(TOKENS.refresh)).await.unwrap().is_some());
        assert_eq!(unit.lock_session(&key(TOKENS.refresh)).await.unwrap(), Some(session));
        assert!(unit.lock_invitation(&key(secret)).await.unwrap().is_some());
    }
}

/// The chain of a token of an earlier version goes on with tokens that name the organization.
#[tokio::test]
async fn the_chain_of_an_earlier_token_is_known_by_its_root_alone() {
    let world = World::new().await;
    let membership = world.tenant().await.membership;
    let session = stored(&world.store, &membership, now()).await;
    world.admin().await.execute("UPDATE sessions SET rotated_at = NULL").await.unwrap();
    let mut unit = SystemStore::begin(&world.store).await.unwrap();
    let found = unit.live_session(&nameless(TOKENS.root)).await.unwrap();
    assert_eq!(found.map(|found| found.id), Some(session.id));
}
