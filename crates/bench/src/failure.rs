//! The error of a failed run.

/// Errors are only printed, so their type is erased.
pub type Failure = Box<dyn std::error::Error>;

/// A result, or why there is none.
pub type Result<T> = std::result::Result<T, Failure>;
