//! Contracts.

use plinth_domain::{
    Contract, ContractNumber, ContractRole, ContractStatus, Id, OrganizationId, PartyId, ProjectId,
    Revision, Timestamp,
};

use super::{Constraint, OnRemoval, Record, Reference, Unique, project_grants::is_among};
use crate::{OneOf, Search, SortValue, page::sort_keys};

plinth_domain::codes! {
    CONTRACT_NUMBER_TAKEN = "contract.number_taken", "Another contract has this number.";
}

/// Another contract of the organization has the number.
pub const NUMBER_TAKEN: Constraint = Constraint("contracts_organization_id_number_key");
/// The party does not exist.
pub const PARTY: Constraint = Constraint("contracts_organization_id_party_id_fkey");
/// The project does not exist.
pub const PROJECT: Constraint = Constraint("contracts_organization_id_project_id_fkey");
/// The document does not exist.
pub const DOCUMENT: Constraint = Constraint("contracts_organization_id_document_id_fkey");

sort_keys! {
    /// The orders of a list of contracts. What has no number, or is not signed, comes first.
    ContractSort of Contract, by |c| c.id.uuid();
    CreatedAt = "created_at" => |c| SortValue::Time(c.revision.created_at),
    UpdatedAt = "updated_at" => |c| SortValue::Time(c.revision.updated_at),
    Number = "number" => |c| SortValue::Text(number_order(c).to_owned()),
    SignedAt = "signed_at" => |c| SortValue::Time(signed_order(c)),
}

/// The value by which a contract is ordered by its number.
#[must_use]
pub fn number_order(contract: &Contract) -> &str {
    contract.number.as_ref().map_or("", ContractNumber::as_str)
}

/// The beginning of the year 1, in seconds since 1970.
const YEAR_ONE: i64 = -62_135_596_800;

/// The value by which a contract is ordered by its signature: midnight in UTC, or that of the year 1.
#[must_use]
pub fn signed_order(contract: &Contract) -> Timestamp {
    let midnight = contract.signed_at.and_then(|day| day.and_hms_opt(0, 0, 0));
    midnight.map_or_else(
        || Timestamp::from_timestamp(YEAR_ONE, 0).unwrap_or_default(),
        |midnight| midnight.and_utc(),
    )
}

/// Selects the contracts of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContractFilter {
    /// Only contracts with one of these statuses.
    pub status: OneOf<ContractStatus>,
    /// Only sales, or only purchases.
    pub role: Option<ContractRole>,
    /// Only contracts with this party.
    pub party: Option<PartyId>,
    /// Only contracts of this project.
    pub project: Option<ProjectId>,
    /// Only contracts of these projects.
    pub among: Option<Vec<ProjectId>>,
    /// Only the contract with this number.
    pub number: Option<ContractNumber>,
    /// Only contracts with these words in number or title.
    pub search: Option<Search>,
}

impl Record for Contract {
    const TABLE: &'static str = "contracts";
    const UNIQUE: &'static [Unique<Self>] = &[Unique {
        constraint: NUMBER_TAKEN,
        code: CONTRACT_NUMBER_TAKEN,
        detail: "another contract has this number",
        value: |c| c.number.as_ref().map(|number| number.as_str().to_owned()),
    }];
    const REFERENCES: &'static [Reference<Self>] = &[
        Reference {
            constraint: PARTY,
            field: "party_id",
            to: "parties",
            id: |c| Some(c.party.uuid()),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: PROJECT,
            field: "project_id",
            to: "projects",
            id: |c| c.project.map(Id::uuid),
            on_removal: OnRemoval::Restrict,
        },
        Reference {
            constraint: DOCUMENT,
            field: "document_id",
            to: "documents",
            id: |c| c.document.map(Id::uuid),
            on_removal: OnRemoval::Restrict,
        },
    ];
    const SEARCHED: bool = true;
    type Filter = ContractFilter;
    type Sort = ContractSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &ContractFilter) -> bool {
        filter.status.allows(&self.status)
            && filter.role.is_none_or(|role| self.role == role)
            && filter.party.is_none_or(|party| self.party == party)
            && filter.project.is_none_or(|project| self.project == Some(project))
            && filter.among.as_ref().is_none_or(|among| is_among(self.project, among))
            && filter.number.as_ref().is_none_or(|number| self.number.as_ref() == Some(number))
    }
    fn search(filter: &ContractFilter) -> Option<&Search> {
        filter.search.as_ref()
    }
    fn searched(&self) -> String {
        format!("{} {}", number_order(self), self.title.as_str())
    }
}
