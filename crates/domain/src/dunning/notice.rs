use chrono::NaiveDate;

use super::{DunningLaw, InterestPeriod};
use crate::{
    Currency, Id, InvalidTransition, Invoice, InvoiceId, Language, Lines, OrganizationId, PartyId,
    Revision, Timestamp, named,
};

/// The identity of a notice.
pub type DunningNoticeId = Id<DunningNotice>;

named! {
    /// Whether a notice holds.
    DunningStatus {
        /// It was sent, or will be.
        Issued = "issued",
        /// It was wrong: it counts as if it had not been sent.
        Withdrawn = "withdrawn",
    }
}

/// What a notice claims: all of it, as of its day. It replaces the claim of the notice before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DunningClaim {
    /// The level, from 1.
    pub level: u8,
    /// The day of the notice.
    pub dated_on: NaiveDate,
    /// The new date.
    pub pay_by: NaiveDate,
    /// The currency of all amounts, which are in minor units.
    pub currency: Currency,
    /// What is overdue of the invoice.
    pub overdue: i64,
    /// Default interest until the day of the notice.
    pub interest: i64,
    /// The fee of this notice.
    pub fee: i64,
    /// The fees of this notice and of those before it, as far as they exceed the lump sum: § 288 (5)
    /// BGB, § 458 UGB, article 6 (3) of directive 2011/7/EU.
    pub fees: i64,
    /// The lump sum.
    pub lump_sum: i64,
    /// All of it.
    pub total: i64,
    /// Whether the party was a consumer.
    pub is_consumer: bool,
    /// The law of the seller's country.
    pub law: DunningLaw,
    /// How the interest is calculated.
    pub periods: Vec<InterestPeriod>,
    /// The language of the letter.
    pub language: Language,
    /// The text of the letter; that of the template, where it is absent.
    pub text: Option<Lines<1000>>,
}

/// A notice of an overdue invoice. What it claims never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DunningNotice {
    /// The identity.
    pub id: DunningNoticeId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The invoice.
    pub invoice: InvoiceId,
    /// The debtor.
    pub party: PartyId,
    /// Whether it holds.
    pub status: DunningStatus,
    /// What it claims.
    pub claim: DunningClaim,
    /// The revision.
    pub revision: Revision,
}

impl DunningNotice {
    /// A new notice.
    #[must_use]
    pub fn issue(
        id: DunningNoticeId,
        invoice: &Invoice,
        claim: DunningClaim,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            organization: invoice.organization,
            invoice: invoice.id,
            party: invoice.content.party,
            status: DunningStatus::Issued,
            claim,
            revision: Revision::first(at),
        }
    }

    /// Takes the notice back.
    pub fn withdraw(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.status == DunningStatus::Withdrawn {
            let from = self.status.name();
            return Err(InvalidTransition { from, attempted: "withdraw it" });
        }
        Ok(Self { status: DunningStatus::Withdrawn, revision: self.revision.next(at), ..self })
    }

    /// Whether it counts.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.status == DunningStatus::Issued
    }
}
