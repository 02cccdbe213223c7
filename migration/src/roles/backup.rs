//! What the backup role may do: read every row of every table, and nothing else.
//!
//! `pg_dump` refuses to read tables whose rows a policy may hide, and the owner is bound by the
//! policies, too. So a role that no policy binds makes the backups (BYPASSRLS). An admin who may not
//! make such a role gets one that has a policy for all rows on each table.

use sqlx::PgPool;

use super::{Names, run};
use crate::{Error, Options, session::Session};

/// The role that makes backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupState {
    /// Its name.
    pub role: String,
    /// What it may do; `None` if it does not exist.
    pub rights: Option<BackupRights>,
}

/// What the backup role may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRights {
    /// Whether it may log in. Otherwise another login takes it on.
    pub logs_in: bool,
    /// Whether no policy binds it. Otherwise `pg_dump` needs `--enable-row-security`.
    pub bypasses_policies: bool,
    /// The tables whose rows it does not see, or not all of them.
    pub unreadable: Vec<String>,
    /// Whether the application's role may take it on, and so read the rows of all organizations.
    pub open_to_application: bool,
}

/// Tables, partitions and sequences; `readable` includes their rows.
const STATE: &str = "
    SELECT r.rolcanlogin, r.rolbypassrls OR r.rolsuper,
        ARRAY(SELECT c.relname::text FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S')
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
                AND NOT (has_table_privilege(r.oid, c.oid, 'SELECT') AND (
                    r.rolbypassrls OR r.rolsuper OR NOT c.relrowsecurity
                    OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid
                        AND r.oid = ANY (p.polroles) AND p.polcmd IN ('r', '*')
                        AND pg_get_expr(p.polqual, p.polrelid) = 'true')))
            ORDER BY c.relname),
        coalesce(pg_has_role((SELECT oid FROM pg_roles WHERE rolname = $2), r.oid, 'MEMBER'), false)
    FROM pg_roles r WHERE r.rolname = $1";

/// Reads whether a complete backup can be made. It changes nothing; the application's role may call
/// it, too.
pub async fn backup_state(url: &str, options: &Options) -> Result<BackupState, Error> {
    let session = Session::connect(url, options).await?;
    let state = read(session.pool(), options).await;
    session.close().await;
    state
}

async fn read(pool: &PgPool, options: &Options) -> Result<BackupState, Error> {
    let names = Names::find(pool, options).await?;
    let found: Option<(bool, bool, Vec<String>, bool)> = sqlx::query_as(STATE)
        .bind(&names.backup)
        .bind(&names.application)
        .fetch_optional(pool)
        .await
        .map_err(|source| Error::Prepare { doing: "looking at the backup role", source })?;
    let rights = found.map(|(logs_in, bypasses_policies, unreadable, open_to_application)| {
        BackupRights { logs_in, bypasses_policies, unreadable, open_to_application }
    });
    Ok(BackupState { role: names.backup, rights })
}

/// The attribute that frees a new backup role from policies, if the admin may grant it.
pub(super) async fn attribute(pool: &PgPool) -> Result<&'static str, Error> {
    let may_grant: bool = sqlx::query_scalar(
        "SELECT rolsuper OR (rolbypassrls AND rolcreaterole
            AND current_setting('server_version_num')::int >= 160000)
        FROM pg_roles WHERE rolname = current_user",
    )
    .fetch_one(pool)
    .await
    .map_err(|source| Error::Prepare { doing: "looking at the admin", source })?;
    Ok(if may_grant { "BYPASSRLS" } else { "" })
}

/// Lets the backup role read all tables of the owner, as the owner: also those that a function of
/// the owner makes later.
pub async fn let_read(pool: &PgPool, names: &Names) -> Result<(), Error> {
    let role = &names.backup;
    let sql = format!(
        "DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT relname FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S')
                    AND relowner = current_user::regrole
                    AND NOT has_table_privilege('{role}', oid, 'SELECT')
            LOOP
                EXECUTE format('GRANT SELECT ON public.%I TO {role}', name);
            END LOOP;
            FOR name IN SELECT relname FROM pg_class c
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                    AND relowner = current_user::regrole AND relrowsecurity
                    AND NOT (SELECT rolbypassrls FROM pg_roles WHERE rolname = '{role}')
                    AND NOT EXISTS (SELECT FROM pg_policy
                        WHERE polrelid = c.oid AND '{role}'::regrole = ANY (polroles))
            LOOP
                EXECUTE format('CREATE POLICY %I ON public.%I FOR SELECT TO {role} USING (true)',
                    name || '_backup', name);
            END LOOP;
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO {role};
        END $$"
    );
    run(pool, sql, "letting the backup role read the tables").await
}
