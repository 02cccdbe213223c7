//! The books of the demo data: a year of a small construction company.

mod steps;
mod year;

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};
use plinth_application::{
    Application, Caller, Command, Expected,
    contracts::{ActivateContract, CreateContract},
    crud::Create,
    invoices::{CreateInvoice, CreditInvoice, IssueInvoice},
    organizations::UpdateOrganization,
    payments::RecordPayment,
    projects::ListProjects,
};
use plinth_domain::{ContractId, Id, InvoiceId, Party, PartyId, ProjectId};
use plinth_ports::{Direction, PageRequest, ProjectFilter, ProjectSort, Sort};
use uuid::Uuid;

use super::once;
use crate::failure::Result;
use year::Event;

/// What the books refer to by a name of the demo data.
struct Books<'a> {
    app: &'a Application,
    owner: &'a Caller,
    today: NaiveDate,
    parties: HashMap<&'static str, PartyId>,
    contracts: HashMap<&'static str, ContractId>,
    invoices: HashMap<&'static str, InvoiceId>,
}

/// Keeps the books of a year. Each step has an idempotency key, so a run that was interrupted is
/// completed by the next one.
pub(super) async fn keep(app: &Application, owner: &Caller) -> Result<()> {
    let mut books = Books {
        app,
        owner,
        today: app.now().date_naive(),
        parties: HashMap::new(),
        contracts: HashMap::new(),
        invoices: HashMap::new(),
    };
    let seller = UpdateOrganization { expected: Expected::default(), changes: steps::seller()? };
    app.execute(owner, seller).await?;
    for party in year::PARTIES {
        let command = Create::<Party> { draft: steps::party(party)? };
        let id = books.once(party.number, command, |party| party.id.uuid()).await?;
        books.parties.insert(party.number, Id::from_uuid(id));
    }
    for contract in year::CONTRACTS {
        books.sign(contract).await?;
    }
    for event in year::EVENTS {
        books.happen(event).await?;
    }
    Ok(())
}

impl Books<'_> {
    fn day(&self, offset: i64) -> NaiveDate {
        self.today + TimeDelta::days(offset)
    }

    async fn project(&self, code: &str) -> Result<Option<ProjectId>> {
        let filter = ProjectFilter { code: Some(code.to_owned()), ..Default::default() };
        let sort = Sort { by: ProjectSort::CreatedAt, direction: Direction::Ascending };
        let page = PageRequest::first(1, sort);
        let found = self.app.query(self.owner, ListProjects { filter, page }).await?;
        Ok(found.items.first().map(|project| project.id))
    }

    async fn sign(&mut self, sketch: &'static year::Contract) -> Result<()> {
        let party = self.parties[sketch.party];
        let project = self.project(sketch.project).await?;
        let signed_at = self.day(sketch.signed);
        let draft = steps::contract(sketch, party, project, signed_at)?;
        let command = CreateContract { draft };
        let id = self.once(sketch.number, command, |contract| contract.id.uuid()).await?;
        let id = Id::from_uuid(id);
        let activate = ActivateContract { id, expected: Expected::default() };
        self.once(sketch.number, activate, |contract| contract.id.uuid()).await?;
        self.contracts.insert(sketch.number, id);
        Ok(())
    }

    async fn happen(&mut self, event: &'static Event) -> Result<()> {
        match event {
            Event::Bill(bill) => {
                let (contract, project) = match bill.contract {
                    Some(number) => (self.contracts.get(number).copied(), None),
                    None => (None, self.project(bill.project).await?),
                };
                let party = self.parties[bill.party];
                let draft = steps::bill(bill, (party, contract, project), self.day(bill.on))?;
                let command =
                    CreateInvoice { draft, inherits_retention: true, attachments: Vec::new() };
                let id = self.once(bill.name, command, |full| full.invoice.id.uuid()).await?;
                self.issue(bill.name, Id::from_uuid(id)).await
            }
            Event::Pay(pay) => {
                let party = self.parties[pay.party];
                let (draft, shares) =
                    steps::payment(pay, party, self.invoices[pay.invoice], self.day(pay.on))?;
                let command = RecordPayment { draft, shares };
                self.once(pay.name, command, |full| full.payment.id.uuid()).await.map(drop)
            }
            Event::Credit(credit) => {
                let id = self.invoices[credit.invoice];
                let lines = Some(vec![steps::line(&credit.line)?]);
                let command = CreditInvoice { id, lines, stated_in: None };
                let id = self.once(credit.name, command, |full| full.invoice.id.uuid()).await?;
                self.issue(credit.name, Id::from_uuid(id)).await
            }
        }
    }

    async fn issue(&mut self, name: &'static str, id: InvoiceId) -> Result<()> {
        let command = IssueInvoice { id, expected: Expected::default() };
        self.once(name, command, |full| full.invoice.id.uuid()).await?;
        self.invoices.insert(name, id);
        Ok(())
    }

    async fn once<C: Command>(
        &self,
        name: &str,
        command: C,
        id: impl FnOnce(&C::Output) -> Uuid + Send + 'static,
    ) -> Result<Uuid> {
        once(self.app, self.owner, name, command, id).await
    }
}
