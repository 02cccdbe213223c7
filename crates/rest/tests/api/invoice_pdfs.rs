//! The PDFs of invoices. A test stands in for the worker; `plinth-render` is tested with the worker.

use bytes::Bytes;
use plinth_application::{
    Caller, Limits,
    invoices::{FailRendering, RenderInvoice, StorePdf},
};
use plinth_domain::{BlobKey, BlobLocation, DocumentId, Id};
use plinth_ports::{Blobs, INVOICE_TOO_LONG, Origin, Unprintable};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    invoices::{draft, issued, path, trading},
    support::{Client, Options, TestApp},
};

const PDF: &[u8] = b"%PDF-1.7 an invoice";

/// The open job of an invoice.
async fn job_of(owner: &Client, invoice: &Value) -> RenderInvoice {
    let jobs = owner.list("/jobs?kind=invoice.render&state=queued").await;
    let found = jobs.into_iter().find(|job| job["payload"]["invoice_id"] == invoice["id"]);
    serde_json::from_value(found.unwrap()["payload"].clone()).unwrap()
}

fn caller(client: &Client, access: plinth_domain::Access) -> Caller {
    assert_eq!(access.organization().to_string(), client.organization);
    Caller { access, credential: [0; 32], origin: Origin::default() }
}

async fn authenticated(app: &TestApp, client: &Client) -> Caller {
    let token = client.token.as_ref().unwrap();
    caller(client, app.application.authenticate(token, None).await.unwrap().access)
}

/// Stores the PDF of an invoice like a worker. Answers the document.
async fn store(app: &TestApp, owner: &Client, job: RenderInvoice) -> DocumentId {
    let organization = Id::from_uuid(owner.organization.parse().unwrap());
    let key = BlobKey::new(organization, BlobLocation::Content(job.document, job.version));
    app.blobs.put(&key, Bytes::from_static(PDF)).await.unwrap();
    let store = StorePdf::new(job, &Bytes::from_static(PDF));
    app.application.execute(&authenticated(app, owner).await, store).await.unwrap()
}

/// An issued invoice with its PDF.
pub async fn rendered(app: &TestApp, owner: &Client) -> Value {
    let invoice = crate::invoices::operation("void_invoice", owner).await.unwrap().0;
    render(app, owner, &invoice).await;
    invoice
}

/// Makes the PDF of an issued invoice. Answers the document.
pub async fn render(app: &TestApp, owner: &Client, invoice: &Value) -> DocumentId {
    let job = job_of(owner, invoice).await;
    store(app, owner, job).await
}

async fn the_pdf_of_an_issued_invoice_is_downloaded_like_a_document(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let project = ada.project("KITA").await;
    let mut body = draft(&customer);
    body["project_id"] = project["id"].clone();
    let invoice = issued(&ada, body).await;
    let pdf = format!("{}/pdf", path(&invoice));
    let early = ada.get(&pdf).await.refused(409, "invoice.not_rendered");
    assert_eq!(early.header("retry-after"), "2");
    let job = job_of(&ada, &invoice).await;
    assert_eq!(store(app, &ada, job).await, job.document);

    let whole = ada.get(&pdf).await.expect(200);
    assert_eq!((whole.text.as_bytes(), whole.header("content-type")), (PDF, "application/pdf"));
    let name = format!("{}.pdf", invoice["number"].as_str().unwrap());
    assert!(
        whole.header("content-disposition").contains(&format!("attachment; filename=\"{name}\""))
    );
    let request = ada.request(Method::GET, &pdf).header(header::RANGE, "bytes=5-7");
    let part = ada.send(request).await.expect(206);
    assert_eq!((part.text.as_str(), part.header("content-range")), ("1.7", "bytes 5-7/19"));
    let request =
        ada.request(Method::GET, &pdf).header(header::IF_NONE_MATCH, whole.header("etag"));
    ada.send(request).await.expect(304);

    let listed =
        ada.list(&format!("/documents?project_id={}", project["id"].as_str().unwrap())).await;
    assert_eq!((listed.len(), &listed[0]["name"]), (1, &json!(name)));
    assert_eq!(listed[0]["metadata"]["invoice_id"], invoice["id"]);
    let document = format!("/documents/{}", job.document);
    ada.delete(&document, "*").await.refused(409, "record.in_use");
    let request = ada.request(Method::PUT, &format!("{document}/content"));
    let request = request.header("Content-Type", "application/pdf").body(PDF);
    ada.send(request).await.refused(409, "record.in_use");
    ada.post(&format!("{}/render", path(&invoice)), json!({}))
        .await
        .refused(409, "invoice.rendered");
    // The invoice itself has not changed.
    assert_eq!(ada.get(&path(&invoice)).await.expect(200).json()["version"], invoice["version"]);
    ada.post(&format!("{}/void", path(&invoice)), json!({})).await.expect(200);
    ada.get(&pdf).await.expect(200);
}

async fn drafts_and_incoming_invoices_have_no_pdf(app: &TestApp) {
    let (ada, party) = trading(app).await;
    let mut incoming = draft(&party);
    incoming["direction"] = json!("payable");
    incoming["supplier_number"] = json!("2026/118");
    for invoice in [ada.create("/invoices", draft(&party)).await, issued(&ada, incoming).await] {
        ada.get(&format!("{}/pdf", path(&invoice))).await.refused(409, "invoice.no_pdf");
        let again = ada.post(&format!("{}/render", path(&invoice)), json!({})).await;
        again.refused(409, "invoice.no_pdf");
    }
    assert!(ada.list("/jobs?kind=invoice.render").await.is_empty());
}

async fn a_verdict_is_told_until_the_invoice_is_rendered_again(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = issued(&ada, draft(&customer)).await;
    let (pdf, render) = (format!("{}/pdf", path(&invoice)), format!("{}/render", path(&invoice)));
    let job = job_of(&ada, &invoice).await;
    for (why, code) in [
        (None, "invoice.rendering_failed"),
        (
            Some(Unprintable { code: INVOICE_TOO_LONG, detail: "101 pages".into() }),
            "invoice.too_long",
        ),
    ] {
        let fail = FailRendering { invoice: job.invoice, why };
        app.application.execute(&authenticated(app, &ada).await, fail).await.unwrap();
        ada.get(&pdf).await.refused(409, code);
    }
    let accepted = ada.post_once(&render, "again", json!({})).await.expect(202);
    assert_eq!(accepted.json()["kind"], "invoice.render");
    let location = accepted.header("location");
    assert_eq!(location, format!("/api/v1/jobs/{}", accepted.json()["id"].as_str().unwrap()));
    ada.get(&pdf).await.refused(409, "invoice.not_rendered");
    // The job of the issue is still open, so it is the one that is answered, and cannot be cancelled.
    let again = ada.post(&render, json!({})).await.expect(202).json();
    assert_eq!(again["id"], accepted.json()["id"]);
    let cancel = format!("/jobs/{}/cancel", again["id"].as_str().unwrap());
    ada.post(&cancel, json!({})).await.refused(409, "job.not_cancellable");

    // Of two jobs the first one counts; the result of the second one changes nothing.
    assert_eq!(store(app, &ada, job).await, job.document);
    let other = RenderInvoice { document: Id::from_uuid(uuid::Uuid::from_u128(7)), ..job };
    assert_eq!(store(app, &ada, other).await, job.document);
    let fail = FailRendering { invoice: job.invoice, why: None };
    app.application.execute(&authenticated(app, &ada).await, fail).await.unwrap();
    ada.get(&pdf).await.expect(200);
    assert_eq!(ada.list("/audit-logs?action=invoice.rendered").await.len(), 1);
    assert_eq!(ada.list("/audit-logs?action=invoice.unprintable").await.len(), 2);
    assert_eq!(ada.list("/documents").await.len(), 1);
}

async fn what_cannot_be_printed_is_refused_before_it_takes_a_number(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let mut chinese = draft(&customer);
    chinese["note"] = json!("漢 and 漢");
    let invoice = ada.create("/invoices", chinese).await;
    let issue = format!("{}/issue", path(&invoice));
    let refused = ada.post(&issue, json!({})).await.refused(409, "invoice.no_glyph");
    assert_eq!(refused.json()["detail"], "no font of the template has 漢 (U+6F22)");
    ada.patch(&path(&invoice), "*", json!({"note": null})).await.expect(200);

    let large = ada.upload("logo.svg", &vec![b' '; 2 * 1024 * 1024 + 1]).await;
    let settings = json!({"settings": {"seller": {"logo_document_id": large["id"]}}});
    ada.patch("/organization", "*", settings).await.expect(200);
    let refused = ada.post(&issue, json!({})).await.refused(409, "invoice.logo_unreadable");
    assert_eq!(refused.json()["detail"], "the document of the logo has more than 2 MiB");
    let svg = ada.upload("logo.SVG", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>").await;
    let settings = json!({"settings": {"seller": {"logo_document_id": svg["id"]}}});
    ada.patch("/organization", "*", settings).await.expect(200);
    let number = ada.post(&issue, json!({})).await.expect(200).json()["number"].clone();
    assert!(number.as_str().unwrap().ends_with("-00001"), "{number}");
    assert_eq!(ada.list("/jobs?kind=invoice.render").await.len(), 1);
}

on_postgres! {
    the_pdf_of_an_issued_invoice_is_downloaded_like_a_document,
    drafts_and_incoming_invoices_have_no_pdf,
    a_verdict_is_told_until_the_invoice_is_rendered_again,
    what_cannot_be_printed_is_refused_before_it_takes_a_number,
}

#[tokio::test]
async fn an_organization_without_room_for_a_file_issues_no_invoice() {
    let limits = Limits { stored_bytes: 1, ..Limits::default() };
    let app = TestApp::memory(Options { limits, ..Options::default() }).await;
    let (ada, customer) = trading(&app).await;
    ada.upload("full.txt", b"1").await;
    let invoice = ada.create("/invoices", draft(&customer)).await;
    let refused = ada.post(&format!("{}/issue", path(&invoice)), json!({})).await;
    refused.refused(403, "limit.reached");
    app.stop().await;
}
