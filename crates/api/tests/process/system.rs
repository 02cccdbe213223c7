//! A server, a worker, writers and subscribers on one Redis.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use plinth_application::documents::ProcessDocument;
use plinth_jobs::{Handler, Handlers, JobContext, JobFailure};
use plinth_local_servers::Redis;
use plinth_settings::{Settings, Sources};
use plinth_testkit::TestDatabase;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    caller::{Caller, text},
    health::becomes,
    server::Api,
    subscriber::{ReceivedEvent, Subscriber},
    writers::Writers,
};

/// How long a job may take to be done on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Succeeds for every document: these tests are not about processing.
struct SucceedingHandler;

#[async_trait]
impl Handler for SucceedingHandler {
    type Job = ProcessDocument;

    fn timeout(&self) -> Duration {
        TIMEOUT
    }

    async fn run(&self, _job: ProcessDocument, _ctx: JobContext) -> Result<(), JobFailure> {
        Ok(())
    }
}

/// The system under test, except Redis.
pub struct TestSystem {
    database: TestDatabase,
    api: Api,
    caller: Caller,
    subscribers: [Subscriber; 2],
    writers: Writers,
    jobs: Vec<String>,
    stop: CancellationToken,
    worker: JoinHandle<Result<(), plinth_worker::Error>>,
}

impl TestSystem {
    pub async fn open(redis: &Redis) -> Self {
        let (database, stop) = (TestDatabase::create().await, CancellationToken::new());
        let api = Api::start(database.url(), &variables(redis).each_ref().map(|(k, v)| (*k, &**v)));
        let (url, redis, stopping) = (database.url().to_owned(), redis.url(), stop.clone());
        let worker = tokio::spawn(async move {
            let sources = Sources::none().with_variable("DATABASE_URL", url);
            let settings = Settings::load(&sources.with_variable("REDIS_URL", redis)).unwrap();
            let handlers = Handlers::new().with(SucceedingHandler);
            plinth_worker::run_with(&settings, stopping, |_| Ok(handlers)).await
        });
        let caller = Caller::register(&api).await;
        let subscribers =
            [Subscriber::by_socket(&caller).await, Subscriber::by_stream(&caller).await];
        let writers = Writers::begin(&caller);
        Self { database, api, caller, subscribers, writers, jobs: Vec::new(), stop, worker }
    }

    /// Waits for this response of `/healthz`, and until every client has made progress.
    pub async fn works_with(&mut self, healthz: (u16, &str)) {
        becomes(&self.api, "/healthz", healthz).await;
        self.writers.wait_for_progress().await;
        let job = self.caller.upload().await;
        let (path, deadline) = (format!("/jobs/{job}"), Instant::now() + TIMEOUT);
        while self.caller.get(&path).await.1["state"] != "succeeded" {
            assert!(Instant::now() < deadline, "a job does not run: {}", self.api.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.jobs.push(job);
        // The health has not changed meanwhile.
        becomes(&self.api, "/healthz", healthz).await;
    }

    /// Stops everything, and asserts that nothing was lost, duplicated or out of order.
    pub async fn end(mut self) {
        let written = self.writers.end().await;
        let projects: Vec<String> = written.concat();
        assert_eq!(listed(&self.caller).await, projects.iter().cloned().collect());
        for subscriber in &self.subscribers {
            subscriber.until("job.succeeded", &self.jobs).await;
            let received = subscriber.until("project.created", &projects).await;
            in_order(&received, &written);
        }
        self.caller.was_served_promptly();
        self.stop.cancel();
        self.worker.await.unwrap().unwrap();
        self.api.terminate();
        assert_eq!(self.api.exit_code(), Some(0), "{}", self.api.log());
        self.database.drop().await;
    }
}

/// The settings of a server without an effective rate limit.
pub fn variables(redis: &Redis) -> [(&'static str, String); 12] {
    let often = || "1000000".to_owned();
    [
        ("REDIS_URL", redis.url()),
        // Every second use of a refresh token is a replay.
        ("PLINTH_SECURITY__REFRESH_AGAIN_SECONDS", "0".to_owned()),
        ("PLINTH_RATE_LIMITS__CREDENTIAL_PER_MINUTE", often()),
        ("PLINTH_RATE_LIMITS__CREDENTIAL_BURST", often()),
        ("PLINTH_RATE_LIMITS__ADDRESS_PER_MINUTE", often()),
        ("PLINTH_RATE_LIMITS__ADDRESS_BURST", often()),
        ("PLINTH_RATE_LIMITS__LOGIN_PER_ACCOUNT_PER_HOUR", often()),
        ("PLINTH_RATE_LIMITS__LOGIN_ACCOUNT_BURST", often()),
        ("PLINTH_RATE_LIMITS__LOGIN_PER_ACCOUNT_AND_ADDRESS_PER_HOUR", often()),
        ("PLINTH_RATE_LIMITS__LOGIN_ACCOUNT_AND_ADDRESS_BURST", often()),
        ("PLINTH_RATE_LIMITS__LOGIN_PER_ADDRESS_PER_HOUR", often()),
        ("PLINTH_RATE_LIMITS__LOGIN_ADDRESS_BURST", often()),
    ]
}

/// The identities of all projects.
async fn listed(caller: &Caller) -> HashSet<String> {
    let (mut found, mut cursor) = (HashSet::new(), String::new());
    loop {
        let (status, page) = caller.get(&format!("/projects?limit=200{cursor}")).await;
        assert_eq!(status, 200, "{page}");
        for project in page["data"].as_array().unwrap() {
            assert!(found.insert(text(&project["id"])));
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// Asserts that each event arrived once, in the order of the numbers, and those of each writer in
/// the order of its writes.
fn in_order(received: &[ReceivedEvent], written: &[Vec<String>]) {
    assert!(received.is_sorted_by(|a, b| a.number < b.number), "{received:?}");
    let made = received.iter().filter(|event| event.action == "project.created");
    let made: Vec<&String> = made.map(|event| &event.subject).collect();
    assert_eq!(made.len(), written.iter().map(Vec::len).sum::<usize>());
    for writer in written {
        let own: HashSet<&String> = writer.iter().collect();
        let order: Vec<&String> = made.iter().copied().filter(|id| own.contains(id)).collect();
        assert_eq!(order, writer.iter().collect::<Vec<_>>());
    }
}
