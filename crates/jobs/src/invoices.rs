//! The handler that makes the PDFs of invoices.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use plinth_application::{
    documents::VersionRef,
    invoices::{
        FailRendering, IssuedInvoice, LogoFile, PrepareRendering, Prepared, Printable,
        RenderInvoice, StorePdf,
    },
};
use plinth_domain::BlobKey;
use plinth_ports::{Blobs, InvoiceRenderer, Logo, Unprintable, e_documents::EInvoiceWriter};

use crate::{Handler, JobContext, JobFailure};

/// Renders an invoice, puts its e-invoice into the PDF where it has one, and stores the PDF as a
/// document.
///
/// It is idempotent: each attempt makes the same file under the same key, and the PDF of an invoice
/// is recorded once.
pub struct InvoicePdfMaker {
    renderer: Arc<dyn InvoiceRenderer>,
    writer: Arc<dyn EInvoiceWriter>,
    blobs: Arc<dyn Blobs>,
    at_once: usize,
}

impl InvoicePdfMaker {
    /// Renders invoices, `at_once` at the same time, and stores them here.
    #[must_use]
    pub fn new(
        renderer: Arc<dyn InvoiceRenderer>,
        writer: Arc<dyn EInvoiceWriter>,
        blobs: Arc<dyn Blobs>,
        at_once: usize,
    ) -> Self {
        Self { renderer, writer, blobs, at_once: at_once.max(1) }
    }

    /// The file, or why there is none.
    async fn make(
        &self,
        mut printable: Printable,
    ) -> Result<Result<Bytes, Unprintable>, JobFailure> {
        printable.request.logo = match printable.logo.take() {
            Some(logo) => Some(self.read(logo).await?),
            None => None,
        };
        let rendered = self.renderer.render(&printable.request).await.map_err(JobFailure::retry)?;
        match rendered {
            Ok(rendered) => self.with_e_invoice(printable.issued, rendered.pdf).await.map(Ok),
            Err(why) => Ok(Err(why)),
        }
    }

    async fn read(&self, logo: LogoFile) -> Result<Logo, JobFailure> {
        Ok(Logo { format: logo.format, bytes: self.whole(&logo.key).await? })
    }

    async fn whole(&self, key: &BlobKey) -> Result<Bytes, JobFailure> {
        let bytes = self.blobs.read(key, None).await.map_err(JobFailure::retry)?;
        let mut bytes = bytes.ok_or_else(|| JobFailure::retry(FileMissing(*key)))?;
        let mut content = BytesMut::new();
        while let Some(more) = bytes.try_next().await.map_err(JobFailure::retry)? {
            content.extend_from_slice(&more);
        }
        Ok(content.freeze())
    }

    /// The invoice with the bytes of its supporting documents.
    async fn with_files(&self, of: IssuedInvoice) -> Result<IssuedInvoice, JobFailure> {
        let keys = of.files();
        let mut contents = Vec::with_capacity(keys.len());
        for key in &keys {
            contents.push(self.whole(key).await?);
        }
        of.with_files(contents).ok_or_else(|| JobFailure::retry(FileDiffers))
    }

    /// The PDF with the e-invoice; the plain one where the invoice cannot be written as one.
    async fn with_e_invoice(&self, of: IssuedInvoice, pdf: Bytes) -> Result<Bytes, JobFailure> {
        if !of.full.invoice.status.is_booked() {
            return Ok(pdf);
        }
        let of = self.with_files(of).await?;
        let (writer, plain) = (Arc::clone(&self.writer), pdf.clone());
        let embed = move || writer.embed(of.outgoing(), &pdf);
        match tokio::task::spawn_blocking(embed).await.map_err(JobFailure::retry)? {
            Ok(with_xml) => Ok(with_xml),
            Err(why) => {
                let (code, detail) = (why.code.name(), why.detail.as_str());
                tracing::info!(code, detail, "the PDF of the invoice has no e-invoice");
                Ok(plain)
            }
        }
    }
}

#[async_trait]
impl Handler for InvoicePdfMaker {
    type Job = RenderInvoice;

    /// Longer than the renderer's own timeout.
    fn timeout(&self) -> Duration {
        Duration::from_mins(10)
    }

    fn at_once(&self) -> Option<usize> {
        Some(self.at_once)
    }

    async fn run(&self, job: RenderInvoice, ctx: JobContext) -> Result<(), JobFailure> {
        let prepare = PrepareRendering { invoice: job.invoice };
        let made = match ctx.application().query(ctx.caller(), prepare).await? {
            Prepared::Rendered(_) => return Ok(()),
            Prepared::Unprintable(why) => Err(why),
            Prepared::Printable(printable) => self.make(*printable).await?,
        };
        match made {
            Ok(pdf) => {
                let of = VersionRef { document: job.document, version: job.version };
                let key = ctx.content_key(of);
                self.blobs.put(&key, pdf.clone()).await.map_err(JobFailure::retry)?;
                let document = ctx.execute(StorePdf::new(job, &pdf)).await?;
                if document != job.document {
                    // Another job was faster, and no record names this file.
                    self.blobs.remove(&key).await.map_err(JobFailure::retry)?;
                }
                Ok(())
            }
            Err(why) => {
                Ok(ctx.execute(FailRendering { invoice: job.invoice, why: Some(why) }).await?)
            }
        }
    }

    async fn dead_letter(
        &self,
        job: Option<RenderInvoice>,
        ctx: JobContext,
    ) -> Result<(), JobFailure> {
        match job {
            Some(job) => Ok(ctx.execute(FailRendering { invoice: job.invoice, why: None }).await?),
            None => Ok(()),
        }
    }
}

/// A logo or a supporting document has no bytes.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not in the object storage")]
struct FileMissing(BlobKey);

/// The bytes of a supporting document are others than at the issue.
#[derive(Debug, thiserror::Error)]
#[error("a supporting document is not the one that was issued")]
struct FileDiffers;
