//! What can go wrong in a run, in words for the person who started it.

use std::time::Duration;

use sea_orm_migration::DbErr;

/// A run that did not finish. Steps that were applied before it stay applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The URL of the database cannot be read. It is not repeated here: it holds a password.
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
    /// A role that exists and could get round row level security.
    #[error("the role {role} cannot be used: it {why}")]
    UnsafeRole {
        /// The role's name.
        role: String,
        /// What is wrong with it, as the end of a sentence.
        why: &'static str,
    },
    /// Another run holds the lock and did not end in time.
    #[error("another migration is running: waited {} s for it", waited.as_secs())]
    Locked {
        /// How long this run waited.
        waited: Duration,
    },
    /// The database has steps which this build does not know.
    #[error("the database is newer than this build: {missing}")]
    Newer {
        /// The steps that are applied and not known.
        missing: String,
    },
    /// The preparation (roles, extensions, privileges) failed.
    #[error("{doing} failed")]
    Prepare {
        /// What was being done.
        doing: &'static str,
        /// What the database said.
        #[source]
        source: sqlx::Error,
    },
    /// One step failed and was rolled back.
    #[error("step {name} failed and was rolled back")]
    Step {
        /// The step's name.
        name: String,
        /// What the database said.
        #[source]
        source: DbErr,
    },
    /// The table of applied steps could not be read or written.
    #[error("reading which steps are applied failed")]
    History(#[source] DbErr),
}
