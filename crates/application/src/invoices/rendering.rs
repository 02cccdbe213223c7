//! The making of an invoice's PDF by a worker.

use bytes::Bytes;
use chrono::NaiveTime;
use plinth_domain::{
    ContentType, Document, DocumentDraft, DocumentId, DocumentVersion, DocumentVersionId, Invoice,
    InvoiceId, InvoicePdf, Job, JsonObject, Name, Permission, Processing, Revision, Text, Verdict,
};
use plinth_ports::{
    RenderRequest, Unprintable,
    e_documents::{InvoiceReference, OutgoingReferences},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    FullInvoice,
    held::locked,
    logo::{LogoFile, logo},
    pdf::{INVOICE_RENDERED, INVOICE_RENDERING_FAILED, expect_pdf},
    print::{Referenced, Surroundings, printed},
};
use crate::{
    AuditRecord, Command, Context, Error, JobKind, Query, Recorded, View,
    documents::{ProcessDocument, VersionRef},
    job_kind,
    resource::Found,
};

/// The job that makes the PDF of an issued invoice. Its document and version are named beforehand, so
/// that each attempt stores the same file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderInvoice {
    /// The invoice.
    #[serde(rename = "invoice_id", with = "job_kind::id")]
    pub invoice: InvoiceId,
    /// The document that the PDF becomes.
    #[serde(rename = "document_id", with = "job_kind::id")]
    pub document: DocumentId,
    /// Its only version.
    #[serde(rename = "version_id", with = "job_kind::id")]
    pub version: DocumentVersionId,
}

impl JobKind for RenderInvoice {
    const KIND: &'static str = "invoice.render";
    /// Over about eight minutes, like the inspection of a document.
    const MAX_ATTEMPTS: u16 = 10;

    fn dedup_key(&self) -> Option<String> {
        Some(format!("{}/{}", Self::KIND, self.invoice))
    }
}

impl RenderInvoice {
    /// The job for an invoice.
    pub(super) fn of(invoice: InvoiceId, ctx: &Context<'_>) -> Self {
        Self { invoice, document: ctx.id(), version: ctx.id() }
    }
}

/// What is rendered.
#[derive(Debug)]
pub struct Printable {
    /// The request, without the logo.
    pub request: RenderRequest,
    /// The file of the logo.
    pub logo: Option<LogoFile>,
    /// The invoice, for its e-invoice.
    pub full: FullInvoice,
    /// What its e-invoice refers to.
    pub references: OutgoingReferences,
}

/// What a worker that begins to render finds.
#[derive(Debug)]
pub enum Prepared {
    /// This is to be rendered.
    Printable(Box<Printable>),
    /// It cannot be rendered.
    Unprintable(Unprintable),
    /// The invoice has its PDF already.
    Rendered(DocumentId),
}

/// Prepares the rendering of an invoice.
#[derive(Debug, Clone, Copy)]
pub struct PrepareRendering {
    /// The invoice.
    pub invoice: InvoiceId,
}

impl Query for PrepareRendering {
    const NAME: &'static str = "invoice.prepare_rendering";
    const PERMISSION: Permission = Permission::InvoiceRead;
    type Output = Prepared;

    async fn run(self, view: &mut View<'_>) -> Result<Prepared, Error> {
        if let Some(InvoicePdf::Rendered(document)) =
            view.unit.invoice_pdfs().of(self.invoice).await?
        {
            return Ok(Prepared::Rendered(document));
        }
        let invoice = view.unit.invoices().get(self.invoice).await?;
        expect_pdf(&invoice)?;
        let lines = view.unit.invoice_lines().of(self.invoice).await?;
        let organization = view.unit.organization().find().await?;
        let seller = organization.ok_or(Error::NotFound("organization"))?.settings.seller;
        let party = view.unit.parties().find(invoice.content.party).await?;
        let project = match invoice.content.project {
            Some(project) => view.unit.projects().find(project).await?,
            None => None,
        };
        let original = match invoice.corrects {
            Some(original) => view.unit.invoices().find(original).await?,
            None => None,
        };
        let contract = match invoice.content.contract {
            Some(contract) => view.unit.contracts().find(contract).await?,
            None => None,
        };
        let logo = match logo(view.unit.documents(), seller.logo).await? {
            Ok(logo) => logo,
            Err(why) => return Ok(Prepared::Unprintable(why)),
        };
        let referenced = Referenced {
            customer_number: party.as_ref().and_then(|party| party.number.as_ref()),
            project: project.as_ref(),
            contract: contract.as_ref(),
            corrects: original.as_ref(),
        };
        let around = Surroundings::new(seller, referenced);
        let references = OutgoingReferences {
            preceding: original.as_ref().and_then(reference).into_iter().collect(),
            contract: around.contract.clone(),
            project: project.map(|project| project.code.as_str().to_owned()),
            ..OutgoingReferences::default()
        };
        let request = request(&invoice, printed(&invoice, &lines, &around));
        let full = FullInvoice { invoice, lines };
        Ok(Prepared::Printable(Box::new(Printable { request, logo, full, references })))
    }
}

fn reference(invoice: &Invoice) -> Option<InvoiceReference> {
    let number = invoice.number.as_ref()?.as_str().to_owned();
    Some(InvoiceReference { number, issued_on: invoice.content.issued_on })
}

/// The same invoice has the same request, so its PDF states the beginning of its date as its time.
fn request(invoice: &Invoice, printed: plinth_ports::PrintedInvoice) -> RenderRequest {
    let issued_at = invoice.content.issued_on.map(|day| day.and_time(NaiveTime::MIN).and_utc());
    RenderRequest {
        invoice: printed,
        ident: format!("plinth invoice {}", invoice.id),
        created_at: issued_at.map_or(0, |at| at.timestamp()),
        logo: None,
    }
}

/// A worker has rendered an invoice and stored the file. Answers the document that is its PDF: another
/// one if another job was faster.
#[derive(Debug, Clone, Copy)]
pub struct StorePdf {
    of: RenderInvoice,
    sha256: [u8; 32],
    size_bytes: u64,
}

impl StorePdf {
    /// The rendered file.
    #[must_use]
    pub fn new(of: RenderInvoice, pdf: &Bytes) -> Self {
        Self { of, sha256: Sha256::digest(pdf).into(), size_bytes: pdf.len() as u64 }
    }
}

impl Command for StorePdf {
    const NAME: &'static str = "invoice.store_pdf";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = DocumentId;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<DocumentId>, Error> {
        let RenderInvoice { invoice, document, version } = self.of;
        let invoice = locked(ctx, invoice).await?;
        if let Some(InvoicePdf::Rendered(found)) = ctx.unit.invoice_pdfs().of(invoice.id).await? {
            return Ok(Recorded::without_audit(found));
        }
        let number = invoice.number.as_ref().map_or("", Text::as_str);
        let name = Name::of_file(&format!("{}.pdf", number.replace('/', "-")));
        let draft = DocumentDraft {
            name: name.map_err(Error::internal)?,
            project: invoice.content.project,
            metadata: JsonObject::from_parsed(
                json!({ "invoice_id": invoice.id.uuid() }).to_string(),
            ),
        };
        let job =
            ctx.enqueue(ProcessDocument { version: VersionRef { document, version } }).await?;
        let first = DocumentVersion {
            id: version,
            document,
            number: 1,
            content_type: ContentType::Pdf,
            size_bytes: self.size_bytes,
            sha256: Some(self.sha256),
            processing: Processing::Pending,
            properties: JsonObject::default(),
            has_thumbnails: false,
            job,
            revision: Revision::first(ctx.now),
        };
        let document = Document::create(ctx.organization(), draft, first, ctx.now);
        ctx.unit.documents().insert(&document).await.map_err(Error::write::<Document>)?;
        ctx.unit.document_versions().insert(&document.current).await?;
        let pdf = InvoicePdf::Rendered(document.id);
        ctx.unit.invoice_pdfs().put(invoice.id, &pdf, ctx.now).await?;
        let rendered = AuditRecord::about("invoice.rendered", &invoice);
        let id = document.id;
        let created = Recorded::created(document)?.audits;
        Ok(Recorded::new(id, rendered).along_with(created))
    }
}

/// An invoice could not be rendered. Changes nothing if it has its PDF all the same.
#[derive(Debug, Clone)]
pub struct FailRendering {
    /// The invoice.
    pub invoice: InvoiceId,
    /// Why; `None` when every attempt failed.
    pub why: Option<Unprintable>,
}

impl Command for FailRendering {
    const NAME: &'static str = "invoice.fail_rendering";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let invoice = locked(ctx, self.invoice).await?;
        if let Some(InvoicePdf::Rendered(_)) = ctx.unit.invoice_pdfs().of(invoice.id).await? {
            return Ok(Recorded::without_audit(()));
        }
        let verdict = match self.why {
            Some(Unprintable { code, detail }) => Verdict::new(code, detail),
            None => {
                Verdict::new(INVOICE_RENDERING_FAILED, "it could not be made; its job says more")
            }
        };
        let audit = AuditRecord::about("invoice.unprintable", &invoice)
            .beside("verdict", json!({ "code": verdict.code, "detail": verdict.detail }))?;
        let pdf = InvoicePdf::Unprintable(verdict);
        ctx.unit.invoice_pdfs().put(invoice.id, &pdf, ctx.now).await?;
        Ok(Recorded::new((), audit))
    }
}

/// Makes the PDF of an invoice again that could not be made: its logo or the template was corrected.
/// Answers the job, which may be one that is still open.
#[derive(Debug, Clone, Copy)]
pub struct RequestRendering {
    /// The invoice.
    pub id: InvoiceId,
}

impl Command for RequestRendering {
    const NAME: &'static str = "invoice.render";
    const PERMISSION: Permission = Permission::InvoiceIssue;
    type Output = Job;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Job>, Error> {
        ctx.access.require(Permission::JobRead)?;
        let invoice = locked(ctx, self.id).await?;
        expect_pdf(&invoice)?;
        if let Some(InvoicePdf::Rendered(_)) = ctx.unit.invoice_pdfs().of(invoice.id).await? {
            return Err(Error::conflict(INVOICE_RENDERED, "the invoice has its PDF"));
        }
        ctx.unit.invoice_pdfs().forget(invoice.id).await?;
        let job = ctx.enqueue(RenderInvoice::of(invoice.id, ctx)).await?;
        let job = ctx.unit.jobs().get(job).await?;
        Ok(Recorded::new(job, AuditRecord::about("invoice.rendering_requested", &invoice)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of an earlier version hold these texts.
    #[test]
    fn the_stored_payload_keeps_its_form() {
        let id = "01a1f990-3deb-7000-8000-000000000001";
        let stored = format!(r#"{{"invoice_id":"{id}","document_id":"{id}","version_id":"{id}"}}"#);
        let job: RenderInvoice = serde_json::from_str(&stored).unwrap();
        let draft = job.draft().unwrap();
        assert_eq!(draft.payload.as_str(), stored);
        assert_eq!(draft.dedup_key, Some(format!("invoice.render/{id}")));
    }
}
