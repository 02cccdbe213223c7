use crate::Code;

/// A value that its type refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Invalid {
    /// The code of the fault: `text.too_long`.
    pub code: Code,
    /// An explanation for the caller.
    pub detail: String,
}

impl Invalid {
    /// An error with its code and explanation.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}
