//! The supporting documents of invoices.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Attachment, AttachmentType, Document, Invoice, InvoiceId};
use plinth_ports::{
    Records, Result, UnitOfWork,
    records::invoice_attachments::{DOCUMENT, INVOICE},
};

use crate::{
    Stores,
    documents::add,
    fixture::{id, name},
    outcome::{assert_conflict, assert_kept},
    records::World,
};

fn attachments(documents: &[Document]) -> Vec<Attachment> {
    let attached = |(n, document): (usize, &Document)| Attachment {
        document: document.id,
        version: document.current.id,
        name: name(&format!("Aufmaß \"{n}\" \\ {{}}.pdf")),
        kind: AttachmentType::ALL[n % AttachmentType::ALL.len()],
        size_bytes: 10 * 1024 * 1024 - n as u64,
        sha256: n.is_multiple_of(2).then_some([7; 32]),
    };
    documents.iter().enumerate().map(attached).collect()
}

async fn stored(stores: &Stores, world: &World, invoice: InvoiceId) -> Vec<Attachment> {
    stores.read(world.tenant()).await.invoice_attachments().of(invoice).await.unwrap()
}

async fn replace(
    stores: &Stores,
    world: &World,
    invoice: InvoiceId,
    all: &[Attachment],
) -> Result<()> {
    let write =
        async |unit: &mut dyn UnitOfWork| unit.invoice_attachments().replace(invoice, all).await;
    stores.write(world.tenant(), write).await
}

/// A draft, and three documents.
async fn world(stores: &Stores) -> (World, Invoice, Vec<Document>) {
    let world = World::new(stores).await;
    let draft: Invoice = world.make(102);
    let documents: Vec<Document> = (3..6).map(|n| world.make(n)).collect();
    let mut unit = stores.begin(world.tenant()).await;
    for document in &documents {
        add(&mut *unit, document).await.unwrap();
    }
    Records::<Invoice>::insert(unit.invoices(), &draft).await.unwrap();
    unit.invoice_attachments().insert(draft.id, &attachments(&documents)).await.unwrap();
    unit.commit().await.unwrap();
    (world, draft, documents)
}

pub async fn attachments_are_read_in_their_order_and_replaced_as_a_whole(stores: &Stores) {
    let (world, draft, documents) = world(stores).await;
    assert_eq!(stored(stores, &world, draft.id).await, attachments(&documents));
    let others: Vec<_> = attachments(&documents).into_iter().rev().take(2).collect();
    for replaced in [others.as_slice(), &[]] {
        replace(stores, &world, draft.id, replaced).await.unwrap();
        assert_eq!(stored(stores, &world, draft.id).await, replaced);
    }
    assert!(stored(stores, &world, id()).await.is_empty());
}

pub async fn a_document_that_an_invoice_lists_is_not_removed(stores: &Stores) {
    let (world, draft, documents) = world(stores).await;
    let mut unit = stores.begin(world.tenant()).await;
    let found: &mut dyn Records<Document> = unit.documents();
    assert_conflict(found.remove(&documents[0]).await, DOCUMENT.0);
    drop(unit);
    // A draft that is removed lists nothing any more.
    let mut unit = stores.begin(world.tenant()).await;
    Records::<Invoice>::remove(unit.invoices(), &draft).await.unwrap();
    unit.commit().await.unwrap();
    assert!(stored(stores, &world, draft.id).await.is_empty());
    let mut unit = stores.begin(world.tenant()).await;
    let found: &mut dyn Records<Document> = unit.documents();
    found.remove(&documents[0]).await.unwrap();
}

pub async fn what_an_issued_invoice_lists_never_changes(stores: &Stores) {
    let (world, draft, documents) = world(stores).await;
    // The records from the tenth on are issued.
    let like: Invoice = world.make(10);
    let revision = draft.revision.next(draft.revision.updated_at);
    let issued = Invoice { id: draft.id, revision, ..like };
    let mut unit = stores.begin(world.tenant()).await;
    unit.invoices().update(&issued).await.unwrap();
    unit.commit().await.unwrap();
    for replaced in [&attachments(&documents)[..1], &[]] {
        assert_kept(replace(stores, &world, issued.id, replaced).await);
    }
    assert_eq!(stored(stores, &world, issued.id).await, attachments(&documents));
}

pub async fn attachments_need_their_invoice_and_documents_of_one_organization(stores: &Stores) {
    let (ours, draft, documents) = world(stores).await;
    let (theirs, foreign, foreign_documents) = world(stores).await;
    let own = attachments(&documents);
    for missing in [id(), foreign.id] {
        assert_conflict(replace(stores, &ours, missing, &own).await, INVOICE.0);
    }
    let strange = attachments(&foreign_documents);
    assert_conflict(replace(stores, &ours, draft.id, &strange).await, DOCUMENT.0);
    assert!(stored(stores, &theirs, draft.id).await.is_empty());
}
