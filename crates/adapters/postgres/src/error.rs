//! What the database says, in the words of the port.

use ports::StoreError;
use sea_orm::{DbErr, RuntimeErr};
use sqlx::Error;

/// A row that is not what the domain takes for possible.
#[derive(Debug, thiserror::Error)]
#[error("{table}.{column} holds what it must not hold")]
struct Corrupt {
    table: &'static str,
    column: &'static str,
}

/// A fault for a stored value that does not parse.
pub fn corrupt(table: &'static str, column: &'static str) -> StoreError {
    StoreError::Other(Corrupt { table, column }.into())
}

/// What a failed statement means.
pub fn store_error(error: DbErr) -> StoreError {
    let (DbErr::Query(RuntimeErr::SqlxError(source))
    | DbErr::Exec(RuntimeErr::SqlxError(source))
    | DbErr::Conn(RuntimeErr::SqlxError(source))) = &error
    else {
        return StoreError::Other(error.into());
    };
    match meaning(source) {
        Meaning::Conflict(constraint) => StoreError::Conflict { constraint },
        Meaning::Unavailable => StoreError::Unavailable(error.into()),
        Meaning::Fault => StoreError::Other(error.into()),
    }
}

/// What it means that a transaction could not begin.
pub fn begin_error(error: Error) -> StoreError {
    store_error(DbErr::Conn(RuntimeErr::SqlxError(error.into())))
}

/// Whether the connection is dead, and another one may live.
pub fn connection_lost(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() != std::io::ErrorKind::TimedOut,
        Error::Protocol(_) => true,
        // admin_shutdown, crash_shutdown, database_dropped, idle timeouts
        Error::Database(error) => {
            matches!(error.code().as_deref(), Some("57P01" | "57P02" | "57P04" | "57P05" | "25P03"))
        }
        _ => false,
    }
}

enum Meaning {
    Conflict(String),
    Unavailable,
    Fault,
}

/// Sorts by `SQLSTATE` (PostgreSQL, appendix A).
fn meaning(error: &Error) -> Meaning {
    let database = match error {
        Error::Database(database) => database,
        Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::PoolClosed => {
            return Meaning::Unavailable;
        }
        _ => return Meaning::Fault,
    };
    match database.code().as_deref().unwrap_or_default() {
        // foreign_key, unique, exclusion violation. A check violation is a
        // fault: the domain should have known.
        "23503" | "23505" | "23P01" => {
            Meaning::Conflict(database.constraint().unwrap_or_default().to_owned())
        }
        // serialization_failure, deadlock_detected, lock_not_available,
        // query_canceled: by statement_timeout, as nobody else cancels. Then:
        // the server goes down, comes up, or cut us off.
        "40001" | "40P01" | "55P03" | "57014" | "57P01" | "57P02" | "57P03" | "57P04" | "57P05"
        | "25P03" => Meaning::Unavailable,
        // connection_exception, insufficient_resources
        code if code.starts_with("08") || code.starts_with("53") => Meaning::Unavailable,
        _ => Meaning::Fault,
    }
}
