//! Concurrent connections, each with one request at a time.

use std::time::Duration;

use tokio::{
    task::LocalSet,
    time::{Instant, sleep_until},
};

use crate::{
    clients::{Client, Tally},
    failure::Result,
    private::Private,
    process,
    server::Server,
    subjects::Subjects,
    work::Work,
};

/// Duration before the measurement, in which connections are opened, statements prepared and
/// credentials cached.
const WARM_UP: Duration = Duration::from_secs(2);

/// The load.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Number of connections.
    pub connections: u16,
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

/// Measures one kind of work.
pub async fn run(
    load: Load,
    work: Work,
    subjects: &Subjects,
    server: &Server,
    database: &Private,
) -> Result<Measured> {
    let mut clients = Vec::new();
    for number in 0..load.connections {
        clients.push(Client::connect(server.address, work, number.into(), subjects.clone()).await?);
    }
    let begin = Instant::now() + WARM_UP;
    let end = begin + load.measured;
    let cost = || (process::cpu(server.process()), process::cpu_of_children(database.process));

    let tasks = LocalSet::new();
    let asking = clients.into_iter().map(|client| tasks.spawn_local(client.run_until(begin, end)));
    let asking = asking.collect::<Vec<_>>();
    let (before, after, memory, tally) = tasks
        .run_until(async {
            sleep_until(begin).await;
            let before = cost();
            sleep_until(end).await;
            let (after, memory) = (cost(), process::memory(server.process()));
            let mut tally = Tally::default();
            for client in asking {
                tally.add(client.await??);
            }
            Result::Ok((before, after, memory, tally.checked()?))
        })
        .await?;

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
        rate: requests / load.measured.as_secs_f64(),
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
