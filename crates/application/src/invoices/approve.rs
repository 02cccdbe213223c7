use plinth_domain::{Invoice, InvoiceDirection, InvoiceId, PayableApproval, Permission};

use super::{
    FullInvoice,
    held::{locked, refused},
};
use crate::{Command, Context, Error, Expected, Recorded};

plinth_domain::codes! {
    APPROVAL_MISSING = "invoice.approval_missing",
        "The organization demands that a second person approves an incoming invoice.";
}

/// Approves the draft of an incoming invoice, as a second person.
#[derive(Debug)]
pub struct ApproveInvoice {
    /// The draft.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for ApproveInvoice {
    const NAME: &'static str = "invoice.approve";
    const PERMISSION: Permission = Permission::InvoiceApprove;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        let user = ctx.person()?;
        let before = locked(ctx, self.id).await?;
        self.expected.check(&before.revision)?;
        let after = before.clone().approve(user, ctx.now).map_err(refused)?;
        ctx.unit.invoices().update(&after).await.map_err(Error::write::<Invoice>)?;
        let full = FullInvoice::stored(ctx, after).await?;
        FullInvoice::changed("invoice.approved", &before, full)
    }
}

/// Refuses to book an incoming invoice without the approval that the organization demands.
pub(super) fn check_approved(invoice: &Invoice, demanded: PayableApproval) -> Result<(), Error> {
    let is_needed = demanded == PayableApproval::SecondPerson
        && invoice.content.direction == InvoiceDirection::Payable;
    if is_needed && invoice.review.approval.is_none() {
        return Err(Error::conflict(APPROVAL_MISSING, "a second person has to approve it"));
    }
    Ok(())
}
