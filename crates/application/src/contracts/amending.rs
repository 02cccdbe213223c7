use plinth_domain::{
    Amended, Contract, ContractAmendment, ContractAmendmentDraft, ContractId, Permission,
};
use plinth_ports::{ContractAmendmentReader, ContractPositionReader};

use super::audit;
use crate::{AuditRecord, ByProject, Command, Context, Error, Expected, Recorded, resource::Found};

/// Adds an amendment to an active contract.
#[derive(Debug, Clone)]
pub struct AmendContract {
    /// The contract.
    pub id: ContractId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// What the amendment says.
    pub draft: ContractAmendmentDraft,
}

/// A new amendment, and its contract with the new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The contract.
    pub contract: Contract,
    /// The amendment.
    pub amendment: ContractAmendment,
}

impl Command for AmendContract {
    const NAME: &'static str = "contract.amend";
    const PERMISSION: Permission = Permission::ContractUpdate;
    type Output = Amendment;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::contract(self.id)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Amendment>, Error> {
        let before = ctx.unit.contracts().expect(self.id, &self.expected).await?;
        let agreed = ContractPositionReader::of(ctx.unit.contract_positions(), self.id).await?;
        let made = ContractAmendmentReader::of(ctx.unit.contract_amendments(), self.id).await?;
        let amended = before.clone().amend(self.draft, &agreed, made.len(), ctx.now)?;
        let Amended { contract, amendment, positions } = amended;
        // First, so that of two amendments at once the second is stale and writes nothing.
        ctx.unit.contracts().update(&contract).await?;
        ctx.unit.contract_amendments().add(contract.id, &amendment).await?;
        ctx.unit.contract_positions().append(contract.id, &positions).await?;
        let audit = AuditRecord::changed("contract.amended", &before, &contract)?;
        let audit = audit.beside("amendment", audit::amendment(&amendment, &positions))?;
        Ok(Recorded::new(Amendment { contract, amendment }, audit))
    }
}
