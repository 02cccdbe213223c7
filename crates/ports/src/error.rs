/// Whatever an adapter was kept from doing by.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint or a reference is in the way.
    #[error("{constraint} stands against it")]
    Conflict {
        /// The constraint's name in the schema: `projects_organization_id_code_key`.
        constraint: String,
    },
    /// The record was written by somebody else since it was read.
    #[error("the record has changed")]
    Stale,
    /// It cannot be reached, or has no room, now.
    #[error("the store is unavailable")]
    Unavailable(#[source] Source),
    /// Anything else: a fault in the program or the schema.
    #[error("the store failed")]
    Other(#[source] Source),
}

/// What a store answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
