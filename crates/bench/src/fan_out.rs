//! Delivery of events to many subscribers.

use std::{cell::RefCell, net::SocketAddr, rc::Rc, time::Duration};

use tokio::{
    task::LocalSet,
    time::{Instant, sleep, timeout},
};

use crate::{
    dataset::Organization, failure::Result, http::Connection, listener::Listener, process,
    random::Random, requests::create, server::Server,
};

/// The name that selects it.
pub const NAME: &str = "fan-out";

/// Number of subscribers, all of one organization.
pub const SUBSCRIBERS: usize = 500;
/// Number of events.
pub const EVENTS: usize = 200;

/// When the events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// One every 50 ms: the server has time for each.
    Steady,
    /// One as soon as the one before is answered.
    Burst,
}

impl Pace {
    /// Name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Steady => "fan-out 500 x 200, an event every 50 ms",
            Self::Burst => "fan-out 500 x 200, one after the other",
        }
    }

    /// Of the codes of the projects, which differ between two runs on one database.
    const fn seed(self) -> u64 {
        match self {
            Self::Steady => 0xFA40,
            Self::Burst => 0xFA41,
        }
    }

    const fn pause(self) -> Duration {
        match self {
            Self::Steady => Duration::from_millis(50),
            Self::Burst => Duration::ZERO,
        }
    }
}

/// After this time without an event, those of earlier works have arrived.
const SILENCE: Duration = Duration::from_secs(1);

/// How long all deliveries may take.
const DELIVERY_TIMEOUT: Duration = Duration::from_mins(2);

/// The measurements.
#[derive(Debug)]
pub struct FannedOut {
    /// When the events came.
    pub pace: Pace,
    /// Half of the deliveries took no longer, from the request to the event.
    pub p50: Duration,
    /// 99 of 100 deliveries took no longer.
    pub p99: Duration,
    /// The server's CPU for one delivery, in µs, including the requests that caused the events.
    pub server: Option<f64>,
    /// The server's memory right after.
    pub memory: Option<process::Memory>,
}

/// The time of each request that causes an event.
type Asked = Rc<RefCell<Vec<Instant>>>;

/// Creates events and measures the time until every subscriber has received them.
pub async fn run(server: &Server, pace: Pace) -> Result<FannedOut> {
    let organization = Organization::first();
    quiet(server.address, &organization).await?;
    let mut listeners = Vec::with_capacity(SUBSCRIBERS);
    for _ in 0..SUBSCRIBERS {
        listeners.push(Listener::open(server.address, &organization.token()).await?);
    }
    let asked = Asked::default();
    let before = process::cpu(server.process());
    let tasks = LocalSet::new();
    let receiving = listeners
        .into_iter()
        .map(|listener| tasks.spawn_local(receive_events(listener, asked.clone())));
    let receiving = receiving.collect::<Vec<_>>();
    let everything = tasks.run_until(async {
        make(server.address, &asked, pace).await?;
        let mut latencies = Vec::with_capacity(SUBSCRIBERS * EVENTS);
        for listener in receiving {
            latencies.append(&mut listener.await??);
        }
        Result::Ok(latencies)
    });
    let mut latencies = timeout(DELIVERY_TIMEOUT, everything).await??;
    latencies.sort_unstable();
    let after = process::cpu(server.process()).zip(before);
    let cost = after.and_then(|(after, before)| after.checked_sub(before));
    let share = |percent: usize| latencies[latencies.len() * percent / 100];
    let deliveries = u32::try_from(latencies.len())?;
    Ok(FannedOut {
        pace,
        p50: share(50),
        p99: share(99),
        server: cost.map(|cost| cost.as_secs_f64() * 1e6 / f64::from(deliveries)),
        memory: process::memory(server.process()),
    })
}

/// Waits until no event of an earlier work arrives any more.
async fn quiet(address: SocketAddr, organization: &Organization) -> Result<()> {
    let mut listener = Listener::open(address, &organization.token()).await?;
    while let Ok(event) = timeout(SILENCE, listener.event()).await {
        event?;
    }
    Ok(())
}

/// Creates projects, one after the other.
async fn make(address: SocketAddr, asked: &Asked, pace: Pace) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    let (mut random, mut request) = (Random::of(pace.seed()), Vec::new());
    for _ in 0..EVENTS {
        request.clear();
        create(&mut request, Organization::first(), &mut random, "")?;
        asked.borrow_mut().push(Instant::now());
        let status = connection.send_request(&request).await?.status;
        if status != 201 {
            return Err(format!("a creation was answered {status}").into());
        }
        sleep(pace.pause()).await;
    }
    Ok(())
}

/// How long each event took to arrive. Events arrive in the order of their requests.
async fn receive_events(mut listener: Listener, asked: Asked) -> Result<Vec<Duration>> {
    let mut latencies = Vec::with_capacity(EVENTS);
    while latencies.len() < EVENTS {
        listener.event().await?;
        let asked = asked.borrow().get(latencies.len()).copied();
        latencies.push(asked.ok_or("an event came before it was made")?.elapsed());
    }
    Ok(latencies)
}
