use bytes::Bytes;
use plinth_domain::{
    ContentType, DocumentDraft, DocumentId, InvoiceId, InvoicePdf, JsonObject, Name, Permission,
    Text, Verdict,
};
use plinth_ports::Unprintable;
use serde_json::json;

use super::{
    super::{held::locked, pdf::INVOICE_RENDERING_FAILED},
    RenderInvoice,
};
use crate::{
    AuditRecord, Command, Context, Error, Recorded,
    documents::{MadeFile, VersionRef},
};

/// A worker has rendered an invoice and stored the file. Answers the document that is its PDF: another
/// one if another job was faster.
#[derive(Debug, Clone, Copy)]
pub struct StorePdf {
    invoice: InvoiceId,
    file: MadeFile,
}

impl StorePdf {
    /// The rendered file.
    #[must_use]
    pub fn new(of: RenderInvoice, pdf: &Bytes) -> Self {
        let RenderInvoice { invoice, document, version } = of;
        let of = VersionRef { document, version };
        Self { invoice, file: MadeFile::new(of, ContentType::Pdf, pdf) }
    }
}

impl Command for StorePdf {
    const NAME: &'static str = "invoice.store_pdf";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = DocumentId;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<DocumentId>, Error> {
        let invoice = locked(ctx, self.invoice).await?;
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
        let document = self.file.become_document(ctx, draft).await?;
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
