//! Payments, and what they settle.

mod allocation;
mod error;
#[cfg(test)]
mod tests;
pub(crate) mod values;

use chrono::NaiveDate;

use crate::{
    Currency, Description, Id, JsonObject, Money, OrganizationId, PartyId, Patch, Revision, Text,
    Timestamp,
};
pub use allocation::{
    Allocated, Allocation, AllocationId, Earlier, Reversed, Share, Target, offset,
};
pub(crate) use error::CODES;
pub use error::PaymentError;
use error::{AMOUNT_NOT_POSITIVE, UNALLOCATED_EXCEEDED};
pub use values::{AllocationKind, PaymentDirection, PaymentMethod, PaymentStatus};

/// The identity of a payment.
pub type PaymentId = Id<Payment>;

/// Money that was received from a party, or sent to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The identity.
    pub id: PaymentId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The other side.
    pub party: PartyId,
    /// Which way the money went.
    pub direction: PaymentDirection,
    /// Whether it was taken back.
    pub status: PaymentStatus,
    /// The amount in minor units, above 0.
    pub amount: i64,
    /// Its currency.
    pub currency: Currency,
    /// How much of it settles invoices or was paid back; the rest is a credit of the party.
    pub allocated: i64,
    /// How it was paid.
    pub method: PaymentMethod,
    /// What identifies it: unique in the organization.
    pub reference: Option<Text<140>>,
    /// The day on which the money was received or sent.
    pub received_on: NaiveDate,
    /// A note.
    pub note: Option<Description>,
    /// The payment that this one takes back.
    pub reverses: Option<PaymentId>,
    /// The payment whose credit this one pays back.
    pub refunds: Option<PaymentId>,
    /// Metadata of the client.
    pub metadata: JsonObject,
    /// The revision.
    pub revision: Revision,
}

/// The values of a new payment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Payment")]
pub struct PaymentDraft {
    pub party: PartyId,
    pub direction: PaymentDirection,
    pub amount: Money,
    pub method: PaymentMethod,
    pub reference: Option<Text<140>>,
    pub received_on: NaiveDate,
    pub note: Option<Description>,
    pub metadata: JsonObject,
}

/// A payment that takes another one back, or pays its credit back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Payment")]
pub struct Countered {
    pub reference: Option<Text<140>>,
    pub received_on: NaiveDate,
    pub note: Option<Description>,
}

/// A change of what describes a payment; absent fields keep their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Payment")]
pub struct PaymentChanges {
    pub reference: Patch<Text<140>>,
    pub note: Patch<Description>,
    pub metadata: Option<JsonObject>,
}

impl Payment {
    /// A new payment, of which nothing is allocated yet.
    pub fn record(
        id: PaymentId,
        organization: OrganizationId,
        draft: PaymentDraft,
        at: Timestamp,
    ) -> Result<Self, PaymentError> {
        if draft.amount.amount_minor <= 0 {
            return Err(PaymentError::invalid("/amount", AMOUNT_NOT_POSITIVE, "must be above 0"));
        }
        Ok(Self {
            id,
            organization,
            party: draft.party,
            direction: draft.direction,
            status: PaymentStatus::Recorded,
            amount: draft.amount.amount_minor,
            currency: draft.amount.currency,
            allocated: 0,
            method: draft.method,
            reference: draft.reference,
            received_on: draft.received_on,
            note: draft.note,
            reverses: None,
            refunds: None,
            metadata: draft.metadata,
            revision: Revision::first(at),
        })
    }

    /// What of it settles nothing yet, in minor units.
    #[must_use]
    pub const fn unallocated(&self) -> i64 {
        match self.status {
            PaymentStatus::Recorded => self.amount - self.allocated,
            PaymentStatus::Reversed => 0,
        }
    }

    /// The payment after a change of its description.
    #[must_use]
    pub fn revise(mut self, changes: PaymentChanges, at: Timestamp) -> Self {
        changes.reference.apply(&mut self.reference);
        changes.note.apply(&mut self.note);
        let metadata = changes.metadata.unwrap_or(self.metadata);
        Self { metadata, revision: self.revision.next(at), ..self }
    }

    /// Pays a part of its credit back: this payment afterwards, and the one that goes the other way.
    pub fn refund(
        self,
        id: PaymentId,
        amount: Money,
        method: PaymentMethod,
        countered: Countered,
        at: Timestamp,
    ) -> Result<(Self, Self), PaymentError> {
        self.expect_recorded("pay it back")?;
        let paid_back = Self::record(
            id,
            self.organization,
            PaymentDraft {
                party: self.party,
                direction: self.direction.opposite(),
                amount,
                method,
                reference: countered.reference,
                received_on: countered.received_on,
                note: countered.note,
                metadata: JsonObject::default(),
            },
            at,
        )?;
        self.expect_currency(amount.currency, "/amount/currency")?;
        let refund = Self { allocated: amount.amount_minor, refunds: Some(self.id), ..paid_back };
        let spent = self.spend(amount.amount_minor, "/amount")?;
        Ok((Self { revision: spent.revision.next(at), ..spent }, refund))
    }

    /// The credit of this payment after a refund of it was taken back.
    #[must_use]
    pub fn refund_reversed(self, refund: &Self, at: Timestamp) -> Self {
        let allocated = self.allocated - refund.amount;
        Self { allocated, revision: self.revision.next(at), ..self }
    }

    /// Uses a part of the credit.
    fn spend(self, amount: i64, pointer: &str) -> Result<Self, PaymentError> {
        let left = self.unallocated();
        if amount > left {
            let detail = format!("{pointer}: {left} minor units are not allocated yet");
            return Err(PaymentError::Refused(UNALLOCATED_EXCEEDED, detail));
        }
        let allocated = self.allocated + amount;
        Ok(Self { allocated, ..self })
    }
}
