use crate::{Code, Invalid, InvalidTransition};

crate::codes! {
    POSITIONS_MISSING = "contract.positions_missing",
        "A contract without positions cannot be activated.";
    AMENDMENTS_EXHAUSTED = "contract.amendments_exhausted",
        "A contract has at most 100 amendments.";
    POSITION_UNKNOWN = "contract.position_unknown",
        "An amendment changes a position that was not agreed before, or that is a change itself.";
    POSITION_TAX = "contract.position_tax",
        "An amendment changes a position and gives it another VAT: take it back and add another one.";
    POSITION_OVERDRAWN = "contract.position_overdrawn",
        "An amendment takes back more of a position than was agreed.";
    ENDS_BEFORE_SIGNED = "contract.ends_before_signed",
        "A contract cannot end before the day on which it was signed.";
}

/// Why a contract, or a change of it, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// The status does not allow the operation.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// Something else about the contract does not allow the operation: its code and an explanation.
    #[error("{1}")]
    Refused(Code, &'static str),
    /// A value is invalid, at this JSON pointer (RFC 6901).
    #[error("{1}")]
    Invalid(String, #[source] Invalid),
}

impl ContractError {
    pub(super) fn at(pointer: impl Into<String>, invalid: Invalid) -> Self {
        Self::Invalid(pointer.into(), invalid)
    }
}
