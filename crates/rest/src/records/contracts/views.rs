use chrono::{DateTime, NaiveDate, Utc};
use plinth_application::contracts::ContractBalance;
use plinth_domain::{Contract, ContractAmendment, ContractPosition, Currency, Id, Money};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{money::MoneyBody, priced::VatBody, values::names};

names! {
    /// What the organization does by a contract.
    ContractRoleName = Sale, Purchase
}

names! {
    /// How far a contract is.
    ContractStatusName = Draft, Active, Completed, Terminated
}

/// A contract with a customer or a supplier.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContractView {
    id: Uuid,
    #[schema(value_type = ContractStatusName)]
    status: &'static str,
    /// The number, unique in the organization. An active contract has one.
    #[schema(example = "V-2026-014")]
    number: Option<String>,
    #[schema(example = "Quay 7, earthworks")]
    title: String,
    party_id: Uuid,
    project_id: Option<Uuid>,
    /// The signed document.
    document_id: Option<Uuid>,
    #[schema(value_type = ContractRoleName)]
    role: &'static str,
    /// The sum of all positions, without VAT.
    value: MoneyBody,
    /// The day on which it was signed.
    signed_at: Option<NaiveDate>,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    /// The part of each invoice that is retained as a security, in hundredths of a percent.
    #[schema(maximum = 10_000)]
    retention_basis_points: u16,
    note: Option<String>,
    terminated_on: Option<NaiveDate>,
    termination_reason: Option<String>,
    /// Free-form data of the client.
    #[schema(value_type = Object)]
    metadata: Option<Box<RawValue>>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Contract> for ContractView {
    fn from(contract: Contract) -> Self {
        let value = contract.money().into();
        let (terminated_on, termination_reason) =
            contract.termination.map(|end| (end.on, end.reason.as_str().to_owned())).unzip();
        Self {
            id: contract.id.uuid(),
            status: contract.status.name(),
            number: contract.number.map(|number| number.as_str().to_owned()),
            title: contract.title.as_str().to_owned(),
            party_id: contract.party.uuid(),
            project_id: contract.project.map(Id::uuid),
            document_id: contract.document.map(Id::uuid),
            role: contract.role.name(),
            value,
            signed_at: contract.signed_at,
            starts_on: contract.schedule.starts_on(),
            ends_on: contract.schedule.ends_on(),
            retention_basis_points: contract.retention.points(),
            note: contract.note.map(|note| note.as_str().to_owned()),
            terminated_on,
            termination_reason,
            metadata: RawValue::from_string(contract.metadata.into_string()).ok(),
            version: contract.revision.version.number(),
            created_at: contract.revision.created_at,
            updated_at: contract.revision.updated_at,
        }
    }
}

/// A position of a contract. It never changes once the contract is active.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContractPositionView {
    /// The number within the contract, from 1.
    #[schema(minimum = 1, maximum = 500)]
    position: u16,
    /// The number of the amendment that added it; null for what was agreed at first.
    #[schema(minimum = 1, maximum = 100)]
    amendment: Option<u16>,
    /// The position that it changes by its quantity and amount.
    #[schema(minimum = 1, maximum = 500)]
    changes_position: Option<u16>,
    text: String,
    /// A decimal; the difference, where the position changes another one.
    #[schema(example = "12.5")]
    quantity: String,
    /// A code of UN/ECE Recommendation 20.
    #[schema(example = "MTQ")]
    unit: String,
    /// The price of one unit, in the major unit of the currency.
    #[schema(example = "98.4")]
    unit_price: String,
    vat: VatBody,
    /// The amount without VAT.
    net: MoneyBody,
}

impl ContractPositionView {
    pub(crate) fn of(position: &ContractPosition, currency: Currency) -> Self {
        let draft = &position.draft;
        Self {
            position: position.number,
            amendment: position.amendment,
            changes_position: draft.changes,
            text: draft.text.as_str().to_owned(),
            quantity: draft.quantity.to_string(),
            unit: draft.unit.as_str().to_owned(),
            unit_price: draft.price.to_string(),
            vat: VatBody::new(draft.tax.vat(), draft.tax.reason()),
            net: Money { amount_minor: position.net, currency }.into(),
        }
    }
}

/// An amendment of a contract: a change order. It never changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContractAmendmentView {
    /// The number within the contract, from 1.
    #[schema(minimum = 1, maximum = 100)]
    number: u16,
    #[schema(example = "Additional excavation")]
    title: String,
    /// The day on which it was signed.
    signed_at: Option<NaiveDate>,
    note: Option<String>,
    /// By how much it changes the contract's value; negative where less is agreed.
    value: MoneyBody,
    created_at: DateTime<Utc>,
}

impl ContractAmendmentView {
    pub(crate) fn of(amendment: &ContractAmendment, currency: Currency) -> Self {
        Self {
            number: amendment.number,
            title: amendment.title.as_str().to_owned(),
            signed_at: amendment.signed_at,
            note: amendment.note.as_ref().map(|note| note.as_str().to_owned()),
            value: Money { amount_minor: amendment.value, currency }.into(),
            created_at: amendment.created_at,
        }
    }
}

/// A new amendment, and the contract after it. The `ETag` is that of the contract.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AmendedContractView {
    pub(crate) amendment: ContractAmendmentView,
    pub(crate) contract: ContractView,
}

/// What is agreed by a contract.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContractBalanceView {
    /// What is agreed, without VAT: the contract's value.
    agreed: MoneyBody,
    /// What was invoiced, without VAT, less credit notes.
    invoiced: MoneyBody,
    /// What was settled of the invoices, with VAT: payments, cash discounts and credit notes.
    paid: MoneyBody,
    /// What is open because it is retained as a security, with VAT.
    retained: MoneyBody,
    /// What is open of the invoices, with VAT, with what is retained.
    open: MoneyBody,
    /// What is agreed and invoiced by position, each with all its changes.
    positions: Vec<ContractPositionBalanceView>,
}

/// What is agreed and invoiced of a position.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContractPositionBalanceView {
    /// The number of the position.
    #[schema(minimum = 1, maximum = 500)]
    position: u16,
    /// What is agreed, without VAT.
    agreed: MoneyBody,
    /// What the lines of invoices state of it, without VAT.
    invoiced: MoneyBody,
}

impl From<ContractBalance> for ContractBalanceView {
    fn from(balance: ContractBalance) -> Self {
        let positions = balance.positions.into_iter().map(|position| ContractPositionBalanceView {
            position: position.position,
            agreed: position.agreed.into(),
            invoiced: position.invoiced.into(),
        });
        Self {
            agreed: balance.agreed.into(),
            invoiced: balance.invoiced.into(),
            paid: balance.paid.into(),
            retained: balance.retained.into(),
            open: balance.open.into(),
            positions: positions.collect(),
        }
    }
}
