//! An organization does not see the uploads of another one, and does not write to its documents.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::Upload;
use plinth_ports::records::{document_contents, document_versions};

use crate::{
    Stores,
    documents::{self, document_of, text},
    fixture::{at, version},
    outcome::{assert_conflict, assert_stale},
    uploads::{self, upload},
};

pub async fn a_foreign_document_takes_neither_version_nor_text(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let document = document_of(&theirs, "a");
    documents::insert(stores, &theirs, &document).await;
    let next = version(document.id, 2);
    let added = stores.write(&ours, async |unit| unit.document_versions().insert(&next).await);
    assert_conflict(added.await, document_versions::DOCUMENT.0);
    let indexed = stores.write(&ours, async |unit| {
        unit.document_contents().index(document.id, &text("x"), at(1)).await
    });
    assert_conflict(indexed.await, document_contents::DOCUMENT.0);
}

pub async fn a_foreign_upload_is_absent(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let upload = upload(&theirs);
    uploads::insert(stores, &theirs, &upload).await;
    assert_eq!(uploads::find(stores, &ours, &upload).await, None);
    let finished = upload.clone().finish(at(1)).unwrap();
    assert_stale(stores.write(&ours, async |unit| unit.uploads().update(&finished).await).await);
    assert_stale(stores.write(&ours, async |unit| unit.uploads().remove(&upload).await).await);
    assert_eq!(uploads::find(stores, &theirs, &upload).await, Some(upload));
}

pub async fn an_identity_of_an_upload_is_free_in_every_other_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let their_upload = upload(&theirs);
    let our_upload = Upload { id: their_upload.id, ..upload(&ours) };
    uploads::insert(stores, &theirs, &their_upload).await;
    uploads::insert(stores, &ours, &our_upload).await;
    stores.write(&ours, async |unit| unit.uploads().remove(&our_upload).await).await.unwrap();
    assert_eq!(uploads::find(stores, &theirs, &their_upload).await, Some(their_upload));
}

pub async fn a_record_that_names_another_organization_is_not_stored_there(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let (document, upload) = (document_of(&theirs, "a"), upload(&theirs));
    // An adapter may refuse it, or store it in our organization.
    let _ = stores.write(&ours, async |unit| documents::add(unit, &document).await).await;
    let _ = stores.write(&ours, async |unit| unit.uploads().insert(&upload).await).await;
    assert_eq!(documents::find(stores, &theirs, &document).await, None);
    assert_eq!(uploads::find(stores, &theirs, &upload).await, None);
}
