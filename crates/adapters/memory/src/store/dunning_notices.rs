use async_trait::async_trait;
use chrono::Days;
use plinth_domain::{
    DunningNotice, DunningStatus, Invoice, InvoiceDirection, InvoiceId, InvoiceKind, Party,
};
use plinth_ports::{DueForDunning, DunningNotices, DunningReader, Record, Records, Result};

use super::{record_tables::Stored, unit::Unit};

impl Stored for DunningNotice {
    /// What a notice claims never changes, and none is removed.
    fn may_become(&self, next: Option<&Self>) -> bool {
        let Some(next) = next else { return false };
        let same = Self { status: self.status, revision: self.revision, ..next.clone() };
        let stays = self.status == DunningStatus::Issued || next.status == self.status;
        stays && same.owned_by(self.organization) == *self
    }
}

#[async_trait]
impl DunningReader for Unit {
    async fn notices(&mut self, invoice: InvoiceId) -> Result<Vec<DunningNotice>> {
        let own = self.records::<DunningNotice>().filter(|one| one.invoice == invoice);
        let mut own: Vec<DunningNotice> = own.cloned().collect();
        own.sort_by_key(|one| (one.revision.created_at, one.id));
        Ok(own)
    }

    async fn due(&mut self, asked: &DueForDunning, limit: u32) -> Result<Vec<InvoiceId>> {
        let mut due: Vec<&Invoice> =
            self.records::<Invoice>().filter(|one| self.is_due(one, asked)).collect();
        due.sort_by_key(|one| (one.content.due_on, one.id));
        Ok(due.into_iter().take(limit as usize).map(|one| one.id).collect())
    }
}

impl Unit {
    fn is_due(&self, invoice: &Invoice, asked: &DueForDunning) -> bool {
        let content = &invoice.content;
        let is_dunned = content.direction == InvoiceDirection::Receivable
            && content.kind != InvoiceKind::CreditNote
            && invoice.is_overdue(asked.today)
            && !invoice.dunning_blocked
            && !self.record::<Party>(content.party).is_some_and(|party| party.dunning_blocked);
        let overdue = invoice.open() - invoice.totals.retained;
        let is_much = asked.minimum.is_none_or(|least| {
            least.currency != content.currency || overdue >= least.amount_minor
        });
        let sent = self.records::<DunningNotice>().filter(|one| one.invoice == invoice.id);
        let sent: Vec<&DunningNotice> = sent.collect();
        let holding = || sent.iter().filter(|one| one.holds());
        let reached = holding().map(|one| one.claim.level).max().unwrap_or_default();
        let begins = asked
            .after_days
            .get(usize::from(reached))
            .and_then(|days| content.due_on?.checked_add_days(Days::new((*days).into())));
        is_dunned
            && is_much
            && asked.party.is_none_or(|party| content.party == party)
            && sent.len() < asked.fewer_than as usize
            && begins.is_some_and(|day| day <= asked.today)
            && holding().all(|one| one.claim.pay_by < asked.today)
    }
}

#[async_trait]
impl DunningNotices for Unit {
    async fn insert(&mut self, notice: &DunningNotice) -> Result<()> {
        Records::insert(self, notice).await
    }
}
