//! Documents with their versions and their text.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Document, DocumentVersion, search::SearchableText};
use plinth_ports::{DocumentFilter, DocumentVersionFilter, Result, Search, UnitOfWork};

use crate::{
    Stores,
    fixture::{at, document, version},
    harness::Tenant,
    walk::all,
};

/// Stores a document with its newest version.
pub(crate) async fn add(unit: &mut dyn UnitOfWork, document: &Document) -> Result<()> {
    unit.documents().insert(document).await?;
    unit.document_versions().insert(&document.current).await
}

pub(crate) async fn insert(stores: &Stores, tenant: &Tenant, document: &Document) {
    let written = stores.write(tenant, async |unit| add(unit, document).await).await;
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
    stores.read(tenant).await.document_versions().find(like.id).await.unwrap()
}

/// A document of the tenant.
pub(crate) fn document_of(tenant: &Tenant, title: &str) -> Document {
    Document { organization: tenant.id(), ..document(title) }
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
            unit.document_versions().insert(&next).await?;
            unit.documents().update(&document).await
        });
        added.await.unwrap();
        versions.push(next);
    }
    assert_eq!(find(stores, &tenant, &document).await.as_ref(), Some(&document));
    let filter = DocumentVersionFilter { document: Some(document.id), job: None };
    let mut view = stores.read(&tenant).await;
    let page = view.document_versions().list(&filter, &all()).await.unwrap();
    assert_eq!(page.items, versions);
    drop(view);
    let list = async |request: &_| {
        stores.read(&tenant).await.document_versions().list(&filter, request).await.unwrap()
    };
    crate::walk::assert_pages(2, 5, list).await;
}

/// The text of a document.
pub(crate) fn text(text: &str) -> SearchableText {
    SearchableText::of(text)
}

pub async fn a_document_is_removed_with_its_versions_and_its_text(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (document, second) = (document("a"), crate::fixture::document("b"));
    insert(stores, &tenant, &second).await;
    let next = version(document.id, 2);
    let written = stores.write(&tenant, async |unit| {
        add(unit, &document).await?;
        unit.document_versions().insert(&next).await?;
        unit.document_contents().index(document.id, &text("foundation"), at(1)).await
    });
    written.await.unwrap();

    let mut unit = stores.begin(&tenant).await;
    let mut versions = unit.document_contents().version_ids(document.id).await.unwrap();
    unit.documents().remove(&document).await.unwrap();
    unit.commit().await.unwrap();
    versions.sort_by_key(|version| version.uuid());
    assert_eq!(versions, [document.current.id, next.id]);
    assert_eq!(find(stores, &tenant, &document).await, None);
    assert_eq!(find_version(stores, &tenant, &next).await, None);
    assert!(find(stores, &tenant, &second).await.is_some());
    // A new document with the same identity has another text.
    insert(stores, &tenant, &document).await;
    let search = Some(Search::new("foundation", false));
    let filter = DocumentFilter { search, ..DocumentFilter::default() };
    let mut view = stores.read_together(&tenant).await;
    assert!(view.documents().list(&filter, &all()).await.unwrap().items.is_empty());
}
