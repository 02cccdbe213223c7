//! The names of the roles in this database.
//!
//! Roles belong to the whole server. Two installations on one server must not share an owner, who
//! could read the other's tables, so a name that no setting gives is made of the database's.

use sqlx::{FromRow, PgPool, Row, postgres::PgRow};

use super::unsafe_role;
use crate::{Error, Options};

/// The names of the roles in one database. All are plain identifiers, and different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The role that the API and the worker use.
    pub application: String,
    /// The role that owns every table.
    pub owner: String,
    /// The role that reads every row, for backups.
    pub backup: String,
}

/// The longest name of a role, in bytes.
const LONGEST: usize = 63;

/// What the names depend on.
#[derive(Debug)]
struct Found {
    database: String,
    /// The identity of the database within its server.
    number: i64,
    /// The present owner of the tables; `None` before the first migration.
    owner: Option<String>,
    /// The role that an earlier migration lets read the owner's new tables.
    backup: Option<String>,
    /// The roles that objects of other databases belong to or are granted to.
    elsewhere: Vec<String>,
}

impl FromRow<'_, PgRow> for Found {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            database: row.try_get("database")?,
            number: row.try_get("number")?,
            owner: row.try_get("owner")?,
            backup: row.try_get("backup")?,
            elsewhere: row.try_get("elsewhere")?,
        })
    }
}

const FIND: &str = "
    SELECT d.datname::text AS database, d.oid::bigint AS number,
        (SELECT pg_get_userbyid(c.relowner)::text FROM pg_class c
            WHERE c.oid = to_regclass('public.seaql_migrations')) AS owner,
        (SELECT min(r.rolname)::text FROM pg_default_acl a CROSS JOIN aclexplode(a.defaclacl) x
            JOIN pg_roles r ON r.oid = x.grantee
            WHERE a.defaclnamespace = 'public'::regnamespace AND a.defaclobjtype = 'r'
                AND x.grantee <> a.defaclrole AND r.rolname LIKE '%backup') AS backup,
        ARRAY(SELECT DISTINCT r.rolname::text FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid
            WHERE s.refclassid = 'pg_authid'::regclass AND s.dbid NOT IN (0, d.oid)
                AND s.classid <> 'pg_database'::regclass) AS elsewhere
    FROM pg_database d WHERE d.datname = current_database()";

impl Names {
    /// Decides the names: those of the options, else those that this database already uses, else
    /// names that are made of the database's.
    pub(crate) async fn find(pool: &PgPool, options: &Options) -> Result<Self, Error> {
        let found: Found = sqlx::query_as(FIND)
            .fetch_one(pool)
            .await
            .map_err(|source| Error::Prepare { doing: "looking for the roles", source })?;
        let derived = |suffix| found.derived(suffix);
        let owner = options.owner_role.clone().or_else(|| found.owner.clone());
        let backup = options.backup_role.clone().or_else(|| found.backup.clone());
        let names = Self {
            application: options.application_role.clone(),
            owner: owner.unwrap_or_else(|| derived("owner")),
            backup: backup.unwrap_or_else(|| derived("backup")),
        };
        names.check()?;
        Ok(names)
    }

    /// All names.
    pub(crate) fn all(&self) -> [&String; 3] {
        [&self.owner, &self.application, &self.backup]
    }

    fn check(&self) -> Result<(), Error> {
        for name in self.all() {
            if !is_plain(name) {
                return Err(Error::RoleName { name: name.clone() });
            }
        }
        if self.owner == self.application {
            return Err(unsafe_role(&self.application, "would own the tables it works on"));
        }
        if self.backup == self.application {
            return Err(unsafe_role(
                &self.application,
                "would read the rows of every organization",
            ));
        }
        if self.backup == self.owner {
            return Err(unsafe_role(&self.backup, "would own the tables it only reads"));
        }
        Ok(())
    }
}

impl Found {
    /// `<database>_<suffix>`, or, where that is no plain identifier or a role of another database,
    /// the same with the database's number.
    fn derived(&self, suffix: &str) -> String {
        let name = format!("{}_{suffix}", self.database);
        if is_plain(&name) && !self.elsewhere.contains(&name) {
            return name;
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let database = self.database.to_ascii_lowercase();
        let cleaned: String =
            database.chars().map(|c| if plain(c) { c } else { '_' }).take(LONGEST - 30).collect();
        format!("db_{cleaned}_{}_{suffix}", self.number)
    }
}

/// A plain identifier needs no quotes and cannot break out of a statement.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase());
    starts_well && name.len() <= LONGEST && !name.starts_with("pg_") && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(database: &str, elsewhere: &[&str]) -> String {
        let elsewhere = elsewhere.iter().map(|name| (*name).to_owned()).collect();
        let (database, number) = (database.to_owned(), 16_384);
        Found { database, number, owner: None, backup: None, elsewhere }.derived("backup")
    }

    #[test]
    fn a_role_is_named_after_its_database_and_no_two_databases_share_one() {
        assert_eq!(derived("plinth", &[]), "plinth_backup");
        assert_eq!(derived("plinth", &["plinth_backup"]), "db_plinth_16384_backup");
        assert_eq!(derived("Über-App", &[]), "db__ber_app_16384_backup");
        assert_eq!(derived("pg_x", &[]), "db_pg_x_16384_backup");
        for database in ["1", "a b\"; DROP", &"x".repeat(63), "Ä"] {
            assert!(is_plain(&derived(database, &[])), "{database}");
        }
    }
}
