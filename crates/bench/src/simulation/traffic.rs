//! The requests, each at its time.

use std::{
    cell::RefCell,
    net::SocketAddr,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::{task::spawn_local, time::timeout};

use super::{
    arrivals::arrivals,
    kind::{self, Kind},
    tenants::Tenants,
};
use crate::{failure::Result, http::Connection, random::Random, requests::send};

/// How long one request may take before it counts as failed.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long an idle connection is used again: the server closes it after 75 s.
const KEPT: Duration = Duration::from_mins(1);

/// Where the requests go, and what they are about.
#[derive(Debug)]
pub struct Place {
    server: SocketAddr,
    /// Idle connections, and since when.
    pool: RefCell<Vec<(Instant, Connection)>>,
    pub tenants: Arc<Tenants>,
    /// What is uploaded.
    pub file: Vec<u8>,
}

impl Place {
    pub const fn new(server: SocketAddr, tenants: Arc<Tenants>, file: Vec<u8>) -> Self {
        Self { server, pool: RefCell::new(Vec::new()), tenants, file }
    }

    /// Sends what one request of a kind is. The error says what came instead of a 2xx.
    pub async fn ask(&self, kind: Kind, random: &mut Random) -> Result<()> {
        let mut request = Vec::new();
        let organization = kind::write(kind, &self.tenants, &self.file, random, &mut request);
        let made = self.answer(&request, kind == Kind::Invoice).await?;
        if kind == Kind::Invoice {
            let id = made["id"].as_str().ok_or("the invoice has no id")?;
            request.clear();
            let path = format!("/invoices/{id}/issue");
            send(&mut request, ("POST", &path), organization, "", "{}")?;
            self.answer(&request, false).await?;
        }
        Ok(())
    }

    /// The body of a 2xx, where it is `wanted`.
    async fn answer(&self, request: &[u8], wanted: bool) -> Result<Value> {
        let idle = self.pool.borrow_mut().pop();
        let mut connection = match idle {
            Some((since, connection)) if since.elapsed() < KEPT => connection,
            _ => Connection::open(self.server).await?,
        };
        let reply = connection.send_request(request).await?;
        if !(200..300).contains(&reply.status) {
            let text = String::from_utf8_lossy(reply.body);
            return Err(format!("{}: {text}", reply.status).into());
        }
        let body = if wanted { serde_json::from_slice(reply.body)? } else { Value::Null };
        self.pool.borrow_mut().push((Instant::now(), connection));
        Ok(body)
    }
}

/// The latencies of one kind of request.
#[derive(Debug)]
pub struct Measured {
    pub kind: Kind,
    /// Sorted.
    pub latencies: Vec<Duration>,
    pub failed: usize,
    /// What came instead of the first answer that failed.
    pub failure: Option<String>,
}

/// All latencies.
#[derive(Debug)]
pub struct Traffic {
    pub kinds: Vec<Measured>,
    /// How late the requests were sent; sorted.
    pub lateness: Vec<Duration>,
}

impl Traffic {
    /// How many requests of a kind were sent.
    pub fn number(&self, kind: Kind) -> f64 {
        let of_kind = self.kinds.iter().filter(|measured| measured.kind == kind);
        #[expect(clippy::cast_precision_loss, reason = "nothing here counts beyond 52 bits")]
        of_kind.map(|measured| measured.latencies.len() as f64).sum()
    }
}

/// The time that `percent` of 100 do not exceed.
pub fn share(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
}

/// Sends requests for `time`, and waits for the last answer. `rate` is that of changes, a second.
pub async fn run(place: &Rc<Place>, rate: f64, time: Duration, seed: u64) -> Result<Traffic> {
    let mut arrivals = arrivals(rate, time, seed);
    let (mut asked, mut lateness) = (Vec::new(), Vec::new());
    while let Some(arrival) = arrivals.recv().await {
        lateness.push(arrival.due.elapsed());
        let place = Rc::clone(place);
        asked.push(spawn_local(async move {
            let mut random = Random::of(arrival.seed);
            let outcome = timeout(TIMEOUT, place.ask(arrival.kind, &mut random)).await;
            let took = Instant::now().duration_since(arrival.due);
            let failure = outcome.unwrap_or_else(|late| Err(late.into())).err();
            (arrival.kind, took, failure.map(|failure| failure.to_string()))
        }));
    }
    let mut kinds: Vec<Measured> = Kind::ALL
        .map(|kind| Measured { kind, latencies: Vec::new(), failed: 0, failure: None })
        .into();
    for one in asked {
        let (kind, latency, failure) = one.await?;
        for measured in kinds.iter_mut().filter(|measured| measured.kind == kind) {
            measured.latencies.push(latency);
            measured.failed += usize::from(failure.is_some());
            measured.failure = measured.failure.take().or_else(|| failure.clone());
        }
    }
    for measured in &mut kinds {
        measured.latencies.sort_unstable();
    }
    lateness.sort_unstable();
    Ok(Traffic { kinds, lateness })
}
