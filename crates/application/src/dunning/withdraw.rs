use plinth_domain::{DunningNotice, DunningNoticeId, Permission};

use super::{DUNNING_NOT_NEWEST, NO_NOTICE, audit};
use crate::{AuditRecord, Command, Context, Error, Expected, Recorded, invoices::held::locked};

/// Takes the last notice of an invoice back. The row stays.
#[derive(Debug)]
pub struct WithdrawNotice {
    /// The notice.
    pub id: DunningNoticeId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for WithdrawNotice {
    const NAME: &'static str = "dunning_notice.withdraw";
    const PERMISSION: Permission = Permission::InvoiceDun;
    type Output = DunningNotice;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<DunningNotice>, Error> {
        ctx.access.require(Permission::InvoiceRead)?;
        let found = ctx.unit.dunning_notices().find(self.id).await?.ok_or(NO_NOTICE)?;
        // The notices of an invoice are made and taken back one after another.
        let invoice = locked(ctx, found.invoice).await?;
        let before = ctx.unit.dunning_notices().find(self.id).await?.ok_or(NO_NOTICE)?;
        self.expected.check(&before.revision)?;
        let after = before.clone().withdraw(ctx.now)?;
        let notices = ctx.unit.dunning_notices().notices(invoice.id).await?;
        let mut holding = notices.iter().filter(|one| one.holds());
        if holding.any(|one| one.claim.level > before.claim.level) {
            let detail = "a notice of a later level holds: withdraw that first";
            return Err(Error::conflict(DUNNING_NOT_NEWEST, detail));
        }
        let stored = ctx.unit.dunning_notices().update(&after).await;
        stored.map_err(Error::write::<DunningNotice>)?;
        let audit = AuditRecord::about("invoice.dunning_withdrawn", &invoice);
        let audit = audit.beside("notice", audit::notice(&after))?;
        Ok(Recorded::new(after, audit))
    }
}
