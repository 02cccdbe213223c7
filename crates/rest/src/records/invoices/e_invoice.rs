//! `/invoices/{id}/xml`

use std::convert::Infallible;

use actix_web::{HttpRequest, HttpResponse, body::SizedStream, get, http::header};
use futures::StreamExt;
use plinth_application::invoices::GetIssuedInvoice;
use plinth_domain::Invoice;
use plinth_ports::e_documents::{EInvoiceProfile, XmlSyntax};

use crate::{
    etag,
    list::ListQuery,
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    values::names,
};

names! {
    /// The XML of an e-invoice: `cii` (UN/CEFACT D16B) or `ubl` (OASIS UBL 2.1).
    XmlSyntaxName = Cii, Ubl
}

names! {
    /// The rules that an e-invoice keeps: those of EN 16931, or those of XRechnung 3.0, too.
    EInvoiceProfileName = En16931, Xrechnung
}

/// Write the e-invoice of an issued invoice. Of those with documents in them, one of an organization is
/// written and sent at once.
#[utoipa::path(
    tag = "invoices",
    operation_id = "get_invoice_xml",
    params(
        ("id" = Uuid, Path),
        ("syntax" = Option<XmlSyntaxName>, Query, description = "The syntax; defaults to `cii`"),
        ("profile" = Option<EInvoiceProfileName>, Query, description = "The rules; defaults to `en16931`"),
        etag::Conditional,
    ),
    responses(
        (
            status = 200,
            description = "The e-invoice",
            body = Vec<u8>,
            content_type = "application/xml",
            headers(("ETag"), ("Content-Disposition")),
        ),
        (status = 304, description = "Not modified", headers(("ETag"))),
        (status = 503, description = "organization.busy"),
        (status = 409, description = "e_invoice.none, e_invoice.incomplete, e_invoice.amount, e_invoice.inexpressible"),
    ),
    security(("bearer" = ["invoice:read"])),
)]
#[get("/invoices/{id}/xml")]
pub(crate) async fn get_invoice_xml(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let syntax = query.take("syntax", "cii or ubl", XmlSyntax::from_name);
    let profile = query.take("profile", "en16931 or xrechnung", EInvoiceProfile::from_name);
    query.done()?;
    let issued = app.query(&caller, GetIssuedInvoice { id: id.0 }).await?;
    let invoice = &issued.full.invoice;
    let tag = invoice.revision.version.number().to_string();
    if let Some(answered) = etag::unchanged(&request, &tag)? {
        return Ok(answered);
    }
    let number = invoice.number.as_ref().map_or("invoice", |number| number.as_str());
    let file = format!("attachment; filename=\"{}.xml\"", file_name(number));
    let syntax = syntax.unwrap_or(XmlSyntax::Cii);
    let profile = profile.unwrap_or(EInvoiceProfile::En16931);
    let e_invoice = app.write_e_invoice(issued, syntax, profile).await?;
    let length = e_invoice.length();
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/xml"))
        .insert_header((header::CONTENT_DISPOSITION, file))
        .insert_header((header::ETAG, etag::quoted(&tag)))
        .body(SizedStream::new(length, e_invoice.parts::<Infallible>().boxed())))
}

/// A number as the name of a file: a pattern may have slashes.
fn file_name(number: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    number.chars().map(|c| if is_plain(c) { c } else { '_' }).collect()
}
