use super::DunningClaim;
use crate::{
    Id, InvalidTransition, Invoice, InvoiceId, OrganizationId, PartyId, Revision, Timestamp, named,
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
