use plinth_domain::{DunningClaim, DunningNotice, Invoice, InvoiceId, Permission};

use super::{
    audit,
    claim::{ClaimedNotice, Standing},
};
use crate::{
    AuditRecord, Command, Context, Error, Query, Recorded, View,
    invoices::held::{hold_settings, locked},
    resource::Found,
};

/// Makes the next notice of an overdue invoice.
#[derive(Debug, Clone, Copy)]
pub struct DunInvoice {
    /// The invoice.
    pub id: InvoiceId,
}

impl Command for DunInvoice {
    const NAME: &'static str = "invoice.dun";
    const PERMISSION: Permission = Permission::InvoiceDun;
    type Output = DunningNotice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<DunningNotice>, Error> {
        ctx.access.require(Permission::InvoiceRead)?;
        ctx.make_room::<DunningNotice>().await?;
        // Of two requests, the second one finds the notice of the first.
        let invoice = locked(ctx, self.id).await?;
        let standing = Standing::held(ctx, &invoice).await?;
        let (settings, today) = hold_settings(ctx).await?;
        let claim = standing.claim(&invoice, (&settings, today))?;
        let (notice, audit) = store(ctx, &invoice, claim).await?;
        Ok(Recorded::new(notice, audit))
    }
}

/// Stores a notice, which is an event of its invoice.
pub(super) async fn store(
    ctx: &mut Context<'_>,
    invoice: &Invoice,
    claim: DunningClaim,
) -> Result<(DunningNotice, AuditRecord), Error> {
    let notice = DunningNotice::issue(ctx.id(), invoice, claim, ctx.now);
    let stored = ctx.unit.dunning_notices().insert(&notice).await;
    stored.map_err(Error::write::<DunningNotice>)?;
    let audit = AuditRecord::about("invoice.dunned", invoice);
    let audit = audit.beside("notice", audit::notice(&notice))?;
    Ok((notice, audit))
}

/// Finds what the next notice of an invoice would claim today.
#[derive(Debug, Clone, Copy)]
pub struct PreviewDunning {
    /// The invoice.
    pub id: InvoiceId,
}

impl Query for PreviewDunning {
    const NAME: &'static str = "invoice.preview_dunning";
    const PERMISSION: Permission = Permission::InvoiceDun;
    type Output = ClaimedNotice;

    async fn run(self, view: &mut View<'_>) -> Result<ClaimedNotice, Error> {
        view.access.require(Permission::InvoiceRead)?;
        let invoice = view.unit.invoices().get(self.id).await?;
        let standing = Standing::seen(view.unit, &invoice).await?;
        let organization = view.unit.organization().find().await?;
        let settings = organization.ok_or(Error::NotFound("organization"))?.settings;
        let today = settings.timezone.day(view.now);
        let claim = standing.claim(&invoice, (&settings, today))?;
        Ok(ClaimedNotice::new(&invoice, claim))
    }
}
