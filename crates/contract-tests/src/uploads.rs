//! Uploads are read as they were stored, and a stale write is refused.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    ContentType, DocumentDraft, JsonObject, Revision, Upload, UploadMethod, UploadProgress,
    UploadState, UploadTail, UploadTarget,
};

use crate::{
    Stores,
    fixture::{at, id, name},
    harness::Tenant,
    outcome::{assert_conflict, assert_stale},
};

/// An open upload of the tenant's owner that will create a new document.
pub(crate) fn upload(tenant: &Tenant) -> Upload {
    let draft =
        DocumentDraft { name: name("plan.pdf"), project: None, metadata: JsonObject::default() };
    Upload {
        id: id(),
        organization: tenant.id(),
        created_by: tenant.owner.id,
        document: id(),
        document_version: id(),
        target: UploadTarget::NewDocument(draft),
        method: UploadMethod::Resumable,
        joins: Vec::new(),
        joined_by: None,
        length: Some(1 << 33),
        claimed_type: None,
        progress: UploadProgress::default(),
        state: UploadState::Open,
        expires_at: at(900),
        revision: Revision::first(at(0)),
    }
}

pub(crate) async fn insert(stores: &Stores, tenant: &Tenant, upload: &Upload) {
    stores.write(tenant, async |unit| unit.uploads().insert(upload).await).await.unwrap();
}

pub(crate) async fn find(stores: &Stores, tenant: &Tenant, like: &Upload) -> Option<Upload> {
    stores.begin(tenant).await.uploads().find(like.id).await.unwrap()
}

pub async fn an_upload_is_read_as_it_was_stored_to_the_microsecond(stores: &Stores) {
    let tenant = stores.tenant().await;
    let bare = Upload { target: UploadTarget::NewVersion, length: None, ..upload(&tenant) };
    let draft = DocumentDraft {
        name: name("Grundriß 1.pdf"),
        // The project may be removed before the last byte is received.
        project: Some(id()),
        metadata: JsonObject::from_parsed(r#"{"sheet": "A1"}"#.to_owned()),
    };
    let full = Upload {
        target: UploadTarget::NewDocument(draft),
        joins: vec![id(), id()],
        claimed_type: Some("application/pdf; charset=binary".to_owned()),
        progress: UploadProgress {
            offset: 1 << 32,
            multipart: Some("upload/7".to_owned()),
            parts: vec!["\"etag, 1\"".to_owned(), String::new(), "{2}".to_owned()],
            tails: vec![
                UploadTail { number: 1 << 62, length: 8 << 20 },
                UploadTail { number: 0, length: 1 },
            ],
            digest: (0..=255).collect(),
            content_type: Some(ContentType::Ifc),
            reserved: 1 << 33,
        },
        expires_at: at(60) + chrono::Duration::microseconds(1),
        ..upload(&tenant)
    };
    let part = Upload { target: UploadTarget::Partial, joined_by: Some(id()), ..upload(&tenant) };
    for upload in [bare, full, part] {
        insert(stores, &tenant, &upload).await;
        assert_eq!(find(stores, &tenant, &upload).await, Some(upload));
    }
}

pub async fn an_upload_is_read_in_every_state_and_by_every_method(stores: &Stores) {
    let tenant = stores.tenant().await;
    for (state, method) in UploadState::ALL.into_iter().zip(UploadMethod::ALL) {
        let open = Upload { method, ..upload(&tenant) };
        insert(stores, &tenant, &open).await;
        let next = Upload { state, revision: open.revision.next(at(1)), ..open };
        stores.write(&tenant, async |unit| unit.uploads().update(&next).await).await.unwrap();
        assert_eq!(find(stores, &tenant, &next).await, Some(next));
    }
}

pub async fn an_identity_is_used_once(stores: &Stores) {
    let tenant = stores.tenant().await;
    let first = upload(&tenant);
    let second = Upload { id: first.id, ..upload(&tenant) };
    insert(stores, &tenant, &first).await;
    let twice = stores.write(&tenant, async |unit| unit.uploads().insert(&second).await).await;
    assert_conflict(twice, "uploads_pkey");
}

pub async fn several_uploads_are_locked_at_once_without_those_that_do_not_exist(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let (first, second, foreign) = (upload(&ours), upload(&ours), upload(&theirs));
    insert(stores, &ours, &second).await;
    insert(stores, &ours, &first).await;
    insert(stores, &theirs, &foreign).await;
    let mut unit = stores.begin(&ours).await;
    let mut found =
        unit.uploads().lock_all(&[second.id, foreign.id, id(), first.id]).await.unwrap();
    found.sort_by_key(|upload| upload.id);
    let mut wanted = [first, second];
    wanted.sort_by_key(|upload| upload.id);
    assert_eq!(found, wanted);
}

pub async fn of_two_updates_of_one_upload_the_second_is_stale(stores: &Stores) {
    let tenant = stores.tenant().await;
    let original = upload(&tenant);
    insert(stores, &tenant, &original).await;
    let progress = |offset| UploadProgress { offset, ..UploadProgress::default() };
    let [first, second] =
        [1, 2].map(|n| original.clone().advance(progress(n), at(901), at(1)).unwrap());
    stores.write(&tenant, async |unit| unit.uploads().update(&first).await).await.unwrap();
    assert_stale(stores.write(&tenant, async |unit| unit.uploads().update(&second).await).await);
    assert_eq!(find(stores, &tenant, &original).await, Some(first));
}

pub async fn only_the_revision_that_is_stored_is_removed(stores: &Stores) {
    let tenant = stores.tenant().await;
    let old = upload(&tenant);
    let young = old.clone().finish(at(1)).unwrap();
    insert(stores, &tenant, &old).await;
    stores.write(&tenant, async |unit| unit.uploads().update(&young).await).await.unwrap();
    assert_stale(stores.write(&tenant, async |unit| unit.uploads().remove(&old).await).await);
    stores.write(&tenant, async |unit| unit.uploads().remove(&young).await).await.unwrap();
    assert_stale(stores.write(&tenant, async |unit| unit.uploads().remove(&young).await).await);
    assert_eq!(find(stores, &tenant, &old).await, None);
}

pub async fn an_upload_of_a_dropped_unit_is_not_stored(stores: &Stores) {
    let tenant = stores.tenant().await;
    let dropped = upload(&tenant);
    let mut unit = stores.begin(&tenant).await;
    unit.uploads().insert(&dropped).await.unwrap();
    drop(unit);
    assert_eq!(find(stores, &tenant, &dropped).await, None);
}
