//! Documents come back as they were stored with their versions, and never over a younger revision.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    ContentType, DOCUMENT_MALFORMED, Document, DocumentVersion, JsonObject, Processing, Verdict,
};
use plinth_ports::{DocumentFilter, Search};

use crate::{
    Stores,
    fixture::{at, document, id, name, project, version},
    harness::Tenant,
    outcome::{assert_conflict, assert_stale},
    walk::all,
};

pub(crate) async fn insert(stores: &Stores, tenant: &Tenant, document: &Document) {
    let written = stores.write(tenant, async |unit| unit.documents().insert(document).await).await;
    written.unwrap();
}

pub(crate) async fn find(stores: &Stores, tenant: &Tenant, like: &Document) -> Option<Document> {
    stores.read(tenant).await.documents().find(like.id).await.unwrap()
}

async fn find_version(
    stores: &Stores,
    tenant: &Tenant,
    like: &DocumentVersion,
) -> Option<DocumentVersion> {
    stores.read(tenant).await.documents().find_version(like.id).await.unwrap()
}

/// A document of this tenant's.
pub(crate) fn document_of(tenant: &Tenant, title: &str) -> Document {
    Document { organization: tenant.id(), ..document(title) }
}

pub async fn a_document_comes_back_as_it_was_stored_to_the_microsecond(stores: &Stores) {
    let tenant = stores.tenant().await;
    let project = project("P-1");
    stores.write(&tenant, async |unit| unit.projects().insert(&project).await).await.unwrap();
    let mut full = document_of(&tenant, "Grundriß 1.pdf");
    full.project = Some(project.id);
    full.metadata = JsonObject::from_parsed(r#"{"sheet": "A1"}"#.to_owned());
    full.revision.updated_at = at(7) + chrono::Duration::microseconds(1);
    full.current.properties = JsonObject::from_parsed(r#"{"pages": 3}"#.to_owned());
    full.current.has_thumbnails = true;
    full.current.revision.updated_at = at(8) + chrono::Duration::microseconds(2);
    let mut bare = document_of(&tenant, "b");
    bare.current.sha256 = None;
    bare.current.size_bytes = 0;
    for document in [full, bare] {
        insert(stores, &tenant, &document).await;
        assert_eq!(find(stores, &tenant, &document).await.as_ref(), Some(&document));
        let current = find_version(stores, &tenant, &document.current).await;
        assert_eq!(current, Some(document.current));
    }
}

pub async fn a_version_comes_back_in_every_state(stores: &Stores) {
    let tenant = stores.tenant().await;
    let verdict = || Verdict::new(DOCUMENT_MALFORMED, "line 6: a string is not closed");
    for processing in [
        Processing::Pending,
        Processing::Processing,
        Processing::Ready,
        Processing::Rejected(verdict()),
        Processing::Failed(verdict()),
    ] {
        let mut document = document_of(&tenant, processing.name());
        insert(stores, &tenant, &document).await;
        document.current.processing = processing;
        document.current.revision = document.current.revision.next(at(1));
        document.revision = document.revision.next(at(1));
        let changed = stores.write(&tenant, async |unit| {
            unit.documents().update_version(&document.current).await?;
            unit.documents().update(&document).await
        });
        changed.await.unwrap();
        assert_eq!(find(stores, &tenant, &document).await, Some(document));
    }
}

pub async fn every_type_of_content_comes_back(stores: &Stores) {
    let tenant = stores.tenant().await;
    for content_type in ContentType::ALL {
        let mut document = document_of(&tenant, "a");
        document.current.content_type = content_type;
        insert(stores, &tenant, &document).await;
        assert_eq!(find(stores, &tenant, &document).await, Some(document));
    }
}

pub async fn an_identity_is_used_once(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, mut second) = (document("a"), document("b"));
    second.id = first.id;
    second.current.document = first.id;
    insert(stores, &tenant, &first).await;
    let twice = stores.write(&tenant, async |unit| unit.documents().insert(&second).await).await;
    assert_conflict(twice, "documents_pkey");
}

pub async fn a_document_needs_its_project(stores: &Stores) {
    let constraint = "documents_organization_id_project_id_fkey";
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let theirs = project("P-1");
    stores.write(&other, async |unit| unit.projects().insert(&theirs).await).await.unwrap();
    for nowhere in [id(), theirs.id] {
        let lost = Document { project: Some(nowhere), ..document("a") };
        let written =
            stores.write(&tenant, async |unit| unit.documents().insert(&lost).await).await;
        assert_conflict(written, constraint);

        let mut moved = document("a");
        insert(stores, &tenant, &moved).await;
        moved.project = Some(nowhere);
        moved.revision = moved.revision.next(at(1));
        let moved = stores.write(&tenant, async |unit| unit.documents().update(&moved).await).await;
        assert_conflict(moved, constraint);
    }
}

pub async fn a_project_with_documents_stays(stores: &Stores) {
    let tenant = stores.tenant().await;
    let project = project("P-1");
    let inside = Document { project: Some(project.id), ..document("a") };
    stores.write(&tenant, async |unit| unit.projects().insert(&project).await).await.unwrap();
    insert(stores, &tenant, &inside).await;
    let gone = stores.write(&tenant, async |unit| unit.projects().remove(&project).await).await;
    assert_conflict(gone, "documents_organization_id_project_id_fkey");
    let emptied = stores.write(&tenant, async |unit| {
        unit.documents().remove(&inside).await?;
        unit.projects().remove(&project).await
    });
    emptied.await.unwrap();
}

pub async fn of_two_updates_of_one_document_the_second_is_stale(stores: &Stores) {
    let tenant = stores.tenant().await;
    let original = document_of(&tenant, "a");
    insert(stores, &tenant, &original).await;
    let [first, second] = ["first", "second"].map(|title| Document {
        name: name(title),
        revision: original.revision.next(at(1)),
        ..original.clone()
    });
    stores.write(&tenant, async |unit| unit.documents().update(&first).await).await.unwrap();
    assert_stale(stores.write(&tenant, async |unit| unit.documents().update(&second).await).await);
    assert_eq!(find(stores, &tenant, &original).await, Some(first));
}

pub async fn of_two_updates_of_one_version_the_second_is_stale(stores: &Stores) {
    let tenant = stores.tenant().await;
    let original = document_of(&tenant, "a");
    insert(stores, &tenant, &original).await;
    let first = original.current.clone().start(at(1)).unwrap();
    let second = original.current.clone().start(at(2)).unwrap();
    let update = async |version: &DocumentVersion| {
        stores.write(&tenant, async |unit| unit.documents().update_version(version).await).await
    };
    update(&first).await.unwrap();
    assert_stale(update(&second).await);
    assert_eq!(find_version(stores, &tenant, &second).await, Some(first));
}

pub async fn a_document_shows_its_newest_version_and_keeps_the_others(stores: &Stores) {
    let tenant = stores.tenant().await;
    let mut document = document_of(&tenant, "a");
    let other = document_of(&tenant, "b");
    insert(stores, &tenant, &document).await;
    insert(stores, &tenant, &other).await;
    let mut versions = vec![document.current.clone()];
    for number in 2..=5 {
        let next = version(document.id, number);
        document = document.supersede(next.clone(), at(number.into()));
        let added = stores.write(&tenant, async |unit| {
            unit.documents().insert_version(&next).await?;
            unit.documents().update(&document).await
        });
        added.await.unwrap();
        versions.push(next);
    }
    assert_eq!(find(stores, &tenant, &document).await.as_ref(), Some(&document));
    let mut view = stores.read(&tenant).await;
    let page = view.documents().versions(document.id, &all()).await.unwrap();
    assert_eq!(page.items, versions);
    drop(view);
    let list = async |request: &_| {
        stores.read(&tenant).await.documents().versions(document.id, request).await.unwrap()
    };
    crate::walk::assert_pages(2, 5, list).await;
}

pub async fn a_number_names_one_version_of_a_document(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, second) = (document("a"), document("b"));
    insert(stores, &tenant, &first).await;
    insert(stores, &tenant, &second).await;
    let next = version(first.id, 1);
    let twice = stores.write(&tenant, async |unit| unit.documents().insert_version(&next).await);
    assert_conflict(twice.await, "document_versions_organization_id_document_id_number_key");
}

pub async fn a_version_needs_its_document(stores: &Stores) {
    let tenant = stores.tenant().await;
    let homeless = version(id(), 1);
    let written =
        stores.write(&tenant, async |unit| unit.documents().insert_version(&homeless).await);
    assert_conflict(written.await, "document_versions_organization_id_document_id_fkey");
}

pub async fn a_document_goes_with_its_versions_and_its_text(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (document, second) = (document("a"), crate::fixture::document("b"));
    insert(stores, &tenant, &second).await;
    let next = version(document.id, 2);
    let written = stores.write(&tenant, async |unit| {
        unit.documents().insert(&document).await?;
        unit.documents().insert_version(&next).await?;
        unit.documents().index(document.id, "foundation", at(1)).await
    });
    written.await.unwrap();

    let mut unit = stores.begin(&tenant).await;
    let mut gone = unit.documents().remove(&document).await.unwrap();
    unit.commit().await.unwrap();
    gone.sort_by_key(|version| version.uuid());
    assert_eq!(gone, [document.current.id, next.id]);
    assert_eq!(find(stores, &tenant, &document).await, None);
    assert_eq!(find_version(stores, &tenant, &next).await, None);
    assert!(find(stores, &tenant, &second).await.is_some());
    // One of the same identity has another text.
    insert(stores, &tenant, &document).await;
    let search = Some(Search { text: "foundation".to_owned(), fuzzy: false });
    let filter = DocumentFilter { search, ..DocumentFilter::default() };
    let mut view = stores.read(&tenant).await;
    assert!(view.documents().list(&filter, &all()).await.unwrap().items.is_empty());
}

pub async fn only_the_revision_that_is_stored_is_removed(stores: &Stores) {
    let tenant = stores.tenant().await;
    let old = document_of(&tenant, "a");
    let young = Document { revision: old.revision.next(at(1)), ..old.clone() };
    insert(stores, &tenant, &old).await;
    stores.write(&tenant, async |unit| unit.documents().update(&young).await).await.unwrap();
    let remove = async |document: &Document| {
        let gone = async |unit: &mut dyn plinth_ports::UnitOfWork| {
            unit.documents().remove(document).await.map(drop)
        };
        stores.write(&tenant, gone).await
    };
    assert_stale(remove(&old).await);
    assert_eq!(find(stores, &tenant, &old).await.as_ref(), Some(&young));
    remove(&young).await.unwrap();
    assert_stale(remove(&young).await);
}
