//! Jobs from enqueue to done, run by a worker configured like in production.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use sqlx::{Connection, Executor, PgConnection};
use tokio::time::sleep;

use crate::{failure::Result, process, process::Running, server};

/// Name in the table.
pub const NAME: &str = "jobs, enqueue to done";

/// Number of jobs, in twenty organizations.
pub const JOBS: u32 = 20_000;

/// How long all of them may take.
const JOBS_TIMEOUT: Duration = Duration::from_mins(2);

/// Jobs without work: each removes the blobs of a document that has none.
const ENQUEUE: &str = "INSERT INTO jobs
        (organization_id, kind, payload, state, max_attempts, request_id)
    SELECT o.id, 'document.purge',
        '{\"document_id\": \"00000000-0000-7000-8000-000000000000\", \"version_ids\": []}',
        'queued', 5, 'bench'
    FROM (SELECT id FROM organizations ORDER BY id LIMIT 20) o, generate_series(1, 1000)";

/// The measurements.
#[derive(Debug)]
pub struct Worked {
    /// From the start of the insert to the end of the last job.
    pub took: Duration,
    /// The worker's CPU for one job, in µs.
    pub worker: Option<f64>,
    /// The worker's memory at the end.
    pub memory: Option<process::Memory>,
}

impl Worked {
    /// Jobs per second.
    pub fn rate(&self) -> f64 {
        f64::from(JOBS) / self.took.as_secs_f64()
    }
}

/// Enqueues jobs while a worker waits for them.
pub async fn run(api: &Path, database_url: &str, directory: &Path) -> Result<Worked> {
    let mut command = Command::new(api.with_file_name("plinth-worker"));
    server::environment(&mut command, database_url, directory);
    command.env("PLINTH_WORKER__CONCURRENCY", "64").stdout(Stdio::null());
    let worker = Running::spawn(&mut command)?;
    let mut connection = PgConnection::connect(database_url).await?;
    // The worker has connected and is idle.
    sleep(Duration::from_secs(2)).await;
    let before = process::cpu(worker.0.id());
    let started = Instant::now();
    connection.execute(ENQUEUE).await?;
    let open = "SELECT EXISTS (SELECT FROM jobs WHERE finished_at IS NULL)";
    while sqlx::query_scalar::<_, bool>(open).fetch_one(&mut connection).await? {
        if started.elapsed() > JOBS_TIMEOUT {
            return Err("the jobs do not come to their end".into());
        }
        sleep(Duration::from_millis(50)).await;
    }
    let took = started.elapsed();
    let cost = process::cpu(worker.0.id()).zip(before);
    let cost = cost.and_then(|(after, before)| after.checked_sub(before));
    connection.close().await?;
    Ok(Worked {
        took,
        worker: cost.map(|cost| cost.as_secs_f64() * 1e6 / f64::from(JOBS)),
        memory: process::memory(worker.0.id()),
    })
}
