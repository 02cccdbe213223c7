//! The steady load of the calm tenant.

use std::{cell::RefCell, net::SocketAddr, rc::Rc, time::Duration};

use serde_json::{Value, json};
use tokio::{
    task::{LocalSet, spawn_local},
    time::{Instant, sleep, sleep_until, timeout},
};

use super::victim::{PASSWORD, Victim};
use crate::{dataset::PROJECTS, failure::Result, http::Connection, random::Random, requests};

/// A kind of request of the calm tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    ReadOne,
    List,
    Create,
    Search,
    Upload,
    Job,
    Login,
}

/// How long one request may take before it counts as failed.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A small file without a format, which is inspected at once.
const FILE: &[u8] = &[7; 10_000];

impl Probe {
    pub const ALL: [Self; 7] = [
        Self::ReadOne,
        Self::List,
        Self::Create,
        Self::Search,
        Self::Upload,
        Self::Job,
        Self::Login,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadOne => "read one",
            Self::List => "list 50",
            Self::Create => "create",
            Self::Search => "search",
            Self::Upload => "upload 10 kB",
            Self::Job => "upload to ready",
            Self::Login => "log in",
        }
    }

    /// The time between two requests.
    const fn interval(self) -> Duration {
        Duration::from_millis(match self {
            Self::ReadOne => 50,
            Self::List | Self::Create => 100,
            Self::Search | Self::Upload => 250,
            Self::Job | Self::Login => 1000,
        })
    }

    /// Sends one request, and more until the job has ended. The error says what came instead.
    async fn ask(self, asker: &mut Asker) -> Result<()> {
        let victim = asker.victim.clone();
        let caller = &victim.caller;
        match self {
            Self::ReadOne => {
                let project = victim.organization.project(&mut asker.random, PROJECTS);
                asker.expect(200, &caller.get(&format!("/projects/{project}"))).await
            }
            Self::List => asker.expect(200, &caller.get("/projects?limit=50")).await,
            Self::Search => asker.expect(200, &caller.get("/projects?q=quay%207")).await,
            Self::Create => {
                let body = requests::project(&mut asker.random);
                asker.expect(201, &caller.post("/projects", &body)).await
            }
            Self::Upload => asker.expect(201, &caller.upload("a.bin", FILE, 0)).await,
            Self::Job => {
                let document = asker.answer(201, &caller.upload("a.bin", FILE, 0)).await?;
                let id = document["id"].as_str().ok_or("the document has no id")?;
                let path = format!("/documents/{id}");
                while !is_done(&asker.answer(200, &caller.get(&path)).await?) {
                    sleep(Duration::from_millis(25)).await;
                }
                Ok(())
            }
            Self::Login => {
                let index = usize::try_from(asker.random.next())? % victim.accounts.len();
                let account = &victim.accounts[index];
                let body = json!({"email": account.email, "password": PASSWORD});
                asker.expect(200, &account.caller.post("/auth/login", &body.to_string())).await
            }
        }
    }
}

fn is_done(document: &Value) -> bool {
    !matches!(document["status"].as_str(), Some("pending" | "processing"))
}

/// Idle connections.
type Pool = Rc<RefCell<Vec<Connection>>>;

/// The calm tenant, for one request. Requests overlap when the server is slow.
struct Asker {
    server: SocketAddr,
    pool: Pool,
    victim: Victim,
    random: Random,
}

impl Asker {
    async fn expect(&self, status: u16, request: &[u8]) -> Result<()> {
        self.answer(status, request).await.map(drop)
    }

    async fn answer(&self, status: u16, request: &[u8]) -> Result<Value> {
        let idle = self.pool.borrow_mut().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => Connection::open(self.server).await?,
        };
        let reply = connection.send_request(request).await?;
        let (answered, body) = (reply.status, serde_json::from_slice(reply.body)?);
        self.pool.borrow_mut().push(connection);
        if answered == status { Ok(body) } else { Err(format!("{answered}: {body}").into()) }
    }
}

/// The latencies of one kind of request.
#[derive(Debug)]
pub struct Measured {
    pub probe: Probe,
    /// Sorted.
    pub latencies: Vec<Duration>,
    pub failed: usize,
    /// What came instead of the first answer that failed.
    pub failure: Option<String>,
}

impl Measured {
    /// The latency that `percent` of 100 requests do not exceed.
    pub fn share(&self, percent: usize) -> Duration {
        self.latencies.get(self.latencies.len() * percent / 100).copied().unwrap_or_default()
    }
}

/// Measures every kind of request at once. Each measurement has a `round` of its own, so that it
/// does not create the projects of another one.
pub async fn measure(
    server: SocketAddr,
    victim: &Victim,
    time: Duration,
    round: u64,
) -> Result<Vec<Measured>> {
    let tasks = LocalSet::new();
    tasks
        .run_until(async {
            let running = Probe::ALL.map(|probe| {
                let random = Random::of(round << 8 | probe as u64);
                spawn_local(run(probe, server, victim.clone(), random, time))
            });
            let mut all = Vec::with_capacity(running.len());
            for probe in running {
                all.push(probe.await??);
            }
            Ok(all)
        })
        .await
}

/// Sends each request when it is due, whether or not the ones before are answered.
async fn run(
    probe: Probe,
    server: SocketAddr,
    victim: Victim,
    mut random: Random,
    time: Duration,
) -> Result<Measured> {
    let pool = Pool::default();
    let begin = Instant::now();
    let (mut due, mut asked) = (begin, Vec::new());
    while due < begin + time {
        sleep_until(due).await;
        let random = Random::of(random.next());
        let mut asker = Asker { server, pool: Rc::clone(&pool), victim: victim.clone(), random };
        asked.push(spawn_local(async move {
            let outcome = timeout(TIMEOUT, probe.ask(&mut asker)).await;
            let failure = outcome.unwrap_or_else(|late| Err(late.into())).err();
            (due.elapsed(), failure.map(|failure| failure.to_string()))
        }));
        due += probe.interval();
    }
    let mut measured = Measured { probe, latencies: Vec::new(), failed: 0, failure: None };
    for one in asked {
        let (latency, failure) = one.await?;
        measured.latencies.push(latency);
        measured.failed += usize::from(failure.is_some());
        measured.failure = measured.failure.or(failure);
    }
    measured.latencies.sort_unstable();
    Ok(measured)
}
