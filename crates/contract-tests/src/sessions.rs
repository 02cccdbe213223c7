//! A credential is found while its user and the membership are active.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    AddressBlock, Membership, OrganizationStatus, Revision, Role, Session, SessionState, User,
    UserAgent, UserStatus,
};
use plinth_ports::{Admission, ClientSession, SessionClient, TokenHash, TokenKey};

use crate::{
    Stores, api_keys,
    fixture::{at, id, named, organization, token, user},
    harness::{Tenant, client, session, tokens},
    invitations::invitation,
};

/// An organization whose owner is disabled.
async fn shut_out(stores: &Stores) -> Tenant {
    let disabled = User { status: UserStatus::Disabled, ..user() };
    stores.founded(organization(), disabled).await
}

/// The admission of a credential whose user has no second factor, and needs none.
fn admission<C>(credential: C, membership: Membership) -> Admission<C> {
    Admission {
        credential,
        membership,
        has_factor: false,
        requires_factor: false,
        is_suspended: false,
    }
}

pub async fn a_session_is_found_by_its_access_token_alone(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (session, access, refresh) = stores.session(&tenant.membership).await;
    let admission = admission(session, tenant.membership);
    assert_eq!(stores.system.find_session(&access).await.unwrap(), Some(admission));
    assert_eq!(stores.system.find_session(&refresh).await.unwrap(), None);
    assert_eq!(stores.system.find_session(&named(tenant.id(), token())).await.unwrap(), None);
    assert_eq!(stores.system.find_api_key(&access).await.unwrap(), None);
}

/// The organization is only where the row is looked for: a token that names another one, or none, finds
/// nothing.
pub async fn a_token_is_found_in_the_organization_that_it_names_and_nowhere_else(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (_, access, refresh) = stores.session(&tenant.membership).await;
    let (key, new, secret) = (api_keys::key(&tenant), invitation(&tenant), token());
    let written = stores.write(&tenant, async |unit| {
        unit.api_keys().insert(&key, &secret).await?;
        unit.invitations().insert(&new, &secret).await
    });
    written.await.unwrap();
    for organization in [Some(tenant.id()), Some(other.id()), None] {
        let is_here = organization == Some(tenant.id());
        let key = |hash| TokenKey { organization, hash };
        let mut unit = stores.across().await;
        let found = [
            stores.system.find_session(&key(access.hash)).await.unwrap().is_some(),
            stores.system.find_api_key(&key(secret)).await.unwrap().is_some(),
            unit.lock_user_of_session(&key(refresh.hash)).await.unwrap().is_some(),
            unit.lock_session(&key(refresh.hash)).await.unwrap().is_some(),
            unit.lock_invitation(&key(secret)).await.unwrap().is_some(),
        ];
        assert_eq!(found, [is_here; 5], "{organization:?}");
    }
    let elsewhere = (other.id(), access.hash);
    let found = stores.across().await.session_of_access_token(elsewhere.0, &elsewhere.1).await;
    assert_eq!(found.unwrap(), None);
    assert_eq!(stores.system.find_sessions(&[elsewhere]).await.unwrap(), []);
    assert_eq!(stores.system.find_api_keys(&[(other.id(), secret)]).await.unwrap(), []);
}

pub async fn a_session_is_found_in_every_state(stores: &Stores) {
    // The application decides by its own clock whether the session is still valid.
    let tenant = stores.tenant().await;
    for state in [
        SessionState::Live,
        SessionState::Rotated { at: at(1) },
        SessionState::Revoked { at: at(2) },
    ] {
        let (session, access, _) = stores.session(&tenant.membership).await;
        let changed = Session {
            state,
            access_expires_at: session.access_expires_at,
            revision: session.revision.next(at(3)),
            ..session
        };
        let mut unit = stores.across().await;
        unit.update_session(&changed).await.unwrap();
        unit.commit().await.unwrap();
        let found = stores.system.find_session(&access).await.unwrap().unwrap();
        assert_eq!(found.credential, changed);
    }
}

pub async fn an_account_knows_the_clients_that_it_was_used_from(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let from = |n| SessionClient { address: Some([192, 0, 2, n].into()), device: None };
    let block = |n| from(n).block();
    for (membership, client, state) in [
        (&tenant.membership, from(1), SessionState::Live),
        (&tenant.membership, from(2), SessionState::Revoked { at: at(1) }),
        (&tenant.membership, SessionClient::default(), SessionState::Live),
        (&other.membership, from(3), SessionState::Live),
    ] {
        let session = Session { state, ..session(membership) };
        let mut unit = stores.across().await;
        unit.insert_session(&session, &tokens(), &client).await.unwrap();
        unit.commit().await.unwrap();
    }
    let known = async |email, from| stores.system.is_known_client(email, from).await.unwrap();
    let email = &tenant.owner.email;
    for n in [1, 2] {
        assert!(known(email, block(n)).await, "{n}");
    }
    for from in [block(3), block(4), AddressBlock::of(None)] {
        assert!(!known(email, from).await, "{from}");
    }
    assert!(!known(&user().email, block(1)).await);
}

/// Stores a session that was opened by this client.
async fn opened(stores: &Stores, session: &Session, client: &SessionClient) {
    let mut unit = stores.across().await;
    unit.insert_session(session, &tokens(), client).await.unwrap();
    unit.commit().await.unwrap();
}

pub async fn a_device_is_known_by_its_name_and_its_address_block_together(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let client = |n: Option<u8>, device: Option<&str>| SessionClient {
        address: n.map(|n| [192, 0, 2, n].into()),
        device: device.and_then(UserAgent::cleaned),
    };
    let used = [client(Some(1), Some("curl/8")), client(Some(2), None), client(None, Some("x"))];
    for used in &used {
        let state = SessionState::Revoked { at: at(1) };
        opened(stores, &Session { state, ..session(&tenant.membership) }, used).await;
    }
    let knows = async |user, client: &SessionClient| {
        stores.across().await.knows_device(user, client).await.unwrap()
    };
    for used in &used {
        assert!(knows(tenant.owner.id, used).await, "{used:?}");
        assert!(!knows(other.owner.id, used).await, "{used:?}");
    }
    for new in [
        client(Some(1), None),
        client(Some(1), Some("curl/9")),
        client(Some(2), Some("curl/8")),
        client(None, None),
    ] {
        assert!(!knows(tenant.owner.id, &new).await, "{new:?}");
    }
}

pub async fn live_sessions_come_with_their_clients_and_the_newest_first(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let at_time = |seconds, membership: &Membership| Session {
        revision: Revision::first(at(seconds)),
        expires_at: at(100),
        ..session(membership)
    };
    let [old, new, gone] = [1, 3, 2].map(|seconds| at_time(seconds, &tenant.membership));
    for session in [&old, &new] {
        opened(stores, session, &client()).await;
    }
    for state in [SessionState::Rotated { at: at(4) }, SessionState::Revoked { at: at(4) }] {
        opened(stores, &Session { state, id: id(), ..gone }, &client()).await;
    }
    opened(stores, &at_time(5, &other.membership), &client()).await;
    let live = async |now, limit| {
        stores.across().await.live_sessions(tenant.owner.id, at(now), limit).await.unwrap()
    };
    let shown = |session: &Session| ClientSession { session: *session, client: client() };
    assert_eq!(live(99, 9).await, [shown(&new), shown(&old)]);
    assert_eq!(live(99, 1).await, [shown(&new)]);
    assert_eq!(live(100, 9).await, []);
}

pub async fn the_other_families_of_a_user_end_and_one_stays(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (kept, ended) = (session(&tenant.membership), session(&tenant.membership));
    let switched = Session { id: id(), ..kept };
    let foreign = session(&other.membership);
    for session in [&kept, &switched, &ended, &foreign] {
        opened(stores, session, &client()).await;
    }
    let mut unit = stores.across().await;
    unit.revoke_other_families(tenant.owner.id, kept.family, at(9)).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = stores.across().await;
    let live = unit.live_sessions(tenant.owner.id, at(0), 9).await.unwrap();
    let mut live = live.iter().map(|live| live.session.id).collect::<Vec<_>>();
    live.sort();
    let mut stay = [kept.id, switched.id];
    stay.sort();
    assert_eq!(live, stay);
    assert_eq!(unit.live_sessions(other.owner.id, at(0), 9).await.unwrap().len(), 1);
}

pub async fn a_session_of_a_disabled_user_is_not_found(stores: &Stores) {
    let tenant = shut_out(stores).await;
    let (_, access, _) = stores.session(&tenant.membership).await;
    assert_eq!(stores.system.find_session(&access).await.unwrap(), None);
}

pub async fn a_credential_tells_that_its_organization_is_suspended(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (_, access, _) = stores.session(&tenant.membership).await;
    let (key, secret) = (api_keys::key(&tenant), token());
    let written = stores.write(&tenant, async |unit| unit.api_keys().insert(&key, &secret).await);
    written.await.unwrap();
    assert!(!stores.system.find_session(&access).await.unwrap().unwrap().is_suspended);
    let mut suspended = tenant.organization.clone();
    suspended.status = OrganizationStatus::Suspended;
    suspended.revision = suspended.revision.next(at(1));
    let written = stores.write(&tenant, async |unit| unit.organization().update(&suspended).await);
    written.await.unwrap();
    assert!(stores.system.find_session(&access).await.unwrap().unwrap().is_suspended);
    let key = stores.system.find_api_key(&named(tenant.id(), secret)).await.unwrap();
    assert!(key.unwrap().is_suspended);
}

pub async fn an_admission_has_the_current_role(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (_, member) = stores.member(&tenant, Role::Admin).await;
    let (_, access, _) = stores.session(&member).await;
    let demoted =
        Membership { role: Role::Viewer.into(), revision: member.revision.next(at(1)), ..member };
    stores.write(&tenant, async |unit| unit.members().update(&demoted).await).await.unwrap();
    let admission = stores.system.find_session(&access).await.unwrap().unwrap();
    assert_eq!(admission.membership, demoted);
}

pub async fn an_api_key_is_found_with_its_creators_membership(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (key, secret) = (api_keys::key(&tenant), token());
    let written = stores.write(&tenant, async |unit| unit.api_keys().insert(&key, &secret).await);
    written.await.unwrap();
    let admission = admission(key, tenant.membership);
    assert_eq!(
        stores.system.find_api_key(&named(tenant.id(), secret)).await.unwrap(),
        Some(admission)
    );
    assert_eq!(stores.system.find_api_key(&named(tenant.id(), token())).await.unwrap(), None);
    assert_eq!(stores.system.find_session(&named(tenant.id(), secret)).await.unwrap(), None);
}

pub async fn an_api_key_is_not_found_without_its_creators_membership(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (user, membership) = stores.member(&tenant, Role::Admin).await;
    let (mut key, secret) = (api_keys::key(&tenant), token());
    key.created_by = user.id;
    let written = stores.write(&tenant, async |unit| unit.api_keys().insert(&key, &secret).await);
    written.await.unwrap();
    assert!(stores.system.find_api_key(&named(tenant.id(), secret)).await.unwrap().is_some());

    stores.write(&tenant, async |unit| unit.members().remove(&membership).await).await.unwrap();
    assert_eq!(stores.system.find_api_key(&named(tenant.id(), secret)).await.unwrap(), None);
    let kept = stores.read(&tenant).await.api_keys().find(key.id).await.unwrap();
    assert_eq!(kept, Some(key), "the organization still sees whose it was");
}

pub async fn an_api_key_of_a_disabled_user_is_not_found(stores: &Stores) {
    let tenant = shut_out(stores).await;
    let (key, secret) = (api_keys::key(&tenant), token());
    let written = stores.write(&tenant, async |unit| unit.api_keys().insert(&key, &secret).await);
    written.await.unwrap();
    assert_eq!(stores.system.find_api_key(&named(tenant.id(), secret)).await.unwrap(), None);
}

pub async fn a_use_of_an_unknown_api_key_is_not_recorded(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let key = api_keys::key(&theirs);
    let written = stores.write(&theirs, async |unit| unit.api_keys().insert(&key, &token()).await);
    written.await.unwrap();
    stores.system.touch_api_key(ours.id(), key.id, at(1)).await.unwrap();
    stores.system.touch_api_key(id(), id(), at(1)).await.unwrap();
    let kept = stores.read(&theirs).await.api_keys().find(key.id).await.unwrap().unwrap();
    assert_eq!(kept.last_used_at, None);
}

pub async fn many_credentials_are_found_at_once_each_with_its_hash(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (mut sessions, mut keys) = (Vec::new(), Vec::new());
    for n in 0..130 {
        let (session, access, _) = stores.session(&tenant.membership).await;
        sessions.push((access.hash, admission(session, tenant.membership)));
        if n % 2 == 0 {
            let (key, secret) = (api_keys::key(&tenant), token());
            let written =
                stores.write(&tenant, async |unit| unit.api_keys().insert(&key, &secret).await);
            written.await.unwrap();
            keys.push((secret, admission(key, tenant.membership)));
        }
    }
    let hashes = |mut known: Vec<TokenHash>| {
        known.extend([token(), token()]);
        known.into_iter().map(|hash| (tenant.id(), hash)).collect::<Vec<_>>()
    };
    let asked = hashes(sessions.iter().map(|(hash, _)| *hash).collect());
    let mut found = stores.system.find_sessions(&asked).await.unwrap();
    found.sort_by_key(|(hash, _)| *hash);
    sessions.sort_by_key(|(hash, _)| *hash);
    assert_eq!(found, sessions);
    let asked = hashes(keys.iter().map(|(hash, _)| *hash).collect());
    let mut found = stores.system.find_api_keys(&asked).await.unwrap();
    found.sort_by_key(|(hash, _)| *hash);
    keys.sort_by_key(|(hash, _)| *hash);
    assert_eq!(found, keys);
    assert_eq!(stores.system.find_sessions(&[]).await.unwrap(), []);
    assert_eq!(stores.system.find_api_keys(&[(tenant.id(), token())]).await.unwrap(), []);
}
