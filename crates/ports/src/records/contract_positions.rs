//! The positions and the amendments of contracts.

use async_trait::async_trait;
use plinth_domain::{Contract, ContractAmendment, ContractId, ContractPosition};

use super::Constraint;
use crate::Result;

/// The contract whose position was to be stored does not exist.
pub const CONTRACT_OF_POSITION: Constraint =
    Constraint("contract_positions_organization_id_contract_id_fkey");
/// The contract has a position with this number.
pub const POSITION: Constraint =
    Constraint("contract_positions_organization_id_contract_id_number_key");
/// The amendment that adds a position, or the position that it changes, does not exist.
pub const AMENDMENT_OF_POSITION: Constraint =
    Constraint("contract_positions_organization_id_contract_id_amendment_fkey");
/// The contract whose amendment was to be stored does not exist.
pub const CONTRACT_OF_AMENDMENT: Constraint =
    Constraint("contract_amendments_organization_id_contract_id_fkey");
/// The contract has an amendment with this number.
pub const AMENDMENT: Constraint =
    Constraint("contract_amendments_organization_id_contract_id_number_key");

/// Reads the positions of contracts.
#[async_trait]
pub trait ContractPositionReader: Send {
    /// All positions of a contract, with those of its amendments, by their number.
    async fn of(&mut self, contract: ContractId) -> Result<Vec<ContractPosition>>;
}

/// The positions of contracts. They are removed with their contract.
///
/// A store refuses what would change an agreed position, with
/// [`StoreError::Other`](crate::StoreError::Other): the domain should have refused it.
#[async_trait]
pub trait ContractPositions: ContractPositionReader {
    /// Reads a contract, and locks it until the transaction ends. It is locked after invoices.
    async fn lock(&mut self, contract: ContractId) -> Result<Option<Contract>>;
    /// Replaces all positions of a draft.
    async fn replace(&mut self, contract: ContractId, positions: &[ContractPosition])
    -> Result<()>;
    /// Adds the positions of an amendment to an active contract.
    async fn append(&mut self, contract: ContractId, positions: &[ContractPosition]) -> Result<()>;
}

/// Reads the amendments of contracts.
#[async_trait]
pub trait ContractAmendmentReader: Send {
    /// All amendments of a contract, by their number.
    async fn of(&mut self, contract: ContractId) -> Result<Vec<ContractAmendment>>;
}

/// The amendments of contracts. They never change, and a contract with amendments is not removed.
#[async_trait]
pub trait ContractAmendments: ContractAmendmentReader {
    /// Stores an amendment of an active contract, before the positions that it adds.
    async fn add(&mut self, contract: ContractId, amendment: &ContractAmendment) -> Result<()>;
}
