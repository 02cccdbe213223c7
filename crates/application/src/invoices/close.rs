use plinth_domain::{InvalidTransition, Invoice, InvoiceId, Permission, Timestamp};

use super::{
    FullInvoice,
    held::{check_open, locked},
};
use crate::{Command, Context, Error, Expected, Recorded};

/// Withdraws an issued invoice of which nothing is settled.
#[derive(Debug)]
pub struct VoidInvoice {
    /// The invoice.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for VoidInvoice {
    const NAME: &'static str = "invoice.void";
    const PERMISSION: Permission = Permission::InvoiceVoid;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        let voided = close(ctx, self.id, &self.expected, "invoice.voided", Invoice::void).await?;
        let organization = ctx.unit.organization().hold().await?;
        let on = voided.output.invoice.content.issued_on;
        if let (Some(on), Some(organization)) = (on, organization) {
            check_open(&organization.settings, on)?;
        }
        Ok(voided)
    }
}

/// Gives up what is open on an invoice.
#[derive(Debug)]
pub struct WriteOffInvoice {
    /// The invoice.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for WriteOffInvoice {
    const NAME: &'static str = "invoice.write_off";
    const PERMISSION: Permission = Permission::InvoiceWriteOff;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        close(ctx, self.id, &self.expected, "invoice.written_off", Invoice::write_off).await
    }
}

async fn close(
    ctx: &mut Context<'_>,
    id: InvoiceId,
    expected: &Expected,
    action: &'static str,
    transition: fn(Invoice, Timestamp) -> Result<Invoice, InvalidTransition>,
) -> Result<Recorded<FullInvoice>, Error> {
    let before = locked(ctx, id).await?;
    expected.check(&before.revision)?;
    let after = transition(before.clone(), ctx.now)?;
    ctx.unit.invoices().update(&after).await.map_err(Error::write::<Invoice>)?;
    let lines = ctx.unit.invoice_lines().of(id).await?;
    FullInvoice::changed(action, &before, (after, lines))
}
