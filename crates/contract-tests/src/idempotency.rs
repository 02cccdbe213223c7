//! A key has one effect and one reply.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::time::Duration;

use futures::future::join_all;
use plinth_domain::{Access, Permission, TenantScope};
use plinth_ports::{
    IdempotencyClaim, IdempotencyKey, ProjectFilter, Store, StoreError, StoredReply, UnitOfWork,
};

use crate::{
    Stores, api_keys,
    fixture::{at, project},
    harness::Tenant,
    walk::all,
};

const OPERATION: &str = "project.create";

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey { key: text.to_owned(), fingerprint: [7; 32] }
}

fn reply() -> StoredReply {
    StoredReply {
        status: 201,
        etag: Some("\"1\"".to_owned()),
        location: Some("/api/v1/projects/1".to_owned()),
        body: b"{\"name\":\"Gr\xc3\xbc\xc3\x9fe\"}".to_vec(),
    }
}

/// Claims a key at this second, in a unit of work that is then dropped.
async fn claim(
    store: &dyn Store,
    scope: TenantScope,
    operation: &'static str,
    key: &IdempotencyKey,
    second: i64,
) -> IdempotencyClaim {
    let mut unit = store.begin_once(scope, operation, key).await.unwrap();
    unit.idempotency().claim(operation, key, at(second)).await.unwrap()
}

/// Claims a key as [`claim`] does, once a unit of work that was just dropped has released it.
async fn claim_when_free(
    stores: &Stores,
    tenant: &Tenant,
    key: &IdempotencyKey,
) -> IdempotencyClaim {
    for _ in 0..500 {
        let claim = claim(stores.store.as_ref(), tenant.scope(), OPERATION, key, 0).await;
        if claim != IdempotencyClaim::Running {
            return claim;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    IdempotencyClaim::Running
}

/// Claims a key, stores the reply, and commits.
async fn complete(stores: &Stores, tenant: &Tenant, key: &IdempotencyKey, reply: &StoredReply) {
    let written = stores.write(tenant, async |unit| {
        let claim = unit.idempotency().claim(OPERATION, key, at(0)).await?;
        assert_eq!(claim, IdempotencyClaim::Fresh);
        unit.idempotency().complete(OPERATION, key, reply, at(100)).await
    });
    written.await.unwrap();
}

/// Opens a unit of work in either way: both lock the same.
async fn begin(
    stores: &Stores,
    tenant: &Tenant,
    key: &IdempotencyKey,
    once: bool,
) -> Box<dyn UnitOfWork> {
    if once {
        return stores.store.begin_once(tenant.scope(), OPERATION, key).await.unwrap();
    }
    stores.begin(tenant).await
}

/// Asserts that no other unit of work can use a key as long as one that was begun in this way has
/// claimed it.
async fn is_locked(
    stores: &Stores,
    tenant: &Tenant,
    key: &IdempotencyKey,
    [ours, theirs]: [bool; 2],
) {
    let mut holder = begin(stores, tenant, key, ours).await;
    let first = holder.idempotency().claim(OPERATION, key, at(0)).await.unwrap();
    assert_eq!(first, IdempotencyClaim::Fresh, "{key:?}");
    let rival = async {
        let mut unit = begin(stores, tenant, key, theirs).await;
        unit.idempotency().claim(OPERATION, key, at(0)).await.unwrap()
    };
    if stores.in_turns() {
        tokio::time::timeout(Duration::from_millis(20), rival).await.unwrap_err();
    } else {
        assert_eq!(rival.await, IdempotencyClaim::Running, "{key:?}: {ours} {theirs}");
    }
    holder.rollback().await;
}

pub async fn a_key_of_any_characters_is_locked_and_found(stores: &Stores) {
    let tenant = stores.tenant().await;
    for text in ["'); SELECT 1; --", "\\x27 \\' \\\\ $1 :a", "a b", "~!@#%^&*()"] {
        let key = key(text);
        for once in [[true, true], [true, false], [false, true], [false, false]] {
            is_locked(stores, &tenant, &key, once).await;
        }
        complete(stores, &tenant, &key, &reply()).await;
        let again = claim(stores.store.as_ref(), tenant.scope(), OPERATION, &key, 0).await;
        assert!(matches!(again, IdempotencyClaim::Done { .. }), "{text}");
    }
}

pub async fn a_completed_key_returns_the_stored_reply(stores: &Stores) {
    let tenant = stores.tenant().await;
    let empty = StoredReply { status: 204, etag: None, location: None, body: Vec::new() };
    for (text, reply) in [("with-body", reply()), ("!~without#", empty)] {
        complete(stores, &tenant, &key(text), &reply).await;
        // The application refuses another body with the same key.
        let other = IdempotencyKey { fingerprint: [8; 32], ..key(text) };
        let claim = claim(stores.store.as_ref(), tenant.scope(), OPERATION, &other, 99).await;
        let done = IdempotencyClaim::Done { fingerprint: [7; 32], reply, expires_at: at(100) };
        assert_eq!(claim, done);
    }
}

pub async fn a_dropped_claim_is_fresh_again(stores: &Stores) {
    let (tenant, key) = (stores.tenant().await, key("k"));
    for _ in 0..3 {
        let claim = claim_when_free(stores, &tenant, &key).await;
        assert_eq!(claim, IdempotencyClaim::Fresh);
    }
}

pub async fn a_reply_of_a_dropped_unit_is_not_stored(stores: &Stores) {
    let (tenant, key) = (stores.tenant().await, key("k"));
    let mut unit = stores.begin(&tenant).await;
    unit.idempotency().claim(OPERATION, &key, at(0)).await.unwrap();
    unit.idempotency().complete(OPERATION, &key, &reply(), at(100)).await.unwrap();
    drop(unit);
    assert_eq!(claim_when_free(stores, &tenant, &key).await, IdempotencyClaim::Fresh);
}

pub async fn an_expired_reply_is_unknown_and_can_be_replaced(stores: &Stores) {
    let (tenant, key) = (stores.tenant().await, key("k"));
    complete(stores, &tenant, &key, &reply()).await;
    let second = StoredReply { status: 200, ..reply() };
    let written = stores.write(&tenant, async |unit| {
        let claim = unit.idempotency().claim(OPERATION, &key, at(101)).await?;
        assert_eq!(claim, IdempotencyClaim::Fresh);
        unit.idempotency().complete(OPERATION, &key, &second, at(200)).await
    });
    written.await.unwrap();
    let claim = claim(stores.store.as_ref(), tenant.scope(), OPERATION, &key, 150).await;
    assert!(matches!(claim, IdempotencyClaim::Done { reply, .. } if reply == second));
}

pub async fn a_key_is_distinguished_by_organization_principal_and_operation(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (_, colleague) = stores.member(&tenant, plinth_domain::Role::Admin).await;
    let machine = Access::of_api_key(&api_keys::key(&tenant), &tenant.membership, at(0)).unwrap();
    let key = key("k");
    complete(stores, &tenant, &key, &reply()).await;
    let store = stores.store.as_ref();
    for scope in [
        other.scope(),
        Access::of_member(&colleague).require(Permission::OrganizationRead).unwrap(),
        machine.require(Permission::OrganizationRead).unwrap(),
    ] {
        assert_eq!(claim(store, scope, OPERATION, &key, 1).await, IdempotencyClaim::Fresh);
    }
    let operation = claim(store, tenant.scope(), "member.invite", &key, 1).await;
    assert_eq!(operation, IdempotencyClaim::Fresh);
    let case = claim(store, tenant.scope(), OPERATION, &self::key("K"), 1).await;
    assert_eq!(case, IdempotencyClaim::Fresh);
    // A user keeps the key when the role changes.
    let same = claim(store, tenant.scope(), OPERATION, &key, 1).await;
    assert!(matches!(same, IdempotencyClaim::Done { .. }));
}

pub async fn of_many_claims_at_once_exactly_one_is_fresh(stores: &Stores) {
    let tenant = stores.tenant().await;
    let claims = (0..6).map(|n| {
        let (store, scope) = (stores.store.clone(), tenant.scope());
        tokio::spawn(async move {
            // Both ways to begin exclude each other.
            let mut unit = match n % 2 {
                0 => store.begin(scope).await.unwrap(),
                _ => store.begin_once(scope, OPERATION, &key("k")).await.unwrap(),
            };
            let claim = unit.idempotency().claim(OPERATION, &key("k"), at(0)).await.unwrap();
            if claim == IdempotencyClaim::Fresh {
                // Gives the others time to claim before the commit.
                tokio::time::sleep(Duration::from_millis(50)).await;
                unit.projects().insert(&project(&format!("P-{n}"))).await.unwrap();
                let (key, reply) = (key("k"), reply());
                unit.idempotency().complete(OPERATION, &key, &reply, at(100)).await.unwrap();
                unit.commit().await.unwrap();
            }
            claim
        })
    });
    let claims: Vec<_> = join_all(claims).await.into_iter().map(Result::unwrap).collect();
    let fresh = claims.iter().filter(|claim| **claim == IdempotencyClaim::Fresh).count();
    assert_eq!(fresh, 1, "{claims:?}");
    let mut view = stores.read(&tenant).await;
    let page = view.projects().list(&ProjectFilter::default(), &all()).await.unwrap();
    assert_eq!(page.items.len(), 1);
}

pub async fn a_reply_after_a_concurrent_one_is_refused(stores: &Stores) {
    let (tenant, key) = (stores.tenant().await, key("k"));
    complete(stores, &tenant, &key, &reply()).await;
    let late = stores.write(&tenant, async |unit| {
        unit.idempotency().complete(OPERATION, &key, &reply(), at(100)).await
    });
    match late.await {
        Err(StoreError::Conflict { constraint }) => {
            assert!(constraint.starts_with("idempotency_keys_") && constraint.ends_with("_key"));
        }
        other => panic!("no conflict: {other:?}"),
    }
}
