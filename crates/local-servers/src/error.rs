//! Errors of private servers, with remedies.

use std::io;
use std::path::{Path, PathBuf};

/// Why a private server could not be found, started or stopped. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No suitable PostgreSQL on this machine yet.
    #[error(
        "no PostgreSQL 15 or newer with pgvector, pg_trgm and btree_gin was found. \
         Run `./justw dev` or `scripts/postgres`, which fetch one, or set DATABASE_URL"
    )]
    NoPostgres,

    /// `PLINTH_POSTGRES_BIN` names a directory without the server's programs.
    #[error(
        "PLINTH_POSTGRES_BIN is {}, which does not hold postgres, initdb and pg_ctl. \
         Unset it, or set it to what `scripts/postgres` prints",
        .0.display()
    )]
    WrongPostgres(PathBuf),

    /// No `redis-server` on PATH.
    #[error(
        "redis-server is not on PATH. Run `./justw test` or `scripts/redis`, which install it, \
         or set REDIS_URL"
    )]
    NoRedis,

    /// No `pgbouncer` on PATH, nor where `scripts/pgbouncer` puts it.
    #[error("there is no PgBouncer. Run `./justw test` or `scripts/pgbouncer`, which fetch it")]
    NoPgBouncer,

    /// No SeaweedFS where `scripts/s3` puts it.
    #[error(
        "there is no SeaweedFS at {}. Run `./justw test` or `scripts/s3`, which fetch it, \
         or set S3_URL",
        .0.display()
    )]
    NoS3(PathBuf),

    /// The data directory belongs to another major version of PostgreSQL.
    #[error(
        "{} was made by PostgreSQL {made_by}, and this is PostgreSQL {found}. \
         Use that version, or remove the directory to start with an empty database",
        .directory.display()
    )]
    OtherVersion {
        /// The server's directory.
        directory: PathBuf,
        /// The major version that initialised it.
        made_by: String,
        /// The major version found now.
        found: String,
    },

    /// A live process that is invisible here, for example in another container, has locked the
    /// directory.
    #[error("{} is in use by another process: stop it first", .0.display())]
    InUse(PathBuf),

    /// A server did not start.
    #[error("{server} did not start. The end of its log, {}:\n{tail}", .log.display())]
    NotStarted {
        /// The name of the server.
        server: &'static str,
        /// Path of the log.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },

    /// A program that belongs to the server failed.
    #[error("{program} failed:\n{output}")]
    Failed {
        /// Its name, as `initdb`.
        program: String,
        /// What it printed.
        output: String,
    },

    /// An operation of the file system, or the start of a process, failed.
    #[error("could not {action} {}", .path.display())]
    Io {
        /// The operation, as a verb: `create`, `run`.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },

    /// The operating system returned no random bytes for a password.
    #[error("the system gave no random bytes")]
    NoRandomness(#[source] getrandom::Error),
}

impl Error {
    /// For `map_err`: an IO error with its operation and path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}
