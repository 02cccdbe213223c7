//! Lists of documents by filters and by search text.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{ContentType, Document, DocumentKind};
use plinth_ports::{
    DOCUMENT_TEXT_BYTES, DocumentFilter, OneOf, Search, records::document_contents::DOCUMENT,
};

use crate::{
    Stores,
    documents::{add, insert, text as searchable},
    fixture::{at, document, id, project},
    harness::Tenant,
    outcome::assert_conflict,
    walk::all,
};

/// Stores documents with these names and texts.
pub(crate) async fn store(stores: &Stores, tenant: &Tenant, documents: &[(&str, &str)]) {
    for (name, text) in documents {
        let document = document(name);
        let written = stores.write(tenant, async |unit| {
            add(unit, &document).await?;
            unit.document_contents().index(document.id, &searchable(text), at(1)).await
        });
        written.await.unwrap();
    }
}

/// The names of the listed documents.
async fn names(stores: &Stores, tenant: &Tenant, filter: &DocumentFilter) -> Vec<String> {
    let page = stores.read_together(tenant).await.documents().list(filter, &all()).await.unwrap();
    let mut names: Vec<_> =
        page.items.iter().map(|document| document.name.as_str().to_owned()).collect();
    names.sort();
    names
}

pub(crate) async fn found(
    stores: &Stores,
    tenant: &Tenant,
    text: &str,
    fuzzy: bool,
) -> Vec<String> {
    let search = Some(Search::new(text, fuzzy));
    names(stores, tenant, &DocumentFilter { search, ..DocumentFilter::default() }).await
}

pub async fn filters_select_alone_and_several_select_what_all_of_them_match(stores: &Stores) {
    let tenant = stores.tenant().await;
    let project = project("P-1");
    stores.write(&tenant, async |unit| unit.projects().insert(&project).await).await.unwrap();
    let inside = Document { project: Some(project.id), ..document("inside") };
    let mut photo = document("photo");
    photo.current.content_type = ContentType::Png;
    let started = document("started");
    let started = started.clone().supersede(started.current.start(at(1)).unwrap(), at(1));
    for document in [&inside, &photo, &started] {
        insert(stores, &tenant, document).await;
    }
    let search = |text: &str| Some(Search::new(text, false));
    let any = DocumentFilter::default;
    let photo_or_ifc = OneOf::new(vec![DocumentKind::Photo, DocumentKind::Ifc]).unwrap();
    for (filter, expected) in [
        (any(), vec!["inside", "photo", "started"]),
        (DocumentFilter { project: Some(project.id), ..any() }, vec!["inside"]),
        (DocumentFilter { project: Some(id()), ..any() }, vec![]),
        (DocumentFilter { kind: DocumentKind::Photo.into(), ..any() }, vec!["photo"]),
        (DocumentFilter { kind: DocumentKind::Pdf.into(), ..any() }, vec!["inside", "started"]),
        (DocumentFilter { kind: DocumentKind::Ifc.into(), ..any() }, vec![]),
        (DocumentFilter { kind: photo_or_ifc, ..any() }, vec!["photo"]),
        (DocumentFilter { status: "processing".into(), ..any() }, vec!["started"]),
        (DocumentFilter { status: "pending".into(), ..any() }, vec!["inside", "photo"]),
        (
            DocumentFilter {
                project: Some(project.id),
                kind: DocumentKind::Pdf.into(),
                status: "pending".into(),
                search: search("side"),
                ..any()
            },
            vec!["inside"],
        ),
        (
            DocumentFilter { kind: DocumentKind::Photo.into(), search: search("side"), ..any() },
            vec![],
        ),
    ] {
        assert_eq!(names(stores, &tenant, &filter).await, expected, "{filter:?}");
    }
}

pub async fn a_name_is_found_despite_a_typo(stores: &Stores) {
    let tenant = stores.tenant().await;
    store(stores, &tenant, &[("Harbour crossing.pdf", "x"), ("ÖSTLICHE Brücke", "x")]).await;
    assert_eq!(found(stores, &tenant, "bour cross", false).await, ["Harbour crossing.pdf"]);
    assert_eq!(found(stores, &tenant, "östliche", false).await, ["ÖSTLICHE Brücke"]);
    assert_eq!(found(stores, &tenant, "crosing", true).await, ["Harbour crossing.pdf"]);
    assert!(found(stores, &tenant, "crosing", false).await.is_empty());
    assert!(found(stores, &tenant, "%", true).await.is_empty());
}

pub async fn a_text_is_found_by_all_of_its_words(stores: &Stores) {
    let tenant = stores.tenant().await;
    let texts = [
        ("a", "Foundation slab, reinforced CONCRETE;\nconcrete für den Überbau"),
        ("b", "Concrete roof"),
    ];
    store(stores, &tenant, &texts).await;
    for (text, expected) in [
        ("concrete", vec!["a", "b"]),
        ("concrete foundation", vec!["a"]),
        ("überbau, slab", vec!["a"]),
        ("concrete wood", vec![]),
        // Full-text search matches whole words only.
        ("concret", vec![]),
        ("' & ! | <-> :* (", vec![]),
    ] {
        assert_eq!(found(stores, &tenant, text, true).await, expected, "{text}");
    }
}

pub async fn a_removed_text_is_not_found(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    store(stores, &tenant, &[("plan", "concrete"), ("other", "concrete")]).await;
    let any = DocumentFilter::default();
    let page = stores.read_together(&tenant).await.documents().list(&any, &all()).await.unwrap();
    let plan = page.items.into_iter().find(|found| found.name.as_str() == "plan").unwrap();
    for organization in [&other, &tenant, &tenant] {
        let removed =
            stores.write(organization, async |unit| unit.document_contents().remove(plan.id).await);
        removed.await.unwrap();
        let left = found(stores, &tenant, "concrete", false).await;
        let is_ours = organization.id() == tenant.id();
        assert_eq!(left, if is_ours { vec!["other"] } else { vec!["other", "plan"] });
    }
}

pub async fn a_text_replaces_the_previous_one(stores: &Stores) {
    let tenant = stores.tenant().await;
    let document = document("a");
    insert(stores, &tenant, &document).await;
    for text in ["first draft", "second draft"] {
        let indexed = stores.write(&tenant, async |unit| {
            unit.document_contents().index(document.id, &searchable(text), at(1)).await
        });
        indexed.await.unwrap();
    }
    assert!(found(stores, &tenant, "first", false).await.is_empty());
    assert_eq!(found(stores, &tenant, "second", false).await, ["a"]);
}

pub async fn a_text_of_the_longest_searchable_length_is_found_to_its_end(stores: &Stores) {
    let tenant = stores.tenant().await;
    // Distinct words take the most space in the index.
    let mut text = String::new();
    for n in 0_u32.. {
        let word = format!("w{n:x} ");
        if text.len() + word.len() > DOCUMENT_TEXT_BYTES - "zuletzt".len() {
            break;
        }
        text.push_str(&word);
    }
    text.push_str("zuletzt");
    store(stores, &tenant, &[("a", &text)]).await;
    assert_eq!(found(stores, &tenant, "zuletzt w0", false).await, ["a"]);
}

pub async fn a_text_needs_its_document(stores: &Stores) {
    let tenant = stores.tenant().await;
    let indexed = stores.write(&tenant, async |unit| {
        unit.document_contents().index(id(), &searchable("text"), at(1)).await
    });
    assert_conflict(indexed.await, DOCUMENT.0);
}

pub async fn a_search_finds_nothing_of_another_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    store(stores, &theirs, &[("harbour", "concrete")]).await;
    for text in ["harbour", "concrete"] {
        assert!(found(stores, &ours, text, true).await.is_empty());
        assert_eq!(found(stores, &theirs, text, true).await, ["harbour"]);
    }
}
