//! Maps errors of the database to errors of the port.

use plinth_ports::StoreError;
use sqlx::Error;

/// The port's error for a failed statement.
pub fn store_error(error: Error) -> StoreError {
    match meaning(&error) {
        Meaning::Conflict(constraint) => StoreError::Conflict { constraint },
        Meaning::Unavailable => StoreError::Unavailable(error.into()),
        Meaning::TimedOut => StoreError::TimedOut(error.into()),
        Meaning::Fault => StoreError::Other(error.into()),
    }
}

/// Whether the connection is lost, and another one may work.
pub fn connection_lost(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() != std::io::ErrorKind::TimedOut,
        Error::Protocol(_) => true,
        // admin_shutdown, crash_shutdown, database_dropped, idle timeouts; connection_exception, which
        // poolers say before they close a connection
        Error::Database(error) => match error.code().as_deref() {
            Some("57P01" | "57P02" | "57P04" | "57P05" | "25P03") => true,
            code => code.is_some_and(|code| code.starts_with("08")),
        },
        _ => false,
    }
}

enum Meaning {
    Conflict(String),
    Unavailable,
    TimedOut,
    Fault,
}

/// Classifies by `SQLSTATE` (PostgreSQL, appendix A).
fn meaning(error: &Error) -> Meaning {
    let database = match error {
        Error::Database(database) => database,
        Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::PoolClosed => {
            return Meaning::Unavailable;
        }
        _ => return Meaning::Fault,
    };
    match database.code().as_deref().unwrap_or_default() {
        // foreign_key, unique, exclusion violation. A check violation is an internal error: the
        // domain should have refused the value.
        "23503" | "23505" | "23P01" => {
            Meaning::Conflict(database.constraint().unwrap_or_default().to_owned())
        }
        // query_canceled, which only statement_timeout causes
        "57014" => Meaning::TimedOut,
        // serialization_failure, deadlock_detected, lock_not_available. Then: the
        // server shuts down, starts, or closed the connection.
        "40001" | "40P01" | "55P03" | "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03" => {
            Meaning::Unavailable
        }
        // connection_exception, insufficient_resources
        code if code.starts_with("08") || code.starts_with("53") => Meaning::Unavailable,
        _ => Meaning::Fault,
    }
}
