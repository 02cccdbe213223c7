use chrono::NaiveDate;
use plinth_domain::{
    Allocation, DunningCase, DunningClaim, DunningNotice, Invoice, InvoiceId, OrganizationSettings,
    Party, PartyId,
};
use plinth_ports::{AllocationReader, DunningReader, ReadUnit};

use super::DUNNING_NOTICES_MANY;
use crate::{Context, Error, resource::Found};

/// The most notices of one invoice, with those that were withdrawn.
pub(super) const MAX_OF_INVOICE: u32 = 50;

/// What the next notice of an invoice would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedNotice {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The debtor.
    pub party: PartyId,
    /// What it claims.
    pub claim: DunningClaim,
}

impl ClaimedNotice {
    pub(super) const fn new(invoice: &Invoice, claim: DunningClaim) -> Self {
        Self { invoice: invoice.id, party: invoice.content.party, claim }
    }
}

/// What the next notice of an invoice stands on.
pub(super) struct Standing {
    party: Party,
    earlier: Vec<DunningNotice>,
    allocations: Vec<Allocation>,
}

impl Standing {
    /// Read inside a transaction that has locked the invoice.
    pub(super) async fn held(ctx: &mut Context<'_>, invoice: &Invoice) -> Result<Self, Error> {
        let party = ctx.unit.parties().get(invoice.content.party).await?;
        let earlier = notices(ctx.unit.dunning_notices(), invoice.id).await?;
        let allocations = allocations(ctx.unit.allocations(), invoice.id).await?;
        Ok(Self { party, earlier, allocations })
    }

    /// Read for a preview.
    pub(super) async fn seen(unit: &mut dyn ReadUnit, invoice: &Invoice) -> Result<Self, Error> {
        let party = unit.parties().get(invoice.content.party).await?;
        let earlier = notices(unit.dunning(), invoice.id).await?;
        let allocations = allocations(unit.allocations(), invoice.id).await?;
        Ok(Self { party, earlier, allocations })
    }

    /// The claim of the next notice, or why there is none: a conflict.
    pub(super) fn claim(
        &self,
        invoice: &Invoice,
        (settings, today): (&OrganizationSettings, NaiveDate),
    ) -> Result<DunningClaim, Error> {
        let case = DunningCase {
            settings: &settings.dunning,
            today,
            party: &self.party,
            earlier: &self.earlier,
            allocations: &self.allocations,
            language: settings.locale.language(),
        };
        let claim = invoice.dun(&case);
        let claim = claim.map_err(|invalid| Error::Conflict {
            code: invalid.code,
            detail: invalid.detail.into(),
        })?;
        if self.earlier.len() >= MAX_OF_INVOICE as usize {
            return Err(Error::conflict(DUNNING_NOTICES_MANY, "at most 50 notices of an invoice"));
        }
        Ok(claim)
    }
}

async fn notices(
    reader: &mut (impl DunningReader + ?Sized),
    invoice: InvoiceId,
) -> Result<Vec<DunningNotice>, Error> {
    Ok(reader.notices(invoice).await?)
}

/// What settles the invoice, without what a credit note settles.
async fn allocations(
    reader: &mut (impl AllocationReader + ?Sized),
    invoice: InvoiceId,
) -> Result<Vec<Allocation>, Error> {
    let all = reader.of_invoice(invoice).await?;
    Ok(all.into_iter().filter(|one| one.invoice == invoice).collect())
}
