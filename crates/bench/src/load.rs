//! Concurrent connections, each with one request at a time.

use std::{cell::Cell, rc::Rc, time::Duration};

use tokio::{
    task::LocalSet,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    clients::{Client, Requests, Tally},
    failure::Result,
    private::Private,
    process,
    server::Server,
};

/// Duration before the measurement, in which connections are opened, statements prepared and
/// credentials cached.
pub const WARM_UP: Duration = Duration::from_secs(2);
/// How often the end is looked at, which may come before its time.
const STEP: Duration = Duration::from_millis(50);

/// The load.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Number of connections.
    pub connections: usize,
    /// Duration of the measurement.
    pub measured: Duration,
}

/// The measurements.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Requests per second.
    pub rate: f64,
    /// Half of the requests took no longer.
    pub p50: Duration,
    /// 99 of 100 requests took no longer.
    pub p99: Duration,
    /// The server's CPU for one request, in µs.
    pub server: Option<f64>,
    /// PostgreSQL's CPU for one request, in µs.
    pub database: Option<f64>,
    /// The server's memory right after.
    pub memory: Option<process::Memory>,
}

/// Measures the requests of some clients.
pub async fn run(
    requests: Vec<Box<dyn Requests>>,
    measured: Duration,
    server: &Server,
    database: &Private,
) -> Result<Measured> {
    let mut clients = Vec::new();
    for requests in requests {
        clients.push(Client::connect(server.address, requests).await?);
    }
    let begin = Instant::now() + WARM_UP;
    let end = Rc::new(Cell::new(begin + measured));
    let cost = || (process::cpu(server.process()), process::cpu_of_children(database.process));

    let tasks = LocalSet::new();
    let start = |client: Client| tasks.spawn_local(client.run_until(begin, Rc::clone(&end)));
    let asking = clients.into_iter().map(start);
    let asking = asking.collect::<Vec<_>>();
    let (before, after, memory, tally) = tasks
        .run_until(async {
            sleep_until(begin).await;
            let before = cost();
            while Instant::now() < end.get() {
                sleep(STEP.min(end.get().duration_since(Instant::now()))).await;
            }
            let (after, memory) = (cost(), process::memory(server.process()));
            let mut tally = Tally::default();
            for client in asking {
                tally.add(client.await??);
            }
            Result::Ok((before, after, memory, tally.checked()?))
        })
        .await?;

    let took = end.get().saturating_duration_since(begin);
    if tally.latencies.is_empty() || took.is_zero() {
        return Err("there were fewer requests than the warm-up sends".into());
    }
    let mut latencies = tally.latencies;
    latencies.sort_unstable();
    let requests = count(latencies.len());
    let each = |before: Option<Duration>, after: Option<Duration>| {
        Some(after?.checked_sub(before?)?.as_secs_f64() * 1e6 / requests)
    };
    let share = |percent: usize| {
        let at = latencies.len() * percent / 100;
        latencies.get(at).copied().map(Duration::from_micros).unwrap_or_default()
    };
    Ok(Measured {
        rate: requests / took.as_secs_f64(),
        p50: share(50),
        p99: share(99),
        server: each(before.0, after.0),
        database: each(before.1, after.1),
        memory,
    })
}

#[expect(clippy::cast_precision_loss, reason = "nothing here counts beyond 52 bits")]
fn count(requests: usize) -> f64 {
    requests as f64
}
