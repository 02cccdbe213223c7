//! Why there is no result, in words for whoever started it.

/// Whatever went wrong: nobody tells one from another.
pub type Failure = Box<dyn std::error::Error>;

/// A result, or why there is none.
pub type Result<T> = std::result::Result<T, Failure>;
