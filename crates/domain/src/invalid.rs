use crate::Code;

/// A value that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Invalid {
    /// What kind of fault: `text.too_long`.
    pub code: Code,
    /// What is wrong, in a sentence for the caller.
    pub detail: String,
}

impl Invalid {
    /// A fault with its code and its sentence.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}
