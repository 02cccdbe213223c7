//! `/documents/{id}/invoice` and `/invoices/{id}/approve`: what others invoice.

use actix_web::{HttpResponse, post};
use plinth_application::invoices::{ApproveInvoice, ReceiveInvoice};
use plinth_domain::{Document, Invoice, Party, PartyId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{change, create, view::InvoiceView};
use crate::{
    etag::MaybeIfMatch,
    idempotency::{self, Key},
    json::{Body, Faults, Form},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    values::identity,
};

/// What is not in the document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReceivedInvoice {
    /// The supplier. Without it, that with the VAT id, the account or the name of the seller in the
    /// document; a new one, where there is none.
    #[schema(value_type = Option<Uuid>)]
    party_id: Option<String>,
}

impl Form for NewReceivedInvoice {
    type Value = Option<PartyId>;

    fn check(self, f: &mut Faults) -> Option<Option<PartyId>> {
        f.check_some("/party_id", self.party_id, |id| identity::<Party>(&id))
    }
}

/// Create the draft of an incoming invoice from the e-invoice in a document. Its amounts are those that
/// the document states.
///
/// A credit note becomes one on the invoice of the same supplier that it names, which needs `invoice:read`.
#[utoipa::path(
    tag = "invoices",
    operation_id = "receive_invoice",
    params(("id" = Uuid, Path), idempotency::Key),
    request_body = NewReceivedInvoice,
    responses(
        (status = 201, body = InvoiceView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "document.rejected, document.malformed, document.unsupported, document.too_complex, document.too_slow, e_invoice.unbookable, e_invoice.totals, e_invoice.original_missing, invoice.credit_exceeded, invoice.credit_notes_many, invoice.supplier_number_taken, vat.exemption_reason, list.too_long, discount_terms.malformed"),
    ),
    security(("bearer" = ["invoice:create", "document:read", "party:create", "party:read"])),
)]
#[post("/documents/{id}/invoice")]
pub(crate) async fn receive_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Document>,
    body: Body<NewReceivedInvoice>,
) -> Result<HttpResponse, ApiError> {
    let received = app.read_e_invoice(&caller, id.0).await?;
    let command = ReceiveInvoice { document: id.0, received, party: body.value };
    create(&app, &caller, body.key, command).await
}

/// Approve the draft of an incoming invoice, as another person than the one who created it or changed
/// it last. Behind an API key stands the person who created the key. A later change takes the approval
/// back.
#[utoipa::path(
    tag = "invoices",
    operation_id = "approve_invoice",
    params(("id" = Uuid, Path), MaybeIfMatch, idempotency::Key),
    responses(
        (status = 200, body = InvoiceView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 409, description = "state.transition, invoice.approval_own, invoice.approval_unexpected"),
    ),
    security(("bearer" = ["invoice:approve"])),
)]
#[post("/invoices/{id}/approve")]
pub(crate) async fn approve_invoice(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<Invoice>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    change(&app, &caller, key.0, ApproveInvoice { id: id.0, expected: expected.0 }).await
}
