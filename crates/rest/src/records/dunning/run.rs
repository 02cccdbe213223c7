use chrono::NaiveDate;
use plinth_application::dunning::{ClaimedNotice, DunningRun, SkippedInvoice};
use plinth_domain::{DunningClaim, DunningNotice, Money};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::money::MoneyBody;

/// What a run has made, or would make.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DunningRun)]
pub(crate) struct DunningRunView {
    /// Whether nothing was to be made.
    dry_run: bool,
    /// Those of the invoices that are due first.
    notices: Vec<RunNoticeView>,
    skipped: Vec<SkippedView>,
    /// Whether there are more invoices: another run makes their notices.
    has_more: bool,
}

/// A notice of a run. `GET /dunning-notices/{id}` shows all of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DunningRunNotice)]
struct RunNoticeView {
    /// `null` in a dry run.
    id: Option<Uuid>,
    invoice_id: Uuid,
    party_id: Uuid,
    #[schema(minimum = 1, maximum = 5)]
    level: u8,
    pay_by: NaiveDate,
    overdue: MoneyBody,
    interest: MoneyBody,
    fees: MoneyBody,
    lump_sum: MoneyBody,
    total: MoneyBody,
}

impl RunNoticeView {
    fn new(id: Option<Uuid>, (invoice, party): (Uuid, Uuid), claim: &DunningClaim) -> Self {
        let money = |amount_minor| Money { amount_minor, currency: claim.currency }.into();
        Self {
            id,
            invoice_id: invoice,
            party_id: party,
            level: claim.level,
            pay_by: claim.pay_by,
            overdue: money(claim.overdue),
            interest: money(claim.interest),
            fees: money(claim.fees),
            lump_sum: money(claim.lump_sum),
            total: money(claim.total),
        }
    }
}

impl From<DunningNotice> for RunNoticeView {
    fn from(notice: DunningNotice) -> Self {
        let of = (notice.invoice.uuid(), notice.party.uuid());
        Self::new(Some(notice.id.uuid()), of, &notice.claim)
    }
}

impl From<ClaimedNotice> for RunNoticeView {
    fn from(claimed: ClaimedNotice) -> Self {
        Self::new(None, (claimed.invoice.uuid(), claimed.party.uuid()), &claimed.claim)
    }
}

/// An invoice whose level has come, and which got no notice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SkippedInvoice)]
struct SkippedView {
    invoice_id: Uuid,
    /// Why, as in the answer to a notice of this invoice alone.
    #[schema(example = "dunning.periods_many")]
    code: &'static str,
    detail: String,
}

impl From<SkippedInvoice> for SkippedView {
    fn from(skipped: SkippedInvoice) -> Self {
        let SkippedInvoice { invoice, code, detail } = skipped;
        Self { invoice_id: invoice.uuid(), code: code.name(), detail }
    }
}

impl DunningRunView {
    pub(super) fn made(run: DunningRun<DunningNotice>) -> Self {
        Self::new(false, run)
    }

    pub(super) fn previewed(run: DunningRun<ClaimedNotice>) -> Self {
        Self::new(true, run)
    }

    fn new<T: Into<RunNoticeView>>(dry_run: bool, run: DunningRun<T>) -> Self {
        Self {
            dry_run,
            notices: run.made.into_iter().map(T::into).collect(),
            skipped: run.skipped.into_iter().map(SkippedView::from).collect(),
            has_more: run.more,
        }
    }
}
