/// The error of the library or server below an adapter.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a store operation failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The write violates a unique constraint or a reference.
    #[error("violates constraint {constraint}")]
    Conflict {
        /// The constraint's name in the schema: `projects_organization_id_code_key`.
        constraint: String,
    },
    /// The record was written or removed since it was read.
    #[error("the record has changed")]
    Stale,
    /// The store cannot be reached, or has no capacity, at the moment.
    #[error("the store is unavailable")]
    Unavailable(#[source] Source),
    /// The organization uses all that it may at once.
    #[error("the organization uses its share of the store")]
    Busy,
    /// A statement took longer than it may.
    #[error("the store took too long")]
    TimedOut(#[source] Source),
    /// Any other failure: a fault in the program or the schema.
    #[error("the store failed")]
    Other(#[source] Source),
}

/// The result of a store operation.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
