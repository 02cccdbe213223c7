use chrono::NaiveDate;
use plinth_domain::{
    Code, DunningNotice, InvoiceId, Organization, OrganizationSettings, PartyId, Permission,
};
use plinth_ports::{DueForDunning, DunningReader};

use super::{
    claim::{ClaimedNotice, MAX_OF_INVOICE, Standing},
    notice::store,
};
use crate::{
    Command, Context, Error, Query, Recorded, View, invoices::held::hold_settings, resource::Found,
};

/// The most notices of one run.
pub const MAX_NOTICES: u32 = 100;

/// What a run has made: all of it in one transaction.
#[derive(Debug, Clone)]
pub struct DunningRun<T> {
    /// The notices, those of the invoices that are due first.
    pub made: Vec<T>,
    /// The invoices that were due for a notice and got none.
    pub skipped: Vec<SkippedInvoice>,
    /// Whether there are more invoices: another run makes their notices.
    pub more: bool,
}

/// An invoice without a notice.
#[derive(Debug, Clone)]
pub struct SkippedInvoice {
    /// The invoice.
    pub invoice: InvoiceId,
    /// Why.
    pub code: Code,
    /// Why, in words.
    pub detail: String,
}

impl<T> DunningRun<T> {
    const fn new(more: bool) -> Self {
        Self { made: Vec::new(), skipped: Vec::new(), more }
    }

    /// The result for one invoice. Only a conflict skips it.
    fn take<C>(&mut self, invoice: InvoiceId, claim: Result<C, Error>) -> Result<Option<C>, Error> {
        match claim {
            Ok(claim) => Ok(Some(claim)),
            Err(Error::Conflict { code, detail }) => {
                self.skipped.push(SkippedInvoice { invoice, code, detail: detail.into_owned() });
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }
}

/// Makes the next notice of each overdue invoice whose day has come, of up to [`MAX_NOTICES`].
#[derive(Debug, Clone, Copy)]
pub struct DunOverdue {
    /// Only the invoices of this party.
    pub party: Option<PartyId>,
}

impl Command for DunOverdue {
    const NAME: &'static str = "invoice.dun_overdue";
    const PERMISSION: Permission = Permission::InvoiceDun;
    type Output = DunningRun<DunningNotice>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Self::Output>, Error> {
        ctx.access.require(Permission::InvoiceRead)?;
        let organization = ctx.unit.organization().find().await?;
        let (settings, today) = settings(organization, ctx.now)?;
        let asked = asked(self.party, &settings, today);
        let (ids, more) = due(ctx.unit.dunning_notices(), &asked).await?;
        ctx.make_room_of::<DunningNotice>(ids.len()).await?;
        let mut invoices = ctx.unit.invoice_lines().lock(&ids).await?;
        invoices.sort_by_key(|invoice| (invoice.content.due_on, invoice.id));
        let (mut output, mut audits) = (DunningRun::new(more), Vec::with_capacity(ids.len()));
        let mut standings = Vec::with_capacity(ids.len());
        for invoice in invoices {
            standings.push((Standing::held(ctx, &invoice).await?, invoice));
        }
        let (settings, today) = hold_settings(ctx).await?;
        for (standing, invoice) in standings {
            let claim = standing.claim(&invoice, (&settings, today));
            if let Some(claim) = output.take(invoice.id, claim)? {
                let (notice, audit) = store(ctx, &invoice, claim).await?;
                output.made.push(notice);
                audits.push(audit);
            }
        }
        Ok(Recorded { output, audits })
    }
}

/// Finds what a run would make today.
#[derive(Debug, Clone, Copy)]
pub struct PreviewDunningRun {
    /// Only the invoices of this party.
    pub party: Option<PartyId>,
}

impl Query for PreviewDunningRun {
    const NAME: &'static str = "invoice.preview_dunning_run";
    const PERMISSION: Permission = Permission::InvoiceDun;
    type Output = DunningRun<ClaimedNotice>;

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        view.access.require(Permission::InvoiceRead)?;
        let organization = view.unit.organization().find().await?;
        let (settings, today) = settings(organization, view.now)?;
        let asked = asked(self.party, &settings, today);
        let (ids, more) = due(view.unit.dunning(), &asked).await?;
        let mut output = DunningRun::new(more);
        for id in ids {
            let invoice = view.unit.invoices().get(id).await?;
            let standing = Standing::seen(view.unit, &invoice).await?;
            let claim = standing.claim(&invoice, (&settings, today));
            if let Some(claim) = output.take(id, claim)? {
                output.made.push(ClaimedNotice::new(&invoice, claim));
            }
        }
        Ok(output)
    }
}

fn settings(
    organization: Option<Organization>,
    now: plinth_domain::Timestamp,
) -> Result<(OrganizationSettings, NaiveDate), Error> {
    let settings = organization.ok_or(Error::NotFound("organization"))?.settings;
    let today = settings.timezone.day(now);
    Ok((settings, today))
}

fn asked(
    party: Option<PartyId>,
    settings: &OrganizationSettings,
    today: NaiveDate,
) -> DueForDunning {
    let dunning = &settings.dunning;
    DueForDunning {
        today,
        after_days: dunning.levels.iter().map(|level| level.after_days).collect(),
        minimum: dunning.minimum,
        party,
        fewer_than: MAX_OF_INVOICE,
    }
}

/// The invoices of one run, and whether there are more.
async fn due(
    reader: &mut (impl DunningReader + ?Sized),
    asked: &DueForDunning,
) -> Result<(Vec<InvoiceId>, bool), Error> {
    let mut ids = reader.due(asked, MAX_NOTICES + 1).await?;
    let more = ids.len() > MAX_NOTICES as usize;
    ids.truncate(MAX_NOTICES as usize);
    Ok((ids, more))
}
