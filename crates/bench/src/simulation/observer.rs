//! What is seen in the database during the load.

use std::{cell::Cell, rc::Rc, time::Duration};

use sqlx::Row;
use tokio::{
    task::{JoinHandle, spawn_local},
    time::{Instant, sleep},
};

use super::database::{Database, Stored};
use crate::{failure::Result, process};

/// How often it looks.
const INTERVAL: Duration = Duration::from_millis(250);

/// Looks at the database until it is stopped.
#[derive(Debug)]
pub struct Observer {
    process: u32,
    stopped: Rc<Cell<bool>>,
    observing: JoinHandle<std::result::Result<Observed, String>>,
}

/// The most that was seen.
#[derive(Debug, Default)]
pub struct Observed {
    pub connections: i64,
    /// Connections that were not idle.
    pub active: i64,
    /// How long the first job had been due, in s.
    pub queue_age: f64,
    /// How long the first entry without a number had waited, in s.
    pub lag: f64,
    /// From the first shortened chain to the end of the retention.
    pub retention: Option<Duration>,
    /// Number of shortened chains.
    pub shortened: i64,
    /// What was stored when the retention was due.
    pub before_retention: Option<Stored>,
}

impl Observer {
    /// Begins. After `retention`, the leader is told that last night's retention has not run.
    pub async fn start(url: &str, retention: Duration) -> Result<Self> {
        let database = Database::connect(url).await?;
        let process = database.process;
        let stopped = Rc::new(Cell::new(false));
        let until = Rc::clone(&stopped);
        let observing = spawn_local(async move {
            observe(database, retention, &until).await.map_err(|failure| failure.to_string())
        });
        Ok(Self { process, stopped, observing })
    }

    /// The CPU time of its backend, in s.
    pub fn cost(&self) -> f64 {
        process::cpu(self.process).unwrap_or_default().as_secs_f64()
    }

    pub async fn stop(self) -> Result<Observed> {
        self.stopped.set(true);
        Ok(self.observing.await??)
    }
}

async fn observe(
    mut database: Database,
    retention: Duration,
    stopped: &Cell<bool>,
) -> Result<Observed> {
    let mut most = Observed::default();
    let begin = Instant::now();
    let (mut is_told, mut shortening) = (false, None);
    while !stopped.get() {
        if !is_told && begin.elapsed() >= retention {
            is_told = true;
            most.before_retention = Some(database.stored().await?);
            let yesterday = "UPDATE schedule_ticks SET ticked_at = now() - interval '2 days'
                WHERE name = 'retention'";
            sqlx::query(yesterday).execute(&mut database.connection).await?;
        }
        let sample = sqlx::query(include_str!("../../sql/simulation/sample.sql"));
        let row = sample.fetch_one(&mut database.connection).await?;
        most.connections = most.connections.max(row.try_get("connections")?);
        most.active = most.active.max(row.try_get("active")?);
        most.queue_age = most.queue_age.max(row.try_get("queue_age")?);
        most.lag = most.lag.max(row.try_get("lag")?);
        most.shortened = row.try_get("shortened")?;
        if is_told && most.shortened > 0 {
            let began = *shortening.get_or_insert_with(Instant::now);
            if most.retention.is_none() && row.try_get("retained")? {
                most.retention = Some(began.elapsed());
            }
        }
        sleep(INTERVAL).await;
    }
    Ok(most)
}
