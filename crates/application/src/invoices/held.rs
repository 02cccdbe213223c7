//! What a transition of an invoice holds until it is committed.

use chrono::NaiveDate;
use plinth_domain::{Invoice, InvoiceError, InvoiceId, OrganizationSettings};

use crate::{Context, Error};

plinth_domain::codes! {
    BOOKS_CLOSED = "books.closed", "The books are closed for the date of the document.";
}

/// Refuses a date in a closed period.
pub(crate) fn check_open(settings: &OrganizationSettings, on: NaiveDate) -> Result<(), Error> {
    if settings.is_closed(on) {
        return Err(Error::conflict(BOOKS_CLOSED, "the books are closed for this day"));
    }
    Ok(())
}

/// The settings, held until the transaction ends, and today in the organization's time zone.
pub(crate) async fn hold_settings(
    ctx: &mut Context<'_>,
) -> Result<(OrganizationSettings, NaiveDate), Error> {
    let organization = ctx.unit.organization().hold().await?;
    let settings = organization.ok_or(Error::NotFound("organization"))?.settings;
    let today = settings.timezone.day(ctx.now);
    Ok((settings, today))
}

/// The invoice, locked until the transaction ends.
pub(crate) async fn locked(ctx: &mut Context<'_>, id: InvoiceId) -> Result<Invoice, Error> {
    let found = ctx.unit.invoice_lines().lock(&[id]).await?;
    found.into_iter().next().ok_or(Error::NotFound("invoice"))
}

/// The draft as it is stored cannot be issued: nothing in the request is wrong.
pub(super) fn refused(error: InvoiceError) -> Error {
    match error {
        InvoiceError::Invalid(place, invalid) => Error::Conflict {
            code: invalid.code,
            detail: format!("{}: {}", place.pointer(), invalid.detail).into(),
        },
        transition @ InvoiceError::Transition(_) => transition.into(),
    }
}
