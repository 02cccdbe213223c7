//! API keys stay on record when they are revoked.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{ApiKey, Grant, Permission, PermissionSet, Revision, Role};

use crate::{
    Stores,
    fixture::{at, id, name, token},
    harness::Tenant,
    walk::all,
};

/// A live key of an organization's owner that is not stored yet.
pub(crate) fn key(tenant: &Tenant) -> ApiKey {
    ApiKey {
        id: id(),
        organization: tenant.id(),
        name: name("Nightly import"),
        last_four: "a-_9".to_owned(),
        grant: Grant::Role(Role::Member),
        created_by: tenant.owner.id,
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
        revision: Revision::first(at(0)),
    }
}

pub async fn an_api_key_is_read_with_each_kind_of_permission(stores: &Stores) {
    let tenant = stores.tenant().await;
    let every: PermissionSet = Permission::ALL.iter().copied().collect();
    let mut grants = vec![Grant::Permissions(every), Grant::Permissions(PermissionSet::default())];
    grants.extend(Role::ALL.map(Grant::Role));
    grants
        .extend(Permission::ALL.iter().map(|one| Grant::Permissions([*one].into_iter().collect())));
    for grant in &grants {
        let key = ApiKey { grant: *grant, expires_at: Some(at(77)), ..key(&tenant) };
        let written =
            stores.write(&tenant, async |unit| unit.api_keys().insert(&key, &token()).await);
        written.await.unwrap();
        let found = stores.read(&tenant).await.api_keys().find(key.id).await.unwrap();
        assert_eq!(found, Some(key));
    }
    let page = stores.read(&tenant).await.api_keys().list(&(), &all()).await.unwrap();
    assert_eq!(page.items.len(), grants.len());
}

pub async fn a_revoked_api_key_is_still_listed(stores: &Stores) {
    let tenant = stores.tenant().await;
    let key = key(&tenant);
    let written = stores.write(&tenant, async |unit| unit.api_keys().insert(&key, &token()).await);
    written.await.unwrap();
    let revoked = key.revoke(at(9)).unwrap();
    stores.write(&tenant, async |unit| unit.api_keys().update(&revoked).await).await.unwrap();
    let page = stores.read(&tenant).await.api_keys().list(&(), &all()).await.unwrap();
    assert_eq!(page.items, [revoked]);
}

pub async fn a_use_of_a_key_does_not_change_its_revision(stores: &Stores) {
    // Otherwise each use would make a concurrent revocation stale.
    let tenant = stores.tenant().await;
    let key = key(&tenant);
    let written = stores.write(&tenant, async |unit| unit.api_keys().insert(&key, &token()).await);
    written.await.unwrap();
    stores.system.touch_api_key(tenant.id(), key.id, at(60)).await.unwrap();
    let used = stores.read(&tenant).await.api_keys().find(key.id).await.unwrap();
    assert_eq!(used, Some(ApiKey { last_used_at: Some(at(60)), ..key.clone() }));

    let revoked = key.revoke(at(61)).unwrap();
    stores.write(&tenant, async |unit| unit.api_keys().update(&revoked).await).await.unwrap();
    stores.system.touch_api_key(tenant.id(), id(), at(60)).await.unwrap();
}
