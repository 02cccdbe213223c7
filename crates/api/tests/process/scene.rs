//! A server, a worker, and those who write and listen, on one Redis.

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
    ears::{Ears, Heard},
    health::becomes,
    server::Api,
    writers::Writers,
};

/// How long a job may take to be done on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Takes every document for understood: what is in them is not at stake here.
struct Understands;

#[async_trait]
impl Handler for Understands {
    type Job = ProcessDocument;

    fn timeout(&self) -> Duration {
        TIMEOUT
    }

    async fn run(&self, _job: ProcessDocument, _ctx: JobContext) -> Result<(), JobFailure> {
        Ok(())
    }
}

/// Everything that runs, without Redis itself.
pub struct Scene {
    database: TestDatabase,
    api: Api,
    caller: Caller,
    ears: [Ears; 2],
    writers: Writers,
    jobs: Vec<String>,
    stop: CancellationToken,
    worker: JoinHandle<Result<(), plinth_worker::Error>>,
}

impl Scene {
    pub async fn open(redis: &Redis) -> Self {
        let (database, stop) = (TestDatabase::create().await, CancellationToken::new());
        let api = Api::start(database.url(), &variables(redis).each_ref().map(|(k, v)| (*k, &**v)));
        let (url, redis, stopping) = (database.url().to_owned(), redis.url(), stop.clone());
        let worker = tokio::spawn(async move {
            let sources = Sources::none().with_variable("DATABASE_URL", url);
            let settings = Settings::load(&sources.with_variable("REDIS_URL", redis)).unwrap();
            let handlers = Handlers::new().with(Understands);
            plinth_worker::run_with(&settings, stopping, |_| Ok(handlers)).await
        });
        let caller = Caller::register(&api).await;
        let ears = [Ears::by_socket(&caller).await, Ears::by_stream(&caller).await];
        let writers = Writers::begin(&caller);
        Self { database, api, caller, ears, writers, jobs: Vec::new(), stop, worker }
    }

    /// Waits until `/healthz` answers so, and every client has made progress meanwhile.
    pub async fn works_while(&mut self, healthz: (u16, &str)) {
        becomes(&self.api, "/healthz", healthz).await;
        self.writers.go_on().await;
        let job = self.caller.upload().await;
        let (path, deadline) = (format!("/jobs/{job}"), Instant::now() + TIMEOUT);
        while self.caller.get(&path).await.1["state"] != "succeeded" {
            assert!(Instant::now() < deadline, "a job does not run: {}", self.api.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.jobs.push(job);
        // It was so all the time.
        becomes(&self.api, "/healthz", healthz).await;
    }

    /// Ends it all, and says that nothing was lost, doubled or out of order.
    pub async fn end(mut self) {
        let written = self.writers.end().await;
        let projects: Vec<String> = written.concat();
        assert_eq!(listed(&self.caller).await, projects.iter().cloned().collect());
        for ears in &self.ears {
            ears.until("job.succeeded", &self.jobs).await;
            let heard = ears.until("project.created", &projects).await;
            in_order(&heard, &written);
        }
        self.caller.was_served_promptly();
        self.stop.cancel();
        self.worker.await.unwrap().unwrap();
        self.api.terminate();
        assert_eq!(self.api.exit_code(), Some(0), "{}", self.api.log());
        self.database.drop().await;
    }
}

/// The settings of a server whose callers call as often as they like.
pub fn variables(redis: &Redis) -> [(&'static str, String); 3] {
    let often = || "1000000".to_owned();
    [
        ("REDIS_URL", redis.url()),
        ("PLINTH_RATE_LIMITS__CREDENTIAL_PER_MINUTE", often()),
        ("PLINTH_RATE_LIMITS__CREDENTIAL_BURST", often()),
    ]
}

/// All projects there are.
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

/// Each event once, by its number, and what each writer did in the order of its doing.
fn in_order(heard: &[Heard], written: &[Vec<String>]) {
    assert!(heard.is_sorted_by(|a, b| a.number < b.number), "{heard:?}");
    let made = heard.iter().filter(|event| event.action == "project.created");
    let made: Vec<&String> = made.map(|event| &event.subject).collect();
    assert_eq!(made.len(), written.iter().map(Vec::len).sum::<usize>());
    for writer in written {
        let own: HashSet<&String> = writer.iter().collect();
        let order: Vec<&String> = made.iter().copied().filter(|id| own.contains(id)).collect();
        assert_eq!(order, writer.iter().collect::<Vec<_>>());
    }
}
