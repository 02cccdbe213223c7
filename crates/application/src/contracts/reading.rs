use plinth_domain::{
    Contract, ContractAmendment, ContractId, ContractPosition, Invoice, Money, Permission,
    agreed_by_position, billing::Bills,
};
use plinth_ports::{
    ContractAmendmentReader, ContractPositionReader, Page, PageRequest,
    records::contracts::{ContractFilter, ContractSort},
};

use crate::{
    ByProject, Error, Query, Reading, View, invoices::on_contract::bills, resource::Found,
};

/// Reads one contract.
#[derive(Debug, Clone, Copy)]
pub struct GetContract {
    /// The contract.
    pub id: ContractId,
}

impl Query for GetContract {
    const NAME: &'static str = "contract.get";
    const PERMISSION: Permission = Permission::ContractRead;
    type Output = Contract;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::contract(self.id)
    }

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Contract, Error> {
        view.unit.contracts().get(self.id).await
    }
}

/// Lists contracts.
#[derive(Debug)]
pub struct ListContracts {
    /// Selects the contracts.
    pub filter: ContractFilter,
    /// The order and the position.
    pub page: PageRequest<ContractSort>,
}

impl Query for ListContracts {
    const NAME: &'static str = "contract.list";
    const PERMISSION: Permission = Permission::ContractRead;
    type Output = Page<Contract>;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::Listing(&mut self.filter.among)
    }

    fn reading(&self) -> Reading {
        // An index has the order of one status, of one party and of one project.
        let ContractFilter { search, status, role, .. } = &self.filter;
        let is_slow = search.is_some() || status.has_several() || role.is_some();
        Reading::page(&self.page, is_slow)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Contract>, Error> {
        Ok(view.unit.contracts().list(&self.filter, &self.page).await?)
    }
}

/// Lists all positions of a contract, with those of its amendments.
#[derive(Debug, Clone, Copy)]
pub struct ListContractPositions {
    /// The contract.
    pub id: ContractId,
}

impl Query for ListContractPositions {
    const NAME: &'static str = "contract.positions";
    const PERMISSION: Permission = Permission::ContractRead;
    type Output = (Contract, Vec<ContractPosition>);

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::contract(self.id)
    }

    fn reading(&self) -> Reading {
        Reading::Together
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let contract = view.unit.contracts().get(self.id).await?;
        let positions = ContractPositionReader::of(view.unit.contract_positions(), self.id);
        Ok((contract, positions.await?))
    }
}

/// Lists all amendments of a contract.
#[derive(Debug, Clone, Copy)]
pub struct ListContractAmendments {
    /// The contract.
    pub id: ContractId,
}

impl Query for ListContractAmendments {
    const NAME: &'static str = "contract.amendments";
    const PERMISSION: Permission = Permission::ContractRead;
    type Output = (Contract, Vec<ContractAmendment>);

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::contract(self.id)
    }

    fn reading(&self) -> Reading {
        Reading::Together
    }

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let contract = view.unit.contracts().get(self.id).await?;
        let amendments = ContractAmendmentReader::of(view.unit.contract_amendments(), self.id);
        Ok((contract, amendments.await?))
    }
}

/// Reads what became of a contract.
#[derive(Debug, Clone, Copy)]
pub struct GetContractBalance {
    /// The contract.
    pub id: ContractId,
}

/// What became of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractBalance {
    /// What is agreed without VAT: the contract's value.
    pub agreed: Money,
    /// What was invoiced without VAT, less credit notes.
    pub invoiced: Money,
    /// What was settled of the invoices, with VAT, less what was settled of credit notes.
    pub paid: Money,
    /// What is open of the invoices because it is retained, with VAT.
    pub retained: Money,
    /// What is open of the invoices, with VAT, with what is retained.
    pub open: Money,
    /// What is agreed and invoiced by position, without the positions that change others.
    pub positions: Vec<PositionBalance>,
}

/// What became of one position of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositionBalance {
    /// The number of the position.
    pub position: u16,
    /// What is agreed without VAT: its amount, with all changes.
    pub agreed: Money,
    /// What was invoiced of it without VAT.
    pub invoiced: Money,
}

impl Query for GetContractBalance {
    const NAME: &'static str = "contract.balance";
    const PERMISSION: Permission = Permission::ContractRead;
    type Output = ContractBalance;

    fn reading(&self) -> Reading {
        Reading::Together
    }

    async fn run(self, view: &mut View<'_>) -> Result<ContractBalance, Error> {
        view.access.require(Permission::InvoiceRead)?;
        let contract = view.unit.contracts().get(self.id).await?;
        let positions = view.unit.contract_positions().of(self.id).await?;
        let booked = bills(view.unit.invoices(), self.id).await?;
        let stated = view.unit.invoice_lines().billed(self.id).await?;
        let booked = Bills(&booked);
        let billed = booked.by_position(&stated);
        let money = |amount_minor| Money { amount_minor, currency: contract.currency };
        let by_position = agreed_by_position(&positions).into_iter();
        Ok(ContractBalance {
            agreed: contract.money(),
            invoiced: money(booked.invoiced()),
            paid: money(booked.sum(|bill| bill.settlement.settled)),
            retained: money(booked.sum(|bill| bill.totals.retained.min(bill.open()))),
            open: money(booked.sum(Invoice::open)),
            positions: by_position
                .map(|(position, agreed)| PositionBalance {
                    position,
                    agreed: money(agreed),
                    invoiced: money(billed.get(&position).copied().unwrap_or_default()),
                })
                .collect(),
        })
    }
}
