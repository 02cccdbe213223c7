//! What the commands on payments have in common.

use std::collections::HashMap;

use chrono::NaiveDate;
use plinth_domain::{Earlier, Invalid, Invoice, InvoiceId, Payment, Share, Target, Timestamp};

use crate::{
    AuditRecord, Context, Error,
    invoices::held::{check_open, hold_settings},
};

plinth_domain::codes! {
    ALLOCATIONS_MANY = "payment.allocations_many",
        "An invoice or a payment has too many allocations.";
    PAYMENT_IN_FUTURE = "payment.in_future", "A payment cannot have a date in the future.";
}

/// The most allocations of one request.
pub const MAX_SHARES: usize = 100;
/// The most allocations of an invoice, and of a payment.
const MAX_ALLOCATIONS: usize = 1_000;

/// Today in the organization's time zone, after `day` was found to be neither in the future nor in a
/// closed period. It holds the settings until the transaction ends.
pub(super) async fn check_day(
    ctx: &mut Context<'_>,
    day: Option<NaiveDate>,
) -> Result<NaiveDate, Error> {
    let (settings, today) = hold_settings(ctx).await?;
    if day.is_some_and(|day| day > today) {
        let detail = format!("today is {today}");
        return Err(Error::field("/received_on", Invalid::new(PAYMENT_IN_FUTURE, detail)));
    }
    check_open(&settings, day.unwrap_or(today))?;
    Ok(today)
}

/// The invoices, locked in the order of their identities.
pub(crate) async fn locked(
    ctx: &mut Context<'_>,
    ids: &[InvoiceId],
) -> Result<HashMap<InvoiceId, Invoice>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let invoices = ctx.unit.invoice_lines().lock(ids).await?;
    Ok(invoices.into_iter().map(|invoice| (invoice.id, invoice)).collect())
}

/// The invoices of a request, locked, with what was allocated to them before, and the invoice
/// `besides` them.
pub(super) async fn targets(
    ctx: &mut Context<'_>,
    shares: &[Share],
    besides: Option<InvoiceId>,
) -> Result<(Vec<Target>, Option<Invoice>), Error> {
    Share::check_all(shares)?;
    let own: Vec<InvoiceId> = shares.iter().map(|share| share.invoice).collect();
    let ids: Vec<InvoiceId> = own.iter().copied().chain(besides).collect();
    let mut invoices = locked(ctx, &ids).await?;
    let besides = match besides {
        Some(id) => Some(invoices.get(&id).cloned().ok_or(Error::NotFound("invoice"))?),
        None => None,
    };
    let earlier =
        if ids.is_empty() { HashMap::new() } else { ctx.unit.allocations().earlier(&ids).await? };
    let mut targets = Vec::with_capacity(shares.len());
    for (index, share) in shares.iter().enumerate() {
        let Some(invoice) = invoices.remove(&share.invoice) else {
            return Err(Error::unknown_reference(&format!("allocations/{index}/invoice_id")));
        };
        let earlier: Earlier = earlier.get(&share.invoice).copied().unwrap_or_default();
        check_count(earlier.count as usize + 2)?;
        targets.push(Target { share: *share, invoice, earlier });
    }
    Ok((targets, besides))
}

/// Refuses more allocations than can be listed.
pub(super) fn check_count(count: usize) -> Result<(), Error> {
    if count > MAX_ALLOCATIONS {
        let detail = format!("at most {MAX_ALLOCATIONS} allocations");
        return Err(Error::Conflict { code: ALLOCATIONS_MANY, detail: detail.into() });
    }
    Ok(())
}

/// Stores what became of the invoices, each with its audit record.
pub(super) async fn store(
    ctx: &mut Context<'_>,
    action: &'static str,
    before: &[Invoice],
    after: &[Invoice],
) -> Result<Vec<AuditRecord>, Error> {
    let mut audits = Vec::with_capacity(after.len());
    for (before, after) in before.iter().zip(after) {
        ctx.unit.invoices().update(after).await.map_err(Error::write::<Invoice>)?;
        audits.push(AuditRecord::changed(action, before, after)?);
    }
    Ok(audits)
}

/// The next revision of a stored payment.
pub(super) fn next(payment: Payment, before: &Payment, at: Timestamp) -> Payment {
    Payment { revision: before.revision.next(at), ..payment }
}
