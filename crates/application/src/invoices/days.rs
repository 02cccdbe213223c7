//! The days that an invoice gets at its issue.

use chrono::NaiveDate;
use plinth_domain::{Invoice, InvoiceDirection, OrganizationSettings, Permission};

use super::held::check_open;
use crate::{Context, Error};

plinth_domain::codes! {
    INVOICE_IN_FUTURE = "invoice.in_future", "An invoice cannot have a date in the future.";
    INVOICE_BACKDATED = "invoice.backdated",
        "An invoice with an earlier date than today needs the permission invoice:backdate.";
    CREDIT_BEFORE_INVOICE = "invoice.credit_before_invoice",
        "A credit note cannot have an earlier date than its invoice.";
}

/// The days of a document. Those of the organization's own are one day.
#[derive(Debug, Clone, Copy)]
pub(super) struct DocumentDays {
    /// The date of the document.
    pub date: NaiveDate,
    /// On which it counts in the books: a day of a period that is open.
    pub booked_on: NaiveDate,
    /// By which its series goes.
    pub numbered_on: NaiveDate,
}

impl DocumentDays {
    /// The days of a draft that is issued now, and that corrects `original`.
    pub(super) fn of(
        ctx: &Context<'_>,
        draft: &Invoice,
        original: Option<&Invoice>,
        settings: &OrganizationSettings,
    ) -> Result<Self, Error> {
        let today = settings.timezone.day(ctx.now);
        let date = draft.content.issued_on.unwrap_or(today);
        let corrected = original.and_then(|original| original.content.booked_on);
        let days = match draft.content.direction {
            InvoiceDirection::Receivable => Self { date, booked_on: date, numbered_on: date },
            // The date of an incoming invoice is its supplier's.
            InvoiceDirection::Payable => {
                let earliest = corrected.map_or(date, |day| day.max(date));
                let open = || settings.first_open(earliest).min(today);
                let booked_on = draft.content.booked_on.unwrap_or_else(open);
                Self { date, booked_on, numbered_on: today }
            }
        };
        days.check(ctx, draft, original, today)?;
        check_open(settings, days.booked_on)?;
        Ok(days)
    }

    fn check(
        self,
        ctx: &Context<'_>,
        draft: &Invoice,
        original: Option<&Invoice>,
        today: NaiveDate,
    ) -> Result<(), Error> {
        if self.date.max(self.booked_on) > today {
            return Err(Error::conflict(INVOICE_IN_FUTURE, "the date must not be in the future"));
        }
        let is_own = draft.content.direction == InvoiceDirection::Receivable;
        let is_earlier = is_own && self.date < today;
        if is_earlier && ctx.access.require(Permission::InvoiceBackdate).is_err() {
            return Err(Error::conflict(INVOICE_BACKDATED, "the date must be today"));
        }
        let is_before = |of: Option<NaiveDate>, day: NaiveDate| of.is_some_and(|of| day < of);
        let original = original.map(|original| &original.content);
        if is_before(original.and_then(|one| one.issued_on), self.date)
            || is_before(original.and_then(|one| one.booked_on), self.booked_on)
        {
            let detail = "neither its date nor its booking is before that of the invoice";
            return Err(Error::conflict(CREDIT_BEFORE_INVOICE, detail));
        }
        Ok(())
    }
}
