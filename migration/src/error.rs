//! The errors of a run, with messages for the operator.

use std::time::Duration;

use sea_orm_migration::DbErr;

/// Why a run failed. Steps that were applied before stay applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The URL of the database is malformed. The error omits it, because it contains a password.
    #[error("the database URL is not of the form postgres://user:password@host:port/database")]
    Url(#[source] sqlx::Error),
    /// The server cannot be reached, or refuses the login.
    #[error("cannot connect to the database")]
    Connect(#[source] sqlx::Error),
    /// A role's name that is not a plain identifier.
    #[error(
        "{name:?} is no name for a role: use a lower-case letter, then letters, digits and _ (at most 63)"
    )]
    RoleName {
        /// The name as given.
        name: String,
    },
    /// An existing role that could bypass row level security.
    #[error("the role {role} cannot be used: it {why}")]
    UnsafeRole {
        /// The role's name.
        role: String,
        /// The reason, as the end of a sentence.
        why: &'static str,
    },
    /// Another run holds the lock and did not end in time.
    #[error("another migration is running: waited {} s for it", waited.as_secs())]
    Locked {
        /// The timeout that was reached.
        waited: Duration,
    },
    /// The database has steps that this build does not have.
    #[error("the database is newer than this build: {missing}")]
    Newer {
        /// The applied steps that this build does not have.
        missing: String,
    },
    /// Texts in another encoding cannot be normalized.
    #[error(
        "the database has the encoding {found}: create it anew with ENCODING 'UTF8' and TEMPLATE template0"
    )]
    Encoding {
        /// The encoding of the database.
        found: String,
    },
    /// The preparation (roles, extensions, privileges) failed.
    #[error("{doing} failed")]
    Prepare {
        /// The operation that failed.
        doing: &'static str,
        /// The error of the database.
        #[source]
        source: sqlx::Error,
    },
    /// One step failed and was rolled back.
    #[error("step {name} failed and was rolled back")]
    Step {
        /// The step's name.
        name: String,
        /// The error of the database.
        #[source]
        source: DbErr,
    },
    /// The table of applied steps could not be read or written.
    #[error("reading which steps are applied failed")]
    History(#[source] DbErr),
}
