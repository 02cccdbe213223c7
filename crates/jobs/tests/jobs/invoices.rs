//! An issued invoice has its PDF, or tells why not.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::TryStreamExt;
use plinth_application::invoices::OpenInvoicePdf;
use plinth_domain::{InvoiceId, InvoicePdf, JobDraft, JobState};
use plinth_jobs::{Handlers, InvoicePdfMaker};
use plinth_ports::{
    INVOICE_TOO_LONG, InvoiceRenderer, RenderRequest, RenderedInvoice, RendererError, Unprintable,
    e_documents::{
        E_INVOICE_AMOUNT, EInvoiceProfile, EInvoiceWriter, OutgoingInvoice, Unwritable, XmlSyntax,
    },
};

use crate::support::Fixture;

/// What a renderer does.
#[derive(Clone, Copy)]
enum Does {
    Renders,
    Refuses,
    Fails,
}

/// Renders the number of an invoice.
struct Renderer(Does, AtomicUsize);

#[async_trait]
impl InvoiceRenderer for Renderer {
    async fn render(
        &self,
        request: &RenderRequest,
    ) -> Result<Result<RenderedInvoice, Unprintable>, RendererError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        match self.0 {
            Does::Renders => {
                let pdf = format!("%PDF-1.7 {}", request.invoice.number).into();
                Ok(Ok(RenderedInvoice { pdf, pages: 1 }))
            }
            Does::Refuses => Ok(Err(Unprintable { code: INVOICE_TOO_LONG, detail: "long".into() })),
            Does::Fails => Err(RendererError("no memory".into())),
        }
    }
}

/// Writes the total behind a PDF, unless it refuses.
struct Writer(bool);

impl EInvoiceWriter for Writer {
    fn write(
        &self,
        _: OutgoingInvoice<'_>,
        _: XmlSyntax,
        _: EInvoiceProfile,
    ) -> Result<Bytes, Unwritable> {
        Err(Unwritable { code: E_INVOICE_AMOUNT, detail: "large".into() })
    }

    fn embed(&self, of: OutgoingInvoice<'_>, pdf: &[u8]) -> Result<Bytes, Unwritable> {
        if !self.0 {
            return Err(Unwritable { code: E_INVOICE_AMOUNT, detail: "large".into() });
        }
        let total = format!(" {}", of.invoice.totals.gross);
        Ok([pdf, total.as_bytes()].concat().into())
    }
}

fn handlers(fixture: &Fixture, does: Does, writer: Writer) -> (Handlers, Arc<Renderer>) {
    let renderer = Arc::new(Renderer(does, AtomicUsize::new(0)));
    let maker =
        InvoicePdfMaker::new(renderer.clone(), Arc::new(writer), Arc::clone(&fixture.blobs), 1);
    (Handlers::new().with(maker), renderer)
}

async fn downloaded(fixture: &Fixture, invoice: InvoiceId) -> String {
    let open = OpenInvoicePdf { id: invoice };
    let download = fixture.application.query(&fixture.caller(), open).await.unwrap();
    let bytes = fixture.application.read(&download, None).await.unwrap();
    let bytes: Vec<Bytes> = bytes.try_collect().await.unwrap();
    String::from_utf8(bytes.concat()).unwrap()
}

#[tokio::test]
async fn the_pdf_of_an_invoice_has_its_e_invoice_where_it_can_be_written() {
    for (writer, end) in [(Writer(true), " 146370"), (Writer(false), "")] {
        let fixture = Fixture::new().await;
        let (invoice, job) = fixture.issue().await;
        let (handlers, _) = handlers(&fixture, Does::Renders, writer);
        let worker = fixture.worker(handlers);
        fixture.until(job, JobState::Succeeded).await;
        let pdf = downloaded(&fixture, invoice).await;
        assert!(
            pdf.starts_with("%PDF-1.7 INV-") && pdf.ends_with(&format!("-00001{end}")),
            "{pdf}"
        );
        worker.stop().await;
    }
}

#[tokio::test]
async fn an_invoice_that_has_its_pdf_is_not_rendered_again() {
    let fixture = Fixture::new().await;
    let (invoice, job) = fixture.issue().await;
    let (handlers, renderer) = handlers(&fixture, Does::Renders, Writer(false));
    let worker = fixture.worker(handlers);
    fixture.until(job, JobState::Succeeded).await;
    let pdf = fixture.pdf(invoice).await;
    assert!(matches!(pdf, Some(InvoicePdf::Rendered(_))), "{pdf:?}");
    let stored = fixture.find(job).await;
    let again = JobDraft {
        kind: "invoice.render",
        payload: stored.payload,
        priority: 0,
        max_attempts: 1,
        run_at: None,
        dedup_key: None,
    };
    let again = fixture.enqueue(again).await;
    fixture.until(again, JobState::Succeeded).await;
    assert_eq!(fixture.pdf(invoice).await, pdf);
    assert_eq!(renderer.1.load(Ordering::Relaxed), 1);
    worker.stop().await;
}

#[tokio::test]
async fn an_invoice_that_cannot_be_rendered_tells_why() {
    for (does, state, expected) in [
        (Does::Refuses, JobState::Succeeded, "invoice.too_long"),
        (Does::Fails, JobState::Dead, "invoice.rendering_failed"),
    ] {
        let fixture = Fixture::new().await;
        let (invoice, job) = fixture.issue().await;
        fixture.leave_one_attempt(job).await;
        let (handlers, _) = handlers(&fixture, does, Writer(false));
        let worker = fixture.worker(handlers);
        fixture.until(job, state).await;
        let Some(InvoicePdf::Unprintable(verdict)) = fixture.pdf(invoice).await else {
            panic!("it has no verdict")
        };
        assert_eq!(verdict.code, expected);
        worker.stop().await;
    }
}
