//! Dunning: notices of overdue invoices.

mod audit;
mod block;
mod claim;
mod notice;
mod run;
mod withdraw;

use plinth_domain::{DunningNotice, DunningNoticeId, InvoiceId, Permission};
use plinth_ports::{DunningNoticeFilter, DunningNoticeSort, Page, PageRequest};

use crate::{Error, Query, Reading, View, resource::Found};

pub(crate) use audit::settings as settings_audit;
pub use block::BlockDunning;
pub use claim::ClaimedNotice;
pub use notice::{DunInvoice, PreviewDunning};
pub use run::{DunOverdue, DunningRun, MAX_NOTICES, PreviewDunningRun, SkippedInvoice};
pub use withdraw::WithdrawNotice;

plinth_domain::codes! {
    DUNNING_NOTICES_MANY = "dunning.notices_many",
        "An invoice has 50 notices, with those that were withdrawn.";
    DUNNING_NOT_NEWEST = "dunning.not_newest",
        "Only the last notice of an invoice that holds can be withdrawn.";
}

const NO_NOTICE: Error = Error::NotFound("dunning_notice");

/// Reads one notice.
#[derive(Debug, Clone, Copy)]
pub struct GetDunningNotice {
    /// The notice.
    pub id: DunningNoticeId,
}

impl Query for GetDunningNotice {
    const NAME: &'static str = "dunning_notice.get";
    const PERMISSION: Permission = Permission::InvoiceRead;
    type Output = DunningNotice;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<DunningNotice, Error> {
        view.unit.dunning_notices().find(self.id).await?.ok_or(NO_NOTICE)
    }
}

/// Lists notices.
#[derive(Debug)]
pub struct ListDunningNotices {
    /// Selects the notices.
    pub filter: DunningNoticeFilter,
    /// The order and the position.
    pub page: PageRequest<DunningNoticeSort>,
}

impl Query for ListDunningNotices {
    const NAME: &'static str = "dunning_notice.list";
    const PERMISSION: Permission = Permission::InvoiceRead;
    type Output = Page<DunningNotice>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, self.filter != DunningNoticeFilter::default())
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<DunningNotice>, Error> {
        Ok(view.unit.dunning_notices().list(&self.filter, &self.page).await?)
    }
}

/// Lists all notices of an invoice.
#[derive(Debug, Clone, Copy)]
pub struct ListNoticesOfInvoice {
    /// The invoice.
    pub id: InvoiceId,
}

impl Query for ListNoticesOfInvoice {
    const NAME: &'static str = "invoice.list_dunning_notices";
    const PERMISSION: Permission = Permission::InvoiceRead;
    type Output = Vec<DunningNotice>;

    async fn run(self, view: &mut View<'_>) -> Result<Vec<DunningNotice>, Error> {
        view.unit.invoices().get(self.id).await?;
        Ok(view.unit.dunning().notices(self.id).await?)
    }
}
