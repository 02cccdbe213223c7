//! The roles, the extensions, and what the roles may do in this database.
//!
//! Roles belong to the whole server, and several of its databases may be migrated at the same
//! moment. So a run inspects, creates only what is missing, and inspects again when another run was
//! faster. An existing role is never altered, apart from its password; one that row level security
//! does not apply to is refused.

mod backup;
mod names;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::{AssertSqlSafe, Executor, FromRow, PgPool, Row, postgres::PgRow};

use crate::{Error, Options};
pub use backup::{BackupRights, BackupState, backup_state, let_read};
pub use names::Names;

/// The number of retries when another database's run was faster.
const ATTEMPTS: u32 = 50;

/// A role as the catalogue of this database shows it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the survey")]
struct Role {
    name: String,
    /// Whether it has SUPERUSER, CREATEROLE or CREATEDB.
    powerful: bool,
    /// Whether it has BYPASSRLS.
    bypasses: bool,
    /// Whether the admin is a member of the role.
    granted: bool,
    connects: bool,
    uses_schema: bool,
    creates_in_schema: bool,
    /// Whether it is a member of the owner's role.
    owns: bool,
    /// Whether it is a member of the backup role.
    backs_up: bool,
}

impl FromRow<'_, PgRow> for Role {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            name: row.try_get("name")?,
            powerful: row.try_get("powerful")?,
            bypasses: row.try_get("bypasses")?,
            granted: row.try_get("granted")?,
            connects: row.try_get("connects")?,
            uses_schema: row.try_get("uses_schema")?,
            creates_in_schema: row.try_get("creates_in_schema")?,
            owns: row.try_get("owns")?,
            backs_up: row.try_get("backs_up")?,
        })
    }
}

const SURVEY: &str = "
    SELECT r.rolname::text AS name,
        r.rolsuper OR r.rolcreaterole OR r.rolcreatedb AS powerful,
        r.rolbypassrls AS bypasses,
        pg_has_role(r.oid, CASE WHEN current_setting('server_version_num')::int >= 160000
            THEN 'SET' ELSE 'MEMBER' END) AS granted,
        has_database_privilege(r.oid, current_database(), 'CONNECT') AS connects,
        has_schema_privilege(r.oid, 'public', 'USAGE') AS uses_schema,
        has_schema_privilege(r.oid, 'public', 'CREATE') AS creates_in_schema,
        coalesce(pg_has_role(r.oid, (SELECT oid FROM pg_roles WHERE rolname = $2), 'MEMBER'), false)
            AS owns,
        coalesce(pg_has_role(r.oid, (SELECT oid FROM pg_roles WHERE rolname = $3), 'MEMBER'), false)
            AS backs_up
    FROM pg_roles r WHERE r.rolname IN ($1, $2, $3)";

/// Creates the missing roles, extensions and privileges, and returns the roles' names.
pub async fn prepare(pool: &PgPool, options: &Options) -> Result<Names, Error> {
    let names = Names::find(pool, options).await?;
    let mut attempt = 1;
    while let Err(error) = make_roles(pool, &names, options).await {
        if attempt == ATTEMPTS || !lost_a_race(&error) {
            return Err(error);
        }
        tokio::time::sleep(Duration::from_millis(u64::from(10 * attempt.min(10)))).await;
        attempt += 1;
    }
    make_extensions(pool).await?;
    warn_of_a_shared_login(pool, &names.application).await?;
    Ok(names)
}

/// Inspects, creates what is missing, and checks the result.
async fn make_roles(pool: &PgPool, names: &Names, options: &Options) -> Result<(), Error> {
    let roles = survey(pool, names).await?;
    // This refuses a wrong name in the settings (`postgres`) before its password is changed.
    refuse_unbound(&roles, names)?;
    let free = backup::attribute(pool).await?;
    let missing = missing(&roles, names, free).join(";\n");
    if !missing.is_empty() {
        run(pool, missing, "making the roles").await?;
    }
    let passwords = [
        (&names.application, &options.application_password),
        (&names.backup, &options.backup_password),
    ];
    for (role, password) in passwords {
        if let Some(password) = password {
            set_password(pool, role, password).await?;
        }
    }
    let roles = survey(pool, names).await?;
    refuse_unbound(&roles, names)?;
    refuse_misplaced(&roles, names)
}

async fn survey(pool: &PgPool, names: &Names) -> Result<Vec<Role>, Error> {
    sqlx::query_as(SURVEY)
        .bind(&names.application)
        .bind(&names.owner)
        .bind(&names.backup)
        .fetch_all(pool)
        .await
        .map_err(|source| Error::Prepare { doing: "looking at the roles", source })
}

/// The statements that are still to be run. `free` is the attribute that frees a new backup role
/// from policies.
fn missing(roles: &[Role], names: &Names, free: &str) -> Vec<String> {
    let mut statements = Vec::new();
    for name in names.all() {
        let role = roles.iter().find(|role| role.name == *name);
        let mut unless = |done: fn(&Role) -> bool, statement: String| {
            if !role.is_some_and(done) {
                statements.push(statement);
            }
        };
        let free = if *name == names.backup { free } else { "" };
        unless(|_| true, format!("CREATE ROLE {name} NOLOGIN NOCREATEDB NOCREATEROLE {free}"));
        unless(|role| role.granted, format!("GRANT {name} TO CURRENT_USER"));
        unless(|role| role.connects, grant_connect(name));
        unless(|role| role.uses_schema, format!("GRANT USAGE ON SCHEMA public TO {name}"));
        if *name == names.owner {
            let grant = format!("GRANT CREATE ON SCHEMA public TO {name}");
            unless(|role| role.creates_in_schema, grant);
        } else {
            // Databases that were upgraded from before version 15 grant it to PUBLIC.
            let revoke = "REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned();
            unless(|role| !role.creates_in_schema, revoke);
        }
    }
    statements
}

/// `GRANT` takes no expression for the database's name, which may be any text.
fn grant_connect(role: &str) -> String {
    format!(
        "DO $$ BEGIN
            EXECUTE format('GRANT CONNECT ON DATABASE %I TO {role}', current_database());
        END $$"
    )
}

/// Refuses roles that row level security does not apply to, and a backup role that can do more than
/// read.
fn refuse_unbound(roles: &[Role], names: &Names) -> Result<(), Error> {
    for role in roles {
        if role.powerful {
            return Err(unsafe_role(&role.name, "is a superuser or has CREATEROLE or CREATEDB"));
        }
        if role.bypasses && role.name != names.backup {
            return Err(unsafe_role(&role.name, "has BYPASSRLS"));
        }
        if role.owns && role.name != names.owner {
            return Err(unsafe_role(&role.name, "is a member of the owner's role"));
        }
        if role.backs_up && role.name == names.application {
            return Err(unsafe_role(&role.name, "is a member of the backup role"));
        }
    }
    Ok(())
}

/// Whether the owner's role, and only it, may create objects. If the admin lacks the right to
/// grant, the server only warns, so the result is checked.
fn refuse_misplaced(roles: &[Role], names: &Names) -> Result<(), Error> {
    for role in roles {
        if role.name != names.owner && role.creates_in_schema {
            return Err(unsafe_role(&role.name, "may create objects in the schema public"));
        }
        if role.name == names.owner && !role.creates_in_schema {
            return Err(unsafe_role(&role.name, "may not create tables in the schema public"));
        }
    }
    Ok(())
}

/// Roles belong to the whole server. An application's login that several databases grant privileges
/// to reaches all of them, which is rarely meant.
async fn warn_of_a_shared_login(pool: &PgPool, role: &str) -> Result<(), Error> {
    let shared: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT d.datname::text FROM pg_roles r
            JOIN pg_shdepend s ON s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid
            JOIN pg_database d ON d.oid = s.dbid AND d.datname <> current_database()
        WHERE r.rolname = $1 AND r.rolcanlogin",
    )
    .bind(role)
    .fetch_all(pool)
    .await
    .map_err(|source| Error::Prepare { doing: "looking at other databases", source })?;
    if !shared.is_empty() {
        tracing::warn!(
            role,
            databases = shared.join(", "),
            "the login of the application also reaches other databases of this server: give each \
             its own by the setting database.application_role"
        );
    }
    Ok(())
}

/// Lets a role log in. The password is sent as a parameter and inserted into the
/// statement inside the server, so that no statement log contains it. An error is raised again,
/// because the context of the original one quotes the statement.
async fn set_password(pool: &PgPool, role: &str, password: &SecretString) -> Result<(), Error> {
    let doing = "setting the password of a role";
    let prepare = |source| Error::Prepare { doing, source };
    sqlx::query("SELECT set_config('plinth.password', $1, false)")
        .bind(password.expose_secret())
        .execute(pool)
        .await
        .map_err(prepare)?;
    let sql = format!(
        "DO $$ BEGIN
            EXECUTE format('ALTER ROLE {role} LOGIN PASSWORD %L', current_setting('plinth.password'));
        EXCEPTION WHEN OTHERS THEN
            RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM;
        END $$;
        SET plinth.password = '';"
    );
    run(pool, sql, doing).await
}

async fn make_extensions(pool: &PgPool) -> Result<(), Error> {
    let sql = "SET client_min_messages = error;
        CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
        CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
        CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;
        SET client_min_messages = warning;";
    run(
        pool,
        sql.to_owned(),
        "creating the extensions btree_gin, pg_trgm and vector (they must be installed on the server, \
        and on some a superuser has to create them first)",
    )
    .await
}

async fn run(pool: &PgPool, sql: String, doing: &'static str) -> Result<(), Error> {
    let result = pool.execute(AssertSqlSafe(sql)).await;
    result.map(drop).map_err(|source| Error::Prepare { doing, source })
}

fn unsafe_role(role: &str, why: &'static str) -> Error {
    Error::UnsafeRole { role: role.to_owned(), why }
}

/// Whether a run on another database of the server created or changed the same role meanwhile:
/// `unique_violation`, `duplicate_object`, `deadlock_detected`, "tuple concurrently updated".
fn lost_a_race(error: &Error) -> bool {
    let Error::Prepare { source: sqlx::Error::Database(source), .. } = error else {
        return false;
    };
    match source.code().as_deref() {
        Some("23505" | "42710" | "40P01") => true,
        Some("XX000") => source.message().contains("concurrently"),
        _ => false,
    }
}
