//! What PostgreSQL knows of the load.

use std::collections::BTreeMap;

use sqlx::{Connection, Executor, PgConnection, Row};

use crate::failure::Result;

/// A connection of the measurement.
#[derive(Debug)]
pub struct Database {
    pub connection: PgConnection,
    /// Its backend.
    pub process: u32,
}

/// The size of each table with its indexes.
type Sizes = BTreeMap<String, i64>;

/// How much the write-ahead log has.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    pub bytes: i64,
    /// Full images of pages: the first change of a page after a checkpoint.
    pub images: f64,
}

/// How much is stored.
#[derive(Debug)]
pub struct Stored {
    sizes: Sizes,
    log: Log,
    projects: i64,
}

/// What was stored meanwhile.
#[derive(Debug)]
pub struct Growth {
    /// What was added to each table, the most first, in bytes.
    pub tables: Vec<(String, i64)>,
    pub log: Log,
    /// New projects.
    pub projects: i64,
}

/// Pages of 8 KiB that were asked for.
#[derive(Debug, Clone, Copy)]
pub struct Pages {
    /// Found in PostgreSQL's buffers.
    pub found: f64,
    /// Read from the operating system or the disk.
    pub read: f64,
}

/// The jobs of one kind.
#[derive(Debug)]
pub struct Jobs {
    pub kind: String,
    pub count: i64,
    pub succeeded: i64,
    /// The longest time between enqueueing and start, in ms.
    pub waited: f64,
    /// The median of the time between start and end, in ms.
    pub ran: f64,
}

/// The entries of the audit log, and how long they waited for their numbers, in ms.
#[derive(Debug)]
pub struct Entries {
    pub count: i64,
    pub p50: f64,
    pub p99: f64,
    pub longest: f64,
}

impl Database {
    pub async fn connect(url: &str) -> Result<Self> {
        let mut connection = PgConnection::connect(url).await?;
        // Sessions of the owner have no parallel workers: their CPU would count as PostgreSQL's.
        connection.execute("SET max_parallel_workers_per_gather = 0").await?;
        let process = sqlx::query_scalar::<_, i32>("SELECT pg_backend_pid()");
        let process = u32::try_from(process.fetch_one(&mut connection).await?)?;
        Ok(Self { connection, process })
    }

    /// The time by the database's clock.
    pub async fn now(&mut self) -> Result<String> {
        let now = sqlx::query_scalar("SELECT clock_timestamp()::text");
        Ok(now.fetch_one(&mut self.connection).await?)
    }

    /// The processes that serve other connections.
    pub async fn backends(&mut self) -> Result<Vec<u32>> {
        let processes = sqlx::query_scalar::<_, i32>(
            "SELECT pid FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
        );
        let processes = processes.fetch_all(&mut self.connection).await?;
        Ok(processes.into_iter().filter_map(|process| process.try_into().ok()).collect())
    }

    /// Whether no job and no entry of the audit log waits.
    pub async fn is_done(&mut self) -> Result<bool> {
        let done = sqlx::query_scalar(
            "SELECT NOT EXISTS (SELECT FROM jobs WHERE finished_at IS NULL)
                AND NOT EXISTS (SELECT FROM journal_pending)",
        );
        Ok(done.fetch_one(&mut self.connection).await?)
    }

    pub async fn stored(&mut self) -> Result<Stored> {
        let projects = sqlx::query_scalar("SELECT count(*) FROM projects");
        let projects = projects.fetch_one(&mut self.connection).await?;
        Ok(Stored { sizes: self.sizes().await?, log: self.log().await?, projects })
    }

    async fn sizes(&mut self) -> Result<Sizes> {
        let sizes = sqlx::query_as(include_str!("../../sql/simulation/sizes.sql"));
        Ok(sizes.fetch_all(&mut self.connection).await?.into_iter().collect())
    }

    async fn log(&mut self) -> Result<Log> {
        let log = sqlx::query_as(
            "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint, wal_fpi::float8 FROM pg_stat_wal",
        );
        let (bytes, images) = log.fetch_one(&mut self.connection).await?;
        Ok(Log { bytes, images })
    }

    pub async fn pages(&mut self) -> Result<Pages> {
        let pages = sqlx::query_as(
            "SELECT blks_hit::float8, blks_read::float8 FROM pg_stat_database
            WHERE datname = current_database()",
        );
        let (found, read) = pages.fetch_one(&mut self.connection).await?;
        Ok(Pages { found, read })
    }

    /// The jobs since a moment.
    pub async fn jobs(&mut self, since: &str) -> Result<Vec<Jobs>> {
        let jobs = sqlx::query(include_str!("../../sql/simulation/jobs.sql")).bind(since);
        let jobs = jobs.fetch_all(&mut self.connection).await?.into_iter().map(|row| {
            Ok(Jobs {
                kind: row.try_get("kind")?,
                count: row.try_get("jobs")?,
                succeeded: row.try_get("succeeded")?,
                waited: row.try_get("waited")?,
                ran: row.try_get("ran")?,
            })
        });
        jobs.collect()
    }

    /// The entries of the audit log since a moment.
    pub async fn entries(&mut self, since: &str) -> Result<Entries> {
        let entries = sqlx::query(include_str!("../../sql/simulation/entries.sql")).bind(since);
        let row = entries.fetch_one(&mut self.connection).await?;
        Ok(Entries {
            count: row.try_get("entries")?,
            p50: row.try_get("p50")?,
            p99: row.try_get("p99")?,
            longest: row.try_get("longest")?,
        })
    }
}

impl Stored {
    pub fn since(&self, before: &Self) -> Growth {
        let (log, earlier) = (self.log, before.log);
        Growth {
            tables: growth(&before.sizes, &self.sizes),
            log: Log { bytes: log.bytes - earlier.bytes, images: log.images - earlier.images },
            projects: self.projects - before.projects,
        }
    }
}

impl Pages {
    pub fn since(self, before: Self) -> Self {
        Self { found: self.found - before.found, read: self.read - before.read }
    }
}

/// What was added to each table, the most first.
fn growth(before: &Sizes, after: &Sizes) -> Vec<(String, i64)> {
    let grown = after
        .iter()
        .map(|(name, size)| (name.clone(), size - before.get(name).copied().unwrap_or_default()));
    let mut grown: Vec<_> = grown.filter(|(_, bytes)| *bytes != 0).collect();
    grown.sort_unstable_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    grown
}
