//! Dunning notices.

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    DunningNotice, DunningStatus, Id, InvoiceId, Money, OrganizationId, PartyId, Revision,
};

use super::{Constraint, OnRemoval, Record, RecordUpdater, Reference, Unique};
use crate::{OneOf, Result, SortValue, page::sort_keys};

plinth_domain::codes! {
    DUNNING_LEVEL_TAKEN = "dunning.level_taken",
        "Another request sends the same notice at this moment.";
}

/// The invoice has a notice of this level that holds.
pub const LEVEL_TAKEN: Constraint = Constraint("dunning_notices_level_key");
/// The invoice does not exist.
pub const INVOICE: Constraint = Constraint("dunning_notices_organization_id_invoice_id_fkey");
/// The party does not exist.
pub const PARTY: Constraint = Constraint("dunning_notices_organization_id_party_id_fkey");

sort_keys! {
    /// The orders of a list of notices.
    DunningNoticeSort of DunningNotice, by |n| n.id.uuid();
    CreatedAt = "created_at" => |n| SortValue::Time(n.revision.created_at),
    UpdatedAt = "updated_at" => |n| SortValue::Time(n.revision.updated_at),
}

/// Selects the notices of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DunningNoticeFilter {
    /// Only notices of this invoice.
    pub invoice: Option<InvoiceId>,
    /// Only notices to this party.
    pub party: Option<PartyId>,
    /// Only notices with one of these statuses.
    pub status: OneOf<DunningStatus>,
    /// Only notices of this level.
    pub level: Option<u8>,
}

impl Record for DunningNotice {
    const TABLE: &'static str = "dunning_notices";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: LEVEL_TAKEN,
        code: DUNNING_LEVEL_TAKEN,
        detail: "another request sends the same notice",
        value: |n| n.holds().then(|| format!("{} {}", n.invoice, n.claim.level)),
    }];
    const REFERENCES: &'static [Reference<Self>] = &[
        Reference {
            constraint: INVOICE,
            field: "invoice_id",
            to: "invoices",
            id: |n| Some(n.invoice.uuid()),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: PARTY,
            field: "party_id",
            to: "parties",
            id: |n| Some(n.party.uuid()),
            on_removal: OnRemoval::Restrict,
        },
    ];
    type Filter = DunningNoticeFilter;
    type Sort = DunningNoticeSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &DunningNoticeFilter) -> bool {
        filter.invoice.is_none_or(|invoice| self.invoice == invoice)
            && filter.party.is_none_or(|party| self.party == party)
            && filter.status.allows(&self.status)
            && filter.level.is_none_or(|level| self.claim.level == level)
    }
}

/// Asks which invoices may get their next notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueForDunning {
    /// The day of the notices.
    pub today: NaiveDate,
    /// The days of each level after the due date.
    pub after_days: Vec<u16>,
    /// The least overdue amount, of invoices in its currency.
    pub minimum: Option<Money>,
    /// Only invoices of this party.
    pub party: Option<PartyId>,
    /// Only invoices with fewer notices than these.
    pub fewer_than: u32,
}

/// Reads notices.
#[async_trait]
pub trait DunningReader: Send {
    /// The notices of an invoice, in the order of their making.
    async fn notices(&mut self, invoice: InvoiceId) -> Result<Vec<DunningNotice>>;
    /// Up to `limit` invoices whose next level has come, those due first.
    async fn due(&mut self, asked: &DueForDunning, limit: u32) -> Result<Vec<InvoiceId>>;
}

/// Reads and writes notices. None is ever removed.
#[async_trait]
pub trait DunningNotices: RecordUpdater<DunningNotice> + DunningReader {
    /// Stores a new notice.
    async fn insert(&mut self, notice: &DunningNotice) -> Result<()>;
}
