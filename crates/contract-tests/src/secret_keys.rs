//! The keys of all organizations' secrets, when the master key changes.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_ports::{SealedSecret, SecondFactor, SecretKeys, UnitOfWork, WrappedKey};

use crate::{
    Stores,
    fixture::{at, id},
    harness::Tenant,
    records::models::sealed,
};

async fn entrust(stores: &Stores, tenant: &Tenant, master_key: &str) -> SealedSecret {
    let mut secret = sealed(id());
    master_key.clone_into(&mut secret.key.master_key);
    let insert = async |unit: &mut dyn UnitOfWork| unit.secrets().insert(&secret).await;
    stores.write(tenant, insert).await.unwrap();
    secret
}

pub async fn outdated_keys_of_every_organization_are_replaced_once(
    (keys, stores): (impl SecretKeys, Stores),
) {
    let tenants = [stores.tenant().await, stores.tenant().await];
    for tenant in &tenants {
        for master_key in ["old", "new", "older"] {
            entrust(&stores, tenant, master_key).await;
        }
    }
    let count = |name: &str, count| (name.to_owned(), count);
    let all = vec![count("new", 2), count("old", 2), count("older", 2)];
    assert_eq!(keys.counts().await.unwrap(), all);
    let (mut after, mut seen) = (None, 0);
    loop {
        let found = keys.outdated("new", after, 3).await.unwrap();
        let Some(last) = found.last() else { break };
        after = Some((last.owner, last.secret));
        for secret in found {
            let bytes = [secret.key.bytes.as_slice(), b"rewrapped"].concat();
            let key = WrappedKey { master_key: "new".to_owned(), bytes };
            assert!(keys.replace(&secret, &key).await.unwrap());
            assert!(!keys.replace(&secret, &key).await.unwrap(), "it has another key by now");
            seen += 1;
        }
    }
    assert_eq!(seen, 4);
    assert_eq!(keys.counts().await.unwrap(), [count("new", 6)]);
    assert!(keys.outdated("new", None, 10).await.unwrap().is_empty());
}

pub async fn keys_of_users_come_after_those_of_organizations(
    (keys, stores): (impl SecretKeys, Stores),
) {
    let tenant = stores.tenant().await;
    let of_tenant = entrust(&stores, &tenant, "old").await;
    let mut of_user = sealed(id());
    "old".clone_into(&mut of_user.key.master_key);
    let mut unit = stores.across().await;
    let login = unit.lock_user(tenant.owner.id).await.unwrap().unwrap();
    let factor = Some(SecondFactor::begun(of_user.clone()));
    unit.update_login(&login.with_factor(factor, at(5))).await.unwrap();
    unit.commit().await.unwrap();

    assert_eq!(keys.counts().await.unwrap(), [("old".to_owned(), 2)]);
    let (mut after, mut found) = (None, Vec::new());
    while let Some(one) = keys.outdated("new", after, 1).await.unwrap().pop() {
        after = Some((one.owner, one.secret));
        found.push(one);
    }
    let places: Vec<_> = found.iter().map(|one| (one.owner, one.secret)).collect();
    let (organization, user) = (tenant.id().into(), tenant.owner.id.into());
    assert_eq!(places, [(organization, of_tenant.id), (user, of_user.id)]);
    let key = WrappedKey { master_key: "new".to_owned(), bytes: vec![1, 2] };
    assert!(keys.replace(&found[1], &key).await.unwrap());
    assert!(!keys.replace(&found[1], &key).await.unwrap(), "it has another key by now");
    let stored = stores.across().await.find_user(tenant.owner.id).await.unwrap().unwrap();
    assert_eq!(stored.factor.unwrap().secret, SealedSecret { key, ..of_user });
}

pub async fn a_replaced_key_leaves_what_is_sealed((keys, stores): (impl SecretKeys, Stores)) {
    let tenant = stores.tenant().await;
    let secret = entrust(&stores, &tenant, "old").await;
    let [outdated] = &keys.outdated("new", None, 10).await.unwrap()[..] else { panic!("one") };
    assert_eq!((outdated.owner, outdated.secret), (tenant.id().into(), secret.id));
    let key = WrappedKey { master_key: "new".to_owned(), bytes: vec![1] };
    assert!(keys.replace(outdated, &key).await.unwrap());
    let mut unit = stores.begin(&tenant).await;
    let stored = unit.secrets().find(secret.id).await.unwrap();
    assert_eq!(stored, Some(SealedSecret { key, ..secret }));
}
