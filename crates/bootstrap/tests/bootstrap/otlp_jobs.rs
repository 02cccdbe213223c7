//! A job and the request that caused it, seen by a real OTLP receiver.

use std::{net::TcpListener, time::Duration};

use async_trait::async_trait;
use plinth_application::documents::ProcessDocument;
use plinth_bootstrap::Plinth;
use plinth_jobs::{Handler, Handlers, JobContext, JobFailure};
use plinth_settings::{Settings, Sources};
use plinth_testkit::TestDatabase;
use plinth_testkit::otlp::Receiver;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// How long a step may take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

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

/// A client of the API at this address.
struct Caller {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Caller {
    async fn register(url: String) -> Self {
        let account = json!({
            "email": "ada@example.com", "password": "correct horse battery", "name": "Ada",
            "organization": {"name": "Engines"},
        });
        let http = reqwest::Client::new();
        let account = http.post(format!("{url}/auth/register")).json(&account).send().await;
        let account: Value = account.unwrap().json().await.unwrap();
        Self { http, url, token: account["access_token"].as_str().unwrap().to_owned() }
    }

    /// Uploads a file within the trace, and returns the job that it causes.
    async fn upload(&self) -> String {
        let body = "--plinth\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"plan.pdf\"\r\n\r\n%PDF-1.7\n%%EOF\n\r\n--plinth--\r\n";
        let request = self.http.post(format!("{}/documents", self.url));
        let uploaded = request
            .bearer_auth(&self.token)
            .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
            .header("X-Request-Id", "the-request")
            .header("content-type", "multipart/form-data; boundary=plinth")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(uploaded.status(), 201);
        let document: Value = uploaded.json().await.unwrap();
        document["current"]["job_id"].as_str().unwrap().to_owned()
    }

    async fn is_done(&self, job: &str) -> bool {
        let request = self.http.get(format!("{}/jobs/{job}", self.url)).bearer_auth(&self.token);
        let job: Value = request.send().await.unwrap().json().await.unwrap();
        job["state"] == "succeeded"
    }
}

/// Runs API and worker until a job caused by a request has succeeded. Returns the job.
async fn run_a_job(settings: &Settings, plinth: &Plinth) -> String {
    let config = plinth_bootstrap::http_config(settings);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let server = tokio::spawn(plinth_rest::serve(
        listener,
        plinth.application.clone(),
        config,
        stop.clone(),
    ));
    let handlers = Handlers::new().with(Understands);
    let workers = plinth_bootstrap::workers(settings, plinth, handlers).unwrap();
    let worker = tokio::spawn(workers.worker.run(stop.clone()));
    let caller = Caller::register(url).await;
    let job = caller.upload().await;
    let done = async {
        while !caller.is_done(&job).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(TIMEOUT, done).await.unwrap();
    stop.cancel();
    worker.await.unwrap().unwrap();
    server.await.unwrap().unwrap();
    job
}

#[tokio::test]
async fn a_job_belongs_to_the_trace_of_its_cause_and_is_counted() {
    let (database, files) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let receiver = Receiver::start().unwrap();
    let sources = Sources::none()
        .with_variable("DATABASE_URL", database.url())
        .with_variable("PLINTH_STORAGE__PATH", files.path().to_str().unwrap())
        .with_variable("PLINTH_TELEMETRY__OTLP_ENDPOINT", receiver.endpoint())
        .with_variable("PLINTH_TELEMETRY__OTLP_PROTOCOL", "http");
    let settings = Settings::load(&sources).unwrap();
    let guard =
        plinth_telemetry::init(&settings.telemetry, settings.environment, "plinth-worker", "1.2.3");
    let guard = guard.unwrap();
    let plinth = plinth_bootstrap::assemble(&settings).await.unwrap();
    let job = run_a_job(&settings, &plinth).await;
    tokio::task::spawn_blocking(move || guard.shutdown()).await.unwrap();

    let arrived = |receiver: &Receiver| {
        let (spans, metrics) = (receiver.spans(), receiver.metrics());
        spans.iter().any(|span| span.name == "document.process")
            && metrics.iter().any(|metric| metric.name == "plinth.job.duration")
    };
    assert!(receiver.wait_for(arrived, TIMEOUT).await, "{:#?}", receiver.spans());
    let spans = receiver.spans();
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let (ran, cause) = (named("document.process"), named("POST /api/v1/documents"));
    assert_eq!((&*ran.trace_id, &*cause.trace_id), (TRACE, TRACE));
    assert_eq!(ran.parent_id, cause.span_id);
    assert_eq!(ran.kind, "Consumer");
    assert_eq!((&*ran.attributes["job_id"], &*ran.attributes["attempt"]), (&*job, "1"));
    assert_eq!(ran.attributes["request_id"], "the-request");

    let metrics = receiver.metrics();
    let duration = metrics.iter().find(|metric| metric.name == "plinth.job.duration").unwrap();
    assert_eq!(duration.unit, "s");
    let point = &duration.points[0];
    assert_eq!(point.attributes["plinth.job.kind"], "document.process");
    assert_eq!((&*point.attributes["plinth.job.outcome"], &*point.value), ("succeeded", "1"));
    database.drop().await;
}
