use plinth_domain::{Invoice, InvoiceId, Permission};

use crate::{
    Command, Context, Error, Expected, Recorded,
    invoices::{FullInvoice, held::locked},
};

/// Blocks the dunning of an invoice, in a dispute, or ends the block.
#[derive(Debug)]
pub struct BlockDunning {
    /// The invoice.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// Whether it is blocked from now on.
    pub blocked: bool,
}

impl Command for BlockDunning {
    const NAME: &'static str = "invoice.block_dunning";
    const PERMISSION: Permission = Permission::InvoiceDun;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        ctx.access.require(Permission::InvoiceRead)?;
        let before = locked(ctx, self.id).await?;
        self.expected.check(&before.revision)?;
        let after = before.clone().block_dunning(self.blocked, ctx.now)?;
        ctx.unit.invoices().update(&after).await.map_err(Error::write::<Invoice>)?;
        let action =
            if self.blocked { "invoice.dunning_blocked" } else { "invoice.dunning_unblocked" };
        let full = FullInvoice::stored(ctx, after).await?;
        FullInvoice::changed(action, &before, full)
    }
}
