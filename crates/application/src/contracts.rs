//! Contracts.

mod amending;
mod audit;
mod reading;
mod transitions;

pub use amending::{AmendContract, Amendment};
pub use reading::{
    ContractBalance, GetContract, GetContractBalance, ListContractAmendments,
    ListContractPositions, ListContracts, PositionBalance,
};
pub use transitions::{ActivateContract, CompleteContract, TerminateContract};

use plinth_domain::{
    Contract, ContractChanges, ContractDraft, ContractError, ContractId, ContractStatus, Permission,
};
use plinth_ports::ContractPositionReader;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    AuditRecord, ByProject, Command, Context, Error, Expected, MetadataPatch, Recorded, metadata,
    resource::{Found, Resource},
};

pub use plinth_ports::records::contracts::CONTRACT_NUMBER_TAKEN;

impl Resource for Contract {
    const KIND: &'static str = "contract";
    const TOPIC: &'static str = "contracts";
    const READ: Permission = Permission::ContractRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn project(&self) -> Option<Uuid> {
        self.project.map(plinth_domain::Id::uuid)
    }

    fn audit_view(&self) -> impl Serialize {
        audit::contract(self)
    }
}

impl From<ContractError> for Error {
    fn from(error: ContractError) -> Self {
        match error {
            ContractError::Transition(transition) => transition.into(),
            ContractError::Refused(code, detail) => Self::conflict(code, detail),
            ContractError::Invalid(pointer, invalid) => Self::field(&pointer, invalid),
        }
    }
}

/// Creates a draft with its positions.
#[derive(Debug, Clone)]
pub struct CreateContract {
    /// Its values.
    pub draft: ContractDraft,
}

impl Command for CreateContract {
    const NAME: &'static str = "contract.create";
    const PERMISSION: Permission = Permission::ContractCreate;
    type Output = Contract;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::new_in(self.draft.project)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Contract>, Error> {
        ctx.make_room::<Contract>().await?;
        let drafted = Contract::draft(ctx.id(), ctx.organization(), self.draft, ctx.now);
        let (contract, positions) = drafted?;
        ctx.unit.contracts().insert(&contract).await.map_err(Error::write::<Contract>)?;
        ctx.unit.contract_positions().replace(contract.id, &positions).await?;
        let audit = AuditRecord::created("contract.created", &contract)?;
        let audit = audit.beside("positions", audit::positions(&positions))?;
        Ok(Recorded::new(contract, audit))
    }
}

/// Changes a contract, and all positions of a draft.
#[derive(Debug, Clone)]
pub struct UpdateContract {
    /// The contract.
    pub id: ContractId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub changes: ContractChanges,
    /// The merge patch on the metadata.
    pub metadata: Option<MetadataPatch>,
}

impl Command for UpdateContract {
    const NAME: &'static str = "contract.update";
    const PERMISSION: Permission = Permission::ContractUpdate;
    type Output = Contract;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::contract(self.id).moved(&self.changes.project)
    }

    async fn run(mut self, ctx: &mut Context<'_>) -> Result<Recorded<Contract>, Error> {
        let before = ctx.unit.contracts().expect(self.id, &self.expected).await?;
        if let Some(patch) = self.metadata {
            self.changes.metadata = Some(metadata::merge(&before.metadata, patch)?);
        }
        // Only another currency gives another amount to positions that stay.
        let positions = match before.status {
            ContractStatus::Draft if self.changes.currency.is_some() => {
                ContractPositionReader::of(ctx.unit.contract_positions(), self.id).await?
            }
            _ => Vec::new(),
        };
        let (after, replaced) = before.clone().revise(self.changes, positions, ctx.now)?;
        ctx.unit.contracts().update(&after).await.map_err(Error::write::<Contract>)?;
        let mut audit = AuditRecord::changed("contract.updated", &before, &after)?;
        if let Some(positions) = replaced {
            ctx.unit.contract_positions().replace(after.id, &positions).await?;
            audit = audit.beside("positions", audit::positions(&positions))?;
        }
        Ok(Recorded::new(after, audit))
    }
}

/// Removes a draft permanently.
#[derive(Debug, Clone)]
pub struct RemoveContract {
    /// The contract.
    pub id: ContractId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveContract {
    const NAME: &'static str = "contract.remove";
    const PERMISSION: Permission = Permission::ContractDelete;
    type Output = ();

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::contract(self.id)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let contract = ctx.unit.contracts().expect(self.id, &self.expected).await?;
        contract.expect_draft("remove it")?;
        ctx.unit.contracts().remove(&contract).await.map_err(Error::in_use)?;
        Ok(Recorded::new((), AuditRecord::removed("contract.removed", &contract)?))
    }
}
