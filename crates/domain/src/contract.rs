//! Contracts with customers and suppliers.

mod amendment;
mod error;
mod position;
#[cfg(test)]
mod tests;
mod values;

use chrono::NaiveDate;

use crate::{
    BasisPoints, Currency, Description, DocumentId, Id, JsonObject, Money, Name, OrganizationId,
    PartyId, Patch, ProjectId, Revision, Schedule, Text, Timestamp,
};
pub use amendment::{Amended, ContractAmendment, ContractAmendmentDraft, MAX_AMENDMENTS};
pub(crate) use error::CODES;
pub use error::ContractError;
pub use position::{ContractPosition, MAX_POSITIONS, PositionDraft, agreed_by_position};
pub use values::{ContractRole, ContractStatus, Termination};

/// The identity of a contract.
pub type ContractId = Id<Contract>;

/// The number of a contract, unique in the organization.
pub type ContractNumber = Text<40>;

/// The values of a new contract.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Contract, and the positions")]
pub struct ContractDraft {
    pub number: Option<ContractNumber>,
    pub title: Name,
    pub project: Option<ProjectId>,
    pub party: PartyId,
    pub role: ContractRole,
    pub currency: Currency,
    pub signed_at: Option<NaiveDate>,
    pub schedule: Schedule,
    pub retention: BasisPoints,
    pub document: Option<DocumentId>,
    pub note: Option<Description>,
    pub metadata: JsonObject,
    pub positions: Vec<PositionDraft>,
}

/// A change of a contract; absent fields keep their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Contract, and all of its positions")]
pub struct ContractChanges {
    pub number: Patch<ContractNumber>,
    pub title: Option<Name>,
    pub project: Patch<ProjectId>,
    pub party: Option<PartyId>,
    pub role: Option<ContractRole>,
    pub currency: Option<Currency>,
    pub signed_at: Patch<NaiveDate>,
    pub starts_on: Patch<NaiveDate>,
    pub ends_on: Patch<NaiveDate>,
    pub retention: Option<BasisPoints>,
    pub document: Patch<DocumentId>,
    pub note: Patch<Description>,
    pub metadata: Option<JsonObject>,
    pub positions: Option<Vec<PositionDraft>>,
}

/// A contract with a customer or a supplier. Its positions and amendments are stored beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// The identity.
    pub id: ContractId,
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// How far it is.
    pub status: ContractStatus,
    /// The number, unique in the organization. An active contract has one.
    pub number: Option<ContractNumber>,
    /// What it is about, in a line.
    pub title: Name,
    /// The project that it belongs to.
    pub project: Option<ProjectId>,
    /// The customer, or the supplier.
    pub party: PartyId,
    /// Whether the organization sells or buys.
    pub role: ContractRole,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// The sum of all its positions without VAT, in minor units.
    pub value: i64,
    /// The day on which it was signed.
    pub signed_at: Option<NaiveDate>,
    /// The first and the last day of what was agreed.
    pub schedule: Schedule,
    /// The part of each invoice that is retained as a security.
    pub retention: BasisPoints,
    /// The signed document.
    pub document: Option<DocumentId>,
    /// A note.
    pub note: Option<Description>,
    /// When and why it was terminated; nothing for every other status.
    pub termination: Option<Termination>,
    /// Metadata of the client.
    pub metadata: JsonObject,
    /// The revision.
    pub revision: Revision,
}

impl Contract {
    /// A new draft with its positions.
    pub fn draft(
        id: ContractId,
        organization: OrganizationId,
        draft: ContractDraft,
        at: Timestamp,
    ) -> Result<(Self, Vec<ContractPosition>), ContractError> {
        let (positions, value) = position::priced(draft.positions, draft.currency)?;
        let contract = Self {
            id,
            organization,
            status: ContractStatus::Draft,
            number: draft.number,
            title: draft.title,
            project: draft.project,
            party: draft.party,
            role: draft.role,
            currency: draft.currency,
            value,
            signed_at: draft.signed_at,
            schedule: draft.schedule,
            retention: draft.retention,
            document: draft.document,
            note: draft.note,
            termination: None,
            metadata: draft.metadata,
            revision: Revision::first(at),
        };
        Ok((contract, positions))
    }

    /// The contract after a change, with the positions that replace those of a draft. `positions` are
    /// those before it. What was agreed changes only in a draft; afterwards an amendment changes it.
    pub fn revise(
        self,
        mut changes: ContractChanges,
        positions: Vec<ContractPosition>,
        at: Timestamp,
    ) -> Result<(Self, Option<Vec<ContractPosition>>), ContractError> {
        let given = changes.positions.take();
        let after = self.clone().changed(changes, at)?;
        if self.status != ContractStatus::Draft {
            if given.is_some() || self.terms() != after.terms() {
                return Err(self.refuses("change what was agreed").into());
            }
            return Ok((after, None));
        }
        let is_repriced = after.currency != self.currency;
        let drafts = given.or_else(|| {
            is_repriced.then(|| positions.into_iter().map(|position| position.draft).collect())
        });
        let Some(drafts) = drafts else { return Ok((after, None)) };
        let (positions, value) = position::priced(drafts, after.currency)?;
        Ok((Self { value, ..after }, Some(positions)))
    }

    /// The sum of all its positions without VAT.
    #[must_use]
    pub const fn money(&self) -> Money {
        Money { amount_minor: self.value, currency: self.currency }
    }

    /// What only an amendment may change, once the contract is active.
    fn terms(&self) -> impl PartialEq + '_ {
        (&self.number, self.project, self.party, self.role, self.currency, self.retention)
    }

    fn changed(mut self, changes: ContractChanges, at: Timestamp) -> Result<Self, ContractError> {
        let (mut starts_on, mut ends_on) = (self.schedule.starts_on(), self.schedule.ends_on());
        changes.starts_on.apply(&mut starts_on);
        changes.ends_on.apply(&mut ends_on);
        changes.number.apply(&mut self.number);
        changes.project.apply(&mut self.project);
        changes.signed_at.apply(&mut self.signed_at);
        changes.document.apply(&mut self.document);
        changes.note.apply(&mut self.note);
        Ok(Self {
            title: changes.title.unwrap_or(self.title),
            party: changes.party.unwrap_or(self.party),
            role: changes.role.unwrap_or(self.role),
            currency: changes.currency.unwrap_or(self.currency),
            schedule: Schedule::new(starts_on, ends_on)
                .map_err(|invalid| ContractError::at("/ends_on", invalid))?,
            retention: changes.retention.unwrap_or(self.retention),
            metadata: changes.metadata.unwrap_or(self.metadata),
            revision: self.revision.next(at),
            ..self
        })
    }
}
