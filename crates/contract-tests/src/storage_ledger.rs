//! What the database records about the object storage, for all organizations.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    BlobKey, BlobLocation, Document, DocumentVersion, Job, JobState, Processing, ThumbnailSize,
    Upload, UploadProgress, UploadState, UploadTail,
};
use plinth_ports::{
    BlobStatus::{Orphaned, OtherInstallation, Recorded},
    LedgerEntry, StorageLedger, UnprocessedVersion,
};

use crate::{
    Stores, documents,
    fixture::{at, document, id, job, version},
    harness::Tenant,
    outcome::assert_stale,
    uploads::{find, insert, upload},
};

/// The sorted identities of uploads.
fn ids(uploads: &[Upload]) -> Vec<uuid::Uuid> {
    let mut ids: Vec<_> = uploads.iter().map(|upload| upload.id.uuid()).collect();
    ids.sort();
    ids
}

pub async fn an_expired_upload_is_returned_until_it_is_removed(
    (ledger, stores): (impl StorageLedger, Stores),
) {
    let tenants = [stores.tenant().await, stores.tenant().await];
    let over = tenants.each_ref().map(|tenant| Upload { expires_at: at(10), ..upload(tenant) });
    for (tenant, over) in tenants.iter().zip(&over) {
        insert(&stores, tenant, over).await;
        insert(&stores, tenant, &Upload { expires_at: at(11), ..upload(tenant) }).await;
    }
    assert!(ledger.abandon_uploads(at(9), 10).await.unwrap().is_empty());
    for _ in 0..2 {
        let abandoned = ledger.abandon_uploads(at(10), 10).await.unwrap();
        assert_eq!(ids(&abandoned), ids(&over));
        for upload in &abandoned {
            assert_eq!(upload.state, UploadState::Abandoned);
            let owner = &tenants[usize::from(upload.organization == tenants[1].id())];
            assert_eq!(find(&stores, owner, upload).await.as_ref(), Some(upload));
        }
    }
    // Removing it twice is no error.
    for _ in 0..2 {
        ledger.forget_upload(tenants[0].id(), over[0].id).await.unwrap();
        let abandoned = ledger.abandon_uploads(at(10), 10).await.unwrap();
        assert_eq!(ids(&abandoned), ids(&over[1..]));
    }
    assert_eq!(find(&stores, &tenants[0], &over[0]).await, None);
}

pub async fn an_abandoned_upload_cannot_become_a_document(
    (ledger, stores): (impl StorageLedger, Stores),
) {
    let tenant = stores.tenant().await;
    let open = upload(&tenant);
    insert(&stores, &tenant, &open).await;
    ledger.abandon_uploads(open.expires_at, 10).await.unwrap();
    let late = open.finish(at(1)).unwrap();
    assert_stale(stores.write(&tenant, async |unit| unit.uploads().update(&late).await).await);
}

pub async fn a_completed_upload_is_neither_abandoned_nor_removed(
    (ledger, stores): (impl StorageLedger, Stores),
) {
    let tenant = stores.tenant().await;
    let open = Upload { expires_at: at(10), ..upload(&tenant) };
    insert(&stores, &tenant, &open).await;
    let finished = open.finish(at(1)).unwrap();
    stores.write(&tenant, async |unit| unit.uploads().update(&finished).await).await.unwrap();
    assert!(ledger.abandon_uploads(at(900), 10).await.unwrap().is_empty());
    ledger.forget_upload(tenant.id(), finished.id).await.unwrap();
    assert_eq!(find(&stores, &tenant, &finished).await, Some(finished));
}

pub async fn an_open_upload_is_not_removed((ledger, stores): (impl StorageLedger, Stores)) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let open = upload(&tenant);
    insert(&stores, &tenant, &open).await;
    ledger.forget_upload(tenant.id(), open.id).await.unwrap();
    assert_eq!(find(&stores, &tenant, &open).await.as_ref(), Some(&open));
    let abandoned = ledger.abandon_uploads(open.expires_at, 10).await.unwrap();
    ledger.forget_upload(other.id(), open.id).await.unwrap();
    assert_eq!(find(&stores, &tenant, &open).await.as_ref(), abandoned.first());
}

pub async fn no_more_uploads_are_abandoned_than_the_limit(
    (ledger, stores): (impl StorageLedger, Stores),
) {
    let tenant = stores.tenant().await;
    for _ in 0..5 {
        insert(&stores, &tenant, &upload(&tenant)).await;
    }
    let mut cleared = 0;
    for expected in [2, 2, 1, 0] {
        let abandoned = ledger.abandon_uploads(at(900), 2).await.unwrap();
        assert_eq!(abandoned.len(), expected);
        for upload in abandoned {
            ledger.forget_upload(tenant.id(), upload.id).await.unwrap();
            cleared += 1;
        }
    }
    assert_eq!(cleared, 5);
}

pub async fn a_location_is_known_while_a_record_refers_to_it(
    (ledger, stores): (impl StorageLedger, Stores),
) {
    let tenant = stores.tenant().await;
    let made = document("a");
    documents::insert(&stores, &tenant, &made).await;
    let tails = vec![UploadTail { number: 5, length: 7 }];
    let progress = UploadProgress { tails, ..UploadProgress::default() };
    let under_way = Upload { progress, ..upload(&tenant) };
    insert(&stores, &tenant, &under_way).await;
    let (document, version) = (made.id, made.current.id);
    let places = [
        (BlobLocation::Content(document, version), true),
        (BlobLocation::Content(document, id()), false),
        (BlobLocation::Thumbnail(document, version, ThumbnailSize::Small), true),
        (BlobLocation::Thumbnail(document, id(), ThumbnailSize::Large), false),
        (BlobLocation::Content(under_way.document, under_way.document_version), true),
        (BlobLocation::Tail(under_way.id, 5), true),
        (BlobLocation::Tail(id(), 0), false),
    ];
    let keys = places.map(|(place, _)| BlobKey::new(tenant.id(), place));
    let known = ledger.classify(&keys).await.unwrap();
    let expected = places.map(|(_, known)| if known { Recorded } else { Orphaned });
    assert_eq!(known, expected);
    assert!(ledger.classify(&[]).await.unwrap().is_empty());

    let gone = stores.write(&tenant, async |unit| {
        unit.documents().remove(&made).await?;
        unit.uploads().remove(&under_way).await
    });
    gone.await.unwrap();
    assert_eq!(ledger.classify(&keys).await.unwrap(), [Orphaned; 7]);
}

pub async fn a_location_is_known_in_its_own_organization(
    (ledger, stores): (impl StorageLedger, Stores),
) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let (made, under_way) = (document("a"), upload(&theirs));
    documents::insert(&stores, &theirs, &made).await;
    insert(&stores, &theirs, &under_way).await;
    for place in [
        BlobLocation::Content(made.id, made.current.id),
        BlobLocation::Thumbnail(made.id, made.current.id, ThumbnailSize::Small),
        BlobLocation::Content(under_way.document, under_way.document_version),
        BlobLocation::Tail(under_way.id, 0),
    ] {
        let keys = [ours.id(), theirs.id()].map(|owner| BlobKey::new(owner, place));
        assert_eq!(ledger.classify(&keys).await.unwrap(), [Orphaned, Recorded], "{place:?}");
    }
}

pub async fn a_blob_of_an_unknown_organization_belongs_to_another_installation(
    (ledger, stores): (impl StorageLedger, Stores),
) {
    let tenant = stores.tenant().await;
    let place = BlobLocation::Content(id(), id());
    let keys = [id(), tenant.id()].map(|owner| BlobKey::new(owner, place));
    assert_eq!(ledger.classify(&keys).await.unwrap(), [OtherInstallation, Orphaned]);
}

pub async fn the_identity_of_a_database_does_not_change(
    (ledger, stores): (impl StorageLedger, Stores),
) {
    let identity = ledger.identity().await.unwrap();
    stores.tenant().await;
    assert!(!identity.is_empty() && ledger.identity().await.unwrap() == identity);
}

pub async fn a_version_is_unprocessed_when_no_open_job_processes_it(
    (ledger, stores): (impl StorageLedger, Stores),
) {
    let mut expected = Vec::new();
    for _ in 0..2 {
        let tenant = stores.tenant().await;
        // Only the queue sets the state `running`.
        for state in JobState::ALL.into_iter().filter(|state| *state != JobState::Running) {
            let job = Job { state, ..job("test.a") };
            for processing in [Processing::Pending, Processing::Processing, Processing::Ready] {
                let mut made = document("a");
                made.current = DocumentVersion { processing, job: job.id, ..made.current };
                documents::insert(&stores, &tenant, &made).await;
                if made.current.processing != Processing::Ready && !state.is_open() {
                    expected.push(unprocessed(&tenant, &made));
                }
            }
            stores
                .write(&tenant, async |unit| unit.jobs().enqueue(&job).await.map(drop))
                .await
                .unwrap();
        }
        // Its job does not exist.
        let made = document("b");
        documents::insert(&stores, &tenant, &made).await;
        expected.push(unprocessed(&tenant, &made));
    }
    expected.sort_by_key(|one| (one.organization.uuid(), one.version.uuid()));
    assert_eq!(ledger.unprocessed(100).await.unwrap(), expected);
    assert_eq!(ledger.unprocessed(3).await.unwrap(), expected[..3]);
}

fn unprocessed(tenant: &Tenant, document: &Document) -> UnprocessedVersion {
    let (organization, version) = (tenant.id(), document.current.id);
    UnprocessedVersion { organization, document: document.id, version }
}

pub async fn versions_of_all_organizations_are_paged_in_their_order(
    (ledger, stores): (impl StorageLedger, Stores),
) {
    let mut expected = Vec::new();
    for _ in 0..2 {
        let tenant = stores.tenant().await;
        for n in 0..3 {
            let mut made = document("a");
            made.current.size_bytes = n;
            let mut next = version(made.id, 2);
            next.size_bytes = n + 10;
            let inserted = stores.write(&tenant, async |unit| {
                documents::add(unit, &made).await?;
                unit.document_versions().insert(&next).await
            });
            inserted.await.unwrap();
            expected.extend([made.current, next].map(|version| LedgerEntry {
                organization: tenant.id(),
                document: version.document,
                version: version.id,
                key: BlobKey::new(tenant.id(), BlobLocation::Content(version.document, version.id)),
                size_bytes: version.size_bytes,
            }));
        }
    }
    expected.sort_by_key(|entry| (entry.organization.uuid(), entry.version.uuid()));
    for limit in [1, 5, 12, 200] {
        let (mut entries, mut after): (Vec<LedgerEntry>, _) = (Vec::new(), None);
        loop {
            let page = ledger.entries(after, limit).await.unwrap();
            assert!(page.len() <= usize::from(limit));
            let Some(last) = page.last() else { break };
            after = Some((last.organization, last.version));
            entries.extend(page);
        }
        assert_eq!(entries, expected, "in pages of {limit}");
    }
}
