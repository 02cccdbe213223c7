//! What is stored beside a contract: its positions and its amendments.

use async_trait::async_trait;
use plinth_domain::{
    Contract, ContractAmendment, ContractId, ContractPosition, ContractStatus, OrganizationId,
};
use plinth_ports::{
    ContractAmendmentReader, ContractAmendments, ContractPositionReader, ContractPositions, Result,
    records::contract_positions::{
        AMENDMENT, AMENDMENT_OF_POSITION, CONTRACT_OF_AMENDMENT, CONTRACT_OF_POSITION, POSITION,
    },
};

use super::{
    record_tables::{RecordTables, Stored},
    unit::Unit,
};

impl Stored for Contract {
    fn may_become(&self, next: Option<&Self>) -> bool {
        if self.status == ContractStatus::Draft {
            return true;
        }
        let Some(next) = next else { return false };
        let terms =
            |c: &Self| (c.number.clone(), c.project, c.party, c.role, c.currency, c.retention);
        let ending = |c: &Self| (c.status, c.termination.clone(), c.value);
        let moves = self.status == ContractStatus::Active && next.status != ContractStatus::Draft;
        terms(self) == terms(next) && (moves || ending(self) == ending(next))
    }

    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables.contract_positions.remove(&(organization, self.id));
    }
}

#[async_trait]
impl ContractPositionReader for Unit {
    async fn of(&mut self, contract: ContractId) -> Result<Vec<ContractPosition>> {
        Ok(self.positions(contract).to_vec())
    }
}

#[async_trait]
impl ContractPositions for Unit {
    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, contract: ContractId) -> Result<Option<Contract>> {
        Ok(self.record(contract).cloned())
    }

    async fn replace(
        &mut self,
        contract: ContractId,
        positions: &[ContractPosition],
    ) -> Result<()> {
        self.store_positions(contract, Vec::new(), positions, ContractStatus::Draft)
    }

    async fn append(&mut self, contract: ContractId, positions: &[ContractPosition]) -> Result<()> {
        let agreed = self.positions(contract).to_vec();
        self.store_positions(contract, agreed, positions, ContractStatus::Active)
    }
}

#[async_trait]
impl ContractAmendmentReader for Unit {
    async fn of(&mut self, contract: ContractId) -> Result<Vec<ContractAmendment>> {
        Ok(self.amendments(contract).to_vec())
    }
}

#[async_trait]
impl ContractAmendments for Unit {
    async fn add(&mut self, contract: ContractId, amendment: &ContractAmendment) -> Result<()> {
        let status = self.record(contract).map(|contract| contract.status);
        let mut all = self.amendments(contract).to_vec();
        let taken = all.iter().any(|known| known.number == amendment.number);
        self.draft.forbid(status.is_none(), CONTRACT_OF_AMENDMENT.0)?;
        self.draft.forbid(taken, AMENDMENT.0)?;
        let wrong = status != Some(ContractStatus::Active);
        self.draft.check(wrong, "only an active contract is amended")?;
        all.push(amendment.clone());
        all.sort_by_key(|amendment| amendment.number);
        let key = (self.organization_id(), contract);
        self.draft.tables.records.contract_amendments.insert(key, all);
        Ok(())
    }
}

impl Unit {
    fn positions(&self, contract: ContractId) -> &[ContractPosition] {
        let key = (self.organization_id(), contract);
        self.tables().records.contract_positions.get(&key).map_or(&[], Vec::as_slice)
    }

    fn amendments(&self, contract: ContractId) -> &[ContractAmendment] {
        let key = (self.organization_id(), contract);
        self.tables().records.contract_amendments.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Stores positions behind those that are kept, of a contract with this status.
    fn store_positions(
        &mut self,
        contract: ContractId,
        mut all: Vec<ContractPosition>,
        added: &[ContractPosition],
        expected: ContractStatus,
    ) -> Result<()> {
        let status = self.record(contract).map(|contract| contract.status);
        let amendments = self.amendments(contract);
        let exists = |number| amendments.iter().any(|amendment| amendment.number == number);
        let unknown = added.iter().filter_map(|position| position.amendment).any(|n| !exists(n));
        let of_amendment = expected == ContractStatus::Active;
        let misplaced = added.iter().any(|p| p.amendment.is_some() != of_amendment);
        self.draft.forbid(status.is_none() && !added.is_empty(), CONTRACT_OF_POSITION.0)?;
        self.draft.forbid(unknown, AMENDMENT_OF_POSITION.0)?;
        for position in added {
            let taken = all.iter().any(|known| known.number == position.number);
            self.draft.forbid(taken, POSITION.0)?;
            all.push(position.clone());
        }
        let wrong = status.is_some_and(|status| status != expected) || misplaced;
        self.draft.check(wrong, "what was agreed changes only by an amendment")?;
        all.sort_by_key(|position| position.number);
        let key = (self.organization_id(), contract);
        self.draft.tables.records.contract_positions.insert(key, all);
        Ok(())
    }
}
