//! Documents and uploads of another organization are as if they were not there.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Document, Upload};
use plinth_ports::DocumentFilter;

use crate::{
    Stores,
    documents::{self, document_of},
    fixture::{at, name, version},
    outcome::{assert_conflict, assert_stale},
    uploads::{self, upload},
    walk::all,
};

pub async fn a_foreign_document_is_absent(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let document = document_of(&theirs, "a");
    documents::insert(stores, &theirs, &document).await;

    let mut view = stores.read(&ours).await;
    assert_eq!(view.documents().find(document.id).await.unwrap(), None);
    assert_eq!(view.documents().find_version(document.current.id).await.unwrap(), None);
    let page = view.documents().list(&DocumentFilter::default(), &all()).await.unwrap();
    assert!(page.items.is_empty());
    assert!(view.documents().versions(document.id, &all()).await.unwrap().items.is_empty());
    drop(view);

    let next = document.current.clone().start(at(1)).unwrap();
    let version = stores.write(&ours, async |unit| unit.documents().update_version(&next).await);
    assert_stale(version.await);
    let changed = document.clone().supersede(next, at(1));
    assert_stale(stores.write(&ours, async |unit| unit.documents().update(&changed).await).await);
    let gone = async |unit: &mut dyn plinth_ports::UnitOfWork| {
        unit.documents().remove(&document).await.map(drop)
    };
    assert_stale(stores.write(&ours, gone).await);
    assert_eq!(documents::find(stores, &theirs, &document).await, Some(document));
}

pub async fn a_foreign_document_takes_neither_version_nor_text(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let document = document_of(&theirs, "a");
    documents::insert(stores, &theirs, &document).await;
    let next = version(document.id, 2);
    let added = stores.write(&ours, async |unit| unit.documents().insert_version(&next).await);
    assert_conflict(added.await, "document_versions_organization_id_document_id_fkey");
    let indexed =
        stores.write(&ours, async |unit| unit.documents().index(document.id, "x", at(1)).await);
    assert_conflict(indexed.await, "document_texts_organization_id_id_fkey");
}

pub async fn an_identity_of_a_document_is_free_in_every_other_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let their_document = document_of(&theirs, "a");
    let our_document =
        Document { organization: ours.id(), name: name("b"), ..their_document.clone() };
    documents::insert(stores, &theirs, &their_document).await;
    documents::insert(stores, &ours, &our_document).await;
    let found = documents::find(stores, &ours, &our_document).await;
    assert_eq!(found.as_ref(), Some(&our_document));
    let mut unit = stores.begin(&ours).await;
    unit.documents().remove(&our_document).await.unwrap();
    unit.commit().await.unwrap();
    let kept = documents::find(stores, &theirs, &their_document).await;
    assert_eq!(kept, Some(their_document));
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

pub async fn what_names_another_organization_never_lands_there(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let (document, upload) = (document_of(&theirs, "a"), upload(&theirs));
    // Whether it is refused or becomes ours is the adapter's to say.
    let _ = stores.write(&ours, async |unit| unit.documents().insert(&document).await).await;
    let _ = stores.write(&ours, async |unit| unit.uploads().insert(&upload).await).await;
    assert_eq!(documents::find(stores, &theirs, &document).await, None);
    assert_eq!(uploads::find(stores, &theirs, &upload).await, None);
}
