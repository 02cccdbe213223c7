use crate::{Invalid, InvalidTransition};

/// A part of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// All lines.
    Lines,
    /// The line with this index.
    Line(usize),
    /// All allowances and charges.
    Adjustments,
    /// The allowance or charge with this index.
    Adjustment(usize),
    /// The steps of the cash discount.
    Discounts,
    /// A field by its name.
    Field(&'static str),
}

impl Place {
    /// The JSON pointer of the part (RFC 6901).
    #[must_use]
    pub fn pointer(self) -> String {
        match self {
            Self::Lines => "/lines".to_owned(),
            Self::Line(index) => format!("/lines/{index}"),
            Self::Adjustments => "/adjustments".to_owned(),
            Self::Adjustment(index) => format!("/adjustments/{index}"),
            Self::Discounts => "/discounts".to_owned(),
            Self::Field(name) => format!("/{name}"),
        }
    }

    pub(super) const fn error(self, invalid: Invalid) -> InvoiceError {
        InvoiceError::Invalid(self, invalid)
    }
}

/// Why an invoice is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceError {
    /// The status does not allow the operation.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// A part of it is invalid.
    #[error("{1}")]
    Invalid(Place, #[source] Invalid),
}
