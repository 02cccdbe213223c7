use std::fmt::Write as _;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Error, remove, session::Session, tables};

/// What is written down of an organization that was removed. It has no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The rows of all tables together.
    pub rows: u64,
    /// The files.
    pub files: u64,
    /// The number of the last entry of the audit log.
    pub journal_number: Option<i64>,
}

const HEAD: &str = "SELECT number FROM journal_sequence
    WHERE organization_id = $1 ORDER BY number DESC LIMIT 1";

/// The removal of an organization whose time has come. Until it ends, nothing changes the organization.
#[derive(Debug)]
pub struct Erasure<'a> {
    session: Session,
    admin_url: &'a str,
    organization: Uuid,
}

impl<'a> Erasure<'a> {
    /// Locks the organization.
    ///
    /// # Errors
    /// [`Error::Kept`] unless it is suspended, its time has come, and nothing holds it.
    pub async fn begin(admin_url: &'a str, organization: Uuid) -> Result<Self, Error> {
        const DUE: &str = "SELECT EXISTS (SELECT FROM organizations WHERE id = $1
            AND status = 'suspended' AND NOT legal_hold AND erase_at <= now())";
        let mut session = Session::writing(admin_url, organization).await?;
        session.status(organization).await?;
        let due = sqlx::query_scalar(DUE).bind(organization).fetch_one(session.connection()).await;
        if due.map_err(Error::sql("looking for the organization"))? {
            Ok(Self { session, admin_url, organization })
        } else {
            Err(Error::Kept)
        }
    }

    /// Removes every row, writes a certificate, and removes the users to which no other organization
    /// refers. `files` were removed before.
    ///
    /// # Errors
    /// When a statement fails: then no row of the organization is removed, or all are.
    pub async fn finish(mut self, files: u64) -> Result<Certificate, Error> {
        let (session, organization) = (&mut self.session, self.organization);
        let users = remove::users(session, organization).await?;
        let tables = session.tables().await?;
        let certificate = certify(session, &tables, organization, files).await?;
        remove::rows(session, &tables, organization).await?;
        self.session.commit().await?;
        for user in users {
            remove::forget(self.admin_url, organization, user).await?;
        }
        Ok(certificate)
    }
}

async fn certify(
    session: &mut Session,
    tables: &[tables::Table],
    organization: Uuid,
    files: u64,
) -> Result<Certificate, Error> {
    let (mut rows, mut counts) = (1, "{\"organizations\": 1".to_owned());
    for tables::Table { name, .. } in tables {
        let count = format!("SELECT count(*) FROM {name} WHERE organization_id = '{organization}'");
        let count = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(session.connection()).await;
        let count: i64 = count.map_err(Error::sql(format!("counting {name}")))?;
        rows += count.unsigned_abs();
        // Writing to a string never fails.
        let _ = write!(counts, ", \"{name}\": {count}");
    }
    counts.push('}');
    let head = sqlx::query_scalar(HEAD).bind(organization).fetch_optional(session.connection());
    let head: Option<i64> = head.await.map_err(Error::sql("reading the head of the audit log"))?;
    session.reach_accounts(true).await?;
    let insert = format!(
        "INSERT INTO erasure_certificates
            (organization, row_counts, file_count, journal_number, journal_hash)
         SELECT '{organization}', '{counts}', {files}, h.number, h.hash FROM (SELECT 1) one
         LEFT JOIN (SELECT number, hash FROM journal_sequence
            WHERE organization_id = '{organization}' ORDER BY number DESC LIMIT 1) h ON true
         ON CONFLICT (organization) DO UPDATE SET row_counts = excluded.row_counts,
            file_count = excluded.file_count, journal_number = excluded.journal_number,
            journal_hash = excluded.journal_hash, updated_at = now(),
            version = erasure_certificates.version + 1"
    );
    session.run("writing the certificate", insert).await?;
    session.reach_accounts(false).await?;
    Ok(Certificate { rows, files, journal_number: head })
}
