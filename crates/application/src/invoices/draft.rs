use plinth_domain::{
    DocumentId, InvalidTransition, Invoice, InvoiceDraft, InvoiceId, InvoiceStatus, Permission,
    Review,
};

use super::{FullInvoice, InvoiceUpdate, attachments, on_contract::fit};
use crate::{
    AuditRecord, Command, Context, Error, Expected, Recorded, Writing, metadata, resource::Found,
};

/// Creates a draft.
#[derive(Debug)]
pub struct CreateInvoice {
    /// Its values.
    pub draft: InvoiceDraft,
    /// Whether its retention is that of its contract.
    pub inherits_retention: bool,
    /// The supporting documents that it lists.
    pub attachments: Vec<DocumentId>,
}

impl Command for CreateInvoice {
    const NAME: &'static str = "invoice.create";
    const PERMISSION: Permission = Permission::InvoiceCreate;
    type Output = FullInvoice;

    fn writing(&self) -> Writing {
        Writing::Deferred(Error::write::<Invoice>)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        let full = self.calculated(ctx).await?;
        store(ctx, full).await
    }
}

impl CreateInvoice {
    /// The draft with its totals, as it fits its contract.
    pub(super) async fn calculated(self, ctx: &mut Context<'_>) -> Result<FullInvoice, Error> {
        let direction = self.draft.content.direction;
        let attachments = attachments::listed(ctx, direction, &self.attachments).await?;
        let (invoice, lines) = Invoice::draft(ctx.id(), ctx.organization(), self.draft, ctx.now)?;
        let (mut invoice, contract) = fit(ctx, invoice, &lines).await?;
        if let Some(contract) = contract {
            invoice.content.project = invoice.content.project.or(contract.project);
            if self.inherits_retention {
                invoice = invoice.retain(contract.retention);
            }
        }
        Ok(FullInvoice { invoice, lines, attachments })
    }
}

/// Creates a draft that repeats an invoice.
#[derive(Debug)]
pub struct DuplicateInvoice {
    /// The invoice.
    pub id: InvoiceId,
}

impl Command for DuplicateInvoice {
    const NAME: &'static str = "invoice.duplicate";
    const PERMISSION: Permission = Permission::InvoiceCreate;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        ctx.access.require(Permission::InvoiceRead)?;
        let source = ctx.unit.invoices().get(self.id).await?;
        let lines = ctx.unit.invoice_lines().of(self.id).await?;
        let (invoice, lines) = source.duplicate(ctx.id(), lines, ctx.now)?;
        let (invoice, _) = fit(ctx, invoice, &lines).await?;
        store(ctx, FullInvoice::plain((invoice, lines))).await
    }
}

/// Stores a new draft with its lines.
pub(super) async fn store(
    ctx: &mut Context<'_>,
    full: FullInvoice,
) -> Result<Recorded<FullInvoice>, Error> {
    ctx.make_room::<Invoice>().await?;
    let (full, audit) = insert(ctx, full).await?;
    Ok(Recorded::new(full, audit))
}

/// Stores a new draft with its lines, for which there is room.
pub(super) async fn insert(
    ctx: &mut Context<'_>,
    mut full: FullInvoice,
) -> Result<(FullInvoice, AuditRecord), Error> {
    full.invoice.review = Review::created(ctx.person()?);
    let FullInvoice { invoice, lines, attachments } = &full;
    ctx.unit.invoices().insert(invoice).await.map_err(Error::write::<Invoice>)?;
    ctx.unit.invoice_lines().insert(invoice.id, lines).await?;
    let stored = ctx.unit.invoice_attachments().insert(invoice.id, attachments).await;
    stored.map_err(attachments::not_stored)?;
    let audit = full.with_attachments(AuditRecord::created("invoice.created", invoice)?)?;
    Ok((full, audit))
}

/// Changes a draft.
#[derive(Debug)]
pub struct UpdateInvoice {
    /// The draft.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub update: InvoiceUpdate,
}

impl Command for UpdateInvoice {
    const NAME: &'static str = "invoice.update";
    const PERMISSION: Permission = Permission::InvoiceUpdate;
    type Output = FullInvoice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<FullInvoice>, Error> {
        let before = ctx.unit.invoices().expect(self.id, &self.expected).await?;
        let lines = ctx.unit.invoice_lines().of(self.id).await?;
        let mut attachments = ctx.unit.invoice_attachments().of(self.id).await?;
        let mut changes = self.update.changes;
        if let Some(patch) = self.update.metadata {
            changes.metadata = Some(metadata::merge(&before.content.metadata, patch)?);
        }
        let (after, priced) = before.clone().revise(changes, lines.clone(), ctx.now)?;
        let (mut after, _) = fit(ctx, after, &priced).await?;
        after.review = after.review.edited(ctx.person()?);
        ctx.unit.invoices().update(&after).await.map_err(Error::write::<Invoice>)?;
        if priced != lines {
            ctx.unit.invoice_lines().replace(self.id, &priced).await?;
        }
        if let Some(documents) = self.update.attachments {
            let direction = after.content.direction;
            attachments = attachments::listed(ctx, direction, &documents).await?;
            let stored = ctx.unit.invoice_attachments().replace(self.id, &attachments).await;
            stored.map_err(attachments::not_stored)?;
        }
        let full = FullInvoice { invoice: after, lines: priced, attachments };
        FullInvoice::changed("invoice.updated", &before, full)
    }
}

/// Removes a draft.
#[derive(Debug)]
pub struct RemoveInvoice {
    /// The draft.
    pub id: InvoiceId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveInvoice {
    const NAME: &'static str = "invoice.remove";
    const PERMISSION: Permission = Permission::InvoiceDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let invoice = ctx.unit.invoices().expect(self.id, &self.expected).await?;
        if invoice.status != InvoiceStatus::Draft {
            let from = invoice.status.name();
            return Err(InvalidTransition { from, attempted: "remove it" }.into());
        }
        ctx.unit.invoices().remove(&invoice).await.map_err(Error::in_use)?;
        Ok(Recorded::new((), AuditRecord::removed("invoice.removed", &invoice)?))
    }
}
