//! The connection by which a session was opened.

use super::Sql;

/// No reference: a session is revoked with its connection, and stays until it would have expired.
pub(super) fn step() -> Sql {
    Sql {
        name: "m0102_session_connections",
        up: "ALTER TABLE sessions ADD sso_connection uuid".to_owned(),
        down: "ALTER TABLE sessions DROP sso_connection",
    }
}
