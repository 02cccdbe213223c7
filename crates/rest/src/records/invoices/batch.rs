//! `POST /invoices/batch`

use actix_web::{HttpResponse, post};
use plinth_application::invoices::{CreateInvoice, CreateInvoices};
use plinth_domain::{Invalid, Invoice, Money, codes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::NewInvoice;
use crate::{
    idempotency,
    json::{Body, Faults, Form},
    middleware::{App, Authenticated},
    money::MoneyBody,
    problem::ApiError,
};

/// The most drafts of one request.
const MAX_ITEMS: usize = 100;
/// The most lines of all of them.
const MAX_LINES: usize = 2_000;
/// The most supporting documents of all drafts, each of which is looked up.
const MAX_ATTACHMENTS: usize = 100;

/// New drafts, of which all are created or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvoiceBatch {
    /// With at most 2,000 lines in all.
    #[schema(min_items = 1, max_items = 100)]
    items: Vec<NewInvoice>,
}

impl Form for InvoiceBatch {
    type Value = CreateInvoices;
    const BYTES: usize = 1024 * 1024;

    fn check(self, f: &mut Faults) -> Option<CreateInvoices> {
        let lines: usize = self.items.iter().map(NewInvoice::count_lines).sum();
        let attachments: usize = self.items.iter().map(NewInvoice::count_attachments).sum();
        let counted = match self.items.len() {
            1..=MAX_ITEMS if attachments > MAX_ATTACHMENTS => {
                let detail = format!("at most {MAX_ATTACHMENTS} supporting documents in all");
                Err(Invalid::new(codes::LIST_TOO_LONG, detail))
            }
            0 => Err(Invalid::new(codes::LIST_EMPTY, "at least one invoice")),
            1..=MAX_ITEMS if lines <= MAX_LINES => Ok(()),
            1..=MAX_ITEMS => {
                let detail = format!("at most {MAX_LINES} lines in all");
                Err(Invalid::new(codes::LIST_TOO_LONG, detail))
            }
            _ => Err(Invalid::new(codes::LIST_TOO_LONG, format!("at most {MAX_ITEMS} invoices"))),
        };
        f.check("/items", counted)?;
        let items = self.items.into_iter().enumerate();
        let drafts: Vec<Option<CreateInvoice>> = items
            .map(|(index, item)| f.within(&format!("/items/{index}"), |f| item.check(f)))
            .collect();
        Some(CreateInvoices { drafts: drafts.into_iter().collect::<Option<_>>()? })
    }
}

/// The new drafts, in the order of the request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftedInvoices {
    items: Vec<DraftedInvoice>,
}

/// A new draft, with what it adds up to. `GET /invoices/{id}` shows all of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftedInvoice {
    id: Uuid,
    /// The total without VAT.
    net: MoneyBody,
    /// The total of the VAT.
    tax: MoneyBody,
    /// The total with VAT.
    gross: MoneyBody,
    /// The amount due.
    due: MoneyBody,
    /// Increases by one with each change.
    #[schema(minimum = 1)]
    version: i64,
}

impl From<&Invoice> for DraftedInvoice {
    fn from(invoice: &Invoice) -> Self {
        let currency = invoice.content.currency;
        let money = |amount_minor| Money { amount_minor, currency }.into();
        let totals = &invoice.totals;
        Self {
            id: invoice.id.uuid(),
            net: money(totals.net),
            tax: money(totals.tax),
            gross: money(totals.gross),
            due: money(totals.due),
            version: invoice.revision.version.number(),
        }
    }
}

/// Create the drafts of up to 100 invoices, all or none. A fault names the item.
#[utoipa::path(
    tag = "invoices",
    operation_id = "create_invoices",
    params(idempotency::Key),
    request_body = InvoiceBatch,
    responses(
        (status = 201, body = DraftedInvoices, headers(("Idempotent-Replayed"))),
        (status = 409, description = "invoice.supplier_number_taken"),
    ),
    security(("bearer" = ["invoice:create"])),
)]
#[post("/invoices/batch")]
pub(crate) async fn create_invoices(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<InvoiceBatch>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, body.key, body.value, |invoices| {
        let items = invoices.iter().map(DraftedInvoice::from).collect();
        idempotency::made(&DraftedInvoices { items })
    });
    idempotency::respond(answer.await?)
}
