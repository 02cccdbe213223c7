//! Checks that row level security applies to the role of the connections.

use sqlx::PgConnection;

/// Why the database must not be used with this role.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The database cannot be reached, or refuses the login.
    #[error("the database cannot be asked which role it is used as")]
    Unreachable(#[source] sqlx::Error),
    /// The configured role does not exist.
    #[error(
        "the role to work as does not exist or may not be taken on: run `plinth migrate up` with \
         this database URL, or name the right role in the setting database.application_role"
    )]
    Missing(#[source] sqlx::Error),
    /// A pooler lends sessions for a transaction.
    #[error(
        "two transactions of one connection ran in two sessions of the server, so neither role nor \
         timeouts hold: set pool_mode = session in PgBouncer, or connect to PostgreSQL itself"
    )]
    Moved,
    /// Row level security does not apply to the role.
    #[error(
        "the role {role} {why}, so row level security would not keep organizations apart: work as \
         the role that `plinth migrate up` makes (setting database.application_role)"
    )]
    Unsafe {
        /// The role's name.
        role: String,
        /// The reason.
        why: &'static str,
    },
}

impl From<RoleError> for sqlx::Error {
    /// The error of a transaction that was not opened.
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::Unreachable(error) | RoleError::Missing(error) => error,
            unfit @ (RoleError::Moved | RoleError::Unsafe { .. }) => {
                Self::Configuration(unfit.into())
            }
        }
    }
}

const ROLE: &str = "
    SELECT rolname::text, rolsuper, rolbypassrls,
        EXISTS (SELECT FROM pg_class c WHERE c.relkind IN ('r', 'p')
            AND c.relnamespace = 'public'::regnamespace AND pg_has_role(r.oid, c.relowner, 'USAGE'))
    FROM pg_roles r WHERE rolname = current_user";

/// Checks that the role is no superuser, has no BYPASSRLS and owns no table.
pub async fn verify(connection: &mut PgConnection) -> Result<(), RoleError> {
    let (role, superuser, bypasses, owns): (String, bool, bool, bool) =
        sqlx::query_as(ROLE).fetch_one(connection).await.map_err(unreachable)?;
    let why = match (superuser, bypasses, owns) {
        (true, _, _) => "is a superuser",
        (_, true, _) => "has BYPASSRLS",
        (_, _, true) => "owns tables",
        _ => return Ok(()),
    };
    Err(RoleError::Unsafe { role, why })
}

/// The error of a connection that cannot be opened or used.
pub fn unreachable(error: sqlx::Error) -> RoleError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    // invalid_parameter_value, insufficient_privilege: at the start of a
    // session, only the role can cause them.
    match code.as_deref() {
        Some("22023" | "42501") => RoleError::Missing(error),
        _ => RoleError::Unreachable(error),
    }
}
