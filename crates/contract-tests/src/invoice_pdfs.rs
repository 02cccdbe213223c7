//! The PDFs of invoices.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Document, DocumentId, Invoice, InvoiceId, InvoicePdf, Project, Verdict};
use plinth_ports::{
    DocumentFilter, InProject, Records, Result, UnitOfWork,
    records::invoice_pdfs::{DOCUMENT, DOCUMENT_TAKEN, INVOICE},
};

use crate::{
    Stores,
    documents::add,
    fixture::{at, id},
    outcome::{assert_conflict, assert_kept},
    records::World,
    walk::all,
};

fn verdict(code: &str) -> InvoicePdf {
    InvoicePdf::Unprintable(Verdict { code: code.to_owned(), detail: "no font has: 漢".into() })
}

async fn stored(stores: &Stores, world: &World, invoice: InvoiceId) -> Option<InvoicePdf> {
    stores.read(world.tenant()).await.invoice_pdfs().of(invoice).await.unwrap()
}

async fn record(
    stores: &Stores,
    world: &World,
    invoice: InvoiceId,
    pdf: &InvoicePdf,
) -> Result<()> {
    let write =
        async |unit: &mut dyn UnitOfWork| unit.invoice_pdfs().put(invoice, pdf, at(1)).await;
    stores.write(world.tenant(), write).await
}

async fn forget(stores: &Stores, world: &World, invoice: InvoiceId) -> Result<()> {
    let write = async |unit: &mut dyn UnitOfWork| unit.invoice_pdfs().forget(invoice).await;
    stores.write(world.tenant(), write).await
}

/// Two invoices and two documents.
async fn world(stores: &Stores) -> (World, [InvoiceId; 2], [DocumentId; 2]) {
    let world = World::new(stores).await;
    let invoices = [world.id::<Invoice>(0), world.id(1)];
    // An invoice that the organization receives may refer to those of the world.
    let documents: [Document; 2] = [world.make(3), world.make(4)];
    for document in &documents {
        let store = async |unit: &mut dyn UnitOfWork| add(unit, document).await;
        stores.write(world.tenant(), store).await.unwrap();
    }
    let documents = documents.map(|document| document.id);
    (world, invoices, documents)
}

pub async fn a_verdict_is_replaced_and_forgotten(stores: &Stores) {
    let (world, [invoice, other], [document, _]) = world(stores).await;
    assert_eq!(stored(stores, &world, invoice).await, None);
    for code in ["invoice.no_glyph", "invoice.too_long"] {
        record(stores, &world, invoice, &verdict(code)).await.unwrap();
        assert_eq!(stored(stores, &world, invoice).await, Some(verdict(code)));
    }
    forget(stores, &world, other).await.unwrap();
    forget(stores, &world, invoice).await.unwrap();
    assert_eq!(stored(stores, &world, invoice).await, None);
    record(stores, &world, invoice, &verdict("invoice.no_glyph")).await.unwrap();
    let pdf = InvoicePdf::Rendered(document);
    record(stores, &world, invoice, &pdf).await.unwrap();
    assert_eq!(stored(stores, &world, invoice).await, Some(pdf));
    assert_eq!(stored(stores, &world, other).await, None);
}

pub async fn a_pdf_of_an_invoice_never_changes(stores: &Stores) {
    let (world, [invoice, other], [document, next]) = world(stores).await;
    let pdf = InvoicePdf::Rendered(document);
    record(stores, &world, invoice, &pdf).await.unwrap();
    for changed in [InvoicePdf::Rendered(next), verdict("invoice.too_long")] {
        assert_kept(record(stores, &world, invoice, &changed).await);
    }
    forget(stores, &world, invoice).await.unwrap();
    assert_eq!(stored(stores, &world, invoice).await, Some(pdf.clone()));
    assert_conflict(record(stores, &world, other, &pdf).await, DOCUMENT_TAKEN.0);
}

pub async fn a_document_is_kept_as_long_as_its_invoice(stores: &Stores) {
    let (world, [invoice, _], [document, other]) = world(stores).await;
    record(stores, &world, invoice, &InvoicePdf::Rendered(document)).await.unwrap();
    let mut unit = stores.begin(world.tenant()).await;
    assert!(unit.invoice_pdfs().has(document).await.unwrap());
    assert!(!unit.invoice_pdfs().has(other).await.unwrap());
    let documents: &mut dyn Records<Document> = unit.documents();
    let found = documents.find(document).await.unwrap().unwrap();
    assert_conflict(documents.remove(&found).await, DOCUMENT.0);
}

pub async fn a_pdf_needs_its_invoice_and_its_document_of_one_organization(stores: &Stores) {
    let (ours, [invoice, _], [document, _]) = world(stores).await;
    let (theirs, [foreign, _], [foreign_document, _]) = world(stores).await;
    for missing in [id(), foreign] {
        assert_conflict(record(stores, &ours, missing, &verdict("a.b")).await, INVOICE.0);
    }
    for missing in [id(), foreign_document] {
        let pdf = InvoicePdf::Rendered(missing);
        assert_conflict(record(stores, &ours, invoice, &pdf).await, DOCUMENT.0);
    }
    let pdf = InvoicePdf::Rendered(document);
    record(stores, &ours, invoice, &pdf).await.unwrap();
    assert_eq!(stored(stores, &theirs, invoice).await, None);
    let mut unit = stores.begin(theirs.tenant()).await;
    assert!(!unit.invoice_pdfs().has(document).await.unwrap());
}

pub async fn roles_on_the_project_of_an_invoice_do_not_open_its_pdf(stores: &Stores) {
    let (world, [invoice, _], [_, document]) = world(stores).await;
    let (tenant, project) = (world.tenant(), world.id::<Project>(0));
    let is_listed = async |filter: DocumentFilter| {
        let mut view = stores.read_together(tenant).await;
        let page = view.documents().list(&filter, &all()).await.unwrap();
        page.items.iter().any(|found| found.id == document)
    };
    let opened = async || {
        let record = InProject::Document(document);
        let read = stores.read(tenant).await.project_grants().project_of(record).await.unwrap();
        let mut unit = stores.begin(tenant).await;
        let held = unit.project_grants().hold_project_of(record).await.unwrap();
        let among = DocumentFilter { among: Some(vec![project]), ..DocumentFilter::default() };
        (read, held, is_listed(among).await)
    };
    assert_eq!(opened().await, (Some(project), Some(project), true));
    record(stores, &world, invoice, &InvoicePdf::Rendered(document)).await.unwrap();
    assert_eq!(opened().await, (None, None, false));
    // Who sees all documents finds it in the project.
    let in_project = DocumentFilter { project: Some(project), ..DocumentFilter::default() };
    assert!(is_listed(in_project).await);
}
