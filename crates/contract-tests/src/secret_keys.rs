//! The keys of all organizations' secrets, when the master key changes.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_ports::{SealedSecret, SecretKeys, UnitOfWork, WrappedKey};

use crate::{Stores, fixture::id, harness::Tenant, records::models::sealed};

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
        after = Some((last.organization, last.secret));
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

pub async fn a_replaced_key_leaves_what_is_sealed((keys, stores): (impl SecretKeys, Stores)) {
    let tenant = stores.tenant().await;
    let secret = entrust(&stores, &tenant, "old").await;
    let [outdated] = &keys.outdated("new", None, 10).await.unwrap()[..] else { panic!("one") };
    assert_eq!((outdated.organization, outdated.secret), (tenant.id(), secret.id));
    let key = WrappedKey { master_key: "new".to_owned(), bytes: vec![1] };
    assert!(keys.replace(outdated, &key).await.unwrap());
    let mut unit = stores.begin(&tenant).await;
    let stored = unit.secrets().find(secret.id).await.unwrap();
    assert_eq!(stored, Some(SealedSecret { key, ..secret }));
}
