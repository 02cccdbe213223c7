//! The rows of one organization, on their way from the database of one cell to that of another:
//! docs/cells.md.
//!
//! Both sides act as the owner's role within the organization's tenancy, so row level security refuses
//! the rows of every other organization, also here; only accounts are reached across organizations.
//! Triggers and foreign keys do not act on what is copied: it was checked where it comes from, and
//! [`fingerprints`] proves that it is the same.

mod close;
mod copy;
mod erase;
mod import;
mod references;
mod remove;
mod session;
mod tables;

use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

pub use close::{Lock, close, reopen};
pub use copy::copy;
pub use erase::{Certificate, Erasure};
pub use import::{Import, ImportedMember, JOURNAL, has_organization};
pub use references::{LeftOut, NOT_IMPORTED};
pub use remove::remove;
use session::Session;
use tables::Table;

/// Why rows cannot be moved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The databases have different schemas.
    #[error("the two databases have different schemas: run `plinth migrate up` in both cells")]
    Schemas,
    /// The login may not switch triggers off.
    #[error(
        "the login may not set session_replication_role: let a superuser run `GRANT SET ON \
         PARAMETER session_replication_role TO` it"
    )]
    Replica(#[source] sqlx::Error),
    /// Another command moves the organization.
    #[error("another command moves the organization at the moment")]
    Locked,
    /// The organization has access in the database whose rows would be replaced or removed.
    #[error("the organization has access where its rows would be replaced or removed")]
    Active,
    /// A transaction that began before the organization was closed does not end.
    #[error("transactions from before the move do not end")]
    Open,
    /// Two accounts have one address.
    #[error("an account of the organization and another one in the cell have the same address")]
    Address(#[source] sqlx::Error),
    /// The organization is not to be removed.
    #[error("the organization is active or held, or its removal is not due")]
    Kept,
    /// The database has the organization already.
    #[error("the organization is in this installation already")]
    Exists,
    /// Another organization has the slug.
    #[error("another organization has this slug: choose one by --slug")]
    Slug,
    /// Rows have a table or a column that they may not have.
    #[error("{what} is unknown to this version, or in no export")]
    Unknown {
        /// The table or the column.
        what: String,
    },
    /// A row belongs to another organization.
    #[error("{table} has a row of another organization")]
    Foreign {
        /// The table.
        table: String,
    },
    /// Rows refer to a row that is not there.
    #[error("{rows} rows refer to a row that is not there ({name})")]
    Reference {
        /// The foreign key.
        name: String,
        /// The number of rows.
        rows: u64,
    },
    /// A statement failed.
    #[error("{doing}")]
    Sql {
        /// What was done.
        doing: String,
        /// The reason.
        #[source]
        source: sqlx::Error,
    },
}

impl Error {
    fn sql(doing: impl Into<String>) -> impl FnOnce(sqlx::Error) -> Self {
        |source| Self::Sql { doing: doing.into(), source }
    }
}

/// What a table has of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// The table.
    pub table: String,
    /// The number of rows.
    pub rows: i64,
    /// The sum of the hashes of the rows.
    pub hash: String,
}

/// What of an organization is still at work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AtWork {
    /// Its jobs that run.
    pub jobs: i64,
    /// Its executions that run.
    pub executions: i64,
    /// Its audit records without a number.
    pub entries: i64,
}

/// What of an organization is still at work.
///
/// # Errors
/// When the database cannot be read.
pub async fn at_work(admin_url: &str, organization: Uuid) -> Result<AtWork, Error> {
    const COUNTS: &str = "SELECT
        (SELECT count(*) FROM jobs WHERE organization_id = $1 AND state = 'running'),
        (SELECT count(*) FROM executions WHERE organization_id = $1 AND status = 'running'),
        (SELECT count(*) FROM journal_pending WHERE organization_id = $1)";
    let mut session = Session::reading(admin_url, organization).await?;
    let counts = sqlx::query(COUNTS).bind(organization).fetch_one(session.connection()).await;
    let counts = counts.map_err(Error::sql("looking at what is at work"))?;
    Ok(AtWork { jobs: counts.get(0), executions: counts.get(1), entries: counts.get(2) })
}

/// The content of a version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The document.
    pub document: Uuid,
    /// The version.
    pub version: Uuid,
    /// The SHA-256 of its bytes.
    pub sha256: Vec<u8>,
}

/// The contents of an organization's documents of which the hash is known, in the order of the versions.
///
/// # Errors
/// When the database cannot be read.
pub async fn contents(admin_url: &str, organization: Uuid) -> Result<Vec<Content>, Error> {
    const CONTENTS: &str = "SELECT document_id, id, sha256 FROM document_versions
        WHERE organization_id = $1 AND sha256 IS NOT NULL ORDER BY id";
    let mut session = Session::reading(admin_url, organization).await?;
    let rows = sqlx::query(CONTENTS).bind(organization).fetch_all(session.connection()).await;
    let rows = rows.map_err(Error::sql("reading document_versions"))?;
    let content =
        |row: &PgRow| Content { document: row.get(0), version: row.get(1), sha256: row.get(2) };
    Ok(rows.iter().map(content).collect())
}

/// What each table has of an organization, in the order of their names. Equal in two databases that
/// have the same rows.
///
/// # Errors
/// When the database cannot be read.
pub async fn fingerprints(admin_url: &str, organization: Uuid) -> Result<Vec<Fingerprint>, Error> {
    let mut session = Session::reading(admin_url, organization).await?;
    let mut found = Vec::new();
    let columns = tables::columns(session.connection(), "organizations").await?;
    let itself = (Table { name: "organizations".to_owned(), columns }, "id");
    let tables = session.tables().await?.into_iter().map(|table| (table, "organization_id"));
    for (Table { name, columns }, key) in tables.chain([itself]) {
        // The text of a row says all of it: floats are written in full, and times in UTC.
        let sql = format!(
            "SELECT count(*), coalesce(sum(hashtextextended(ROW({columns})::text, 0)::numeric), 0)::text
             FROM {name} WHERE {key} = $1"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(organization);
        let row = row.fetch_one(session.connection()).await;
        let row = row.map_err(Error::sql(format!("reading {name}")))?;
        found.push(Fingerprint { table: name, rows: row.get(0), hash: row.get(1) });
    }
    Ok(found)
}

/// Whether the server refused a statement with this `SQLSTATE`.
fn has_code(error: &sqlx::Error, code: &str) -> bool {
    let error = error.as_database_error();
    error.and_then(sqlx::error::DatabaseError::code).as_deref() == Some(code)
}
