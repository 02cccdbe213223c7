use chrono::NaiveTime;
use plinth_domain::{DocumentId, Invoice, InvoiceId, InvoicePdf, Permission};
use plinth_ports::{PrintedInvoice, RenderRequest, Unprintable};

use super::super::{
    FullInvoice,
    logo::{LogoFile, logo},
    outgoing::{IssuedInvoice, references},
    pdf::expect_pdf,
    print::{Referenced, Surroundings, printed},
};
use crate::{Error, Query, View, resource::Found};

/// What is rendered.
#[derive(Debug)]
pub struct Printable {
    /// The request, without the logo.
    pub request: RenderRequest,
    /// The file of the logo.
    pub logo: Option<LogoFile>,
    /// The invoice, for its e-invoice.
    pub issued: IssuedInvoice,
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
        let request = request(&invoice, printed(&invoice, &lines, &around));
        let references = references(view.unit, &invoice).await?;
        let attachments = view.unit.invoice_attachments().of(self.invoice).await?;
        let full = FullInvoice { invoice, lines, attachments };
        let issued = IssuedInvoice { full, references };
        Ok(Prepared::Printable(Box::new(Printable { request, logo, issued })))
    }
}

/// The same invoice has the same request, so its PDF states the beginning of its date as its time.
fn request(invoice: &Invoice, printed: PrintedInvoice) -> RenderRequest {
    let issued_at = invoice.content.issued_on.map(|day| day.and_time(NaiveTime::MIN).and_utc());
    RenderRequest {
        invoice: printed,
        ident: format!("plinth invoice {}", invoice.id),
        created_at: issued_at.map_or(0, |at| at.timestamp()),
        logo: None,
    }
}
