//! API keys stay on record when they are revoked.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::collections::HashSet;

use plinth_domain::{ApiKey, Grant, Permission, PermissionSet, Revision, Role};

use crate::{
    Stores,
    fixture::{at, id, name, token},
    harness::Tenant,
    outcome::assert_conflict,
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
        prompts: None,
        created_by: tenant.owner.id,
        parent: None,
        expires_at: None,
        agent_run: None,
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

pub async fn the_keys_that_descend_from_a_key_are_found_at_every_depth(stores: &Stores) {
    let tenant = stores.tenant().await;
    let root = key(&tenant);
    let child = ApiKey { parent: Some(root.id), ..key(&tenant) };
    let grandchild = ApiKey { parent: Some(child.id), ..key(&tenant) };
    let other = key(&tenant);
    let mut unit = stores.begin(&tenant).await;
    for key in [&root, &child, &grandchild, &other] {
        unit.api_keys().insert(key, &token()).await.unwrap();
    }
    let ids = |keys: Vec<ApiKey>| keys.into_iter().map(|key| key.id).collect::<HashSet<_>>();
    let found = unit.api_keys().descendants(root.id).await.unwrap();
    assert_eq!(ids(found), HashSet::from([child.id, grandchild.id]));
    let found = unit.api_keys().descendants(child.id).await.unwrap();
    assert_eq!(found, std::slice::from_ref(&grandchild));
    assert_eq!(unit.api_keys().descendants(other.id).await.unwrap(), []);

    unit.api_keys().update(&child.revoke(at(9)).unwrap()).await.unwrap();
    let found = unit.api_keys().descendants(root.id).await.unwrap();
    assert_eq!(found, [grandchild], "a revoked key is left out, and its own keys are not");
    unit.commit().await.unwrap();
}

pub async fn the_keys_of_a_user_are_found_until_they_are_revoked(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (user, _) = stores.member(&tenant, Role::Admin).await;
    let kept = ApiKey { created_by: user.id, ..key(&tenant) };
    let revoked = ApiKey { created_by: user.id, revoked_at: Some(at(9)), ..key(&tenant) };
    let mut unit = stores.begin(&tenant).await;
    for key in [&kept, &revoked, &key(&tenant)] {
        unit.api_keys().insert(key, &token()).await.unwrap();
    }
    assert_eq!(unit.api_keys().created_by(user.id).await.unwrap(), [kept]);
    unit.commit().await.unwrap();
}

pub async fn a_key_has_a_parent_of_its_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let foreign = key(&theirs);
    let written =
        stores.write(&theirs, async |unit| unit.api_keys().insert(&foreign, &token()).await);
    written.await.unwrap();
    let orphan = ApiKey { parent: Some(foreign.id), ..key(&ours) };
    let written = stores.write(&ours, async |unit| unit.api_keys().insert(&orphan, &token()).await);
    assert_conflict(written.await, "api_keys_parent_fkey");
}

pub async fn the_keys_of_a_user_alone_are_revoked_in_every_organization(stores: &Stores) {
    let (here, elsewhere) = (stores.tenant().await, stores.tenant().await);
    stores.admit(&elsewhere, &here.owner, Role::Admin, at(0)).await;
    let by_guest = ApiKey { created_by: here.owner.id, ..key(&elsewhere) };
    let before = key(&here).revoke(at(1)).unwrap();
    let keys = [(&here, key(&here)), (&elsewhere, by_guest), (&here, before)];
    let other = key(&elsewhere);
    for (tenant, key) in
        keys.iter().map(|(tenant, key)| (*tenant, key)).chain([(&elsewhere, &other)])
    {
        let inserted =
            stores.write(tenant, async |unit| unit.api_keys().insert(key, &token()).await);
        inserted.await.unwrap();
    }
    let mut unit = stores.across().await;
    let revoked = unit.revoke_api_keys(here.owner.id, at(9)).await.unwrap();
    let revoked: HashSet<_> = revoked.iter().map(|key| key.id).collect();
    assert_eq!(revoked, keys[..2].iter().map(|(_, key)| key.id).collect());
    unit.commit().await.unwrap();
    for (tenant, key) in keys {
        let found = stores.read(tenant).await.api_keys().find(key.id).await.unwrap();
        let expected = key.clone().revoke(at(9)).unwrap_or(key);
        assert_eq!(found, Some(expected));
    }
    let found = stores.read(&elsewhere).await.api_keys().find(other.id).await.unwrap();
    assert_eq!(found, Some(other));
}
