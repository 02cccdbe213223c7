use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};
use tokio::time::sleep;
use uuid::Uuid;

use super::{Error, session::Session};

/// Longer than the transactions of requests and jobs may last.
const WAIT: Duration = Duration::from_mins(2);
const POLL: Duration = Duration::from_millis(50);

const CLOSE: &str = "INSERT INTO closed_organizations (organization_id, id) VALUES ($1, $1)
    ON CONFLICT DO NOTHING";
const REOPEN: &str = "DELETE FROM closed_organizations WHERE organization_id = $1";

/// The number of a transaction that began later than all that may not have seen a change.
const NOW: &str = "SELECT pg_current_xact_id()::text";
const OVER: &str = "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8";

/// One move of an organization at a time, as long as this is kept.
#[derive(Debug)]
pub struct Lock(PgConnection);

impl Lock {
    /// Takes the lock in the directory.
    ///
    /// # Errors
    /// [`Error::Locked`] when another command has it.
    pub async fn take(directory_url: &str, organization: Uuid) -> Result<Self, Error> {
        const LOCK: &str = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))";
        let doing = || Error::sql("locking the organization in the directory");
        let mut connection = PgConnection::connect(directory_url).await.map_err(doing())?;
        let taken = sqlx::query_scalar(LOCK).bind(organization.to_string());
        if taken.fetch_one(&mut connection).await.map_err(doing())? {
            Ok(Self(connection))
        } else {
            Err(Error::Locked)
        }
    }

    /// Lets others move the organization.
    ///
    /// # Errors
    /// When the connection was lost, and the lock with it.
    pub async fn release(self) -> Result<(), Error> {
        self.0.close().await.map_err(Error::sql("unlocking the organization in the directory"))
    }
}

/// Lets no command of an organization commit any more, and waits for those that may not have seen it.
///
/// # Errors
/// [`Error::Open`] when they do not end, or when a statement fails.
pub async fn close(admin_url: &str, organization: Uuid) -> Result<(), Error> {
    write(admin_url, organization, CLOSE).await?;
    let doing = || Error::sql("waiting for transactions");
    let mut session = Session::checked(admin_url, organization).await?;
    let now: String =
        sqlx::query_scalar(NOW).fetch_one(session.connection()).await.map_err(doing())?;
    session.commit().await?;
    let begun = Instant::now();
    loop {
        let mut session = Session::reading(admin_url, organization).await?;
        let over = sqlx::query_scalar(OVER).bind(&now).fetch_one(session.connection()).await;
        if over.map_err(doing())? {
            return Ok(());
        }
        if begun.elapsed() > WAIT {
            return Err(Error::Open);
        }
        sleep(POLL).await;
    }
}

/// Lets commands of an organization commit again.
///
/// # Errors
/// When a statement fails.
pub async fn reopen(admin_url: &str, organization: Uuid) -> Result<(), Error> {
    write(admin_url, organization, REOPEN).await
}

async fn write(admin_url: &str, organization: Uuid, sql: &'static str) -> Result<(), Error> {
    let mut session = Session::checked(admin_url, organization).await?;
    let written = sqlx::query(sql).bind(organization).execute(session.connection()).await;
    written.map_err(Error::sql("closing or opening the organization"))?;
    session.commit().await
}
