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

/// The name that a constraint of a partition has in the table: `executions_pkey` for
/// `executions_2026_11_pkey`.
fn of_parent(constraint: &str) -> String {
    let Some((partition, kind)) = constraint.rsplit_once('_') else { return constraint.to_owned() };
    let mut parts = partition.rsplitn(3, '_');
    let is_number =
        |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    match (parts.next(), parts.next(), parts.next()) {
        (Some(month), Some(year), Some(table)) if is_number(month, 2) && is_number(year, 4) => {
            format!("{table}_{kind}")
        }
        _ => constraint.to_owned(),
    }
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
            Meaning::Conflict(of_parent(database.constraint().unwrap_or_default()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_of_a_partition_has_the_name_of_its_table() {
        assert_eq!(of_parent("executions_2026_11_pkey"), "executions_pkey");
        let others = ["executions_pkey", "projects_organization_id_code_key", "x", "a_12_34_key"];
        assert_eq!(others.map(of_parent), others);
    }
}
