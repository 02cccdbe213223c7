//! What one request of each kind costs, measured right before the load: the figures of the
//! calculation.

use std::{
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use super::{
    cost::{Cost, Processes},
    database::Database,
    kind::{Endless, Kind},
    traffic::Place,
};
use crate::{
    Arguments, clients::Requests, failure::Result, kinds::say, load, private::Private,
    random::Random, server::Server,
};

/// Requests of a kind that leaves jobs.
const WITH_JOBS: u32 = 100;
/// How long their jobs may take.
const JOBS_TIMEOUT: Duration = Duration::from_mins(3);

/// The cost of one request of each kind, in s.
#[derive(Debug)]
pub struct UnitCosts(pub Vec<(Kind, Cost)>);

impl UnitCosts {
    /// Measures each kind: plain ones under as many connections as they can use, the others one
    /// after the other, with their jobs.
    pub async fn measure(
        arguments: &Arguments,
        place: &Rc<Place>,
        (server, postgres): (&Server, &Private),
        processes: Processes,
        database: &mut Database,
    ) -> Result<Self> {
        let mut units = Vec::new();
        for kind in Kind::ALL {
            say(kind.name());
            let cost = if Kind::PLAIN.contains(&kind) {
                let seconds = Duration::from_secs(arguments.seconds);
                let clients = (0..arguments.connections).map(|number| -> Box<dyn Requests> {
                    let random = Random::of((kind as u64) << 32 | u64::from(number));
                    Box::new(Endless { kind, tenants: Arc::clone(&place.tenants), random })
                });
                let measured = load::run(clients.collect(), seconds, server, postgres).await?;
                let seconds = |cost: Option<f64>| cost.unwrap_or_default() / 1e6;
                let (api, postgres) = (seconds(measured.server), seconds(measured.database));
                Cost { api, postgres, ..Cost::default() }
            } else {
                with_jobs(kind, place, processes, database).await?
            };
            units.push((kind, cost));
        }
        Ok(Self(units))
    }

    /// The cost of so many requests of each kind.
    pub fn of(&self, number: impl Fn(Kind) -> f64) -> Cost {
        let mut sum = Cost::default();
        for (kind, cost) in &self.0 {
            sum += cost.times(number(*kind));
        }
        sum
    }
}

/// The cost of a request from its beginning to the end of its jobs.
async fn with_jobs(
    kind: Kind,
    place: &Place,
    processes: Processes,
    database: &mut Database,
) -> Result<Cost> {
    let mut random = Random::of(kind as u64);
    let before = processes.now(database).await?;
    for _ in 0..WITH_JOBS {
        place.ask(kind, &mut random).await?;
    }
    let started = Instant::now();
    while !database.is_done().await? {
        if started.elapsed() > JOBS_TIMEOUT {
            return Err("the jobs do not come to their end".into());
        }
        sleep(Duration::from_millis(50)).await;
    }
    Ok(processes.now(database).await?.since(&before).each(f64::from(WITH_JOBS)))
}
