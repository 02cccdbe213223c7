use chrono::NaiveDate;

use super::{Contract, ContractError, ContractNumber, ContractPosition, error};
use crate::{Invalid, InvalidTransition, Lines, Timestamp, named};

named! {
    /// What the organization does by a contract.
    ContractRole {
        /// It sells to a customer.
        Sale = "sale",
        /// It buys from a supplier.
        Purchase = "purchase",
    }

    /// How far a contract is.
    ContractStatus {
        /// It is negotiated and can be changed.
        Draft = "draft",
        /// It is agreed; only amendments change what was agreed.
        Active = "active",
        /// Both sides have fulfilled it.
        Completed = "completed",
        /// It was ended before it was fulfilled.
        Terminated = "terminated",
    }
}

/// The end of a contract before it was fulfilled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Termination {
    /// The day of its end.
    pub on: NaiveDate,
    /// Why: 1 to 1000 characters.
    pub reason: Lines<1000>,
}

impl Contract {
    /// Activates a draft: from then on only amendments change what was agreed. `positions` are all of
    /// its positions.
    pub fn activate(
        self,
        positions: &[ContractPosition],
        number: ContractNumber,
        at: Timestamp,
    ) -> Result<Self, ContractError> {
        self.expect_activable(positions)?;
        let (number, revision) = (Some(number), self.revision.next(at));
        Ok(Self { status: ContractStatus::Active, number, revision, ..self })
    }

    /// Checks all that a contract needs to be activated, its number aside.
    pub fn expect_activable(&self, positions: &[ContractPosition]) -> Result<(), ContractError> {
        if self.status != ContractStatus::Draft {
            return Err(self.refuses("activate it").into());
        }
        if positions.is_empty() {
            let detail = "a contract needs a position before it is activated";
            return Err(ContractError::Refused(error::POSITIONS_MISSING, detail));
        }
        Ok(())
    }

    /// Ends a contract that is fulfilled.
    pub fn complete(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        self.expect_active("complete it")?;
        Ok(Self { status: ContractStatus::Completed, revision: self.revision.next(at), ..self })
    }

    /// Ends a contract that is not fulfilled, not before the day on which it was signed.
    pub fn terminate(self, end: Termination, at: Timestamp) -> Result<Self, ContractError> {
        self.expect_active("terminate it")?;
        if self.signed_at.is_some_and(|signed| end.on < signed) {
            let invalid = Invalid::new(error::ENDS_BEFORE_SIGNED, "must not be before signed_at");
            return Err(ContractError::at("/terminated_on", invalid));
        }
        let (status, termination) = (ContractStatus::Terminated, Some(end));
        Ok(Self { status, termination, revision: self.revision.next(at), ..self })
    }

    /// Refuses an operation on a contract that is not active.
    pub(super) fn expect_active(&self, attempted: &'static str) -> Result<(), InvalidTransition> {
        if self.status == ContractStatus::Active { Ok(()) } else { Err(self.refuses(attempted)) }
    }

    /// Refuses an operation on a contract that is not a draft any more.
    pub fn expect_draft(&self, attempted: &'static str) -> Result<(), InvalidTransition> {
        if self.status == ContractStatus::Draft { Ok(()) } else { Err(self.refuses(attempted)) }
    }

    pub(super) const fn refuses(&self, attempted: &'static str) -> InvalidTransition {
        InvalidTransition { from: self.status.name(), attempted }
    }
}
