use plinth_domain::{Contract, ContractId, ContractNumber, Permission, SeriesKind, Termination};
use plinth_ports::ContractPositionReader;

use crate::{
    ByProject, Command, Context, Error, Expected, Recorded, resource::Found, series::take_number,
};

/// Activates a draft. One without a number gets the next of the series. From now on only amendments change what was agreed.
#[derive(Debug, Clone)]
pub struct ActivateContract {
    /// The contract.
    pub id: ContractId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for ActivateContract {
    const NAME: &'static str = "contract.activate";
    const PERMISSION: Permission = Permission::ContractUpdate;
    type Output = Contract;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::contract(self.id)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Contract>, Error> {
        let before = ctx.unit.contracts().expect(self.id, &self.expected).await?;
        let positions = ContractPositionReader::of(ctx.unit.contract_positions(), self.id).await?;
        before.expect_activable(&positions)?;
        let number = match &before.number {
            Some(number) => number.clone(),
            None => next_number(ctx).await?,
        };
        let after = before.clone().activate(&positions, number, ctx.now)?;
        ctx.unit.contracts().update(&after).await.map_err(Error::write::<Contract>)?;
        Recorded::changed("contract.activated", &before, after)
    }
}

async fn next_number(ctx: &mut Context<'_>) -> Result<ContractNumber, Error> {
    let organization = ctx.unit.organization().hold().await?;
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    let today = organization.settings.timezone.day(ctx.now);
    take_number(ctx, SeriesKind::Contract, &organization, today).await
}

/// Ends a contract that is fulfilled.
#[derive(Debug, Clone)]
pub struct CompleteContract {
    /// The contract.
    pub id: ContractId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for CompleteContract {
    const NAME: &'static str = "contract.complete";
    const PERMISSION: Permission = Permission::ContractUpdate;
    type Output = Contract;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::contract(self.id)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Contract>, Error> {
        let before = ctx.unit.contracts().expect(self.id, &self.expected).await?;
        let after = before.clone().complete(ctx.now)?;
        ctx.unit.contracts().update(&after).await?;
        Recorded::changed("contract.completed", &before, after)
    }
}

/// Ends a contract that is not fulfilled.
#[derive(Debug, Clone)]
pub struct TerminateContract {
    /// The contract.
    pub id: ContractId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// When and why.
    pub end: Termination,
}

impl Command for TerminateContract {
    const NAME: &'static str = "contract.terminate";
    const PERMISSION: Permission = Permission::ContractUpdate;
    type Output = Contract;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::contract(self.id)
    }

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Contract>, Error> {
        let before = ctx.unit.contracts().expect(self.id, &self.expected).await?;
        let after = before.clone().terminate(self.end, ctx.now)?;
        ctx.unit.contracts().update(&after).await?;
        Recorded::changed("contract.terminated", &before, after)
    }
}
