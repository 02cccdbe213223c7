use plinth_domain::{
    Payment, PaymentChanges, PaymentDraft, PaymentId, Permission, Revision, Share,
};

use super::{
    FullPayment,
    settle::{check_day, store, targets},
};
use crate::{
    AuditRecord, Command, Context, Error, Expected, MetadataPatch, Recorded, metadata,
    resource::Found,
};

/// Records a payment, and what it settles. What it does not settle is a credit of the party.
#[derive(Debug)]
pub struct RecordPayment {
    /// Its values.
    pub draft: PaymentDraft,
    /// What it settles.
    pub shares: Vec<Share>,
}

impl Command for RecordPayment {
    const NAME: &'static str = "payment.create";
    const PERMISSION: Permission = Permission::PaymentCreate;
    type Output = FullPayment;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullPayment>, Error> {
        ctx.make_room::<Payment>().await?;
        let (targets, _) = targets(ctx, &self.shares, None).await?;
        let on = self.draft.received_on;
        check_day(ctx, Some(on)).await?;
        let before: Vec<_> = targets.iter().map(|target| target.invoice.clone()).collect();
        let payment = Payment::record(ctx.id(), ctx.organization(), self.draft, ctx.now)?;
        let allocated = payment.allocate(targets, &mut || ctx.id(), (on, ctx.now))?;
        let payment = Payment { revision: Revision::first(ctx.now), ..allocated.payment };
        ctx.unit.payments().insert(&payment).await.map_err(Error::write::<Payment>)?;
        ctx.unit.allocations().add(&allocated.allocations).await?;
        let others = store(ctx, "invoice.settled", &before, &allocated.invoices).await?;
        let audit = AuditRecord::created("payment.recorded", &payment)?;
        let full = FullPayment::recorded(audit, payment, Vec::new(), &allocated.allocations)?;
        Ok(full.along_with(others))
    }
}

/// A change of what describes a payment, and a merge patch on its metadata.
#[derive(Debug)]
pub struct PaymentUpdate {
    /// The values that change.
    pub changes: PaymentChanges,
    /// The merge patch; `None` where the metadata stay.
    pub metadata: Option<MetadataPatch>,
}

/// Changes what describes a payment.
#[derive(Debug)]
pub struct UpdatePayment {
    /// The payment.
    pub id: PaymentId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub update: PaymentUpdate,
}

impl Command for UpdatePayment {
    const NAME: &'static str = "payment.update";
    const PERMISSION: Permission = Permission::PaymentUpdate;
    type Output = FullPayment;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullPayment>, Error> {
        let before = ctx.unit.payments().expect(self.id, &self.expected).await?;
        let mut changes = self.update.changes;
        if let Some(patch) = self.update.metadata {
            changes.metadata = Some(metadata::merge(&before.metadata, patch)?);
        }
        let payment = before.clone().revise(changes, ctx.now);
        ctx.unit.payments().update(&payment).await.map_err(Error::write::<Payment>)?;
        let allocations = ctx.unit.allocations().of_payment(self.id).await?;
        let audit = AuditRecord::changed("payment.updated", &before, &payment)?;
        Ok(Recorded::new(FullPayment { payment, allocations }, audit))
    }
}
