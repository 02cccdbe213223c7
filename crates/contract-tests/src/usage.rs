//! What an organization has of what is limited.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Document, Upload, UploadProgress};
use plinth_ports::Counted;

use crate::{
    Stores, documents,
    fixture::{at, document, id},
    harness::Tenant,
    uploads::{insert, upload},
};

async fn count(stores: &Stores, tenant: &Tenant, counted: Counted) -> u64 {
    let mut unit = stores.begin(tenant).await;
    unit.usage().lock(counted.name()).await.unwrap();
    unit.usage().count(counted, at(0)).await.unwrap()
}

pub async fn what_is_limited_is_counted_in_its_own_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let made = document("a");
    documents::insert(stores, &ours, &made).await;
    let part = UploadProgress { offset: 5, ..UploadProgress::default() };
    let reserved = UploadProgress { reserved: 30, ..part.clone() };
    let copied = UploadProgress { offset: 7, ..part.clone() };
    for open in [
        Upload { length: Some(100), ..upload(&ours) },
        Upload { length: None, progress: part, ..upload(&ours) },
        Upload { length: None, progress: reserved, ..upload(&ours) },
        // What it has copied from those that it joins.
        Upload { joins: vec![id()], progress: copied, ..upload(&ours) },
        // These are over.
        Upload { expires_at: at(-1), ..upload(&ours) },
        upload(&ours).finish(at(1)).unwrap(),
    ] {
        insert(stores, &ours, &open).await;
    }
    let stored = made.current.size_bytes + 142;
    for (counted, here, there) in [
        (Counted::Members, 1, 1),
        (Counted::OpenInvitations, 0, 0),
        (Counted::LiveApiKeys, 0, 0),
        (Counted::OpenUploads, 4, 0),
        (Counted::StoredBytes, stored, 0),
    ] {
        let found = (count(stores, &ours, counted).await, count(stores, &theirs, counted).await);
        assert_eq!(found, (here, there), "{counted:?}");
    }
    for (tenant, found) in [(&ours, 1), (&theirs, 0)] {
        let mut unit = stores.begin(tenant).await;
        let documents: &mut dyn plinth_ports::Records<Document> = unit.documents();
        assert_eq!(documents.count().await.unwrap(), found);
    }
}

/// Two units that lock the same name count one after the other.
pub async fn what_a_rival_adds_under_the_lock_is_counted(stores: &Stores) {
    let tenant = stores.tenant().await;
    let add = async || {
        let mut unit = stores.begin(&tenant).await;
        unit.usage().lock("uploads").await.unwrap();
        let before = unit.usage().count(Counted::OpenUploads, at(0)).await.unwrap();
        unit.uploads().insert(&upload(&tenant)).await.unwrap();
        unit.commit().await.unwrap();
        before
    };
    let mut before: Vec<u64> = futures::future::join_all((0..4).map(|_| add())).await;
    before.sort_unstable();
    assert_eq!(before, [0, 1, 2, 3]);
}
