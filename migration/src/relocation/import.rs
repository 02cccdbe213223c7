//! The rows of an exported organization, on their way into a database that does not have it.
//!
//! One transaction of the owner's role within the organization's tenancy takes all of them: a row of
//! another organization is refused by row level security. Foreign keys do not act while rows come in, and
//! are checked at the end.

use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{
    Error, has_code,
    references::{self, LeftOut},
    session::Session,
    tables,
};

/// The tables of the audit log. A copy under another identity begins its own: the hashes of the chain
/// contain the organization's identity.
pub const JOURNAL: &[&str] = &["audit_logs", "journal_sequence", "journal_starts"];

/// The tables that no export has.
const NOT_EXPORTED: &[&str] = &[
    "execution_leases",
    "idempotency_keys",
    "organization_exports",
    "secrets",
    "sessions",
    "uploads",
    "webhook_cursors",
];

/// `insufficient_privilege`: a row of another organization.
const FOREIGN: &str = "42501";
/// `unique_violation`.
const UNIQUE: &str = "23505";

/// A member of the exported organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedMember {
    /// The account's identity in the export.
    pub id: Uuid,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
}

/// An import that is not committed.
#[derive(Debug)]
pub struct Import {
    session: Session,
    organization: Uuid,
    tables: Vec<tables::Table>,
}

/// Whether a database has an organization.
///
/// # Errors
/// When it cannot be read.
pub async fn has_organization(admin_url: &str, organization: Uuid) -> Result<bool, Error> {
    let mut session = Session::checked(admin_url, organization).await?;
    Ok(session.status(organization).await?.is_some())
}

impl Import {
    /// Begins the import of an organization that the database does not have.
    ///
    /// # Errors
    /// [`Error::Exists`], or when a statement fails.
    pub async fn begin(admin_url: &str, organization: Uuid) -> Result<Self, Error> {
        let mut session = Session::writing(admin_url, organization).await?;
        if session.status(organization).await?.is_some() {
            return Err(Error::Exists);
        }
        let tables = session.tables().await?;
        Ok(Self { session, organization, tables })
    }

    /// The account of each member here: that of the same address, or a new one, which has no password.
    /// Returns the identities that differ from those in the export.
    ///
    /// # Errors
    /// When a statement fails.
    pub async fn members(
        &mut self,
        members: &[ImportedMember],
        new: impl Fn() -> Uuid,
    ) -> Result<Vec<(Uuid, Uuid)>, Error> {
        const FIND: &str = "SELECT id FROM users WHERE email = $1";
        const TAKEN: &str = "SELECT EXISTS (SELECT FROM users WHERE id = $1)";
        const INSERT: &str = "INSERT INTO users (id, email, name) VALUES ($1, $2, $3)";
        let doing = || Error::sql("writing users");
        self.session.reach_accounts(true).await?;
        let mut others = Vec::new();
        for ImportedMember { id, email, name } in members {
            let connection = self.session.connection();
            let found: Option<Uuid> = sqlx::query_scalar(FIND)
                .bind(email)
                .fetch_optional(&mut *connection)
                .await
                .map_err(doing())?;
            let account = if let Some(found) = found {
                found
            } else {
                let is_taken: bool = sqlx::query_scalar(TAKEN)
                    .bind(id)
                    .fetch_one(&mut *connection)
                    .await
                    .map_err(doing())?;
                let account = if is_taken { new() } else { *id };
                let insert = sqlx::query(INSERT).bind(account).bind(email).bind(name);
                insert.execute(connection).await.map_err(doing())?;
                account
            };
            if account != *id {
                others.push((*id, account));
            }
        }
        self.session.reach_accounts(false).await?;
        Ok(others)
    }

    /// Stores the organization, suspended.
    ///
    /// # Errors
    /// [`Error::Slug`] when another organization has the slug.
    pub async fn organization(&mut self, row: &str, slug: &str) -> Result<(), Error> {
        const INSERT: &str = "INSERT INTO organizations
            (id, created_at, updated_at, version, name, slug, settings, status)
            SELECT r.id, r.created_at, r.updated_at, r.version, r.name, $2, r.settings, 'suspended'
            FROM json_populate_record(NULL::organizations, $1::json) r";
        let insert = sqlx::query(INSERT).bind(row).bind(slug);
        match insert.execute(self.session.connection()).await {
            Ok(_) => Ok(()),
            Err(error) if has_code(&error, UNIQUE) => Err(Error::Slug),
            Err(error) => Err(refused("organizations", error)),
        }
    }

    /// The columns of a table that are read of an export, as a list for SQL.
    ///
    /// # Errors
    /// [`Error::Unknown`] names a table or a column that this version does not have, or that no export
    /// has.
    fn columns(&self, table: &str, columns: &[String]) -> Result<String, Error> {
        let unknown = |what: String| Error::Unknown { what };
        let known = self.tables.iter().find(|known| known.name == table);
        let known = known.filter(|_| !NOT_EXPORTED.contains(&table));
        let known = known.ok_or_else(|| unknown(format!("the table {table:?}")))?;
        let all: Vec<&str> = known.columns.split(", ").collect();
        let mut found = Vec::new();
        for column in columns {
            let quoted = all.iter().find(|known| known.trim_matches('"') == column);
            match quoted {
                Some(quoted) if !found.contains(quoted) => found.push(*quoted),
                _ => return Err(unknown(format!("the column {column:?} of {table}"))),
            }
        }
        for needed in ["organization_id", "id"] {
            if !found.contains(&needed) {
                return Err(unknown(format!("{table} without {needed}")));
            }
        }
        Ok(found.join(", "))
    }

    /// Stores rows of a table, one JSON object each. Returns their number.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Foreign`] for a row of another organization, or when a row does not
    /// fit.
    pub async fn rows(
        &mut self,
        table: &str,
        columns: &[String],
        rows: &[String],
    ) -> Result<u64, Error> {
        let columns = self.columns(table, columns)?;
        let of_row: Vec<_> = columns.split(", ").map(|column| format!("r.{column}")).collect();
        let insert = format!(
            "INSERT INTO {table} ({columns}) SELECT {of_row} FROM unnest($1::text[]) l (line)
             CROSS JOIN LATERAL json_populate_record(NULL::{table}, l.line::json) r",
            of_row = of_row.join(", "),
        );
        let insert = sqlx::query(AssertSqlSafe(insert)).bind(rows);
        let inserted = insert.execute(self.session.connection()).await;
        inserted.map(|done| done.rows_affected()).map_err(|error| refused(table, error))
    }

    /// The number of rows that a table has now, and the SHA-256 of them as an export writes them.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn hash(
        &mut self,
        table: &str,
        columns: &[String],
    ) -> Result<(u64, [u8; 32]), Error> {
        let columns = self.columns(table, columns)?;
        let select = format!(
            "SELECT translate(row_to_json(t)::text, E'\\n\\r', '  ') FROM (SELECT {columns}
             FROM {table} WHERE organization_id = $1 ORDER BY id) t"
        );
        let select = sqlx::query(AssertSqlSafe(select)).bind(self.organization);
        let mut found = select.fetch(self.session.connection());
        let (mut count, mut hash) = (0, Sha256::new());
        let doing = || Error::sql(format!("comparing {table}"));
        while let Some(row) = found.try_next().await.map_err(doing())? {
            let line: &str = row.try_get(0).map_err(doing())?;
            hash.update(line);
            hash.update(b"\n");
            count += 1;
        }
        Ok((count, hash.finalize().into()))
    }

    /// Checks all references, removes the rows that refer to what is not imported, and queues the entries
    /// of the audit log that have no number.
    ///
    /// # Errors
    /// [`Error::Reference`] names a reference to a row that is not there.
    pub async fn check(&mut self) -> Result<Vec<LeftOut>, Error> {
        self.former_members().await?;
        self.session.reach_accounts(true).await?;
        let left_out = references::check(&mut self.session, self.organization).await?;
        self.session.reach_accounts(false).await?;
        let organization = self.organization;
        let queue = format!(
            "INSERT INTO journal_pending (organization_id, id)
             SELECT a.organization_id, a.id FROM audit_logs a WHERE a.organization_id = '{organization}'
                AND NOT EXISTS (SELECT FROM journal_sequence s
                    WHERE s.organization_id = a.organization_id AND s.id = a.id) ORDER BY a.id"
        );
        self.session.run("queueing entries of the audit log", queue).await?;
        Ok(left_out)
    }

    /// Makes it last.
    ///
    /// # Errors
    /// When the commit fails.
    pub async fn commit(self) -> Result<(), Error> {
        self.session.commit().await
    }

    /// Accounts for those who have left before the export, which has only their identities. They cannot
    /// log in.
    async fn former_members(&mut self) -> Result<(), Error> {
        let organization = self.organization.to_string();
        let ids = tables::users_of(self.session.connection(), &organization).await?;
        let insert = format!(
            "INSERT INTO users (id, email, name, status)
             SELECT f.user_id, 'former-' || f.user_id || '@invalid', 'Former member', 'disabled'
             FROM ({ids}) f (user_id) WHERE f.user_id IS NOT NULL ON CONFLICT (id) DO NOTHING"
        );
        self.session.reach_accounts(true).await?;
        self.session.run("writing users", insert).await?;
        self.session.reach_accounts(false).await
    }
}

fn refused(table: &str, error: sqlx::Error) -> Error {
    if has_code(&error, FOREIGN) {
        return Error::Foreign { table: table.to_owned() };
    }
    Error::sql(format!("writing {table}"))(error)
}
