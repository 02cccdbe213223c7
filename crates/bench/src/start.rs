//! Migrations and the start of a process.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::{failure::Result, private::Private, process, server::Server};

/// How often the server is started.
pub const STARTS: usize = 10;
/// How often an empty database is migrated.
pub const MIGRATIONS: usize = 5;
/// How long a process that has just started may settle before its memory counts.
const SETTLE: Duration = Duration::from_millis(500);

/// The median of several starts.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    /// From `exec` to the first 200 on `/health`.
    pub took: Duration,
    /// The memory after the first request.
    pub idle: Option<process::Memory>,
}

/// Starts the server several times.
pub async fn cold(program: &Path, database_url: &str, directory: &Path) -> Result<Start> {
    let (mut took, mut idle) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let started = Instant::now();
        let server = Server::start(program, database_url, directory).await?;
        took.push(started.elapsed());
        sleep(SETTLE).await;
        idle.extend(process::memory(server.process()));
    }
    idle.sort_unstable_by_key(|memory| memory.pss);
    Ok(Start { took: median(took), idle: idle.get(idle.len() / 2).copied() })
}

/// Migrates one empty database after the other; their names end with a number.
pub async fn migrations(database: &Private) -> Result<Duration> {
    let mut took = Vec::new();
    for number in 0..MIGRATIONS {
        let url = database.create(&format!("empty_{number}")).await?;
        let started = Instant::now();
        plinth_migration::up(&url, &plinth_migration::Options::default()).await?;
        took.push(started.elapsed());
    }
    Ok(median(took))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
