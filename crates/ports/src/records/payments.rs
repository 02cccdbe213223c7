//! Payments.

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    Id, OrganizationId, PartyId, Payment, PaymentDirection, PaymentId, PaymentStatus, Revision,
    Text,
};

use super::{Constraint, OnRemoval, Record, RecordUpdater, Reference, Unique};
use crate::{OneOf, Result, Search, SortValue, page::sort_keys};

plinth_domain::codes! {
    PAYMENT_REFERENCE_TAKEN = "payment.reference_taken", "Another payment has this reference.";
}

/// Another payment of the organization has the reference.
pub const REFERENCE_TAKEN: Constraint = Constraint("payments_organization_id_reference_key");
/// The party does not exist.
pub const PARTY: Constraint = Constraint("payments_organization_id_party_id_fkey");

sort_keys! {
    /// The orders of a list of payments.
    PaymentSort of Payment, by |p| p.id.uuid();
    CreatedAt = "created_at" => |p| SortValue::Time(p.revision.created_at),
    UpdatedAt = "updated_at" => |p| SortValue::Time(p.revision.updated_at),
}

/// Selects the payments of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentFilter {
    /// Only payments of this party.
    pub party: Option<PartyId>,
    /// Only money that was received, or only money that was sent.
    pub direction: Option<PaymentDirection>,
    /// Only payments with one of these statuses.
    pub status: OneOf<PaymentStatus>,
    /// Only the payment with this reference.
    pub reference: Option<Text<140>>,
    /// Only payments from this day on.
    pub from: Option<NaiveDate>,
    /// Only payments until this day.
    pub until: Option<NaiveDate>,
    /// Only payments with a credit, or only those without.
    pub unallocated: Option<bool>,
    /// Only payments with these words in reference or note.
    pub search: Option<Search>,
}

impl Record for Payment {
    const TABLE: &'static str = "payments";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: REFERENCE_TAKEN,
        code: PAYMENT_REFERENCE_TAKEN,
        detail: "another payment has this reference",
        value: |p| p.reference.as_ref().map(|reference| reference.as_str().to_owned()),
    }];
    const REFERENCES: &'static [Reference<Self>] = &[Reference {
        constraint: PARTY,
        field: "party_id",
        to: "parties",
        id: |p| Some(p.party.uuid()),
        on_removal: OnRemoval::Restrict,
    }];
    const SEARCHED: bool = true;
    type Filter = PaymentFilter;
    type Sort = PaymentSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &PaymentFilter) -> bool {
        filter.party.is_none_or(|party| self.party == party)
            && filter.direction.is_none_or(|direction| self.direction == direction)
            && filter.status.allows(&self.status)
            && filter.reference.as_ref().is_none_or(|text| self.reference.as_ref() == Some(text))
            && filter.from.is_none_or(|day| self.received_on >= day)
            && filter.until.is_none_or(|day| self.received_on <= day)
            && filter.unallocated.is_none_or(|is| (self.unallocated() > 0) == is)
    }
    fn search(filter: &PaymentFilter) -> Option<&Search> {
        filter.search.as_ref()
    }
    fn searched(&self) -> String {
        let note = self.note.as_ref().map_or("", |note| note.as_str());
        [self.reference.as_ref().map_or("", Text::as_str), note].join(" ")
    }
}

/// Reads and writes payments. None is ever removed.
#[async_trait]
pub trait Payments: RecordUpdater<Payment> {
    /// Stores a new payment.
    async fn insert(&mut self, payment: &Payment) -> Result<()>;
    /// Reads a payment, and locks it until the transaction ends. Payments are locked before invoices.
    async fn lock(&mut self, payment: PaymentId) -> Result<Option<Payment>>;
}
